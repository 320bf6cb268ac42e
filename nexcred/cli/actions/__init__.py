"""What commands do once their line is read, for those that Typer would make twice as slow: it is unknown here."""
