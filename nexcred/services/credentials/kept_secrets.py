"""Secrets that a change keeps unseen: they go nowhere that they did not go before."""

from collections.abc import Collection

from nexcred.errors import InvalidData, Problem
from nexcred.model.secret import Secret
from nexcred.services.credentials.merged_values import NewValues
from nexcred.services.values.decoded import Decoded
from nexcred.services.values.hosts import places_of

_ANEW = "has to be typed anew, since it would go elsewhere than it does now"


def refuse_elsewhere(present: Decoded, new: NewValues, typed: Collection[str]) -> None:
    """Raise InvalidData for each secret that was not typed, where the new values lead elsewhere than the present ones.

    Who may change values and see no secret would have them sent to a host of his own.
    """
    if places_of(new.method, new.details) <= places_of(present.method, present.details):
        return
    kept = [
        field
        for field in new.method.fields
        if isinstance(new.details.fields.get(field.name), Secret) and field.name not in typed
    ]
    if kept:
        problems = tuple(Problem(field.name, _ANEW, f"--set {field.name}=-") for field in kept)
        raise InvalidData(f"{kept[0].label} {_ANEW}", problems=problems)
