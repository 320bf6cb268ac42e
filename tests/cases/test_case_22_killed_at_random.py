"""Case 22: SIGKILL at any moment loses nothing that was acknowledged, and leaves a vault that proves itself."""

import os
import random
import select
import subprocess
import sys
from functools import partial
from pathlib import Path

from nexcred.model.secret import Secret
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.remembering import seen
from tests.support.sample_vault import add, open_new, purge, update
from tests.support.strace import ROOT
from tests.support.vault_file import proved
from tests.support.zygote import Tell, fork

# Case 22 asks for a thousand: NEXCRED_KILLS=1000. More follow until one met a write under way, at most MOST times that.
ROUNDS = int(os.environ.get("NEXCRED_KILLS", "100"))
MOST = 10
KEPT = 3  # credentials of one writer, so that the vault stays small
SCRIPT = """
import sys
from pathlib import Path
from tests.cases.test_case_22_killed_at_random import kill_at_random
kill_at_random(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
"""


def test_case_22_a_kill_loses_nothing_acknowledged(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), str(ROUNDS), str(seed)],
        capture_output=True,
        text=True,
        timeout=60 + ROUNDS * 5 * MOST,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    acknowledged, cut_short = map(int, done.stdout.split())
    assert acknowledged > ROUNDS
    assert cut_short > 0, f"no kill of {ROUNDS * MOST} met a write under way"


def kill_at_random(folder: Path, rounds: int, seed: int) -> None:
    """Kill one writer after another, at least so many and until a write was cut short.

    Print how many writes were told of, and how many had left a journal behind.
    """
    chance, path = random.Random(seed), folder / "vault.db"
    vault = open_new(SqliteStore(path))
    told = killed = journals = 0
    while killed < rounds or not (journals or killed == rounds * MOST):
        writer = fork(partial(write_for_ever, path, vault.identity))
        select.select([writer.told], [], [])  # it has begun
        select.select([], [], [], chance.random() * 0.05)  # and is killed in one of the writes that follow
        lines = writer.kill()
        told, killed = told + len(lines), killed + 1
        journals += (folder / "vault.db-journal").exists()
        vault = Vault(SqliteStore(path), vault.identity, memory=seen(vault.anchor))
        check(vault, lines)
        vault.edit(remove_all)
    print(told, journals)


def remove_all(edit: Edit) -> None:
    for name in (f"n{number}" for number in range(KEPT)):
        if edit.has(name):
            edit.purge(edit.find(name))


def write_for_ever(path: Path, identity: Identity, tell: Tell) -> None:
    """Add, update and remove in turn; tell of each write when it is acknowledged."""
    vault, number = Vault(SqliteStore(path), identity), 0
    while True:
        name, value = f"n{number % KEPT}", f"EXAMPLE-{number}"
        turn = number // KEPT % 3
        if turn == 0:
            add(vault, name, value)
        elif turn == 1:
            update(vault, name, value * 300)
        else:
            purge(vault, name)
        tell(str(number))
        number += 1


def check(vault: Vault, lines: list[str]) -> None:
    """Assert that the vault holds what the writes that were told of left, or that and the one under way."""
    assert lines == [str(number) for number in range(len(lines))]
    assert held(vault) in (after(len(lines)), after(len(lines) + 1))
    assert proved(vault).strays == 0


def held(vault: Vault) -> dict[str, object]:
    return {one.name: _reveal(vault.details(one).fields["api_key"]) for one in vault.credentials()}


def after(writes: int) -> dict[str, object]:
    """Return what `write_for_ever` leaves after so many writes."""
    kept: dict[str, object] = {}
    for number in range(writes):
        name, turn = f"n{number % KEPT}", number // KEPT % 3
        kept[name] = f"EXAMPLE-{number}" * (300 if turn == 1 else 1)
        if turn == 2:
            del kept[name]
    return kept


def _reveal(value: object) -> object:
    return value.reveal() if isinstance(value, Secret) else value
