"""The credential that a path names, for who may do something with it.

Who may not is told the same of a name that there is not: else any token could try out what there is.
"""

from nexcred.errors import CredentialNotFound
from nexcred.model.credential import Credential
from nexcred.model.name import fits
from nexcred.model.right import Right
from nexcred.server.call import Call
from nexcred.server.principal import Principal
from nexcred.vault.vault import Vault


def named_credential(call: Call, *rights: Right) -> Credential:
    """Return it where the token has one of the rights to it; raise NotPermitted, which speaks of the first one.

    Only who was let at such names, or may list them, is told that there is none: CredentialNotFound, InTrash.
    """
    name, principal = call.path["name"], call.principal
    try:
        credential = call.access.find(name)
    except CredentialNotFound:
        if call.access.read(lambda vault: _may_know(vault, principal, (*rights, "list"), name)):
            raise
        raise principal.refusal(rights[0]) from None
    if not any(principal.may(right, credential.id) for right in rights):
        raise principal.refusal(rights[0])
    return credential


def _may_know(vault: Vault, principal: Principal, rights: tuple[Right, ...], name: str) -> bool:
    if any(map(principal.may_all, rights)):
        return True
    patterns = vault.open_names(principal.patterns)
    said = zip(principal.allowances, patterns, strict=False)  # none where another identity sealed them
    return any(one.right in rights and fits(name, pattern) for one, pattern in said)
