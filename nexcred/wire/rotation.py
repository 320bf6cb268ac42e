"""The JSON of `rotate`."""

from typing import TypedDict

from nexcred.model.times import to_rfc3339
from nexcred.services.rotation.outcome import RotationOutcome


class RotationShape(TypedDict):
    """What became of the rotation of one credential.

    `kind` is add, change, replace or by_hand; `step` the last taken: planned, made, proved, switched, retired or dead.
    `outcome` is done, waiting, hangs, refused, conflict, undone, unchanged, planned or failed. `why` is for people,
    `next` the command that goes on, `until` when it does, `left` the provider's ids of keys whose secret nobody knows.
    `also` names the other credentials with the same secret, which get the new one at once.
    """

    name: str
    kind: str | None
    step: str | None
    outcome: str
    why: str
    next: str
    until: str | None
    left: list[str]
    also: list[str]


def rotation_shape(outcome: RotationOutcome) -> RotationShape:
    return {
        "name": outcome.name,
        "kind": outcome.kind,
        "step": outcome.step,
        "outcome": outcome.result,
        "why": outcome.why,
        "next": outcome.mend,
        "until": None if outcome.until is None else to_rfc3339(outcome.until),
        "left": list(outcome.left),
        "also": list(outcome.also),
    }
