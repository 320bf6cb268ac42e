"""`nexcred get --clip`, against programs that stand in for those of each system."""
