"""Completion with the Tab key: scripts for shells, which call one hidden command that lists the candidates."""
