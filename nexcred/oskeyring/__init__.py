"""The keyring of the operating system, guarded: known backends only, with a deadline, every write read back."""
