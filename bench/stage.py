"""A vault with ten credentials in a throw-away home, and the environment that opens it.

One is of AWS, one is a user name and a password, one a bearer token, and one has a kept token.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from nexcred.model.times import utc_now
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault

PROGRAM = Path(sys.executable).parent / "nexcred"
CREDENTIALS = 10
KEYS, LOGIN, BEARER, GRANTED = "keys", "login", "bearer", "granted"
LOGIN_HOST = "git.example.com"
_API = "https://api.example.com"


def make_stage(folder: Path) -> dict[str, str]:
    """Return the environment in which `nexcred` opens the vault by NEXCRED_IDENTITY, as a CI job does."""
    environment = bare_environment(folder)
    founding = environment | {"NEXCRED_PASSPHRASE": secrets.token_hex(16)}
    _run(founding, "-q", "vault", "init")
    for number in range(CREDENTIALS - 4):
        key = {"BENCH_KEY": f"bench-key-{number}-EXAMPLE"}
        fields = ("--set", "account_id=4711", "--set", "api_key=env:BENCH_KEY")
        _run(founding | key, "add", "aventri", f"events {number}", *fields, "--no-probe")
    keys = {"BENCH_KEY": "secret-key-EXAMPLE"}
    fields = ("--set", "access_key_id=AKIAIOSFODNN7EXAMPLE", "--set", "secret_key=env:BENCH_KEY")
    _run(founding | keys, "add", "s3", KEYS, *fields, "--no-probe")
    _add_rest(founding, LOGIN, "basic", f"base_url=https://{LOGIN_HOST}", "username=ada", "password=env:BENCH_KEY")
    _add_rest(founding, BEARER, "bearer", f"base_url={_API}", "api_key=env:BENCH_KEY")
    to_grant = (f"base_url={_API}", f"token_url={_API}/token", "client_id=ada", "client_secret=env:BENCH_KEY")
    _add_rest(founding, GRANTED, "client_credentials", *to_grant)
    secret = _run(founding, "identity", "show", "--secret").strip()
    _keep_token(Path(environment["XDG_DATA_HOME"]) / "nexcred" / "vault.db", secret)
    _run(founding, "list")  # what was written since is seen
    return environment | {"NEXCRED_IDENTITY": secret}


def _add_rest(founding: Mapping[str, str], name: str, method: str, *settings: str) -> None:
    fields = [word for setting in settings for word in ("--set", setting)]
    hosts = ("--allow-host", urlsplit(settings[0].partition("=")[2]).netloc)
    key = {"BENCH_KEY": "bench-key-EXAMPLE"}
    _run({**founding, **key}, "-q", "add", "rest", name, "--method", method, *fields, *hosts, "--no-probe")


def _keep_token(path: Path, secret: str) -> None:
    """Keep a token as a provider would have granted it."""
    vault = Vault(SqliteStore(path), Identity.parse(secret))
    credential = vault.find(GRANTED)
    session: dict[str, object] = {
        "access_token": "bench-token-EXAMPLE",
        "expires_at": (utc_now() + timedelta(days=1)).isoformat(),
    }
    vault.edit(lambda edit: edit.keep_session(credential, session))


@contextmanager
def kernel_keyring(stage: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Give the environment in which the kernel, and nothing else, opens the vault; lock it in the end."""
    _run(stage, "-q", "vault", "unlock", "--for", "1h")
    try:
        yield {name: value for name, value in stage.items() if name != "NEXCRED_IDENTITY"}
    finally:
        _run(stage, "-q", "vault", "lock")


def bare_environment(home: Path) -> dict[str, str]:
    """Return an environment without anything of the user's that nexcred or Python would heed."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "LANG": "C.UTF-8",
        "NEXCRED_NO_INPUT": "1",
    }


def _run(environment: Mapping[str, str], *arguments: str) -> str:
    command = [str(PROGRAM), *arguments]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
