"""The life of a credential: add, update, rename, restore, remove, list, trust."""
