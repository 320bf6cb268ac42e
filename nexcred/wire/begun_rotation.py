"""The JSON of a rotation that is on its way."""

from typing import TYPE_CHECKING, TypedDict

from nexcred.model.times import to_rfc3339

if TYPE_CHECKING:
    from nexcred.vault.journal import Journal


class BegunRotationShape(TypedDict):
    """How far it has come; `until` is when the old key may be revoked, `hangs` why it does not go on, or ""."""

    kind: str
    step: str
    began_at: str
    until: str | None
    hangs: str


def begun_rotation_shape(journal: "Journal") -> BegunRotationShape:
    return {
        "kind": journal.kind,
        "step": journal.step,
        "began_at": to_rfc3339(journal.began_at),
        "until": None if journal.grace_until is None else to_rfc3339(journal.grace_until),
        "hangs": journal.hangs,
    }
