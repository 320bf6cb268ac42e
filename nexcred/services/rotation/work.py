"""One credential under rotation: what its vault says by now, and the two entries between which a provider is called."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TypeVar

from nexcred.errors import ChangedMeanwhile, Conflict, CredentialNotFound, NexcredError, StoreFailed, VaultBusy
from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.rotating.rotator import CallFailed, Rotator
from nexcred.services.grants.uninterrupted import uninterrupted
from nexcred.services.rotation.holders import switched_with
from nexcred.services.rotation.leases import LEASE_S, LeaseOver, Leases
from nexcred.services.rotation.outcome import Result, RotationOutcome
from nexcred.services.rotation.unfit import Unfit, refuse_unfit
from nexcred.services.values.decoded import Decoded, decode_candidate, open_details
from nexcred.vault.candidate import Candidate, KeptBeside
from nexcred.vault.journal import CallKind, Journal, JournalCall
from nexcred.vault.plaintext import read_details, write_details
from nexcred.vault.record import ROTATION
from nexcred.vault.rotation_writes import JournalEntry, write_entry
from nexcred.vault.vault import Vault

T = TypeVar("T")
_WAITS_S = (0.5, 1, 2, 4, 8, 15, 30)
_ATTEMPTS = 3
_LONGEST_WHY = 300
# A new key that is refused is asked with again after so long at most.
_LONGEST_WAIT_S = 5


class Burial(NamedTuple):
    """What asking with an ended key found: whether it is over, why if no refusals prove that, and when they may."""

    is_dead: bool
    why: str = ""
    until: datetime | None = None


class Tools(NamedTuple):
    """What a rotation is done with.

    `rotator` makes the engine for values that are present, None where a person does it. `ask` proves values, with a
    control; `bury` asks with the values of a revision until it is dead. `deliver` runs the user's own command, and
    returns why it failed, "" where it did not; None where there is none for this one. `confirm` asks for a yes to
    a question that lines explain. `note` is told of each step.
    """

    vault: Vault
    leases: Leases
    rotator: Callable[[Credential, Decoded], Rotator | None]
    ask: Callable[[Decoded], ProbeResult]
    bury: Callable[[Credential, int, Decoded], Burial]
    deliver: Callable[[Credential], Callable[[], str] | None]
    confirm: Callable[[tuple[str, ...], str], bool]
    note: Callable[[Credential, str], None]
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def __repr__(self) -> str:
        return repr_of(self)


class Work:
    """The newest that was read of one credential. Every entry is written on top of that alone."""

    def __init__(self, tools: Tools, credential: Credential) -> None:
        self.tools = tools
        self.credential = credential
        self.kept: KeptBeside | None = None
        self._serial = 0
        self.read()

    @property
    def journal(self) -> Journal:
        kept = self.kept
        assert kept is not None
        assert kept.journal is not None
        return kept.journal

    @property
    def has_journal(self) -> bool:
        return self.kept is not None and self.kept.journal is not None

    @property
    def name(self) -> str:
        return self.credential.name

    @property
    def candidate(self) -> Candidate | None:
        return None if self.kept is None else self.kept.candidate

    def read(self) -> None:
        """Read it as it is now, whatever its name; raise ChangedMeanwhile where it is gone, Disputed, NotPermitted."""
        vault = self.tools.vault
        with vault.snapshot():
            self.credential = self._found(vault)
            proved = vault.proved(self.credential)
            self.kept = vault.kept(self.credential)
        former = None if proved is None else proved.parts.get(ROTATION)
        self._serial = 0 if former is None else former.serial

    def _found(self, vault: Vault) -> Credential:
        with suppress(CredentialNotFound):
            found = vault.find(self.name)
            if found.id == self.credential.id:
                return found
        name = vault.name_now(bytes.fromhex(self.credential.id))
        if name is None:
            raise ChangedMeanwhile(f"'{self.name}' was removed meanwhile")
        return vault.find(name)

    def values(self, revision: int | None = None) -> Decoded:
        """Return the present values, or those of a revision."""
        is_present = revision is None or revision == self.credential.version
        return open_details(self.tools.vault, self.credential, None if is_present else revision)

    def made(self) -> Decoded:
        """Return the new values: those that are kept, or the revision that was switched to."""
        if self.candidate is not None:
            return decode_candidate(self.tools.vault, self.credential, self.candidate)
        return self.values(self.journal.new)

    def new_candidate(self, details: Details) -> Candidate:
        """Return new values to be kept beside the present ones; nobody has asked with them."""
        return Candidate(details, self.credential.version, self.tools.now(), None)

    def engine(self) -> Rotator:
        """Return what acts for the present values; raise Unfit where there is none any more, or it acts otherwise.

        A call that replaces a key at once is never made again as if it added one, whoever wrote that into the journal.
        """
        values = self.values()
        engine = self.tools.rotator(self.credential, values)
        if engine is None:
            raise Unfit(
                f"the connector of '{make_visible(self.name)}' does not say any more how its key is replaced", self.name
            )
        if self.has_journal:
            refuse_unfit(self.name, self.journal.kind, engine, values)
        return engine

    def write(self, entry: JournalEntry) -> None:
        """Write one entry on top of the one that was read; raise ChangedMeanwhile."""
        tools = self.tools
        if entry.journal is not None:
            number, now = self.journal.number + 1 if self.has_journal else 1, tools.now()
            is_same_step = self.has_journal and self.journal.step == entry.journal.step
            hung_at = entry.journal.hung_at if is_same_step else None  # trying a step again makes that no later
            entry = entry._replace(journal=entry.journal._replace(number=number, changed_at=now, hung_at=hung_at))
        credential, serial = self.credential, self._serial
        tools.vault.change(lambda copy: write_entry(copy, credential, serial, entry))
        step = self.journal.step if entry.journal is None else entry.journal.step
        before = self.journal.step if self.has_journal else None
        self.read()
        if step != before or entry.journal is None:
            tools.note(self.credential, step if entry.journal is not None else "ended")

    def write_surely(self, entry: JournalEntry) -> None:
        """Write what came of a call, and try again where the store fails: a provider has done it already."""
        for wait_s in (*_WAITS_S, None):
            try:
                return self.write(entry)
            except (VaultBusy, StoreFailed):
                if wait_s is None:
                    raise
                self.tools.sleep(wait_s)
                if self._stands(entry):
                    return None
        return None

    def _stands(self, entry: JournalEntry) -> bool:
        """True where an entry was written after all; never raises."""
        number = self.journal.number if self.has_journal else 0
        try:
            self.read()
        except NexcredError:
            return False
        if entry.journal is None:
            return not self.has_journal
        return self.has_journal and self.journal.number == number + 1 and self.journal.id == entry.journal.id

    @contextmanager
    def calling(self, what: CallKind, entry: JournalEntry, key: str = "") -> Iterator[Deadline]:
        """Write that a call is about to be made, and give its deadline; nothing breaks off what is inside.

        Raises ChangedMeanwhile, and Conflict where writing takes longer than a lease.
        """
        tools, journal = self.tools, entry.journal
        assert journal is not None
        with uninterrupted():
            for left in reversed(range(_ATTEMPTS)):
                began_at = tools.leases.notes.clock()
                call = JournalCall(what, tools.leases.machine, LEASE_S, tools.now(), key)
                self.write(entry._replace(journal=journal._replace(call=call, hangs="")))
                try:
                    deadline = tools.leases.deadline(began_at)
                    break
                except LeaseOver:
                    if not left:
                        raise Conflict(
                            f"writing that '{self.name}' is rotated takes longer than a call may wait for it",
                            hint=f"try again with: {self.resume}",
                        ) from None
                    entry = entry._replace(details=None, also=())  # which is written by now
            yield deadline

    def outcome(
        self,
        result: Result,
        why: str = "",
        mend: str = "",
        *,
        until: datetime | None = None,
        left: tuple[str, ...] = (),
    ) -> RotationOutcome:
        """Say how far it came."""
        journal = self.journal if self.has_journal else None
        kind, step = (None, None) if journal is None else (journal.kind, journal.step)
        also = switched_with(self.tools.vault, journal.also if journal else ())
        return RotationOutcome(
            self.name, kind, step, result, why, mend, until=until, left=left, also=tuple(one.name for one in also)
        )

    @property
    def resume(self) -> str:
        return f"nexcred rotate --resume {shell_word(self.name)}"

    @property
    def undo(self) -> str:
        return f"nexcred rotate --undo {shell_word(self.name)}"

    def hang(
        self, why: str, mend: str = "", *, until: datetime | None = None, left: tuple[str, ...] = ()
    ) -> RotationOutcome:
        """Note why it does not go on, where that is news, and say so; `until` is when it goes on by itself."""
        if self.journal.hangs != why[:_LONGEST_WHY]:
            self.write_surely(JournalEntry(self._hanging(why, is_stuck=until is None), self.candidate))
        return self.outcome("hangs", why, mend or self.resume, until=until, left=left)

    def failed(self, error: CallFailed) -> RotationOutcome:
        """Say that a call failed; where it may have been done all the same, the entry of it stays."""
        if error.is_unknown:
            return self.outcome("hangs", f"its answer was lost: {error.detail}", self.resume)
        journal = self._hanging(error.detail, is_stuck=True)._replace(call=None)
        self.write_surely(JournalEntry(journal, self.candidate))
        return self.outcome("hangs", error.detail, self.resume)

    def _hanging(self, why: str, *, is_stuck: bool) -> Journal:
        journal = self.journal
        hung_at = self.tools.now() if is_stuck and journal.hung_at is None else journal.hung_at
        return journal._replace(hangs=why[:_LONGEST_WHY], hung_at=hung_at)

    def keep_answer(self, details: Details) -> None:
        """Keep new values on this machine until they stand in the vault, sealed to this identity."""
        vault = self.tools.vault
        text = write_details(details, bytes.fromhex(vault.me.id)).decode()
        with suppress(StoreFailed):  # and then the commit that follows has to do
            self.tools.leases.notes.keep_answer(self._answer_key, vault.seal_names((self.journal.id, text)))

    def kept_answer(self) -> Details | None:
        """Return what this machine kept of this rotation's call; None where it is nothing."""
        sealed = self.tools.leases.notes.answer(self._answer_key)
        opened = self.tools.vault.open_names(sealed) if sealed else ()
        if len(opened) != 2 or opened[0] != self.journal.id:
            return None
        return read_details(opened[1].encode())[0]

    def drop_answer(self) -> None:
        self.tools.leases.notes.drop_answer(self._answer_key)

    @property
    def _answer_key(self) -> str:
        return f"{self.tools.vault.vault_id.hex()}:{self.credential.id}"


def asked(work: Work, values: Decoded) -> ProbeResult:
    """Return what the provider says of values, to a control too; of values that cannot be sent, that nothing is proved.

    A new key is refused by some for as long as it takes them to know it.
    """
    tools = work.tools
    result = tools.ask(values)
    if not result.status.is_refusal or not work.has_journal or work.journal.kind != "add":
        return result
    left_s, wait_s = work.engine().settles_s, 0
    while result.status.is_refusal and left_s > 0:
        wait_s = min(wait_s + 1, _LONGEST_WAIT_S, left_s)
        tools.sleep(wait_s)
        left_s -= wait_s
        result = tools.ask(values)
    return result
