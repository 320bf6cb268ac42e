"""Sealing, integrity and the roster: bytes in, bytes out. Knows a store only as a protocol."""
