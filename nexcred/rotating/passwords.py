"""Passwords of logins, made here and set by the login itself; what is said to a server, each engine says.

A login has one password, so that a change leaves no time for both. With a second login, `alternate_username` and
`alternate_password`, the two take turns: the other one gets the new password and becomes the present one, and what was
the present one gets a fresh password when the grace is over, the one that the new values have kept for it.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from nexcred.auth.database_login import Connect, DatabaseLogin
from nexcred.auth.flow import Verdict
from nexcred.connectors.effective import login_of
from nexcred.databases.login_session import LoginSession, ServerRefused, open_login
from nexcred.model.credential import Value
from nexcred.model.made_secret import made_password
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret, repr_of
from nexcred.model.template import TemplateError
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.probing.login import judge_login
from nexcred.probing.plan import fit_to_show
from nexcred.rotating.acting import Acting
from nexcred.rotating.rotator import CallFailed, Ended, Kind, LivingKey, Planned

Fields = Mapping[str, Value]
_USER, _PASSWORD, _OTHER_USER, _OTHER_PASSWORD = "username", "password", "alternate_username", "alternate_password"
# How long a server may hold a statement back: one that is done long after its answer was given up surprises everybody.
_LONGEST_STATEMENT_S = 30
# MySQL's one number for a wrong password and much else, all of which an account that just logged in rules out.
_DENIED = "1045"
TO_GIVE_PLAIN = "if it takes no hash, --plain-password gives it the password itself, which its logs may keep"


class Looked(NamedTuple):
    """What a server says of a login: its name there, and how it keeps passwords.

    `keeps_old` is true where an old password can stay good beside a new one until it is ended.
    """

    user: str
    form: str
    iterations: int = 0
    keeps_old: bool = False

    def __repr__(self) -> str:
        return repr_of(self, "iterations", "keeps_old")


class PasswordRefusal(NamedTuple):
    """What it means that the server refused a change, in words around its own.

    `is_unknown` is true where it may have been made all the same.
    """

    status: ProbeStatus
    preface: str = ""
    hint: str = ""
    is_unknown: bool = False


class PasswordRefused(CallFailed):
    """The server refused this login's password."""


