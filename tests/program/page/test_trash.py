"""The trash on the page: what lies there, and bringing it back."""

import json

from tests.support.opened import Opened
from tests.support.people import invite
from tests.support.running_ui import Browser, RunningUi, running_ui, text_of
from tests.support.standins.resci import Resci


def thrown(opened: Opened, resci: Resci) -> str:
    """Keep a credential, remove it, and return its id."""
    assert opened.add(resci).code == 0
    record = str(json.loads(opened("show", "resci", "--json").out)["id"])
    assert opened("remove", "resci", "--yes").code == 0
    return record


def test_it_is_restored_as_it_was(opened: Opened, resci: Resci, ui: RunningUi) -> None:
    own = Browser(ui)
    assert "The trash is empty." in text_of(own.get("/trash"))
    record = thrown(opened, resci)
    shown = text_of(own.get("/trash"))
    assert "ReSci removed just now, kept until " in shown, shown
    sent = own.post(f"/trash/{record}")
    assert own.path_to(sent) == f"/credentials/{record}"
    assert "resci is restored." in text_of(own.get(own.path_to(sent)))
    assert opened("get", "resci/api_key").out == resci.api_key
    again = own.post(f"/trash/{record}")
    assert (again.status, "nothing with that id is in the trash" in text_of(again)) == (404, True)
    assert ("trash restore", "resci") in [
        (one["action"], one["name"]) for one in json.loads(opened("audit", "--json").out)
    ]


def test_it_takes_nobodys_name(opened: Opened, resci: Resci, ui: RunningUi) -> None:
    own, record = Browser(ui), thrown(opened, resci)
    assert opened.add(resci).code == 0
    assert own.post(f"/trash/{record}").status == 409
    assert 'value="resci-2"' in own.get("/trash").text
    assert own.post(f"/trash/{record}", name="resci-2").status == 303
    assert opened.names == ["resci", "resci-2"]


def test_a_name_that_is_an_id_leads_to_no_other(opened: Opened, resci: Resci, ui: RunningUi) -> None:
    own, record = Browser(ui), thrown(opened, resci)
    held = {"HELD": "other-EXAMPLE"}
    assert opened("add", "secret", record, "--set", "pin=env:HELD", environment=held).code == 0
    assert opened("remove", record, "--yes").code == 0
    assert own.post(f"/trash/{record}").status == 303
    assert opened.names == ["resci"]


def test_a_reader_is_offered_nothing(opened: Opened, resci: Resci) -> None:
    bob = invite(opened, "bob", "--role", "reader")
    assert opened.add(resci).code == 0
    assert opened("share", "resci", "--with", "bob").code == 0
    record = json.loads(opened("show", "resci", "--json").out)["id"]
    assert opened("remove", "resci", "--yes").code == 0
    with running_ui(bob) as ui:
        own = Browser(ui)
        assert "Trash" not in text_of(own.get("/credentials"))
        shown = text_of(own.get("/trash"))
        assert ("resci" in shown, "Restore" in shown) == (True, False)
        assert own.post(f"/trash/{record}").status == 403
    assert opened.names == []
