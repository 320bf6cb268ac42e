"""What each parser is held to: any bytes are read, or refused by a failure of nexcred's own."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType

from nexcred.auth.device_code import device_code_in, pending_in
from nexcred.auth.flow import Refused, Response
from nexcred.auth.token_answer import NO_ERRORS, USUAL_PLACES, tokens_in
from nexcred.auth.tokens import Tokens
from nexcred.connectors.language.spec import Rule
from nexcred.connectors.lint.decode import decode_connector
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.parts import parts_of
from nexcred.connectors.values import check_value
from nexcred.errors import InvalidData, Locked, NexcredError, UsageError
from nexcred.model import strict_json
from nexcred.model.name import fold_name, normalise_name
from nexcred.model.reference import parse_reference
from nexcred.model.secret import Secret
from nexcred.probing.judge import Rules, judge
from nexcred.services.importing.found import ImportCandidate, Unreadable
from nexcred.services.importing.managers.kdbx import Database, open_database
from nexcred.services.importing.managers.kdbx_xml import read_kdbx_xml
from nexcred.services.importing.managers.password_text import entry_of_text
from nexcred.services.importing.sources import SOURCES
from nexcred.services.provisioning.inject import fill_template
from tests.fuzz import http_target, vault_targets
from tests.fuzz.kept_vaults import VAULT, opened
from tests.fuzz.vault_targets import text_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)
RULES = Rules(
    rules=(Rule(verdict="forbidden", status="403", match="error.code"),),
    expect="user",
    identity="user.email",
    expires="expires_at",
    message="error.message",
)
KEY_FILE = load_connector("gcs").methods[0]


def fuzz_import(data: bytes) -> None:
    """The first byte chooses the source."""
    source = list(SOURCES.values())[data[0] % len(SOURCES)] if data else SOURCES["nexla"]
    with suppress(InvalidData, UsageError):
        assert all(isinstance(one, ImportCandidate | Unreadable) for one in source.read(data[1:]).found)


def fuzz_kdbx(data: bytes) -> None:
    """The XML that a KeePass database hides, and what is before it."""
    with suppress(InvalidData, Locked):
        read_kdbx_xml(Database(data, (), 3, b"EXAMPLE"))
    with suppress(InvalidData, Locked):
        open_database(data, bytes(32))


def fuzz_password_text(data: bytes) -> None:
    """What `pass show` writes is a secret, whatever it is: nothing of it is lost but line ends and marks."""
    kept = "".join(one.text for one in entry_of_text("a/b", data).fields)
    assert sum(map(str.isalnum, kept)) <= len(data)


def fuzz_template(data: bytes) -> None:
    """Nothing is in the vault: a template is refused, whatever it says."""
    with suppress(NexcredError):
        fill_template(opened(VAULT), data)


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


def fuzz_token_answer(data: bytes) -> None:
    """The first two bytes are the status; the rest is the body."""
    with suppress(Refused):
        tokens = tokens_in(Response(100 + int.from_bytes(data[:2]) % 500, {}, data[2:]), NOW)
        assert Tokens.of(json.loads(json.dumps(tokens.session))) == tokens


def fuzz_device_code(data: bytes) -> None:
    """The same; a code that is taken can be shown, and is asked for at a bearable pace."""
    response = Response(100 + int.from_bytes(data[:2]) % 500, {}, data[2:])
    with suppress(Refused):
        device = device_code_in(response, NOW, USUAL_PLACES, NO_ERRORS)
        assert device.user_code.isascii()
        assert device.user_code.isprintable()
        assert 1 <= device.interval_s <= 60
        assert 0 <= device.life_s <= 3600
    with suppress(Refused):
        pending = pending_in(response, 5, USUAL_PLACES)
        assert pending is None or 5 <= pending.interval_s <= 60


def fuzz_key_file(data: bytes) -> None:
    """What is taken has every part that its connector needs, and a key that signs."""
    field = KEY_FILE.fields[0]
    with suppress(InvalidData):
        value = check_value(field, Secret(data))
        found = parts_of(KEY_FILE, {field.name: value})
        assert all(part.name in found for part in field.parts if part.required)


def fuzz_reference(data: bytes) -> None:
    with suppress(UsageError):
        reference = parse_reference(text_of(data))
        assert parse_reference(reference.url) == reference


def fuzz_name(data: bytes) -> None:
    with suppress(InvalidData):
        name = normalise_name(text_of(data))
        assert normalise_name(name) == name
        assert fold_name(fold_name(name)) == fold_name(name)


_FOUND = {**vars(vault_targets), **vars(http_target), **globals()}
TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType(
    {name.removeprefix("fuzz_"): target for name, target in _FOUND.items() if name.startswith("fuzz_")}
)
