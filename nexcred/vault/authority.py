"""Who may say what. Whatever decides who receives a secret, what a secret is, or where it goes is believed only here.

`verify_list` alone makes a VerifiedList, which alone has recipients; `verify_record` a VerifiedRecord, which alone says
which bytes are the details of a credential, and which its other parts.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.vault.access_list import NO_PINS, NOTHING, PINNED, READ, TO_MEMBER, WRITE, AccessList
from nexcred.vault.disputed import disputed, misplaced
from nexcred.vault.overview import Overview
from nexcred.vault.primitives import same
from nexcred.vault.record import DETAILS, POLICY, SESSION, body_digest, read_header
from nexcred.vault.roster import GUEST, OWNER, WRITERS, Member, Roster
from nexcred.vault.signatures import NOTHING_CHECKED, Claim, is_signed
from nexcred.vault.statements import INHERITED, DetailsStatement, PartStatement, Statement, hash_message, hash_statement

PART_NAMES = {3: "session", 4: "attachments", 5: "rotation", 6: "policy"}


class VerifiedList:
    """An access list that was proved against a roster; made by `verify_list`."""

    __slots__ = ("_holders", "_roster", "access", "pins")

    def __init__(self, access: AccessList, roster: Roster) -> None:
        self.access = access
        # The hashes of the statements that it pins, by part.
        self.pins = {} if access.pins == NO_PINS else dict(_pinned_by(access))
        self._roster = roster
        self._holders: dict[bytes, int] | None = None

    def __repr__(self) -> str:
        return f"VerifiedList({self.access.version})"

    def recipients(self, *, now_ms: int) -> tuple[Member, ...]:
        """Return whom to seal to: who is on the list, less who left, and less guests that ended before `now_ms`."""
        found = (self._roster.members[one] for one in self.holders())
        return tuple(member for member in found if not has_ended(member, now_ms))

    def holders(self) -> dict[bytes, int]:
        """Return the member ids of who is on the list and belongs to the vault, and the most that each may do."""
        if self._holders is None:
            most: dict[bytes, int] = {}
            for member_id, may in self._expanded():
                member = self._roster.members.get(member_id)
                if member is not None:
                    limited = may if member.role in WRITERS else READ
                    most[member_id] = max(limited, most.get(member_id, 0))
            self._holders = most
        return self._holders

    def may_write(self, member_id: bytes) -> bool:
        return self.holders().get(member_id) == WRITE

    def may_share(self, member_id: bytes) -> bool:
        """True for the owners of the vault, and for the creator, unless an owner took them off for good."""
        return may_sign(self.access, member_id, self._roster)

    def knows_signature(self, access: AccessList, signer: Member, vault_id: bytes) -> bool:
        """True when this same list was proved in this vault before, with the keys that its signer still has."""
        signed_with = self._roster.members[self.access.signer].public.keys
        return self.access == access and self._roster.vault_id == vault_id and signed_with == signer.public.keys

    def is_signed_by_author(self, statement: DetailsStatement) -> bool:
        """True when the named author signed a pinned statement with their present keys: a list could name anybody."""
        message = statement.message(self._roster.vault_id, self.access.record_id)
        return is_signed(Claim(self._roster.members[statement.by], statement.signature, message))

    def _expanded(self) -> Iterator[tuple[bytes, int]]:
        for kind, to, may in self.access.grants:
            if kind == TO_MEMBER:
                yield to, may
            elif to in self._roster.teams:
                yield from ((one, may) for one in self._roster.teams[to].members)


class VerifiedRecord(NamedTuple):
    """What may be believed of a record: its list, its details, its other parts; made by `verify_record`.

    `details_hash` is that of the statement of the details. `confirmed` is the hash of the statement from before an
    upgrade that this one confirms.
    """

    list: VerifiedList
    statement: DetailsStatement
    details_hash: bytes
    parts: dict[int, PartStatement]
    part_hashes: dict[int, bytes]
    confirmed: bytes | None = None

    @property
    def pinned_by(self) -> bytes | None:
        """Return who signed the list, where that is what the details rest on; None where they rest on their author.

        That is where the author may not write any more, or where nothing but that list names them. Computed on request:
        it verifies another signature, and nothing is believed because of it.
        """
        statement, verified = self.statement, self.list
        is_pinned = verified.pins.get(DETAILS) == self.details_hash
        is_authors = verified.may_write(statement.by) and (not is_pinned or verified.is_signed_by_author(statement))
        return None if is_authors else verified.access.signer

    @property
    def answerable(self) -> frozenset[bytes]:
        """The member ids of the author and, where the details rest on another's list too, of whoever pinned them.

        A list can pin what anybody is said to have written, and pins what those wrote who are taken off. Empty for
        details from before statements.
        """
        return frozenset(one for one in (self.author, self.pinned_by) if one is not None and self.author is not None)

    def is_by(self, member_id: bytes) -> bool:
        """True when the details and who holds them are this member's word alone."""
        return self.answerable == {member_id} and self.list.access.signer == member_id

    @property
    def statements(self) -> dict[int, Statement]:
        """The statements of all parts, the details included."""
        return {DETAILS: self.statement, **self.parts}

    def __repr__(self) -> str:
        return repr_of(self, "list", "author")

    @property
    def author(self) -> bytes | None:
        """The member id of the author of the details; None for details from before statements."""
        return None if self.statement.by == INHERITED else self.statement.by

    def live_part(self, part: int) -> PartStatement | None:
        """Return the statement of a part; None where there is none, or the part has ended."""
        statement = self.parts.get(part)
        return None if statement is None or statement.is_ended else statement

    @property
    def pins(self) -> dict[int, bytes]:
        """The hashes of all proved statements, for the next list to pin."""
        return {DETAILS: self.details_hash, **self.part_hashes}


