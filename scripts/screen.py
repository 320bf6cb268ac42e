"""What a terminal shows, drawn from a real run against a stand-in that answers under the provider's own name.

A local proxy stands for api-na.eventscloud.com, with a certificate of a throw-away authority, so the commands are
exactly what a user types.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pexpect
import pyte

from scripts.svg import draw
from tests.standins import Aventri
from tests.standins.authority import Authority
from tests.standins.proxy import Proxy

COLUMNS, ROWS = 92, 60
_PROGRAM = Path(sys.executable).parent / "nexcred"
_PATIENCE_S = 30
_HOST = "api-na.eventscloud.com"
# What to wait for at the end of the screen, and what to type then.
_ADDING = (
    ("Name", "\r"),
    ("Description", "events for the warehouse\r"),
    ("Account ID", "4711\r"),
    ("Key", f"{Aventri.api_key}\r"),
    ("apac", "\r"),
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


def _type(screen: pyte.Screen, environment: dict[str, str], words: str, keys: Sequence[tuple[str, str]]) -> None:
    stream = pyte.ByteStream(screen)
    stream.feed(f"\x1b[1m$ nexcred {words}\x1b[0m\r\n".encode())
    with pexpect.spawn(
        str(_PROGRAM), words.split(), env=environment, dimensions=(ROWS, COLUMNS), timeout=_PATIENCE_S
    ) as child:
        for waited, typed in keys:
            _draw_until(child, screen, stream, waited)
            child.send(typed)
        _draw_until(child, screen, stream, None)
    if child.exitstatus:
        raise SystemExit(f"nexcred {words} exited {child.exitstatus}:\n" + "\n".join(screen.display))
    stream.feed(b"\r\n")


def _draw_until(
    child: "pexpect.spawn[bytes]", screen: pyte.Screen, stream: pyte.ByteStream, waited: str | None
) -> None:
    """Draw until the last line holds the text; None draws to the end."""
    ends_at = time.monotonic() + _PATIENCE_S
    while waited is None or waited not in _last_line(screen):
        if time.monotonic() > ends_at:
            raise SystemExit(f"never saw {waited!r}:\n" + "\n".join(screen.display).rstrip())
        try:
            stream.feed(child.read_nonblocking(4096, timeout=1))
        except pexpect.TIMEOUT:
            continue
        except pexpect.EOF:
            return


def _last_line(screen: pyte.Screen) -> str:
    return next((line for line in reversed(screen.display) if line.strip()), "")
