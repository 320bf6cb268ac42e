"""The overview as version 1 wrote it."""

from nexcred.errors import Tampered
from nexcred.model.times import from_rfc3339
from nexcred.vault.overview import Overview, RecordPart, read_shown
from nexcred.vault.plaintext import bytes_of, mapping, number, read_json, text, texts
from nexcred.vault.primitives import DIGEST_BYTES
from nexcred.vault.version1.access_list import access_from_json


def read_first_overview(plaintext: bytes) -> Overview:
    """Raise Tampered for any other shape."""
    data = read_json(plaintext)
    try:
        access = access_from_json(mapping(data.pop("access")))
        version = number(data.pop("version"))
        if version < 1:
            raise ValueError
        owner = bytes.fromhex(text(data.pop("owner")))
        changed_by = bytes.fromhex(text(data.pop("changed_by")))
        session, previous = _optional_digest(data.pop("session")), _optional_digest(data.pop("previous"))
        details = bytes_of(data.pop("details"), DIGEST_BYTES)
        changed_at, changed = from_rfc3339(text(data.pop("changed_at"))), texts(data.pop("changed"))
        return read_shown(
            data,
            statement=None,
            owner=owner,
            access=access,
            version=version,
            changed_at=changed_at,
            changed_by=changed_by,
            changed=changed,
            details=details,
            parts=() if session is None else (RecordPart(None, session),),
            past=() if previous is None else (previous,),
        )
    except (KeyError, TypeError, ValueError):
        raise Tampered("the overview of a credential does not hold what it should") from None


def _optional_digest(data: object) -> bytes | None:
    return None if data is None else bytes_of(data, DIGEST_BYTES)
