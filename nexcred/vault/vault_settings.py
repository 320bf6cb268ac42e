"""Settings of a vault: entries of its roster, signed by an owner; of each key the last counts."""

from collections.abc import Iterable, Mapping

from nexcred.errors import NotPermitted
from nexcred.vault.roster import OWNER, SHARE_WITH
from nexcred.vault.roster_replay import SETTINGS
from nexcred.vault.transaction import Transaction


def share_by_default(copy: Transaction, team_ids: Iterable[bytes]) -> None:
    """Share what is added from now on with these teams; raise NotPermitted for all but owners."""
    _change(copy, SHARE_WITH, [one.hex() for one in team_ids], unset=[])


def change_settings(copy: Transaction, wanted: Mapping[str, int | bool | None]) -> None:
    """Set defaults by their keys, as `terms` names them; None unsets one. Raise NotPermitted for all but owners."""
    for key, value in wanted.items():
        _change(copy, key, value, unset=None)


def _change(copy: Transaction, key: str, value: object, *, unset: object) -> None:
    if copy.state.me.role != OWNER:
        raise NotPermitted("only an owner of the vault changes its settings", hint="see who is: nexcred member list")
    if value != copy.roster.settings.get(key, unset):
        body = {"op": SETTINGS, "key": key, "value": value}
        copy.roster = copy.roster.append(copy.author, copy.author.public, body)
