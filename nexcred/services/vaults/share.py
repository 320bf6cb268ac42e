"""Sharing credentials with members, and ending that."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from nexcred.errors import Damaged
from nexcred.model.credential import Credential
from nexcred.vault.access_list import READ, WRITE
from nexcred.vault.edit import Edit
from nexcred.vault.member_info import MemberInfo
from nexcred.vault.roster import WRITERS
from nexcred.vault.vault import Vault

# Which members are affected, for each credential that is.
Affected = list[tuple[Credential, tuple[MemberInfo, ...]]]


def share(
    vault: Vault, credentials: Iterable[Credential], members: Sequence[MemberInfo], *, read_only: bool = False
) -> Affected:
    """Share all of them or none; return who holds what now and did not before, or may do less or more with it.

    Raises ChangedMeanwhile, NotPermitted.
    """
    may = READ if read_only else WRITE
    operate = partial(Edit.share, may=may)

    def affected(held: Mapping[bytes, int]) -> list[MemberInfo]:
        return [one for one in members if held.get(one.id) != _least(one, may)]

    return _change(vault, credentials, affected, operate)


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


def _least(member: MemberInfo, may: int) -> int:
    return may if member.role in WRITERS else READ


def unshare(vault: Vault, credentials: Iterable[Credential], members: Sequence[MemberInfo]) -> Affected:
    """Seal to these members no more; return who held what until now. What they read they know.

    Raises ChangedMeanwhile, NotPermitted, UsageError when nobody would hold a credential.
    """
    return _change(vault, credentials, lambda held: [one for one in members if one.id in held], _take_off)


def _take_off(edit: Edit, credential: Credential, members: Iterable[bytes]) -> Credential:
    gone = tuple(members)
    unshared = edit.unshare(credential, gone)
    edit.refuse_held(unshared, gone)  # or they are told to be off, who hold it by a team
    return unshared


def _change(
    vault: Vault,
    credentials: Iterable[Credential],
    affected_of: Callable[[Mapping[bytes, int]], Iterable[MemberInfo]],
    operate: Callable[[Edit, Credential, Iterable[bytes]], Credential],
) -> Affected:
    """Make one write of all of it; a credential whose holders stay is left alone."""
    vault.require_writable()
    found = list(credentials)
    for credential in found:
        vault.expect(credential)
    affected = [(credential, tuple(affected_of(vault.granted(credential)))) for credential in found]
    affected = [(credential, members) for credential, members in affected if members]

    def apply(edit: Edit) -> None:
        for credential, members in affected:
            operate(edit, edit.find_same(credential), [member.id for member in members])

    vault.edit(apply)
    return affected
