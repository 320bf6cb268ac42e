"""A whole vault in memory and as bytes, for stores that keep it as one value."""
