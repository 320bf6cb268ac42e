"""Ask a provider for a new key, and to revoke an old one. Each kind of rotation is an engine behind one interface.

`rotator.py` has that interface. Nothing here knows a vault: what is sealed before and after each call is for services.
"""
