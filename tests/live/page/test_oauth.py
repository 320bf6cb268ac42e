"""OAuth in the page: the provider in a tab of its own, its yes, and the end of that."""

import json

from tests.live.page.at_aha import approve, fill_aha
from tests.live.page.person import Person
from tests.support.opened import Opened
from tests.support.standins.aha_oauth import AhaOauth


def _status(opened: Opened) -> str:
    status: str = json.loads(opened("show", "aha", "--json").out)["probe"]["status"]
    return status


def test_a_person_approves_and_sees_it_refused_once_it_is_revoked(
    person: Person, opened: Opened, aha_oauth: AhaOauth
) -> None:
    fill_aha(person, aha_oauth)
    approve(person, aha_oauth)
    person.reads("Aha! accepted this credential")
    person.press("Save")
    person.reads("aha is saved: accepted, ada@example.com")
    assert _status(opened) == "accepted"
    for family in aha_oauth.families:
        family.is_revoked = True
    person.press("Test")
    person.page.get_by_role("heading", name="Rejected").wait_for()
    assert _status(opened) == "rejected"
    person.press("Authorize")
    approve(person, aha_oauth)
    person.page.get_by_role("heading", name="Accepted").wait_for()
    assert _status(opened) == "accepted"


def test_an_answer_can_be_pasted(person: Person, aha_oauth: AhaOauth) -> None:
    """Where the browser runs on another machine, it ends on an address that leads nowhere there."""
    fill_aha(person, aha_oauth)
    url = person.page.get_by_role("link", name=f"Approve at {aha_oauth.host}").get_attribute("href") or ""
    sent = person.page.request.get(url, max_redirects=0).headers["location"]
    person.page.get_by_text("The browser ended on another page?").click()
    person.page.get_by_label("Address of the page that you ended on").fill(sent)
    person.press("Take it")
    person.reads("Aha! accepted this credential")


def test_a_second_login_takes_the_place_of_the_first(person: Person, aha_oauth: AhaOauth) -> None:
    fill_aha(person, aha_oauth)
    fill_aha(person, aha_oauth)
    approve(person, aha_oauth)
    person.reads("Aha! accepted this credential")


def test_a_denied_consent_is_told(person: Person, aha_oauth: AhaOauth) -> None:
    aha_oauth.answer_with = {"code": None, "error": "access_denied", "error_description": "<b>no</b>"}
    fill_aha(person, aha_oauth)
    with person.page.expect_popup():
        person.page.get_by_role("link", name=f"Approve at {aha_oauth.host}").click()
    person.reads("not logged in: <b>no</b> (access_denied)")


def test_no_token_comes_back(person: Person, aha_oauth: AhaOauth) -> None:
    answers: list[str] = []
    person.page.on("response", lambda answer: answers.append(answer.text() if answer.status != 303 else ""))
    fill_aha(person, aha_oauth)
    approve(person, aha_oauth)
    person.reads("Aha! accepted this credential")
    person.press("Save")
    person.reads("aha is saved")
    family = aha_oauth.families[0]
    secrets = [family.refresh_token, *family.access_tokens, aha_oauth.client_secret]
    assert [answer for answer in answers for secret in secrets if secret in answer] == []
