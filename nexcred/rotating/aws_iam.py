"""The access key of an IAM user: a second key beside it, then the first Inactive, then deleted.

The key acts for itself, or another credential for it. Nothing is asked of IAM with a key that is to end, once there is
the new one: IAM would count that as its last use.
"""

import time
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from typing import NoReturn

from nexcred.auth.assumed_role import read_role_keys
from nexcred.auth.flow import Request, Response
from nexcred.auth.request import RequestSpec
from nexcred.auth.sigv4 import SigV4
from nexcred.auth.sigv4_signature import Keys
from nexcred.connectors.filled_values import text_values
from nexcred.model.credential import Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret, repr_of
from nexcred.model.template import TemplateContext, names_in, render, render_optional
from nexcred.network.deadline import Deadline
from nexcred.rotating import aws_iam_calls as iam
from nexcred.rotating.acting import Acting, ActingLogin
from nexcred.rotating.asking import Asker
from nexcred.rotating.rotator import CallFailed, Ended, Kind, LivingKey, Planned

# A key that is new, or active again, is refused for some seconds.
SETTLES_S = 20
_NEW_KEY = (ProbeStatus.REJECTED, ProbeStatus.FORBIDDEN)
_ENDPOINT = "iam_endpoint_url"
_ROTATED_BY_HAND = "rotate it by hand"


def make(acting: Acting) -> "AwsIam":
    return AwsIam(acting)


class _IamActor(NamedTuple):
    """Who calls, and of which user the keys are: "" for the caller's own."""

    login: ActingLogin
    signer: iam.Signer
    user: str

    def __repr__(self) -> str:
        return repr_of(self)


