"""Statements about the public keys of one Snowflake user, by the SQL API, as flows that raise Refused.

Sources: docs.snowflake.com, SQL API reference and "Handling responses"; ALTER USER … ADD, MODIFY and REMOVE KEY PAIR
and SHOW USER KEY PAIRS, which are there since 2026-07-15; DESCRIBE USER, ALTER USER; "Identifier requirements".
"""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from datetime import UTC, datetime

from nexcred.auth.answer import ParsedResponse, lacking, verdict_by_status, verdict_of
from nexcred.auth.flow import Grant, Refused, Request, Response, Verdict
from nexcred.auth.pick import pick, pick_text
from nexcred.auth.request import with_grant
from nexcred.auth.timestamp import parse_timestamp
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of

# The two that a user had before there were key pairs with names, as properties and as SHOW USER KEY PAIRS calls them.
SLOTS = {"RSA_PUBLIC_KEY": "PUBLIC_KEY_1", "RSA_PUBLIC_KEY_2": "PUBLIC_KEY_2"}
MOST_NAMED, MOST_SLOTS = 10, 2
_TIMEOUT_S = 30
_HANDLE = re.compile(r"[0-9A-Za-z-]{8,80}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_UNKNOWN_SYNTAX = "001003"
_NO_PRIVILEGE = "003001"
_TO_PERMIT = (
    "GRANT MODIFY PROGRAMMATIC AUTHENTICATION METHODS ON USER … TO ROLE …, or name another credential as its rotator"
)

Row = Mapping[str, str]


class Session(NamedTuple):
    """Where statements go, what authenticates them, and the role that runs them; "" is the user's default."""

    url: str
    grant: Grant
    role: str

    def __repr__(self) -> str:
        return repr_of(self, "role")


class Ran(NamedTuple):
    """What became of a statement: its rows, by column names in lower case, or None while it runs under a handle."""

    rows: tuple[Row, ...] | None
    handle: str = ""

    def __repr__(self) -> str:
        return repr_of(self)


class UserKey(NamedTuple):
    """A public key of the user: of a key pair with a name, or in one of the two slots, which is its name then."""

    name: str
    fingerprint: str
    is_slot: bool = False
    is_active: bool = True
    created_at: datetime | None = None
    used_at: datetime | None = None
    expires_at: datetime | None = None
    role: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "name", "is_slot", "is_active")

    @property
    def id(self) -> str:
        """What tells it from others: in a slot another key may stand tomorrow."""
        return f"{self.name} {self.fingerprint}" if self.is_slot else self.name


class UnknownSyntax(Refused):
    """The account does not know such a statement."""


def run(session: Session, statement: str, now: datetime) -> Generator[Request, Response, Ran]:
    """Submit one statement. It is done, or runs on."""
    document = {"statement": statement, "timeout": _TIMEOUT_S, **({"role": session.role} if session.role else {})}
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    request = Request(
        "POST", f"{session.url.rstrip('/')}/api/v2/statements", headers, body=json.dumps(document).encode()
    )
    return _ran(ParsedResponse.read((yield with_grant(request, session.grant))), now)


def run_if_known(session: Session, statement: str, now: datetime) -> Generator[Request, Response, Ran | None]:
    """Submit one statement; None where the account does not know such."""
    try:
        return (yield from run(session, statement, now))
    except UnknownSyntax:
        return None


def look_again(session: Session, handle: str, now: datetime) -> Generator[Request, Response, Ran]:
    """Ask what became of a statement that runs on."""
    request = Request("GET", f"{session.url.rstrip('/')}/api/v2/statements/{handle}", {"Accept": "application/json"})
    return _ran(ParsedResponse.read((yield with_grant(request, session.grant))), now)


def identifier(name: str) -> str:
    """Return a name as a statement takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as a statement takes it, whatever is in it."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def key_literal(public_key: str) -> str:
    """Return base64 as a statement takes it; raise ValueError for anything else."""
    if not _BASE64.fullmatch(public_key):
        raise ValueError("a public key is base64 and nothing else")
    return literal(public_key)


def removal(key: UserKey) -> str:
    """Return what takes a key from the user for good."""
    return f"UNSET {key.name}" if key.is_slot else f"REMOVE KEY PAIR {identifier(key.name)}"


def named_keys(rows: tuple[Row, ...]) -> tuple[UserKey, ...]:
    """Read SHOW USER KEY PAIRS; what stands in the slots is left out."""
    return tuple(_named(row) for row in rows if row["name"] not in SLOTS.values())


def slot_keys(rows: tuple[Row, ...]) -> tuple[UserKey, ...]:
    """Read DESCRIBE USER."""
    said = {row["property"].upper(): row.get("value", row.get("property_value", "")) for row in rows}
    found = ((name, said.get(f"{name}_FP", "")) for name in SLOTS)
    return tuple(UserKey(name, text, is_slot=True) for name, text in found if text.lower() not in ("", "null"))


def _named(row: Row) -> UserKey:
    return UserKey(
        row["name"],
        row["fingerprint"],
        is_active=row["status"].upper() == "ACTIVE",
        created_at=_time(row.get("created_on", "")),
        used_at=_time(row.get("last_used_on", "")),
        expires_at=_time(row.get("expires_at", "")),
        role=row.get("role_scope", ""),
    )


def _time(text: str) -> datetime | None:
    """Read a time as the SQL API writes it: seconds and their fraction, and for some the offset in minutes after it."""
    try:
        return datetime.fromtimestamp(float(text.partition(" ")[0]), UTC)
    except (ValueError, OverflowError, OSError):
        return parse_timestamp(text)


def _ran(answer: ParsedResponse, now: datetime) -> Ran:
    status, document = answer.response.status, answer.document
    handle = pick_text("statementHandle", document) or ""
    if status == 202 and answer.is_json and _HANDLE.fullmatch(handle):
        return Ran(None, handle)
    if status == 200 and answer.is_json:
        return Ran(tuple(_rows(answer, now)), handle)
    code = pick_text("code", document) or ""
    raise (UnknownSyntax if status == 422 and code == _UNKNOWN_SYNTAX else Refused)(_refusal(answer, code, now))


def _rows(answer: ParsedResponse, now: datetime) -> Iterator[Row]:
    columns = pick("resultSetMetaData.rowType[].name", answer.document)
    data = pick("data", answer.document)
    parts = pick("length(resultSetMetaData.partitionInfo)", answer.document)
    if not isinstance(columns, list) or not isinstance(data, list) or (parts is not None and parts > 1):
        raise lacking(answer, "the whole result", now)
    names = [str(column).lower() for column in columns]
    for values in data:
        if not isinstance(values, list) or len(values) != len(names):
            raise lacking(answer, "a whole row", now)
        yield {name: "" if value is None else str(value) for name, value in zip(names, values, strict=True)}


def _refusal(answer: ParsedResponse, code: str, now: datetime) -> Verdict:
    verdict = verdict_by_status(answer, now, message="message", sent="bearer")
    if answer.response.status == 422 and answer.is_json:
        if code == _NO_PRIVILEGE or "insufficient privileges" in verdict.detail.lower():
            return verdict_of(
                answer, ProbeStatus.FORBIDDEN, f"the role may not change the user's keys: {_TO_PERMIT}", now
            )
        return verdict_of(answer, ProbeStatus.FORBIDDEN, answer.message("message"), now)
    if answer.response.status == 403 and code in ("390420", "390422"):
        return verdict_of(answer, ProbeStatus.FORBIDDEN, answer.message("message"), now)
    return verdict
