"""A vault of several people against a model of who may know what."""
