"""The provider's side of a rotation: who acts on the key, what proves a new one, and what proves the old one dead."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from nexcred.auth.server_login import LoginAuth
from nexcred.errors import Conflict, Damaged, MadeByNewer, NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.lifecycle import Former, FormerState
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.network.resolve import resolve
from nexcred.rotating.acting import Acting
from nexcred.rotating.find import rotator_for
from nexcred.rotating.rotator import Rotator
from nexcred.services.grants.sessions import Sessions
from nexcred.services.proving.prober import Prober
from nexcred.services.rotation.asking import FormerKey
from nexcred.services.rotation.dead import proved_in
from nexcred.services.rotation.former import revisions_with
from nexcred.services.rotation.logins import acting_login, refuse_strangers, rotator_login
from nexcred.services.rotation.work import Burial
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.decoded import Decoded
from nexcred.vault.vault import Vault


class RotationProvider:
    """Asks the providers of the credentials of one vault."""

    def __init__(
        self,
        vault: Vault,
        sessions: Sessions,
        prober: Prober,
        environment: Mapping[str, str],
        wait: Callable[[timedelta], None],
        *,
        is_plain: bool = False,
    ) -> None:
        self._vault, self._sessions, self._prober = vault, sessions, prober
        self._environment, self._wait, self._is_plain = environment, wait, is_plain

    def rotator(self, credential: Credential, values: Decoded) -> Rotator | None:
        """Return the engine, None where a person does it; raise UsageError where nobody is named to act for it."""
        if values.method.rotate is None or not values.method.rotate.is_asked:
            return None
        other = rotator_login(self._vault, self._sessions, credential, values)
        own = acting_login(self._vault, self._sessions, credential, values)
        acting = Acting(values.connector, own, other, self._environment, resolve, self._prober.now, self._is_plain)
        return rotator_for(acting)

    def ask(self, values: Decoded) -> ProbeResult:
        """Return what is proved of values, to a control too, but where a wrong password would be counted."""
        method, details = values.method, values.details
        pending = self._prober.unstored(method, details, None)
        control = not isinstance(method.auth, LoginAuth)
        return self._prober.probe(method, details, timeout_s=DEFAULT_TIMEOUT_S, control=control, authorize=pending)

    def bury(self, credential: Credential, revision: int, old: Decoded) -> Burial:
        """Ask with the secret of a revision until it is dead, and keep what is known of it."""
        del old
        key = FormerKey(self._vault, credential, revisions_with(self._vault, credential, revision), self._prober)
        if key.is_present:
            return Burial(is_dead=False, why="its secret is the present one")
        if key.former is None or key.former.revoked_at is None:
            state: FormerState = "revoked" if key.can_be_asked else "gone"
            now = key.now()
            key.note(lambda known: (known or Former(key.revision, state))._replace(state=state, revoked_at=now))
        if not key.can_be_asked:
            return Burial(is_dead=True, why="the old key is ended, as was said: nobody can be asked about it")
        if _is_over(key.former):
            return Burial(is_dead=True)
        result = key.prove(self._wait)
        if _is_over(key.former):
            return Burial(is_dead=True)
        if result.status is ProbeStatus.ACCEPTED:
            return Burial(is_dead=False, why="the old key is still accepted")
        if not result.status.is_refusal or key.former is None:
            return Burial(is_dead=False, why=f"asking with the old key proves nothing: {result.status.value}")
        now = key.now()
        until = now + proved_in(key.former, now, key.terms)
        return Burial(is_dead=False, why="the old key is revoked, and not proved dead yet", until=until)

    def refuse_needed(self, credential: Credential) -> None:
        """Raise Conflict for a credential that acts for another whose rotation is on its way, or may be."""
        for other in self._vault.with_kept():
            policy = other.policy
            if policy is None or policy.rotator != credential.id:
                continue
            try:
                refuse_strangers(self._vault, other)
                is_hanging = is_being_rotated(self._vault, other)
            except (Conflict, Damaged, MadeByNewer, NotPermitted):
                continue  # whoever may not use it stops nobody
            if is_hanging:
                raise Conflict(
                    f"'{make_visible(credential.name)}' acts for '{make_visible(other.name)}', which is being rotated",
                    hint=f"finish that first with: nexcred rotate --resume {shell_word(other.name)}",
                )


def is_being_rotated(vault: Vault, credential: Credential) -> bool:
    """True where a rotation is on its way, or where only those who can open it know that; raise nothing."""
    try:
        kept = vault.kept(credential)
    except (NotPermitted, MadeByNewer):
        return True
    except Damaged:  # nobody goes on with that
        return False
    return kept is not None and kept.journal is not None


def _is_over(former: Former | None) -> bool:
    return former is not None and former.state in ("dead", "gone")
