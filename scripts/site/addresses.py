"""Where each file of the repository stands on the site, and what a link from one page to another becomes."""

import os
from pathlib import Path, PurePosixPath

_ABROAD = ("https://", "http://", "mailto:")
_CONTENTS = PurePosixPath("docs/README.md")


class BrokenLink(Exception):
    """A link of a page that leads to nothing."""


def pages_of(root: Path) -> list[PurePosixPath]:
    """Return the pages of the repository, from its root."""
    found = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    return sorted(PurePosixPath(path.relative_to(root)) for path in found)


def address_of(file: PurePosixPath) -> PurePosixPath:
    """Return where a file stands on the site: docs/ is its root, the README its first page."""
    if file == _CONTENTS:
        return PurePosixPath("contents.html")
    place = file.relative_to("docs") if file.parts[0] == "docs" else PurePosixPath(file.name.lower())
    if file.suffix != ".md":
        return place
    return place.with_name("index.html") if place.stem.lower() == "readme" else place.with_suffix(".html")


def is_abroad(link: str) -> bool:
    """Tell whether a link leaves the site."""
    return link.startswith(_ABROAD)


def target_of(link: str, page: PurePosixPath, root: Path) -> tuple[PurePosixPath, str]:
    """Return the file that a link of a page leads to, and its anchor; raises BrokenLink when there is none."""
    path, _, anchor = link.partition("#")
    file = PurePosixPath(os.path.normpath(page.parent / path)) if path else page
    if file.parts[0] == ".." or not (root / file).is_file():
        raise BrokenLink(f"{page} links to {link}, which is no file")
    return file, anchor


def link_to(file: PurePosixPath, anchor: str, page: PurePosixPath) -> str:
    """Return the link from a page to a file, relative, so that the site works from any folder."""
    relative = os.path.relpath(address_of(file), address_of(page).parent)
    return f"{relative}#{anchor}" if anchor else relative
