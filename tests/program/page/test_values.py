"""Other values for a credential on the page: what is typed is proved, the rest stays, and nothing comes back."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.support.opened import Opened
from tests.support.people import invite
from tests.support.running_ui import Browser, RunningUi, Seen, running_ui, text_of
from tests.support.standins import faults
from tests.support.standins.resci import Resci

NEW = "second-key-EXAMPLE"
_INPUT = re.compile(r'name="(field\.\w+)" type="\w+" value="([^"]*)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')
_DRAFT = re.compile(r'name="draft" value="([\w-]+)"')


@pytest.fixture
def elsewhere() -> Iterator[Resci]:
    """A host of somebody else's, which takes any key."""
    with Resci() as stand_in:
        yield stand_in


@pytest.fixture
def own(opened: Opened, resci: Resci, ui: RunningUi) -> Browser:
    assert opened.add(resci).code == 0
    return Browser(ui)


class Form:
    """The form of one credential, filled in as a person would: with what it shows, and what is typed over that."""

    def __init__(self, own: Browser, program: Opened, name: str = "resci") -> None:
        record = json.loads(program("show", name, "--json").out)["id"]
        self._own, self.path = own, f"/credentials/{record}/values"
        text = own.get(self.path).text
        self.shown = {field: unescape(value) for field, value in _INPUT.findall(text)}
        (self.version,) = _VERSION.findall(text)
        self.word = ""

    def send(self, action: str, *, free: tuple[str, str] = ("", ""), allow_host: str = "", **typed: str) -> Seen:
        fields = {**self.shown, **{f"field.{name}": value for name, value in typed.items()}}
        if allow_host:
            fields["allow_host"] = allow_host
        if free[0]:
            fields |= {"free.name": free[0], "free.value": free[1]}
        sent = self._own.post(self.path, None, None, **fields, action=action, version=self.version, draft=self.word)
        seen = self._own.get(self._own.path_to(sent)) if sent.status == 303 else sent
        found = _DRAFT.search(seen.text)
        self.word = found[1] if found else ""
        return seen


@pytest.fixture
def form(own: Browser, opened: Opened) -> Form:
    return Form(own, opened)


def test_a_key_that_is_pasted_anew_is_proved_and_then_saved(
    opened: Opened, resci: Resci, own: Browser, form: Form
) -> None:
    old, resci.api_key = resci.api_key, NEW
    screen = own.get(form.path)
    assert resci.base_url in screen.text
    assert "is kept: leave it empty to keep it" in screen.text
    refused = form.send("test", api_key="wrong-EXAMPLE")
    assert "ReSci rejected this credential" in text_of(refused)
    assert opened("get", "resci/api_key").out == old
    accepted = form.send("test", api_key=NEW)
    assert "ReSci accepted this credential" in text_of(accepted)
    assert opened("get", "resci/api_key").out == old
    saved = form.send("save")
    assert "resci is saved: accepted" in text_of(saved)
    assert opened("get", "resci/api_key").out == NEW
    assert [text for text in (screen.text, refused.text, accepted.text, saved.text) if "-EXAMPLE" in text] == []
    audit = json.loads(opened("audit", "resci", "--json").out)
    assert ("update", ["api_key"]) in [(one["action"], one["what"]) for one in audit]


def test_what_is_refused_is_saved_only_on_a_word(opened: Opened, resci: Resci, form: Form) -> None:
    refused = form.send("save", api_key="wrong-EXAMPLE")
    assert "Save anyway, not verified" in text_of(refused)
    assert opened("get", "resci/api_key").out == resci.api_key
    assert "resci is saved, and not verified." in text_of(form.send("save_unverified"))
    assert opened("get", "resci/api_key").out == "wrong-EXAMPLE"


def test_nothing_that_was_typed_changes_nothing(opened: Opened, resci: Resci, form: Form) -> None:
    asked = len(resci.received)
    assert "Nothing changed." in text_of(form.send("save"))
    assert len(resci.received) == asked
    assert len(json.loads(opened("history", "resci", "--json").out)) == 1


def test_a_secret_that_is_kept_is_sent_to_no_host_of_another(
    opened: Opened, resci: Resci, elsewhere: Resci, form: Form
) -> None:
    """Who sees no secret on the page would else be shown it by a host of his own."""
    elsewhere.api_key = resci.api_key
    asked = form.send("test", base_url=elsewhere.base_url)
    assert (asked.status, "May it go there?" in asked.text) == (409, True)
    assert "type it anew, if it may go there" in text_of(asked)
    for action in ("test", "save", "save_unverified"):
        refused = form.send(action, base_url=elsewhere.base_url, allow_host=elsewhere.host)
        assert refused.status == 422, text_of(refused)
        assert "API Key Value has to be typed anew, since it would go elsewhere than it does now" in text_of(refused)
    assert elsewhere.received == []
    assert opened("show", "resci", "--json").out.count(elsewhere.host) == 0
    accepted = form.send("test", base_url=elsewhere.base_url, api_key=resci.api_key)
    assert "ReSci accepted this credential" in text_of(accepted)
    assert "is saved: accepted" in text_of(form.send("save", base_url=elsewhere.base_url))


def test_a_host_that_is_allowed_beforehand_gets_no_kept_secret(
    opened: Opened, resci: Resci, elsewhere: Resci, form: Form
) -> None:
    allowed = form.send("save_unverified", allow_host=elsewhere.host)
    assert allowed.status == 422
    other = form.send("save_unverified", base_url=elsewhere.base_url)
    assert other.status == 422
    assert elsewhere.received == []


