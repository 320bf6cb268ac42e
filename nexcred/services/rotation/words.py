"""What is said of a rotation before it and on its way, for people."""

from datetime import timedelta

from nexcred.connectors.language.spec import Method
from nexcred.connectors.lifecycle import also_ends_in_rotation, outlives_words
from nexcred.model.credential import Credential
from nexcred.model.moments import minute
from nexcred.model.probe import ProbeStatus
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.switching import DEFAULT_GRACE
from nexcred.vault.journal import RotationKind
from nexcred.vault.vault import Vault

_STEPS = {
    "planned": "a new key is asked for",
    "made": "the new key is kept, sealed",
    "proved": "the provider accepts the new key",
    "switched": "the new key is in use",
    "retired": "the old key is revoked at the provider",
}
_UNASKED = "nobody can be asked whether the new key works"


def step_words(vault: Vault, credential: Credential, step: str) -> str:
    """Say what was done by this step; "" for one that is told otherwise."""
    if step == "proved" and _is_unasked(vault, credential):
        return _UNASKED
    return _STEPS.get(step, "")


def told_before(method: Method) -> tuple[str, ...]:
    """Say what else ends with the old key, and what lives on."""
    told = [method.rotate.note] if method.rotate is not None and method.rotate.note else []
    if also := also_ends_in_rotation(method):
        told.append(f"revoking the old key also {also}")
    if outlives := outlives_words(method):
        told.append(f"what was issued with the old key lives on: {outlives}")
    return tuple(told)


def may_lose_both(method: Method) -> bool:
    """True where the provider revokes the old key as it makes the new one."""
    return method.rotate is not None and method.rotate.kind == "replace"


def lost_answer(name: str) -> str:
    """Say what a lost answer would do, of a credential whose name is safe to print."""
    return (
        f"the provider revokes the old key of '{name}' as it makes the new one: if its answer is lost on the way, both"
        " are lost, and a new key has to be made by hand"
    )


def plan_of(kind: RotationKind, grace: timedelta = DEFAULT_GRACE) -> str:
    """Say how it goes."""
    hours = grace.total_seconds() / 3600
    return {
        "add": f"a new key is made and proved, both work for {hours:g} h, then the old one is revoked and proved dead",
        "change": "the provider takes a new secret, which is proved; the old one stops working, and is proved dead",
        "replace": "the provider revokes the old key as it makes the new one; a lost answer would lose both",
        "by_hand": "a person makes the new key on the provider's page, and revokes the old one there",
    }[kind]


def outcome_words(outcome: RotationOutcome) -> str:
    """Say what came of it, in one line without its name."""
    until = f" until {minute(outcome.until)}" if outcome.until is not None else ""
    also = f" (the same for: {', '.join(outcome.also)})" if outcome.also else ""
    return f"{outcome.result}{until}" + (f": {outcome.why}" if outcome.why else "") + also


def _is_unasked(vault: Vault, credential: Credential) -> bool:
    """True where a new key is kept about which no provider can be asked."""
    kept = vault.kept(credential)
    probe = kept.candidate.probe if kept is not None and kept.candidate is not None else None
    return probe is not None and probe.status is ProbeStatus.UNSUPPORTED
