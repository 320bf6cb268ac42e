"""Asking the provider before values are saved, aloud or behind a bar, and what to do with those that it refuses."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.prompter import Choice, Prompter, Tone
from nexcred.cli.terminal.progress import Progress
from nexcred.connectors.guidance import remedy_for
from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import NexcredError, NotProved
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.text import make_visible
from nexcred.probing.outcome import sentence_for
from nexcred.services.credentials.add import is_in_doubt
from nexcred.services.credentials.entered import NOTHING_ENTERED, Entered
from nexcred.services.vaults.recipients import Recipients
from nexcred.vault.changes import SharedWith

if TYPE_CHECKING:
    from nexcred.services.proving.prober import Prober

Proved = TypeVar("Proved")

_FIX, _SAVE, _DISCARD = "fix", "save", "discard"
_SAVE_IT = (
    Choice(_SAVE, "save it"),
    Choice(_FIX, "change it", "ask for the values once more"),
    Choice(_DISCARD, "discard it"),
)
_WHAT_NOW = (
    Choice(_FIX, "fix it", "ask for the values once more"),
    Choice(_SAVE, "save it anyway", "not verified"),
    Choice(_DISCARD, "discard it"),
)


class Choices(NamedTuple):
    """The flags for probing and saving. With `private` it is not shared by default; `recipients` are named besides.

    What is `entered` is of a new one.
    """

    probe: bool
    save_unverified: bool
    private: bool = False
    recipients: Recipients = Recipients()
    entered: Entered = NOTHING_ENTERED

    @property
    def shared_with(self) -> SharedWith:
        members, teams = self.recipients
        return SharedWith(tuple(one.id for one in members), tuple(one.id for one in teams))


def probe_quietly(context: Context, connector: Connector, probe: Callable[["Prober"], Proved]) -> Proved:
    """Return what `probe` finds; only a bar tells of it, where a terminal is looked at."""
    with Progress(context.streams, context.terminal, f"asking {connector.title}", 1):
        return probe(_prober_of(context))


def probe_aloud(
    context: Context,
    connector: Connector,
    method: Method,
    probe: Callable[["Prober"], tuple[Proved, ProbeResult | None]],
) -> tuple[Proved, ProbeResult | None]:
    """Return what `probe` finds, and say to a person what the provider said."""
    if method.free_fields:  # of which nobody is asked
        return probe(_prober_of(context))
    context.prompter.tell()
    context.prompter.tell(f"asking {connector.title} …", Tone.QUIET)
    proved, result = probe(_prober_of(context))
    if result is not None:
        _tell_result(context.prompter, result, connector, method)
    return proved, result


def is_to_be_fixed(prompter: Prompter, failure: NexcredError | None, choices: Choices) -> bool:
    """True when a person wants to give the values once more; raise the failure when they are to be discarded.

    False for what is to be saved: it did not fail, or is kept all the same.
    """
    if failure is None or choices.save_unverified:
        return False
    what = prompter.choose("What now?", _WHAT_NOW, _FIX)
    if what == _DISCARD:
        raise failure
    return what == _FIX


def is_to_be_fixed_for_doubt(prompter: Prompter, connector: Connector, result: ProbeResult | None) -> bool:
    """Do the same of what was accepted, where a single source says how it is asked; False where nobody doubts it."""
    if not is_in_doubt(connector, result):
        return False
    prompter.tell(f"Only one source says how {connector.title} is asked, and nobody has tried it here.", Tone.CAREFUL)
    what = prompter.choose("Save it?", _SAVE_IT, _SAVE)
    if what == _DISCARD:
        raise NotProved("discarded", hint="nothing was saved")
    return what == _FIX


def _prober_of(context: Context) -> "Prober":
    """Return what asks a provider: the HTTP client is imported here, which `--no-probe` need not wait for."""
    from nexcred.services.proving.prober import Prober

    return Prober(context.environment)


def _tell_result(prompter: Prompter, result: ProbeResult, connector: Connector, method: Method) -> None:
    """Say what the provider said, and what mends it."""
    if result.status is ProbeStatus.ACCEPTED:
        prompter.tell(f"accepted: {make_visible(result.identity)}" if result.identity else "accepted", Tone.GOOD)
        return
    prompter.tell(sentence_for(result, connector.title), Tone.BAD if result.status.is_refusal else Tone.CAREFUL)
    remedy = remedy_for(connector, method, result.status)
    if remedy:
        prompter.tell(remedy, Tone.QUIET)
