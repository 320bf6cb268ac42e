"""A gate with a few service keys, as a small stand-in of the one that reads them from the state folder."""

from collections.abc import Mapping

from starlette.types import Scope

from nexcred.model.right import RIGHTS
from nexcred.server.edge import Refusal
from nexcred.server.endpoint import Scheme
from nexcred.server.failures import refusal
from nexcred.server.principal import Allowance, Principal

KEY = "service-key-EXAMPLE"


class ServiceKeys:
    """Lets in whoever brings a key, as `Bearer` or `Basic`, or an access token that was issued for one."""

    def __init__(self) -> None:
        self.principals: dict[str, Principal] = {}
        self.issued: dict[str, str] = {}
        self.add(KEY, "etl", *RIGHTS)

    def add(self, key: str, name: str, *rights: str, records: frozenset[str] | None = None) -> str:
        """Let a key in that may do this, with all credentials or with these; return it."""
        allowances = tuple(Allowance(right, records) for right in RIGHTS if right in rights)
        self.principals[key] = Principal(name, allowances)
        return key

    def issue(self, key: str, /) -> str:
        token = f"token-{len(self.issued) + 1}-EXAMPLE"
        self.issued[token] = key
        return token

    def end(self, text: str, /) -> None:
        self.issued.pop(text, None)

    def check_origin(self, scope: Scope, headers: Mapping[str, str]) -> None:
        pass

    def principal_of(self, scope: Scope, headers: Mapping[str, str], scheme: Scheme) -> Principal:
        word, _, text = headers.get("authorization", "").partition(" ")
        found = self.principals.get(self.issued.get(text, text)) if word.lower() == scheme else None
        if found is None:
            raise Refusal(refusal(401, "unauthorized", "this needs a token that is good"))
        return found


def bearer(key: str) -> dict[str, str]:
    """Return the header that shows a key."""
    return {"authorization": f"Bearer {key}"}
