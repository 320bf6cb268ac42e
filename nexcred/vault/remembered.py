"""What this machine remembers of the records that an identity used: compared before they are used again."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from nexcred.errors import Inherited, NameMoved, NotPermitted
from nexcred.model.credential import Details
from nexcred.model.name import fold_name
from nexcred.model.shell_word import shell_word
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.floor import pair_of
from nexcred.vault.identity import Identity
from nexcred.vault.moved_names import Standing, known_as, leads_elsewhere, name_moved, name_now
from nexcred.vault.overview import Overview
from nexcred.vault.pins import (
    pin_of,
    read_pin,
    refuse_rollback,
    write_pin,
)
from nexcred.vault.remembered_records import RememberedRecords
from nexcred.vault.roster import GUEST
from nexcred.vault.state import VerifiedState

if TYPE_CHECKING:
    from nexcred.vault.memory import Confirm, Doubt, Memory

# Opens the present details, once, and compares the overview with them; raises NotPermitted, Tampered.
Present = Callable[[], Details]
# Asks a person; the doubt is made of details that were opened.
Ask = Callable[[Callable[[Details], "Doubt"]], bool]


class Remembered(RememberedRecords):
    """The pins of one identity in one vault."""

    def __init__(self, memory: "Memory", identity: Identity, vault_id: bytes, told_pairs: Iterable[bytes] = ()) -> None:
        """Take the pairs of a checkpoint, which say which names lead to which records for a guest."""
        super().__init__(memory, identity, vault_id)
        self._pairs = frozenset((*(identity.floor.pairs if identity.floor else ()), *told_pairs))

    def use(
        self,
        state: VerifiedState,
        overview: Overview,
        proved: VerifiedRecord,
        present: Present,
        confirm: "Confirm | None",
        *,
        standing: Standing,
        is_past: bool = False,
    ) -> None:
        """Let a record be used under its name; raise RolledBack, NameMoved, NotPermitted, Inherited, Tampered.

        Nobody is asked, and nothing is remembered, before the present details are open: the overview may be a lie.
        Where a past revision is read they are opened only to ask. In an older state records may be older, and nothing
        is remembered of it; but its names are asked about like all others, since a member can forge what is older.
        """
        keys = self._keys
        name_key, followed_key = keys.of_name(overview.name), keys.of_followed(overview.name)
        record_key = keys.of_record(overview.record_id)
        known = self._memory.pins(self._vault_id, (name_key, followed_key, record_key))
        found, seen = pin_of(proved, self._vault_id), read_pin(known.get(record_key, b""))
        if seen is not None and not state.is_old:
            last_author = state.roster.name_of(state.head.head.author)
            refuse_rollback(overview.name, found, seen, last_author, proved.confirmed)
        closed = None if is_past else _why_closed(present)
        ask = partial(_is_confirmed, None if closed else confirm, present)
        followed = known.get(followed_key)
        is_followed = followed == overview.record_id
        if not is_followed:
            before = known.get(name_key), followed
            is_followed = self._follow_or_ask(state, overview, proved, before, standing, ask)
        if closed is not None:
            raise closed
        self._refuse_unconfirmed(overview, proved, ask)
        pins = {**known, followed_key if is_followed else name_key: overview.record_id, record_key: write_pin(found)}
        if dict(known) != pins and not state.is_old:
            self._memory.keep_pins(self._vault_id, pins)

    def trust(self, overview: Overview, proved: VerifiedRecord) -> None:
        """Let the name lead to this record from now on, as somebody said who looked at both."""
        pins = {
            self._keys.of_name(overview.name): overview.record_id,
            self._keys.of_record(overview.record_id): write_pin(pin_of(proved, self._vault_id)),
        }
        self._memory.keep_pins(self._vault_id, pins)

    def record_under(self, name: str) -> bytes | None:
        """Return the id of the record that the name led to, as this machine knows."""
        return self._under(name)[0]

    def _under(self, name: str) -> tuple[bytes | None, bytes | None]:
        """Return what the name led to here, and what it was followed to since, to be read alone."""
        name_key, followed_key = self._keys.of_name(name), self._keys.of_followed(name)
        known = self._memory.pins(self._vault_id, (name_key, followed_key))
        return known.get(name_key), known.get(followed_key)

    def _follow_or_ask(
        self,
        state: VerifiedState,
        overview: Overview,
        proved: VerifiedRecord,
        before: tuple[bytes | None, bytes | None],
        standing: Standing,
        ask: Ask,
    ) -> bool:
        """Return True for a name that is followed unasked: it led to another record, or the record had another name.

        `before` are the records that the name led to here, and was followed to since.
        """
        known, followed = before
        former = followed or known
        if former is None:
            self._refuse_unknown_to_guest(state, overview)
            if self.record_pin(overview.record_id) is None:
                return False
            given_away = self._name_given_away(overview, standing)
            if given_away is None or state.me.role == GUEST:  # which is told of every name that it opens
                return True
            said = known_as(overview, given_away)
        elif known == overview.record_id:
            return False
        else:
            elsewhere = name_now(former, standing)
            if self._is_honest_move(state, overview, proved, former, elsewhere):
                return True
            said = leads_elsewhere(overview, elsewhere)
        from nexcred.vault.doubts import moved_doubt  # where a person is asked

        if not ask(partial(moved_doubt, state, overview, proved, said)):
            raise _moved(state, overview, proved, said)
        return False

    def refuse_misnamed(
        self,
        state: VerifiedState,
        overview: Overview,
        proved: VerifiedRecord,
        standing: Standing,
        *,
        is_shared: bool = True,
    ) -> None:
        """Raise NameMoved unless this machine knows the record by this name, or neither of the two.

        A name is any member's word: or one who exchanges two of them would have another value handed over than was
        meant, or the next one sealed to other people, whoever wrote the two. What nobody else holds may be given new
        values, unless the two stand exchanged.
        """
        known, followed = self._under(overview.name)
        is_new = known is None and followed is None and self.record_pin(overview.record_id) is None
        if known == overview.record_id or is_new:
            return
        is_free = not is_shared and set(proved.list.holders()) == {state.me.id}
        if known is None and followed in (None, overview.record_id):
            given_away = self._name_given_away(overview, standing)
            if is_free and given_away is None:
                return
            raise name_moved(overview, known_as(overview, given_away))
        former = followed if known is None else known
        assert former is not None
        elsewhere = name_now(former, standing)
        if not is_free or elsewhere is not None:
            raise _moved(state, overview, proved, leads_elsewhere(overview, elsewhere))

    def refuse_moved(self, overview: Overview, standing: Standing, hint: str = "") -> None:
        """Raise NameMoved where the name led to another record here, whatever is proved of this one."""
        known = self.record_under(overview.name)
        if known is not None and known != overview.record_id:
            raise name_moved(overview, leads_elsewhere(overview, name_now(known, standing)), hint)

    def _name_given_away(self, overview: Overview, standing: Standing) -> str | None:
        """Return the name by which this machine knows the record, where that one leads to another record by now."""
        others = [one for one in standing() if one.record_id != overview.record_id]
        keys = [(self._keys.of_name(one.name), self._keys.of_followed(one.name)) for one in others]
        known = self._memory.pins(self._vault_id, [key for both in keys for key in both])
        for one, both in zip(others, keys, strict=True):
            led_to = {known.get(key) for key in both}
            if overview.record_id in led_to and one.record_id not in led_to:
                return one.name
        return None

    def _refuse_unknown_to_guest(self, state: VerifiedState, overview: Overview) -> None:
        """A guest has nobody to ask: its string, a checkpoint or this machine says which names it opens."""
        if state.me.role != GUEST or state.roster.had_one_writer:
            return
        if self._is_told(overview):
            return
        raise NotPermitted(
            f"'{overview.name}' is not among the names that this identity was given: it was shared later, or a member"
            " made the name lead to another record",
            hint="ask an owner for the line that `nexcred vault checkpoint --for NAME` prints, for NEXCRED_CHECKPOINT",
        )

    def _is_told(self, overview: Overview) -> bool:
        return pair_of(self._vault_id, overview.record_id, fold_name(overview.name)) in self._pairs

    def _is_honest_move(
        self, state: VerifiedState, overview: Overview, proved: VerifiedRecord, known: bytes, elsewhere: str | None
    ) -> bool:
        """True for a new record by this identity itself, or by those alone who may write the former one anyway.

        To pin what another wrote, as removing a member does, is not to vouch for its name. False for a record that was
        known here by another name, and where the former one stands `elsewhere`: that is two names exchanged, which any
        member can do with records of one author.
        """
        answerable, roster = proved.answerable, state.roster
        if self.record_pin(proved.list.access.record_id) is not None:
            return False
        if state.me.role == GUEST:  # which is told of every name that it opens
            return self._is_told(overview)
        if elsewhere is not None:
            return False
        if proved.is_by(state.me.id):
            return True
        former = self.record_pin(known)
        if not answerable or former is None:
            return False
        named = set(former.writers) - roster.taken_off(known, since=former.list_version)
        return answerable <= named.union(*(team.members for one, team in roster.teams.items() if one in named))

    def _refuse_unconfirmed(self, overview: Overview, proved: VerifiedRecord, ask: Ask) -> None:
        """Values from before statements are used once somebody has looked at them."""
        if proved.author is not None:
            return
        key = self._keys.of_confirmed(overview.record_id)
        if self._memory.pins(self._vault_id, (key,)).get(key) == proved.details_hash:
            return
        from nexcred.vault.doubts import inherited_doubt  # where a person is asked

        if not ask(partial(inherited_doubt, overview)):
            raise Inherited(
                f"the values of '{overview.name}' are from before the vault was upgraded, and nobody has confirmed"
                " yet that they are right",
                hint=f"look at them with: nexcred show {shell_word(overview.name)}, then run:"
                f" nexcred trust {shell_word(overview.name)}",
            )
        self._memory.keep_pins(self._vault_id, {key: proved.details_hash})


def _why_closed(present: Present) -> NotPermitted | None:
    """Open the details; return the error where they are not for this identity. Raise Tampered, Disputed."""
    try:
        present()
    except NotPermitted as error:
        return error
    return None


def _is_confirmed(confirm: "Confirm | None", present: Present, doubt_of: "Callable[[Details], Doubt]") -> bool:
    """Ask a person, who is shown what the details hold; of what cannot be shown nobody is asked."""
    return confirm is not None and _why_closed(present) is None and confirm(doubt_of(present()))


def _moved(state: VerifiedState, overview: Overview, proved: VerifiedRecord, said: str) -> NameMoved:
    from nexcred.vault.doubts import author_of  # where something is wrong

    return name_moved(overview, f"{said}: its values were written by {author_of(state, proved)}")
