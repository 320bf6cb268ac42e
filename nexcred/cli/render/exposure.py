"""Exposures, for people."""

from collections.abc import Iterable
from datetime import datetime

from nexcred.cli.render.style import BOLD, QUIET, RED, Cell
from nexcred.model.credential import Credential
from nexcred.model.lifecycle import Exposure
from nexcred.model.moments import ago
from nexcred.services.credentials.exposed import command_to_mend, who_and_why

HEADINGS = ("NAME", "REVISION", "EXPOSED", "SINCE", "RUN")


def exposed_rows(credentials: Iterable[Credential], now: datetime) -> list[list[Cell]]:
    """Return a row for each exposure that counts, with the command that ends it."""
    return [
        [
            Cell(credential.name, BOLD),
            Cell(str(one.revision)),
            Cell(who_and_why(one), RED),
            Cell(ago(one.at, now), QUIET),
            Cell(command_to_mend(credential, one)),
        ]
        for credential in credentials
        for one in (credential.policy.exposed if credential.policy else ())
    ]


def exposed_line(credential: Credential, exposure: Exposure) -> str:
    return f"{credential.name}, revision {exposure.revision}: {who_and_why(exposure)}; exposed until it is dead"


def cleared_line(credential: Credential, exposure: Exposure) -> str:
    return f"{credential.name}, revision {exposure.revision}: {who_and_why(exposure)}; no longer counts"
