"""The edge to databases: a login, and what the server says to it. The only package that knows their drivers."""
