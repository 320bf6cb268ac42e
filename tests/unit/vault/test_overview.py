from datetime import UTC, datetime

import pytest

from nexcred.errors import Tampered
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, read_overview, to_credential, write_overview
from nexcred.vault.plaintext import read_json, write_json
from nexcred.vault.roster_changes import found_roster
from nexcred.vault.sharing import new_access_list
from tests.sample_vault import NOW, SEED, accepted, details

ADA = Identity(SEED, bytes(16))
ROSTER = found_roster(ADA, "Example Ltd", "Ada Example")
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
    access=new_access_list(ADA, ROSTER.vault_id),
    created_at=NOW,
    updated_at=NOW,
    version=3,
    changed_at=NOW,
    changed_by=ADA.fingerprint,
    changed=("api_key",),
    details=b"d" * 32,
    session=b"s" * 32,
    previous=b"p" * 32,
    probe=accepted(3),
    expires_at=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    extra={},
)


def test_an_overview_survives_being_written() -> None:
    bare = OVERVIEW._replace(session=None, previous=None, probe=None, expires_at=None, tags=(), public={})
    for overview in (OVERVIEW, bare):
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
        ("owner", "zz"),
        ("access", []),
        ("access", {}),
        ("created_at", "2026-01-01T00:00:00"),
        ("created_at", "yesterday"),
        ("created_at", "0001-01-01T00:00:00+23:00"),
        ("expires_at", "9999-12-31T23:59:59-23:00"),
        ("version", "3"),
        ("version", True),
        ("version", 0),
        ("version", -5),
        ("details", "00"),
        ("details", None),
        ("session", ""),
        ("previous", "zz" * 32),
        ("probe", []),
        ("probe", {}),
    ],
)
def test_an_overview_of_another_shape_is_refused(key: str, value: object) -> None:
    written = read_json(write_overview(OVERVIEW))
    with pytest.raises(Tampered):
        read_overview(write_json({**written, key: value}))


@pytest.mark.parametrize("key", sorted(read_json(write_overview(OVERVIEW))))
def test_an_overview_that_lacks_a_key_is_refused(key: str) -> None:
    written = read_json(write_overview(OVERVIEW))
    del written[key]
    with pytest.raises(Tampered):
        read_overview(write_json(written))


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
