"""Sharing credentials with members and teams, and ending that."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from nexcred.errors import Damaged
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.services.vaults.recipients import Recipients
from nexcred.vault.access_list import READ, TO_MEMBER, TO_TEAM, WRITE
from nexcred.vault.edit import Edit
from nexcred.vault.member_info import MemberInfo, TeamInfo
from nexcred.vault.roster import WRITERS
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.vault.sharing import Grants


class Affected(NamedTuple):
    """A credential whose list says something else now of those who are `named`.

    `people` may do more or less with it than before: they are named, or in a team that is. `writers` are those of whom
    is spoken and who may change it now.
    """

    credential: Credential
    named: Recipients
    people: tuple[MemberInfo, ...]
    writers: tuple[MemberInfo, ...]


def share(
    vault: Vault, credentials: Iterable[Credential], recipients: Recipients, *, read_only: bool = False
) -> list[Affected]:
    """Share all of them or none; return what changed. Raises ChangedMeanwhile, NotPermitted."""
    may = READ if read_only else WRITE

    def changed(credential: Credential) -> Recipients:
        return _not_granted(vault, credential, recipients, may)

    def operate(edit: Edit, credential: Credential, named: Recipients) -> None:
        edit.share(credential, _ids(named.members), may=may, teams=_ids(named.teams))

    return _change(vault, credentials, changed, operate)


def require_sharer(vault: Vault, credential: Credential, recipients: Recipients) -> None:
    """Raise NotPermitted, before anything is changed, where `share` with them would; Disputed."""
    if _not_granted(vault, credential, recipients, WRITE) != Recipients():
        vault.require_sharer(credential)


def unshare(vault: Vault, credentials: Iterable[Credential], recipients: Recipients) -> list[Affected]:
    """Seal to these members and teams no more; return what changed. What they read they know.

    Raises ChangedMeanwhile, NotPermitted, and UsageError where nobody would hold a credential, or one of the members
    holds it by a team.
    """

    def changed(credential: Credential) -> Recipients:
        held, grants = vault.granted(credential), vault.grants(credential)
        return Recipients(
            tuple(one for one in recipients.members if one.id in held),
            tuple(one for one in recipients.teams if (TO_TEAM, one.id) in grants),
        )

    def operate(edit: Edit, credential: Credential, named: Recipients) -> None:
        unshared = edit.unshare(credential, [*_ids(named.members), *_ids(named.teams)])
        edit.refuse_held(unshared, _ids(named.members))  # or they are told to be off, who hold it by a team

    return _change(vault, credentials, changed, operate)


def regrant(vault: Vault, credential: Credential, change: Callable[["Grants"], "Grants"]) -> None:
    """Let its list grant what `change` makes of what it grants, by kind and id; raise what `share` and `unshare` do."""
    vault.require_writable()
    vault.expect(credential)
    present = dict(vault.grants(credential))
    if change(present) != present:
        vault.edit(lambda edit: edit.regrant(edit.find_same(credential), change))


def completers(vault: Vault, credential: Credential, members: Sequence[MemberInfo]) -> tuple[MemberInfo, ...] | None:
    """Return who can seal a credential to members who are on its list; None where all of them have a key to it.

    Raises CredentialNotFound, Disputed.
    """
    if not vault.without_key(credential, [member.id for member in members]):
        return None
    writers = [one for one in vault.holders(credential) if one.role in WRITERS]
    without = vault.without_key(credential, [one.id for one in writers])
    return tuple(one for one in writers if one.id not in without)


def complete(vault: Vault, chosen: Sequence[Credential] | None) -> list[Credential]:
    """Seal what this identity holds to members on the list who have no key; return what was completed.

    What was chosen is sealed to all of them anew; for None, of everything what lacks somebody.
    Raises ChangedMeanwhile, and Disputed for one that was chosen.
    """
    vault.require_writable()
    found = vault.credentials() if chosen is None else chosen

    def apply(edit: Edit) -> list[Credential]:
        done = []
        for credential in found:
            with suppress(*((Damaged,) if chosen is None else ())):
                before = edit.find_same(credential)
                if edit.complete(before, anew=chosen is not None).revision != before.revision:
                    done.append(before)
        return done

    return vault.edit(apply)


def _not_granted(vault: Vault, credential: Credential, recipients: Recipients, may: int) -> Recipients:
    """Return those of them to whom something else is granted."""
    grants = vault.grants(credential)
    return Recipients(
        tuple(one for one in recipients.members if grants.get((TO_MEMBER, one.id)) != _least(one, may)),
        tuple(one for one in recipients.teams if grants.get((TO_TEAM, one.id)) != may),
    )


def _least(member: MemberInfo, may: int) -> int:
    return may if member.role in WRITERS else READ


def _ids(who: Iterable[MemberInfo | TeamInfo]) -> list[bytes]:
    return [one.id for one in who]


def _change(
    vault: Vault,
    credentials: Iterable[Credential],
    changed: Callable[[Credential], Recipients],
    operate: Callable[[Edit, Credential, Recipients], None],
) -> list[Affected]:
    """Make one write of all of it; a credential whose list stays as it is is left alone."""
    vault.require_writable()
    found = list(credentials)
    for credential in found:
        vault.expect(credential)
    named = [(credential, whom) for credential in found if (whom := changed(credential)) != Recipients()]
    before = {credential.id: vault.granted(credential) for credential, _ in named}

    def apply(edit: Edit) -> None:
        for credential, whom in named:
            operate(edit, edit.find_same(credential), whom)

    vault.edit(apply)
    affected = []
    for credential, whom in named:
        then, now = before[credential.id], vault.granted(credential)
        people = tuple(one for one in whom.people if then.get(one.id) != now.get(one.id))
        writers = tuple(one for one in whom.people if now.get(one.id) == WRITE)
        affected.append(Affected(credential, whom, people, writers))
    return affected
