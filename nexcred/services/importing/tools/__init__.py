"""The connections that data tools keep in files of their own."""
