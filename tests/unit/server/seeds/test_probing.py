"""What a provider says, as a status that Nexla's clients take for no other thing."""

import pytest

from nexcred.errors import Locked
from tests.support.opened import Opened
from tests.support.standins import Rest
from tests.support.standins.exchange import json_answer
from tests.support.standins.faults import always, rate_limited, server_error, silence
from tests.unit.server.seeds.conftest import Seeds, of_stand_in, seeds_of

WAYS = [("PUT", "/probe/authenticate"), ("GET", "/probe"), ("GET", "/probe?async=True&request_id=7")]


@pytest.mark.parametrize(("method", "path"), WAYS)
def test_accepted_is_the_only_yes(seeds: Seeds, rest: Rest, method: str, path: str) -> None:
    made = seeds.create("api", **of_stand_in(rest))
    assert rest.received == []
    answered = seeds(method, f"/{made['id']}{path}")
    assert answered.status == 200
    assert answered.json == {"status": "ok", "message": "REST API accepted this credential", "output": {}}
    shown = seeds("GET", f"/{made['id']}").json
    assert shown["verified_status"] == "VERIFIED"
    assert shown["verified_at"] is not None
    assert seeds.home("list", "--status", "accepted").out != ""


@pytest.mark.parametrize(
    ("fault", "status", "code", "verified"),
    [
        (always(json_answer({"message": "bad key"}, 401)), 403, "rejected", "FAILED"),
        (always(json_answer({}, 403)), 403, "forbidden", "UNVERIFIED"),
        (rate_limited(), 424, "rate_limited", "UNVERIFIED"),
        (server_error(), 424, "provider_error", "UNVERIFIED"),
    ],
)
def test_anything_else_is_a_failure_and_never_401(
    seeds: Seeds, rest: Rest, fault: object, status: int, code: str, verified: str
) -> None:
    made = seeds.create("api", **of_stand_in(rest))
    rest.fault = fault  # type: ignore[assignment]
    for method, path in WAYS:
        answered = seeds(method, f"/{made['id']}{path}")
        assert (answered.status, answered.json["code"]) == (status, code)
        assert rest.api_key not in answered.body.decode()
    assert seeds("GET", f"/{made['id']}").json["verified_status"] == verified


def test_nobody_is_asked_about_new_values(seeds: Seeds, rest: Rest) -> None:
    made = seeds.create("api", **of_stand_in(rest))
    assert seeds("GET", f"/{made['id']}/probe").status == 200
    asked = len(rest.received)
    changed = seeds("PUT", f"/{made['id']}", {"credentials": {**of_stand_in(rest), "api_key": "other-EXAMPLE"}})
    assert (changed.json["verified_status"], changed.json["verified_at"]) == (None, None)
    assert len(rest.received) == asked


def test_a_provider_that_hangs_is_given_up(home: Opened, rest: Rest) -> None:
    with seeds_of(home, probe_timeout_s=0.3) as seeds:
        made = seeds.create("api", **of_stand_in(rest))
        rest.fault = silence()
        answered = seeds("PUT", f"/{made['id']}/probe/authenticate")
        assert (answered.status, answered.json["code"]) == (424, "unreachable")
        assert seeds("GET").status == 200


def test_who_cannot_be_asked_is_not_proved(seeds: Seeds) -> None:
    seeds.home("add", "secret", "s", "--set", "token=env:T", "--no-probe", environment={"T": "EXAMPLE"})
    (made,) = seeds("GET").json
    answered = seeds("GET", f"/{made['id']}/probe")
    assert (answered.status, answered.json["code"]) == (424, "unsupported")


def test_a_vault_that_locks_while_the_provider_is_asked(seeds: Seeds, rest: Rest) -> None:
    made = seeds.create("api", **of_stand_in(rest))

    def lock(_request: object, proper: object) -> object:
        seeds.source.failure = Locked("the vault is locked")
        return proper

    rest.fault = lock  # type: ignore[assignment]
    assert seeds("GET", f"/{made['id']}/probe").status == 200
    assert seeds("GET", f"/{made['id']}/probe").status == 503


@pytest.mark.parametrize("what", ["tree", "sample"])
def test_nothing_is_looked_into(seeds: Seeds, what: str) -> None:
    made = seeds.create("api")
    answered = seeds("POST", f"/{made['id']}/probe/{what}", {"depth": 1})
    assert (answered.status, answered.json["code"]) == (501, "not_implemented")
    assert seeds("POST", f"/7/probe/{what}", {"depth": 1}).status == 404


def test_a_key_probes_where_it_may(seeds: Seeds, rest: Rest) -> None:
    made = seeds.create("api", **of_stand_in(rest))
    key = seeds.keys.add("reader-EXAMPLE", "reader", "list", "show", "read")
    for method, path in (*WAYS, ("POST", "/probe/tree")):
        assert seeds(method, f"/{made['id']}{path}", key=key).status == 403
    assert rest.received == []
