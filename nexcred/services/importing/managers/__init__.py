"""What each password manager keeps, or writes when asked for an export."""
