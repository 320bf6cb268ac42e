"""Who holds a credential, in the words of Nexla's accessors."""

from typing import Any

import pytest
from nexla_sdk.models.access import AccessorResponse
from pydantic import TypeAdapter

from tests.support.opened import Opened
from tests.support.people import as_who_holds, invite
from tests.support.service_keys import KEY
from tests.unit.server.seeds.conftest import Seeds, seeds_of

ANSWERS = TypeAdapter(list[AccessorResponse])


@pytest.fixture
def bob(home: Opened) -> Opened:
    """Bob, and the team `data` with cyd in it, belong to the vault."""
    bob = invite(home, "bob", "--role", "member")
    invite(home, "cyd", "--role", "member")
    assert home("team", "add", "data", "--member", "cyd", "--yes").code == 0
    return bob


def user(name: str, *roles: str) -> dict[str, Any]:
    return {"type": "USER", "email": name, "access_roles": [*roles]}


def team(name: str, *roles: str) -> dict[str, Any]:
    return {"type": "TEAM", "name": name, "access_roles": [*roles]}


def told(answered: Any) -> set[tuple[str, str, str]]:
    """Return type, name and role of each; held by the SDK's models."""
    assert answered.status == 200, answered.json
    ANSWERS.validate_python(answered.json)
    return {(one["type"], one.get("email") or one["name"], *one["access_roles"]) for one in answered.json}


def test_they_are_added_replaced_and_taken_away(bob: Opened, seeds: Seeds) -> None:
    path = f"/{seeds.create('api')['id']}/accessors"
    (owner,) = told(seeds("GET", path))
    assert (owner[0], owner[2]) == ("USER", "owner")
    body = {"accessors": [user("bob", "collaborator"), team("data", "admin", "operator")]}
    added = told(seeds("PUT", path, body))
    assert added == {owner, ("USER", "bob", "collaborator"), ("TEAM", "data", "admin")}
    assert bob("get", "api/api_key").code == 0
    assert bob("update", "api", "--set", "api_key=env:NEW", "--no-probe", environment={"NEW": "EXAMPLE"}).code == 10
    assert told(seeds("PUT", path, {"accessors": [user("BOB", "admin")]})) >= {("USER", "bob", "admin")}
    assert told(seeds("POST", path, {"accessors": [user("bob", "operator")]})) == {
        owner,
        ("USER", "bob", "collaborator"),
    }
    assert told(seeds("DELETE", path, {"accessors": [user("bob"), team("data")]})) == {owner}
    told(seeds("PUT", path, body))
    assert told(seeds("DELETE", path)) == {owner} == told(seeds("GET", path))
    assert seeds.home("get", "api/api_key").code == 0


def test_they_are_named_by_their_numbers_too(bob: Opened, seeds: Seeds) -> None:
    path = f"/{seeds.create('api')['id']}/accessors"
    seeds("PUT", path, {"accessors": [user("bob", "admin"), team("data", "admin")]})
    numbers = {one.get("email", one.get("name")): one["id"] for one in seeds("GET", path).json}
    by_id = [{"type": "USER", "id": numbers["bob"]}, {"type": "TEAM", "id": numbers["data"], "name": "data"}]
    assert len(told(seeds("DELETE", path, {"accessors": by_id}))) == 1
    wrong = {"type": "USER", "id": numbers["data"], "access_roles": ["admin"]}
    assert seeds("PUT", path, {"accessors": [wrong]}).status == 400
    mixed = {"type": "USER", "id": numbers["bob"], "email": "cyd", "access_roles": ["admin"]}
    assert seeds("PUT", path, {"accessors": [mixed]}).status == 400


@pytest.mark.parametrize(
    ("accessor", "code"),
    [
        (user("bob", "owner"), "invalid_data"),
        (user("bob", "boss"), "invalid_data"),
        (user("bob"), "missing_field"),
        (user("nobody", "admin"), "member_not_found"),
        (team("nobody", "admin"), "team_not_found"),
        ({"type": "ORG", "id": 1, "access_roles": ["admin"]}, "invalid_data"),
        ({"type": "USER", "access_roles": ["admin"]}, "missing_field"),
        ({"type": "USER", "id": True, "access_roles": ["admin"]}, "invalid_data"),
        ({"type": "USER", "id": 7, "access_roles": ["admin"]}, "invalid_data"),
        ({"type": "USER", "email": ["bob"], "access_roles": ["admin"]}, "invalid_data"),
        ({"type": "USER", "email": "bob", "access_roles": [7]}, "invalid_data"),
        ("bob", "invalid_data"),
    ],
)
def test_what_a_body_may_not_say(bob: Opened, seeds: Seeds, accessor: object, code: str) -> None:
    path = f"/{seeds.create('api')['id']}/accessors"
    before = seeds("GET", path).json
    for method in ("PUT", "POST"):
        answered = seeds(method, path, {"accessors": [user("cyd", "admin"), accessor]})
        assert (answered.status, answered.json["code"]) == (400, code)
    assert seeds("GET", path).json == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"accessors": {}}', b'{"accessors": null}', b"7"])