def _pinned_by(access: AccessList) -> Iterator[tuple[int, bytes]]:
    return ((part, pinned) for part, pinned in zip(PINNED, access.pins, strict=True) if pinned != NOTHING)


def has_ended(member: Member, now_ms: int) -> bool:
    return member.role == GUEST and member.until_ms is not None and member.until_ms < now_ms


def verify_list(
    access: AccessList,
    roster: Roster,
    generation: int,
    name: str,
    *,
    before: VerifiedList | None = None,
    checked: AbstractSet[bytes] = NOTHING_CHECKED,
) -> VerifiedList:
    """Prove a list against the roster and the head that carries it; raise Disputed, which says who did what.

    `before` was proved by another roster: a signature by the same keys is not verified twice, as most of the work.
    Nor is one of those that were `checked` ahead.
    """
    signer = roster.members.get(access.signer)
    if signer is None or not may_sign(access, access.signer, roster):
        raise disputed(name, f"who holds it is signed by {roster.name_of(access.signer)}, who may not say that")
    who = signer.full_name
    if access.version < roster.least_of(access.record_id).version:
        raise misplaced(name, "who holds it is from before somebody was taken off, or a backup was restored")
    if access.version > generation:
        raise disputed(name, f"who holds it has a number that no write of the vault has had; signed by {who}")
    is_known = before is not None and before.knows_signature(access, signer, roster.vault_id)
    if not is_known and not is_signed(Claim(signer, access.signature, access.message(roster.vault_id)), checked):
        raise disputed(name, f"who holds it is not signed by {who}, as it says")
    return VerifiedList(access, roster)


def verify_record(
    overview: Overview, roster: Roster, generation: int, checked: AbstractSet[bytes] = NOTHING_CHECKED
) -> VerifiedRecord:
    """Prove the list, the statement of the details and those of all other parts; raise Disputed."""
    access, statement = overview.access, overview.statement
    if not isinstance(access, AccessList) or statement is None:
        raise misplaced(overview.name, "it is written as in a vault of version 1")
    verified = verify_list(access, roster, generation, overview.name, checked=checked)
    details_hash = verify_details(overview.name, statement, verified, roster, overview.inherited, checked)
    hashes: dict[int, bytes] = {}
    parts = {part.statement.part: part.statement for part in overview.parts if part.statement is not None}
    if not all(part.has_its_content for part in overview.parts):
        raise misplaced(overview.name, "its policy is another one than was signed")
    for number in {*parts, *verified.pins} - {DETAILS} if parts or verified.pins else ():
        pinned = verified.pins.get(number)
        part = parts.get(number)
        if part is None and pinned is not None:
            raise misplaced(overview.name, f"its {PART_NAMES[number]} was left out")
        if part is not None:
            hashes[number] = prove_part(overview.name, part, statement, verified, roster, checked)
    former = statement.previous
    is_confirmed = confirms(statement, overview.inherited, former, roster.vault_id, access.record_id)
    confirmed = former if is_confirmed else None
    return VerifiedRecord(verified, statement, details_hash, parts, hashes, confirmed)


