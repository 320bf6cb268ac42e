"""`nexcred config …`: the settings of this user."""
