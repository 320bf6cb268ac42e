"""Who belongs to a vault and who holds a credential: joining, leaving, sharing, and new keys for oneself."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

from nexcred.errors import NotPermitted, UsageError
from nexcred.model.shell_word import shell_word
from nexcred.vault.history import past_overviews
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.overview import Overview
from nexcred.vault.plaintext import write_details, write_json
from nexcred.vault.record import DETAILS, SESSION, read_header
from nexcred.vault.roster import with_member, with_new_keys, with_unshared, without_member
from nexcred.vault.sharing import may_share, next_access_list
from nexcred.vault.working import Found, WorkingCopy


class Departure(NamedTuple):
    """What somebody who left could read. `orphaned` nobody else can open: their values must be entered anew."""

    exposed: tuple[str, ...]
    orphaned: tuple[str, ...]


class Rekeyed(NamedTuple):
    """What new keys came to: how many credentials were sealed anew, and the names of those that are others' alone."""

    resealed: int
    left_alone: tuple[str, ...]


def admit(copy: WorkingCopy, public: PublicIdentity, full_name: str, role: str) -> None:
    """Let somebody in; raise Conflict, NotPermitted."""
    copy.admit(with_member(copy.roster, copy.author, public, full_name, role), public.fingerprint)


def dismiss(copy: WorkingCopy, fingerprint: bytes) -> Departure:
    """Let nobody with these keys read what is written from now on; raise NotPermitted.

    Not oneself: the head would be signed by somebody who is no member, and open for nobody.
    """
    if fingerprint == copy.author.fingerprint:
        raise NotPermitted("nobody can remove himself from a vault", hint="another owner can: nexcred member list")
    roster = without_member(copy.roster, copy.author, fingerprint)
    before = copy.roster
    exposed, orphaned = [], []
    for found in copy.begin_epoch(roster):
        access = found.overview.access
        recipients = {before.newest(one) for one in access.recipients if before.present(one)}
        if fingerprint in recipients:
            exposed.append(found.overview.name)
        if recipients == {fingerprint}:
            orphaned.append(found.overview.name)
        if before.newest(access.signer) == fingerprint:
            # Nobody may seal by a list whose signer is gone: an owner takes it over.
            taken = next_access_list(access, copy.author, recipients - {fingerprint}, roster.vault_id)
            copy.put(found.overview._replace(access=taken), found.revision + 1, instead_of=found)
    return Departure(tuple(sorted(exposed)), tuple(sorted(orphaned)))


def set_recipients(copy: WorkingCopy, found: Found, change: Callable[[set[bytes]], Iterable[bytes]]) -> Overview:
    """Return the overview with other recipients, its details and session sealed to them; raise NotPermitted.

    `change` gets the fingerprints of the present recipients and returns those to come.
    """
    old = found.overview
    if not may_share(old.access, copy.author.fingerprint, copy.roster):
        raise NotPermitted(
            f"only who added '{old.name}', or an owner of the vault, may say who holds it",
            hint="see the owners with: nexcred member list",
        )
    present = {copy.roster.newest(one) for one in old.access.recipients if copy.roster.present(one)}
    recipients = set(change(set(present)))
    if not recipients:
        raise UsageError(
            f"'{old.name}' must stay with somebody", hint=f"or remove it: nexcred remove {shell_word(old.name)}"
        )
    access = next_access_list(old.access, copy.author, recipients, copy.roster.vault_id)
    if not present <= recipients:
        # Or a member puts the old list back, and the next values are sealed by it.
        copy.roster = with_unshared(copy.roster, copy.author, access.creator, access.salt, access.version)
    return _resealed(copy, old, old._replace(access=access), found.revision + 1)


def rekey(copy: WorkingCopy, identity: Identity) -> Rekeyed:
    """Replace the author's keys and the vault key, and seal anew all that the old ones opened."""
    roster = with_new_keys(copy.roster, copy.author, identity)
    left_alone, resealed = [], 0
    for found in copy.begin_epoch(roster, author=identity.bind(roster.vault_id)):
        past = list(past_overviews(copy.state, copy.fetch, found.overview))
        previous: bytes | None = None
        for name, overview in reversed(past):
            revision = read_header(copy.fetch(name)).revision
            old = overview._replace(session=None)  # sessions have no history
            moved = _resealed_if_open(copy, old, old._replace(previous=previous), revision)
            previous = copy.seal_overview(moved, revision)
            copy.drop(name)
        new = found.overview._replace(previous=previous)
        moved = _resealed_if_open(copy, found.overview, new, found.revision + 1)
        if moved.details == found.overview.details:
            left_alone.append(found.overview.name)
        else:
            resealed += 1
        copy.put(moved, found.revision + 1, instead_of=found)
    return Rekeyed(resealed, tuple(sorted(left_alone)))


def _resealed_if_open(copy: WorkingCopy, old: Overview, new: Overview, revision: int) -> Overview:
    with suppress(NotPermitted):
        return _resealed(copy, old, new, revision)
    return new


def _resealed(copy: WorkingCopy, old: Overview, new: Overview, revision: int) -> Overview:
    """Seal the details and the session of `old` to the recipients of `new`."""
    details = copy.state.open_details(copy.fetch(old.details), old)
    new = new._replace(details=copy.seal_part(DETAILS, new, old.version, write_details(details)))
    if old.session is not None:
        session = copy.state.open_session(copy.fetch(old.session), old)
        new = new._replace(session=copy.seal_part(SESSION, new, revision, write_json(session)))
    copy.drop(old.details, old.session)
    return new
