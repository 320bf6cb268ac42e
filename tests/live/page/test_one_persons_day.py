"""One person, one browser, one page: a login that is made and refused, and a key that is replaced."""

import json

from tests.live.page.at_aha import approve, fill_aha
from tests.live.page.person import Person
from tests.support.opened import Opened
from tests.support.standins.aha_oauth import AhaOauth
from tests.support.standins.resci import Resci


def test_a_login_is_refused_once_it_is_revoked_and_a_key_is_replaced(
    person: Person, opened: Opened, aha_oauth: AhaOauth, resci: Resci
) -> None:
    page = person.page
    fill_aha(person, aha_oauth)
    approve(person, aha_oauth)
    person.reads("Aha! accepted this credential")
    person.press("Save")
    person.reads("aha is saved: accepted, ada@example.com")
    _add_resci(person, resci)

    for family in aha_oauth.families:
        family.is_revoked = True
    person.go("/credentials")
    person.press("Test all")
    person.reads("Aha! rejected this credential: the grant was revoked (invalid_grant)")
    person.reads("Done: ")
    person.go("/board")
    assert "refused" in page.locator(".trouble", has_text="aha").first.inner_text()
    person.open("aha")
    page.get_by_role("heading", name="Rejected").wait_for()

    resci.more_keys = ("second-key-EXAMPLE",)
    person.open("resci")
    page.get_by_role("link", name="Rotate").click()
    person.fill(api_key="second-key-EXAMPLE")
    person.press("Test and use the new key")
    person.reads("Done: waiting: until you have revoked the old key")
    page.get_by_role("link", name="Back").click()
    page.get_by_role("link", name="Go on rotating").click()
    resci.api_key, resci.more_keys = "second-key-EXAMPLE", ()
    page.get_by_role("checkbox", name="I have revoked the old key there").check()
    person.press("Go on")
    person.reads("the old key is revoked at the provider")
    page.get_by_role("link", name="Back").click()
    page.get_by_role("heading", name="resci", level=1).wait_for()

    assert opened("get", "resci/api_key").out == "second-key-EXAMPLE"
    assert {one["name"]: one["probe"]["status"] for one in json.loads(opened("list", "--json").out)} == {
        "aha": "rejected",
        "resci": "accepted",
    }
    did = {(one["action"], one["name"]) for one in json.loads(opened("audit", "--json").out)}
    assert {("rotate", "resci"), ("probe", "aha")} <= did


def _add_resci(person: Person, resci: Resci) -> None:
    """Add it with a wrong key, which is refused before it is saved, and then with the right one."""
    person.go("/add/resci")
    person.fill(api_key="wrong-EXAMPLE", base_url=resci.base_url)
    person.press("Test")
    person.page.get_by_role("checkbox", name=f"Allow {resci.host} for this credential").check()
    person.press("Test")
    person.reads("ReSci rejected this credential")
    person.fill(api_key=resci.api_key)
    person.press("Test again")
    person.reads("ReSci accepted this credential")
    person.press("Save")
    person.reads("resci is saved: accepted")
