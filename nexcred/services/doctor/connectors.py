"""Whether the user's own connectors are as they should be."""

from collections.abc import Iterator

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.load.names import Folders, connector_names, find_connector
from nexcred.errors import SpecError
from nexcred.services.doctor.check import Check, Status

NAME = "connectors"


def check_connectors(folders: Folders) -> Iterator[Check]:
    """Look at each file of the user's own; say how many there are when all of them are right."""
    names = [name for name in connector_names(folders) if find_connector(name, folders).own]
    problems = [check for name in names if (check := _problem(name, folders))]
    if problems:
        yield from problems
    elif names:
        yield Check(NAME, Status.OK, f"besides the built-in ones you have: {', '.join(names)}")
    else:
        yield Check(NAME, Status.OK, "the built-in ones, and none of your own")


def _problem(name: str, folders: Folders) -> Check | None:
    try:
        load_connector(name, folders)
    except SpecError as error:
        return Check(NAME, Status.PROBLEM, error.message, error.hint or f"run: nexcred connectors check {name}")
    return None
