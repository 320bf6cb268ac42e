"""Asking a provider whether a former secret still works, and keeping what is known of it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import (
    InvalidData,
    MadeByNewer,
    NotPermitted,
    RolledBack,
    SpecError,
    StoreFailed,
    UnknownConnector,
    VaultBusy,
)
from nexcred.model.credential import Credential, Details
from nexcred.model.lifecycle import Former, Policy
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.services.proving.prober import Prober
from nexcred.services.rotation.dead import ProofTerms, heard, next_question_in, proof_terms
from nexcred.services.rotation.former import former_by_revision, former_of, with_former
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.decoded import Decoded, open_details
from nexcred.vault.edit import Edit
from nexcred.vault.vault import Vault

# A command waits as long as that for the proof by itself; what takes longer is asked again later.
LONGEST_WAIT = timedelta(seconds=60)
_NOT_ASKED = "nobody asks with a token that was replaced, since it would be taken for stolen"
Wait = Callable[[timedelta], None]


class FormerKey:
    """One secret of a credential, to be asked with. `revisions` all have it, newest first; the present one may be it.

    Each question is kept where this identity may write; `unsaved` says why it is not, "" where it is.
    """

    def __init__(self, vault: Vault, credential: Credential, revisions: Sequence[int], prober: Prober) -> None:
        """Raise what reading the newest of them raises: NotPermitted, RevisionNotFound, MethodGone and their kin."""
        self.credential = credential
        self.revision = revisions[0]
        self.unsaved = ""
        self._vault, self._prober = vault, prober
        with vault.snapshot():
            self._newest = self._open(self.revision)
            self._others = self._older(revisions[1:])
            self.former = former_of(vault, credential, self.revision)

    @property
    def values(self) -> Decoded:
        return self._newest

    @property
    def connector(self) -> Connector:
        return self._newest.connector

    @property
    def method(self) -> Method:
        return self._newest.method

    @property
    def details(self) -> Details:
        return self._newest.details

    @property
    def is_present(self) -> bool:
        return self.revision == self.credential.version

    @property
    def terms(self) -> ProofTerms:
        return proof_terms(self.method)

    @property
    def can_be_asked(self) -> bool:
        """False where the provider's word is all that there is."""
        return self.method.probe is not None and not self.terms.is_never

    def now(self) -> datetime:
        return self._prober.now()

    def ask(self, *, timeout_s: float = DEFAULT_TIMEOUT_S, control: bool = False) -> ProbeResult:
        """Ask once, keep what it proves, and return the answer; raise HostRefused, InvalidData.

        The same secret may stand in several revisions beside another account or address: it works where one of them is
        accepted, and is refused where all are.
        """
        result = self._ask(timeout_s, control=control)
        self.note(lambda known: heard(known, self.revision, result.status, result.checked_at, self.terms), result)
        return result

    def note(self, change: Callable[[Former | None], Former | None], result: ProbeResult | None = None) -> None:
        """Change what is known of it, in the newest policy; who may not write keeps it to this command."""
        self.former = change(self.former)
        if self.former is None and not self.is_present:
            return

        def changed(policy: Policy) -> Policy:
            self.former = change(former_by_revision(policy).get(self.revision))
            return policy if self.former is None else with_former(policy, self.former)

        try:
            self._vault.require_writable()
            self._vault.edit(partial(self._write, changed, result))
        except (NotPermitted, MadeByNewer, RolledBack, StoreFailed, VaultBusy) as error:
            self.unsaved = error.message

    def prove(self, wait: Wait, told: Callable[[ProbeResult], None] = lambda _: None) -> ProbeResult:
        """Ask until it is dead, or still accepted after the time that its provider needs; return the last answer.

        It asks but once where asking harms, or where the time is more than a command waits for.
        """
        began = self.now()
        terms = self.terms
        result = self.ask()
        while not (terms.is_once or terms.settle > LONGEST_WAIT or self._is_decided(result, began)):
            told(result)
            if result.status.is_refusal and self.former is not None:
                wait(next_question_in(self.former, self.now(), terms))
            else:
                wait(terms.settle / terms.refusals)
            result = self.ask()
        return result

    def _is_decided(self, result: ProbeResult, began: datetime) -> bool:
        if self.former is not None and self.former.state == "dead":
            return True
        passed = self.now() - began
        if result.status.is_refusal:
            return passed > 3 * LONGEST_WAIT  # a clock that goes back
        return passed >= self.terms.settle

    def _ask(self, timeout_s: float, *, control: bool) -> ProbeResult:
        if self.terms.is_never:
            return ProbeResult(ProbeStatus.UNSUPPORTED, self.now(), 0, detail=_NOT_ASKED, version=self.revision)
        is_ended = self.former is not None and self.former.revoked_at is not None
        variants = (self._newest,) if self.terms.is_once else (self._newest, *self._others)
        results = []
        for decoded in variants:
            result = self._prober.probe(
                decoded.method,
                decoded.details,
                timeout_s=timeout_s,
                control=control,
                version=self.revision,
                is_ended=is_ended,
            )
            if result.status is ProbeStatus.ACCEPTED:
                return result
            results.append(result)
        return next((one for one in results if not one.status.is_refusal), results[0])

    def _open(self, revision: int) -> Decoded:
        return open_details(self._vault, self.credential, None if revision == self.credential.version else revision)

    def _older(self, revisions: Sequence[int]) -> list[Decoded]:
        """Return those that would be asked otherwise; one whose connector is gone cannot be."""
        found: list[Decoded] = []
        for revision in revisions:
            with suppress(UnknownConnector, SpecError, InvalidData):
                decoded = self._open(revision)
                if not any(_is_alike(decoded, one) for one in (self._newest, *found)):
                    found.append(decoded)
        return found

    def _write(self, changed: Callable[[Policy], Policy], result: ProbeResult | None, edit: Edit) -> None:
        edit.set_policy(self.credential, changed)
        if result is not None and self.is_present:
            edit.record_probe(self.credential, result)


def _is_alike(one: Decoded, other: Decoded) -> bool:
    return (one.connector.name, one.method.name, one.details.fields) == (
        other.connector.name,
        other.method.name,
        other.details.fields,
    )
