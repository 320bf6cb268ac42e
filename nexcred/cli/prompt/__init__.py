"""One question to a person at a terminal: a field, a passphrase, a yes; with a full terminal, or line by line."""
