"""Answers of real providers, each labelled with what it proves and why. See README.md here for how to add one."""
