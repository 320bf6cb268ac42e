"""A key that its provider replaces by calls, driven from the page: on, back, and on again after what goes wrong."""

import json
import re
import signal
from collections.abc import Callable

import pytest

from tests.support.opened import Opened
from tests.support.parcels import REPLACE, keep, key, refuse_to_end
from tests.support.running_ui import Browser, RunningUi, running_ui, text_of
from tests.support.standins import faults
from tests.support.standins.exchange import Answer, Fault, Received, Script, json_answer
from tests.support.standins.parcels import Parcels


@pytest.fixture
def kept(opened: Opened, parcels: Parcels) -> Opened:
    return keep(opened, parcels)


@pytest.fixture
def own(kept: Opened, ui: RunningUi) -> Browser:
    return Browser(ui)


@pytest.fixture
def at(kept: Opened) -> str:
    """The path of the credential."""
    return f"/credentials/{json.loads(kept('show', 'parcels', '--json').out)['id']}"


def rotate(own: Browser, at: str, action: str, *, yes: str = "", lose_both: str = "") -> str:
    """Press a button of the screen, and return what is told once that is over."""
    return own.end_of(own.post(f"{at}/rotate", action=action, yes=yes, lose_both=lose_both))


def test_both_keys_work_until_the_old_one_is_ended_at_once(
    kept: Opened, parcels: Parcels, own: Browser, at: str
) -> None:
    before = text_of(own.get(f"{at}/rotate"))
    assert "A new key is made and proved, both work for 24 h, then the old one is revoked and proved dead." in before
    assert "Both keys work until the old one is revoked." in before
    told = rotate(own, at, "begin")
    assert re.search(r"Done: waiting until .* UTC: both keys work until then", told), told
    steps = ("a new key is asked for", "the new key is kept, sealed", "the provider accepts", "the new key is in use")
    assert [step for step in steps if step not in told] == []
    assert (list(parcels.keys), key(kept)) == (["k1", "k2"], "made-2-EXAMPLE")
    for path in (at, f"{at}/rotate"):
        assert "switched, both keys work until" in text_of(own.get(path))
    assert "Done: waiting" in rotate(own, at, "resume")
    told = rotate(own, at, "end_now")
    assert "Done: done: the old key is refused" in told
    assert (list(parcels.keys), key(kept)) == (["k2"], "made-2-EXAMPLE")
    assert [one["state"] for one in json.loads(kept("history", "parcels", "--json").out)] == ["present", "dead"]


def test_it_goes_back_to_the_old_key(kept: Opened, parcels: Parcels, own: Browser, at: str) -> None:
    rotate(own, at, "begin")
    assert "Done: undone: the old key is in use" in rotate(own, at, "undo")
    assert (list(parcels.keys), key(kept)) == (["k1"], "first-EXAMPLE")
    assert "Rotate now" in text_of(own.get(f"{at}/rotate"))


def test_no_secret_comes_back(kept: Opened, own: Browser, at: str, ui: RunningUi) -> None:
    sent = own.post(f"{at}/rotate", action="begin")
    own.end_of(sent)
    job = own.path_to(sent)
    seen = [own.get(path).text for path in (at, f"{at}/rotate", job)]
    seen.append(own.get(f"{job}/progress", X_Nexcred_Token=own.token).text)
    assert [text for text in (*seen, ui.end()) if "-EXAMPLE" in text] == []


def test_a_new_key_that_is_not_proved_is_not_used(kept: Opened, parcels: Parcels, own: Browser, at: str) -> None:
    def refuse(request: Received, proper: Answer) -> Answer:
        is_new = "made-" in request.headers.get("authorization", "")
        return json_answer({"message": "not yet"}, 503) if is_new and request.path == "/me" else proper

    parcels.fault = refuse
    told = rotate(own, at, "begin")
    assert "hangs: the new key is not proved yet: not yet" in told
    assert "the screen of its rotation says how to go on" in told
    assert key(kept) == "first-EXAMPLE"
    assert "On its way: made, the new key is not proved yet: not yet" in text_of(own.get(f"{at}/rotate"))
    assert "End the old key now" not in text_of(own.get(f"{at}/rotate"))
    assert "Done: undone" in rotate(own, at, "undo")
    assert (list(parcels.keys), key(kept)) == (["k1"], "first-EXAMPLE")


def test_an_old_key_that_the_provider_does_not_end_is_told(
    kept: Opened, parcels: Parcels, own: Browser, at: str
) -> None:
    refuse_to_end(parcels, 500)
    rotate(own, at, "begin")
    assert "hangs: " in rotate(own, at, "end_now")
    parcels.fault = None
    assert "Done: done: the old key is refused" in rotate(own, at, "end_now")


def test_a_lost_answer_leaves_a_key_that_is_named_and_ended_on_a_yes(
    kept: Opened, parcels: Parcels, own: Browser, at: str
) -> None:
    parcels.fault = once_asked("POST", "/keys", faults.reset())
    assert "hangs: its answer was lost" in rotate(own, at, "begin")
    parcels.fault = None
    told = rotate(own, at, "resume")
    assert "nobody knows the secret of k2" in told
    assert (list(parcels.keys), key(kept)) == (["k1", "k2"], "first-EXAMPLE")
    screen = text_of(own.get(f"{at}/rotate"))
    assert "nobody knows the secret of k2, made meanwhile" in screen
    assert "Revoke at the provider what was made meanwhile" in screen
    assert "Done: waiting" in rotate(own, at, "resume", yes="yes")
    assert (list(parcels.keys), key(kept)) == (["k1", "k3"], "made-3-EXAMPLE")


