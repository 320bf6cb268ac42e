"""The trash: seeing what lies there, taking it out, and ending it before its time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from nexcred.errors import CredentialNotFound, UsageError
from nexcred.model.credential import Credential
from nexcred.model.name import fits, fold_name, is_pattern, normalise_name, normalise_new_name
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.model.times import to_rfc3339
from nexcred.vault.edit import Edit
from nexcred.vault.trash import Removed, taken_meanwhile
from nexcred.vault.vault import Vault

_SHORTEST_ID = 8


def find_removed(vault: Vault, said: str) -> Removed:
    """Return what has this name, or an id that begins so; raise CredentialNotFound, UsageError for several."""
    return _only(said, _named(said, vault.trash()))


def choose_to_restore(vault: Vault, patterns: Sequence[str]) -> list[Removed]:
    """Return all that the patterns name; raise as `choose_removed` does, and UsageError for two of one name."""
    found = choose_removed(vault, patterns)
    for one in found:
        name = one.credential.name
        _only(name, [other for other in found if fold_name(other.credential.name) == fold_name(name)])
    return found


def choose_removed(vault: Vault, patterns: Sequence[str]) -> list[Removed]:
    """Return all that the patterns name, each once, or everything without one; raise CredentialNotFound."""
    there = vault.trash()
    if not patterns:
        return there
    found: dict[str, Removed] = {}
    for said in patterns:
        name = normalise_name(said)
        some = [one for one in there if fold_name(one.credential.name) == fold_name(name)]
        if not some and is_pattern(name):
            some = [one for one in there if fits(one.credential.name, name)]
        for one in some or _named(said, there):
            found[one.credential.id] = one
    return list(found.values())


def take_out(vault: Vault, removed: Removed, name: str | None) -> Credential:
    """Bring it back, under its name or a new one; raise NameTaken, NotPermitted, Disputed, RolledBack, NameMoved."""
    return _taken_out(vault, [removed], None if name is None else normalise_new_name(name))[0]


def take_all_out(vault: Vault, removed: Sequence[Removed]) -> list[Credential]:
    """Bring all of them back, or none; raise as `take_out` does."""
    return _taken_out(vault, removed, None)


def _taken_out(vault: Vault, removed: Sequence[Removed], new: str | None) -> list[Credential]:
    vault.require_writable()
    for one in removed:  # before anybody is asked about it
        wanted = one.credential.name if new is None else new
        if vault.has(wanted):
            raise taken_meanwhile(wanted, one.credential.name)
    ids = [bytes.fromhex(one.credential.id) for one in removed]
    looked_at = [vault.expect_removed(record_id, is_renamed=new is not None) for record_id in ids]
    return vault.edit(lambda edit: [edit.take_out(*one) for one in zip(ids, [new] * len(ids), looked_at, strict=True)])


def empty(vault: Vault, removed: Iterable[Removed]) -> None:
    """End all of them, or none; raise CredentialNotFound for what is gone meanwhile, NotPermitted."""
    ids = [bytes.fromhex(one.credential.id) for one in removed]

    def apply(edit: Edit) -> None:
        for record_id in ids:
            edit.empty(record_id)

    vault.edit(apply)


def _named(said: str, there: Sequence[Removed]) -> list[Removed]:
    name = fold_name(normalise_name(said))
    found = [one for one in there if fold_name(one.credential.name) == name]
    if not found and len(said) >= _SHORTEST_ID:
        found = [one for one in there if one.credential.id.startswith(said.lower())]
    if found:
        return found
    meant = suggest(said, [one.credential.name for one in there])
    hint = f"did you mean '{meant}'? run: nexcred trash list" if meant else "see what is there with: nexcred trash list"
    raise CredentialNotFound(f"nothing named '{make_visible(said[:255])}' is in the trash", hint=hint)


def _only(said: str, found: Sequence[Removed]) -> Removed:
    if len(found) == 1:
        return found[0]
    told = ", ".join(f"{one.credential.id[:_SHORTEST_ID]} ({_minute(one.removed_at)})" for one in found)
    raise UsageError(
        f"{len(found)} in the trash are named '{make_visible(said)}': {told}", hint="name one of them by its id"
    )


def _minute(moment: datetime) -> str:
    return f"removed {to_rfc3339(moment)[:16].replace('T', ' ')} UTC"
