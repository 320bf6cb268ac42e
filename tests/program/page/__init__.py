"""The page of `nexcred ui`, asked without a browser: who gets in, and what comes back."""