def test_what_answers_nothing_changes_nothing_and_holds_up_no_other_screen(
    kept: Opened, parcels: Parcels, own: Browser, at: str
) -> None:
    parcels.fault = faults.hang_up()
    told = rotate(own, at, "begin")
    assert "unchanged: " in told
    assert "says how to go on" not in told
    assert (list(parcels.keys), key(kept)) == (["k1"], "first-EXAMPLE")
    assert "Rotate now" in text_of(own.get(f"{at}/rotate"))


def test_it_is_begun_once_however_often_the_button_is_pressed(
    kept: Opened, parcels: Parcels, own: Browser, at: str
) -> None:
    begun = [own.post(f"{at}/rotate", action="begin") for _ in range(3)]
    ends = [own.end_of(sent) for sent in begun if sent.status == 303]
    assert sum("Done: waiting" in end for end in ends) == 1
    assert list(parcels.keys) == ["k1", "k2"]


def test_a_page_that_dies_while_it_asks_is_gone_on_for_by_the_next(
    kept: Opened, parcels: Parcels, own: Browser, at: str
) -> None:
    parcels.fault = once_asked("POST", "/keys", faults.silence(), own.ui.process.kill)
    own.post(f"{at}/rotate", action="begin")
    own.ui.process.wait(60)
    parcels.fault = None
    assert json.loads(kept("show", "parcels", "--json").out)["rotation"]["step"] == "planned"
    with running_ui(kept) as ui:
        second = Browser(ui)
        assert "On its way: planned" in text_of(second.get(f"{at}/rotate"))
        assert "nobody knows the secret of k2" in rotate(second, at, "resume")
        assert "Done: waiting" in rotate(second, at, "resume", yes="yes")
    assert (list(parcels.keys), key(kept)) == (["k1", "k3"], "made-3-EXAMPLE")


def test_a_page_that_dies_while_it_asks_is_gone_on_for_at_the_terminal(
    kept: Opened, parcels: Parcels, own: Browser, at: str
) -> None:
    parcels.fault = once_asked("GET", "/me", faults.silence(), own.ui.process.kill)
    own.post(f"{at}/rotate", action="begin")
    own.ui.process.wait(60)
    parcels.fault = None
    done = kept("rotate", "--resume", "parcels", "--grace", "0")
    assert (done.code, done.out) == (0, "parcels: done: the old key is refused\n"), done.err
    assert list(parcels.keys) == ["k2"]


def test_what_was_gone_on_with_elsewhere_is_told(kept: Opened, own: Browser, at: str) -> None:
    """The screen may be older than the rotation."""
    rotate(own, at, "begin")
    assert kept("rotate", "--resume", "parcels", "--grace", "0").code == 0
    for action in ("resume", "undo", "end_now"):
        late = own.post(f"{at}/rotate", action=action)
        assert (late.status, "no rotation of 'parcels' is on its way" in text_of(late)) == (400, True), text_of(late)


def test_a_key_that_is_replaced_at_once_is_asked_about(opened: Opened, parcels: Parcels) -> None:
    keep(opened, parcels, REPLACE)
    at = f"/credentials/{json.loads(opened('show', 'parcels', '--json').out)['id']}"
    with running_ui(opened) as ui:
        own = Browser(ui)
        refused = own.post(f"{at}/rotate", action="begin")
        assert (refused.status, list(parcels.keys)) == (422, ["k1"])
        assert "Say that you know what a lost answer would do" in text_of(refused)
        rotate(own, at, "begin", lose_both="yes")
    assert key(opened) == "made-2-EXAMPLE"


def test_the_page_ends_once_an_answer_that_comes_but_once_is_kept(opened: Opened, parcels: Parcels) -> None:
    """The old key is revoked as the new one is made: whoever breaks off there loses both."""
    keep(opened, parcels, REPLACE)
    at = f"/credentials/{json.loads(opened('show', 'parcels', '--json').out)['id']}"
    held = faults.Held()
    parcels.fault = once_asked("POST", "/keys", held)
    with running_ui(opened) as ui:
        own = Browser(ui)
        assert own.post(f"{at}/rotate", action="begin", lose_both="yes").status == 303
        assert held.asked.acquire(timeout=60)
        ui.process.send_signal(signal.SIGINT)
        assert ui.process.stderr is not None
        assert any(b"a provider is being asked" in line for line in ui.process.stderr), "it has ended"
        held.let_go.set()
        assert ui.process.wait(60) == 0
    assert key(opened) == "made-2-EXAMPLE"


def once_asked(method: str, path: str, fault: Fault, then: Callable[[], None] = lambda: None) -> Fault:
    """Go wrong at this request alone, once something else is done."""

    def chosen(request: Received, proper: Answer) -> Answer | Script:
        if (request.method, request.path) != (method, path):
            return proper
        then()
        return fault(request, proper)

    return chosen
