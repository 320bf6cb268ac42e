"""Replaying the roster: what each entry does, and who may have signed it.

From the entry `format` on, everybody is named by a member id: the fingerprint of the keys in the entry that let them
in. Keys that ever stood in the roster are spent: nobody comes, or moves, onto them again.
"""

from collections.abc import Callable, Mapping

from nexcred.errors import MadeByNewer, Tampered
from nexcred.vault import roster_records
from nexcred.vault.identity import NO_VAULT
from nexcred.vault.primitives import DIGEST_BYTES, digest, label
from nexcred.vault.roster_body import (
    FIRST_FORMAT,
    FORMAT_2,
    GUEST,
    MEMBER,
    OWNER,
    Member,
    Team,
    bytes_in,
    format_of,
    member_of,
    number_of,
    role_of,
    text_of,
    until_of,
    url_of,
)
from nexcred.vault.roster_entry import RosterEntry, hash_entry_parts, verify_entry
from nexcred.vault.roster_records import Least, TakenOff

WRITERS = frozenset({OWNER, MEMBER})
FIRST_OPERATIONS = (FOUND, ADD, REMOVE, REKEY, UNSHARE) = ("found", "add", "remove", "rekey", "unshare")
FORMAT, ROLE, UNTIL = "format", "role", "until"
RESTORED, MOVED, ARRIVED, SETTINGS = "restored", "moved", "arrived", "settings"
TEAM, TEAM_ADD, TEAM_REMOVE = "team", "team-add", "team-remove"
# The last entries are for owners, the very last for what ends a trouble, and a member who is no owner has so many.
MOST_ENTRIES, FOR_OWNERS, FOR_THE_END, OF_ONE_MEMBER = 16_384, 2_048, 64, 256
AT_THE_END = frozenset({REMOVE, RESTORED, MOVED, ARRIVED})


