"""Fixtures of every test here, which its file may replace; and where the vaults of the cases lie.

NEXCRED_CASES_ON names the kinds of places, separated by commas: memory, bucket, git, postgresql. `make test` has all on
the bucket, `make live` some on the others (see `_EACH`), and `make soak` all there: NEXCRED_CASES_EACH=1.
"""

import os
import re
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count

import pytest

from tests.support.far_places import BucketPlace, GitPlace
from tests.support.far_tables import vaults_lie_at
from tests.support.opened import Opened
from tests.support.opened_elsewhere import Elsewhere, in_bucket, in_git, in_postgresql
from tests.support.vault_fixtures import ada, store

__all__ = ["ada", "in_bucket", "in_git", "in_postgresql", "store"]

# Attacks on what a store holds, and on what people do by it.
NUMBERS = {*range(4, 15), *range(18, 23), 25, *range(61, 100)} - {74, 75, 76, 77, 78, 84}
KINDS = os.environ.get("NEXCRED_CASES_ON", "memory,bucket").split(",")
# What is no matter of a place on a network, and why.
_ALONE = {
    r"_04_every_|_04_the_vault_": "it opens the vault ten thousand times: case 5 has a value of each length there",
    r"_04_a_bit_of_|_05_a_file_|_05_bytes_after_|_12_a_file_|_14_a_file_": "it is about the bytes of a file",
    r"_10_a_leaf_twice": "a place names a leaf by a byte",
    r"_12_a_slot_|\[slots?[]-]|-slots?\]|_1024_writes_": "it is about slots, and a place keeps none",
    r"_10_all_heads_": "a place without its head is empty, which the program tells from a vault that is gone",
    r"_70_": "it counts what a roster of the most entries takes, wherever it lies",
    r"_81_": "vaults of version 1 are files",
    r"_19_|_73_.*(at_a_place_in_daily|a_backup_|was_moved|moved_to_another_place)": "it copies and renames a file",
    r"_73_.*(two_names|elsewhere_is_gone)": "it copies and renames a file",
    r"_80_an_emptied": "it is about the bytes of a file",
    r"_80_a_passphrase|_87_a_(passphrase|format_entry)": "it is about slots, or a vault of version 1",
    r"_91_the_program": "ten seconds are waited at a place for each part that is missing",
    r"_93_.*(ahead|no_other_line|made_after|is_called_one).*postgresql": "it lays an older state there",
    r"_86_new_values_end_it_and_its_bytes_go.*bucket": "a bucket leaves what was dropped to a tidying",
    r"_05_a_leaf_or_record_.*bucket": "the same: what was dropped may be spoilt",
    r"_05_.*(git|postgresql)": "it lays a thousand values, one after the other",
    r"_95_a_joiner_": "two keys are compared, without a vault",
    r"_21_|_22_|_25_": "it kills processes at a file or a keyring: tests/live has those of places",
}

# Of the many orders in which people may write, one in three is run at a place; and of all tests, where a place is slow,
# one in so many.
_ORDERS, _ONE_IN = r"_79_whoever|_83_in_whatever", 3
_EACH = {"postgresql": 12, "git": 24}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    named = (metafunc.function.__name__, metafunc.module.__name__)
    found = next((found for name in named if (found := re.search(r"test_case_(\d+)", name))), None)
    if found is not None and int(found[1]) in NUMBERS:
        metafunc.parametrize("vaults_lie_in", KINDS, indirect=True, ids=[f"in_{kind}" for kind in KINDS])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if _is_run(item)]


def _is_run(item: pytest.Item) -> bool:
    """Say whether it has a matter of its own where its vaults lie."""
    kind = _kind(item)
    if kind in (None, "memory"):
        return True
    if any(re.search(name, item.name) for name in _ALONE):
        return False
    usual = max(_ONE_IN if re.search(_ORDERS, item.name) else 1, _EACH.get(kind, 1))
    return zlib.crc32(item.name.encode()) % int(os.environ.get("NEXCRED_CASES_EACH", str(usual))) == 0


def _kind(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("vaults_lie_in")


@pytest.fixture(autouse=True)
def vaults_lie_in(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the vaults of the test lie in a place of this kind, and see that one does."""
    kind: str = getattr(request, "param", "memory")
    with ExitStack() as stack:
        if kind == "memory" or "opened" in request.fixturenames:
            yield kind
            return
        if kind == "bucket":
            counted = stack.enter_context(vaults_lie_at(BucketPlace))
        elif kind == "git":
            folder, numbers = request.getfixturevalue("tmp_path_factory").mktemp("git"), count()
            counted = stack.enter_context(vaults_lie_at(lambda: GitPlace(folder / str(next(numbers)))))
        else:
            from tests.live.postgresql_place import places_in

            make = stack.enter_context(places_in(request.getfixturevalue("postgresql")))
            counted = stack.enter_context(vaults_lie_at(make))
        yield kind
    assert counted.made, "no vault of this test lies elsewhere than in a file"


@pytest.fixture
def opened(opened: Opened, request: pytest.FixtureRequest, vaults_lie_in: str) -> Opened:
    """Return the program where its vault lies in a place of this kind."""
    if vaults_lie_in == "memory":
        return opened
    elsewhere: Elsewhere = request.getfixturevalue(f"in_{vaults_lie_in}")
    return elsewhere.opened(opened.home)
