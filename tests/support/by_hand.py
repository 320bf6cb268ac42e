"""A key that is replaced by hand at a terminal."""

import pyte

from tests.support.opened import Opened
from tests.support.standins.resci import Resci
from tests.support.terminal import Ended, Typed, lines_of, play

OLD, NEW, WRONG = Resci.api_key, "next-key-EXAMPLE", "wrong-key-EXAMPLE"
KEY, REVOKED, WHAT = "shows where to find it", "Have you revoked the old one there?", "keep the old one"


def at_terminal(program: Opened, typed: list[Typed], *words: str) -> tuple[Ended, str]:
    environment = {**program.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(160, 80)
    ended = play(program.command(*words), typed, screen, environment=environment, folder=program.home)
    for secret in (OLD, NEW, WRONG):
        assert secret.encode() not in ended.seen
    return ended, "\n".join(lines_of(screen))
