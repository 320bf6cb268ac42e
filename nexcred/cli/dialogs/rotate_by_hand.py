"""A rotation by hand at a terminal: the page is opened, the steps are shown, and the new value is asked for, hidden."""

from collections.abc import Mapping

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.credential import ask_fields
from nexcred.cli.prompt.prompter import Choice, Tone
from nexcred.cli.terminal.browser import has_browser, open_browser
from nexcred.errors import UsageError
from nexcred.model.credential import Details, Value
from nexcred.model.secret import Secret
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import prepare_update
from nexcred.services.grants.login import needs_login
from nexcred.services.rotation.by_hand import HandPlace, fields_of_new_key, hand_place, rotate_by_hand
from nexcred.services.rotation.holders import refuse_siblings
from nexcred.services.rotation.making import Wanted, refuse_begun
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.undoing import undo
from nexcred.services.rotation.work import Work
from nexcred.services.values.decoded import Decoded

_FIX, _STOP = "fix", "stop"
_WHAT_NOW = (Choice(_FIX, "give the new one once more"), Choice(_STOP, "keep the old one"))


def by_hand(context: Context, work: Work, values: Decoded, wanted: Wanted) -> RotationOutcome:
    """Ask for the key that a person makes; raise UsageError without a terminal, or where nobody has a key."""
    name, place = shell_word(work.name), hand_place(values)
    if needs_login(values.method.auth):
        raise UsageError(
            f"'{make_visible(work.name)}' has no key: somebody logs in with it", hint=f"run: nexcred login {name}"
        )
    if not context.terminal.interactive:
        at = f" at {place.page}" if place.page else f" at {place.title}"
        raise UsageError(
            f"a new key of '{make_visible(work.name)}' is made by hand{at}",
            hint=f"run it at a terminal, or give the new key with: nexcred update {name} --set FIELD=-",
        )
    if not (work.has_journal and work.journal.kind == "by_hand" and work.journal.step == "made"):
        refuse_begun(work)
    work.tools.vault.require_writer(work.credential)
    refuse_siblings(work.tools.vault, work.credential, values.details)
    _show_place(context, work, values, place)
    details = _ask_new(context, work, values, values.details.fields)
    return until_taken(context, work, rotate_by_hand(work, details, wanted))


def until_taken(context: Context, work: Work, outcome: RotationOutcome) -> RotationOutcome:
    """Ask what becomes of a new key that was refused: it is given once more, or the old one stays."""
    while outcome.result == "refused" and work.candidate is not None:
        context.prompter.tell(outcome.why, Tone.BAD)
        if context.prompter.choose("What now?", _WHAT_NOW, _FIX) == _STOP:
            undo(work)
            return outcome._replace(step=None, mend="")
        details = _ask_new(context, work, work.values(), work.candidate.details.fields)
        outcome = rotate_by_hand(work, details, Wanted(None))
    return outcome


def _show_place(context: Context, work: Work, values: Decoded, place: HandPlace) -> None:
    prompter, rotate = context.prompter, values.method.rotate
    prompter.tell()
    prompter.tell(f"{place.title}: a new key for {make_visible(work.name)}", Tone.TITLE)
    if rotate is not None and rotate.note:
        prompter.tell(rotate.note, Tone.CAREFUL)
    for number, step in enumerate(place.steps, 1):
        prompter.tell(f"{number}. {step}", hang=3)
    if place.page:
        prompter.tell(f"your browser opens {place.page}" if _opens(context, place.page) else place.page)
    prompter.tell("Leave the old key as it is until the new one is in use.", Tone.QUIET)


def _opens(context: Context, url: str) -> bool:
    if not has_browser(context.environment):
        return False
    try:
        open_browser(url, context.environment)
    except OSError:
        return False
    return True


def _ask_new(context: Context, work: Work, values: Decoded, fields: Mapping[str, Value]) -> Details:
    """Ask for its secrets, and for the public values that its key comes with, until they are others than before."""
    method = values.method
    wanted = fields_of_new_key(values)
    if len([field for field in wanted if field.secret]) == 1:  # of several, some may stay
        fields = {name: value for name, value in fields.items() if not isinstance(value, Secret)}
    while True:
        answers = ask_fields(context.prompter, values.connector, method, wanted, fields)
        prepared = prepare_update(work.tools.vault, work.credential, UpdateInput(answers), values)
        if prepared.values is not None:
            return prepared.values.details
        context.prompter.tell("that is the old key: give the new one, or stop with Ctrl-C", Tone.BAD)
