"""Reading the body of a roster entry; every function raises Tampered or MadeByNewer."""

from nexcred.errors import MadeByNewer, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.plaintext import number, text
from nexcred.vault.roster_entry import RosterEntry

OWNER, MEMBER, READER, GUEST = "owner", "member", "reader", "guest"
FIRST_FORMAT, FORMAT_2 = 1, 2
ROLES = (OWNER, MEMBER, READER, GUEST)


# The end of the year 9999, which is as far as Python counts.
LAST_MS = 253_402_300_799_999
# Of a place to which a vault moves, in bytes.
LONGEST_URL = 512


class Member(NamedTuple):
    """Somebody in the roster, with the keys of now. `full_name` is free text; the member id says who it is.

    `until_ms` is when a guest ends, in milliseconds since 1970.
    """

    public: PublicIdentity
    full_name: str
    role: str
    id: bytes
    until_ms: int | None = None


class Team(NamedTuple):
    """A named set of members, by their ids."""

    name: str
    members: frozenset[bytes]


def member_of(entry: RosterEntry, subject: PublicIdentity) -> Member:
    return Member(subject, text_of(entry, "name"), role_of(entry), subject.fingerprint, until_of(entry))


def role_of(entry: RosterEntry) -> str:
    role = text_of(entry, "role")
    if role not in ROLES:
        raise damaged()
    return role


def until_of(entry: RosterEntry) -> int | None:
    if entry.body.get("until_ms") is None:
        return None
    return min(number_of(entry, "until_ms"), LAST_MS)


def format_of(said: object) -> int:
    if type(said) is not int or said not in (FIRST_FORMAT, FORMAT_2):
        raise MadeByNewer("this vault was made by a newer nexcred", hint="update nexcred, then try again")
    return said


def text_of(entry: RosterEntry, key: str) -> str:
    try:
        return text(entry.body[key])
    except (KeyError, TypeError):
        raise damaged() from None


def url_of(entry: RosterEntry) -> str:
    url = text_of(entry, "url")
    if not 0 < len(url.encode()) <= LONGEST_URL:
        raise damaged()
    return url


def number_of(entry: RosterEntry, key: str) -> int:
    try:
        found = number(entry.body[key])
    except (KeyError, TypeError):
        raise damaged() from None
    if not 0 <= found < 2**62:
        raise damaged()
    return found


def bytes_in(entry: RosterEntry, key: str, size: int) -> bytes:
    try:
        raw = bytes.fromhex(text_of(entry, key))
    except ValueError:
        raise damaged() from None
    if len(raw) != size:
        raise damaged()
    return raw


def damaged() -> Tampered:
    return Tampered("an entry of the roster is damaged")
