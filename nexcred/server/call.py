"""A request that was let in, and the answer to it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from nexcred.local.use_log import Verb
from nexcred.model.credential import Credential
from nexcred.model.secret import repr_of
from nexcred.server.principal import Principal
from nexcred.services.access import Access

JSON = "application/json"


class VaultSource(Protocol):
    """Where the opened vault comes from: it may be locked, or have to be opened anew."""

    def access(self) -> Access:
        """Return the opened vault; raise Locked, StoreFailed, Damaged."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` has the parts that the endpoint's path names, `query` the last value of each key,
    `headers` lower-case names. Reading `access` raises Locked while the vault is."""

    principal: Principal
    vault: VaultSource
    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def access(self) -> Access:
        return self.vault.access()

    def note(
        self,
        verb: Verb,
        credentials: Iterable[Credential],
        fields: Iterable[str] = (),
        names: tuple[str, ...] = (),
    ) -> None:
        """Note the use for `nexcred audit`, which names who asked, and what is called otherwise now; never fails."""
        self.access.note(verb, credentials, fields, names=names, token=self.principal.name)

    def __repr__(self) -> str:
        return repr_of(self, "method")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return repr_of(self, "status")


def json_reply(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return the answer with this document, a shape of `wire`."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, {"content-type": JSON, **(headers or {})})
