"""Grants out of kept sessions: renewed once by all threads and processes, and stored before they are used.

A rotating refresh token may be used once. Who uses it twice is taken for a thief by many providers, which then log
everybody out; so does who loses the one that came for it.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nexcred.auth.at_hand import grant_at_hand, needs_session
from nexcred.auth.flow import AuthFlow, Grant, Refused, Session
from nexcred.auth.tokens import Tokens
from nexcred.connectors.filled_values import text_values
from nexcred.connectors.load.fast_reader import QuickMethod
from nexcred.errors import ChangedMeanwhile, MadeByNewer, NexcredError, NotPermitted, RolledBack, StoreFailed, VaultBusy
from nexcred.local.files import make_folder, reason
from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.shell_word import shell_word
from nexcred.model.times import utc_now
from nexcred.network.deadline import Deadline
from nexcred.vault.vault import Vault

if TYPE_CHECKING:
    from nexcred.connectors.language.spec import Method
    from nexcred.http.reach import Resolver

_ATTEMPTS = 3


class Subject(NamedTuple):
    """A credential and its values, as they were read together."""

    credential: Credential
    method: "Method"
    details: Details


class Sessions:
    """The sessions of one vault; threads may share it. `folder` is where processes of this user lock each other out."""

    def __init__(
        self,
        vault: Vault,
        folder: Path,
        environment: Mapping[str, str],
        *,
        clock: Callable[[], datetime] = utc_now,
        resolver: "Resolver | None" = None,
        reading: AbstractContextManager[object] | None = None,
    ) -> None:
        """Take the lock under which others read the vault, where they do so meanwhile."""
        self._vault = vault
        self._folder = folder / "sessions"
        self._environment = environment
        self._clock = clock
        self._resolver = resolver
        self._reading = reading or threading.Lock()
        self._renewing = threading.Condition()
        self._renewals = 0
        self._is_over = False

    def grant(self, subject: Subject, deadline: Deadline, refused: Grant | None = None) -> Grant:
        """Return what authenticates now, from the session where that is still good.

        A session that gave the grant which the provider `refused` is renewed, unless somebody else did so meanwhile.
        Raises Refused, TransportFailed, TemplateError, HostRefused, VaultBusy, ChangedMeanwhile, StoreFailed, and
        NotPermitted when this identity may not keep what a renewal brings.
        """
        at_hand = _without_asking(self._flow(subject, self._kept(subject)))
        if at_hand is not None and not (_is_same(at_hand, refused) and subject.method.auth.requests()):
            return at_hand
        may_keep = self._may_keep(subject)
        with self._renewal(subject, deadline):
            session = self._kept(subject)
            at_hand = _without_asking(self._flow(subject, session))
            if at_hand is not None:
                if not _is_same(at_hand, refused):
                    return at_hand
                session = _refused_session(subject.method, session)
            try:
                return self._renew(subject, session, deadline, may_keep=may_keep)
            except Refused as ended:
                if at_hand is not None and may_keep and ended.verdict.status.is_refusal:
                    self._forget_refused(subject, session or {})
                raise

    def now(self) -> datetime:
        return self._clock()

    def can_renew(self, subject: Subject) -> bool:
        """True where another grant can be had, and kept, without a person, whoever refused the present one."""
        try:
            self._may_keep(subject)
        except NotPermitted:
            return False
        session = _refused_session(subject.method, self._kept(subject))
        return _asks(self._flow(subject, session))

    def at_hand(self, credential: Credential, method: QuickMethod, details: Details) -> Grant | None:
        """Return what `grant` does where nobody is asked, by a look at the method; None where its spec has to say.

        Raises TemplateError.
        """
        if method.at_hand is None:
            return None
        values = text_values(method, details.fields)
        session = self.kept_session(credential) if needs_session(method.at_hand) else None
        return grant_at_hand(method.at_hand, values, self._clock(), session)

    def authorize(self, subject: Subject) -> "partial[Grant] | None":
        """Return what grants for a probe out of the session; None where the session would prove nothing."""
        return partial(self.grant, subject) if subject.method.auth.lives_in_session else None

    def remember(self, subject: Subject, session: Session) -> None:
        """Keep what was learned of how a kept grant is to be sent, where this identity may write."""
        if self._may_keep(subject):
            self._keep(subject.credential, session)

    def settle(self) -> None:
        """Begin no renewal any more, and wait for those that have begun; each is bounded by its deadline."""
        with self._renewing:
            self._is_over = True
            self._renewing.wait_for(lambda: self._renewals == 0)

    def _renew(self, subject: Subject, session: Session | None, deadline: Deadline, *, may_keep: bool) -> Grant:
        # What asks a provider takes half of all that a kept token takes, and is for one that is renewed.
        from nexcred.network.resolve import resolve
        from nexcred.services.grants.granting import granted, refuse_wrong_found, secrets_in

        grant = granted(
            self._flow(subject, session),
            subject.method,
            subject.details,
            deadline,
            environment=self._environment,
            resolver=self._resolver or resolve,
            secrets=secrets_in(session),
        )
        try:
            if grant.found:
                refuse_wrong_found(subject.method, subject.details, self._kept(subject), grant)
        except Refused:
            if grant.session is not None and may_keep and subject.method.auth.lives_in_session:
                self._keep(subject.credential, {**grant.session, "found": dict(Tokens.of(session).found)})
            raise
        if grant.session is not None and may_keep:
            self._keep(subject.credential, grant.session)
        return grant

    def _forget_refused(self, subject: Subject, session: Session) -> None:
        """Keep the session without the token that was refused, so that nobody is given it any more."""
        with suppress(ChangedMeanwhile, VaultBusy):
            self._keep(subject.credential, session)

    def _flow(self, subject: Subject, session: Session | None) -> AuthFlow:
        from nexcred.connectors.effective import authenticate  # knows the spec's types, which what is at hand needs not

        return authenticate(subject.method, subject.details.fields, self._clock(), session)

    def _kept(self, subject: Subject) -> Session | None:
        """Read the session; a scheme that asks nobody has none."""
        return self.kept_session(subject.credential) if subject.method.auth.requests() else None

    def kept_session(self, credential: Credential) -> Session | None:
        with self._reading:
            return self._vault.session(credential)

    def _may_keep(self, subject: Subject) -> bool:
        """Raise NotPermitted where what a renewal brings would be lost, and everybody's login with it."""
        try:
            self._vault.require_writable()
            with self._reading:
                self._vault.require_writer(subject.credential)
        except (NotPermitted, MadeByNewer, RolledBack):
            if not subject.method.auth.lives_in_session:
                return False
            name = subject.credential.name
            raise NotPermitted(
                f"the login of '{name}' has to be renewed, and this identity may not save the new one",
                hint=f"somebody who may change it renews it with: nexcred token {shell_word(name)}",
            ) from None
        return True

    def _keep(self, credential: Credential, session: Session) -> None:
        """Store it, and try again where others keep writing: there is no second chance to get it."""
        for attempt in range(_ATTEMPTS):
            try:
                with self._reading:
                    self._vault.edit(lambda edit: edit.keep_session(credential, dict(session)))
            except VaultBusy:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    @contextmanager
    def _renewal(self, subject: Subject, deadline: Deadline) -> Iterator[None]:
        """Let one thread of one process in; nothing breaks it off before what it was given is stored."""
        from nexcred.services.grants.uninterrupted import uninterrupted  # which what is at hand does without

        with self._renewing:
            if self._is_over:
                raise NexcredError("interrupted before the session was renewed")
            self._renewals += 1
        try:
            with self._locked(subject.credential, deadline), uninterrupted():
                yield
        finally:
            with self._renewing:
                self._renewals -= 1
                self._renewing.notify_all()

    @contextmanager
    def _locked(self, credential: Credential, deadline: Deadline) -> Iterator[None]:
        from nexcred.local.locking import locked

        make_folder(self._folder)
        with ExitStack() as held:
            try:
                held.enter_context(locked(self._folder / f"{credential.id}.lock", deadline.remaining_s()))
            except TimeoutError:
                raise VaultBusy(
                    f"another nexcred has been renewing the session of '{credential.name}' for {deadline.seconds:g} s",
                    hint="try again in a moment",
                ) from None
            except OSError as error:
                said = reason(error)
                raise StoreFailed(f"the session of '{credential.name}' cannot be locked for renewal: {said}") from None
            yield


def _without_asking(flow: AuthFlow) -> Grant | None:
    """Return the grant of a flow that asks nobody; None when it would."""
    try:
        next(flow)
    except StopIteration as end:
        grant: Grant = end.value
        return grant
    flow.close()
    return None


def _asks(flow: AuthFlow) -> bool:
    """True for a flow that asks somebody; false when it grants or gives up at once."""
    try:
        next(flow)
    except (StopIteration, Refused):
        return False
    flow.close()
    return True


def _is_same(grant: Grant, refused: Grant | None) -> bool:
    return refused is not None and (grant.token, grant.headers) == (refused.token, refused.headers)


def _refused_session(method: "Method", session: Session | None) -> Session | None:
    """Return the session without what was refused: what is left is enough to ask for more."""
    if session is None or not method.auth.lives_in_session:
        return None
    return {**session, "access_token": ""}