class PasswordRotator(ABC):
    """A Rotator for the logins of one server. No call waits for more than its deadline, nor does the server."""

    settles_s = 20  # a replica may know a new login later

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._fields: Fields = acting.own.details.fields
        self.kind: Kind = "add" if _has_other(self._fields) else "change"

    @abstractmethod
    def _look(self, session: LoginSession, connect: Connect, limit_s: int) -> Looked:
        """Find out what is needed to set the password, which no statement may take longer than `limit_s` for.

        Raises CallFailed where the server, the login or what stands between is not one to set it at.
        """

    @abstractmethod
    def _changing(self, looked: Looked, password: str, *, beside: bool) -> tuple[str, ...]:
        """Return the statements that set the password, `beside` the old one or in its place; raise CallFailed."""

    @abstractmethod
    def _why(self, login: DatabaseLogin) -> PasswordRefusal:
        """Return what the refusal of that statement means."""

    def plan(self, deadline: Deadline) -> Planned:
        """Look at what there is, and make the new values. The kind may be `add` from then on: see `keeps_old`."""
        fields = self._fields
        looked = self._looked(self._connect(fields), deadline)
        made = Secret(made_password())
        if not _has_other(fields):
            if looked.keeps_old:
                self.kind = "add"
            return Planned({**fields, _PASSWORD: made})
        if not (fields.get(_OTHER_USER) and fields.get(_OTHER_PASSWORD)):
            raise _not_done(f"{_OTHER_USER} and {_OTHER_PASSWORD} go together: one of them is missing")
        other = _other_of(fields)
        if other[_USER] == fields[_USER]:
            raise _not_done(f"{_OTHER_USER} must name another login than {_USER}")
        self._looked(self._connect(other), deadline)
        later = {_OTHER_USER: fields[_USER], _OTHER_PASSWORD: Secret(made_password())}
        return Planned({**other, _PASSWORD: made, **later})

    def create(self, planned: Fields | None, deadline: Deadline) -> Fields:
        """Set the new password, by the login that it is for."""
        if planned is None:
            raise _not_done("the new password was not made")
        by, beside = self._connect(_touched(self._fields, planned)), not _has_other(planned)
        self._change(by, _text(planned, _PASSWORD), deadline, beside=beside)
        return planned

    def orphans(self, before: tuple[LivingKey, ...], deadline: Deadline) -> tuple[LivingKey, ...] | None:  # noqa: ARG002
        return None

    def end_orphan(self, key: LivingKey, deadline: Deadline) -> Ended:  # noqa: ARG002
        raise CallFailed(ProbeStatus.UNSUPPORTED, "a database lists no passwords")

    def last_used(self, old: Fields, deadline: Deadline) -> datetime | None:  # noqa: ARG002
        return None

    def end(self, old: Fields, new: Fields, deadline: Deadline) -> Ended:
        """Make the old password a refused one.

        Of one login that has got its new password that is the new one; of the other of two, the one that was kept for
        it. An old login that the new values do not have is ended: it gets a password that nobody knows.
        """
        by, present = self._connect(old), self._connect(new)
        if old == new:
            self._end_login(by, deadline)
        elif (by.username, by.password) == (present.username, present.password):
            raise _not_done("the present values have the same password")
        elif _is_elsewhere(by, present):
            self._end_login(by, deadline)
        elif by.username == present.username:
            self._retire(by, present, deadline)
        elif by.username == new.get(_OTHER_USER):
            self._change(by, _text(new, _OTHER_PASSWORD), deadline)
        else:
            self._end_login(by, deadline)
        return "gone"

    def undo(self, old: Fields, new: Fields, deadline: Deadline) -> None:
        """Set the former password again, by the new one and at its own server: no other learns it."""
        by = self._connect(new)
        if _is_elsewhere(by, self._connect(_touched(old, new))):
            raise _not_done("the old and the new password are those of another server each")
        self._change(by, _text(_touched(old, new), _PASSWORD), deadline)

    def holds(self, old: Fields, new: Fields, deadline: Deadline) -> Literal["old", "new"] | None:
        """Return which password holds after the answer of `create` was lost, None for neither; each is asked once.

        Raises CallFailed where the server does not say.
        """
        if self._accepts(self._connect(new), deadline):
            return "new"
        return "old" if self._accepts(self._connect(_touched(old, new)), deadline) else None

    def _retire(self, old: Connect, new: Connect, deadline: Deadline) -> None:
        """Make sure that of one login the new password holds, and the old one no longer."""
        self._change(old, new.password, deadline)

    def _end_login(self, connect: Connect, deadline: Deadline) -> None:
        try:
            self._put(connect, made_password(), deadline)
        except PasswordRefused:
            return  # ended before

    def _change(self, by: Connect, to: str, deadline: Deadline, *, beside: bool = False) -> None:
        """Set a login's password, by the one it has; that it has the new one already is as good."""
        try:
            self._put(by, to, deadline, beside=beside)
        except PasswordRefused:
            if not self._accepts(by._replace(password=to), deadline):
                raise

    def _put(self, connect: Connect, password: str, deadline: Deadline, *, beside: bool = False) -> None:
        with self._opened(connect, deadline) as session:
            looked = self._look_by(session, connect, deadline)
            for statement in self._changing(looked, password, beside=beside):
                self._say(session, statement, (connect.password, password))

    def _say(self, session: LoginSession, statement: str, hidden: tuple[str, ...]) -> None:
        """Have a statement done that changes something."""
        try:
            session.ask(statement)
        except ServerRefused as refused:
            login, why = refused.login, self._why(refused.login)
            said = _shown(f"{login.message} ({login.code})", (*hidden, *_literals(statement)))
            raise CallFailed(why.status, f"{why.preface}{said}{why.hint}", is_unknown=why.is_unknown) from None
        except TransportFailed as failed:
            raise CallFailed(failed.status, _shown(failed.detail, hidden), is_unknown=True) from None

    def _looked(self, connect: Connect, deadline: Deadline) -> Looked:
        with self._opened(connect, deadline) as session:
            return self._look_by(session, connect, deadline)

    def _look_by(self, session: LoginSession, connect: Connect, deadline: Deadline) -> Looked:
        if not session.is_private:
            raise _not_done("others may read this line: set sslmode to verify-full, with the server's ca_certificate")
        limit_s = min(int(deadline.remaining_s() / 2), _LONGEST_STATEMENT_S)  # so that the server gives up first
        return self._look(session, connect, max(1, limit_s))

    def _accepts(self, connect: Connect, deadline: Deadline) -> bool:
        try:
            with self._opened(connect, deadline):
                return True
        except PasswordRefused:
            return False

    @contextmanager
    def _opened(self, connect: Connect, deadline: Deadline) -> Iterator[LoginSession]:
        acting = self._acting
        try:
            with open_login(connect, deadline, environment=acting.environment, resolver=acting.resolver) as session:
                if not session.was_asked:
                    raise _not_done("the server lets this user in without asking for the password")
                yield session
        except ServerRefused as refused:
            verdict = judge_login(connect, refused.login, "", {})
            detail = _shown(verdict.detail, (connect.password,))
            is_wrong = verdict.status is ProbeStatus.REJECTED or refused.login.code == _DENIED
            raise (PasswordRefused if is_wrong else CallFailed)(verdict.status, detail) from None
        except TransportFailed as failed:
            raise CallFailed(failed.status, _shown(failed.detail, (connect.password,))) from None

    def _connect(self, fields: Fields) -> Connect:
        try:
            connect = login_of(self._acting.own.method, fields)
        except TemplateError as error:
            raise _not_done(f"{error.name} {error.problem}") from None
        assert connect is not None, "a database's engine is for its logins"
        return connect


