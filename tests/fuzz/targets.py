"""What each parser is held to: any bytes are read, or refused by a failure of nexcred's own."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType

from nexcred.auth.flow import Response
from nexcred.connectors.decode import decode_connector
from nexcred.connectors.spec import Rule
from nexcred.errors import InvalidData, Locked, MadeByNewer, NexcredError, Tampered, UsageError
from nexcred.model import strict_json
from nexcred.model.name import fold_name, normalise_name
from nexcred.model.reference import parse_reference
from nexcred.probing.judge import Rules, judge
from nexcred.vault.head import read_head_place
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.overview import read_overview, write_overview
from nexcred.vault.padding import pad, unpad
from nexcred.vault.plaintext import read_details, read_json, write_details
from nexcred.vault.record import read_header
from nexcred.vault.recovery_key import read_recovery_key, write_recovery_key
from nexcred.vault.roster import read_roster
from nexcred.vault.roster_entry import parse_entry
from nexcred.vault.sharing import access_from_json, access_to_json
from nexcred.vault.slot import describe_slot
from nexcred.vault.tree import read_leaf

NOW = datetime(2026, 11, 21, tzinfo=UTC)
RULES = Rules(
    rules=(Rule(verdict="forbidden", status="403", match="error.code"),),
    expect="user",
    identity="user.email",
    expires="expires_at",
    message="error.message",
)


def _text(data: bytes) -> str:
    """Any text, lone surrogates included, as it comes from a command line."""
    return data.decode("utf-8", "surrogateescape")


def fuzz_record(data: bytes) -> None:
    with suppress(Tampered):
        read_header(data)


def fuzz_padding(data: bytes) -> None:
    with suppress(Tampered):
        assert pad(unpad(data)) == data


def fuzz_head(data: bytes) -> None:
    with suppress(Tampered):
        read_head_place(data)


def fuzz_slot(data: bytes) -> None:
    with suppress(Tampered):
        describe_slot(data)


def fuzz_leaf(data: bytes) -> None:
    with suppress(Tampered):
        list(read_leaf(data))


def fuzz_roster_entry(data: bytes) -> None:
    with suppress(Tampered):
        parse_entry(data, 0)
    with suppress(Tampered, MadeByNewer):
        read_roster((data,))


def fuzz_access_list(data: bytes) -> None:
    with suppress(Tampered, ValueError, KeyError, TypeError):  # as `read_overview` takes them
        access = access_from_json(read_json(data))
        assert access_from_json(access_to_json(access)) == access


def fuzz_overview(data: bytes) -> None:
    try:
        overview = read_overview(data)
    except Tampered:
        return
    assert read_overview(write_overview(overview)) == overview


def fuzz_details(data: bytes) -> None:
    try:
        details = read_details(data)
    except Tampered:
        return
    assert read_details(write_details(details)) == details


def fuzz_strict_json(data: bytes) -> None:
    with suppress(ValueError):
        strict_json.loads(data)


def fuzz_connector(data: bytes) -> None:
    with suppress(NexcredError):
        decode_connector(data, "fuzzed.toml")


def fuzz_judge(data: bytes) -> None:
    """The first line is the status and a header; the rest is the body."""
    first, _, body = data.partition(b"\n")
    name, _, value = first[2:].decode("latin-1").partition(":")
    status = 100 + int.from_bytes(first[:2]) % 500
    verdict = judge(Response(status, {name.lower(): value}, body), RULES, NOW)
    assert verdict.retry_after_s is None or verdict.retry_after_s >= 0


def fuzz_reference(data: bytes) -> None:
    with suppress(UsageError):
        reference = parse_reference(_text(data))
        assert parse_reference(reference.url) == reference


def fuzz_name(data: bytes) -> None:
    with suppress(InvalidData):
        name = normalise_name(_text(data))
        assert normalise_name(name) == name
        assert fold_name(fold_name(name)) == fold_name(name)


def fuzz_identity(data: bytes) -> None:
    with suppress(Locked):
        assert Identity.parse(Identity.parse(_text(data)).secret_string)
    with suppress(InvalidData):
        assert PublicIdentity.parse(PublicIdentity.parse(_text(data)).text)


def fuzz_recovery_key(data: bytes) -> None:
    with suppress(Locked):
        key = read_recovery_key(_text(data))
        assert read_recovery_key(write_recovery_key(key)) == key


TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType(
    {name.removeprefix("fuzz_"): target for name, target in list(globals().items()) if name.startswith("fuzz_")}
)
