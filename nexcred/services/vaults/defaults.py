"""The defaults that an owner sets for a vault: when credentials end, and how old their secrets may become."""

from collections.abc import Iterable, Mapping

from nexcred.connectors.load.names import find_connector
from nexcred.errors import UsageError
from nexcred.services.credentials.labels import check_tags
from nexcred.vault.member_info import TeamInfo
from nexcred.vault.terms import EXPIRES, ROTATE_EVERY, ROTATE_IN_PLACE, TAG, Defaults, defaults_in
from nexcred.vault.vault import Vault
from nexcred.vault.vault_settings import change_settings

Days = Iterable[tuple[str, int | None]]


def set_defaults(vault: Vault, expires: Days, rotate_every: Days, *, rotate_in_place: bool | None) -> None:
    """Set days by connector, or `tag:` and a tag; None unsets one, or keeps how to rotate.

    Raises UnknownConnector, InvalidData, UsageError for one named twice, NotPermitted for all but owners.
    """
    wanted: dict[str, int | bool | None] = {**_keyed(EXPIRES, expires), **_keyed(ROTATE_EVERY, rotate_every)}
    if rotate_in_place is not None:
        wanted[ROTATE_IN_PLACE] = rotate_in_place or None
    if wanted:
        vault.require_writable()
        vault.change(lambda copy: change_settings(copy, wanted))


def defaults_of(vault: Vault) -> Defaults:
    return defaults_in(vault.state.roster.settings)


def shared_by_default(vault: Vault) -> tuple[TeamInfo, ...]:
    """Return the teams with which something that is added now will be shared."""
    return tuple(team for team in vault.teams if team.id in vault.shared_by_default)


def _keyed(prefix: str, days: Days) -> Mapping[str, int | None]:
    found: dict[str, int | None] = {}
    for what, each in days:
        if what.startswith(TAG):
            check_tags((what.removeprefix(TAG),))
        elif each is not None:  # one whose connector is gone can be unset
            find_connector(what)
        if prefix + what in found:
            raise UsageError(f"'{what}' is given twice")
        found[prefix + what] = each
    return found