def escaped(text: str) -> str:
    """Return what stands between the quotes of a literal that reads backslashes."""
    return text.replace("\\", "\\\\").replace("'", "''")


def _has_other(fields: Fields) -> bool:
    return bool(fields.get(_OTHER_USER) or fields.get(_OTHER_PASSWORD))


def _other_of(fields: Fields) -> dict[str, Value]:
    return {**fields, _USER: fields[_OTHER_USER], _PASSWORD: fields[_OTHER_PASSWORD]}


def _touched(old: Fields, new: Fields) -> Fields:
    """Return the old values of the login that `new` has a new password of."""
    return _other_of(old) if new[_USER] == old.get(_OTHER_USER) and new[_USER] != old[_USER] else old


def _is_elsewhere(one: Connect, other: Connect) -> bool:
    return (one.host, one.address, one.port) != (other.host, other.address, other.port)


def _text(fields: Fields, name: str) -> str:
    value = fields[name]
    shown = value.reveal() if isinstance(value, Secret) else value
    if isinstance(shown, bytes):
        raise _not_done(f"{name} is not text")
    return str(shown)


def _literals(statement: str) -> list[str]:
    """Return what a statement quotes: a server may say where in it a fault is."""
    return [part for part in statement.split("'")[1::2] if part]


def _not_done(why: str) -> CallFailed:
    return CallFailed(ProbeStatus.INCONCLUSIVE, why)


def _shown(detail: str, secrets: tuple[str, ...]) -> str:
    fields = {str(number): Secret(secret) for number, secret in enumerate(secrets) if secret}
    return fit_to_show(Verdict(ProbeStatus.INCONCLUSIVE, detail=detail), fields).detail