@pytest.mark.parametrize(
    ("field", "value"), [("host", "evil.example"), ("port", "5433"), ("sslmode", "disable"), ("hostaddr", "192.0.2.1")]
)
def test_a_login_is_made_as_before_with_a_kept_password(opened: Opened, own: Browser, field: str, value: str) -> None:
    said = {"host": "db.example.com", "username": "ada", "database": "app"}
    words = [word for name, text in said.items() for word in ("--set", f"{name}={text}")]
    added = opened(
        "add", "postgres", *words, "--set", "password=env:HELD", "--no-probe", environment={"HELD": "EXAMPLE"}
    )
    assert added.code == 0, added.err
    changed = Form(own, opened, "postgres")
    changed.shown[f"field.{field}"] = value
    refused = changed.send("save_unverified")
    assert "Password has to be typed anew" in text_of(refused)
    assert Form(own, opened, "postgres").send("save_unverified", username="bob").status == 200


def test_what_was_typed_and_not_saved_is_sent_to_no_host_of_another(
    opened: Opened, resci: Resci, elsewhere: Resci, form: Form
) -> None:
    """Whoever sits down at a form that was left open sees no secret, and could have it sent to a host of his own."""
    elsewhere.api_key = NEW
    assert "rejected" in text_of(form.send("test", api_key=NEW))
    for action in ("test", "save", "save_unverified"):
        led = form.send(action, base_url=elsewhere.base_url, allow_host=elsewhere.host)
        assert (led.status, elsewhere.received) == (422, [])
    assert opened("get", "resci/api_key").out == resci.api_key
    assert "accepted" in text_of(form.send("test", base_url=elsewhere.base_url, api_key=NEW))


def test_values_that_changed_meanwhile_are_not_overwritten(opened: Opened, resci: Resci, form: Form) -> None:
    resci.more_keys = (NEW, "third-key-EXAMPLE")
    assert "accepted" in text_of(form.send("test", api_key="third-key-EXAMPLE"))
    held = {"HELD": NEW}
    assert opened("update", "resci", "--set", "api_key=env:HELD", environment=held).code == 0
    late = form.send("save")
    assert (late.status, "have changed since this form was opened" in text_of(late)) == (409, True)
    assert opened("get", "resci/api_key").out == NEW


def test_a_form_whose_typed_values_are_gone_saves_nothing(opened: Opened, resci: Resci, form: Form) -> None:
    """The old key would be kept, and be told as saved."""
    form.send("test", api_key="wrong-EXAMPLE")
    form.word = "forgotten"
    gone = form.send("save")
    assert (gone.status, "what was typed is not kept any more" in text_of(gone)) == (400, True)


def test_what_is_not_proved_is_kept_beside_what_is(opened: Opened, resci: Resci, form: Form) -> None:
    resci.fault = faults.server_error()
    unproved = form.send("test", api_key=NEW)
    assert "Keep it sealed until it is proved" in text_of(unproved)
    kept = form.send("keep")
    assert "nexcred update 'resci' --retry proves the new ones" in text_of(kept)
    assert "A new value is kept sealed beside the present one" in text_of(kept)
    assert opened("get", "resci/api_key").out == resci.api_key
    resci.fault, resci.api_key = None, NEW
    assert opened("update", "resci", "--retry").code == 0
    assert opened("get", "resci/api_key").out == NEW


def test_fields_that_it_names_itself_stay_go_and_come(opened: Opened, own: Browser) -> None:
    held = {"ONE": "0042-EXAMPLE", "TWO": "0043-EXAMPLE"}
    words = ("--set", "pin=env:ONE", "--set", "puk=env:TWO")
    added = opened("add", "secret", "odd", *words, environment=held)
    assert added.code == 0, added.err
    odd = Form(own, opened, "odd")
    assert "EXAMPLE" not in own.get(odd.path).text
    saved = odd.send("save", free=("pin", ""))
    assert "odd is kept as it is" in text_of(saved)
    assert (opened("get", "odd/pin").out, opened("get", "odd/puk").code) == ("0042-EXAMPLE", 3)
    more = Form(own, opened, "odd").send("save", free=("pin", "0044-EXAMPLE"))
    assert "odd is kept as it is" in text_of(more)
    assert opened("get", "odd/pin").out == "0044-EXAMPLE"


def test_a_secret_of_ones_own_fields_stays_with_what_is_beside_it(opened: Opened, own: Browser) -> None:
    """Which of them tells a program where to send it is known to nobody else."""
    rows: dict[str, str | list[str]] = {"free.name": ["token", "server"], "free.public": ["1"], "action": "save"}
    typed = {"free.value": ["0042-EXAMPLE", "db.example.com"]}
    added = own.post("/add/secret", None, None, **rows, **typed, name="odd")
    assert added.status == 303, text_of(added)
    form = Form(own, opened, "odd")
    for token, status, server in (("", 422, "db.example.com"), ("0043-EXAMPLE", 303, "other.example")):
        values = {"free.value": [token, "other.example"]}
        led = own.post(form.path, None, None, **rows, **values, version=form.version, draft="")
        assert (led.status, opened("get", "odd/server").out) == (status, server)
    assert opened("get", "odd/token").out == "0043-EXAMPLE"


def test_a_reader_is_shown_no_form(opened: Opened, resci: Resci, own: Browser, form: Form) -> None:
    del own
    bob = invite(opened, "bob", "--role", "reader")
    assert opened("share", "resci", "--with", "bob").code == 0
    with running_ui(bob) as ui:
        seen = Browser(ui).get(form.path)
    assert (seen.status, resci.base_url in seen.text) == (403, False)
