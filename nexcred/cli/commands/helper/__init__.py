"""`nexcred helper …`: other programs' own protocols. None asks anything, or writes anything else to stdout."""
