"""Probing, sharing, rotating, editing and removing in the page."""

import json
from typing import TYPE_CHECKING

from tests.live.page.person import Person, opened_page
from tests.support.opened import Opened
from tests.support.parcels import keep, key
from tests.support.people import invite
from tests.support.standins.aha import Aha
from tests.support.standins.parcels import Parcels
from tests.support.standins.resci import Resci
from tests.support.standins.slack import Slack

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_all_are_probed_while_somebody_looks_on(
    person: Person, opened: Opened, resci: Resci, aha: Aha, slack: Slack
) -> None:
    assert [opened.add(one).code for one in (resci, aha, slack)] == [0, 0, 0]
    aha.api_key = "another-key-EXAMPLE"
    person.go("/credentials")
    person.press("Test all")
    person.reads("Done: 2 accepted, 1 rejected")
    lines = person.page.locator("#job-lines li").all_inner_texts()
    assert len(lines) == 3
    assert ["aha", "Aha! rejected this credential: no reason given (401)"] in [line.split("\n")[:2] for line in lines]
    person.page.get_by_role("link", name="Back").click()
    tile = person.page.locator(".tile", has_text="aha")
    assert "rejected" in tile.first.inner_text()
    person.go("/board")
    person.reads("nexcred update 'aha'")


def test_it_is_shared_and_no_more(person: Person, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    bob = invite(opened, "bob", "--role", "member")
    person.open("resci")
    person.page.get_by_label("Share with").select_option("bob")
    person.page.get_by_label("They may").select_option("read it")
    person.press("Share")
    person.reads("resci is shared with bob.")
    assert bob("get", "resci/api_key").out == resci.api_key
    held = {"HELD": "mine-EXAMPLE"}
    assert bob("update", "resci", "--set", "api_key=env:HELD", "--no-probe", environment=held).code == 10
    person.press("End sharing with bob")
    person.reads("bob may have read what it held: give it a new key.")
    person.reads("Somebody knows it who should not: unshared: bob")
    assert bob("get", "resci/api_key").code == 10


def test_it_is_shared_with_a_team(person: Person, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    bob = invite(opened, "bob", "--role", "member")
    assert opened("team", "add", "data", "--member", "bob").code == 0
    person.open("resci")
    person.page.get_by_label("Share with").select_option("data (team)")
    person.press("Share")
    person.reads("resci is shared with team data.")
    assert bob("get", "resci/api_key").out == resci.api_key


def test_a_key_is_rotated_by_hand(person: Person, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    person.open("resci")
    person.page.get_by_role("link", name="Rotate").click()
    person.reads("A person makes the new key on the provider's page, and revokes the old one there.")
    person.fill(api_key="not-known-EXAMPLE")
    person.press("Test and use the new key")
    person.reads("refused")
    assert opened("get", "resci/api_key").out == resci.api_key
    person.page.get_by_role("link", name="Back").click()
    person.page.get_by_role("link", name="Go on rotating").click()
    resci.more_keys = ("second-key-EXAMPLE",)
    person.fill(api_key="second-key-EXAMPLE")
    person.press("Test and use the new key")
    person.reads("Done: waiting: until you have revoked the old key")
    assert opened("get", "resci/api_key").out == "second-key-EXAMPLE"
    person.page.get_by_role("link", name="Back").click()
    person.page.get_by_role("link", name="Go on rotating").click()
    resci.api_key, resci.more_keys = "second-key-EXAMPLE", ()
    person.page.get_by_role("checkbox", name="I have revoked the old key there").check()
    person.press("Go on")
    person.reads("the old key is revoked at the provider")
    person.reads("whether the old key is dead")
    states = [one["state"] for one in json.loads(opened("history", "resci", "--json").out)]
    assert states == ["present", "revoked"]


def test_a_rotation_goes_back(person: Person, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    person.open("resci")
    person.page.get_by_role("link", name="Rotate").click()
    person.fill(api_key="not-known-EXAMPLE")
    person.press("Test and use the new key")
    person.reads("refused")
    person.page.get_by_role("link", name="Back").click()
    person.page.get_by_role("link", name="Go on rotating").click()
    person.press("Go back to the old key")
    person.reads("Done: undone")
    assert json.loads(opened("show", "resci", "--json").out)["rotation"] is None


def test_the_old_key_is_no_new_key(person: Person, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    person.open("resci")
    person.page.get_by_role("link", name="Rotate").click()
    person.press("Test and use the new key")
    person.reads("API Key Value is required")
    person.fill(api_key=resci.api_key)
    person.press("Test and use the new key")
    person.reads("that is the old key: give the new one")


def test_name_description_and_tags_change(person: Person, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci, "--tag", "old").code == 0
    person.open("resci")
    person.page.get_by_role("link", name="Edit").click()
    person.page.get_by_label("Credential name").fill("mailing lists")
    person.page.get_by_label("Credential description").fill("Ask Ada.")
    person.page.get_by_label("Tags").fill("prod, nightly")
    person.press("Save")
    person.page.get_by_role("heading", name="mailing lists", level=1).wait_for()
    shown = json.loads(opened("show", "mailing lists", "--json").out)
    assert (shown["description"], shown["tags"]) == ("Ask Ada.", ["prod", "nightly"])


def test_a_key_is_rotated_by_its_provider(opened: Opened, drawn: "Browser", parcels: Parcels) -> None:
    keep(opened, parcels)
    with opened_page(opened, drawn) as person:
        person.open("parcels")
        person.page.get_by_role("link", name="Rotate").click()
        person.press("Rotate now")
        person.reads("the new key is in use")
        person.reads("both keys work until then")
        assert key(opened) == "made-2-EXAMPLE"
        person.page.get_by_role("link", name="Back").click()
        person.page.get_by_role("link", name="Go on rotating").click()
        person.press("End the old key now")
        person.reads("Done: done: the old key is refused")
    assert list(parcels.keys) == ["k2"]


def test_a_key_that_is_refused_is_pasted_anew(person: Person, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    resci.api_key = "second-key-EXAMPLE"
    person.open("resci")
    person.page.get_by_role("link", name="Change the values").click()
    assert person.page.locator("#f-base_url").input_value() == resci.base_url
    assert person.page.locator("#f-api_key").input_value() == ""
    person.fill(api_key="wrong-EXAMPLE")
    person.press("Test")
    person.reads("ReSci rejected this credential")
    person.fill(api_key=resci.api_key)
    person.press("Test again")
    person.reads("ReSci accepted this credential")
    person.press("Save")
    person.reads("resci is saved: accepted")
    assert opened("get", "resci/api_key").out == resci.api_key


def test_it_goes_into_the_trash_and_back(person: Person, opened: Opened, resci: Resci) -> None:
    assert opened.add(resci).code == 0
    person.open("resci")
    person.page.get_by_role("link", name="Remove …").click()
    person.press("Remove it")
    person.reads("Its key still works: revoke it in ReSci under Settings > API")
    assert opened("list").out == ""
    person.page.get_by_role("link", name="Trash").click()
    person.press("Restore resci")
    person.reads("resci is restored.")
    assert opened.names == ["resci"]


def test_who_may_only_read_is_offered_nothing_that_would_be_refused(
    opened: Opened, drawn: "Browser", resci: Resci
) -> None:
    assert opened.add(resci).code == 0
    bob = invite(opened, "bob", "--role", "reader")
    assert opened("share", "resci", "--with", "bob").code == 0
    with opened_page(bob, drawn) as person:
        assert person.page.get_by_role("link", name="Add credential").count() == 0
        person.open("resci")
        for word in ("Rotate", "Edit", "Remove …"):
            assert person.page.get_by_role("link", name=word).count() == 0
        assert person.page.get_by_role("button", name="Share").count() == 0
        person.press("Test")
        person.reads("ReSci accepted this credential")
        person.go("/add/resci")
        person.reads("Not done")
