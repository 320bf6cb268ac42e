import base64
from datetime import UTC, datetime

import pytest

from nexcred.errors import Tampered
from nexcred.vault.access_list import TO_MEMBER, WRITE, AccessGrant, make_list
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, RecordPart, read_overview, write_overview
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.plaintext import read_json, write_json
from nexcred.vault.record import POLICY, SESSION
from nexcred.vault.roster_changes import found_roster
from nexcred.vault.statements import (
    ENDED,
    DetailsStatement,
    PartStatement,
    digest_content,
    sign_details,
    sign_part,
    write_statement,
)
from tests.support.sample_vault import NOW, SEED, accepted, details

ADA = Identity(SEED, bytes(16))
ROSTER = found_roster(ADA, "Example Ltd", "Ada Example")
ACCESS = make_list(
    ADA,
    ADA.fingerprint,
    ROSTER.vault_id,
    version=1,
    grants=[AccessGrant(TO_MEMBER, ADA.fingerprint, WRITE)],
    creator=ADA.fingerprint,
)
STATEMENT = sign_details(
    DetailsStatement(3, b"b" * 32, b"p" * 32, 1, ADA.fingerprint), ADA, ROSTER.vault_id, ACCESS.record_id
)


EVERY = '{"rotate_every_days":90}'


def part(number: int, digest: bytes = b"t" * 32, record: bytes | None = None, content: str | None = None) -> RecordPart:
    details = STATEMENT.digest if number == SESSION else bytes(32)
    unsigned = PartStatement(number, 1, details, digest, 7, ADA.fingerprint)
    return RecordPart(sign_part(unsigned, ADA, ROSTER.vault_id, ACCESS.record_id), record, content)


OVERVIEW = Overview(
    name="Prod Ünïcode",
    connector="aventri",
    method="api_key",
    description="",
    tags=("a", "b"),
    public=details().public,
    secret_fields=("api_key",),
    allowed_hosts=details().allowed_hosts,
    owner=ADA.fingerprint,
    access=ACCESS,
    statement=STATEMENT,
    parts=(part(SESSION, record=b"s" * 32), part(POLICY, digest_content(EVERY), content=EVERY)),
    created_at=NOW,
    updated_at=NOW,
    version=3,
    changed_at=NOW,
    secret_at=NOW,
    changed_by=ADA.fingerprint,
    changed=("api_key",),
    details=b"d" * 32,
    past=(b"o" * 32, b"q" * 32),
    probe=accepted(3),
    expires_at=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    removed_at=datetime(2026, 1, 2, tzinfo=UTC),
    extra={},
)


def test_an_overview_survives_being_written() -> None:
    bare = OVERVIEW._replace(parts=(), past=(), probe=None, expires_at=None, removed_at=None, tags=(), public={})
    ended = OVERVIEW._replace(parts=(part(SESSION, ENDED),))
    for overview in (OVERVIEW, bare, ended):
        assert read_overview(write_overview(overview)) == overview


def test_keys_of_a_newer_version_survive_a_rewrite() -> None:
    newer = write_json({**read_json(write_overview(OVERVIEW)), "colour": {"deep": [1, None]}})
    assert read_json(write_overview(read_overview(newer))) == read_json(newer)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 7),
        ("tags", "prod"),
        ("public", {"port": 1.5}),
        ("public", {"port": True}),
        ("access", []),
        ("access", {}),
        ("access", ""),
        ("access", "%%%"),
        ("statement", []),
        ("statement", ""),
        ("statement", base64.b64encode(bytes(192)).decode()),
        ("statement", "AAAA"),
        ("created_at", "2026-01-01T00:00:00"),
        ("created_at", "yesterday"),
        ("created_at", "0001-01-01T00:00:00+23:00"),
        ("expires_at", "9999-12-31T23:59:59-23:00"),
        ("details", "00"),
        ("details", None),
        ("past", "00" * 32),
        ("past", ["zz" * 32]),
        ("past", ["00" * 31]),
        ("changed_at", "yesterday"),
        ("changed", "api_key"),
        ("removed_at", None),
        ("removed_at", "yesterday"),
        ("parts", None),
        ("parts", []),
        ("parts", {"session": None}),
        ("parts", {"session": {}}),
        ("probe", []),
        ("probe", {}),
    ],
)
def test_an_overview_of_another_shape_is_refused(key: str, value: object) -> None:
    written = read_json(write_overview(OVERVIEW))
    with pytest.raises(Tampered):
        read_overview(write_json({**written, key: value}))


@pytest.mark.parametrize("key", sorted({*read_json(write_overview(OVERVIEW))} - {"parts", "removed_at", "secret_at"}))
def test_an_overview_that_lacks_a_key_is_refused(key: str) -> None:
    written = read_json(write_overview(OVERVIEW))
    del written[key]
    with pytest.raises(Tampered):
        read_overview(write_json(written))


SESSION_PART = {"statement": write_statement(part(SESSION).statement), "record": "73" * 32}  # type: ignore[arg-type]
ENDED_PART = {"statement": write_statement(part(SESSION, ENDED).statement)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {**SESSION_PART, "record": None},
        {**SESSION_PART, "record": "73" * 31},
        {**SESSION_PART, "content": 7},
        {**SESSION_PART, "more": ""},
        {**SESSION_PART, "statement": write_statement(part(POLICY).statement)},  # type: ignore[arg-type]
        {"statement": SESSION_PART["statement"]},
        {"record": SESSION_PART["record"]},
        {**ENDED_PART, "record": SESSION_PART["record"]},
        {**ENDED_PART, "content": ""},
    ],
)
def test_case_96_a_part_of_another_form_is_refused(wrong: dict[str, object]) -> None:
    written = read_json(write_overview(OVERVIEW))
    for right in (SESSION_PART, ENDED_PART):
        assert len(read_overview(write_json({**written, "parts": {"session": right}})).parts) == 1
    with pytest.raises(Tampered):
        read_overview(write_json({**written, "parts": {"session": wrong}}))


def test_an_overview_agrees_with_the_details_that_it_shows() -> None:
    assert OVERVIEW.agrees_with(details())
    assert OVERVIEW.agrees_with(details("EXAMPLE-other"))
    for other in (
        details(base_url="https://evil.example"),
        details()._replace(allowed_hosts=()),
        details()._replace(connector="rest"),
        details()._replace(method="bearer"),
        details()._replace(fields={}),
    ):
        assert not OVERVIEW.agrees_with(other)


def test_people_see_who_owns_a_credential_even_when_he_left() -> None:
    shown = to_credential(OVERVIEW, 9, ROSTER, ADA.fingerprint)
    assert (shown.owner.full_name, shown.access_roles, shown.revision, shown.version) == (
        "Ada Example",
        ("owner",),
        9,
        3,
    )
    gone = to_credential(OVERVIEW._replace(owner=bytes(16)), 9, ROSTER, bytes(16))
    assert (gone.owner.full_name, gone.access_roles) == ("somebody unknown", ("owner",))
    assert to_credential(OVERVIEW, 9, ROSTER, b"x" * 16).access_roles == ()
