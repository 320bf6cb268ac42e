"""The site that `make docs` makes: every link leads somewhere, nothing is fetched, and no page is left out."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scripts.site.build import BrokenLink, build

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"\]\(([^)\s]+)\)")


class Page(HTMLParser):
    """What a page links to, loads by itself, and can be linked to by."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: list[str] = []
        self.comments: list[str] = []
        self.feed(file.read_text())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.anchors.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        elif "href" in values or "src" in values:
            self.loads.append(values.get("href") or values["src"])

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    folder = tmp_path_factory.mktemp("made") / "site"
    return {file: Page(file) for file in build(ROOT, folder)}


def test_every_link_leads_somewhere(site: dict[Path, Page]) -> None:
    for file, page in site.items():
        for link in (*page.links, *page.loads):
            address = urlsplit(link)
            if address.scheme:
                assert address.scheme == "https", f"{file.name}: {link}"
                continue
            target = (file.parent / address.path).resolve() if address.path else file
            assert target.is_file(), f"{file.name}: {link}"
            assert not address.fragment or address.fragment in site[target].anchors, f"{file.name}: {link}"


def test_a_page_loads_nothing_from_elsewhere_and_keeps_no_remarks(site: dict[Path, Page]) -> None:
    for file, page in site.items():
        assert not [load for load in page.loads if urlsplit(load).netloc], file.name
        assert page.comments == [], file.name
        assert len(page.anchors) == len(set(page.anchors)), file.name


def test_every_page_is_made_and_is_found_by_links(site: dict[Path, Page]) -> None:
    first = next(file for file in site if file.name == "index.html" and file.parent.name == "site")
    assert len(site) == len([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
    found, ahead = set[Path](), [first]
    while ahead:
        file = ahead.pop()
        if file in site and file not in found:
            found.add(file)
            ahead += [(file.parent / urlsplit(link).path).resolve() for link in site[file].links if "://" not in link]
    assert found == set(site)


@pytest.mark.parametrize("folder", ["docs", "docs/connectors"])
def test_the_index_names_every_page(folder: str) -> None:
    linked = set(_LINK.findall((ROOT / folder / "README.md").read_text()))
    assert {page.name for page in (ROOT / folder).glob("*.md")} - {"README.md"} <= linked


@pytest.mark.parametrize("link", ["docs/gone.md", "docs/a.md#no-heading", "../outside.md", "docs"])
def test_a_link_that_leads_nowhere_stops_the_build(tmp_path: Path, link: str) -> None:
    root = tmp_path / "repository"
    (root / "docs").mkdir(parents=True)
    (tmp_path / "outside.md").write_text("# Outside\n")
    (root / "README.md").write_text(f"# A project\n\nSee [it]({link}).\n")
    (root / "docs" / "README.md").write_text("# Contents\n\nAll:\n\n- [A](a.md)\n")
    (root / "docs" / "a.md").write_text("# A page\n")
    with pytest.raises(BrokenLink, match=re.escape(link.partition("#")[2] or link)):
        build(root, tmp_path / "site")
