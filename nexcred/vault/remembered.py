"""What this machine remembers of the records that an identity used: compared before they are used again."""

from collections.abc import Iterable, Iterator

from nexcred.errors import Inherited, NameMoved, NotPermitted
from nexcred.model.name import fold_name
from nexcred.model.shell_word import shell_word
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.floor import pair_of
from nexcred.vault.identity import Identity
from nexcred.vault.memory import Confirm, Doubt, Memory
from nexcred.vault.overview import Overview
from nexcred.vault.pins import PinKeys, RecordPin, pin_of, pin_of_written, read_pin, refuse_rollback, write_pin
from nexcred.vault.roster import GUEST, Roster
from nexcred.vault.state import State


class Remembered:
    """The pins of one identity in one vault."""

    def __init__(self, memory: Memory, identity: Identity, vault_id: bytes, told_pairs: Iterable[bytes] = ()) -> None:
        """Take the pairs of a checkpoint, which say which names lead to which records for a guest."""
        self._memory = memory
        self._vault_id = vault_id
        self._keys = PinKeys(identity, vault_id)
        self._pairs = frozenset((*(identity.floor.pairs if identity.floor else ()), *told_pairs))

    def refuse_rollback(self, state: State, overview: Overview, proved: VerifiedRecord) -> None:
        """Raise RolledBack for a record that is older than it was seen here."""
        seen = self._record(overview.record_id)
        if seen is not None:
            found = pin_of(proved, self._vault_id)
            last_author = state.roster.name_of(state.head.head.author)
            refuse_rollback(overview.name, found, seen, last_author, proved.confirmed)

    def use(self, state: State, overview: Overview, proved: VerifiedRecord, confirm: Confirm | None) -> None:
        """Let a record be used under its name; raise RolledBack, NameMoved, NotPermitted, Inherited."""
        keys, record_id = self._keys, overview.record_id
        name_key, followed_key = keys.of_name(overview.name), keys.of_followed(overview.name)
        record_key = keys.of_record(record_id)
        known = self._memory.pins(self._vault_id, (name_key, followed_key, record_key))
        found, seen = pin_of(proved, self._vault_id), read_pin(known.get(record_key, b""))
        if seen is not None:
            last_author = state.roster.name_of(state.head.head.author)
            refuse_rollback(overview.name, found, seen, last_author, proved.confirmed)
        pins = {**known, record_key: write_pin(found)}
        if known.get(name_key) is None:
            self._refuse_unknown_to_guest(state, overview)
            pins[name_key] = record_id
        elif known[name_key] != record_id and known.get(followed_key) != record_id:
            is_honest = seen is None and self._is_honest_move(state, proved, known[name_key])
            if not is_honest:
                self._ask_about_move(state, overview, proved, confirm)
            pins[followed_key if is_honest else name_key] = record_id
        self._refuse_unconfirmed(overview, proved, confirm)
        if dict(known) != pins:
            self._memory.keep_pins(self._vault_id, pins)

    def refuse_moved(self, overview: Overview) -> None:
        """Raise NameMoved where the name led to another record here: before anything is signed or sealed by it.

        Stricter than for reading: who may hold this record is perhaps not who was meant, whoever wrote it.
        """
        if self.is_moved(overview):
            raise NameMoved(
                f"'{overview.name}' leads to another record than on this machine before",
                hint=f"look at it, then say that it is right, with: nexcred trust {shell_word(overview.name)}",
                record=overview.record_id.hex(),
            )

    def ask_about_move(self, state: State, overview: Overview, proved: VerifiedRecord, confirm: Confirm | None) -> None:
        """Ask whether a name that led to another record here leads to what is meant, as strictly; raise NameMoved."""
        if self.is_moved(overview):
            self._ask_about_move(state, overview, proved, confirm)
            self._memory.keep_pins(self._vault_id, {self._keys.of_name(overview.name): overview.record_id})

    def is_moved(self, overview: Overview) -> bool:
        known = self.record_under(overview.name)
        return known is not None and known != overview.record_id

    def trust(self, state: State, overview: Overview, proved: VerifiedRecord) -> None:
        """Let the name lead to this record from now on, as somebody said who looked at both; raise RolledBack."""
        self.refuse_rollback(state, overview, proved)
        pins = {
            self._keys.of_name(overview.name): overview.record_id,
            self._keys.of_record(overview.record_id): write_pin(pin_of(proved, self._vault_id)),
        }
        self._memory.keep_pins(self._vault_id, pins)

    def pins_of_written(
        self, overview: Overview, roster: Roster, *, is_proved: bool, is_named: bool
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield what to remember of a record that was written here.

        Its name, where this change gave it; the record itself, where it was proved before.
        """
        if is_named:
            yield self._keys.of_name(overview.name), overview.record_id
        if is_proved:
            yield self._keys.of_record(overview.record_id), write_pin(pin_of_written(overview, roster))

    def moved_to(self, other: "Remembered", overviews: Iterable[Overview]) -> dict[bytes, bytes]:
        """Return what is remembered of these records, as another identity remembers it: the same person's new keys."""
        where: dict[bytes, bytes] = {}
        for overview in overviews:
            name, record_id = overview.name, overview.record_id
            where |= {
                self._keys.of_name(name): other._keys.of_name(name),
                self._keys.of_followed(name): other._keys.of_followed(name),
                self._keys.of_record(record_id): other._keys.of_record(record_id),
                self._keys.of_confirmed(record_id): other._keys.of_confirmed(record_id),
            }
        known = self._memory.pins(self._vault_id, where)
        return {where[key]: value for key, value in known.items()}

    def record_under(self, name: str) -> bytes | None:
        """Return the id of the record that the name led to, as this machine knows."""
        key = self._keys.of_name(name)
        return self._memory.pins(self._vault_id, (key,)).get(key)

    def record_pin(self, record_id: bytes) -> RecordPin | None:
        return self._record(record_id)

    def _record(self, record_id: bytes) -> RecordPin | None:
        key = self._keys.of_record(record_id)
        return read_pin(self._memory.pins(self._vault_id, (key,)).get(key, b""))

    def _ask_about_move(
        self, state: State, overview: Overview, proved: VerifiedRecord, confirm: Confirm | None
    ) -> None:
        if confirm is None or not confirm(_moved_doubt(state, overview, proved)):
            raise NameMoved(
                f"'{overview.name}' leads to another record than on this machine before: its values were written by"
                f" {_author(state, proved)}",
                hint=f"look at it, then say that it is right, with: nexcred trust {shell_word(overview.name)}",
                record=overview.record_id.hex(),
            )

    def _refuse_unknown_to_guest(self, state: State, overview: Overview) -> None:
        """A guest has nobody to ask: its string, a checkpoint or this machine says which names it opens."""
        if state.me.role != GUEST or state.roster.had_one_writer:
            return
        if pair_of(self._vault_id, overview.record_id, fold_name(overview.name)) in self._pairs:
            return
        raise NotPermitted(
            f"'{overview.name}' is not among the names that this identity was told: it was shared later, or a member"
            " let the name lead to another record",
            hint="ask an owner for the line that `nexcred vault checkpoint --for NAME` prints, for NEXCRED_CHECKPOINT",
        )

    def _is_honest_move(self, state: State, proved: VerifiedRecord, known: bytes) -> bool:
        """True when it is this identity's own doing, or that of somebody who may write the former record anyway.

        Of a record that this machine does not know: one that it knows by another name was perhaps exchanged for it.
        """
        author, me = proved.author, state.me.id
        if author == me and proved.list.access.signer == me:
            return True
        former = self._record(known)
        if former is None or author not in former.writers:
            return False
        return author not in state.roster.taken_off(known, since=former.list_version)

    def _refuse_unconfirmed(self, overview: Overview, proved: VerifiedRecord, confirm: Confirm | None) -> None:
        """Values from before statements are used once somebody has looked at them."""
        if proved.author is not None:
            return
        key = self._keys.of_confirmed(overview.record_id)
        if self._memory.pins(self._vault_id, (key,)).get(key) == proved.details_hash:
            return
        if confirm is None or not confirm(inherited_doubt(overview)):
            raise Inherited(
                f"the values of '{overview.name}' are from before the vault was upgraded, and nobody has said yet that"
                " they are right",
                hint=f"look at them with: nexcred show {shell_word(overview.name)}, then run:"
                f" nexcred trust {shell_word(overview.name)}",
            )
        self._memory.keep_pins(self._vault_id, {key: proved.details_hash})


def inherited_doubt(overview: Overview) -> Doubt:
    return Doubt(
        f"the values of '{overview.name}' are from before the vault was upgraded",
        (
            f"connector {overview.connector}",
            f"hosts {', '.join(overview.allowed_hosts) or 'those of its connector'}",
            *(f"{name} {value}" for name, value in overview.public.items()),
            *(f"{name} (secret)" for name in overview.secret_fields),
        ),
        "Are these right?",
    )


def _moved_doubt(state: State, overview: Overview, proved: VerifiedRecord) -> Doubt:
    return Doubt(
        f"'{overview.name}' leads to another record than on this machine before",
        (
            f"added by {state.roster.name_of(overview.owner)}",
            f"values written by {_author(state, proved)}",
            f"connector {overview.connector}",
            f"hosts {', '.join(overview.allowed_hosts) or 'those of its connector'}",
            *(f"{name} {value}" for name, value in overview.public.items()),
        ),
        "Is this the one that you mean?",
    )


def _author(state: State, proved: VerifiedRecord) -> str:
    return "nobody known" if proved.author is None else state.roster.name_of(proved.author)
