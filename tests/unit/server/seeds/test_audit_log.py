"""What happened to a credential, as the SDK's model of an entry has it."""

from datetime import UTC, datetime, timedelta

import pytest
from nexla_sdk.models.common import LogEntry
from pydantic import TypeAdapter

from tests.unit.server.seeds.conftest import Seeds, rest_body

ENTRIES = TypeAdapter(list[LogEntry])


@pytest.fixture
def path(seeds: Seeds) -> str:
    made = seeds.create("api")
    seeds("PUT", f"/{made['id']}", {"credentials": {**rest_body("")["credentials"], "health_path": "/me"}})
    seeds.create("other")
    return f"/{made['id']}/audit_log"


def test_changes_and_uses_are_told_newest_first(seeds: Seeds, path: str) -> None:
    assert seeds.home("get", "api/api_key").code == 0
    answered = seeds("GET", path)
    entries = ENTRIES.validate_python(answered.json)
    events = [entry.event for entry in entries]
    assert events[0] == "get"
    assert [one for one in events if one in ("create", "update")][-2:] == ["update", "create"]
    assert entries[-1].item_id == int(path.split("/")[1])
    changed = [one["change_summary"] for one in answered.json if one["event"] == "update"]
    assert ["health_path"] in changed
    assert len({entry.id for entry in entries}) == len(entries)
    assert "rest-secret-EXAMPLE" not in answered.body.decode()
    assert [one["id"] for one in seeds("GET", path).json][-2:] == [one.id for one in entries][-2:]


def test_filters(seeds: Seeds, path: str) -> None:
    today = datetime.now(UTC).date()
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    (made,) = seeds("GET", f"{path}?event_filter=create").json
    assert made["event"] == "create"
    assert {one["event"] for one in seeds("GET", f"{path}?change_filter=health_path").json} == {"update", "serve write"}
    assert len(seeds("GET", f"{path}?from={yesterday}&to={tomorrow}&event_filter=CREATE").json) == 1
    assert seeds("GET", f"{path}?from={tomorrow}").json == []
    assert seeds("GET", f"{path}?to={yesterday}").json == []
    paged = seeds("GET", f"{path}?page=2&per_page=1&from={yesterday}")
    assert len(paged.json) == 1
    assert paged.headers["x-current-page"] == "2"
    assert seeds("GET", f"{path}?page=99").json == []


@pytest.mark.parametrize("query", ["from=x", "to=2026-13-01", "from=2026-01-01T00:00:00", "page=0", "to=9999-12-31"])
def test_what_is_no_day(seeds: Seeds, path: str, query: str) -> None:
    assert seeds("GET", f"{path}?{query}").status == 400


def test_to_list_is_not_to_show(seeds: Seeds, path: str) -> None:
    key = seeds.keys.add("lister-EXAMPLE", "lister", "list")
    assert seeds("GET", path, key=key).status == 403


def test_who_asked_is_named_and_what_was_called_otherwise(seeds: Seeds) -> None:
    made = seeds.create("old")
    assert seeds("PUT", f"/{made['id']}", {"name": "new"}).status == 200
    assert seeds("GET", f"/{made['id']}").status == 200
    entries = seeds("GET", f"/{made['id']}/audit_log").json
    told = {one["event"]: (one["token"], one["change_summary"]) for one in entries if one["token"]}
    assert told["serve show"] == ("etl", [])
    assert ("serve write", "etl", ["old"]) in [(one["event"], one["token"], one["change_summary"]) for one in entries]
    assert seeds("DELETE", f"/{made['id']}").status == 200
    last = seeds.home("audit", "--json").out
    assert '"serve delete"' in last
    assert '"name": "new"' in last
