"""A vault with ten credentials, one of them of AWS, in a throw-away home, and the environment that opens it."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROGRAM = Path(sys.executable).parent / "nexcred"
CREDENTIALS = 10
KEYS = "keys"


def make_stage(folder: Path) -> dict[str, str]:
    """Return the environment in which `nexcred` opens the vault by NEXCRED_IDENTITY, as a CI job does."""
    environment = bare_environment(folder)
    founding = environment | {"NEXCRED_PASSPHRASE": secrets.token_hex(16)}
    _run(founding, "-q", "vault", "init")
    for number in range(CREDENTIALS - 1):
        key = {"BENCH_KEY": f"bench-key-{number}-EXAMPLE"}
        fields = ("--set", "account_id=4711", "--set", "api_key=env:BENCH_KEY")
        _run(founding | key, "add", "aventri", f"events {number}", *fields, "--no-probe")
    keys = {"BENCH_KEY": "secret-key-EXAMPLE"}
    fields = ("--set", "access_key_id=AKIAIOSFODNN7EXAMPLE", "--set", "secret_key=env:BENCH_KEY")
    _run(founding | keys, "add", "s3", KEYS, *fields, "--no-probe")
    return environment | {"NEXCRED_IDENTITY": _run(founding, "identity", "show", "--secret").strip()}


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
