"""Adding a credential in the page: a wrong key, then the right one; and what never comes back."""

import pytest

from tests.live.page.person import Person
from tests.support.opened import Opened
from tests.support.standins.aha import Aha
from tests.support.standins.resci import Resci

WRONG = "wrong-key-EXAMPLE"


def _fill_resci(person: Person, resci: Resci, key: str) -> None:
    person.go("/add/resci")
    person.fill(api_key=key, base_url=resci.base_url)
    person.press("Test")
    person.reads("May it go there?")
    person.page.get_by_role("checkbox", name=f"Allow {resci.host} for this credential").check()
    person.press("Test")


def test_a_wrong_key_is_refused_and_the_right_one_saved(person: Person, opened: Opened, resci: Resci) -> None:
    page = person.page
    page.get_by_role("link", name="Add credential").click()
    page.get_by_label("Find a system").fill("retention")
    page.get_by_role("link", name="ReSci", exact=True).click()
    _fill_resci(person, resci, WRONG)
    person.reads("ReSci rejected this credential: invalid api key")
    assert opened("list").out == ""
    person.fill(api_key=resci.api_key)
    person.press("Test again")
    person.reads("ReSci accepted this credential")
    assert opened("list").out == ""
    person.press("Save")
    person.reads("resci is saved: accepted")
    assert opened("get", "resci/api_key") == (0, resci.api_key, "")


def test_what_is_missing_is_listed_and_leads_to_its_field(person: Person) -> None:
    person.go("/add/aventri")
    person.press("Test")
    summary = person.page.get_by_role("alert")
    assert summary.get_by_role("heading").inner_text() == "2 things are missing or wrong"
    summary.get_by_role("link", name="Account ID is required").click()
    assert person.page.locator("#f-account_id").evaluate("field => field === document.activeElement")
    assert person.page.locator("#f-account_id").get_attribute("aria-invalid") == "true"


def test_a_pasted_value_is_cleaned_as_at_a_prompt(person: Person, opened: Opened, resci: Resci) -> None:
    _fill_resci(person, resci, f"  Authorization: ApiKey {resci.api_key} ")
    person.reads("API Key Value: removed the header name before it")
    person.press("Save")
    person.reads("is saved")
    assert opened("get", "resci/api_key") == (0, resci.api_key, "")


def test_a_refused_key_can_be_kept_all_the_same(person: Person, opened: Opened, resci: Resci) -> None:
    _fill_resci(person, resci, WRONG)
    person.press("Save anyway, not verified")
    person.reads("resci is saved, and not verified")
    assert opened("get", "resci/api_key").out == WRONG


def test_a_secret_goes_in_and_never_comes_back(person: Person, resci: Resci) -> None:
    answers: list[str] = []
    person.page.on("response", lambda answer: answers.append(answer.text() if answer.status != 303 else ""))
    _fill_resci(person, resci, resci.api_key)
    person.reads("ReSci accepted this credential")
    assert person.page.locator("#f-api_key").input_value() == ""
    person.reads("is kept: leave it empty to keep it")
    person.press("Save")
    person.reads("is saved")
    person.press("Test")
    person.reads("ReSci accepted this credential")
    for path in ("/credentials", "/board", "/add/resci"):
        person.go(path)
    assert len(answers) > 10
    assert [answer for answer in answers if resci.api_key in answer] == []
    assert resci.api_key not in person.ui.end()


def test_another_method_keeps_what_was_typed(person: Person) -> None:
    person.go("/add/aha")
    person.page.get_by_label("Credential name").fill("roadmaps")
    person.fill(account_domain="mycompany")
    person.press("OAuth 2.0 (3-legged)")
    person.page.locator("#f-client_id").wait_for()
    assert person.page.get_by_label("Credential name").input_value() == "roadmaps"
    assert person.page.locator("#f-account_domain").input_value() == "mycompany"
    person.reads("Register this redirect URI with the application: http://127.0.0.1:41789/callback")


def test_a_name_that_is_taken_is_said_at_its_field(person: Person, opened: Opened, aha: Aha) -> None:
    assert opened.add(aha).code == 0
    person.go("/add/aha")
    assert person.page.get_by_label("Credential name").input_value() == "aha-2"
    person.page.get_by_label("Credential name").fill("aha")
    person.fill(account_domain="mycompany", api_key=aha.api_key)
    person.press("Test")
    person.page.get_by_role("link", name="Credential name is taken").click()


@pytest.mark.parametrize("is_public", [False, True])
def test_a_secret_of_no_system_has_fields_of_its_own(person: Person, opened: Opened, *, is_public: bool) -> None:
    person.go("/add/secret")
    page = person.page
    page.get_by_label("Name of field 1").fill("pin")
    page.get_by_label("Value of field 1").fill("0042-EXAMPLE")
    page.get_by_label("may be seen").first.set_checked(is_public)
    person.press("Test and save")
    person.reads("is kept as it is")
    assert ("0042-EXAMPLE" in person.text) is is_public
    assert opened("get", "secret/pin").out == "0042-EXAMPLE"


def test_a_secret_of_several_lines_shows_as_dots_too(person: Person) -> None:
    person.go("/add/gcs")
    assert shown_as(person, "#f-service_account_key") == "disc"
    person.go("/add/secret")
    assert (shown_as(person, "#v-0"), shown_as(person, "#n-0")) == ("disc", "none")
    person.page.get_by_role("checkbox", name="may be seen").first.check()
    assert shown_as(person, "#v-0") == "none"


def shown_as(person: Person, selector: str) -> str:
    found = person.page.locator(selector).evaluate("one => getComputedStyle(one).webkitTextSecurity")
    return str(found)
