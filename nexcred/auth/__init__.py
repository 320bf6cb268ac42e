"""Authentication schemes as flows: pure generators that yield requests and return a grant. No I/O."""
