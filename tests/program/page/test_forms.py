"""What the forms of the page keep to themselves, and what they leave in the audit."""

import json
import re
from collections.abc import Mapping

import pytest

from tests.support.opened import Opened
from tests.support.running_ui import Browser, RunningUi, Seen, text_of
from tests.support.standins.resci import Resci

TYPED = {"name": "odd", "free.name": "token", "free.value": "hidden-EXAMPLE"}
_DRAFT = re.compile(r"draft=([\w-]+)")
_WORD = re.compile(r'name="draft" value="([\w-]+)"')
_RECORD = re.compile(r"/credentials/([0-9a-f]+)")


@pytest.fixture
def own(ui: RunningUi) -> Browser:
    return Browser(ui)


def test_a_secret_is_not_shown_because_a_box_was_ticked(own: Browser) -> None:
    """It stays one until it is typed anew."""
    first = _post(own, "/add/secret", TYPED, action="test")
    word = _DRAFT.search(first.headers["location"])
    assert word is not None
    row = {"free.name": "token", "free.value": "", "free.public": "0"}
    ticked = _post(own, "/add/secret", row, action="save", draft=word[1], name="odd")
    record = _RECORD.search(ticked.headers["location"])
    assert record is not None, ticked.text
    assert "hidden-EXAMPLE" not in own.get(f"/credentials/{record[1]}").text


def test_a_secret_of_one_system_is_none_of_another_form(own: Browser) -> None:
    of_the_same_field = TYPED | {"free.name": "access_token"}
    first = _post(own, "/add/secret", of_the_same_field, action="test")
    word = _DRAFT.search(first.headers["location"])
    assert word is not None
    other = own.post("/add/github", action="test", draft=word[1], name="gh")
    assert (other.status, "is kept" in other.text) == (422, False)


@pytest.mark.parametrize(("name", "allowed"), [("resci", True), ("resci", False), ("no/such//name", False)])
def test_a_secret_of_a_form_left_open_is_sent_to_no_host_of_another(
    own: Browser, resci: Resci, name: str, allowed: bool
) -> None:
    """It goes where it went when it was typed, be that tried, asked about or not whole; else it is typed anew."""
    first = {"name": name, "field.api_key": "typed-EXAMPLE", "field.base_url": "https://127.0.0.1:1/v3"}
    led = _post(own, "/add/resci", first | ({"allow_host": "127.0.0.1:1"} if allowed else {}), action="test")
    theirs = {"name": "resci", "field.api_key": "", "field.base_url": resci.base_url}
    for told in ("API Key Value has to be typed anew", "API Key Value is required"):
        led = _post(own, "/add/resci", theirs, action="test", draft=_word_of(led), allow_host=resci.host)
        assert (told in text_of(led), resci.received) == (True, []), text_of(led)
    whole = {**theirs, "field.api_key": resci.api_key}
    saved = _post(own, "/add/resci", whole, action="save", draft=_word_of(led))
    assert saved.status == 303, text_of(saved)
    assert len(resci.received) == 1


def _word_of(sent: Seen) -> str:
    """Return what the draft is called that a form left."""
    found = _DRAFT.search(sent.headers.get("location", "")) or _WORD.search(sent.text)
    assert found is not None, sent.text
    return found[1]


def test_what_is_renamed_edited_or_removed_is_in_the_audit(opened: Opened, ui: RunningUi, own: Browser) -> None:
    _post(own, "/add/secret", TYPED, action="save")
    record = json.loads(opened("show", "odd", "--json").out)["id"]
    at = f"/credentials/{record}"
    assert own.post(f"{at}/labels", name="odd", description="of the team", tags="").status == 303
    assert own.post(f"{at}/labels", name="second", description="of the team", tags="").status == 303
    assert own.post(f"{at}/remove").status == 303
    ui.end()
    told = json.loads(opened("audit", "--json").out)
    here = [(one["action"], one["name"], one["what"]) for one in reversed(told) if one["source"] == "here"]
    assert here[-3:] == [("update", "second", []), ("rename", "second", ["odd"]), ("remove", "second", [])]


def _post(browser: Browser, path: str, row: Mapping[str, str], **fields: str) -> Seen:
    return browser.post(path, None, None, **fields, **row)
