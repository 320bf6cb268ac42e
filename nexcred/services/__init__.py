"""One use case a file: they take a vault, a prober and the time, return plain results and raise NexcredError."""
