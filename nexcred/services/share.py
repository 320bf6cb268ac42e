"""Let members hold the values of credentials, or no more."""

from collections.abc import Callable, Iterable, Sequence

from nexcred.model.credential import Credential
from nexcred.vault.edit import Edit
from nexcred.vault.opened import MemberInfo
from nexcred.vault.vault import Vault

# Which members are affected, for each credential that is.
Affected = list[tuple[Credential, tuple[MemberInfo, ...]]]


def share(vault: Vault, names: Iterable[str], members: Sequence[MemberInfo]) -> Affected:
    """Share all of them or none; return who holds what now and did not before.

    Raises CredentialNotFound, NotPermitted.
    """
    return _change(vault, names, lambda held: [one for one in members if one not in held], Edit.share)


def unshare(vault: Vault, names: Iterable[str], members: Sequence[MemberInfo]) -> Affected:
    """Seal to these members no more; return who held what until now. What they read they know.

    Raises CredentialNotFound, NotPermitted, UsageError when nobody would hold a credential.
    """
    return _change(vault, names, lambda held: [one for one in members if one in held], Edit.unshare)


def _change(
    vault: Vault,
    names: Iterable[str],
    affected_of: Callable[[list[MemberInfo]], Iterable[MemberInfo]],
    operate: Callable[[Edit, Credential, Iterable[bytes]], Credential],
) -> Affected:
    """Make one write of all of it; a credential whose holders stay is left alone."""
    found = {credential.id: credential for credential in map(vault.find, names)}
    vault.require_writable()
    affected = [(credential, tuple(affected_of(vault.holders(credential)))) for credential in found.values()]
    affected = [(credential, members) for credential, members in affected if members]

    def apply(edit: Edit) -> None:
        for credential, members in affected:
            operate(edit, edit.find(credential.name), [member.id for member in members])

    vault.edit(apply)
    return affected
