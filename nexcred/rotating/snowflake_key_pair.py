"""The key pair of a Snowflake user: a second one made here, its public half given to the user, the old one ended.

Where the account knows key pairs with names, the new one is added as such beside the old one, which is disabled before
it is removed. ROTATE KEY PAIR is not used: it sets an end to the old key that nothing takes back. Elsewhere the two
slots of a user take turns, and none is overwritten that holds another key than this credential's.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from typing import NoReturn

from nexcred.auth.flow import Grant
from nexcred.auth.new_key_pair import fingerprint_of, new_private_key, public_key_of
from nexcred.auth.signed_jwt import SignedJwtAuth
from nexcred.connectors.filled_values import text_values
from nexcred.model.credential import Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret, repr_of
from nexcred.model.template import TemplateContext, names_in, render_optional
from nexcred.network.deadline import Deadline
from nexcred.rotating import snowflake_statements as sql
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.rotating.asking import Asker
from nexcred.rotating.rotator import CallFailed, Ended, Kind, LivingKey, Planned

SETTLES_S = 10
_NEW_KEY = (ProbeStatus.REJECTED,)
_LOOK_AGAIN_S = 1.0
_DAY = timedelta(days=1)


def make(acting: Acting) -> "SnowflakeKeyPair":
    return SnowflakeKeyPair(acting)


class _SnowflakeActor(NamedTuple):
    """Who runs statements, and about which user: the name that identifiers take, which is not the login name."""

    login: ActingLogin
    session: sql.Session
    user: str

    def __repr__(self) -> str:
        return repr_of(self)


class _Keys(NamedTuple):
    """The public keys of a user; `named` is None where the account knows none with names."""

    named: tuple[sql.UserKey, ...] | None
    slots: tuple[sql.UserKey, ...]

    def __repr__(self) -> str:
        return repr_of(self)

    @property
    def all(self) -> tuple[sql.UserKey, ...]:
        return (*(self.named or ()), *self.slots)

    def of(self, fingerprint: str) -> sql.UserKey | None:
        return next((key for key in self.all if _bare(key.fingerprint) == _bare(fingerprint)), None)


class SnowflakeKeyPair:
    """Rotates the key pair of a credential that signs its own JWT. `pause` waits for some seconds."""

    kind: Kind = "add"
    settles_s = SETTLES_S

    def __init__(self, acting: Acting, pause: Callable[[float], None] = time.sleep) -> None:
        self._own = acting.own
        self._rotator = acting.rotator
        self._asker = Asker(acting, pause)

    def plan(self, deadline: Deadline) -> Planned:
        """List the keys of the user, and make a pair, sealed by the passphrase of the old one where it has one."""
        fields = self._own.details.fields
        keys = self._keys(self._actor(fields, deadline), deadline)
        present = keys.of(self._fingerprint(fields))
        living = tuple(LivingKey(key.id, key.created_at, key.used_at) for key in keys.all)
        made = {**fields, self._key_field: Secret(new_private_key(self._passphrase(fields)))}
        most = sql.MOST_SLOTS if keys.named is None else sql.MOST_NAMED + len(keys.slots)
        return Planned(made, living, present.id if present else None, most)

    def create(self, planned: Mapping[str, Value] | None, deadline: Deadline) -> Mapping[str, Value]:
        """Give the user the public key, unless it is there already."""
        assert planned is not None, "a key that is made here is planned before it is created"
        actor = self._actor(self._own.details.fields, deadline)
        keys = self._keys(actor, deadline)
        if keys.of(self._fingerprint(planned)) is None:
            present = keys.of(self._fingerprint(self._own.details.fields))
            public_key = self._of_key(public_key_of, planned)
            add = self._into_slot if keys.named is None else self._as_named
            self._change(actor, add(keys, present, public_key), deadline)
        return planned

    def orphans(self, before: tuple[LivingKey, ...], deadline: Deadline) -> tuple[LivingKey, ...]:
        """Return the keys that were not there before."""
        fields = self._own.details.fields
        keys = self._keys(self._actor(fields, deadline), deadline)
        present = keys.of(self._fingerprint(fields))
        if present is None:
            self._refuse("which of the user's keys is the present one is not known")
        known = {*(key.id for key in before), present.id}
        return tuple(LivingKey(key.id, key.created_at, key.used_at) for key in keys.all if key.id not in known)

    def end_orphan(self, key: LivingKey, deadline: Deadline) -> Ended:
        """Take it from the user at once: nobody has its private key."""
        actor = self._actor(self._own.details.fields, deadline)
        found = next((each for each in self._keys(actor, deadline).all if each.id == key.id), None)
        if found is not None:
            self._change(actor, sql.removal(found), deadline)
        return "gone"

    def last_used(self, old: Mapping[str, Value], deadline: Deadline) -> datetime | None:
        """Return what is known of a key pair with a name; of a slot nothing is."""
        keys = self._keys(self._actor(self._own.details.fields, deadline), deadline)
        found = keys.of(self._fingerprint(old))
        return found.used_at if found else None

    def end(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> Ended:
        """Disable the old key pair, by the next call remove it. In a slot, or by itself, it is removed at once."""
        is_of_another = self._login_of(old) != self._login_of(new)
        if is_of_another and self._rotator is not None:
            self._refuse("the old key is another user's, for whom nobody was named to act: revoke it by hand")
        if old != new and not is_of_another:
            self._refuse_same(old, new)
        ends_itself = is_of_another or (self._rotator is None and old == new)
        by = old if ends_itself else new
        actor = self._asker.patiently(partial(self._actor, by, deadline), deadline, SETTLES_S, _NEW_KEY)
        keys = self._keys(actor, deadline)
        if keys.of(self._fingerprint(by)) is None:
            raise CallFailed(ProbeStatus.INCONCLUSIVE, "the list of the user's keys lacks the one that is in use")
        found = keys.of(self._fingerprint(old))
        if found is None:
            return "gone"
        if found.is_slot or ends_itself or not found.is_active:
            self._change(actor, sql.removal(found), deadline)
            return "gone"
        self._change(actor, f"MODIFY KEY PAIR {sql.identifier(found.name)} SET DISABLED = TRUE", deadline)
        return "disabled"

    def undo(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> None:
        """Enable the old key pair again, and remove the new one by a statement of the old one: so it is good."""
        self._refuse_same(old, new)
        try:
            helper = self._actor(old, deadline)
        except CallFailed as failed:
            if failed.status is not ProbeStatus.REJECTED:
                raise
            helper = self._actor(new, deadline)
        found = self._keys(helper, deadline).of(self._fingerprint(old))
        if found is None:
            raise CallFailed(ProbeStatus.REJECTED, "the old key is taken from the user, and cannot be had again")
        if not found.is_active:
            self._change(helper, f"MODIFY KEY PAIR {sql.identifier(found.name)} SET DISABLED = FALSE", deadline)
        by_old = self._asker.patiently(partial(self._actor, old, deadline), deadline, SETTLES_S, _NEW_KEY)
        newer = self._keys(by_old, deadline).of(self._fingerprint(new))
        if newer is not None and newer.id != found.id:
            self._change(by_old, sql.removal(newer), deadline)

    def _refuse_same(self, old: Mapping[str, Value], new: Mapping[str, Value]) -> None:
        """Refuse values that have one key, however it is written."""
        if self._fingerprint(old) == self._fingerprint(new):
            self._refuse("the old and the new values have the same key")

    def _as_named(self, keys: _Keys, present: sql.UserKey | None, public_key: str) -> str:
        """Return the statement that adds a key pair, held to the role and the life of the present one."""
        if len(keys.named or ()) >= sql.MOST_NAMED:
            raise CallFailed(ProbeStatus.FORBIDDEN, f"the user has {sql.MOST_NAMED} key pairs, and takes no more")
        name = f"NEXCRED_{self._asker.now():%Y%m%d%H%M%S}"
        words = [f"ADD KEY PAIR {sql.identifier(name)} PUBLIC_KEY = {sql.key_literal(public_key)}"]
        if present and present.role:
            words.append(f"ROLE_RESTRICTION = {sql.literal(present.role)}")
        if present and present.created_at and present.expires_at:
            words.append(f"DAYS_TO_EXPIRY = {max(ceil((present.expires_at - present.created_at) / _DAY), 1)}")
        return " ".join(words)

    def _into_slot(self, keys: _Keys, present: sql.UserKey | None, public_key: str) -> str:
        """Return the statement that fills the free slot; raise CallFailed where there is none."""
        if present is None:
            self._refuse("the user has no public key of this fingerprint, so that none may take its place")
        taken = {key.name: key for key in keys.slots}
        free = next((name for name in sql.SLOTS if name not in taken), None)
        if free is None:
            other = next(key for key in keys.slots if key.name != present.name)
            whose = f"{other.name} has a key that is not this credential's ({other.fingerprint})"
            raise CallFailed(ProbeStatus.FORBIDDEN, f"{whose}: unset it if nobody uses it")
        return f"SET {free} = {sql.key_literal(public_key)}"

    def _actor(self, fields: Mapping[str, Value], deadline: Deadline) -> _SnowflakeActor:
        """Return who acts: the rotator for the user whose key it is, else that user by the key of these fields."""
        if self._rotator is None:
            own = self._asker.own(fields)
            session = self._session(own, self._asker.granted(own, deadline))
            return _SnowflakeActor(own, session, self._current_user(own, session, deadline))
        session = self._session(self._rotator, self._asker.granted(self._rotator, deadline))
        return _SnowflakeActor(self._rotator, session, self._user_by_own_key(deadline))

    def _user_by_own_key(self, deadline: Deadline) -> str:
        """Return the name of the user; where the key is refused, the login name is taken for it, as it mostly is."""
        own = self._asker.own(self._own.details.fields)
        try:
            session = self._session(own, self._asker.granted(own, deadline))
            return self._current_user(own, session, deadline)
        except CallFailed as failed:
            if failed.status is not ProbeStatus.REJECTED:
                raise
        return str(text_values(own.method, own.details.fields)["username"]).upper()

    def _session(self, login: ActingLogin, grant: Grant) -> sql.Session:
        values = text_values(login.method, login.details.fields)
        address = values.get("base_url")
        if not isinstance(address, str):
            self._refuse("its connector has no base_url, where the SQL API is")
        return sql.Session(address, grant, str(values.get("role", "")))

    def _current_user(self, login: ActingLogin, session: sql.Session, deadline: Deadline) -> str:
        actor = _SnowflakeActor(login, session, "")
        rows = self._rows(actor, "SELECT CURRENT_USER()", deadline)
        name = next(iter(rows[0].values()), "") if rows else ""
        if not name:
            self._refuse("Snowflake does not say which user this is")
        return name

    def _keys(self, actor: _SnowflakeActor, deadline: Deadline) -> _Keys:
        """Return all public keys of the user; whoever acts for another user needs to own it to see the slots."""
        who = sql.identifier(actor.user)
        slots = sql.slot_keys(self._rows(actor, f"DESCRIBE USER {who}", deadline))
        shown = "SHOW USER KEY PAIRS" if self._rotator is None else f"SHOW USER KEY PAIRS FOR USER {who}"
        flow = sql.run_if_known(actor.session, shown, self._asker.now())
        ran = self._asker.ask(actor.login, flow, deadline)
        return _Keys(None if ran is None else sql.named_keys(self._finished(actor, ran, deadline)), slots)

    def _rows(self, actor: _SnowflakeActor, statement: str, deadline: Deadline) -> tuple[sql.Row, ...]:
        ran = self._asker.ask(actor.login, sql.run(actor.session, statement, self._asker.now()), deadline)
        return self._finished(actor, ran, deadline)

    def _change(self, actor: _SnowflakeActor, what: str, deadline: Deadline) -> None:
        statement = f"ALTER USER {sql.identifier(actor.user)} {what}"
        flow = sql.run(actor.session, statement, self._asker.now())
        ran = self._asker.ask(actor.login, flow, deadline, changes=True)
        self._finished(actor, ran, deadline, changes=True)

    def _finished(
        self, actor: _SnowflakeActor, ran: sql.Ran, deadline: Deadline, *, changes: bool = False
    ) -> tuple[sql.Row, ...]:
        """Look again until a statement has come to its end."""
        while ran.rows is None:
            if deadline.remaining_s() <= _LOOK_AGAIN_S:
                raise CallFailed(ProbeStatus.INCONCLUSIVE, "the statement is still running", is_unknown=changes)
            self._asker.wait(_LOOK_AGAIN_S)
            flow = sql.look_again(actor.session, ran.handle, self._asker.now())
            try:
                ran = self._asker.ask(actor.login, flow, deadline)
            except CallFailed as failed:  # whatever is the matter, but for its own failure the statement runs on
                failed.is_unknown = changes and failed.status is not ProbeStatus.FORBIDDEN
                raise
        return ran.rows

    def _login_of(self, fields: Mapping[str, Value]) -> tuple[str, ...]:
        """Return whose key it is: the user of an account, whatever capitals they are written in."""
        values = text_values(self._own.method, fields)
        return tuple(str(values.get(name, "")).upper() for name in ("base_url", "account", "username"))

    def _fingerprint(self, fields: Mapping[str, Value]) -> str:
        return self._of_key(fingerprint_of, fields)

    def _of_key(self, read: Callable[[str, str], str], fields: Mapping[str, Value]) -> str:
        value = fields.get(self._key_field)
        pem = value.reveal() if isinstance(value, Secret) else ""
        try:
            return read(pem if isinstance(pem, str) else "", self._passphrase(fields))
        except ValueError as error:
            self._refuse(f"the private key {error}")

    def _passphrase(self, fields: Mapping[str, Value]) -> str:
        values = text_values(self._own.method, fields)
        return render_optional(self._auth.jwt.passphrase, values, TemplateContext.TEXT) or ""

    @property
    def _auth(self) -> SignedJwtAuth:
        if not isinstance(self._own.method.auth, SignedJwtAuth):
            self._refuse("only a credential that signs its own JWT has a key pair")
        return self._own.method.auth

    @property
    def _key_field(self) -> str:
        return names_in(self._auth.jwt.private_key)[0]

    def _refuse(self, why: str) -> NoReturn:
        raise CallFailed(ProbeStatus.UNSUPPORTED, why)


def _bare(fingerprint: str) -> str:
    return fingerprint.removeprefix("SHA256:").rstrip("=")
