"""What authenticates a credential now: sessions that are kept and renewed, tokens, logins."""
