"""Writing a part of a record beside its details: sealed to those on its proved list, with a signed statement."""

from nexcred.vault.access_list import NOTHING, AccessList
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.record import SESSION
from nexcred.vault.statements import ENDED, PartStatement
from nexcred.vault.transaction import Transaction


def with_sealed_part(
    copy: Transaction, overview: Overview, proved: VerifiedRecord | None, part: int, plaintext: bytes | None
) -> Overview:
    """Seal a part in place of the one that was proved, or end that one, without a plaintext."""
    assert isinstance(overview.access, AccessList)
    assert overview.statement is not None
    former = proved.parts.get(part) if proved is not None else None
    if plaintext is None and former is None:
        return overview
    copy.drop_parts(overview.record_id, overview.record_of(part))
    serial = 1 if former is None else former.serial + 1
    record, body = None, ENDED
    if plaintext is not None:
        record, body = copy.seal_part(part, overview, serial, plaintext)
    version, about = overview.access.version, overview.statement.digest if part == SESSION else NOTHING
    unsigned = PartStatement(part, version, about, body, serial, copy.me)
    return overview.with_part(part, RecordPart(copy.sign_part(unsigned, overview.record_id), record))
