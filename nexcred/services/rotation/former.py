"""Which earlier revisions of a credential are superseded: their secret is another, and may still work."""

from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from typing import Literal

from nexcred.errors import Damaged, NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.lifecycle import Former, FormerState, Policy
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret
from nexcred.services.values.kept_details import compared_details, compared_past
from nexcred.vault.vault import Vault

# unknown: nobody has asked, or this identity cannot look. same: its secret is the present one.
RevisionState = FormerState | Literal["present", "same", "unknown"]
ENDED: tuple[RevisionState, ...] = ("dead", "gone")
# More revisions are not kept either; what was known of earlier ones is forgotten.
_MOST_KNOWN = 32


class Superseded(NamedTuple):
    """A secret that was in use before the present one. `revisions` are those that have it, newest first."""

    revisions: tuple[int, ...]
    former: Former | None = None

    @property
    def revision(self) -> int:
        """The newest that has it, under which is kept what is known of it."""
        return self.revisions[0]

    @property
    def state(self) -> RevisionState:
        return self.former.state if self.former else "unknown"

    @property
    def may_work(self) -> bool:
        return self.state not in ENDED


def superseded_by(vault: Vault, credential: Credential) -> tuple[Superseded, ...]:
    """Return the former secrets of a credential, dead ones too, newest first, as far as this identity opens them.

    Nobody is asked, nothing is remembered. Raises Damaged and its kin.
    """
    return _compared(vault, credential)[1]


def revisions_with(vault: Vault, credential: Credential, revision: int) -> tuple[int, ...]:
    """Return the revisions that have the same secret, newest first; raise RevisionNotFound.

    Of the present secret that is the present revision, whichever has it too.
    """
    if revision == credential.version:
        return (revision,)
    same, former = _compared(vault, credential)
    if revision in same:
        return (credential.version,)
    found = next((one.revisions for one in former if revision in one.revisions), None)
    return found or (revision,)


def has_superseded(vault: Vault, credential: Credential) -> bool:
    """True where a former secret may still work; of a record that is damaged, what is shown of it counts."""
    try:
        return any(one.may_work for one in superseded_by(vault, credential))
    except Damaged:
        return bool(credential.policy and credential.policy.superseded)


def states_of(vault: Vault, credential: Credential, revisions: Iterable[int]) -> dict[int, RevisionState]:
    """Return the state of each revision, to be shown; what cannot be looked at is unknown.

    The present one is that, unless it was revoked itself.
    """
    states: dict[int, RevisionState] = dict.fromkeys(revisions, "unknown")
    present: RevisionState = "present"
    with suppress(Damaged, NotPermitted):
        revoked = former_of(vault, credential, credential.version)
        present = revoked.state if revoked and revoked.state != "alive" else "present"
        same, former = _compared(vault, credential)
        told: dict[int, RevisionState] = dict.fromkeys(same, "same")
        told |= {one: secret.state for secret in former for one in secret.revisions}
        states = {one: told.get(one, "unknown") for one in states}
    return states | {one: present for one in states if one == credential.version}


def _compared(vault: Vault, credential: Credential) -> tuple[tuple[int, ...], tuple[Superseded, ...]]:
    """Return the past revisions with the present secrets, and those with others."""
    with vault.snapshot():
        known = former_by_revision(vault.policy(credential))
        if credential.version == 1:
            return (), _told(known, credential, ())
        try:
            present, past = compared_details(vault, credential), compared_past(vault, credential)
        except NotPermitted:
            return (), _told(known, credential, ())
    found: dict[frozenset[Secret], list[int]] = {}
    in_use, same = present.secrets, list[int]()
    for revision in sorted(past, reverse=True):
        secrets = past[revision].secrets
        if secrets and secrets <= in_use:
            same.append(revision)
        elif secrets:
            found.setdefault(secrets, []).append(revision)
    opened = tuple(Superseded(tuple(revisions), known.get(revisions[0])) for revisions in found.values())
    return tuple(same), (*opened, *_told(known, credential, past))


def _told(known: Mapping[int, Former], credential: Credential, opened: Container[int]) -> tuple[Superseded, ...]:
    """Return those that do not open, or are not kept any more, and of which something is known all the same."""
    left = sorted((one for one in known if one != credential.version and one not in opened), reverse=True)
    return tuple(Superseded((revision,), known[revision]) for revision in left)


def former_by_revision(policy: Policy) -> dict[int, Former]:
    return {one.revision: one for one in policy.former}


def with_former(policy: Policy, former: Former) -> Policy:
    """Return the policy with this in place of what it had of the revision."""
    known = former_by_revision(policy) | {former.revision: former}
    return policy._replace(former=tuple(known[revision] for revision in sorted(known)[-_MOST_KNOWN:]))


def former_of(vault: Vault, credential: Credential, revision: int) -> Former | None:
    """Return what is known of a revision, proved; raise Damaged and its kin."""
    return former_by_revision(vault.policy(credential)).get(revision)
