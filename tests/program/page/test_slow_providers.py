"""A provider that hangs, drips or answers without end, while somebody looks at the page: it waits for nobody else."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.support.opened import Opened
from tests.support.parcels import keep, key
from tests.support.running_ui import OWN, Browser, RunningUi, text_of
from tests.support.standins import faults
from tests.support.standins.aha import Aha
from tests.support.standins.github import GitHubLogin
from tests.support.standins.parcels import Parcels
from tests.support.standins.resci import Resci
from tests.support.waiting import wait_until

_MORE_THAN_SLOW_THREADS = 20


@pytest.fixture
def own(opened: Opened, resci: Resci, ui: RunningUi) -> Browser:
    assert opened.add(resci, secret=resci.api_key).code == 0
    return Browser(ui)


@pytest.fixture
def held(resci: Resci) -> Iterator[faults.Held]:
    fault = faults.Held()
    resci.fault = fault
    yield fault
    fault.let_go.set()


def typed(resci: Resci, name: str) -> dict[str, str]:
    """Return what the form of a new credential sends."""
    return {
        "name": name,
        "field.api_key": resci.api_key,
        "field.base_url": resci.base_url,
        "allow_host": resci.host,
    }


def test_all_other_screens_and_forms_go_on_while_providers_are_asked(
    opened: Opened, resci: Resci, own: Browser, held: faults.Held
) -> None:
    record = json.loads(opened("show", "resci", "--json").out)["id"]
    at = f"/credentials/{record}"
    with ThreadPoolExecutor(_MORE_THAN_SLOW_THREADS) as pool:
        asking = [
            pool.submit(own.post, "/add/resci", None, None, **typed(resci, f"new-{number}"), action="save")
            for number in range(_MORE_THAN_SLOW_THREADS)
        ]
        job = own.path_to(own.post(f"{at}/probe"))
        assert held.asked.acquire(timeout=60)
        for path in ("/credentials", at, f"{at}/values", f"{at}/labels", "/add", "/add/aha", "/board", job):
            assert own.get(path).status == 200, path
        assert own.post(f"{at}/labels", name="resci", description="told meanwhile", tags="").status == 303
        assert [one for one in asking if one.done()] == []
        assert opened.names == ["resci"]
        held.let_go.set()
        led = [one.result().status for one in asking]
    assert led == [303] * _MORE_THAN_SLOW_THREADS


def test_each_wait_has_an_end_that_is_told_and_nothing_is_saved(opened: Opened, own: Browser, parcels: Parcels) -> None:
    """All of them at once, since each takes its time."""
    keep(opened, parcels)
    record = json.loads(opened("show", "parcels", "--json").out)["id"]
    parcels.fault = faults.silence()
    wrong = (faults.silence(), faults.drip(), faults.drip_headers(), faults.endless_chunks(), faults.endless_continue())
    stand_ins = [Resci(fault=fault) for fault in wrong]
    with ThreadPoolExecutor(len(wrong)) as pool:
        for one in stand_ins:
            one.__enter__()
        try:
            job = own.post(f"/credentials/{record}/probe")
            sent = pool.map(
                lambda one: own.post("/add/resci", None, None, **typed(one, "new"), action="save"), stand_ins
            )
            told = [text_of(own.get(own.path_to(one))) for one in sent]
        finally:
            for one in stand_ins:
                one.__exit__(None, None, None)
    for text in told:
        assert "no complete answer within 10 s" in text or "longer than 1 MiB" in text, text
        assert "Save anyway, not verified" in text
    assert "within 10 s" in own.end_of(job)
    assert opened.names == ["parcels", "resci"]


def test_a_login_at_what_never_answers_ends_and_is_told(opened: Opened, own: Browser) -> None:
    with GitHubLogin() as github:
        values = {"client_id": github.rules.client_id, "scope": "", "login_url": github.url, "base_url": github.url}
        words = [word for name, value in values.items() if value for word in ("--set", f"{name}={value}")]
        assert opened("add", "github", "--method", "device", *words, "--allow-host", github.host).code == 0
        github.fault = faults.silence()
        record = json.loads(opened("show", "github", "--json").out)["id"]
        assert "within 10 s" in own.end_of(own.post(f"/credentials/{record}/login"))
        assert own.get("/credentials").status == 200


def test_who_leaves_in_the_middle_of_a_slow_form_has_it_done_whole(opened: Opened, own: Browser, aha: Aha) -> None:
    """As where a tab is closed: what was sent whole is done, and nobody is there to be told."""
    fault = aha.fault = faults.Held()
    values = {
        "name": "left",
        "field.account_domain": aha.account_domain,
        "field.api_key": aha.api_key,
        "field.base_url": aha.base_url,
        "allow_host": aha.host,
    }
    _leave(own, "/add/aha", urlencode({"token": own.token, **values, "action": "save"}), whole=True)
    assert fault.asked.acquire(timeout=60)
    assert opened.names == ["resci"]
    fault.let_go.set()
    wait_until(lambda: "left" in opened.names)
    shown = json.loads(opened("show", "left", "--json").out)
    assert (shown["probe"]["status"], opened("get", "left/api_key").out) == ("accepted", aha.api_key)


def test_half_a_form_does_nothing(opened: Opened, resci: Resci, own: Browser) -> None:
    asked = len(resci.received)
    _leave(own, "/add/resci", urlencode({"token": own.token, **typed(resci, "left"), "action": "save"}), whole=False)
    assert own.get("/credentials").status == 200
    assert (opened.names, len(resci.received)) == (["resci"], asked)


def test_a_rotation_is_begun_once_by_who_leaves(opened: Opened, own: Browser, parcels: Parcels) -> None:
    keep(opened, parcels)
    record = json.loads(opened("show", "parcels", "--json").out)["id"]
    _leave(own, f"/credentials/{record}/rotate", urlencode({"token": own.token, "action": "begin"}), whole=True)
    wait_until(lambda: key(opened) == "made-2-EXAMPLE")
    assert "both keys work until" in text_of(own.get(f"/credentials/{record}"))


def _leave(own: Browser, path: str, body: str, *, whole: bool) -> None:
    """Send a form, or half of it, and end the connection without reading an answer."""
    headers = {
        **OWN,
        "Host": own.ui.host,
        "Cookie": own.cookie,
        "Origin": "null",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(("127.0.0.1", own.ui.port), 60) as connection:
        sent = body if whole else body[: len(body) // 2]
        connection.sendall(f"POST {own.base}{path} HTTP/1.1\r\n{head}\r\n{sent}".encode())
