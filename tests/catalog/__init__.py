"""What each provider of the catalogue is sent, and what it answers. See README.md here for how to write it down."""
