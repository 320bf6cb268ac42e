"""The board: what is wrong with the credentials of a vault, or soon will be, and the command that mends each."""