class Replay:
    """The state of the roster after the entries so far. Every method raises Tampered or MadeByNewer."""

    def __init__(self, vault_id: bytes) -> None:
        self.vault_id = vault_id
        self.organisation = ""
        self.format = FIRST_FORMAT
        self.members: dict[bytes, Member] = {}
        self.known: dict[bytes, Member] = {}
        self.ids: dict[bytes, bytes] = {}
        self.holders: dict[bytes, bytes] = {}
        self.spent: set[bytes] = set()
        self.writers: set[bytes] = set()
        self.least_versions: dict[bytes, Least] = {}
        self.teams: dict[bytes, Team] = {}
        self.settings: dict[str, object] = {}
        self.taken_off: dict[bytes, tuple[TakenOff, ...]] = {}
        self.restored_generation = 0
        self.restored_heads: tuple[bytes, ...] = ()
        self.leaps: dict[int, int] = {}
        self.moved_to: str | None = None
        self._ended_by_owners: dict[bytes, int] = {}
        self._written_by: dict[bytes, int] = {}
        self._rekeyed: set[bytes] = set()

    def copy(self) -> "Replay":
        """Return a copy that goes on independently."""
        other = Replay(self.vault_id)
        for name, value in vars(self).items():
            setattr(other, name, value.copy() if isinstance(value, dict | set) else value)
        return other

    def apply(self, entry: RosterEntry, *, is_trusted: bool = False) -> None:
        """Take the next entry; the first one founds. The signature of a trusted one was verified before."""
        operation = str(entry.body["op"])
        act = self._acts.get(operation)
        if entry.place == 0 and operation in (FOUND, *self._acts):
            self._found(entry, is_trusted=is_trusted)
            return
        if act is None or (self.format == FIRST_FORMAT and operation not in (*FIRST_OPERATIONS, FORMAT)):
            raise MadeByNewer(
                "the roster has an entry that this version does not know", hint="update nexcred, then try again"
            )
        signer = self._signer(entry, is_trusted=is_trusted)
        self._limit(entry, operation, signer)
        act(self, entry, signer)
        if all(member.role != OWNER for member in self.members.values()):
            raise Tampered("the roster leaves the vault without an owner")

    def id_of(self, fingerprint: bytes) -> bytes:
        """Return the member id for present or former keys; a member id stands for itself."""
        return self.ids.get(fingerprint, fingerprint)

    def _signer(self, entry: RosterEntry, *, is_trusted: bool) -> Member:
        named = entry.signer if self.format == FORMAT_2 else self.holders.get(entry.signer, b"")
        signer = self.members.get(named)
        if signer is None:
            raise Tampered("an entry of the roster is signed by somebody who may not do that, and is not in the vault")
        if not is_trusted:
            verify_entry(entry, signer.public, self.vault_id)
        return signer

    def _limit(self, entry: RosterEntry, operation: str, signer: Member) -> None:
        if self.format == FIRST_FORMAT:
            return
        left = MOST_ENTRIES - entry.place
        if left <= FOR_THE_END and operation not in AT_THE_END:
            raise Tampered("the roster is full: its last entries are for who leaves, and for a backup or a move")
        if signer.role == OWNER:
            return
        if operation == REKEY and signer.id not in self._rekeyed:
            return  # the first one of everybody, whatever else there is
        if left <= FOR_OWNERS:
            raise Tampered("the roster is nearly full: its last entries are for owners")
        self._written_by[signer.id] = self._written_by.get(signer.id, 0) + 1
        if self._written_by[signer.id] > OF_ONE_MEMBER:
            raise Tampered(f"{signer.full_name} has written more of the roster than a member may")

    def _found(self, entry: RosterEntry, *, is_trusted: bool) -> None:
        if entry.body["op"] != FOUND or entry.signer != entry.fingerprint:
            raise Tampered("the roster of the vault does not begin with its founder")
        subject = entry.subject()
        if not is_trusted:
            verify_entry(entry, subject, NO_VAULT)
        self.organisation = str(entry.body.get("organisation", ""))
        self.format = format_of(entry.body.get("format", FIRST_FORMAT))
        member = member_of(entry, subject)
        if member.role != OWNER:
            raise Tampered("the roster leaves the vault without an owner")
        self._let_in(member)

    def _let_in(self, member: Member) -> None:
        self.members[member.id] = self.known[member.id] = member
        self._take_keys(member)
        if member.role in WRITERS:
            self.writers.add(member.id)

    def _take_keys(self, member: Member) -> None:
        fingerprint = member.public.fingerprint
        self.ids.setdefault(fingerprint, member.id)  # former keys stay their holder's, and so do the grants to them
        self.holders[fingerprint] = member.id
        self.spent |= {fingerprint, member.public.keys[1]}

    def _add(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        member = member_of(entry, entry.subject())
        taken = entry.fingerprint in self.holders if self.format == FIRST_FORMAT else self._is_spent(entry)
        if taken or (self.format == FIRST_FORMAT and self._was_replaced(entry.fingerprint)):
            raise Tampered("an entry of the roster lets in keys that were in it before")
        self._let_in(member)

    def _is_spent(self, entry: RosterEntry) -> bool:
        return entry.fingerprint in self.spent or entry.keys[1] in self.spent

    def _was_replaced(self, fingerprint: bytes) -> bool:
        """True in version 1 for keys that their member replaced; those of who was removed may come back there."""
        owner = self.members.get(self.ids.get(fingerprint, b""))
        return owner is not None and owner.public.fingerprint != fingerprint

    def _remove(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        leaving = self._subject(entry)
        del self.members[leaving.id], self.holders[entry.fingerprint]
        self.teams = {one: team._replace(members=team.members - {leaving.id}) for one, team in self.teams.items()}

    def _subject(self, entry: RosterEntry) -> Member:
        subject = self.members.get(self.holders.get(entry.fingerprint, b""))
        if subject is None:
            raise Tampered("an entry of the roster changes what is not there")
        return subject

    def _rekey(self, entry: RosterEntry, signer: Member) -> None:
        subject = entry.subject()
        if self.format == FORMAT_2:
            if signer.role not in WRITERS:
                raise _not_allowed(signer)
            if self._is_spent(entry):
                raise Tampered(f"{signer.full_name} moved onto keys that were in the roster before")
            from nexcred.vault.rekey_proof import verify_proof  # which few rosters have, and reads need not import

            verify_proof(entry, signer.public.fingerprint, signer.id, subject, self.vault_id)
            self._rekeyed.add(signer.id)
        elif entry.fingerprint in self.holders or self._was_replaced(entry.fingerprint):
            raise Tampered("an entry of the roster changes what is not there")
        del self.holders[signer.public.fingerprint]
        moved = signer._replace(public=subject)
        self.members[signer.id] = self.known[signer.id] = moved
        self._take_keys(moved)

    def _role(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        changed = self._subject(entry)._replace(role=role_of(entry), until_ms=until_of(entry))
        self.members[changed.id] = self.known[changed.id] = changed
        if changed.role in WRITERS:
            self.writers.add(changed.id)

    def _until(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        subject = self._subject(entry)
        if subject.role != GUEST:
            raise Tampered("an entry of the roster sets an end to somebody who is no guest")
        changed = subject._replace(until_ms=until_of(entry))
        self.members[changed.id] = self.known[changed.id] = changed

    def _unshare(self, entry: RosterEntry, signer: Member) -> None:
        """Note the least versions of access lists; the creator of a record may set them, and owners."""
        read = roster_records.read_first if self.format == FIRST_FORMAT else roster_records.read_unshared
        gone = tuple(roster_records.read_who(entry.body))
        for record_id, creator, least in read(entry.body):
            before, is_owner = self.least_versions.get(record_id, Least(0)), signer.role == OWNER
            if not is_owner and (self.id_of(creator) != signer.id or before.owners_only):
                raise _not_allowed(signer)
            if is_owner:  # whose word stands over a creator's, who could ask for a version that no list comes to
                self._ended_by_owners[record_id] = max(self._ended_by_owners.get(record_id, 0), least.version)
            version = self._ended_by_owners[record_id] if is_owner else max(before.version, least.version)
            owners_only = before.owners_only or (least.owners_only and is_owner)
            self.least_versions[record_id] = Least(version, owners_only)
            if gone:
                self.taken_off[record_id] = (TakenOff(least.version, gone, self.taken_off.get(record_id, ())),)

    def _take_format(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        if self.format != FIRST_FORMAT or format_of(entry.body.get("format")) != FORMAT_2:
            raise Tampered("the roster changes its format where it may not")
        self.format = FORMAT_2

    def _team(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        self.teams[digest(label("team"), hash_entry_parts(entry))[:16]] = Team(text_of(entry, "name"), frozenset())

    def _team_add(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        team_id, who = self._team_of(entry), self._subject(entry).id
        self.teams[team_id] = self.teams[team_id]._replace(members=self.teams[team_id].members | {who})

    def _team_remove(self, entry: RosterEntry, signer: Member) -> None:
        """Take somebody out of a team; with the signer as its subject and `whole`, the team ends."""
        _only_owners(signer)
        team_id = self._team_of(entry)
        if entry.body.get("whole") is True:
            del self.teams[team_id]
            return
        who = self.id_of(entry.fingerprint)
        self.teams[team_id] = self.teams[team_id]._replace(members=self.teams[team_id].members - {who})

    def _team_of(self, entry: RosterEntry) -> bytes:
        team_id = bytes_in(entry, "team", 16)
        if team_id not in self.teams:
            raise Tampered("an entry of the roster changes what is not there")
        return team_id

    def _restored(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        generation = number_of(entry, "generation")
        if generation > self.restored_generation:
            self.restored_generation, head = generation, bytes_in(entry, "head", DIGEST_BYTES)
            self.restored_heads += (head,)
        self.leaps |= {generation: number_of(entry, "over")} if "over" in entry.body else {}

    def _moved(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        self.moved_to = url_of(entry)

    def _arrived(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        if not url_of(entry) or self.moved_to is None:
            raise Tampered("the roster says that the vault arrived, and not that it moved")
        self.moved_to = None

    def _settings(self, entry: RosterEntry, signer: Member) -> None:
        _only_owners(signer)
        self.settings[text_of(entry, "key")] = entry.body.get("value")

    _acts: Mapping[str, Callable[["Replay", RosterEntry, Member], None]] = {
        ADD: _add,
        REMOVE: _remove,
        REKEY: _rekey,
        UNSHARE: _unshare,
        FORMAT: _take_format,
        ROLE: _role,
        UNTIL: _until,
        TEAM: _team,
        TEAM_ADD: _team_add,
        TEAM_REMOVE: _team_remove,
        RESTORED: _restored,
        MOVED: _moved,
        ARRIVED: _arrived,
        SETTINGS: _settings,
    }


def _only_owners(signer: Member) -> None:
    if signer.role != OWNER:
        raise _not_allowed(signer)


def _not_allowed(signer: Member) -> Tampered:
    return Tampered(f"an entry of the roster is signed by {signer.full_name}, who may not do that")
