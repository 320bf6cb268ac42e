"""A key's change and end: which former ones may still work, how they are ended, and what proves that they are dead."""
