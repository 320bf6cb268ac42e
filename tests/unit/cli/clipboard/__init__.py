"""The clipboard: decisions."""
