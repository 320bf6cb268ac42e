"""What a connector's file may say: its types, kinds of fields, patterns, and the TOML that it is written in."""
