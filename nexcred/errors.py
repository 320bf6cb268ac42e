"""Every failure nexcred raises on purpose, with its exit code.

NexcredError                     1   failed for another reason
├── UsageError                   2   the command line is wrong
│   ├── MissingField             2   a required value was not given
│   ├── InvalidData              2   a value is not valid
│   ├── SpecError                2   a connector's TOML file is wrong
│   └── HostRefused              2   this credential may not be sent to that host
├── NotFound                     3   nothing has that name
│   ├── CredentialNotFound       3   no credential has that name
│   │   └── InTrash              3   the credential of that name is in the trash
│   ├── UnknownConnector         3   no connector has that name
│   ├── FieldNotFound            3   the credential has no such field
│   ├── RevisionNotFound         3   the credential has no such revision
│   ├── MemberNotFound           3   no member of the vault has that name
│   ├── TeamNotFound             3   no team of the vault has that name
│   ├── ProjectNotFound          3   there is no project file, or it has no such profile
│   └── VaultNotFound            3   there is no vault
├── Rejected                     4   the provider said no
├── NotProved                    5   the provider said neither yes nor no
├── Locked                       6   no identity, or a wrong passphrase
│   └── NoFloor                  6   nothing says how far the vault has come
├── Expiring                     7   something is due, or expires within the asked time
├── Conflict                     8   something is there already
│   ├── NameTaken                8   another credential has that name
│   ├── VaultExists              8   there is a vault already
│   ├── ChangedMeanwhile         8   another writer changed the same credential
│   └── VaultBusy                8   another process holds the write lock
├── Damaged                      9   bytes are not what was signed
│   ├── Tampered                 9   bytes were changed, moved or removed
│   │   ├── Disputed             9   somebody signed what they may not say about a credential
│   │   ├── NameMoved            9   a name leads to another record than this machine knows
│   │   └── WrongDetails         9   a record holds values that its connector does not accept
│   ├── RolledBack               9   the vault is older than this machine has seen
│   ├── Replaced                 9   not the vault that this machine has seen there
│   └── MadeByNewer              9   a later nexcred wrote this vault
├── NotPermitted                10   this identity may not do that
│   ├── NotSealed                10   shared with this identity, but not sealed to it
│   ├── Inherited                10   nobody has confirmed these values since the vault was upgraded
│   ├── NotUpgraded              10   a shared vault of version 1, not upgraded yet
│   ├── MovedAway                10   the vault moved to another place, and only reads here
│   └── ReadOnlyIdentity         10   this identity may write nothing to the vault
├── NotExecutable              126   the command of `run` cannot be executed
├── CommandNotFound            127   the command of `run` does not exist
├── PortTaken                    1   the port that is to be listened on cannot be had
├── StoreFailed                  1   the disk, the file system or the place of the vault refused
│   ├── OutcomeUnknown           1   a write failed half way: the vault holds the old state or the new one
│   ├── SchemaNotMade            1   somebody else has to make the tables of a vault in a database
│   └── StoreUnreachable         1   the place of the vault does not answer: what was read before may still be read
│       └── StoreBehind          1   a copy that follows the place of the vault has not come as far as was seen
└── Interrupted                130   ended by Ctrl-C, or by the end of input

Messages are lower case and name the thing; hints are one sentence with the command to run. Neither
ever holds a secret, a header or a body.
"""

from typing import ClassVar, NamedTuple


class Problem(NamedTuple):
    """One thing wrong with one field, and the flag that mends it ("" when there is none)."""

    field: str
    problem: str
    flag: str = ""


class NexcredError(Exception):
    """The root of the tree; `code` is stable and appears in JSON errors."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "failed"

    def __init__(self, message: str, hint: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = problems


class UsageError(NexcredError):
    exit_code = 2
    code = "usage"


class MissingField(UsageError):
    code = "missing_field"


class InvalidData(UsageError):
    code = "invalid_data"


class SpecError(UsageError):
    code = "invalid_connector"


class HostRefused(UsageError):
    """`authority` is what --allow-host takes; empty where nothing can allow it."""

    code = "host_refused"

    def __init__(self, message: str, hint: str = "", *, authority: str = "") -> None:
        super().__init__(message, hint)
        self.authority = authority


class NotFound(NexcredError):
    exit_code = 3
    code = "not_found"


class CredentialNotFound(NotFound):
    code = "credential_not_found"


class InTrash(CredentialNotFound):
    code = "in_trash"


class UnknownConnector(NotFound):
    code = "unknown_connector"


class FieldNotFound(NotFound):
    code = "field_not_found"


class RevisionNotFound(NotFound):
    code = "revision_not_found"


class MemberNotFound(NotFound):
    code = "member_not_found"


class TeamNotFound(NotFound):
    code = "team_not_found"


class ProjectNotFound(NotFound):
    code = "project_not_found"


class VaultNotFound(NotFound):
    code = "vault_not_found"


class Rejected(NexcredError):
    exit_code = 4
    code = "rejected"


class NotProved(NexcredError):
    exit_code = 5
    code = "not_proved"


class Locked(NexcredError):
    exit_code = 6
    code = "locked"


class NoFloor(Locked):
    code = "no_floor"


class Expiring(NexcredError):
    exit_code = 7
    code = "expiring"


class Conflict(NexcredError):
    exit_code = 8
    code = "conflict"


class NameTaken(Conflict):
    code = "name_taken"


class VaultExists(Conflict):
    code = "vault_exists"


class ChangedMeanwhile(Conflict):
    code = "changed_meanwhile"


class VaultBusy(Conflict):
    code = "vault_busy"


class Damaged(NexcredError):
    exit_code = 9
    code = "damaged"


class Tampered(Damaged):
    code = "tampered"


class Disputed(Tampered):
    code = "disputed"


class NameMoved(Tampered):
    """`record` is the id of the record that the name leads to now, in hex."""

    code = "name_moved"

    def __init__(self, message: str, hint: str = "", *, record: str = "") -> None:
        super().__init__(message, hint)
        self.record = record


class WrongDetails(Tampered):
    """Signed by whoever may write it, and still nothing that an honest program would have kept."""


class RolledBack(Damaged):
    code = "rolled_back"


class Replaced(Damaged):
    code = "replaced"


class MadeByNewer(Damaged):
    code = "made_by_newer"


class NotPermitted(NexcredError):
    exit_code = 10
    code = "not_permitted"


class NotSealed(NotPermitted):
    code = "not_sealed"


class Inherited(NotPermitted):
    code = "inherited"


class NotUpgraded(NotPermitted):
    code = "not_upgraded"


class MovedAway(NotPermitted):
    code = "moved_away"


class ReadOnlyIdentity(NotPermitted):
    code = "read_only_identity"


class NotExecutable(NexcredError):
    exit_code = 126
    code = "not_executable"


class CommandNotFound(NexcredError):
    exit_code = 127
    code = "command_not_found"


class PortTaken(NexcredError):
    code = "port_taken"


class StoreFailed(NexcredError):
    code = "store_failed"


class OutcomeUnknown(StoreFailed):
    code = "outcome_unknown"


class SchemaNotMade(StoreFailed):
    """`statements` are what somebody runs who may."""

    code = "schema_not_made"

    def __init__(self, message: str, hint: str = "", *, statements: str = "") -> None:
        super().__init__(message, hint)
        self.statements = statements


class StoreUnreachable(StoreFailed):
    code = "store_unreachable"


class StoreBehind(StoreUnreachable):
    code = "store_behind"


class Interrupted(NexcredError):
    exit_code = 130
    code = "interrupted"
