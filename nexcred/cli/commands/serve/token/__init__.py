"""`nexcred serve token`: the tokens by which programs ask the service."""
