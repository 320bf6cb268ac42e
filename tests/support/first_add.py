"""What is asked of who adds a first credential, and what they type."""

PASSPHRASE = "correct horse EXAMPLE"
PROMPTS = [
    ("New passphrase", "{PASSPHRASE}⏎"),
    ("The same again", "{PASSPHRASE}⏎"),
    ("Name", "⏎"),
    ("Description", "⏎"),
    ("Account ID", "4711⏎"),
    ("Key", "{WRONG}⏎"),
    ("   apac", "⏎"),
    ("Allow", "y"),
    ("discard it", ""),
]
