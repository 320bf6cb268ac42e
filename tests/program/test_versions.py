"""Vaults of other versions: an older one opens, a newer one is refused with words."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.head import FORMAT_2_FEATURE, seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.open_state import open_state
from nexcred.vault.store import Change
from tests.support.opened import Opened
from tests.support.people import keep
from tests.vectors.vault_v1 import EXPECTED, KEPT


def vault_file(program: Opened) -> Path:
    (path,) = program.home.rglob("vault.db")
    return path


def test_a_vault_of_the_first_version_opens_and_is_written_to(tmp_path: Path) -> None:
    old = Opened(tmp_path, NEXCRED_IDENTITY=EXPECTED["identity"], NEXCRED_VAULT="old.db", NEXCRED_NO_INPUT="1")
    shutil.copyfile(KEPT, tmp_path / "old.db")
    names = [one["credential"]["name"] for one in EXPECTED["credentials"]]
    assert sorted(one["name"] for one in json.loads(old("list", "--json").out)) == sorted(names)
    assert old("rename", names[0], "renamed").code == 0
    made = old("identity", "new", "ci", "--grant", "renamed", "-o", "ci.identity")
    assert made.code == 0, made.err
    assert old("vault", "rekey", "-o", "new.identity").code == 0
    new = {"NEXCRED_IDENTITY": (tmp_path / "new.identity").read_text()}
    assert old("vault", "verify", environment=new).code == 0


def test_a_file_of_a_newer_layout_is_refused_with_words(opened: Opened) -> None:
    with closing(sqlite3.connect(vault_file(opened))) as connection:
        connection.execute("PRAGMA user_version=2")
    for words in (("list",), ("get", "x/y"), ("add", "resci", "--set", "api_key=env:HOME", "--no-probe")):
        ran = opened(*words)
        assert (ran.code, ran.out) == (9, "")
        assert "made by a newer nexcred" in ran.err
        assert "update nexcred" in ran.err


@pytest.mark.parametrize(("features", "read"), [(0x0001, 0), (0x8000, 0), (0x20000, 9), (0x80000000, 9)])
def test_what_a_newer_version_wrote_is_read_as_far_as_it_allows(opened: Opened, features: int, read: int) -> None:
    keep(opened, "prod")
    write_head(opened, FORMAT_2_FEATURE | features)
    assert opened("get", "prod/api_key").code == read
    renamed = opened("rename", "prod", "x")
    assert (renamed.code, renamed.out) == (9, "")
    assert "newer nexcred" in renamed.err
    assert "update nexcred" in renamed.err


def test_a_head_that_says_that_the_vault_is_of_the_first_version_is_refused(opened: Opened) -> None:
    keep(opened, "prod")
    write_head(opened, 0)
    for words in (("list",), ("get", "prod/api_key"), ("rename", "prod", "x")):
        ran = opened(*words)
        assert (ran.code, ran.out) == (9, "")


def write_head(opened: Opened, features: int) -> None:
    """Sign another head over the same vault, with these feature bits."""
    identity, store = Identity.parse(opened.environment["NEXCRED_IDENTITY"]), SqliteStore(vault_file(opened))
    with store.write() as snapshot:
        state = open_state(snapshot, identity, None)
        place = state.place._replace(generation=state.place.generation + 1)
        head = state.head.head._replace(features=features, previous_hash=state.head.hash)
        sealed = seal_head(place, head, identity, state.keys.head)
        assert store.commit(Change(head=sealed, generation=place.generation), state.sealed_head)
