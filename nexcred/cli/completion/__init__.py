"""What a shell offers when Tab is pressed: scripts for shells, around one hidden command that says what may come."""
