"""Replacing keys and revoking old ones: each step of it, which of them may still work, and what proves them dead."""
