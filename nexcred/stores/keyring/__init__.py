"""A vault in the operating system's keyring, as one value in parts."""
