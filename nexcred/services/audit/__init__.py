"""What happened to credentials: proved changes, and uses that this machine noted."""
