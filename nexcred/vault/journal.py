"""The journal of a rotation: how far it has come, and which call to the provider it is about to make.

Part 5 of a record, sealed beside the candidate: {"by", "candidate"?, "journal"?}. What has other keys beside these is
of a later version, and is left as it is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, cast, get_args

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339, to_rfc3339
from nexcred.vault.plaintext import Json, mapping, number, optional_time_from_json, optional_time_to_json, text
from nexcred.vault.primitives import require_countable

# As `rotating.rotator.Kind`, and by a person at the provider's page.
RotationKind = Literal["add", "change", "replace", "by_hand"]
Step = Literal["planned", "made", "proved", "switched", "retired", "dead"]
# What a provider is asked to do that changes anything there.
CallKind = Literal["create", "change", "revoke", "undo"]
# Whether the user's own command of `[after.switch]` has run.
Delivery = Literal["none", "owed", "done"]

MOST_KEYS = 200
_LONGEST_ID = 512
_LONGEST_TEXT = 400
_LONGEST_LEASE_S = 24 * 3600


class KeyNote(NamedTuple):
    """A key that the provider listed when the rotation was planned: its name there, and when it was made."""

    id: str
    created_at: datetime | None = None


class JournalCall(NamedTuple):
    """A call that a machine is about to make, and of which nobody knows yet what came of it.

    `machine` is random, in hex. Within `lease_s` of its writing that machine alone calls the provider; `at` is by that
    machine's clock, for people only. `id` is the provider's name of the key that it is about, "" where it has none.
    """

    what: CallKind
    machine: str
    lease_s: int
    at: datetime
    id: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "what", "lease_s")


class Journal(NamedTuple):
    """A rotation that has begun. `number` counts its entries; `old` and `new` are revisions of the values.

    `living` are the keys that there were, None where the provider lists none. `grace_s` is what was asked for, None for
    what its kind has; `grace_until` when the old key may be ended, after the switch at `switched_at`. `used_at` is the
    last use of the old key that made the end wait. `is_proved` says of a changed password that it was accepted,
    `is_disabled` that the old key is half ended, `is_undone` that it goes back. `also` are the ids in hex of other
    records with the same secret, which were switched at once. `hangs` is why it does not go on, without any secret, and
    `hung_at` since when it does not go on by itself at this step, however often it was tried.
    """

    id: str
    number: int
    kind: RotationKind
    step: Step
    old: int
    began_at: datetime
    changed_at: datetime
    new: int | None = None
    call: JournalCall | None = None
    living: tuple[KeyNote, ...] | None = None
    switched_at: datetime | None = None
    grace_s: int | None = None
    grace_until: datetime | None = None
    used_at: datetime | None = None
    is_proved: bool = False
    is_disabled: bool = False
    is_undone: bool = False
    delivery: Delivery = "none"
    also: tuple[str, ...] = ()
    hangs: str = ""
    hung_at: datetime | None = None

    def __repr__(self) -> str:
        return repr_of(self, "id", "number", "kind", "step", "old", "new")


def journal_to_json(journal: Journal) -> Json:
    """Write it; what is not so is left out. Raises Tampered at the end of counting."""
    require_countable(journal.number, "the number of an entry of a rotation")
    written: Json = {
        "id": journal.id,
        "number": journal.number,
        "kind": journal.kind,
        "step": journal.step,
        "old": journal.old,
        "began_at": to_rfc3339(journal.began_at),
        "changed_at": to_rfc3339(journal.changed_at),
        "new": journal.new,
        "call": None if journal.call is None else _call_to_json(journal.call),
        "living": None if journal.living is None else [_key_to_json(one) for one in journal.living[:MOST_KEYS]],
        "switched_at": optional_time_to_json(journal.switched_at),
        "grace_s": journal.grace_s,
        "grace_until": optional_time_to_json(journal.grace_until),
        "used_at": optional_time_to_json(journal.used_at),
        "is_proved": journal.is_proved,
        "is_disabled": journal.is_disabled,
        "is_undone": journal.is_undone,
        "delivery": journal.delivery,
        "also": list(journal.also),
        "hangs": journal.hangs[:_LONGEST_TEXT],
        "hung_at": optional_time_to_json(journal.hung_at),
    }
    return {key: value for key, value in written.items() if value is not None and value is not False}


def journal_from_json(data: Json) -> Journal:
    """Undo `journal_to_json`; raise KeyError, TypeError or ValueError for anything else. Unknown keys are passed by."""
    new = _number(data, "new")
    living = data.get("living")
    call = data.get("call")
    return Journal(
        id=_hex(text(data["id"])),
        number=_positive(number(data["number"])),
        kind=cast("RotationKind", _one_of(data["kind"], get_args(RotationKind))),
        step=cast("Step", _one_of(data["step"], get_args(Step))),
        old=_positive(number(data["old"])),
        began_at=from_rfc3339(text(data["began_at"])),
        changed_at=from_rfc3339(text(data["changed_at"])),
        new=new,
        call=None if call is None else _call_from_json(mapping(call)),
        living=None if living is None else tuple(_key_from_json(mapping(one)) for one in _list(living, MOST_KEYS)),
        switched_at=optional_time_from_json(data.get("switched_at")),
        grace_s=_number(data, "grace_s"),
        grace_until=optional_time_from_json(data.get("grace_until")),
        used_at=optional_time_from_json(data.get("used_at")),
        is_proved=_flag(data, "is_proved"),
        is_disabled=_flag(data, "is_disabled"),
        is_undone=_flag(data, "is_undone"),
        delivery=cast("Delivery", _one_of(data.get("delivery", "none"), get_args(Delivery))),
        also=tuple(_hex(text(one)) for one in _list(data.get("also", []), MOST_KEYS)),
        hangs=_short(text(data.get("hangs", "")), _LONGEST_TEXT),
        hung_at=optional_time_from_json(data.get("hung_at")),
    )


def _call_to_json(call: JournalCall) -> Json:
    return {
        "what": call.what,
        "machine": call.machine,
        "lease_s": call.lease_s,
        "at": to_rfc3339(call.at),
        "id": call.id[:_LONGEST_ID],
    }


def _call_from_json(data: Json) -> JournalCall:
    lease_s = number(data["lease_s"])
    if not 0 < lease_s <= _LONGEST_LEASE_S:
        raise ValueError("no lease")
    what = cast("CallKind", _one_of(data["what"], get_args(CallKind)))
    machine = _hex(text(data["machine"]))
    return JournalCall(what, machine, lease_s, from_rfc3339(text(data["at"])), _short(text(data["id"]), _LONGEST_ID))


def _key_to_json(key: KeyNote) -> Json:
    return {"id": key.id[:_LONGEST_ID], "created_at": optional_time_to_json(key.created_at)}


def _key_from_json(data: Json) -> KeyNote:
    return KeyNote(_short(text(data["id"]), _LONGEST_ID), optional_time_from_json(data.get("created_at")))


def _number(data: Mapping[str, object], key: str) -> int | None:
    kept = data.get(key)
    if kept is None:
        return None
    found = number(kept)
    if found < 0:
        raise ValueError(key)
    return found


def _positive(found: int) -> int:
    if found <= 0:
        raise ValueError("no number of an entry")
    return found


def _flag(data: Mapping[str, object], key: str) -> bool:
    kept = data.get(key, False)
    if not isinstance(kept, bool):
        raise TypeError(key)
    return kept


def _one_of(value: object, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError("no such word")
    return str(value)


def _hex(value: str) -> str:
    if len(value) != 32 or bytes.fromhex(value).hex() != value:
        raise ValueError("no id")
    return value


def _short(value: str, longest: int) -> str:
    if len(value) > longest:
        raise ValueError("too long")
    return value


def _list(value: object, most: int) -> list[object]:
    if not isinstance(value, list) or len(value) > most:
        raise TypeError("no list")
    return value
