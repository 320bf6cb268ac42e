"""What a job without a stored secret talks to: real servers, or stand-ins that check what they get."""
