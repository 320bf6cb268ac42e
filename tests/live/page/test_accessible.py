"""Every screen as WCAG 2.2 AA wants it, narrow and wide, light and dark; by keyboard alone; and without a script."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import pytest

from tests.live.page.person import Person, opened_page
from tests.support.opened import Opened
from tests.support.parcels import keep
from tests.support.people import invite
from tests.support.standins.aha import Aha
from tests.support.standins.aventri import Aventri
from tests.support.standins.parcels import Parcels
from tests.support.standins.resci import Resci

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is well is left in the browser: to bring it over takes longer than to find it.
RUN = """rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']}).then(
    report => report.violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html} ${node.failureSummary}`)))
"""
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (360, "light"),
    (360, "dark"),
    (1280, "light"),
    (1280, "dark"),
)


@pytest.fixture
def kept(opened: Opened, resci: Resci, aha: Aha, aventri: Aventri, parcels: Parcels) -> Opened:
    """A vault with something of everything: a key that is refused, one that ends, one that somebody knows."""
    keep(opened, parcels)
    assert opened.add(resci, "--description", "Nightly import; ask Ada", "--tag", "prod").code == 0
    assert opened.add(aventri, "--expires", "2099-01-01", "--rotate-every", "90d").code == 0
    assert opened.add(aha).code == 0
    invite(opened, "bob", "--role", "member")
    assert opened("share", "resci", "aha", "--with", "bob", "--yes").code == 0
    assert opened("unshare", "aha", "--with", "bob").code == 0
    aha.api_key = "another-EXAMPLE"
    assert opened("probe", "aha").code == 4
    return opened


def screens(person: Person, resci: Resci) -> Iterator[str]:
    """Lead to every screen, one after the other, and name it."""
    page = person.page
    for path in ("credentials", "board", "add", "add/aha", "add/aha?method=oauth2", "add/secret", "add/postgres"):
        person.go(f"/{path}")
        yield path
    person.go("/add/aventri")
    person.press("Test")
    yield "problems"
    person.go("/add/resci")
    person.fill(api_key="wrong-EXAMPLE", base_url=resci.base_url)
    person.press("Test")
    yield "host"
    page.get_by_role("checkbox").check()
    person.press("Test")
    person.reads("ReSci rejected this credential")
    yield "verdict"
    person.go("/credentials")
    person.press("Test all")
    person.reads("Done: ")
    yield "job"
    for name in ("resci", "aha", "aventri"):
        person.open(name)
        yield name
    at = page.url.removeprefix(person.base)
    for word in ("rotate", "labels", "values", "remove"):
        person.go(f"{at}/{word}")
        yield word
    yield from _screens_of_change(person, resci)
    person.go("/credentials/00")
    yield "failure"
    person.open("aventri")
    page.get_by_role("link", name="Remove …").click()
    person.press("Remove it")
    page.get_by_role("link", name="Trash").click()
    yield "trash"


def _screens_of_change(person: Person, resci: Resci) -> Iterator[str]:
    """Lead to those that come of other values, and of a rotation by its provider."""
    page = person.page
    person.open("resci")
    page.get_by_role("link", name="Change the values").click()
    person.fill(base_url=resci.base_url.replace("127.0.0.1", "localhost"))
    person.press("Test")
    person.reads("May it go there?")
    yield "another host"
    page.get_by_role("checkbox").check()
    person.press("Test")
    person.reads("has to be typed anew")
    yield "a secret to type anew"
    person.fill(api_key="wrong-EXAMPLE", base_url=resci.base_url)
    person.press("Test")
    person.reads("ReSci rejected this credential")
    yield "other values"
    person.open("parcels")
    page.get_by_role("link", name="Rotate").click()
    yield "rotation by its provider"
    person.press("Rotate now")
    person.reads("both keys work until then")
    yield "rotation that waits"
    page.get_by_role("link", name="Back").click()
    yield "both keys work"
    page.get_by_role("link", name="Go on rotating").click()
    yield "rotation to go on with"


def test_every_screen_is_accessible(kept: Opened, drawn: "Browser", axe: str, resci: Resci) -> None:
    found: list[str] = []
    with opened_page(kept, drawn, reduced_motion="reduce") as person:  # or colours change while they are looked at
        for name in screens(person, resci):
            person.page.evaluate(axe)
            for width, scheme in LOOKS:
                person.page.set_viewport_size({"width": width, "height": 900})
                person.page.emulate_media(color_scheme=scheme)
                found += [f"{name}, {width} px, {scheme}: {one}" for one in _faults(person, width)]
    assert found == []


def test_a_credential_is_added_without_a_mouse(person: Person, opened: Opened, resci: Resci) -> None:
    keyboard = person.page.keyboard
    keyboard.press("Tab")
    assert _focused(person) == "Skip to the content"
    keyboard.press("Enter")
    _tab_to(person, "+Add credential")
    keyboard.press("Enter")
    person.page.wait_for_url("**/add")
    _tab_to(person, "q")
    keyboard.type("resci")
    _tab_to(person, "ReSci")
    keyboard.press("Enter")
    person.page.wait_for_url("**/add/resci")
    _tab_to(person, "f-api_key")
    keyboard.type(resci.api_key)
    _tab_to(person, "More settings")
    keyboard.press("Enter")
    _tab_to(person, "f-base_url")
    keyboard.type(resci.base_url)
    keyboard.press("Enter")
    person.reads("May it go there?")
    assert _focused(person) == "problems"
    _tab_to(person, "allow_host")
    keyboard.press("Space")
    _tab_to(person, "Test")
    keyboard.press("Enter")
    person.reads("ReSci accepted this credential")
    assert _focused(person) == "verdict"
    _tab_to(person, "Save")
    keyboard.press("Enter")
    person.reads("resci is saved")
    assert opened("list").code == 0


def test_whoever_has_focus_is_seen(person: Person) -> None:
    keyboard = person.page.keyboard
    person.go("/add/aha")
    for _ in range(12):
        keyboard.press("Tab")
        outline = person.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", person.page.evaluate("document.activeElement.outerHTML")


def test_it_works_without_a_script(opened: Opened, drawn: "Browser", resci: Resci) -> None:
    with opened_page(opened, drawn, java_script_enabled=False) as person:
        person.go("/add?q=retention")
        person.page.get_by_role("link", name="ReSci", exact=True).click()
        person.page.locator("#f-api_key").fill(resci.api_key)
        person.page.get_by_text("More settings").click()
        person.page.locator("#f-base_url").fill(resci.base_url)
        person.press("Test")
        person.page.get_by_role("checkbox").check()
        person.press("Test")
        person.reads("ReSci accepted this credential")
        person.press("Save")
        person.reads("resci is saved")
        resci.api_key = "second-key-EXAMPLE"
        person.page.get_by_role("link", name="Change the values").click()
        person.page.locator("#f-api_key").fill(resci.api_key)
        person.press("Test")
        person.reads("ReSci accepted this credential")
        person.press("Save")
        person.reads("resci is saved: accepted")
        assert opened("get", "resci/api_key").out == resci.api_key
        person.page.get_by_role("link", name="Remove …").click()
        person.press("Remove it")
        person.page.get_by_role("link", name="Trash").click()
        person.press("Restore resci")
        person.reads("resci is restored")
        person.go("/credentials")
        person.press("Test all")
        person.reads("Done: 1 accepted")


def _faults(person: Person, width: int) -> Iterator[str]:
    """Yield what is not as it has to be on the screen as it looks now."""
    yield from person.page.evaluate(RUN, RULES)
    if person.page.evaluate("document.documentElement.scrollWidth") > width:
        yield "is wider than the window"


def _focused(person: Person) -> str:
    """Say what has the focus: its id, name or text."""
    said: str = person.page.evaluate(
        "() => { const e = document.activeElement; return e.id || e.name || e.textContent.trim(); }"
    )
    return said


def _tab_to(person: Person, wanted: str) -> None:
    """Go on by the tabulator until it has the focus; by its text, or the id or name of a field."""
    seen = []
    for _ in range(40):
        person.page.keyboard.press("Tab")
        texts = person.page.evaluate(
            "() => { const e = document.activeElement; return [e.id, e.name, e.textContent.trim()]; }"
        )
        if wanted in texts:
            return
        seen.append(texts)
    raise AssertionError(seen)
