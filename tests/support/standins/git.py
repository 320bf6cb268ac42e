"""A git server: git's own http-backend behind basic authentication."""

import os
import ssl
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.standins.exchange import Answer, Fault, Received
from tests.support.standins.login import basic_login
from tests.support.standins.server import StandIn

_ASK = (("WWW-Authenticate", 'Basic realm="git"'),)


class GitServer(StandIn):
    """Serves the bare repositories of a folder to whoever has user name and password, for reading and writing."""

    name = "git"
    username = "ada"
    password = "git-password-EXAMPLE"

    def __init__(self, folder: Path, *, tls: ssl.SSLContext | None = None, fault: Fault | None = None) -> None:
        super().__init__(tls=tls, fault=fault)
        self._folder = folder

    def answer(self, request: Received) -> Answer:
        if not self.lets_in(request):
            return Answer(401, b"", _ASK)
        done = subprocess.run(
            ["git", "http-backend"],
            input=request.body,
            env=self._environment(request),
            stdout=subprocess.PIPE,
            check=True,
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        status = int(headers.pop("Status", "200").split()[0])
        return Answer(status, body, tuple(headers.items()))

    def lets_in(self, request: Received) -> bool:
        return basic_login(request) == (self.username, self.password)

    def _environment(self, request: Received) -> dict[str, str]:
        """Return the variables of a CGI program (RFC 3875, 4.1)."""
        return {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self._folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": self.username,
            "REQUEST_METHOD": request.method,
            "PATH_INFO": request.path,
            "QUERY_STRING": urlsplit(request.target).query,
            "CONTENT_TYPE": request.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(request.body)),
            "HTTP_CONTENT_ENCODING": request.headers.get("content-encoding", ""),
            "HTTP_GIT_PROTOCOL": request.headers.get("git-protocol", ""),
        }
