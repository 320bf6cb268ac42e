"""Where a vault's bytes live, a folder a store. Each speaks `vault.store.Store`; `locate` says which is meant."""
