"""The stores of a vault's bytes, one folder each. All implement `vault.store.Store`; `locate` picks one by address."""
