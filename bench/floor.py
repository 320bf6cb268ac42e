"""The floor: the least that a Typer app can do."""

import typer

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


@app.command()
def main() -> None:
    """Print a word."""
    print("word")


if __name__ == "__main__":
    app()
