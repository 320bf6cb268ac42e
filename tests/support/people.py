"""Further identities at the vault of a program, as processes of their own."""

import json
import tempfile
from pathlib import Path

from nexcred.oskeyring.access import GuardedKeyring
from nexcred.stores.locate import open_store
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.stores.surroundings import Surroundings
from nexcred.vault.identity import Identity
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.program import Ran

KEY = "key-{}-EXAMPLE"
_LOGINS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "PGUSER", "PGPASSWORD", "PGSSLROOTCERT")


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
    return Opened(program.home, **place_of(program), NEXCRED_IDENTITY=secret, NEXCRED_NO_INPUT="1")


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


def place_of(program: Opened) -> dict[str, str]:
    """Return the variables that lead to the vault of a program; none where it is the usual one of its home."""
    told = program.environment
    return {name: told[name] for name in ("NEXCRED_VAULT", *_LOGINS) if name in told}


def named_place_of(program: Opened) -> dict[str, str]:
    """Return the variables that lead there from any home."""
    return place_of(program) if _is_far(program) else {"NEXCRED_VAULT": str(vault_file(program))}


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
    kept = {name: value for name, value in program.environment.items() if name.startswith("NEXCRED_")}
    return Opened(home, **{**kept, **named_place_of(program), **environment})


def vault_of(program: Opened) -> Vault:
    """Open the vault of a program as its holder, past the program: for what none of its commands would write."""
    return Vault(store_of(program), Identity.parse(program.environment["NEXCRED_IDENTITY"]))


def store_of(program: Opened) -> Store:
    """Open where the vault of a program lies, without what the program keeps of it on its machine."""
    if not _is_far(program):
        return SqliteStore(vault_file(program))
    folder, told = Path(tempfile.mkdtemp(dir=program.home.parent)), program.environment
    around = Surroundings(lambda: folder, lambda: folder, no_keyring, told, lambda _: None)
    return open_store(told["NEXCRED_VAULT"], around)


def head_of(program: Opened) -> bytes | None:
    """Return the newest signed head: another one is there after each write."""
    with store_of(program).read() as snapshot:
        return snapshot.head()


def no_keyring() -> GuardedKeyring:
    raise AssertionError


def _is_far(program: Opened) -> bool:
    return "://" in program.environment.get("NEXCRED_VAULT", "")


def said_no(ran: Ran, code: int, *words: str) -> bool:
    """True for a failure with this exit code that says these words, and hands out nothing."""
    return ran.code == code and ran.out == "" and all(word in ran.err for word in words)
