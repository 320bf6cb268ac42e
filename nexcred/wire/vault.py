"""The JSON of `vault status`, `vault verify` and `identity show`."""

from typing import NotRequired, TypedDict


class SlotShape(TypedDict):
    kind: str
    memory_kib: int | None
    passes: int | None
    lanes: int | None


class StatusShape(TypedDict):
    """What anybody can read of the vault, and what this machine keeps for it; nothing is proved until it is opened.

    `slots_on_this_machine` says that the vault is where others can read it, and holds none itself. `moved_to` is where
    it went, as this machine last saw it. `unlocked_by` is the way that a command would take now. `os_keyring` is the
    name of the one that holds the key, and `os_keyring_problem` says why it cannot be looked into.
    """

    location: str
    moved_to: str | None
    vault_id: str
    generation: int
    epoch: int
    identities: int
    slots: list[SlotShape]
    slots_on_this_machine: bool
    remembered_generation: int | None
    unlocked_by: str | None
    kernel_keyring_until: str | None
    os_keyring: str | None
    os_keyring_problem: str | None


class NamedVaultShape(TypedDict):
    """A vault that the user has a name for; `default` says that it is used when none is named.

    `credential` is VAULT:NAME, what logs in there; `offline` is warn or refuse, and `offline_most_s` how old what was
    read before may be. `moved_to` is where it went from there, as this machine last saw it.
    """

    name: str
    url: str
    moved_to: str | None
    default: bool
    credential: str | None
    offline: str
    offline_most_s: int


class VaultSettingsShape(TypedDict):
    """The settings of a vault, by its owners: `share_with` names the teams that what is added is shared with.

    `expires_days` and `rotate_every_days` are days by connector, or `tag:` and a tag: how long after a secret changed
    a credential ends, or is due, for which nobody entered that.
    """

    share_with: list[str]
    expires_days: dict[str, int]
    rotate_every_days: dict[str, int]
    rotate_in_place: bool


class VerifyShape(TypedDict):
    """What was proved; `strays` are records that lead nowhere.

    `faults` say what is wrong and who did it, `waiting` names what is shared and not sealed to this identity yet.
    `removed` are in the trash, and not among the credentials.
    """

    credentials: int
    opened: int
    past_revisions: int
    strays: int
    faults: list[str]
    waiting: list[str]
    removed: int


class IdentityShape(TypedDict):
    """The identity that opens the vault; `secret` only where it was asked for."""

    public: str
    fingerprint: str
    vault_id: str
    full_name: str
    role: str
    secret: NotRequired[str]
