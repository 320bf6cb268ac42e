"""One request to a provider as a credential."""
