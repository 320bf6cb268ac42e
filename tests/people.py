"""Further identities at the vault of a program, as processes of their own."""

import json

from tests.opened import Opened
from tests.program import Ran

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