class AwsIam:
    """Rotates the access key of a SigV4 credential. `pause` waits for some seconds."""

    kind: Kind = "add"
    settles_s = SETTLES_S

    def __init__(self, acting: Acting, pause: Callable[[float], None] = time.sleep) -> None:
        self._own = acting.own
        self._rotator = acting.rotator
        self._asker = Asker(acting, pause)

    def plan(self, deadline: Deadline) -> Planned:
        """List the keys of the user; when there are as many as may be, also when each was last used."""
        fields = self._own.details.fields
        self._refuse_what_cannot_rotate(fields)
        if self._rotator is None:
            self._refuse_who_is_no_user(deadline)
        actor = self._actor(fields, deadline)
        listed = self._list(actor, deadline)
        is_full = len(listed) >= iam.MOST_KEYS
        living = tuple(
            LivingKey(key.id, key.created_at, self._use(actor, key.id, deadline) if is_full else None) for key in listed
        )
        return Planned(None, living, self._id(fields), iam.MOST_KEYS)

    def create(self, planned: Mapping[str, Value] | None, deadline: Deadline) -> Mapping[str, Value]:  # noqa: ARG002
        """Have IAM make a key; each call makes one more."""
        fields = self._own.details.fields
        self._refuse_what_cannot_rotate(fields)
        actor = self._actor(fields, deadline)
        flow = iam.create_key(actor.signer, actor.user, self._asker.now())
        made = self._asker.ask(actor.login, flow, deadline, changes=True)
        auth = self._auth(self._own)
        secret = Secret(made.secret_key)
        self._asker.hide({"secret_key": secret})
        return {**fields, _field(auth.access_key_id): made.access_key_id, _field(auth.secret_key): secret}

    def orphans(self, before: tuple[LivingKey, ...], deadline: Deadline) -> tuple[LivingKey, ...]:
        """Return the keys that were not there before."""
        fields = self._own.details.fields
        known = {key.id for key in before} | {self._id(fields)}
        listed = self._list(self._actor(fields, deadline), deadline)
        return tuple(LivingKey(key.id, key.created_at) for key in listed if key.id not in known)

    def end_orphan(self, key: LivingKey, deadline: Deadline) -> Ended:
        """Delete it at once: nobody has its secret."""
        self._delete(self._actor(self._own.details.fields, deadline), key.id, deadline)
        return "gone"

    def last_used(self, old: Mapping[str, Value], deadline: Deadline) -> datetime | None:
        """Return what IAM says of it; None also where it may not be asked."""
        return self._use(self._actor(self._own.details.fields, deadline), self._id(old), deadline)

    def end(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> Ended:
        """Make the old key Inactive, by the next call delete it. A key that ends itself is deleted at once."""
        old_id = self._id(old)
        if old != new:
            self._refuse_same(old, new)
        elif self._rotator is None:
            self._delete(self._by_itself(old), old_id, deadline)
            return "gone"
        actor = self._actor(new, deadline)
        status = self._asker.patiently(lambda: self._is_active(actor, old_id, deadline), deadline, SETTLES_S, _NEW_KEY)
        if status is None:
            return self._end_unlisted(old, deadline)
        if status:
            self._set_active(actor, old_id, deadline, is_active=False)
            # The next call goes by the list, which may be some seconds late.
            self._asker.until(lambda: not self._is_active(actor, old_id, deadline), deadline, SETTLES_S)
            return "disabled"
        self._delete(actor, old_id, deadline)
        return "gone"

    def undo(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> None:
        """Activate the old key again, and delete the new one by a call that the old one signs: so it is good."""
        self._refuse_same(old, new)
        old_id, new_id = self._id(old), self._id(new)
        try:
            helper = self._actor(old, deadline)
            status = self._is_active(helper, old_id, deadline)
        except CallFailed as failed:
            if failed.status is not ProbeStatus.REJECTED or self._rotator:
                raise
            helper = self._actor(new, deadline)
            status = self._is_active(helper, old_id, deadline)
        if status is None:
            raise CallFailed(ProbeStatus.REJECTED, f"the access key {old_id} is deleted, and cannot be had again")
        if not status:
            self._set_active(helper, old_id, deadline, is_active=True)
        by_old = self._actor(old, deadline)
        self._asker.patiently(lambda: self._delete(by_old, new_id, deadline), deadline, SETTLES_S, _NEW_KEY)

    def _refuse_same(self, old: Mapping[str, Value], new: Mapping[str, Value]) -> None:
        """Refuse one access key with two secrets, one of which is wrong."""
        if self._id(old) == self._id(new):
            self._refuse("the old and the new values have the same access key ID")

    def _end_unlisted(self, old: Mapping[str, Value], deadline: Deadline) -> Ended:
        """End a key that the user does not have: it is gone, or is another user's, and then does it itself."""
        by_itself = self._by_itself(old)
        if not self._asker.ask(by_itself.login, iam.is_unknown(by_itself.signer, self._asker.now()), deadline):
            self._delete(by_itself, self._id(old), deadline)
        return "gone"

    def _by_itself(self, fields: Mapping[str, Value]) -> _IamActor:
        own = self._asker.own(fields)
        return _IamActor(own, self._signer(own, self._keys(own)), "")

    def _actor(self, fields: Mapping[str, Value], deadline: Deadline) -> _IamActor:
        """Return who acts: the rotator for the user whose key it is, else the key of these fields for itself."""
        if self._rotator is None:
            return self._by_itself(fields)
        keys = self._asker.ask(self._rotator, self._rotators_keys(self._rotator), deadline)
        signer = self._signer(self._rotator, keys)
        flow = iam.key_use(signer, self._id(self._own.details.fields), self._asker.now())
        user, _ = self._asker.ask(self._rotator, flow, deadline)
        if not user:
            self._refuse(f"IAM names no user for the access key: {_ROTATED_BY_HAND}")
        return _IamActor(self._rotator, signer, user)

    def _list(self, actor: _IamActor, deadline: Deadline) -> tuple[iam.ListedAccessKey, ...]:
        flow = iam.list_keys(actor.signer, actor.user, self._asker.now())
        return self._asker.ask(actor.login, flow, deadline)

    def _is_active(self, actor: _IamActor, key_id: str, deadline: Deadline) -> bool | None:
        """Return whether a key signs; None where there is none."""
        return next((key.is_active for key in self._list(actor, deadline) if key.id == key_id), None)

    def _use(self, actor: _IamActor, key_id: str, deadline: Deadline) -> datetime | None:
        flow = iam.key_use(actor.signer, key_id, self._asker.now())
        try:
            return self._asker.ask(actor.login, flow, deadline)[1]
        except CallFailed as failed:
            if failed.status is ProbeStatus.FORBIDDEN:
                return None
            raise

    def _set_active(self, actor: _IamActor, key_id: str, deadline: Deadline, *, is_active: bool) -> None:
        flow = iam.set_active(actor.signer, actor.user, key_id, self._asker.now(), is_active=is_active)
        self._asker.ask(actor.login, flow, deadline, changes=True)

    def _delete(self, actor: _IamActor, key_id: str, deadline: Deadline) -> None:
        flow = iam.delete_key(actor.signer, actor.user, key_id, self._asker.now())
        self._asker.ask(actor.login, flow, deadline, changes=True)

    def _refuse_what_cannot_rotate(self, fields: Mapping[str, Value]) -> None:
        keys = self._keys(self._asker.own(fields))
        if keys.session_token or keys.access_key_id.startswith("ASIA"):
            self._refuse("temporary keys are not rotated: they end by themselves, and come anew from where these came")
        if _ENDPOINT not in fields and any(name in fields for name in self._own.method.own_hosts):
            self._refuse(
                f"the key is for a store of its own address, whose keys IAM of AWS does not know: {_ROTATED_BY_HAND}"
            )

    def _refuse_who_is_no_user(self, deadline: Deadline) -> None:
        """Refuse the root user, whose keys are to be given up, and whoever is no user."""
        values = text_values(self._own.method, self._own.details.fields)
        sts = self._auth(self._own).services.get("sts")
        if sts is None:
            return
        own = self._asker.own(self._own.details.fields)
        signer = self._signer(own, self._keys(own))
        region = render(self._auth(own).region, values, TemplateContext.HEADER)
        address = RequestSpec(url=sts).build(values).url
        arn = self._asker.ask(
            own, iam.caller_arn(signer._replace(url=address, region=region, service="sts"), self._asker.now()), deadline
        )
        if arn.endswith(":root"):
            self._refuse(
                "this is a key of the account's root user: use one of an IAM user instead, and delete this one"
            )
        if ":user/" not in arn:
            self._refuse("temporary keys are not rotated: they end by themselves, and come anew from where these came")

    def _refuse(self, why: str) -> NoReturn:
        raise CallFailed(ProbeStatus.UNSUPPORTED, why)

    def _id(self, fields: Mapping[str, Value]) -> str:
        return self._keys(self._asker.own(fields)).access_key_id

    def _keys(self, login: ActingLogin) -> Keys:
        auth, values = self._auth(login), text_values(login.method, login.details.fields)
        return Keys(
            render(auth.access_key_id, values, TemplateContext.HEADER),
            render(auth.secret_key, values, TemplateContext.TEXT),
            render_optional(auth.session_token, values, TemplateContext.HEADER) or "",
        )

    def _rotators_keys(self, login: ActingLogin) -> Generator[Request, Response, Keys]:
        """Return the keys that a rotator signs with: those of its role, where it has one."""
        auth, values, now = self._auth(login), text_values(login.method, login.details.fields), self._asker.now()
        arn = auth.role.arn_in(values) if auth.role else None
        if auth.role is None or arn is None:
            return self._keys(login)
        region = render(auth.region, values, TemplateContext.HEADER)
        kept = read_role_keys(login.session, arn, now)
        return (kept or (yield from auth.role.assume(values, arn, self._keys(login), region, now))).keys

    def _signer(self, login: ActingLogin, keys: Keys) -> iam.Signer:
        values = text_values(login.method, login.details.fields)
        region = iam.signing_region(render(self._auth(login).region, values, TemplateContext.HEADER))
        address = values.get(_ENDPOINT)
        if not isinstance(address, str):
            self._refuse(f"its connector has no {_ENDPOINT}, where IAM is")
        return iam.Signer(address, region, keys)

    def _auth(self, login: ActingLogin) -> SigV4:
        if not isinstance(login.method.auth, SigV4):
            self._refuse("only a credential that signs requests to AWS can act on its keys")
        return login.method.auth


def _field(template: str) -> str:
    """Return the field that a template is."""
    return names_in(template)[0]
