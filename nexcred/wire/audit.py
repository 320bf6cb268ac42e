"""The JSON of `audit`."""

from typing import TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.services.audit.events import Event


class EventShape(TypedDict):
    """`source` is "vault" for what its signatures prove, "here" for what this user did on this machine.

    `what` are the names of fields, or the parts of the vault that a write changed; `project` is the folder of the
    project file that asked for a use, `token` the name of what asked the service of this machine for it.
    """

    at: str
    source: str
    action: str
    by: str
    name: str | None
    id: str | None
    revision: int | None
    generation: int | None
    what: list[str]
    project: str | None
    token: str | None


def event_shape(event: Event) -> EventShape:
    return {
        "at": to_rfc3339(event.at),
        "source": event.source,
        "action": event.action,
        "by": event.by,
        "name": event.name,
        "id": event.id,
        "revision": event.revision,
        "generation": event.generation,
        "what": list(event.what),
        "project": event.project or None,
        "token": event.token or None,
    }
