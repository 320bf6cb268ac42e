"""A browser that goes where it is told and is sent, as the variable BROWSER names one: it never asks anybody."""

import sys
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

PATIENCE_S = 20


def visit(url: str) -> str:
    """Follow an address to its last page, and return that one's."""
    with build_opener(ProxyHandler({})).open(url, timeout=PATIENCE_S) as page:
        page.read()
        return str(page.url)


def variable() -> str:
    """Return what BROWSER has to be for `webbrowser` to take this file."""
    return f"{sys.executable} {Path(__file__).resolve()} %s"


if __name__ == "__main__":
    visit(sys.argv[1])
