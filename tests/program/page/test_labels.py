"""Name, description and tags of a credential: all of them change or none, and what is wrong is told at its field."""

import json

import pytest
from markupsafe import escape

from tests.support.opened import Opened
from tests.support.running_ui import Browser, RunningUi, text_of
from tests.support.standins.resci import Resci


def _labels(opened: Opened, name: str) -> tuple[str, list[str]]:
    shown = json.loads(opened("show", name, "--json").out)
    return shown["description"], shown["tags"]


@pytest.fixture
def at(opened: Opened, resci: Resci) -> str:
    assert opened.add(resci, "--description", "as it was", "--tag", "old").code == 0
    assert opened("add", "resci", "other", "--set", "api_key=env:K", "--no-probe", environment={"K": "EX"}).code == 0
    record: str = json.loads(opened("show", "resci", "--json").out)["id"]
    return f"/credentials/{record}/labels"


@pytest.mark.parametrize("name", ["other", "OTHER", "-x", "a/b", ""])
def test_a_name_that_is_refused_leaves_the_rest_as_it_was(opened: Opened, ui: RunningUi, at: str, name: str) -> None:
    sent = Browser(ui).post(at, name=name, description="new", tags="new")
    assert sent.status == 422
    assert ">new</textarea>" in sent.text
    assert _labels(opened, "resci") == ("as it was", ["old"])


def test_all_three_change_at_once(opened: Opened, ui: RunningUi, at: str) -> None:
    assert Browser(ui).post(at, name="mailing", description="new", tags="a, b").status == 303
    assert _labels(opened, "mailing") == ("new", ["a", "b"])
    assert opened("get", "mailing/api_key").code == 0
    did = [one["action"] for one in json.loads(opened("audit", "mailing", "--json").out) if one["source"] == "here"]
    assert {"update", "rename"} <= {*did}


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({"name": "other"}, "name", "Credential name is taken"),
        ({"name": "n" * 256}, "name", "Credential name is longer than 255 characters"),
        ({"name": "-x"}, "name", "Credential name begins with '-', which reads as an option"),
        ({"description": "d" * 4097}, "description", "Credential description is longer than 4096 characters"),
        ({"tags": "t" * 65}, "tags", "Tag is longer than 64 characters"),
        ({"tags": ",".join(f"t{number}" for number in range(65))}, "tags", "Tags are more than 64"),
    ],
)
def test_what_is_wrong_is_told_as_the_form_calls_it_and_leads_there(
    ui: RunningUi, at: str, sent: dict[str, str], field: str, said: str
) -> None:
    browser = Browser(ui)
    for path, name in ((at, "resci"), ("/add/resci", "third")):
        whole = {"name": name, "description": "", "tags": "", **sent}
        seen = browser.post(path, None, None, action="test", **{**whole, "field.api_key": "key-EXAMPLE"})
        assert seen.status == 422
        assert f"missing or wrong {said} " in text_of(seen)
        assert f'<a href="#{field}">{escape(said)}</a>' in seen.text
        assert f'id="{field}"' in seen.text
