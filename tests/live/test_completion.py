"""Completion in the real bash, zsh and fish: what Tab makes of a word is what the program is then given."""

import json
import os
import shutil
import sys

import pexpect
import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.sample_vault import draft
from tests.support.warm.start import programs

EVENTS, QUOTES, UNICODE = "Prod Events", 'O\'Brien "x" $HOME', "naïve ключ"
SHOUT, BREAKS, SPECIAL = "Wow! `ls` \\ *", "a:b=c@d", "~tilde;#&|<>(){}[]?"
NAMES = (EVENTS, QUOTES, UNICODE, SHOUT, BREAKS, SPECIAL)

# What is typed before Tab, and what the program must then be given.
LINES = {
    "conn": ["connectors"],
    "connectors show resc": ["connectors", "show", "resci"],
    "list --conn": ["list", "--connector"],
    "list --connector amper": ["list", "--connector", "amperity"],
    "list --connector=amper": ["list", "--connector=amperity"],
    "add amper": ["add", "amperity"],
    "show Prod": ["show", EVENTS],
    "show Prod\\ E": ["show", EVENTS],
    'show "Prod E': ["show", EVENTS],
    "show 'Prod E": ["show", EVENTS],
    "get Prod\\ Events/ap": ["get", f"{EVENTS}/api_key"],
    'get "Prod Events/ap': ["get", f"{EVENTS}/api_key"],
    "show O": ["show", QUOTES],
    'show "O': ["show", QUOTES],
    "show 'O": ["show", QUOTES],
    "show na": ["show", UNICODE],
    'show "naï': ["show", UNICODE],
    "show Wow": ["show", SHOUT],
    "show 'Wow": ["show", SHOUT],
    'show "Wow': ["show", SHOUT],
    "show a": ["show", BREAKS],
    "show a:b=": ["show", BREAKS],
    "show '~": ["show", SPECIAL],
    'show "~': ["show", SPECIAL],
    "--quiet show Prod": ["--quiet", "show", EVENTS],
    "remove naïve\\ ключ Prod": ["remove", UNICODE, EVENTS],
    "update Prod\\ Events --unset acc": ["update", EVENTS, "--unset", "account_id"],
    "list --tag pr": ["list", "--tag", "prod"],
    "--vault ./some-f": ["--vault", "./some-file"],
    "zzz ": ["zzz"],
}
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source <(nexcred completion bash)"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit && compinit -u -D && source <(nexcred completion zsh)"),
    "fish": (["fish", "--no-config", "-i"], "nexcred completion fish | source"),
}
# Answers Tab as the program, and writes down what it is given otherwise.
_STAND_IN = """#!/bin/sh
case $1 in complete|completion) exec {program} "$@";; esac
exec {python} -I -S -c 'import json, sys; print(json.dumps(sys.argv[1:]), file=open("given", "a"))' "$@"
"""


@pytest.fixture
def filled(opened: Opened) -> Opened:
    """A vault with the names, and a program that writes down what it is given."""
    store = SqliteStore(opened.home / ".local/share/nexcred/vault.db")
    vault = Vault(store, Identity.parse(opened.environment["NEXCRED_IDENTITY"]))
    vault.edit(lambda edit: [edit.add(draft(name)) for name in NAMES])
    program = opened.home / "bin" / "nexcred"
    program.parent.mkdir()
    program.write_text(_STAND_IN.format(python=sys.executable, program=programs() / "nexcred"))
    program.chmod(0o755)
    (opened.home / "some-file").touch()
    opened.environment.update(PATH=f"{program.parent}:{os.environ['PATH']}", TERM="xterm")
    return opened


def _given(program: Opened, shell: str, lines: list[str]) -> list[list[str]]:
    """Type each line, Tab and Enter in an interactive shell, and return what the program was given."""
    command, start = SHELLS[shell]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{shell} is missing: apt install {shell}")
    child: pexpect.spawn[bytes] = pexpect.spawn(
        command[0], command[1:], env=program.environment, cwd=str(program.home), timeout=120, dimensions=(50, 200)
    )
    try:
        for line in (start, *(f"nexcred {line}\t" for line in lines), "exit"):
            child.send(f"{line}\r".encode())
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
    given = program.home / "given"
    return [json.loads(line) for line in given.read_text().splitlines()] if given.exists() else []


@pytest.mark.parametrize("shell", SHELLS)
def test_what_tab_completes_is_what_the_program_is_given(filled: Opened, shell: str) -> None:
    given = _given(filled, shell, list(LINES))
    wrong = [(typed, was) for (typed, wanted), was in zip(LINES.items(), given, strict=True) if was != wanted]
    assert wrong == []


@pytest.mark.parametrize("shell", SHELLS)
def test_a_locked_vault_completes_nothing_and_asks_nothing(filled: Opened, shell: str) -> None:
    del filled.environment["NEXCRED_IDENTITY"], filled.environment["NEXCRED_NO_INPUT"]
    assert _given(filled, shell, ["show Prod", "list --conn"]) == [["show", "Prod"], ["list", "--connector"]]
