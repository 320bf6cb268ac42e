"""What each parser of a vault is held to: any bytes are read, or refused by a failure of nexcred's own."""

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from nexcred.errors import InvalidData, Locked, MadeByNewer, NexcredError, NotPermitted, Tampered
from nexcred.model.credential import Credential, Value
from nexcred.model.lifecycle import NO_POLICY
from nexcred.stores.s3.manifest import NotManifest, decode, decode_heads, encode, encode_heads
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
from tests.fuzz.kept_vaults import IDENTITIES, opened

ROSTER = found_roster(Identity(bytes(32), NO_VAULT), "Example Ltd", "Ada Example")
_HEADER = read_header(seal_overview(RecordPlace(OVERVIEW, bytes(16), bytes(16), 1, 1), b"", bytes(32), (), bytes(32)))
_read_listed = reader_of_listed(ROSTER, bytes(16))


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
    vault = opened(kept)
    return {credential.name: _told(vault, credential) for credential in vault.credentials()}


def text_of(data: bytes) -> str:
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
    text = text_of(data)
    with suppress(ValueError):
        assert write_list(read_list(text)) == text


def fuzz_statement(data: bytes) -> None:
    """The same of both sorts of statements."""
    text = text_of(data)
    for read in (read_details_statement, read_part_statement):
        with suppress(ValueError):
            assert write_statement(read(text)) == text


def fuzz_policy(data: bytes) -> None:
    with suppress(Tampered):
        policy = read_policy(text_of(data))
        written = write_policy(policy)
        assert (NO_POLICY if written is None else read_policy(written)) == policy


def fuzz_checkpoint(data: bytes) -> None:
    with suppress(NexcredError):
        found = read_checkpoint(text_of(data))
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
                vault = opened(kept, path)
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


def fuzz_identity(data: bytes) -> None:
    with suppress(Locked):
        assert Identity.parse(Identity.parse(text_of(data)).secret_string)
    with suppress(InvalidData):
        public = PublicIdentity.parse(text_of(data))
        assert PublicIdentity(*public.keys).fingerprint == public.fingerprint


def fuzz_recovery_key(data: bytes) -> None:
    with suppress(Locked):
        key = read_recovery_key(text_of(data))
        assert read_recovery_key(write_recovery_key(key)) == key
