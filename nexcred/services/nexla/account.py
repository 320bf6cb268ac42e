"""Which credential of the vault is the key to Nexla."""

from nexcred.errors import CredentialNotFound, HostRefused, InvalidData, MissingField, Problem
from nexcred.http.policy import parse_allow_host
from nexcred.model.credential import Credential
from nexcred.model.name import name_order
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.services.requests.request import Requester, RequestInput
from nexcred.services.values.kept_details import who_wrote
from nexcred.vault.vault import Vault

NEXLA = "nexla"
_MOST_TOLD = 10


def accounts(vault: Vault) -> list[Credential]:
    """Return all that could be meant, in the order of their names; raise CredentialNotFound where there is none."""
    found = sorted((one for one in vault.credentials() if one.connector == NEXLA), key=lambda one: name_order(one.name))
    if not found:
        raise CredentialNotFound("there is no key to Nexla in the vault", hint=f"add one with: nexcred add {NEXLA}")
    return found


def check_account(credential: Credential) -> Credential:
    """Return it; raise InvalidData for a credential of another system."""
    if credential.connector != NEXLA:
        told = make_visible(f"'{credential.name}' is of {credential.connector}, and no key to Nexla")
        raise InvalidData(told, hint=f"name one that was added with: nexcred add {NEXLA}")
    return credential


def several_accounts(found: list[Credential]) -> MissingField:
    """Return the failure of whoever has to say which one."""
    names = ", ".join(make_visible(one.name) for one in found[:_MOST_TOLD])
    more = f", and {len(found) - _MOST_TOLD} more" if len(found) > _MOST_TOLD else ""
    return MissingField(
        f"the vault has {len(found)} keys to Nexla: {names}{more}",
        hint="say which one with --with NAME",
        problems=(Problem("--with", "is required", "--with NAME"),),
    )


class Destination(NamedTuple):
    """Where the values of other credentials would go. `is_chosen` is false where only somebody else's word says so."""

    host: str
    is_chosen: bool
    said_by: str

    def __repr__(self) -> str:
        return repr_of(self, "is_chosen")


def destination(vault: Vault, requester: Requester) -> Destination:
    """Return the host that this key leads to; raise HostRefused for one that it may not be sent to.

    A member who may write a shared key may send it elsewhere: that is no leave to be sent what they do not hold.
    """
    target = requester.policy.check(requester.request_for(RequestInput("/")).url)
    is_chosen = not target.explicit or _is_own_word(vault, requester.credential)
    return Destination(target.authority, is_chosen, "" if is_chosen else who_wrote(vault, requester.credential))


def check_host(where: Destination, host: str) -> None:
    """Raise HostRefused unless the host is the one that was named."""
    if parse_allow_host(host) != where.host:
        raise HostRefused(f"this key leads to {where.host}, and not to {make_visible(host)}", hint="nothing was sent")


def _is_own_word(vault: Vault, credential: Credential) -> bool:
    if vault.had_one_writer:
        return True
    proved = vault.proved(credential)
    return proved is not None and proved.answerable == {bytes.fromhex(vault.me.id)}
