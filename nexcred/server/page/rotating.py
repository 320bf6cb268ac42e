"""Replacing a key: by its provider's calls, or with one that a person made; and going on, or back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from nexcred.connectors.guidance import revoke_for
from nexcred.errors import InvalidData, MissingField, Problem, Rejected, UsageError
from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible
from nexcred.server.call import Call, Reply
from nexcred.server.page.field_input import PREFIX, inputs_of, problems_of, problems_told, read_typed
from nexcred.server.page.found import find_record
from nexcred.server.page.handling import SentForm, lead_to, render
from nexcred.server.page.job import JobLine, PageJob
from nexcred.server.page.site import PageSite
from nexcred.server.page.systems import title_of
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import prepare_update
from nexcred.services.grants.login import needs_login
from nexcred.services.grants.sessions import Sessions
from nexcred.services.rotation.advance import resume, rotate
from nexcred.services.rotation.by_hand import fields_of_new_key, hand_place, rotate_by_hand
from nexcred.services.rotation.holders import refuse_siblings
from nexcred.services.rotation.making import Wanted
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.provider import RotationProvider
from nexcred.services.rotation.setting_up import RotationPerson, rotation_tools
from nexcred.services.rotation.undoing import undo
from nexcred.services.rotation.words import may_lose_both, outcome_words, plan_of, step_words, told_before
from nexcred.services.rotation.work import Tools, Work
from nexcred.services.values.decoded import Decoded
from nexcred.vault.journal import Journal, RotationKind

Act = Callable[[Work, RotationProvider], RotationOutcome]
_SAME = "that is the old key: give the new one"
_ON_ITS_WAY: dict[str, Callable[[Work], RotationOutcome]] = {
    "resume": resume,
    "end_now": partial(resume, now_at_once=True),
    "undo": undo,
}


class RotationView(NamedTuple):
    """How the key of a credential is replaced, and how far that has come. `also` get the new one at once."""

    credential: Credential
    values: Decoded
    kind: RotationKind
    journal: Journal | None
    also: tuple[str, ...]

    def __repr__(self) -> str:
        return repr_of(self, "credential", "kind")

    @property
    def wants_key(self) -> bool:
        """True where a person gives the new key: at the beginning, or once more after it was refused."""
        return self.kind == "by_hand" and (self.journal is None or self.journal.step == "made")

    @property
    def can_end_now(self) -> bool:
        """True while both keys work."""
        return self.kind == "add" and self.journal is not None and self.journal.step == "switched"

    @property
    def may_have_left_keys(self) -> bool:
        """True where it hangs because keys were made, and nobody knows their secrets."""
        journal = self.journal
        return journal is not None and journal.kind == "add" and journal.step == "planned" and bool(journal.hangs)


def show_rotation(site: PageSite, call: Call) -> Reply:
    """Show how it goes, before anything is done."""
    credential = _allowed(call)
    return _show(site, _look(site, call, credential))


def take_rotation(site: PageSite, call: Call, form: SentForm) -> Reply:
    """Begin it, go on or go back, as the button says that was pressed."""
    credential = _allowed(call)
    action = form.one("action")
    view = _look(site, call, credential)
    if action == "by_hand" and view.wants_key:
        return _with_own_key(site, call, view, form)
    if action in _ON_ITS_WAY:
        if view.journal is None:
            raise UsageError(f"no rotation of '{make_visible(credential.name)}' is on its way")
        go = _ON_ITS_WAY[action]
        return _start(site, call, credential, lambda work, _: go(work), says_yes=form.one("yes") == "yes")
    if action != "begin" or view.kind == "by_hand":
        raise UsageError("that is not how this key is replaced")
    if may_lose_both(view.values.method) and form.one("lose_both") != "yes":
        told = [("lose_both", "Say that you know what a lost answer would do")]
        return _show(site, view, told)

    def begin(work: Work, provider: RotationProvider) -> RotationOutcome:
        provider.refuse_needed(work.credential)
        return rotate(work, Wanted(None))

    return _start(site, call, credential, begin)


def _allowed(call: Call) -> Credential:
    credential = call.access.read(lambda vault: find_record(vault, call.path["record"]))
    call.principal.require("write", credential)
    call.access.read(lambda vault: vault.require_writer(credential))
    return credential


def _with_own_key(site: PageSite, call: Call, view: RotationView, form: SentForm) -> Reply:
    """Check what a person made, then keep, prove and switch to it."""
    values = view.values
    typed, _ = read_typed(fields_of_new_key(values), form.below(PREFIX), {})
    if not typed:
        wanted = [(f"f-{field.name}", f"{field.label} is required") for field in fields_of_new_key(values)][:1]
        return _show(site, view, wanted)
    try:
        prepared = call.access.read(lambda vault: prepare_update(vault, view.credential, UpdateInput(typed), values))
    except (InvalidData, MissingField) as error:
        problems = problems_of(error)
        return _show(site, view, problems_told(values.method, problems), typed, problems)
    if prepared.values is None:
        return _show(site, view, [("", _SAME)])
    details = prepared.values.details
    return _start(site, call, view.credential, partial(_by_hand, details))


def _by_hand(details: Details, work: Work, provider: RotationProvider) -> RotationOutcome:
    provider.refuse_needed(work.credential)
    return rotate_by_hand(work, details, Wanted(None))


def _look(site: PageSite, call: Call, credential: Credential) -> RotationView:
    """Look at it with a vault of its own: what acts for a key may log in for that."""
    provider, tools = _tools(site, call, None)
    work = Work(tools, credential)
    values = work.values()
    if needs_login(values.method.auth):
        raise UsageError(f"'{make_visible(work.name)}' has no key: somebody logs in with it", hint="authorize it anew")
    journal = work.journal if work.has_journal else None
    engine = provider.rotator(work.credential, values) if journal is None else None
    kind: RotationKind = journal.kind if journal is not None else "by_hand" if engine is None else engine.kind
    also = refuse_siblings(tools.vault, work.credential, values.details) if journal is None else ()
    return RotationView(work.credential, values, kind, journal, tuple(also))


def _show(
    site: PageSite,
    view: RotationView,
    told: Iterable[tuple[str, str]] = (),
    typed: Mapping[str, object] | None = None,
    problems: Sequence[Problem] = (),
) -> Reply:
    values, wrong = view.values, list(told)
    place = hand_place(values)
    return render(
        site,
        "rotate.html",
        422 if wrong else 200,
        at="credentials",
        view=view,
        credential=view.credential,
        title=title_of(view.credential.connector),
        plan=plan_of(view.kind),
        before=told_before(values.method),
        loses_both=may_lose_both(values.method),
        place=place,
        inputs=inputs_of(fields_of_new_key(values), typed or {}, problems) if view.wants_key else [],
        problems=wrong,
        revoke=revoke_for(values.connector, values.method),
    )


def _tools(
    site: PageSite, call: Call, job: PageJob | None, *, says_yes: bool = False
) -> tuple[RotationProvider, Tools]:
    """Set it up over a vault of its own; where a person is asked, the form has answered."""
    means, access = site.means, call.access
    vault = means.open_again()

    def note(credential: Credential, step: str) -> None:
        access.note("rotate", [credential], (step,))
        if job is not None and (told := step_words(vault, credential, step)):
            job.add(JobLine(credential.name, told, "accepted", credential.id))

    def waits(span: timedelta) -> None:
        if job is not None and span:
            told = f"asking again in {round(span.total_seconds())} s whether the old key is dead"
            job.add(JobLine(job.title, told))

    person = RotationPerson(note, lambda _told, _question: says_yes, means.deliver, waits)
    sessions = Sessions(vault, means.state_folder, means.environment)
    return rotation_tools(vault, sessions, means.environment, means.state_folder, person)


def _start(site: PageSite, call: Call, credential: Credential, act: Act, *, says_yes: bool = False) -> Reply:
    back = site.path("credentials", credential.id)
    job = PageJob("rotation", f"A new key for {credential.name}", 0, back)

    def work(job: PageJob) -> str:
        provider, tools = _tools(site, call, job, says_yes=says_yes)
        with tools.leases.notes.alone(credential.id):
            outcome = act(Work(tools, credential), provider)
        told = make_visible(outcome_words(outcome))
        if outcome.code:
            is_over = outcome.result == "unchanged"
            raise Rejected(told, hint="" if is_over else "the screen of its rotation says how to go on")
        return told

    word = site.jobs.put(job)
    job.start(work)
    return lead_to(site, "jobs", word)
