"""Hiding secrets in what a program writes: how they may be written, where they are found, and copying without them."""
