"""Nexla's names and bodies of `data_credentials`, translated to a connector's fields and back."""
