import base64

import pytest

from nexcred.errors import Tampered
from nexcred.vault.overview import read_overview, write_overview
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.plaintext import read_json, write_json
from nexcred.vault.record import POLICY, SESSION
from nexcred.vault.statements import (
    ENDED,
    write_statement,
)
from tests.support.sample_overview import ADA, OVERVIEW, ROSTER, part
from tests.support.sample_vault import details


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
