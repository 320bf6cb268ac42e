"""Proving a credential: a flow that asks the provider, and the pure judging of what it answers. No network."""
