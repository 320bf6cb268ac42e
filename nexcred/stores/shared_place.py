"""What holds for every place that several people can read."""

from nexcred.errors import InvalidData
from nexcred.vault.store import Change


def refuse_slots(change: Change, location: str) -> None:
    """Raise InvalidData for a change with slots: whoever can read the place could guess at a passphrase at leisure."""
    if change.slots:
        raise InvalidData(
            f"the vault {location} takes no passphrase and no recovery key: whoever can read it could guess there;"
            " nothing was written"
        )
