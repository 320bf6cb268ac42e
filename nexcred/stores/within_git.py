"""The variable by which a credential helper that is nexcred itself knows which vaults' git has started it."""

# Their locations, one a line: the last one asks, for the sake of those before.
WITHIN_GIT = "NEXCRED_WITHIN_GIT_OF"
