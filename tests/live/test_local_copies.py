"""What a machine keeps of a vault at each place on a network, spoilt or on a full disk: the vault loses nothing."""

import shutil
from pathlib import Path

import pytest

from tests.live.network_places import Place, place, schema, ssh_host, vaults
from tests.support.local_copies import SPOILS, spoil_copy, with_a_full_cache
from tests.support.program import Program, Ran

__all__ = ["place", "schema", "ssh_host", "vaults"]


@pytest.fixture
def ada(place: Place, tmp_path: Path) -> Program:
    program = place.at_home(tmp_path, "ada")
    program.environment["NEXCRED_VAULT"] = place.url
    assert program("vault", "init", "-o", "me.identity").code == 0
    program.environment["NEXCRED_IDENTITY_FILE"] = "me.identity"
    assert _add(program, "prod").code == 0
    return program


def _add(program: Program, name: str) -> Ran:
    return program("add", "secret", name, "--set", "value=-", stdin=f"EXAMPLE-{name}".encode())


def _get(program: Program, name: str) -> Ran:
    return program("get", f"{name}/value")


def test_what_is_spoilt_is_asked_for_again_and_nobody_calls_the_vault_damaged(place: Place, ada: Program) -> None:
    for number, part in enumerate(SPOILS):
        assert _get(ada, "prod") == (0, "EXAMPLE-prod", "")
        spoil_copy(ada, part)
        assert _get(ada, "prod") == (0, "EXAMPLE-prod", "")
        spoil_copy(ada, part)
        assert _add(ada, f"name {number}").code == 0
    assert len(ada("list").out.splitlines()) == 2 + len(SPOILS)
    assert "every record is as it was signed" in ada("vault", "verify").out

    spoil_copy(ada, "the last state")
    place.pull()
    out_of_reach = _get(ada, "prod")
    # Git has another copy of all that it fetched.
    assert (out_of_reach.code, out_of_reach.out) == ((0, "EXAMPLE-prod") if place.url.startswith("git") else (1, ""))
    assert "cannot be reached" in out_of_reach.err


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is missing: apt install util-linux")
def test_on_a_full_disk_all_is_read_and_written_where_no_copy_is_needed(place: Place, ada: Program) -> None:
    read = with_a_full_cache(ada, "get", "prod/value")
    written = with_a_full_cache(ada, "rename", "prod", "other")
    if place.url.startswith("git"):  # which reads and writes by files
        for ran in (read, written):
            assert (ran.code, ran.out, "the disk is full" in ran.err) == (1, "", True), ran.err
    else:
        assert (read, written.code) == ((0, "EXAMPLE-prod", ""), 0)
        assert ada("rename", "other", "prod").code == 0
    assert _get(ada, "prod") == (0, "EXAMPLE-prod", "")
    assert "every record is as it was signed" in ada("vault", "verify").out
