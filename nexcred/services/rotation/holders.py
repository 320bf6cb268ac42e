"""Who else holds a key: the present values of this credential, and other records that this identity opens."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from nexcred.connectors.free_fields import secrecy_of, with_free_fields
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import Conflict, Damaged, NotPermitted, SpecError, UnknownConnector
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.secret import Secret
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.values.hosts import policy_for
from nexcred.services.values.kept_details import compared_details
from nexcred.vault.vault import Vault

# Shorter ones, such as a PIN, are the same by chance.
_LEAST_BYTES = 8
Sibling = tuple[Credential, Details]


def others_with(vault: Vault, credential: Credential, key: Mapping[str, Value]) -> list[Sibling]:
    """Return the other credentials that hold one of these secrets, or the same connector's public value of its name."""
    secrets = {value for value in key.values() if isinstance(value, Secret) and value.size >= _LEAST_BYTES}
    public = {name: value for name, value in key.items() if not isinstance(value, Secret) and value != ""}
    return [
        (other, details)
        for other, details in _others(vault, credential)
        if _holds(details, secrets, public if other.connector == credential.connector else {})
    ]


def switched_with(vault: Vault, ids: Sequence[str]) -> list[Credential]:
    """Return the other credentials that were switched at once, by the ids in a journal; those that are there still."""
    return [one for one in vault.credentials() if one.id in ids] if ids else []


def holds_key(details: Details, key: Mapping[str, Value]) -> bool:
    """True where these values have one of the secrets of a key, or its public values under the same names."""
    secrets = {value for value in key.values() if isinstance(value, Secret)}
    return _holds(details, secrets, {name: value for name, value in key.items() if not isinstance(value, Secret)})


def key_of(old: Details, new: Details) -> dict[str, Value]:
    """Return what is to be ended: the values of the old key that the new one does not have."""
    return {name: value for name, value in old.fields.items() if new.fields.get(name) != value and value != ""}


def switched_too(
    vault: Vault, credential: Credential, old: Details, new: Details, *, may_leave: bool = False
) -> list[Sibling]:
    """Return the other credentials that have the old secret, as they are and the values that they get.

    Raises Conflict where one of them is not this identity's to change, is being rotated itself, or would take the new
    secret to where it is not to go; where that `may_leave` it as it is, since the old secret is gone already, it is
    left out.
    """
    key = {name: value for name, value in key_of(old, new).items() if isinstance(value, Secret)}
    found = []
    for other, details in others_with(vault, credential, key):
        try:
            refuse_unless_free(vault, credential, old, (other, details))
        except Conflict:
            if not may_leave:
                raise
            continue
        found.append((other, details._replace(fields=_with_new(details.fields, old, new))))
    return found


def refuse_siblings(vault: Vault, credential: Credential, present: Details) -> list[str]:
    """Return the names of the others with one of its secrets; raise Conflict where one cannot be switched at once."""
    secrets = {name: value for name, value in present.fields.items() if isinstance(value, Secret)}
    found = others_with(vault, credential, secrets)
    for sibling in found:
        refuse_unless_free(vault, credential, present, sibling)
    return [other.name for other, _ in found]


def refuse_unless_free(vault: Vault, credential: Credential, present: Details, sibling: Sibling) -> None:
    """Raise Conflict where another credential with the same secret cannot be switched at once.

    `present` are the values of this one. Whoever knew the old secret may have put it into a credential of their own,
    for this identity to open: they are sent nothing by that.
    """
    other, details = sibling
    same = f"'{make_visible(other.name)}' has the same secret as '{make_visible(credential.name)}'"
    try:
        vault.require_writer(other)
        kept = vault.kept(other)
    except NotPermitted:
        raise Conflict(
            f"{same}, and this identity may not change it", hint="let somebody rotate it who may change both"
        ) from None
    if kept is not None:
        raise Conflict(
            f"{same}, and a new value of it is on its way",
            hint="finish that first with: nexcred rotate --resume",
        )
    _refuse_strangers(vault, credential, other, same)
    _refuse_elsewhere(vault, credential, other, same, _places(details) - _places(present))


def _refuse_strangers(vault: Vault, credential: Credential, other: Credential, same: str) -> None:
    """Raise Conflict where people can open the other one who cannot open this one."""
    own = {member.id for member in vault.holders(credential)}
    strangers = [member.full_name for member in vault.holders(other) if member.id not in own]
    if strangers:
        named = make_visible(", ".join(strangers))
        raise Conflict(
            f"{same}, and the new one would come to who cannot open this one: {named}",
            hint=f"take them off: nexcred unshare {shell_word(other.name)} --with {shell_word(strangers[0])}",
        )


def _refuse_elsewhere(vault: Vault, credential: Credential, other: Credential, same: str, places: set[str]) -> None:
    """Raise Conflict where somebody who cannot open this one said to which further places the other one goes."""
    proved = vault.proved(other)
    if not places or proved is None or proved.author in {member.id for member in vault.holders(credential)}:
        return
    author = "somebody" if proved.author is None else f"'{vault.state.roster.name_of(proved.author)}'"
    raise Conflict(
        f"{same}, goes to {make_visible(', '.join(sorted(places)))}, and was written by {make_visible(author)}, who"
        " cannot open this one",
        hint=f"look at it with: nexcred show {shell_word(other.name)}; who saves it anew answers for it",
    )


def _places(details: Details) -> set[str]:
    """Return where values may be sent; what cannot be known is a place of its own."""
    try:
        method = load_connector(details.connector).method(details.method)
    except (UnknownConnector, SpecError):
        method = None
    if method is None:
        return {f"where {details.connector} says"}
    policy = policy_for(with_free_fields(method, secrecy_of(details.fields)), details)
    return {*policy.hosts, *policy.allowed}


def _with_new(fields: Mapping[str, Value], old: Details, new: Details) -> dict[str, Value]:
    by_value = {value: new.fields[name] for name, value in key_of(old, new).items() if name in new.fields}
    by_name = {name for name in key_of(old, new) if not isinstance(old.fields[name], Secret)}
    return {
        name: by_value[value] if value in by_value and (isinstance(value, Secret) or name in by_name) else value
        for name, value in fields.items()
    }


def _holds(details: Details, secrets: set[Secret], public: Mapping[str, Value]) -> bool:
    fields = details.fields
    if any(isinstance(value, Secret) and value in secrets for value in fields.values()):
        return True
    return any(name in fields and fields[name] == value for name, value in public.items())


def _others(vault: Vault, credential: Credential) -> Iterator[Sibling]:
    with vault.snapshot():
        for other in vault.credentials():
            if other.id != credential.id:
                with suppress(NotPermitted, Damaged):
                    yield other, compared_details(vault, other)
