"""Connectors: what each system calls its values, how it is reached, and the files that say so. No network."""
