"""The JSON of `history`."""

from typing import TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.vault.history import Revision


class RevisionShape(TypedDict):
    """`state` is that of its secret: present, same (as the present one), unknown, alive, revoked, dead or gone."""

    revision: int
    at: str
    by: str
    changed: list[str]
    state: str


def revision_shape(revision: Revision, state: str) -> RevisionShape:
    return {
        "revision": revision.version,
        "at": to_rfc3339(revision.at),
        "by": revision.by.full_name,
        "changed": list(revision.changed),
        "state": state,
    }
