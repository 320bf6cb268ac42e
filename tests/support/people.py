"""Further identities at the vault of a program, as processes of their own."""

import json
from pathlib import Path

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.program import Ran

KEY = "key-{}-EXAMPLE"


def keep(program: Opened, *names: str) -> None:
    """Add a credential for each name, unproved."""
    for name in names:
        held = {"HELD": KEY.format(name)}
        added = program("add", "resci", name, "--set", "api_key=env:HELD", "--no-probe", environment=held)
        assert added.code == 0, added.err


def invite(owner: Opened, name: str, *options: str) -> Opened:
    """Make an identity as the owner and return the program as its holder runs it."""
    made = owner("identity", "new", name, *options)
    assert made.code == 0, made.err
    return as_who_holds(owner, made.out.strip())


def as_who_holds(program: Opened, secret: str) -> Opened:
    """Return the program on the same machine, with another identity."""
    return Opened(program.home, NEXCRED_IDENTITY=secret, NEXCRED_NO_INPUT="1")


def refused(ran: Ran) -> bool:
    """True for exit 10 that says something, and hands out nothing."""
    return ran.code == 10 and ran.out == "" and "error" in ran.err


def own_name(program: Opened) -> str:
    """Return what the vault calls who runs the program."""
    members = json.loads(program("member", "list", "--json").out)
    return next(str(member["full_name"]) for member in members if member["you"])


def id_of_vault(program: Opened) -> str:
    """Return the id by which a person says that they mean this very vault."""
    told: str = json.loads(program("vault", "status", "--json").out)["vault_id"]
    return told


def vault_file(program: Opened) -> Path:
    """Return where the vault of a program lies, in its home or at the place that it was told."""
    told = program.environment.get("NEXCRED_VAULT")
    if told is not None:
        return program.home / told
    (path,) = program.home.rglob("vault.db")
    return path


def on_another_machine(program: Opened, home: Path, **environment: str) -> Opened:
    """Return the program of the same person on a machine that remembers nothing, at the same vault."""
    home.mkdir(mode=0o700)
    place = {"NEXCRED_VAULT": str(vault_file(program))}
    kept = {name: value for name, value in program.environment.items() if name.startswith("NEXCRED_")}
    return Opened(home, **{**kept, **place, **environment})


def vault_of(program: Opened) -> Vault:
    """Open the vault of a program as its holder, past the program: for what none of its commands would write."""
    return Vault(SqliteStore(vault_file(program)), Identity.parse(program.environment["NEXCRED_IDENTITY"]))


def said_no(ran: Ran, code: int, *words: str) -> bool:
    """True for a failure with this exit code that says these words, and hands out nothing."""
    return ran.code == code and ran.out == "" and all(word in ran.err for word in words)
