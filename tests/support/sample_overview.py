"""An overview with all that may stand in one, and who signed it."""

from datetime import UTC, datetime

from nexcred.vault.access_list import TO_MEMBER, WRITE, AccessGrant, make_list
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.record import POLICY, SESSION
from nexcred.vault.roster_changes import found_roster
from nexcred.vault.statements import (
    DetailsStatement,
    PartStatement,
    digest_content,
    sign_details,
    sign_part,
)
from tests.support.sample_vault import NOW, SEED, accepted, details

ADA = Identity(SEED, bytes(16))
ROSTER = found_roster(ADA, "Example Ltd", "Ada Example")
ACCESS = make_list(
    ADA,
    ADA.fingerprint,
    ROSTER.vault_id,
    version=1,
    grants=[AccessGrant(TO_MEMBER, ADA.fingerprint, WRITE)],
    creator=ADA.fingerprint,
)
STATEMENT = sign_details(
    DetailsStatement(3, b"b" * 32, b"p" * 32, 1, ADA.fingerprint), ADA, ROSTER.vault_id, ACCESS.record_id
)
EVERY = '{"rotate_every_days":90}'


def part(number: int, digest: bytes = b"t" * 32, record: bytes | None = None, content: str | None = None) -> RecordPart:
    details = STATEMENT.digest if number == SESSION else bytes(32)
    unsigned = PartStatement(number, 1, details, digest, 7, ADA.fingerprint)
    return RecordPart(sign_part(unsigned, ADA, ROSTER.vault_id, ACCESS.record_id), record, content)


OVERVIEW = Overview(
    name="Prod Ünïcode",
    connector="aventri",
    method="api_key",
    description="",
    tags=("a", "b"),
    public=details().public,
    secret_fields=("api_key",),
    allowed_hosts=details().allowed_hosts,
    owner=ADA.fingerprint,
    access=ACCESS,
    statement=STATEMENT,
    parts=(part(SESSION, record=b"s" * 32), part(POLICY, digest_content(EVERY), content=EVERY)),
    created_at=NOW,
    updated_at=NOW,
    version=3,
    changed_at=NOW,
    secret_at=NOW,
    changed_by=ADA.fingerprint,
    changed=("api_key",),
    details=b"d" * 32,
    past=(b"o" * 32, b"q" * 32),
    probe=accepted(3),
    expires_at=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    removed_at=datetime(2026, 1, 2, tzinfo=UTC),
    extra={},
)
