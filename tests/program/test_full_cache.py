"""A disk that is full where this machine keeps what it read of a vault elsewhere: the vault loses nothing by it."""

import shutil
from pathlib import Path

import pytest

from tests.support.bucket_machines import Place, add, place, value
from tests.support.git_repository import bare_repository
from tests.support.local_copies import with_a_full_cache
from tests.support.program import Program

__all__ = ["place"]
pytestmark = pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is missing: apt install util-linux")


def test_a_bucket_is_read_and_written_without_a_copy_here(place: Place) -> None:
    ada = place.ada
    assert with_a_full_cache(ada, "get", "prod/api_key") == (0, "EXAMPLE-prod", "")
    changed = with_a_full_cache(ada, "update", "prod", "--set", "api_key=env:HELD", "--no-probe", HELD="EXAMPLE-later")
    assert changed.code == 0, changed.err
    assert value(ada, "prod").out == "EXAMPLE-later"
    assert add(ada, "another").code == 0


def test_git_says_that_the_disk_is_full_and_not_that_the_vault_is_damaged(tmp_path: Path) -> None:
    bare_repository(tmp_path)
    (tmp_path / "ada").mkdir()
    given = {"NEXCRED_VAULT": f"git+file://{tmp_path}/vault.git?fresh=0s", "NEXCRED_NO_INPUT": "1"}
    ada = Program(tmp_path / "ada", **given)
    assert ada("vault", "init", "-o", "me.identity").code == 0
    ada.environment["NEXCRED_IDENTITY_FILE"] = str(ada.home / "me.identity")
    assert ada("add", "secret", "prod", "--set", "key=-", stdin=b"EXAMPLE-prod").code == 0
    for words in (("get", "prod"), ("list",), ("add", "secret", "lost", "--set", "key=generate")):
        ran = with_a_full_cache(ada, *words)
        assert (ran.code, ran.out) == (1, ""), ran.err
        assert "the disk is full" in ran.err
        assert "XDG_CACHE_HOME" in ran.err
    assert ada("get", "prod").out == "EXAMPLE-prod"
    assert ada("get", "lost").code == 3
    assert ada("vault", "verify").code == 0
