"""What is right and wrong on this machine: one file a group of checks. None shows a secret or mends anything."""
