"""The work of commands that programs start again and again, done without Typer, which would double their time."""