def test_bodies_that_are_none(seeds: Seeds, body: bytes) -> None:
    path = f"/{seeds.create('api')['id']}/accessors"
    assert seeds("PUT", path, body).status == seeds("POST", path, body).status == 400


def test_the_one_who_added_it_stays(bob: Opened, seeds: Seeds) -> None:
    path = f"/{seeds.create('api')['id']}/accessors"
    (owner,) = seeds("GET", path).json
    for method in ("PUT", "POST", "DELETE"):
        answered = seeds(method, path, {"accessors": [user(owner["email"], "collaborator")]})
        assert (answered.status, answered.json["code"]) == (400, "invalid_data")
    assert seeds("GET", path).json == [owner]


def test_a_member_who_holds_by_a_team_is_not_told_to_be_off(bob: Opened, seeds: Seeds) -> None:
    path = f"/{seeds.create('api')['id']}/accessors"
    seeds("PUT", path, {"accessors": [team("data", "admin")]})
    answered = seeds("DELETE", path, {"accessors": [user("cyd")]})
    assert (answered.status, answered.json["code"]) == (400, "usage")
    assert "by the team 'data'" in answered.json["message"]


def test_to_write_is_not_to_share(bob: Opened, seeds: Seeds) -> None:
    path = f"/{seeds.create('api')['id']}/accessors"
    key = seeds.keys.add("writer-EXAMPLE", "writer", "list", "write", "delete")
    for method in ("GET", "PUT", "POST", "DELETE"):
        assert seeds(method, path, {"accessors": [user("bob", "admin")]}, key=key).status == 403


def test_roles_are_those_of_the_identity_that_serves(
    bob: Opened, home: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, options in {"read": ("--read",), "write": (), "none": None}.items():
        added = home("add", "resci", name, "--set", "api_key=env:K", "--no-probe", environment={"K": "EXAMPLE"})
        assert added.code == 0
        if options is not None:
            assert home("share", name, "--with", "bob", *options).code == 0
    monkeypatch.setenv("NEXCRED_IDENTITY", bob.environment["NEXCRED_IDENTITY"])
    with seeds_of(bob) as seeds:
        found = {one["name"]: (one["access_roles"], one["id"]) for one in seeds("GET").json}
        assert {name: roles for name, (roles, _) in found.items()} == {
            "read": ["collaborator"],
            "write": ["admin"],
            "none": [],
        }
        assert [one["name"] for one in seeds("GET", "?access_role=collaborator").json] == ["read"]
        for name in ("read", "none"):
            answered = seeds("PUT", f"/{found[name][1]}", {"credentials": {"api_key": "EXAMPLE"}})
            assert (answered.status, answered.json["code"]) == (403, "not_permitted")
        assert seeds("GET", f"/{found['none'][1]}/probe").status == 403


@pytest.mark.parametrize("options", [("--role", "reader"), ()])
def test_a_service_of_a_reader_or_guest_writes_nothing(
    home: Opened, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    added = home("add", "resci", "prod", "--set", "api_key=env:K", "--no-probe", environment={"K": "EXAMPLE"})
    assert added.code == 0
    reader = invite(home, "ci", *(options or ("--grant", "prod")))
    assert home("share", "prod", "--with", "ci").code == 0
    as_reader = as_who_holds(home, reader.environment["NEXCRED_IDENTITY"])
    monkeypatch.setenv("NEXCRED_IDENTITY", as_reader.environment["NEXCRED_IDENTITY"])
    with seeds_of(as_reader) as seeds:
        (one,) = seeds("GET").json
        path = f"/{one['id']}"
        body = {"name": "a", "credentials_type": "resci", "credentials": {"api_key": "EXAMPLE"}}
        asked = [("POST", "", body), ("PUT", path, {"description": "x"}), ("DELETE", path, None)]
        asked += [(method, f"{path}/accessors", {"accessors": []}) for method in ("PUT", "POST", "DELETE")]
        for method, where, said in asked:
            answered = seeds(method, where, said)
            assert (answered.status, answered.json["code"]) == (403, "read_only_identity"), (method, where)
        assert seeds("GET", path, key=KEY).status == 200
