"""The pictures of docs/page.md, as the page looks: `UPDATE_SCREENSHOTS=1` makes them anew."""

import os
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING

from tests.live.page.person import opened_page
from tests.support.opened import Opened
from tests.support.standins.aha import Aha
from tests.support.standins.aventri import Aventri
from tests.support.standins.resci import Resci
from tests.support.standins.slack import Slack

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = Path("docs/page")
WIDE, HIGH = 1100, 720
NARROW, LONG = 360, 720


def test_the_pictures_of_the_page_are_made_by_this_run(
    opened: Opened, drawn: "Browser", resci: Resci, aha: Aha, aventri: Aventri, slack: Slack, tmp_path: Path
) -> None:
    into = FOLDER if os.environ.get("UPDATE_SCREENSHOTS") else tmp_path
    into.mkdir(exist_ok=True)
    assert opened.add(resci, "--description", "Nightly import of the mailing lists", "--tag", "prod").code == 0
    assert opened.add(aventri, "--tag", "events", "--rotate-every", "20d").code == 0
    assert opened.add(slack, "--expires", "2099-01-01").code == 0
    assert opened.add(aha).code == 0
    aha.api_key = "another-EXAMPLE"
    assert opened("probe", "aha").code == 4
    with opened_page(opened, drawn, viewport={"width": WIDE, "height": HIGH}) as person:
        page = person.page
        page.screenshot(path=into / "credentials.png")
        person.go("/add/resci")
        page.get_by_label("Credential name").fill("resci-prod")
        person.fill(api_key="wrong-EXAMPLE", base_url=resci.base_url)
        person.press("Test")
        page.get_by_role("checkbox").check()
        person.press("Test")
        person.reads("ReSci rejected this credential")
        page.screenshot(path=into / "verdict.png")
        person.open("resci")
        page.screenshot(path=into / "one.png")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": NARROW, "height": LONG})
        person.go("/board")
        page.screenshot(path=into / "board.png")
    shown = set(re.findall(r"\]\(page/(\w+\.png)\)", Path("docs/page.md").read_text()))
    assert {file.name for file in into.glob("*.png")} == shown == {file.name for file in FOLDER.glob("*.png")}
    assert [_size_of(into / name) for name in sorted(shown)] == [_size_of(FOLDER / name) for name in sorted(shown)]


def _size_of(picture: Path) -> tuple[int, int]:
    """Return the width and the height of a PNG."""
    width, height = struct.unpack(">II", picture.read_bytes()[16:24])
    return width, height
