"""GitHub and GitLab as git sees them: their owner writes, a job reads."""

import ssl
from pathlib import Path

from tests.live.job_clouds.issuer import Issuer
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.git import GitServer
from tests.support.standins.login import basic_login


class CodeHost(GitServer):
    """Lets a job in by its own user and token, for reading; `issuer`, if its tokens come from the same host."""

    def __init__(
        self, folder: Path, job: tuple[str, str], issuer: Issuer | None = None, *, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(folder, tls=tls)
        self._job = job
        self._issuer = issuer

    def answer(self, request: Received) -> Answer:
        told = self._issuer.answer(request) if self._issuer is not None else None
        return told if told is not None and told.status != 404 else super().answer(request)

    def lets_in(self, request: Received) -> bool:
        writes = "git-receive-pack" in request.target
        return super().lets_in(request) or (not writes and basic_login(request) == self._job)
