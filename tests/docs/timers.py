"""The files of docs/notices.md."""

from pathlib import Path

from scripts.blocks import blocks_of

PAGE = Path(__file__).parents[2] / "docs/notices.md"


def files_of_page() -> dict[str, str]:
    """Return the files that the page writes, by name."""
    return {block.path: block.text for block in blocks_of(PAGE.read_text()) if block.kind == "file"}
