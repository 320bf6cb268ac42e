"""`python -m scripts.site [FOLDER]`: make the site, into site/ unless told otherwise."""

import argparse
import sys
from pathlib import Path

from scripts.site.build import BrokenLink, build

ROOT = Path(__file__).parents[2]


def main() -> int:
    """Make the site; return 1 and name the link when one of a page leads nowhere."""
    parser = argparse.ArgumentParser(prog="python -m scripts.site")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "site")
    folder: Path = parser.parse_args().folder
    try:
        pages = build(ROOT, folder)
    except BrokenLink as broken:
        print(broken)
        return 1
    print(f"{len(pages)} pages: {(folder / 'index.html').as_uri()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
