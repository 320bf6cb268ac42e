"""The key of a Google service account: a pair made here, its public half uploaded; the old one disabled, then deleted.

The private key never leaves this machine. The account acts for itself by its key, or another credential for it.
"""

import json
import re
import time
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from typing import NoReturn, TypeVar

from msgspec.structs import replace

from nexcred.auth.flow import Request, Response
from nexcred.auth.jwt_bearer import JwtBearer
from nexcred.auth.new_key_pair import fingerprint_of, new_private_key, self_signed_certificate
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.language.json_text import json_text
from nexcred.model import strict_json
from nexcred.model.credential import Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret, repr_of
from nexcred.network.deadline import Deadline
from nexcred.rotating import google_key_calls as iam
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.rotating.asking import Asker
from nexcred.rotating.rotator import CallFailed, Ended, Kind, LivingKey, Planned

T = TypeVar("T")
# IAM, "Create and delete service account keys": it may take 60 seconds or more before a new key can be used.
SETTLES_S = 60
_NEW_KEY = (ProbeStatus.REJECTED,)
_ENDPOINT = "iam_url"
# What IAM's addresses are made of: whoever wrote a key file could lead a call to another one by it.
_PLAIN, _PLAIN_ID = re.compile(r"[A-Za-z0-9@._:-]{1,256}"), re.compile(r"[A-Za-z0-9_-]{1,128}")
_KEY, _KEY_ID, _EMAIL, _PROJECT = "private_key", "private_key_id", "client_email", "project_id"


def make(acting: Acting) -> "GoogleKey":
    return GoogleKey(acting)


class _GoogleActor(NamedTuple):
    """Who asks with a fresh token, and about the keys of which account."""

    login: ActingLogin
    account: iam.Account

    def __repr__(self) -> str:
        return repr_of(self)


