"""What nexcred talks about: credentials, secrets, names, references, probe results. No I/O."""
