"""Parcels, a provider that does not exist: keys side by side by its API, and one password that is changed."""

import itertools
import json
from datetime import UTC, datetime
from typing import Any

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

_PAGE = 2


class Parcels(StandIn):
    """Knows keys by their id, each with its secret and its name, and lists two on a page; an admin's key may all.

    `/me` tells of a key its id and what it may do, which a new one that asks for nothing less may all.
    `password` is what `PUT /password` changes, by whoever has it. `outsiders` are keys that it lists and never ends.
    """

    name = "parcels"
    admin = "admin-EXAMPLE"

    def __init__(self) -> None:
        super().__init__()
        self.keys = {"k1": {"secret": "first-EXAMPLE", "name": "by hand"}}
        self.password = "password-EXAMPLE"
        self.may = {"k1": ["read", "send"]}
        self.may_list = True
        self._numbers = itertools.count(2)

    def answer(self, request: Received) -> Answer:
        secret = request.headers.get("authorization", "").removeprefix("Bearer ")
        if request.path == "/end" and not secret:
            return self._end_by_secret(json.loads(request.body).get("key", ""))
        if (request.method, request.path) == ("PUT", "/password"):
            return self._change(secret, json.loads(request.body))
        if secret not in (self.admin, self.password, *(key["secret"] for key in self.keys.values())):
            return json_answer({"message": "no such key"}, 401)
        if (request.method, request.path) == ("POST", "/keys"):
            return self._create(json.loads(request.body))
        if (request.method, request.path) == ("GET", "/keys"):
            return self._list(int(request.query.get("from", "0")))
        if request.method == "DELETE" and request.path.startswith("/keys/"):
            return self._delete(request.path.removeprefix("/keys/"))
        mine = next((name for name, key in self.keys.items() if key["secret"] == secret), "")
        told = {"key": mine, "may": self.may.get(mine, ["everything"])} if mine else {}
        return json_answer({"user": "ada@example.com", **told})

    def _create(self, wanted: dict[str, Any]) -> Answer:
        if len(self.keys) >= 3:
            return json_answer({"message": "no more than 3 keys"}, 409)
        number = next(self._numbers)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        made = {"secret": f"made-{number}-EXAMPLE", "name": wanted["name"], "created_at": now}
        self.keys[f"k{number}"] = made
        self.may[f"k{number}"] = wanted.get("may", ["everything"])
        return json_answer({"key": made["secret"], "id": f"k{number}"}, 201)

    def _list(self, begin: int) -> Answer:
        if not self.may_list:
            return json_answer({"message": "only admins list keys"}, 403)
        listed = [
            {
                "id": name,
                "name": key["name"],
                "created_at": key.get("created_at", f"2026-01-0{name[1:]}T00:00:00Z"),
                "used_at": 1767312000,
            }
            for name, key in self.keys.items()
        ]
        more = {"next": str(begin + _PAGE)} if len(listed) > begin + _PAGE else {}
        return json_answer({"keys": listed[begin : begin + _PAGE], **more})

    def _delete(self, name: str) -> Answer:
        return Answer(204) if self.keys.pop(name, None) else json_answer({"message": "no such key"}, 404)

    def _change(self, secret: str, wanted: dict[str, str]) -> Answer:
        if secret not in (self.password, self.admin):
            return json_answer({"message": "no such key"}, 401)
        self.password = wanted["key"]
        return Answer(204)

    def _end_by_secret(self, secret: str) -> Answer:
        name = next((name for name, key in self.keys.items() if key["secret"] == secret), "")
        if not name:
            return json_answer({"code": "unknown_key"}, 422)
        del self.keys[name]
        return json_answer({"accepted": True}, 202)
