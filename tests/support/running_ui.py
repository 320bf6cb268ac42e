"""`nexcred ui` as a process, and what a browser sends to it."""

import re
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from tests.support.program import Program
from tests.support.waiting import wait_until

_PATIENCE_S = 60
NAVIGATION = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
OWN = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
_TOKEN = re.compile(r'<meta name="token" content="([^"]+)">')
_BASE = re.compile(r"url=(/page/[^/]+)/")
_RUNNING = "data-progress="


@dataclass(frozen=True, slots=True)
class Seen:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


class RunningUi:
    """Where it listens, and the link that it printed."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        assert process.stdout is not None
        self.link = process.stdout.readline().decode().strip()
        parts = urlsplit(self.link)
        assert parts.port is not None, self._failure()
        self.port, self.path = parts.port, parts.path
        self.told = b""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def send(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = NAVIGATION) -> Seen:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_S)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Seen(answer.status, found, answer.read().decode())
        finally:
            connection.close()

    def end(self) -> str:
        """End it as Ctrl-C does, and return what it said."""
        self.process.send_signal(2)
        out, err = self.process.communicate(timeout=_PATIENCE_S)
        self.told = out + err
        return self.told.decode()

    def _failure(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()


class Browser:
    """Somebody who has opened the link, without a browser: the cookie, the path and the token of its forms."""

    def __init__(self, ui: RunningUi) -> None:
        self.ui = ui
        opened = ui.send("GET", ui.path)
        assert opened.status == 200, opened.text
        self.cookie = opened.headers["set-cookie"].partition(";")[0]
        found = _BASE.search(opened.text)
        assert found is not None
        self.base = found[1]
        token = _TOKEN.search(self.get("/credentials").text)
        assert token is not None
        self.token = token[1]

    def get(self, path: str, **headers: str) -> Seen:
        sent = {**OWN, "Cookie": self.cookie, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.ui.send("GET", self.base + path, headers=sent)

    def post(
        self, path: str, token: str | None = None, headers: Mapping[str, str] | None = None, **fields: str | list[str]
    ) -> Seen:
        """Send a form; a field with several values is sent as often."""
        sent = {
            **OWN,
            "Cookie": self.cookie,
            "Origin": "null",
            "Content-Type": "application/x-www-form-urlencoded",
            **(headers or {}),
        }
        body = urlencode({"token": self.token if token is None else token, **fields}, doseq=True).encode()
        return self.ui.send("POST", self.base + path, body, sent)

    def path_to(self, sent: Seen) -> str:
        """Return where a form led."""
        assert sent.status == 303, sent.text
        return sent.headers["location"].removeprefix(self.base)

    def end_of(self, sent: Seen) -> str:
        """Wait until what a form began is over, and return the screen that tells of it, as text."""
        path = self.path_to(sent)
        wait_until(lambda: _RUNNING not in self.get(path).text)
        return text_of(self.get(path))


def text_of(seen: Seen) -> str:
    """Return what is to be read on a screen, without its head and its foot, each run of spaces as one."""
    main = seen.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", "<" + main)).split())


@contextmanager
def running_ui(program: Program, *arguments: str, **environment: str) -> Iterator[RunningUi]:
    """Start it, and have it print its link; it is ended afterwards."""
    process = subprocess.Popen(
        program.command("ui", "--no-browser", *arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**program.environment, **environment},
        cwd=program.home,
    )
    watchdog = threading.Timer(_PATIENCE_S * 5, process.kill)
    watchdog.start()
    try:
        yield RunningUi(process)
    finally:
        watchdog.cancel()
        process.kill()
        process.communicate()
