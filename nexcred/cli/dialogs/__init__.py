"""Dialogs of several questions: a new or changed credential, a login, a new vault, a recovery."""
