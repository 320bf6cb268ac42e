"""Cases 15, 18, 19 and 20 with the real program: what members, readers, guests and strangers cannot do to others."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from nexcred.vault.access_list import TO_MEMBER, WRITE, AccessGrant
from nexcred.vault.head import seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.open_state import open_state
from nexcred.vault.overview import Overview
from nexcred.vault.store import Change
from tests.support.forging import rewrite_overview
from tests.support.opened import Opened
from tests.support.people import KEY, as_who_holds, invite, keep, refused, store_of, vault_of
from tests.support.standins.resci import Resci
from tests.support.standins.rest import Rest


def path_of(program: Opened) -> Path:
    (path,) = program.home.rglob("vault.db")
    return path


def identity_of(program: Opened) -> Identity:
    return Identity.parse(program.environment["NEXCRED_IDENTITY"])


def forge(program: Opened, name: str, change: Any) -> None:
    """Rewrite an overview as the holder of this identity could, who knows the vault key."""
    rewrite_overview(vault_of(program), name, change)


@pytest.mark.parametrize("what", ["base_url", "allowed_hosts"])
def test_case_15_nothing_is_sent_where_a_member_without_a_grant_points(
    opened: Opened, resci: Resci, rest: Rest, what: str
) -> None:
    assert opened.add(resci, "live").code == 0
    sent = len(resci.received)
    bob = invite(opened, "bob", "--role", "member")

    def elsewhere(overview: Overview) -> dict[str, Any]:
        if what == "allowed_hosts":
            return {"allowed_hosts": (rest.host, *overview.allowed_hosts)}
        return {"public": {**overview.public, "base_url": rest.base_url}, "allowed_hosts": (rest.host,)}

    forge(bob, "live", elsewhere)
    for words in (("probe", "live"), ("get", "live/api_key"), ("update", "live", "--set", "api_key=env:HOME")):
        ran = opened(*words)
        assert (ran.code, ran.out) == (9, ""), words
        assert "shows other values than its details hold" in ran.err
    assert (rest.received, len(resci.received)) == ([], sent)


def test_case_15_who_writes_himself_into_an_access_list_gets_no_next_value(opened: Opened) -> None:
    keep(opened, "prod")
    bob = invite(opened, "bob", "--role", "member")
    own = identity_of(bob).fingerprint
    into = AccessGrant(TO_MEMBER, own, WRITE)
    forge(bob, "prod", lambda one: {"access": one.access._replace(grants=tuple(sorted((*one.access.grants, into))))})
    assert (bob("get", "prod/api_key").code, bob("get", "prod/api_key").out) == (9, "")
    ran = opened("update", "prod", "--set", "api_key=env:NEW", "--no-probe", environment={"NEW": "next-EXAMPLE"})
    assert (ran.code, ran.out) == (9, "")
    assert (bob("get", "prod/api_key").code, bob("get", "prod/api_key").out) == (9, "")


@pytest.mark.parametrize("claims_to_be", ["himself", "the owner"])
def test_case_18_a_head_that_a_reader_forged_is_refused(opened: Opened, claims_to_be: str) -> None:
    keep(opened, "prod")
    eve = invite(opened, "eve", "--role", "reader")
    reader, store = identity_of(eve), store_of(opened)
    author = reader if claims_to_be == "himself" else identity_of(opened)
    with store.write() as snapshot:
        state = open_state(snapshot, reader, None)
        place = state.place._replace(generation=state.place.generation + 1)
        head = state.head.head._replace(author=author.fingerprint, previous_hash=state.head.hash)
        sealed = seal_head(place, head, reader, state.keys.head)
        assert store.commit(Change(head=sealed, generation=place.generation), state.sealed_head)
    for program in (opened, eve):
        ran = program("list")
        assert (ran.code, ran.out) == (9, "")
        assert "signed by" in ran.err


def test_case_19_who_was_removed_reads_no_later_revision(opened: Opened, tmp_path: Path) -> None:
    keep(opened, "prod")
    bob = invite(opened, "bob", "--role", "member", "--grant", "prod")
    stolen = Path(shutil.copy(path_of(opened), tmp_path / "stolen.db"))
    assert opened("member", "remove", "bob", "--yes").code == 0
    new = {"NEW": "next-EXAMPLE"}
    assert opened("update", "prod", "--set", "api_key=env:NEW", "--no-probe", environment=new).code == 0
    newest = Path(shutil.copy(path_of(opened), tmp_path / "newest.db"))
    for path in (path_of(opened), newest):
        assert refused(bob("get", "prod/api_key", "--vault", str(path)))
        assert refused(bob("list", "--vault", str(path), "--accept-rollback"))
    # What he read he knows.
    assert bob("get", "prod/api_key", "--vault", str(stolen)).out == KEY.format("prod")


def test_case_20_a_guest_gets_nothing_but_its_grants(opened: Opened) -> None:
    keep(opened, "prod", "other")
    job = invite(opened, "ci", "--grant", "prod")
    assert job("get", "prod/api_key").out == KEY.format("prod")
    for words in (
        ("get", "other/api_key"),
        ("get", "OTHER/api_key"),
        ("show", "other"),
        ("show", "other", "--reveal", "--json"),
        ("history", "other"),
        ("probe", "other"),
        ("probe", "prod", "other"),
    ):
        ran = job(*words)
        assert refused(ran), words
        assert KEY.format("other") not in ran.err
    missing = job("get", "othr/api_key")
    assert (missing.code, missing.out) == (3, "")
    assert "'other'" not in missing.err
    assert job.names == ["prod"]


def test_case_20_the_identity_of_another_organisation_opens_nothing(opened: Opened, tmp_path: Path) -> None:
    keep(opened, "prod")
    other = Opened(tmp_path / "other", NEXCRED_PASSPHRASE="another passphrase of EXAMPLE", NEXCRED_NO_INPUT="1")
    other.home.mkdir()
    assert other("vault", "init").code == 0
    theirs = as_who_holds(opened, other("identity", "show", "--secret").out.strip())
    ran = theirs("list")
    assert (ran.code, ran.out) == (9, "")
    assert "belongs to another vault" in ran.err
    stranger = as_who_holds(opened, opened("identity", "new", "eve", "--unbound").out.strip())
    assert refused(stranger("list"))
    assert refused(stranger("get", "prod/api_key"))
