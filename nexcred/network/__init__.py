"""The way to any server, whatever is spoken there: names, addresses, connections, TLS, one deadline."""
