"""What a large vault lists is what a small one does, decoded another way."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.cli.terminal.streams import quick_json_lines, to_json_line
from nexcred.errors import Tampered
from nexcred.model.credential import Credential
from nexcred.model.lifecycle import Exposure, Former, Policy
from nexcred.model.name import fold_name
from nexcred.vault import overviews, worthwhile
from nexcred.vault.access_list import TO_MEMBER, WRITE, AccessGrant, make_list
from nexcred.vault.candidate import Candidate
from nexcred.vault.changes import Changes
from nexcred.vault.fast_overview import reader_of_listed
from nexcred.vault.fast_whole_overview import read_whole_overview
from nexcred.vault.fetching import fetch
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, RecordPart, read_overview, write_overview
from nexcred.vault.overviews import ignore, overview_digests
from nexcred.vault.plaintext import read_json, write_json
from nexcred.vault.record import ROTATION, SESSION, Header
from nexcred.vault.statements import ENDED, DetailsStatement, PartStatement, sign_details, sign_part
from nexcred.vault.vault import Vault
from nexcred.vault.vault_settings import change_settings
from nexcred.wire.credential import credential_shape
from tests.support.memory_store import MemoryStore
from tests.support.next_epoch import move_to_next_epoch
from tests.support.sample_vault import accepted, add, describe, details, open_new, update

ADA = Identity(bytes([7] * 32), bytes(16))
ACCESS = make_list(
    ADA, bytes(16), bytes(16), version=1, grants=[AccessGrant(TO_MEMBER, bytes(16), WRITE)], creator=bytes(16)
)
NOW = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
WHOLE = write_overview(
    Overview(
        name="prod",
        connector="resci",
        method="api_key",
        description="",
        tags=("one",),
        public={"port": 1},
        secret_fields=("api_key",),
        allowed_hosts=(),
        owner=bytes(16),
        access=ACCESS,
        statement=sign_details(
            DetailsStatement(1, bytes(32), bytes(32), 1, bytes(16)), ADA, bytes(16), ACCESS.record_id
        ),
        parts=(),
        created_at=NOW,
        updated_at=NOW,
        version=1,
        changed_at=NOW,
        changed_by=bytes(16),
        changed=("port",),
        details=bytes(32),
        past=(),
        probe=accepted(),
        expires_at=None,
        removed_at=None,
        extra={},
    )
)


def listed(vault: Vault) -> dict[str, Credential]:
    found = sorted(vault.map(lambda credential: credential), key=lambda one: fold_name(one.name))
    return {credential.name: credential for credential in found}


@pytest.fixture
def filled(store: MemoryStore) -> Vault:
    vault = open_new(store)
    credential = add(vault, "Ünïcode 日本")
    vault.edit(lambda edit: edit.record_probe(credential, accepted()))
    add(vault, 'quotes " and \\', port=2**63 - 1)
    update(vault, "Ünïcode 日本", "EXAMPLE-new")
    move_to_next_epoch(store, vault.identity)
    describe(vault, "Ünïcode 日本", "tab\there, \x7f and \u202e there")
    entered = Policy(
        expires_at=NOW, exposures=(Exposure(1, "leaked", NOW, reason="日本"),), former=(Former(1, "alive"),)
    )
    vault.set_policy(vault.find("Ünïcode 日本"), lambda _: entered)
    vault.change(lambda copy: change_settings(copy, {"rotate-every:tag:prod": 30, "expires:aventri": 90}))
    update(vault, 'quotes " and \\', "EXAMPLE-key", port=1)  # of which no secret changed
    kept = Changes(candidate=Candidate(details("EXAMPLE-next"), 2, NOW, None))
    vault.edit(lambda edit: edit.update(edit.find('quotes " and \\'), kept))
    return vault


def test_a_large_vault_lists_what_a_small_one_does(filled: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    small = listed(filled)
    assert filled.credentials() == list(small.values())
    monkeypatch.setattr(overviews, "MANY", 1)
    assert filled.credentials() == list(small.values())
    monkeypatch.setattr(worthwhile, "WORTHWHILE", 1)
    assert worthwhile.is_worthwhile(filled.size)
    assert listed(filled) == small
    entered, other = small["Ünïcode 日本"], small['quotes " and \\']
    assert (entered.expires_at, entered.policy and entered.policy.exposed[0].reason) == (NOW, "日本")
    assert other.terms is not None
    assert (other.terms.rotate_every_days, other.has_rotation, entered.has_rotation) == (30, True, False)


def test_a_line_is_the_same_either_way(filled: Vault) -> None:
    quick = quick_json_lines()
    for credential in filled.credentials():
        shape = credential_shape(credential)
        assert quick(shape) == to_json_line(shape)
        assert json.loads(quick(shape)) == shape


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_becomes_the_same_line_either_way(text: str) -> None:
    assert quick_json_lines()({text: [text, 1, None, True]}) == to_json_line({text: [text, 1, None, True]})


SPOILED: tuple[tuple[str, Any], ...] = (
    ("name", None),
    ("tags", "prod"),
    ("public", {"port": 1.5}),
    ("statement", 0),
    ("statement", ""),
    ("statement", base64.b64encode(bytes(192)).decode()),
    ("created_at", "yesterday"),
    ("created_at", "2026-11-21T12:30:15"),
    ("access", {"creator": "zz", "salt": ""}),
    ("access", ""),
    ("access", base64.b64encode(bytes(39)).decode()),
    ("probe", {"status": "splendid"}),
)


@pytest.mark.parametrize(("key", "value"), SPOILED)
def test_another_shape_is_refused(filled: Vault, store: MemoryStore, key: str, value: object) -> None:
    header, overview = overview_of(filled, store)
    read = reader_of_listed(filled.state.roster, bytes(16))
    whole = read(header, write_json(overview))
    assert whole is not None
    assert whole.name == overview["name"]
    with pytest.raises(Tampered):
        read(header, write_json({**overview, key: value}))
    with pytest.raises(Tampered):
        read(header, write_json({name: one for name, one in overview.items() if name != key}))


def test_an_overview_of_another_record_is_refused(filled: Vault, store: MemoryStore) -> None:
    header, overview = overview_of(filled, store)
    read = reader_of_listed(filled.state.roster, bytes(16))
    with pytest.raises(Tampered, match="exchanged"):
        read(header._replace(record_id=bytes(16)), write_json(overview))


def test_a_whole_overview_is_the_same_either_way(filled: Vault, store: MemoryStore) -> None:
    vault_id, record_id = filled.vault_id, bytes(16)
    statement = sign_part(PartStatement(SESSION, 1, bytes(32), bytes([1] * 32), 1, bytes(16)), ADA, vault_id, record_id)
    ended = sign_part(PartStatement(ROTATION, 1, bytes(32), ENDED, 2, bytes(16)), ADA, vault_id, record_id)
    for plaintext in plaintexts(filled, store):
        overview = read_overview(plaintext)
        parts = (RecordPart(statement, bytes(32)), RecordPart(ended, None))
        changed = overview._replace(
            parts=parts, inherited=overview.statement, removed_at=overview.created_at, expires_at=overview.created_at
        )
        for one in (overview, changed):
            whole = read_whole_overview(write_overview(one))
            assert whole == one
            assert write_overview(whole) == write_overview(one)


def test_what_a_newer_version_wrote_is_kept_either_way(filled: Vault, store: MemoryStore) -> None:
    _, overview = overview_of(filled, store)
    assert read_whole_overview(write_json({"newer": [1], **overview})).extra == {"newer": [1]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"tags":', b'"name":"another","tags":'),
        (b'"public":{', b'"public":{"number":9223372036854775808,'),
        (b'"public":{', b'"public":{"number":1e2,'),
        (b'"public":{', b'"public":{"number":true,'),
        (b'"public":{', b'"public":{"half":"\\ud800",'),
        (b'"public":{', b'"public":{"bytes":"\xff",'),
        (b'"past":[', b'"past":["00",'),
        (b'"created_at":"', b'"created_at":"yesterday'),
        (b'"probe":', b'"probe":1,"probe":'),
    ],
)
def test_doubtful_bytes_are_refused_either_way(filled: Vault, store: MemoryStore, before: bytes, after: bytes) -> None:
    for plaintext in plaintexts(filled, store):
        assert before in plaintext
        for read in (read_overview, read_whole_overview):
            with pytest.raises(Tampered):
                read(plaintext.replace(before, after, 1))


@given(data=st.data())
def test_any_spoilt_bytes_are_read_alike(data: st.DataObject) -> None:
    plaintext = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        plaintext[data.draw(st.integers(0, len(plaintext) - 1))] = data.draw(st.integers(0, 255))
    assert read_or_refused(read_whole_overview, bytes(plaintext)) == read_or_refused(read_overview, bytes(plaintext))


def read_or_refused(read: Callable[[bytes], Overview], plaintext: bytes) -> Overview | str:
    try:
        return read(plaintext)
    except Tampered as error:
        return error.message


def plaintexts(vault: Vault, store: MemoryStore) -> list[bytes]:
    with store.read() as snapshot:
        digests = overview_digests(vault.state, snapshot, ignore)
        return [vault.state.unseal_overview(fetch(snapshot, one))[1] for one in digests]


def overview_of(vault: Vault, store: MemoryStore) -> tuple[Header, dict[str, Any]]:
    """Return the header and the plaintext of an overview in the vault."""
    with store.read() as snapshot:
        record = fetch(snapshot, overview_digests(vault.state, snapshot, ignore)[0])
    header, plaintext = vault.state.unseal_overview(record)
    return header, read_json(plaintext)
