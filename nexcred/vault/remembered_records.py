"""What this machine remembers of records, whatever their names are: none is older than it was seen here."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview
from nexcred.vault.pins import (
    PinKeys,
    RecordPin,
    list_version_in,
    pin_of,
    pin_of_written,
    read_pin,
    refuse_rollback,
    write_pin,
)
from nexcred.vault.roster import Roster
from nexcred.vault.state import VerifiedState

if TYPE_CHECKING:
    from nexcred.vault.memory import Memory


class RememberedRecords:
    """The pins of one identity in one vault, by what they are of."""

    def __init__(self, memory: "Memory", identity: Identity, vault_id: bytes) -> None:
        self._memory = memory
        self._vault_id = vault_id
        self._keys = PinKeys(identity, vault_id)
        # By record id; empty where nothing is remembered.
        self._read_ahead: Mapping[bytes, bytes] = {}

    def read_ahead(self, record_ids: Iterable[bytes]) -> None:
        """Read at once what is remembered of many records, which goes through few files; for one change, not longer."""
        keys = {one: self._keys.of_record(one) for one in record_ids}
        known = self._memory.pins(self._vault_id, keys.values())
        self._read_ahead = {one: known.get(key, b"") for one, key in keys.items()}

    def refuse_rollback(self, state: VerifiedState, overview: Overview, proved: VerifiedRecord) -> None:
        """Raise RolledBack for a record that is older than it was seen here."""
        seen = self.record_pin(overview.record_id)
        if seen is not None:
            found = pin_of(proved, self._vault_id)
            last_author = state.roster.name_of(state.head.head.author)
            refuse_rollback(overview.name, found, seen, last_author, proved.confirmed)

    def keep_written(
        self, written: Collection[Overview], roster: Roster, *, proved: set[bytes], named: set[bytes]
    ) -> None:
        """Remember what was written here: a record that was proved before, and a name that somebody gave or meant.

        What was written for another reason may bear any name: it is taken where neither it nor the record was known.
        """
        keys = {one.record_id: (self._keys.of_name(one.name), self._keys.of_record(one.record_id)) for one in written}
        known = self._memory.pins(self._vault_id, [key for both in keys.values() for key in both])
        pins: dict[bytes, bytes] = {}
        for overview in written:
            name_key, record_key = keys[overview.record_id]
            is_named = overview.record_id in named or not known.keys() & {name_key, record_key}
            if is_named and overview.removed_at is None:  # or the name of what was removed would lead there
                pins[name_key] = overview.record_id
            if overview.record_id in proved:
                pins[record_key] = write_pin(pin_of_written(overview, roster))
        if pins:
            self._memory.keep_pins(self._vault_id, pins)

    def carried_to(self, other: "RememberedRecords", overviews: Iterable[Overview]) -> dict[bytes, bytes]:
        """Return what is remembered of these records, under the keys of another identity of the same person."""
        mine = [(one, self._keys.all_of(one.name, one.record_id)) for one in overviews]
        named = {one.record_id: self._keys.of_field_names(one.record_id) for one, _ in mine}
        known = self._memory.pins(self._vault_id, [*named.values(), *(key for _, keys in mine for key in keys)])
        moved: dict[bytes, bytes] = {}
        for one, keys in mine:
            names = (*one.public, *one.secret_fields)
            if known.get(named[one.record_id]) == self._keys.digest_of(one.record_id, names):
                moved[other._keys.of_field_names(one.record_id)] = other._keys.digest_of(one.record_id, names)
            if any(key in known for key in keys):
                theirs = other._keys.all_of(one.name, one.record_id)
                moved |= {then: known[now] for now, then in zip(keys, theirs, strict=True) if now in known}
        return moved

    def knows_field_names(self, record_id: bytes, names: Iterable[str]) -> bool:
        """True where this person chose this very set of names here, or said yes to it."""
        key = self._keys.of_field_names(record_id)
        known = self._memory.pins(self._vault_id, (key,)).get(key)
        return known is not None and known == self._keys.digest_of(record_id, names)

    def keep_field_names(self, names: Mapping[bytes, Iterable[str]]) -> None:
        """Keep the names of the fields of records, in one write."""
        keys = self._keys
        pins = {keys.of_field_names(record): keys.digest_of(record, known) for record, known in names.items()}
        if pins:
            self._memory.keep_pins(self._vault_id, pins)

    def knows_teams(self, roster: Roster) -> bool:
        """True where all that this identity holds was sealed from here to those who are in teams now, or nobody is."""
        key, teams = self._keys.of_teams(), _members_of_teams(roster)
        known = self._memory.pins(self._vault_id, (key,)).get(key) if teams else None
        return not teams or known == self._keys.digest_of_teams(teams)

    def keep_teams(self, roster: Roster) -> None:
        key, digest = self._keys.of_teams(), self._keys.digest_of_teams(_members_of_teams(roster))
        self._memory.keep_pins(self._vault_id, {key: digest})

    def record_pin(self, record_id: bytes) -> RecordPin | None:
        return read_pin(self._record_pin(record_id))

    def list_version(self, record_id: bytes) -> int | None:
        """Return that of the list that this machine has seen; the rest of the pin is not looked at."""
        return list_version_in(self._record_pin(record_id))

    def _record_pin(self, record_id: bytes) -> bytes:
        known = self._read_ahead.get(record_id)
        if known is None:
            key = self._keys.of_record(record_id)
            known = self._memory.pins(self._vault_id, (key,)).get(key, b"")
        return known


def _members_of_teams(roster: Roster) -> dict[bytes, frozenset[bytes]]:
    return {one: team.members for one, team in roster.teams.items() if team.members}
