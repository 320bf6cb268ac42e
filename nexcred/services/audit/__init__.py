"""The history of credentials: changes proved by the vault, and uses noted on this machine."""
