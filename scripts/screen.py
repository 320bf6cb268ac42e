"""What a terminal shows, drawn from a real run against a stand-in that answers under the provider's own name.

A local proxy stands for api-na.eventscloud.com, with a certificate of a throw-away authority, so the commands are
exactly what a user types.
"""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pyte

from scripts.svg import draw
from tests.support.standins import Aventri
from tests.support.standins.authority import Authority
from tests.support.standins.proxy import Proxy
from tests.support.terminal import Typed, lines_of, play

COLUMNS, ROWS = 92, 60
_PROGRAM = Path(sys.executable).parent / "nexcred"
_HOST = "api-na.eventscloud.com"
# What to wait for at the end of the screen, and what to type then.
_ADDING = (
    Typed("Name", "\r"),
    Typed("Description", "events for the warehouse\r"),
    Typed("Account ID", "4711\r"),
    Typed("Key", f"{Aventri.api_key}\r"),
    Typed("   apac", "\r"),  # the last choice, and not the help above
)


def make_screen() -> str:
    """Run `nexcred add aventri` and `nexcred list` at a terminal, and return the picture as SVG."""
    screen = pyte.Screen(COLUMNS, ROWS)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        authority = Authority(home)
        with Aventri(tls=authority.server_context(_HOST)) as aventri, Proxy(aventri) as proxy:
            environment = _unlocked(home)
            environment |= {"HTTPS_PROXY": proxy.url, "REQUESTS_CA_BUNDLE": str(authority.bundle)}
            _type(screen, environment, "add aventri", _ADDING)
            _type(screen, environment, "list", ())
    return draw(screen)


def _unlocked(home: Path) -> dict[str, str]:
    """Make a vault in this home, and return the environment that opens it."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
    }
    locked = environment | {"NEXCRED_PASSPHRASE": secrets.token_hex(16)}
    subprocess.run([_PROGRAM, "-q", "vault", "init"], env=locked, check=True, stdout=subprocess.DEVNULL)
    shown = subprocess.run(
        [_PROGRAM, "identity", "show", "--secret"], env=locked, check=True, stdout=subprocess.PIPE, text=True
    )
    return environment | {"NEXCRED_IDENTITY": shown.stdout.strip()}


def _type(screen: pyte.Screen, environment: dict[str, str], words: str, typed: Sequence[Typed]) -> None:
    stream = pyte.ByteStream(screen)
    stream.feed(f"\x1b[1m$ nexcred {words}\x1b[0m\r\n".encode())
    ended = play([str(_PROGRAM), *words.split()], typed, screen, environment=environment, folder=Path())
    if ended.code:
        raise SystemExit(f"nexcred {words} exited {ended.code}:\n" + "\n".join(lines_of(screen)))
    stream.feed(b"\r\n")