class GoogleKey:
    """Rotates the key of a service account. `pause` waits for some seconds."""

    kind: Kind = "add"
    settles_s = SETTLES_S

    def __init__(self, acting: Acting, pause: Callable[[float], None] = time.sleep) -> None:
        self._own = acting.own
        self._rotator = acting.rotator
        self._asker = Asker(acting, pause)

    def plan(self, deadline: Deadline) -> Planned:
        """List the keys of the account, and make a pair. Which id the new key will have nobody knows before."""
        fields = self._own.details.fields
        listed = self._list(self._actor(fields, deadline), deadline)
        living = tuple(LivingKey(key.id, key.created_at) for key in listed)
        return Planned(
            self._with_key(new_private_key(), ""), living, self._said(fields, _KEY_ID) or None, iam.MOST_KEYS
        )

    def create(self, planned: Mapping[str, Value] | None, deadline: Deadline) -> Mapping[str, Value]:
        """Upload the public key, unless the account has it: so an upload whose answer was lost is found again."""
        if planned is None:
            raise ValueError("a key that is made here is planned before it is created")
        private_key = self._said(planned, _KEY)
        self._asker.hide({_KEY: Secret(private_key)})
        actor = self._actor(self._own.details.fields, deadline)
        key_id = self._find(actor, planned, deadline)
        if key_id is None:
            certificate = self_signed_certificate(private_key, self._asker.now())
            flow = iam.upload_key(actor.account, certificate, self._asker.now())
            key_id = self._ask(actor, flow, deadline, changes=True)
        return self._with_key(private_key, key_id)

    def orphans(self, before: tuple[LivingKey, ...], deadline: Deadline) -> tuple[LivingKey, ...]:
        """Return the keys that were not there before."""
        fields = self._own.details.fields
        actor = self._actor(fields, deadline)
        present = self._id(actor, fields, deadline)
        if present is None:
            self._refuse("which of the account's keys is the present one is not known")
        known = {key.id for key in before} | {present}
        listed = self._list(actor, deadline)
        return tuple(LivingKey(key.id, key.created_at) for key in listed if key.id not in known)

    def end_orphan(self, key: LivingKey, deadline: Deadline) -> Ended:
        """Delete it at once: nobody has its private key."""
        self._delete(self._actor(self._own.details.fields, deadline), self._checked(key.id, _PLAIN_ID), deadline)
        return "gone"

    def last_used(self, old: Mapping[str, Value], deadline: Deadline) -> datetime | None:  # noqa: ARG002
        """Return None: IAM does not say; Policy Analyzer does, of whole days."""
        return None

    def end(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> Ended:
        """Disable the old key, by the next call delete it. A key that ends itself is deleted at once."""
        is_of_another = self._said(old, _EMAIL) != self._said(new, _EMAIL)
        if not is_of_another:
            self._refuse_same(old, new)
        ends_itself = self._rotator is None and (is_of_another or old == new)
        by = old if ends_itself else new
        actor = self._asker.patiently(lambda: self._actor(by, deadline, of=old), deadline, SETTLES_S, _NEW_KEY)
        old_id = self._id(actor, old, deadline)
        if old_id is None:
            return "gone"
        if not ends_itself:
            if old != new and not is_of_another and old_id == self._id(actor, new, deadline):
                self._refuse("the old and the new key file name the same private_key_id: one of them is wrong")
            if self._is_enabled(actor, old_id, deadline):
                self._set_enabled(actor, old_id, deadline, is_enabled=False)
                # The next call goes by what IAM says of it, which may be some seconds late.
                self._asker.until(lambda: not self._is_enabled(actor, old_id, deadline), deadline, SETTLES_S)
                return "disabled"
        self._delete(actor, old_id, deadline)
        return "gone"

    def undo(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> None:
        """Enable the old key again, and delete the new one with a token that the old one gets: so it is good."""
        self._refuse_same(old, new, is_undo=True)
        try:
            helper = self._actor(old, deadline)
        except CallFailed as failed:
            if failed.status is not ProbeStatus.REJECTED:
                raise
            helper = self._actor(new, deadline)
        old_id = self._id(helper, old, deadline) or ""
        is_enabled = self._is_enabled(helper, old_id, deadline) if old_id else None
        if is_enabled is None:
            raise CallFailed(ProbeStatus.REJECTED, "the old key is deleted, and cannot be had again")
        if not is_enabled:
            self._set_enabled(helper, old_id, deadline, is_enabled=True)
        by_old = self._asker.patiently(lambda: self._actor(old, deadline), deadline, SETTLES_S, _NEW_KEY)
        new_id = self._id(by_old, new, deadline)
        if new_id is not None and new_id != old_id:
            self._delete(by_old, new_id, deadline)

    def _actor(
        self, fields: Mapping[str, Value], deadline: Deadline, *, of: Mapping[str, Value] | None = None
    ) -> _GoogleActor:
        """Return who acts: the rotator, else the account itself by the key of these fields.

        The keys are those of the account that `of` is of, where it is not the present one.
        """
        login = self._rotator or self._asker.own(fields)
        address = text_values(login.method, login.details.fields).get(_ENDPOINT)
        if not isinstance(address, str):
            self._refuse(f"its connector has no {_ENDPOINT}, where IAM is")
        about = self._own.details.fields if of is None else of
        grant = self._asker.granted(self._for_iam(login), deadline)
        project, email = (self._checked(self._said(about, name), _PLAIN) for name in (_PROJECT, _EMAIL))
        return _GoogleActor(login, iam.Account(address, project, email, grant))

    def _for_iam(self, login: ActingLogin) -> ActingLogin:
        """Return the login with tokens for IAM, which those of the credential's own scope are not."""
        auth = login.method.auth
        if login.authorize is not None:
            return login
        if not isinstance(auth, JwtBearer):
            self._refuse("only a credential that gets tokens of Google can act on keys of its service accounts")
        scoped = replace(auth, jwt=replace(auth.jwt, claims={**auth.jwt.claims, "scope": iam.SCOPE}))
        return login._replace(method=replace(login.method, auth=scoped), session=None)

    def _ask(
        self, actor: _GoogleActor, flow: Generator[Request, Response, T], deadline: Deadline, *, changes: bool = False
    ) -> T:
        return self._asker.ask(actor.login, flow, deadline, changes=changes)

    def _list(self, actor: _GoogleActor, deadline: Deadline) -> tuple[iam.ListedGoogleKey, ...]:
        return self._ask(actor, iam.list_keys(actor.account, self._asker.now()), deadline)

    def _id(self, actor: _GoogleActor, fields: Mapping[str, Value], deadline: Deadline) -> str | None:
        """Return the id of a key: as its file has it, else of the key that has the same public half."""
        return self._checked(self._said(fields, _KEY_ID), _PLAIN_ID) or self._find(actor, fields, deadline)

    def _find(self, actor: _GoogleActor, fields: Mapping[str, Value], deadline: Deadline) -> str | None:
        """Return the id that a key has at IAM, by its public half; None where it is not there."""
        sought = self._fingerprint(fields)
        for key in self._list(actor, deadline):
            flow = iam.key_fingerprint(actor.account, key.id, self._asker.now())
            if self._ask(actor, flow, deadline) == sought:
                return key.id
        return None

    def _fingerprint(self, fields: Mapping[str, Value]) -> str:
        try:
            return fingerprint_of(self._said(fields, _KEY))
        except ValueError as error:
            self._refuse(f"the private key in the key file {error}")

    def _refuse_same(self, old: Mapping[str, Value], new: Mapping[str, Value], *, is_undo: bool = False) -> None:
        """Refuse two key files that have one key, however it is written; what ends itself is not two."""
        if (is_undo or old != new) and self._fingerprint(old) == self._fingerprint(new):
            self._refuse("the old and the new key file have the same key")

    def _checked(self, said: str, form: re.Pattern[str]) -> str:
        """Return what stands in an address; refuse what would lead to another one."""
        if said and (not form.fullmatch(said) or set(said) == {"."}):
            self._refuse("the key file names what is no key, project or account of Google's")
        return said

    def _is_enabled(self, actor: _GoogleActor, key_id: str, deadline: Deadline) -> bool | None:
        """Return whether a key gets tokens; None where there is none."""
        key = self._ask(actor, iam.read_key(actor.account, key_id, self._asker.now()), deadline)
        return None if key is None else key.is_enabled

    def _set_enabled(self, actor: _GoogleActor, key_id: str, deadline: Deadline, *, is_enabled: bool) -> None:
        flow = iam.set_enabled(actor.account, key_id, self._asker.now(), is_enabled=is_enabled)
        self._ask(actor, flow, deadline, changes=True)

    def _delete(self, actor: _GoogleActor, key_id: str, deadline: Deadline) -> None:
        self._ask(actor, iam.delete_key(actor.account, key_id, self._asker.now()), deadline, changes=True)

    def _with_key(self, private_key: str, key_id: str) -> dict[str, Value]:
        """Return the present values with another private key in the key file; all else in it stays as it was."""
        fields = self._own.details.fields
        changed = {**self._key_file(fields), _KEY: private_key, _KEY_ID: key_id}
        kept = {name: value for name, value in changed.items() if name != _KEY_ID or key_id}
        return {**fields, self._field: Secret(json.dumps(kept, indent=2))}

    def _said(self, fields: Mapping[str, Value], name: str) -> str:
        """Return what the key file says under a name; "" where it says nothing."""
        found = self._key_file(fields).get(name)
        return found if isinstance(found, str) else ""

    def _key_file(self, fields: Mapping[str, Value]) -> dict[str, object]:
        value = fields.get(self._field)
        text = value.reveal() if isinstance(value, Secret) else ""
        try:
            found = strict_json.loads(json_text(text) if isinstance(text, str) else "")
        except ValueError:
            found = None
        if not isinstance(found, dict) or not isinstance(found.get(_KEY), str):
            self._refuse("the credential holds no key file of a service account")
        return found

    @property
    def _field(self) -> str:
        """The field that holds the key file."""
        fields = self._own.method.fields
        return next((field.name for field in fields if any(part.pick == _KEY for part in field.parts)), "")

    def _refuse(self, why: str) -> NoReturn:
        raise CallFailed(ProbeStatus.UNSUPPORTED, why)
