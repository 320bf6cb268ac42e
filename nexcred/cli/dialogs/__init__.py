"""What several questions make together: a new credential, a changed one, a login, a new vault, a recovery."""
