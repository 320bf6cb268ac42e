"""Version 1 of the format: read for ever, upgraded, and not written any more."""
