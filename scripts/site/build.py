"""Make the site: each page within one frame, beside the contents that docs/README.md lists."""

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.site.addresses import BrokenLink, address_of, is_abroad, link_to, pages_of, target_of
from scripts.site.markup import Rendered, parse, render

__all__ = ["BrokenLink", "build"]

_HERE = Path(__file__).parent
_CONTENTS = PurePosixPath("docs/README.md")


class Entry(NamedTuple):
    file: PurePosixPath
    label: str


class Part(NamedTuple):
    """Some pages of the contents, and for whom they are."""

    title: str
    entries: tuple[Entry, ...]


def build(root: Path, into: Path) -> list[Path]:
    """Write the site into a folder, in the place of what is there; raises BrokenLink."""
    linked: dict[PurePosixPath, set[str]] = {}
    rendered = {page: _rendered(page, root, linked) for page in pages_of(root)}
    _refuse_lost_anchors(rendered, linked)
    contents = tuple(_contents(root))
    shutil.rmtree(into, ignore_errors=True)
    written = [_write(page, rendered[page], contents, into) for page in rendered]
    for file in linked.keys() - rendered.keys():
        _copy(root / file, into / address_of(file))
    _copy(_HERE / "style.css", into / "style.css")
    return written


def _rendered(page: PurePosixPath, root: Path, linked: dict[PurePosixPath, set[str]]) -> Rendered:
    def link(said: str) -> str:
        if is_abroad(said):
            return said
        file, anchor = target_of(said, page, root)
        linked.setdefault(file, set()).add(anchor)
        return link_to(file, anchor, page)

    return render((root / page).read_text(), link)


def _refuse_lost_anchors(rendered: dict[PurePosixPath, Rendered], linked: dict[PurePosixPath, set[str]]) -> None:
    for page, one in rendered.items():
        lost = linked.get(page, set()) - {"", *(heading.anchor for heading in one.headings)}
        if lost:
            raise BrokenLink(f"{page} has no heading for the link to #{min(lost)}")


def _contents(root: Path) -> Iterator[Part]:
    """Yield the parts of docs/README.md: a paragraph that ends with a colon, and the list below it."""
    title, entries = "", []
    for token in parse((root / _CONTENTS).read_text()):
        if token.type != "inline" or not token.children:
            continue
        if token.children[0].type == "link_open":
            file, _ = target_of(str(token.children[0].attrs["href"]), _CONTENTS, root)
            entries.append(Entry(file, token.children[1].content))
        elif token.content.endswith(":"):
            if entries:
                yield Part(title, tuple(entries))
            title, entries = token.content.removesuffix(":"), []
    yield Part(title, tuple(entries))


def _write(page: PurePosixPath, one: Rendered, contents: tuple[Part, ...], into: Path) -> Path:
    frame = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
    frame.globals["link"] = lambda file: link_to(PurePosixPath(file), "", page)
    # The stylesheet is a file of the site, and of no folder of the repository that a link could name.
    text = frame.get_template("page.html").render(
        page=page,
        title=one.title,
        sections=[heading for heading in one.headings if heading.level == 2],
        html=one.html,
        contents=contents,
        style=link_to(PurePosixPath("docs/style.css"), "", page),
    )
    file = into / address_of(page)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def _copy(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, to)
