"""A process of many writers, each a machine of its own, that write to one vault at once: see test_many_writers."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nexcred.stores.locate import open_store
from nexcred.stores.surroundings import Surroundings
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.retries import Retries
from nexcred.vault.vault import Vault
from tests.support.sample_vault import add

LOGIN = {"AWS_ACCESS_KEY_ID": "EXAMPLE-id", "AWS_SECRET_ACCESS_KEY": "EXAMPLE-secret"}


def surroundings(folder: Path) -> Surroundings:
    def no_keyring() -> object:
        raise AssertionError

    login = {**LOGIN, **os.environ}
    return Surroundings(lambda: folder, lambda: folder, no_keyring, login, lambda _: None)  # type: ignore[arg-type]


def open_vault(url: str, folder: Path, identity: Identity) -> Vault:
    vault = Vault(open_store(url, surroundings(folder)), identity, memory=ProcessMemory())
    vault.retries = Retries(600)
    return vault


def write(url: str, folder: Path, identity: Identity, writer: str, count: int) -> None:
    vault = open_vault(url, folder / writer, identity)
    for number in range(count):
        add(vault, f"{writer} {number}", f"EXAMPLE-{writer}-{number}")
        print(f"{writer} {number}", flush=True)


def main(url: str, folder: str, secret: str, process: str, writers: str, count: str) -> None:
    identity = Identity.parse(secret)
    with ThreadPoolExecutor(int(writers)) as threads:
        names = [f"writer {process}-{number}" for number in range(int(writers))]
        list(threads.map(lambda name: write(url, Path(folder), identity, name, int(count)), names))


if __name__ == "__main__":
    main(*sys.argv[1:])