def verify_details(
    name: str,
    statement: DetailsStatement,
    verified: VerifiedList,
    roster: Roster,
    inherited: DetailsStatement | None = None,
    checked: AbstractSet[bytes] = NOTHING_CHECKED,
) -> bytes:
    """Prove a statement of details against a list, and return its hash; raise Disputed.

    It is good when the list pins it, when it is newer than the pinned one, or when it confirms that one, inherited.
    """
    access = verified.access
    message = statement.message(roster.vault_id, access.record_id)
    found = hash_message(message)
    pinned = verified.pins.get(DETAILS)
    if pinned is not None and found == pinned:
        return found
    author = roster.members.get(statement.by)
    is_newer = statement.revision > access.revision or pinned is None
    if not is_newer and not confirms(statement, inherited, pinned, roster.vault_id, access.record_id):
        raise misplaced(name, "its values are older than those that its list was signed with")
    if author is None or not verified.may_write(statement.by):
        raise disputed(name, f"its values are signed by {roster.name_of(statement.by)}, who may not change them")
    who = author.full_name
    if statement.list_version != access.version:
        raise disputed(name, f"its values were signed by {who} under another list of who holds it")
    if not is_signed(Claim(author, statement.signature, message), checked):
        raise disputed(name, f"its values are not signed by {who}, as it says")
    return found


def confirms(
    statement: DetailsStatement,
    inherited: DetailsStatement | None,
    pinned: bytes | None,
    vault_id: bytes,
    record_id: bytes,
) -> bool:
    """True for a statement that confirms inherited values that are pinned."""
    if inherited is None or inherited.by != INHERITED or statement.previous != pinned:
        return False
    is_same = (inherited.revision, inherited.digest) == (statement.revision, statement.digest)
    return is_same and hash_statement(inherited, vault_id, record_id) == statement.previous


def is_stated(record: bytes, record_id: bytes, statement: Statement) -> bool:
    """True when a record is the one that a proved statement means: a member could exchange it for another."""
    header = read_header(record)
    if isinstance(statement, DetailsStatement):
        place = (DETAILS, record_id, statement.revision)
    else:
        place = (statement.part, record_id, header.revision)
    return (header.part, header.record_id, header.revision) == place and same(
        body_digest(record, header), statement.digest
    )


def prove_part(
    name: str,
    part: PartStatement,
    details: DetailsStatement,
    verified: VerifiedList,
    roster: Roster,
    checked: AbstractSet[bytes],
) -> bytes:
    access, what = verified.access, PART_NAMES[part.part]
    message = part.message(roster.vault_id, access.record_id)
    found = hash_message(message)
    if part.details != (details.digest if part.part == SESSION else NOTHING):
        raise misplaced(name, f"its {what} is for other values")
    if found == verified.pins.get(part.part):
        return found
    who = roster.name_of(part.by)
    author = roster.members.get(part.by)
    may = verified.may_write(part.by) or (part.part == POLICY and verified.may_share(part.by))
    if author is None or not may:
        raise disputed(name, f"its {what} is signed by {who}, who may not change it")
    if part.list_version != access.version:
        raise disputed(name, f"its {what} was signed by {who} under another list of who holds it")
    if not is_signed(Claim(author, part.signature, message), checked):
        raise disputed(name, f"its {what} is not signed by {who}, as it says")
    return found


def may_sign(access: AccessList, member_id: bytes, roster: Roster) -> bool:
    """True when this roster allows the member to sign the list of a record."""
    member = roster.members.get(member_id)
    if member is None or member.role not in WRITERS:
        return False
    if member.role == OWNER:
        return True
    return roster.id_of(access.creator) == member_id and not roster.least_of(access.record_id).owners_only
