"""The engine of connectors that declare their requests: it asks as their files say, and knows no provider itself."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast

from msgspec.structs import replace

from nexcred.auth.pick import is_true, pick, pick_text
from nexcred.auth.timestamp import parse_timestamp
from nexcred.connectors.language.kinds import problem_in_kind
from nexcred.connectors.language.lifecycle_spec import By, Create, KeyCall, KeyList, Revoke, Rotate
from nexcred.connectors.language.spec import Field
from nexcred.connectors.lifecycle import revoke_of
from nexcred.connectors.value_problems import problem_in_value
from nexcred.model.credential import Value
from nexcred.model.made_secret import made_mixed
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.rotating.acting import Acting
from nexcred.rotating.key_calls import KeyCalls, OldAndNew
from nexcred.rotating.rotator import CallFailed, Ended, Kind, LivingKey, Planned
from nexcred.rotating.same_key import is_same_key

_MOST_KEYS = 10_000
_CLOCKS_DIFFER = timedelta(minutes=5)
_LONGEST_ID, _LONGEST_SECRET = 512, 64 * 1024
# Of a key that is known by its id alone the login is not there.
_BY_WHO_IS_THERE: Mapping[str, By] = {"old": "new", "rotator_or_old": "rotator_or_new"}


def make(acting: Acting) -> "DeclaredRotator":
    """Return the engine for a method whose rotation has requests."""
    assert acting.own.method.rotate is not None
    return DeclaredRotator(acting, acting.own.method.rotate)


class DeclaredRevoker:
    """Ends keys by the request that the method has for it."""

    def __init__(self, acting: Acting, revoke: Revoke | None) -> None:
        self._own = acting.own
        self._calls = KeyCalls(acting)
        self._revoke = revoke

    def end(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> Ended:
        """Have the old key ended; one that is refused its own end has had it."""
        revoke = self._revoke
        if revoke is None or revoke.request is None:
            raise CallFailed(ProbeStatus.UNSUPPORTED, "this provider has no call that revokes a key")
        if old != new and is_same_key(self._own.method, old, new):
            raise CallFailed(ProbeStatus.INCONCLUSIVE, "not sent: the old and the new values name the same key")
        asked: KeyCall | Revoke = revoke.look_up or revoke
        try:
            found = self._calls.look_up(revoke, OldAndNew(old, new), deadline)
            asked = revoke
            self._calls.ask(revoke, OldAndNew(old, new), deadline, found)
        except CallFailed as failed:
            if self._calls.is_by_old(asked) and failed.status.is_refusal:
                return "gone"
            raise
        return revoke.done


class DeclaredRotator(DeclaredRevoker):
    """Replaces the key of one credential by the requests of its method."""

    settles_s = 30  # as Auth0 says of its secrets, which is the longest that is said

    def __init__(self, acting: Acting, rotate: Rotate) -> None:
        super().__init__(acting, rotate.revoke)
        self._rotate = rotate
        self._present = acting.own.details.fields
        self.kind = cast("Kind", rotate.kind)

    def plan(self, deadline: Deadline) -> Planned:
        keys = self._rotate.list
        change = self._rotate.change
        fields = None
        if change is not None:
            fields = {**self._present, **{name: Secret(made_mixed(length)) for name, length in change.make.items()}}
        old = self._present.get(keys.kept) if keys else None
        return Planned(
            fields=fields,
            living=self._living(keys, deadline) if keys else None,
            old=None if old in (None, "") else str(old),
            most=self._rotate.most,
        )

    def create(self, planned: Mapping[str, Value] | None, deadline: Deadline) -> Mapping[str, Value]:
        call = self._rotate.change or self._rotate.create
        assert call is not None
        new = self._present if planned is None else planned
        keys = OldAndNew(self._present, new)
        found = self._calls.look_up(call, keys, deadline)
        return self._made(call, self._calls.ask(call, keys, deadline, found), new)

    def orphans(self, before: tuple[LivingKey, ...], deadline: Deadline) -> tuple[LivingKey, ...] | None:
        keys = self._rotate.list
        if keys is None:
            return None
        present = self._present.get(keys.kept)
        if present in (None, ""):
            why = f"which of the keys is the present one is not known: set {keys.kept}"
            raise CallFailed(ProbeStatus.INCONCLUSIVE, why)
        known = {key.id for key in before} | {str(present)}
        # What is older than a key that was there is none of ours, by the provider's clocks.
        newest = max((key.created_at - _CLOCKS_DIFFER for key in before if key.created_at), default=None)
        return tuple(
            key
            for key in self._living(keys, deadline, only_ours=True)
            if key.id not in known and not (newest and key.created_at and key.created_at < newest)
        )

    def end_orphan(self, key: LivingKey, deadline: Deadline) -> Ended:
        keys = self._rotate.list
        if keys is None:
            raise CallFailed(ProbeStatus.UNSUPPORTED, "this provider lists no keys")
        public = {name: value for name, value in self._present.items() if not isinstance(value, Secret)}
        return self._end_by_id({**public, keys.kept: key.id}, deadline)

    def last_used(self, old: Mapping[str, Value], deadline: Deadline) -> datetime | None:
        keys = self._rotate.list
        if keys is None or not keys.used:
            return None
        kept = str(old.get(keys.kept))
        return next((key.used_at for key in self._living(keys, deadline) if key.id == kept), None)

    def undo(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> None:
        """End the new key, or have the old secret taken again by the new one's login."""
        if self._rotate.kind == "replace":
            raise CallFailed(ProbeStatus.UNSUPPORTED, "the provider has revoked the old key already")
        if self._rotate.change is not None:
            found = self._calls.look_up(self._rotate.change, OldAndNew(new, old), deadline)
            self._calls.ask(self._rotate.change, OldAndNew(new, old), deadline, found)
        else:
            self.end(new, old, deadline)

    def _end_by_id(self, known: Mapping[str, Value], deadline: Deadline) -> Ended:
        """End a key by its id, with the login that there is; its own is not known."""
        revoke = self._revoke
        assert revoke is not None
        by = _BY_WHO_IS_THERE.get(revoke.by, revoke.by)
        self._calls.ask(replace(revoke, by=by), OldAndNew(known, self._present), deadline)
        return revoke.done

    def _living(self, keys: KeyList, deadline: Deadline, *, only_ours: bool = False) -> tuple[LivingKey, ...]:
        """Return the keys that there are, each once; raise CallFailed."""
        found: dict[str, LivingKey] = {}
        for document in self._calls.ask_pages(keys, OldAndNew(self._present, self._present), deadline):
            listed = pick(keys.each, document)
            if not isinstance(listed, list) and document != {}:  # as some answer where there is nothing to list
                raise CallFailed(ProbeStatus.INCONCLUSIVE, f"the answer has no list of keys ({keys.each})")
            for one in listed or ():
                name = pick_text(keys.id, one)
                if name and len(name) <= _LONGEST_ID and not (only_ours and keys.ours and not is_true(keys.ours, one)):
                    used = parse_timestamp(pick(keys.used, one))
                    found[name] = LivingKey(name, parse_timestamp(pick(keys.created, one)), used)
            if len(found) > _MOST_KEYS:
                raise CallFailed(ProbeStatus.INCONCLUSIVE, f"the list has more than {_MOST_KEYS:,} keys")
        return tuple(found.values())

    def _made(self, call: Create, document: object, new: Mapping[str, Value]) -> Mapping[str, Value]:
        """Take the new values out of the answer. One that lacks them leaves a key of which nobody knows the secret."""
        fields = {field.name: field for field in self._own.method.fields}
        made = {name: _value(fields[name], pick_text(expression, document)) for name, expression in call.set.items()}
        secret = [name for name in made if fields[name].secret]
        if secret and all(made[name] == self._present.get(name) for name in secret):
            raise CallFailed(ProbeStatus.INCONCLUSIVE, "the provider answered with the key that there is")
        return {**new, **made}


def revoker_of(acting: Acting) -> DeclaredRevoker:
    """Return what ends keys by a request, whether or not the method can replace them."""
    return DeclaredRevoker(acting, revoke_of(acting.own.method))


def _value(field: Field, text: str | None) -> Value:
    """Return a value out of an answer, if the field would take it from a person."""
    problem = "is not in the answer" if text is None else _problem_in(field, text)
    if text is None or problem:
        raise CallFailed(ProbeStatus.INCONCLUSIVE, f"{field.name} {problem}", is_unknown=True)
    if field.kind == "int":
        return int(text)
    return Secret(text) if field.secret else text


def _problem_in(field: Field, text: str) -> str:
    if len(text) > _LONGEST_SECRET:
        return "is too long"
    return problem_in_kind(field, text) or problem_in_value(field, int(text) if field.kind == "int" else text)
