"""The vault itself: opening, founding, members, sharing, slots, keys, checkpoints, backups."""
