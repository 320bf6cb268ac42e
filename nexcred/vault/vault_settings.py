"""Settings of a vault: entries of its roster, signed by an owner; of each key the last counts."""

from collections.abc import Iterable

from nexcred.errors import NotPermitted
from nexcred.vault.roster import OWNER, SHARE_WITH
from nexcred.vault.roster_replay import SETTINGS
from nexcred.vault.transaction import Transaction


def share_by_default(copy: Transaction, team_ids: Iterable[bytes]) -> None:
    """Share what is added from now on with these teams; raise NotPermitted for all but owners."""
    if copy.state.me.role != OWNER:
        raise NotPermitted("only an owner of the vault changes its settings", hint="see who is: nexcred member list")
    value = [one.hex() for one in team_ids]
    if value != copy.roster.settings.get(SHARE_WITH, []):
        body = {"op": SETTINGS, "key": SHARE_WITH, "value": value}
        copy.roster = copy.roster.append(copy.author, copy.author.public, body)
