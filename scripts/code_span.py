"""Code in the middle of a line of Markdown."""

import re
from itertools import count


def code(text: str) -> str:
    """Show a text as it is: between more backticks than stand together in it, and apart from those at its ends."""
    runs = {len(run) for run in re.findall("`+", text)}
    fence = "`" * next(length for length in count(1) if length not in runs)
    return f"{fence} {text} {fence}" if runs else f"{fence}{text}{fence}"
