"""What this machine read of a vault that lies elsewhere: sealed as it is there, and proved anew on each reading."""
