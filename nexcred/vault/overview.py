"""The overview of a credential: the part that all members see, with the digests of its details and its history.

Any member may write one. So it says only by signed words who holds a credential, and what its parts are: its access
list, and a statement for each part. The rest of it is for display and search, and nothing else follows from it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.errors import Tampered
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339, to_rfc3339
from nexcred.vault.access_list import AccessList, read_list, write_list
from nexcred.vault.plaintext import (
    bytes_of,
    mapping,
    optional_time_from_json,
    optional_time_to_json,
    probe_from_json,
    probe_to_json,
    public_values,
    read_json,
    text,
    texts,
    write_json,
)
from nexcred.vault.primitives import DIGEST_BYTES
from nexcred.vault.record import ATTACHMENTS, POLICY, ROTATION, SESSION
from nexcred.vault.statements import (
    DetailsStatement,
    PartStatement,
    digest_content,
    read_details_statement,
    read_part_statement,
    write_statement,
)

if TYPE_CHECKING:
    from nexcred.vault.version1.access_list import FirstAccessList

    Access = AccessList | FirstAccessList
else:
    # Few vaults need the other; and a record compiles a type in quotes, which first takes as long as ten records.
    Access = AccessList

_PART_KEYS = {SESSION: "session", ATTACHMENTS: "attachments", ROTATION: "rotation", POLICY: "policy"}


class RecordPart(NamedTuple):
    """A part beside the details. `record` is its record's SHA-256, None where it ended or lies in `content`, as part 6.

    Only a vault of version 1 has no statement.
    """

    statement: PartStatement | None
    record: bytes | None
    content: str | None = None

    @property
    def has_its_content(self) -> bool:
        """False for a content that is another one than its statement says."""
        return self.content is None or (
            self.statement is not None and digest_content(self.content) == self.statement.digest
        )

    def __repr__(self) -> str:
        return repr_of(self, "statement")


class Overview(NamedTuple):
    """`version`, `changed_at`, `changed_by` and `changed` tell of the last change of values.

    `details` is the SHA-256 of a record, `past` those of the overviews in the history, newest first; `extra` holds keys
    that a newer version wrote. In version 1 there is no statement, and `past` names the newest only. `inherited` is the
    statement from an upgrade that the present one confirms. `secret_at` is when a secret changed last, where the last
    change of values was of others; None where it is `changed_at`.
    """

    name: str
    connector: str
    method: str
    description: str
    tags: tuple[str, ...]
    public: Mapping[str, str | int]
    secret_fields: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    owner: bytes
    access: Access
    statement: DetailsStatement | None
    parts: tuple[RecordPart, ...]
    created_at: datetime
    updated_at: datetime
    version: int
    changed_at: datetime
    changed_by: bytes
    changed: tuple[str, ...]
    details: bytes
    past: tuple[bytes, ...]
    probe: ProbeResult | None
    expires_at: datetime | None
    removed_at: datetime | None
    extra: Mapping[str, object]
    inherited: DetailsStatement | None = None
    secret_at: datetime | None = None

    @property
    def record_id(self) -> bytes:
        return self.access.record_id

    @property
    def records(self) -> tuple[bytes, ...]:
        """The digests of the records of its parts, the details first."""
        return (self.details, *(part.record for part in self.parts if part.record is not None))

    def record_of(self, number: int) -> bytes | None:
        """Return the digest of the record of a part."""
        return next((part.record for part in self.parts if _number(part) == number), None)

    @property
    def policy(self) -> str | None:
        """The content of part 6, of which nothing is proved."""
        return next((part.content for part in self.parts if part.content is not None), None)

    def with_part(self, number: int, part: RecordPart | None) -> "Overview":
        """Return the overview with this part replaced; None changes nothing."""
        if part is None:
            return self
        others = (one for one in self.parts if _number(one) != number)
        return self._replace(parts=tuple(sorted((*others, part), key=_number)))

    def agrees_with(self, details: Details) -> bool:
        """False when the overview shows other values than the details hold, which only holders may set."""
        return (
            self.connector == details.connector
            and self.method == details.method
            and self.allowed_hosts == details.allowed_hosts
            and self.secret_fields == details.secret_fields
            and self.public == details.public
        )

    def __repr__(self) -> str:
        return repr_of(self, "name", "connector", "version")


def write_overview(overview: Overview) -> bytes:
    """Write the JSON of version 2."""
    assert isinstance(overview.access, AccessList)
    assert overview.statement is not None
    shown = {
        **overview.extra,
        "name": overview.name,
        "connector": overview.connector,
        "method": overview.method,
        "description": overview.description,
        "tags": list(overview.tags),
        "public": dict(overview.public),
        "secret_fields": list(overview.secret_fields),
        "allowed_hosts": list(overview.allowed_hosts),
        "access": write_list(overview.access),
        "statement": write_statement(overview.statement),
        "details": overview.details.hex(),
        "past": [one.hex() for one in overview.past],
        "created_at": to_rfc3339(overview.created_at),
        "updated_at": to_rfc3339(overview.updated_at),
        "changed_at": to_rfc3339(overview.changed_at),
        "changed": list(overview.changed),
        "probe": None if overview.probe is None else probe_to_json(overview.probe),
        "expires_at": optional_time_to_json(overview.expires_at),
    }
    if overview.inherited is not None:
        shown["inherited"] = write_statement(overview.inherited)
    if overview.removed_at is not None:
        shown["removed_at"] = to_rfc3339(overview.removed_at)
    if overview.secret_at is not None:
        shown["secret_at"] = to_rfc3339(overview.secret_at)
    if overview.parts:
        shown["parts"] = {_PART_KEYS[_number(part)]: _part_to_json(part) for part in overview.parts}
    return write_json(shown)


def read_overview(plaintext: bytes) -> Overview:
    """Read the JSON of version 2; raise Tampered for any other shape."""
    data = read_json(plaintext)
    try:
        access = read_list(text(data.pop("access")))
        statement = read_details_statement(text(data.pop("statement")))
        parts = parts_from_json(data.pop("parts")) if "parts" in data else ()
        details = bytes_of(data.pop("details"), DIGEST_BYTES)
        past = tuple([bytes_of(one, DIGEST_BYTES) for one in texts(data.pop("past"))])
        inherited = read_details_statement(text(data.pop("inherited"))) if "inherited" in data else None
        removed_at = from_rfc3339(text(data.pop("removed_at"))) if "removed_at" in data else None
        secret_at = from_rfc3339(text(data.pop("secret_at"))) if "secret_at" in data else None
        changed_at, changed = from_rfc3339(text(data.pop("changed_at"))), texts(data.pop("changed"))
        return read_shown(
            data,
            owner=access.creator,
            access=access,
            statement=statement,
            parts=parts,
            version=statement.revision,
            changed_at=changed_at,
            changed_by=statement.by,
            changed=changed,
            details=details,
            past=past,
            removed_at=removed_at,
            inherited=inherited,
            secret_at=secret_at,
        )
    except (KeyError, TypeError, ValueError):
        raise Tampered("the overview of a credential does not hold what it should") from None


def read_shown(
    data: dict[str, object],
    *,
    owner: bytes,
    access: "AccessList | FirstAccessList",
    statement: DetailsStatement | None,
    parts: tuple[RecordPart, ...],
    version: int,
    changed_at: datetime,
    changed_by: bytes,
    changed: tuple[str, ...],
    details: bytes,
    past: tuple[bytes, ...],
    removed_at: datetime | None = None,
    inherited: DetailsStatement | None = None,
    secret_at: datetime | None = None,
) -> Overview:
    """Read what both versions write alike, to what each of them wrote in its own way.

    Raises KeyError, TypeError or ValueError for another shape.
    """
    return Overview(
        name=text(data.pop("name")),
        connector=text(data.pop("connector")),
        method=text(data.pop("method")),
        description=text(data.pop("description")),
        tags=texts(data.pop("tags")),
        public=public_values(data.pop("public")),
        secret_fields=texts(data.pop("secret_fields")),
        allowed_hosts=texts(data.pop("allowed_hosts")),
        owner=owner,
        access=access,
        statement=statement,
        parts=parts,
        created_at=from_rfc3339(text(data.pop("created_at"))),
        updated_at=from_rfc3339(text(data.pop("updated_at"))),
        version=version,
        changed_at=changed_at,
        changed_by=changed_by,
        changed=changed,
        details=details,
        past=past,
        probe=probe_from_json(data.pop("probe")),
        expires_at=optional_time_from_json(data.pop("expires_at")),
        removed_at=removed_at,
        extra=data,
        inherited=inherited,
        secret_at=secret_at,
    )


def _number(part: RecordPart) -> int:
    return SESSION if part.statement is None else part.statement.part


def _part_to_json(part: RecordPart) -> dict[str, object]:
    assert part.statement is not None
    return {
        "statement": write_statement(part.statement),
        **({} if part.record is None else {"record": part.record.hex()}),
        **({} if part.content is None else {"content": part.content}),
    }


def parts_from_json(data: object) -> tuple[RecordPart, ...]:
    parts = mapping(data)
    return tuple(_part_from_json(number, parts[key]) for number, key in _PART_KEYS.items() if key in parts)


def _part_from_json(number: int, data: object) -> RecordPart:
    part = mapping(data)
    statement = read_part_statement(text(part["statement"]))
    if statement.part != number or not part.keys() <= {"statement", "record", "content"}:
        raise ValueError
    record = bytes_of(part["record"], DIGEST_BYTES) if "record" in part else None
    content = text(part["content"]) if "content" in part else None
    if statement.is_ended is not (record is None and content is None):
        raise ValueError
    if (record if number == POLICY else content) is not None:
        raise ValueError
    return RecordPart(statement, record, content)
