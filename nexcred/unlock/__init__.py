"""How an identity comes to be at hand: files, variables, a passphrase. The first way that is given decides."""
