"""What each parser is held to: any bytes are read, or refused by a failure of nexcred's own."""

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from nexcred.auth.flow import Refused, Response
from nexcred.auth.token_answer import tokens_in
from nexcred.auth.tokens import Tokens
from nexcred.connectors.language.spec import Rule
from nexcred.connectors.lint.decode import decode_connector
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.parts import parts_of
from nexcred.connectors.values import check_value
from nexcred.errors import InvalidData, Locked, MadeByNewer, NexcredError, NotPermitted, Tampered, UsageError
from nexcred.model import strict_json
from nexcred.model.credential import Credential, Value
from nexcred.model.lifecycle import NO_POLICY
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
from nexcred.stores.s3.manifest import NotManifest, decode, decode_heads, encode, encode_heads
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.access_list import read_list, write_list
from nexcred.vault.checkpoint import read_checkpoint, write_checkpoint
from nexcred.vault.fast_overview import reader_of_listed
from nexcred.vault.head import read_head_place
from nexcred.vault.identity import NO_VAULT, Identity, PublicIdentity
from nexcred.vault.overview import read_overview, write_overview
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.padding import pad, unpad
from nexcred.vault.plaintext import read_details, write_details
from nexcred.vault.policy import read_policy, write_policy
from nexcred.vault.record import OVERVIEW, RecordPlace, read_header, seal_overview
from nexcred.vault.recovery_key import read_recovery_key, write_recovery_key
from nexcred.vault.roster import read_roster
from nexcred.vault.roster_changes import found_roster
from nexcred.vault.roster_entry import parse_entry
from nexcred.vault.slot import describe_slot
from nexcred.vault.statements import read_details_statement, read_part_statement, write_statement
from nexcred.vault.tree import read_leaf
from nexcred.vault.vault import Vault

NOW = datetime(2026, 11, 21, tzinfo=UTC)
RULES = Rules(
    rules=(Rule(verdict="forbidden", status="403", match="error.code"),),
    expect="user",
    identity="user.email",
    expires="expires_at",
    message="error.message",
)


KEY_FILE = load_connector("gcs").methods[0]
_VECTORS = Path(__file__).parents[1] / "vectors"
VAULT, FIRST_VAULT = _VECTORS / "vault-v2.db", _VECTORS / "vault-v1.db"
IDENTITIES = MappingProxyType(
    {
        VAULT: json.loads(VAULT.with_suffix(".json").read_bytes())["people"]["Ada"]["identity"],
        FIRST_VAULT: json.loads(FIRST_VAULT.with_suffix(".json").read_bytes())["identity"],
    }
)
ROSTER = found_roster(Identity(bytes(32), NO_VAULT), "Example Ltd", "Ada Example")
_HEADER = read_header(seal_overview(RecordPlace(OVERVIEW, bytes(16), bytes(16), 1, 1), b"", bytes(32), (), bytes(32)))
_read_listed = reader_of_listed(ROSTER, bytes(16))


def _opened(kept: Path, path: Path | None = None) -> Vault:
    return Vault(SqliteStore(path or kept), Identity.parse(IDENTITIES[kept]))


def _told(vault: Vault, credential: Credential) -> Mapping[str, Value] | None:
    """Return the values, or None where they are not for this identity."""
    try:
        return vault.details(credential).fields
    except NotPermitted:
        return None


def _patched(kept: Path, data: bytes) -> bytes:
    vault = bytearray(kept.read_bytes())
    for start in range(0, len(data) - 3, 4):
        vault[int.from_bytes(data[start : start + 3]) % len(vault)] = data[start + 3]
    return bytes(vault)


@cache
def _fields(kept: Path) -> dict[str, Mapping[str, Value] | None]:
    vault = _opened(kept)
    return {credential.name: _told(vault, credential) for credential in vault.credentials()}


def _text(data: bytes) -> str:
    """Any text, lone surrogates included, as it comes from a command line."""
    return data.decode("utf-8", "surrogateescape")


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
        fill_template(_opened(VAULT), data)


def fuzz_record(data: bytes) -> None:
    with suppress(Tampered):
        read_header(data)


def fuzz_padding(data: bytes) -> None:
    with suppress(Tampered):
        assert pad(unpad(data)) == data


def fuzz_head(data: bytes) -> None:
    with suppress(Tampered):
        read_head_place(data)


def fuzz_manifest(data: bytes) -> None:
    """What leads to all others in a bucket has one form, and so has a log of heads."""
    with suppress(NotManifest):
        assert encode(decode(data)) == data
    with suppress(NotManifest):
        assert encode_heads(decode_heads(data).items()) == data


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
    """What is read is written again as it stood: a list has one form."""
    text = _text(data)
    with suppress(ValueError):
        assert write_list(read_list(text)) == text


def fuzz_statement(data: bytes) -> None:
    """The same of both sorts of statements."""
    text = _text(data)
    for read in (read_details_statement, read_part_statement):
        with suppress(ValueError):
            assert write_statement(read(text)) == text


def fuzz_policy(data: bytes) -> None:
    with suppress(Tampered):
        policy = read_policy(_text(data))
        written = write_policy(policy)
        assert (NO_POLICY if written is None else read_policy(written)) == policy


def fuzz_checkpoint(data: bytes) -> None:
    with suppress(NexcredError):
        found = read_checkpoint(_text(data))
        assert read_checkpoint(write_checkpoint(found)) == found


def fuzz_overview(data: bytes) -> None:
    try:
        overview = read_overview(data)
    except Tampered:
        return
    assert read_overview(write_overview(overview)) == overview


def fuzz_listed(data: bytes) -> None:
    """What one decoder of overviews reads, the quick one reads alike; it may take more, since it skips what it can."""
    header = _HEADER
    try:
        overview = read_overview(data)
    except Tampered:
        with suppress(Tampered):
            _read_listed(header, data)
        return
    header = header._replace(record_id=overview.access.record_id)
    shown = None if overview.removed_at else to_credential(overview, header.revision, ROSTER, bytes(16))
    assert _read_listed(header, data) == shown


def fuzz_vault_file(data: bytes) -> None:
    """Each four bytes say where the kept vaults are changed, and to what: refused, or what they always told."""
    for kept in IDENTITIES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "vault.db")
            path.write_bytes(_patched(kept, data))
            path.chmod(0o600)
            with suppress(NexcredError):
                vault = _opened(kept, path)
                for credential in vault.credentials():
                    with suppress(NexcredError):
                        assert vault.details(credential).fields == _fields(kept)[credential.name]


def fuzz_details(data: bytes) -> None:
    try:
        details, by = read_details(data)
    except Tampered:
        return
    written = bytes(16) if by is None else by
    assert read_details(write_details(details, written)) == (details, written)


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


def fuzz_key_file(data: bytes) -> None:
    """What is taken has every part that its connector needs, and a key that signs."""
    field = KEY_FILE.fields[0]
    with suppress(InvalidData):
        value = check_value(field, Secret(data))
        found = parts_of(KEY_FILE, {field.name: value})
        assert all(part.name in found for part in field.parts if part.required)


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
        public = PublicIdentity.parse(_text(data))
        assert PublicIdentity(*public.keys).fingerprint == public.fingerprint


def fuzz_recovery_key(data: bytes) -> None:
    with suppress(Locked):
        key = read_recovery_key(_text(data))
        assert read_recovery_key(write_recovery_key(key)) == key


TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType(
    {name.removeprefix("fuzz_"): target for name, target in list(globals().items()) if name.startswith("fuzz_")}
)
