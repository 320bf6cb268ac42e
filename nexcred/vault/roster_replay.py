"""Replaying the roster: what each entry does, and who may have signed it."""

from typing import NamedTuple

from nexcred.errors import MadeByNewer, Tampered
from nexcred.vault.identity import FINGERPRINT_BYTES, NO_VAULT, PublicIdentity
from nexcred.vault.plaintext import bytes_of, number, text
from nexcred.vault.record import SALT_BYTES, record_id_of
from nexcred.vault.roster_entry import Entry, verify_entry

OWNER, MEMBER, READER, GUEST = "owner", "member", "reader", "guest"
ROLES = (OWNER, MEMBER, READER, GUEST)
FOUND, ADD, REMOVE, REKEY, UNSHARE = OPERATIONS = ("found", "add", "remove", "rekey", "unshare")


class Member(NamedTuple):
    """Somebody in the roster. `full_name` is free text; who he is, is his keys."""

    public: PublicIdentity
    full_name: str
    role: str


class Replay:
    """The state of the roster after the entries so far. Every method raises Tampered or MadeByNewer."""

    def __init__(self, vault_id: bytes) -> None:
        self.vault_id = vault_id
        self.organisation = ""
        self.members: dict[bytes, Member] = {}
        self.known: dict[bytes, Member] = {}
        self.successors: dict[bytes, bytes] = {}
        self.least_versions: dict[bytes, int] = {}

    def apply(self, entry: Entry) -> None:
        """Take the next entry; the first one founds."""
        operation = entry.body["op"]
        if operation not in OPERATIONS:
            raise MadeByNewer(
                "the roster has an entry that this version does not know", hint="update nexcred, then try again"
            )
        if entry.place == 0:
            self._found(entry)
        elif operation == REKEY:
            self._rekey(entry)
        elif operation == UNSHARE:
            self._unshare(entry)
        else:
            self._change(entry)
        self.known |= self.members
        if all(member.role != OWNER for member in self.members.values()):
            raise Tampered("the roster leaves the vault without an owner")

    def newest(self, fingerprint: bytes) -> bytes:
        """Return the fingerprint of the keys that these were replaced with, or of these."""
        while fingerprint in self.successors:
            fingerprint = self.successors[fingerprint]
        return fingerprint

    def _found(self, entry: Entry) -> None:
        if entry.body["op"] != FOUND or entry.signer != entry.subject.fingerprint:
            raise Tampered("the roster of the vault does not begin with its founder")
        verify_entry(entry, entry.subject, NO_VAULT)
        self.organisation = str(entry.body.get("organisation", ""))
        self.members[entry.signer] = _member(entry)

    def _change(self, entry: Entry) -> None:
        if self._signer(entry).role != OWNER:
            raise _not_allowed()
        operation, fingerprint = entry.body["op"], entry.subject.fingerprint
        if operation == ADD and not self._is_known(fingerprint):
            self.members[fingerprint] = _member(entry)
        elif operation == REMOVE and fingerprint in self.members:
            del self.members[fingerprint]
        else:
            raise Tampered("an entry of the roster changes what is not there")

    def _rekey(self, entry: Entry) -> None:
        self._signer(entry)
        fingerprint = entry.subject.fingerprint
        if self._is_known(fingerprint):
            raise Tampered("an entry of the roster changes what is not there")
        self.members[fingerprint] = self.members.pop(entry.signer)._replace(public=entry.subject)
        self.successors[entry.signer] = fingerprint

    def _unshare(self, entry: Entry) -> None:
        """Note the least version of an access list; who creates a record may, and owners."""
        signer = self._signer(entry)
        try:
            creator = bytes_of(entry.body["creator"], FINGERPRINT_BYTES)
            salt, version = bytes_of(entry.body["salt"], SALT_BYTES), number(entry.body["version"])
        except (KeyError, TypeError, ValueError):
            raise Tampered("an entry of the roster is damaged") from None
        if signer.role != OWNER and self.newest(creator) != entry.signer:
            raise _not_allowed()
        record_id = record_id_of(creator, salt)
        self.least_versions[record_id] = max(version, self.least_versions.get(record_id, 0))

    def _signer(self, entry: Entry) -> Member:
        signer = self.members.get(entry.signer)
        if signer is None:
            raise _not_allowed()
        verify_entry(entry, signer.public, self.vault_id)
        return signer

    def _is_known(self, fingerprint: bytes) -> bool:
        return fingerprint in self.members or fingerprint in self.successors


def _not_allowed() -> Tampered:
    return Tampered("an entry of the roster is signed by somebody who may not")


def _member(entry: Entry) -> Member:
    try:
        full_name, role = text(entry.body["name"]), text(entry.body["role"])
    except (KeyError, TypeError):
        raise Tampered("an entry of the roster is damaged") from None
    if role not in ROLES:
        raise Tampered("an entry of the roster is damaged")
    return Member(entry.subject, full_name, role)
