"""How the parts of a record are written: UTF-8 JSON, binary as {"b64": …}, unknown keys kept for newer versions."""

import base64
from collections.abc import Mapping
from datetime import datetime

from nexcred.errors import InvalidData, Tampered
from nexcred.model.credential import Details, Value
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.model.strict_json import dumps, loads
from nexcred.model.times import from_rfc3339, to_rfc3339

Json = dict[str, object]
_TEXT = frozenset({str})
_TEXT_OR_NUMBER = frozenset({str, int})


def write_json(data: Mapping[str, object]) -> bytes:
    """Raise InvalidData for what `read_json` would not take back: it would lock everybody out."""
    try:
        return dumps(data).encode()
    except ValueError as error:
        problem = str(error)
    raise InvalidData(f"a value cannot be kept: {problem}")


def read_json(plaintext: bytes) -> Json:
    """Raise Tampered unless this is one JSON object."""
    try:
        data = loads(plaintext)
    except ValueError:
        raise Tampered("a record of the vault does not hold what it should") from None
    if not isinstance(data, dict):
        raise Tampered("a record of the vault does not hold what it should")
    return data


def write_details(details: Details, by: bytes) -> bytes:
    """Write the values, with the member id of their author."""
    return write_json({"by": by.hex(), **details_to_json(details, by)})


def read_details(plaintext: bytes) -> tuple[Details, bytes | None]:
    """Return the values and the member id that they name as their author, None in version 1. Raise Tampered."""
    data = read_json(plaintext)
    try:
        return details_from_json(data), bytes.fromhex(text(data["by"])) if "by" in data else None
    except (KeyError, TypeError, ValueError):
        raise Tampered("the details of a credential do not hold what they should") from None


def details_to_json(details: Details, by: bytes) -> Json:
    return {
        "connector": details.connector,
        "digest": details.digest,
        "method": details.method,
        "allowed_hosts": list(details.allowed_hosts),
        "secret_fields": list(details.secret_fields),
        "fields": {name: _write_value(value) for name, value in details.fields.items()},
        **({} if details.hosts is None else {"hosts": list(details.hosts)}),
        **({} if details.names_by in (None, by.hex()) else {"names_by": details.names_by}),
    }


def details_from_json(data: Json) -> Details:
    """Raise KeyError, TypeError or ValueError for another shape."""
    secret = set(texts(data["secret_fields"]))
    fields = {name: _read_value(value, secret=name in secret) for name, value in mapping(data["fields"]).items()}
    hosts = texts(data["hosts"]) if "hosts" in data else None
    allowed = texts(data["allowed_hosts"])
    named = text(data["names_by"]) if "names_by" in data else None
    return Details(str(data["connector"]), str(data["digest"]), str(data["method"]), allowed, fields, hosts, named)


def as_named(details: Details, by: bytes | None, me: bytes) -> Details:
    """Say who named the fields: whoever else wrote the values; in what this very identity wrote, whom it wrote down."""
    return details if by in (me, None) else details._replace(names_by=by.hex())


def probe_to_json(result: ProbeResult) -> Json:
    before = {} if result.proved is None else {"proved": result.proved.value}
    return before | {
        "status": result.status.value,
        "checked_at": to_rfc3339(result.checked_at),
        "elapsed_ms": result.elapsed_ms,
        "identity": result.identity,
        "detail": result.detail,
        "http_status": result.http_status,
        "retry_after_s": result.retry_after_s,
        "expires_at": optional_time_to_json(result.expires_at),
        "version": result.version,
    }


def probe_from_json(data: object) -> ProbeResult | None:
    """Raise KeyError, TypeError or ValueError for another shape."""
    if data is None:
        return None
    probe = mapping(data)
    return ProbeResult(
        status=ProbeStatus(text(probe["status"])),
        checked_at=from_rfc3339(text(probe["checked_at"])),
        elapsed_ms=number(probe["elapsed_ms"]),
        identity=None if probe["identity"] is None else text(probe["identity"]),
        detail=text(probe["detail"]),
        http_status=None if probe["http_status"] is None else number(probe["http_status"]),
        retry_after_s=None if probe["retry_after_s"] is None else _real(probe["retry_after_s"]),
        expires_at=optional_time_from_json(probe["expires_at"]),
        version=number(probe["version"]),
        proved=ProbeStatus(text(probe["proved"])) if "proved" in probe else None,
    )


def optional_time_to_json(moment: datetime | None) -> str | None:
    return None if moment is None else to_rfc3339(moment)


def optional_time_from_json(data: object) -> datetime | None:
    return None if data is None else from_rfc3339(text(data))


def text(data: object) -> str:
    if not isinstance(data, str):
        raise TypeError
    return data


def number(data: object) -> int:
    if not isinstance(data, int) or isinstance(data, bool):
        raise TypeError
    return data


def texts(data: object) -> tuple[str, ...]:
    if not isinstance(data, list) or not _TEXT.issuperset(map(type, data)):
        raise TypeError
    return tuple(data)


def bytes_of(data: object, size: int) -> bytes:
    """Read hexadecimal digits for exactly `size` bytes."""
    raw = bytes.fromhex(text(data))
    if len(raw) != size:
        raise ValueError
    return raw


def public_values(data: object) -> dict[str, str | int]:
    if not isinstance(data, dict) or not _TEXT_OR_NUMBER.issuperset(map(type, data.values())):
        raise TypeError
    return data


def mapping(data: object) -> Json:
    if not isinstance(data, dict):
        raise TypeError
    return data


def _real(data: object) -> float:
    if not isinstance(data, int | float) or isinstance(data, bool):
        raise TypeError
    return data


def _write_value(value: Value) -> object:
    if not isinstance(value, Secret):
        return value
    revealed = value.reveal()
    return revealed if isinstance(revealed, str) else {"b64": base64.b64encode(revealed).decode()}


def _read_value(data: object, *, secret: bool) -> Value:
    if isinstance(data, dict):
        raw = base64.b64decode(text(data["b64"]), validate=True)
        return Secret(raw)
    if secret:
        return Secret(text(data))
    return data if isinstance(data, str) else number(data)
