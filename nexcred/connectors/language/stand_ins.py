"""What may stand for a value that a field does not have."""

# In `env_absent`: the path of the file of the authorities that this machine trusts.
CERTIFICATES = "{certificates}"
