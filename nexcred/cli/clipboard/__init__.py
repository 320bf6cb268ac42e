"""The clipboard: which way leads to it here, and a process of our own that clears it again."""
