"""Where a vault's bytes live, and what this machine remembers of them. Each store speaks `vault.store.Store`."""
