"""Whether a `nexcred run` that was killed has left files with secrets behind."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from nexcred.child.leftovers import find_leftovers, places
from nexcred.local.files import shown
from nexcred.services.doctor.check import Check, Status

NAME = "files"


def check_leftovers(environment: Mapping[str, str]) -> Iterator[Check]:
    """Name each folder that no process uses any more; say nothing where there is none."""
    for path in find_leftovers(places(environment)):
        detail = f"a nexcred run that was killed has left files with secrets in {shown(Path(path))}"
        yield Check(NAME, Status.WARNING, detail, "the next run removes it: nexcred run -- true")
