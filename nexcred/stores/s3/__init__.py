"""A vault in a bucket of S3, or of what speaks its protocol and keeps the conditions of a write."""
