"""A URL of a vault with a secret in it is refused wherever one is said, and shown nowhere."""

import json
from pathlib import Path

import pytest

from tests.support.named_vaults import WITH_SECRETS, file, write
from tests.support.opened import Opened

__all__ = ["file"]


@pytest.mark.parametrize("url", WITH_SECRETS)
def test_a_place_with_a_secret_is_refused_wherever_one_is_said_and_never_repeated(
    opened: Opened, file: Path, url: str
) -> None:
    def refused(*words: str, **environment: str) -> None:
        ran = opened(*words, environment=environment)
        assert (ran.code, "canary" in ran.out + ran.err) == (2, False), (words, ran)

    refused("list", "--vault", url)
    refused("get", "x/y", NEXCRED_VAULT=url)
    refused("vault", "init", "--vault", url)
    refused("vault", "use", url)
    refused("config", "set", "vault", url)
    refused("vault", "move", "--to", url, "--yes")
    refused("vault", "backup", url)
    refused("vault", "restore-backup", url, "--yes")
    shown = opened("doctor", environment={"NEXCRED_VAULT": url})
    assert "canary" not in shown.out + shown.err
    quoted = json.dumps(url)
    for text in (f"vault = {quoted}\n", f"[vaults.team]\nurl = {quoted}\n"):
        write(file, text)
        refused("list", "--vault", "team")
        refused("vault", "list")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        *((url, f"{url.partition(':')[0]}://…" if "://" in url else "…") for url in WITH_SECRETS),
        ("s3://bucket/x?region=eu-west-1", "s3://bucket/x?region=eu-west-1"),
        ("postgresql://ada@[::1]:5432/db?schema=a", "postgresql://ada@[::1]:5432/db?schema=a"),
        ("git+ssh://git@host:22/a@b.git", "git+ssh://git@host:22/a@b.git"),
        ("git+file:///a:b/c@d.git", "git+file:///a:b/c@d.git"),
        ("keyring:a@b", "keyring:a@b"),
    ],
)
def test_no_password_in_a_variable_is_shown(opened: Opened, url: str, shown: str) -> None:
    given = {"NEXCRED_VAULT": url}
    assert opened("config", "get", "vault", environment=given).out == f"{shown}\n"
    for words in (
        ("config", "list", "--json"),
        ("config", "list"),
        ("config", "get", "vault", "--show-origin"),
        ("vault", "list"),
    ):
        told = opened(*words, environment=given)
        assert (told.code, "canary" in told.out + told.err, shown in told.out + told.err) == (0, False, True), told
