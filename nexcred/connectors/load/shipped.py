"""The connectors that nexcred ever shipped, by the digest of their files: a record written by one of them is honest.

`make docs` keeps the list: a line for each connector and version of nexcred that changed its file.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

SHIPPED = Path(__file__).with_name("shipped.txt")


def is_shipped(connector: str, digest: str) -> bool:
    """True when a version of nexcred had this file for the connector."""
    return any((name, known) == (connector, digest) for name, _, known in _lines(SHIPPED.read_text(encoding="ascii")))


def shipped_text(present: str, version: str, digests: Mapping[str, str]) -> str:
    """Return the list with the files of this version in place of what it said of the version before.

    What earlier versions shipped stays for good. `digests` are those of this version, by the connector's name.
    """
    former = [line for line in _lines(present) if line[1] != version]
    known = {(name, digest) for name, _, digest in former}
    new = [(name, version, digest) for name, digest in digests.items() if (name, digest) not in known]
    return "".join(f"{' '.join(line)}\n" for line in sorted([*former, *new]))


def _lines(text: str) -> Iterable[tuple[str, str, str]]:
    for line in text.splitlines():
        name, version, digest = line.split(" ")
        yield name, version, digest
