"""nexla-sdk repeats what it heard nothing of: nothing is added or changed twice by that."""

import json
from pathlib import Path

from tests.support.lost_answers import losing
from tests.support.opened import Opened
from tests.support.sdk_calls import CREATE, UPDATE, VALUES, sdk
from tests.support.served_program import served

_REPEATED = 4


def test_what_the_sdk_repeats_is_done_once(opened: Opened, tmp_path: Path) -> None:
    key = opened("serve", "token", "new", "etl", "--may", "list:*", "--may", "show:*", "--may", "write:*").out
    lost = {"POST /data_credentials": _REPEATED - 1}
    socket = tmp_path / "s"
    with served(opened, "--socket", str(socket)), losing(socket, lost) as place, sdk(place.url, key) as client:
        made = client.credentials.create(CREATE)
        lost[f"PUT /data_credentials/{made.id}"] = _REPEATED - 1
        changed = client.credentials.update(made.id, UPDATE)
        assert [one.id for one in client.credentials.list()] == [made.id]
    assert (made.name, changed.name) == ("api", "API 2")
    assert [place.asked[one] for one in lost] == [_REPEATED, _REPEATED]
    assert opened("get", "API 2/api_key").out.strip() != VALUES["api_key"]
    assert [one["revision"] for one in json.loads(opened("history", "API 2", "--json").out)] == [2, 1]
