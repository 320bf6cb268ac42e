"""The edge to databases and mail servers: logins without HTTP. The only package that knows their drivers."""
