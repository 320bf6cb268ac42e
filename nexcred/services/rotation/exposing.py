"""Saying by hand that a secret is known to somebody who should not know it, or that it counts no more."""

from datetime import datetime

from nexcred.errors import InvalidData, Problem, RevisionNotFound
from nexcred.model.credential import Credential
from nexcred.model.lifecycle import Exposure, Policy
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import is_unsafe, make_visible
from nexcred.services.rotation.former import revisions_with
from nexcred.vault.vault import Vault

MAX_REASON_CHARACTERS = 500


class ToldExposures(NamedTuple):
    """What was said of a credential, as it is now, and the exposures that were added or cleared by it."""

    credential: Credential
    exposures: tuple[Exposure, ...]

    def __repr__(self) -> str:
        return repr_of(self, "exposures")


def add_exposure(
    vault: Vault, credential: Credential, reason: str, now: datetime, revision: int | None = None
) -> ToldExposures:
    """Let a revision count as exposed, by default the present one; the same for the same reason is said once.

    Raises InvalidData, RevisionNotFound, NotPermitted for all but who may write it, whoever added it and owners.
    """
    vault.require_writable()
    chosen = _secret_at(vault, credential, revision)
    one = Exposure(chosen, "leaked", now, reason=check_reason(reason), by=vault.state.me.id.hex())
    added: list[Exposure] = []

    def change(policy: Policy) -> Policy:
        is_said = any((there.revision, there.reason) == (one.revision, one.reason) for there in policy.exposed)
        added[:] = () if is_said else (one,)
        return policy._replace(exposures=(*policy.exposures, *added))

    return ToldExposures(vault.set_policy(credential, change), tuple(added))


def clear_exposures(
    vault: Vault, credential: Credential, reason: str, now: datetime, revision: int | None = None
) -> ToldExposures:
    """Let what counts as exposed count no more: of one revision, or of all. It stays kept who cleared it, and why.

    Raises what `add_exposure` does.
    """
    vault.require_writable()
    reason, by = check_reason(reason), vault.state.me.id.hex()
    chosen = None if revision is None else _secret_at(vault, credential, revision)
    cleared: list[Exposure] = []

    def change(policy: Policy) -> Policy:
        cleared[:] = [one for one in policy.exposed if chosen in (None, one.revision)]
        exposures = (
            one._replace(cleared_at=now, cleared_by=by, cleared_reason=reason) if one in cleared else one
            for one in policy.exposures
        )
        return policy._replace(exposures=tuple(exposures))

    return ToldExposures(vault.set_policy(credential, change), tuple(cleared))


class WasKnown(NamedTuple):
    """What is known of the secret of a revision that is to be in use again: who has it, and whether it is dead."""

    exposures: tuple[Exposure, ...]
    is_dead: bool

    def __repr__(self) -> str:
        return repr_of(self, "exposures", "is_dead")


def was_known(vault: Vault, credential: Credential, revision: int) -> WasKnown:
    """Return what is known, proved; raise Damaged and its kin."""
    newest, policy = revisions_with(vault, credential, revision)[0], vault.policy(credential)
    known = tuple(one for one in policy.exposures if one.revision == newest and not one.is_cleared)
    return WasKnown(known, policy.is_dead(newest))


def check_reason(text: str) -> str:
    """Return the reason without space around it; raise InvalidData."""
    text, problem = text.strip(), ""
    if not text:
        problem = "is empty"
    elif len(text) > MAX_REASON_CHARACTERS:
        problem = f"is longer than {MAX_REASON_CHARACTERS} characters"
    elif any(map(is_unsafe, text)):
        problem = f"holds a control or invisible character: {make_visible(text[:40])}"
    if problem:
        raise InvalidData(f"the reason {problem}", problems=(Problem("reason", problem, "--reason …"),))
    return text


def _secret_at(vault: Vault, credential: Credential, revision: int | None) -> int:
    """Return the newest revision with the secret of this one; who cannot open them says it of that one alone."""
    if revision is None:
        return credential.version
    if not 0 < revision <= credential.version:
        raise RevisionNotFound(
            f"'{credential.name}' has no revision {revision}",
            hint=f"see those that are kept with: nexcred history {shell_word(credential.name)}",
        )
    return revisions_with(vault, credential, revision)[0]
