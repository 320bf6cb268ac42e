"""The JSON of the `vault` commands that change something or compare it, and of `identity new`."""

from typing import NotRequired, TypedDict


class FoundedShape(TypedDict):
    location: str
    vault_id: str
    public: str


class NewIdentityShape(TypedDict):
    """An identity that is made; `secret` unless it is written to `file`. `role` is null for keys alone, `grants` are
    the credentials that are shared with it. It is told before it is let in, or what nobody could read would be."""

    full_name: str
    role: str | None
    public: str
    fingerprint: str
    secret: NotRequired[str]
    file: str | None
    grants: list[str]


class UnlockedShape(TypedDict):
    """Until when the kernel keeps the key, and whether the OS keyring does from now on."""

    kernel_keyring_until: str | None
    os_keyring: bool


class LockedShape(TypedDict):
    """Whether the kernel had the key, and whether the OS keyring still has it."""

    kernel_keyring: bool
    os_keyring: bool


class PassphraseShape(TypedDict):
    """Whether another passphrase was replaced: older copies of the vault still open with that one."""

    replaced: bool


class RecoveryShape(TypedDict):
    """A recovery key that was made, null where it was shown at a terminal; or what it was used for."""

    recovery_key: str | None
    used: bool
    passphrase: bool
    os_keyring: bool


class TidiedShape(TypedDict):
    """How many objects were deleted, and their size; `left` are unneeded too, and left for now."""

    removed: int
    bytes: int
    left: int


class MovedShape(TypedDict):
    """Where the vault is now, and where it was; `records` were proved there, null where it had arrived before, and
    `spoilt` were damaged where it was, and are not there. `name` is what it is called here from now on, if anything."""

    location: str
    former: str
    vault_id: str
    generation: int
    records: int | None
    spoilt: int
    name: str | None


class BackupShape(TypedDict):
    file: str
    generation: int
    records: int


class RestoredShape(TypedDict):
    """The state that was brought back; `aside` is where what it replaced is kept, `checkpoint` the line for machines
    that saw later writes."""

    generation: int
    written_at: str
    disputed: list[str]
    without_holder: list[str]
    aside: str | None
    checkpoint: str


class RekeyedShape(TypedDict):
    """How many credentials were sealed again; `left_alone` are sealed to others as before."""

    epoch: int
    resealed: int
    left_alone: list[str]
    disputed: list[str]


class UpgradedShape(TypedDict):
    """What was upgraded, nothing for a vault of version 2; `checkpoint` and `guests` are the lines for identities that
    were made before."""

    credentials: int
    inherited: int
    disputed: list[str]
    checkpoint: str
    guests: dict[str, str]


class CheckpointShape(TypedDict):
    """`left_out` are the credentials that the line for a guest says nothing of."""

    checkpoint: str
    guest: str | None
    left_out: list[str]


class InvitationShape(TypedDict):
    """The line by which somebody joins."""

    line: str
    url: str
    vault_id: str
    generation: int


class JoinedShape(TypedDict):
    """`command` is what an owner runs. `kept_by` says what keeps the identity: `given` (by whoever ran this), `file`,
    `os_keyring` or `passphrase`."""

    name: str
    url: str
    vault_id: str
    public: str
    fingerprint: str
    command: str
    kept_by: str
    file: str | None


class ComparedShape(TypedDict):
    """How this machine is to the other one: `same`, `ahead` or `behind`."""

    relation: str


class AcceptedShape(TypedDict):
    generation: int
