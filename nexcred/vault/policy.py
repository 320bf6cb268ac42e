"""The policy of a credential: what was entered for it beside its values, exposures, former secrets. Part 6 of a record.

JSON in the overview, which all members see, at most 64 KiB. What is the default is left out; keys of a newer version
are kept when it is written again. What decides goes by the proved one: a member can show any other.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar, get_args

from nexcred.errors import InvalidData, Tampered
from nexcred.model.lifecycle import MAX_DAYS, NO_POLICY, Exposure, ExposureReason, Former, FormerState, Policy
from nexcred.model.strict_json import dumps, loads
from nexcred.model.times import from_rfc3339, to_rfc3339
from nexcred.vault.access_list import NOTHING, AccessList
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.permission import may_not_write
from nexcred.vault.plaintext import Json, bytes_of, mapping, number, text
from nexcred.vault.primitives import COUNT_LIMIT
from nexcred.vault.record import POLICY
from nexcred.vault.statements import ENDED, PartStatement, digest_content

if TYPE_CHECKING:
    from nexcred.vault.transaction import Transaction

MAX_POLICY_BYTES = 64 * 1024
_KEYS = frozenset({"expires_at", "never_expires", "rotate_every_days", "rotator", "exposures", "former"})
_ID_BYTES = 16
T = TypeVar("T", Exposure, Former)


@lru_cache(maxsize=16)  # of many records that somebody held who leaves, most say the same
def write_policy(policy: Policy, over: str | None = None) -> str | None:
    """Write a policy, with what a newer version keeps in `over`, the present one; None where nothing is left.

    Raises InvalidData for what is too large, or could not be read back.
    """
    known = _raw(over)
    data: Json = {key: value for key, value in known.items() if key not in _KEYS}
    if policy.expires_at is not None:
        data["expires_at"] = to_rfc3339(policy.expires_at)
    if policy.never_expires:
        data["never_expires"] = True
    if policy.rotate_every_days is not None:
        data["rotate_every_days"] = policy.rotate_every_days
    if policy.rotator:
        data["rotator"] = policy.rotator
    if policy.exposures:
        data["exposures"] = _written(policy.exposures, _as_they_were(known, "exposures", _read_exposure), _exposure)
    if policy.former:
        data["former"] = _written(policy.former, _as_they_were(known, "former", _read_former), _former)
    if not data:
        return None
    content = dumps(data)
    if len(content.encode()) > MAX_POLICY_BYTES:
        raise InvalidData("what is known of a credential's exposures and former secrets would be more than 64 KiB")
    try:
        read_policy(content)
    except Tampered:
        raise InvalidData("the policy of a credential cannot be kept: a part of it is not what it may be") from None
    return content


def read_policy(content: str) -> Policy:
    """Undo `write_policy`; raise Tampered for anything else."""
    try:
        if len(content.encode()) > MAX_POLICY_BYTES:
            raise ValueError
        data = mapping(loads(content))
        days = number(data["rotate_every_days"]) if "rotate_every_days" in data else None
        never, rotator = data.get("never_expires", False), text(data.get("rotator", ""))
        if not isinstance(never, bool) or (days is not None and not 0 <= days <= MAX_DAYS):
            raise ValueError
        return Policy(
            expires_at=from_rfc3339(text(data["expires_at"])) if "expires_at" in data else None,
            never_expires=never,
            rotate_every_days=days,
            rotator=_id(rotator),
            exposures=tuple(_read_exposure(one) for one in _list(data, "exposures")),
            former=tuple(_read_former(one) for one in _list(data, "former")),
        )
    except (KeyError, TypeError, ValueError):
        raise Tampered("the policy of a credential does not hold what it should") from None


def shown_policy(content: str | None) -> Policy | None:
    """Return a policy for display, of which nothing is proved; None where there is none that can be read."""
    try:
        return None if content is None else read_policy(content)
    except Tampered:
        return None


def proved_policy(overview: Overview, proved: VerifiedRecord) -> Policy:
    """Return the policy of a proved record; raise Tampered where who may write it wrote something else there."""
    content = overview.policy
    return NO_POLICY if content is None or proved.live_part(POLICY) is None else read_policy(content)


def with_policy(copy: "Transaction", overview: Overview, proved: VerifiedRecord | None, policy: Policy) -> Overview:
    """Return the overview with a policy in place of the one that was proved, or end that one by a statement.

    `proved` is None for a new record. Raises NotPermitted for all but who may write the values, whoever added it, and
    owners; InvalidData.
    """
    assert isinstance(overview.access, AccessList)
    if proved is not None and not (proved.list.may_write(copy.me) or proved.list.may_share(copy.me)):
        raise may_not_write(overview.name)
    former = None if proved is None else proved.parts.get(POLICY)
    present = overview.policy
    content = write_policy(policy, present)
    if content == present:
        return overview
    serial = 1 if former is None else former.serial + 1
    body = ENDED if content is None else digest_content(content)
    unsigned = PartStatement(POLICY, overview.access.version, NOTHING, body, serial, copy.me)
    return overview.with_part(POLICY, RecordPart(copy.sign_part(unsigned, overview.record_id), None, content))


def changed_policy(
    copy: "Transaction", overview: Overview, change: Callable[[Policy], Policy]
) -> tuple[VerifiedRecord, Policy]:
    """Prove a record, and return what becomes of its policy. One that cannot be read counts as none.

    Whoever signed that one could have ended it as well. Raises Disputed, RolledBack, and what `change` raises.
    """
    proved = copy.prove(overview)
    try:
        present = proved_policy(overview, proved)
    except Tampered:
        present = NO_POLICY
    return proved, change(present)


def _raw(content: str | None) -> Json:
    """Return what is written there, and nothing for what cannot be read."""
    return {} if content is None or shown_policy(content) is None else mapping(loads(content))


def _as_they_were(known: Json, key: str, read: Callable[[object], T]) -> dict[T, object]:
    """Return the entries as they are written, with the keys of a newer version."""
    return {read(one): one for one in _list(known, key)}


def _written(entries: tuple[T, ...], known: Mapping[T, object], write: Callable[[T], Json]) -> list[object]:
    return [known[one] if one in known else write(one) for one in entries]


def _exposure(one: Exposure) -> Json:
    data: Json = {"revision": one.revision, "why": one.why, "at": to_rfc3339(one.at)}
    words = ("who", "name", "reason", "by", "cleared_by", "cleared_reason")
    data |= {key: value for key in words if (value := getattr(one, key))}
    return data if one.cleared_at is None else data | {"cleared_at": to_rfc3339(one.cleared_at)}


def _read_exposure(data: object) -> Exposure:
    one = mapping(data)
    reasons: dict[str, ExposureReason] = {why: why for why in get_args(ExposureReason)}
    return Exposure(
        _revision(one),
        reasons[text(one["why"])],
        from_rfc3339(text(one["at"])),
        who=_id(text(one.get("who", ""))),
        name=text(one.get("name", "")),
        reason=text(one.get("reason", "")),
        by=_id(text(one.get("by", ""))),
        cleared_at=from_rfc3339(text(one["cleared_at"])) if "cleared_at" in one else None,
        cleared_by=_id(text(one.get("cleared_by", ""))),
        cleared_reason=text(one.get("cleared_reason", "")),
    )


def _former(one: Former) -> Json:
    data: Json = {"revision": one.revision, "state": one.state}
    moments = {"asked_at": one.asked_at, "revoked_at": one.revoked_at, "outlives_until": one.outlives_until}
    data |= {key: to_rfc3339(moment) for key, moment in moments.items() if moment is not None}
    return data | ({"refused_at": [to_rfc3339(moment) for moment in one.refused_at]} if one.refused_at else {})


def _read_former(data: object) -> Former:
    one = mapping(data)
    states: dict[str, FormerState] = {state: state for state in get_args(FormerState)}
    asked, revoked, until = (
        from_rfc3339(text(one[key])) if key in one else None for key in ("asked_at", "revoked_at", "outlives_until")
    )
    refused = tuple(from_rfc3339(text(moment)) for moment in _list(one, "refused_at"))
    return Former(_revision(one), states[text(one["state"])], asked, revoked, refused, until)


def _revision(data: Json) -> int:
    revision = number(data["revision"])
    if not 0 < revision < COUNT_LIMIT:
        raise ValueError
    return revision


def _id(written: str) -> str:
    return bytes_of(written, _ID_BYTES).hex() if written else ""


def _list(data: Json, key: str) -> list[object]:
    found = data.get(key, [])
    if not isinstance(found, list):
        raise TypeError
    return found
