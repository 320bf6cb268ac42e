"""The tokens by which programs ask the service of a vault: in the state folder, and only what tells a right one.

A JSON file for each vault, 0600: {"version": 1, "tokens": [{"name", "sha256", "rules": [{"right", "records"}],
"patterns", "created_at", "until"}]}. `records` are ids, null for all, later ones too. The patterns, which hold names of
credentials, are sealed as the use log seals names. A file that is otherwise lets nobody in.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from nexcred.errors import Conflict, NotFound, StoreFailed
from nexcred.local.files import make_own_folder, reason, shown
from nexcred.local.locking import locked
from nexcred.local.owner import may_others_write
from nexcred.local.whole_file import read_plain_file, replace_file
from nexcred.model import strict_json
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.right import RIGHTS, Right
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.model.times import from_rfc3339, to_rfc3339

VERSION = 1
_LARGEST = 16 * 1024 * 1024
_MOST = 1_000
_DIGEST = re.compile(r"[0-9a-f]{64}")
_RECORD = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
FORM_OF_NAME = "takes letters, digits, '.', '-' and '_', at most 64 of them"
# Another one when the file was replaced.
Stamp = tuple[int, int, int]


class TokenRule(NamedTuple):
    """One right, to the credentials with these ids; None is to all, later ones too."""

    right: Right
    records: frozenset[str] | None


class ServiceToken(NamedTuple):
    """What is kept of a token: `digest` is the SHA-256 of its text, in hex. `patterns` is sealed, one for each rule."""

    name: str
    digest: str
    rules: tuple[TokenRule, ...]
    patterns: str
    created_at: datetime
    until: datetime | None

    def __repr__(self) -> str:
        return repr_of(self, "name")

    def has_ended(self, now: datetime) -> bool:
        return self.until is not None and self.until <= now


class ServiceTokens:
    """The tokens of one vault. Threads and processes may share it."""

    def __init__(self, state_folder: Path, vault_id: bytes) -> None:
        self._folder = state_folder / "service"
        self._path = self._folder / f"{vault_id.hex()}.json"

    def read(self) -> tuple[ServiceToken, ...]:
        """Return them in the order in which they were made; raise StoreFailed for a file that is none of ours."""
        data = read_plain_file(self._path, _LARGEST)
        if data is None:
            return ()
        if may_others_write(self._path, self._path.lstat()):
            raise StoreFailed(
                f"others may write {shown(self._path)}: no token is taken",
                hint=f"see what is in it with nexcred serve token list, after: chmod 600 {shown(self._path)}",
            )
        try:
            return _decoded(strict_json.loads(data))
        except (ValueError, KeyError, TypeError):
            raise StoreFailed(
                f"{shown(self._path)} is not what nexcred wrote: no token is taken",
                hint="move it away, and make the tokens anew with: nexcred serve token new",
            ) from None

    def stamp(self) -> Stamp | None:
        """Return what is another one once the tokens were changed, cheaply; None without a file."""
        try:
            found = self._path.lstat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def add(self, token: ServiceToken) -> None:
        """Raise Conflict for a name that a token has, and StoreFailed."""

        def with_it(tokens: tuple[ServiceToken, ...]) -> tuple[ServiceToken, ...]:
            if any(one.name == token.name for one in tokens):
                raise Conflict(
                    f"a token is named '{token.name}' already",
                    hint=f"choose another name, or end that one with: nexcred serve token revoke {token.name}",
                )
            if len(tokens) >= _MOST:
                raise Conflict(
                    f"there are {len(tokens)} tokens, as many as can be",
                    hint="end those that nobody uses with: nexcred serve token revoke NAME",
                )
            return (*tokens, token)

        self._change(with_it)

    def remove(self, name: str) -> None:
        """Raise NotFound where no token has that name, and StoreFailed."""

        def without_it(tokens: tuple[ServiceToken, ...]) -> tuple[ServiceToken, ...]:
            left = tuple(one for one in tokens if one.name != name)
            if left == tokens:
                raise NotFound(
                    f"no token is named '{make_visible(name[:64])}'", hint="see them all with: nexcred serve token list"
                )
            return left

        self._change(without_it)

    def _change(self, apply: Callable[[tuple[ServiceToken, ...]], tuple[ServiceToken, ...]]) -> None:
        try:
            make_own_folder(self._folder)
            with locked(self._folder / "lock"):
                data = _encoded(apply(self.read()))
                if len(data) >= _LARGEST:
                    raise StoreFailed(
                        "the tokens would name too many credentials one by one",
                        hint=f"allow all of them: --may {shell_word('read:*')}",
                    )
                replace_file(self._path, data)
        except (OSError, TimeoutError) as error:
            said = reason(error) if isinstance(error, OSError) else "another process holds the lock"
            raise StoreFailed(f"the state folder does not keep the tokens: {said}") from None


def is_token_name(name: str) -> bool:
    """True for what a token can be called: it stands in messages and in the audit."""
    return _NAME.fullmatch(name) is not None


def _encoded(tokens: tuple[ServiceToken, ...]) -> bytes:
    written = [
        {
            "name": one.name,
            "sha256": one.digest,
            "rules": [
                {"right": rule.right, "records": None if rule.records is None else sorted(rule.records)}
                for rule in one.rules
            ],
            "patterns": one.patterns,
            "created_at": to_rfc3339(one.created_at),
            "until": None if one.until is None else to_rfc3339(one.until),
        }
        for one in tokens
    ]
    return json.dumps({"version": VERSION, "tokens": written}, indent=1).encode()


def _decoded(document: Any) -> tuple[ServiceToken, ...]:
    if document["version"] != VERSION:
        raise ValueError("another version")
    tokens = tuple(_token(one) for one in document["tokens"])
    if len({one.name for one in tokens}) != len(tokens) or len({one.digest for one in tokens}) != len(tokens):
        raise ValueError("two of one")
    return tokens


def _token(kept: Mapping[str, Any]) -> ServiceToken:
    name, digest, patterns, until = kept["name"], kept["sha256"], kept["patterns"], kept["until"]
    if not (is_token_name(name) and _DIGEST.fullmatch(digest) and isinstance(patterns, str)):
        raise ValueError("no token")
    rules = tuple(_rule(one) for one in kept["rules"])
    ends = None if until is None else from_rfc3339(until)
    return ServiceToken(name, digest, rules, patterns, from_rfc3339(kept["created_at"]), ends)


def _rule(kept: Mapping[str, Any]) -> TokenRule:
    right, records = kept["right"], kept["records"]
    if right not in RIGHTS:
        raise ValueError("no right")
    if records is None:
        return TokenRule(right, None)
    if not isinstance(records, list) or not all(_RECORD.fullmatch(one) for one in records):
        raise ValueError("no ids")
    return TokenRule(right, frozenset(records))
