"""The page of `nexcred ui` in a real browser."""
