"""What the commands about connectors do."""
