"""What one person knows who should not, or no longer, and what of it still works: also long after they left."""

from datetime import datetime
from typing import Literal

from nexcred.errors import MemberNotFound, UsageError
from nexcred.model.lifecycle import Exposure, FormerState, Policy
from nexcred.model.name import fold_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.services.credentials.exposed import command_to_mend
from nexcred.vault.known_secrets import KnownSecrets
from nexcred.vault.vault import Vault

# present: it is in use. unknown: a former secret of which nobody has told. cleared: somebody said why it ended.
KnownState = FormerState | Literal["present", "unknown", "cleared"]
_ENDED: tuple[KnownState, ...] = ("dead", "gone", "cleared")


class OnceMember(NamedTuple):
    """Somebody who belongs to the vault, or did. `id` is the member id."""

    id: bytes
    full_name: str
    belongs: bool


class KnownRow(NamedTuple):
    """One secret that somebody knows, and the command that ends that, "" where it has ended or lies in the trash."""

    name: str
    exposure: Exposure
    state: KnownState
    command: str
    is_removed: bool

    @property
    def works(self) -> bool:
        """True for what may still work."""
        return self.state not in _ENDED

    @property
    def at(self) -> datetime:
        return self.exposure.at

    def __repr__(self) -> str:
        return repr_of(self, "name", "state")


class MemberStatus(NamedTuple):
    """What somebody knows, that which still works first."""

    person: OnceMember
    rows: tuple[KnownRow, ...]

    @property
    def working(self) -> int:
        return sum(one.works for one in self.rows)

    def __repr__(self) -> str:
        return repr_of(self, "person")


def member_status(vault: Vault, said: str) -> MemberStatus:
    """Return what is known of whoever has or had this name, fingerprint or member id.

    Raises MemberNotFound, and UsageError where several had that name. What does not prove itself is among the
    `problems` of the vault.
    """
    person = find_person(vault, said)
    rows = [_row(one, exposure) for one in vault.known_secrets(person.id) for exposure in one.exposures]
    return MemberStatus(person, tuple(sorted(rows, key=lambda row: not row.works)))


def find_person(vault: Vault, said: str) -> OnceMember:
    """Return who has or had this name, fingerprint or member id; raise MemberNotFound, UsageError."""
    roster = vault.state.roster
    written = "".join(said.split()).lower()
    found = [one for one in roster.known if written in (one.hex(), roster.known[one].public.fingerprint.hex())]
    if not found and len(written) == 2 * 16 and all(digit in "0123456789abcdef" for digit in written):
        found = [one for one in roster.known if one == roster.id_of(bytes.fromhex(written))]  # by former keys
    if not found:
        found = [one for one, member in roster.known.items() if fold_name(member.full_name) == fold_name(said)]
    shown = f"'{make_visible(said[:64])}'"
    if not found:
        raise MemberNotFound(f"nobody named {shown} belongs or belonged to this vault", hint="see: nexcred member list")
    if len(found) > 1:
        ids = ", ".join(f"{one.hex()} ({'belongs' if one in roster.members else 'left'})" for one in found)
        raise UsageError(f"{len(found)} people had the name {shown}", hint=f"say which by the id: {ids}")
    return OnceMember(found[0], roster.known[found[0]].full_name, found[0] in roster.members)


def _row(known: KnownSecrets, exposure: Exposure) -> KnownRow:
    state = _state_of(exposure, known.policy, known.credential.version)
    command = "" if state in _ENDED else command_to_mend(known.credential, exposure)
    if command and known.is_removed:
        command = ""  # no command opens it before it is taken out
    return KnownRow(known.credential.name, exposure, state, command, known.is_removed)


def _state_of(exposure: Exposure, policy: Policy, present: int) -> KnownState:
    if exposure.is_cleared:
        return "cleared"
    former = next((one for one in policy.former if one.revision == exposure.revision), None)
    if former is not None:
        return former.state
    return "present" if exposure.revision == present else "unknown"
