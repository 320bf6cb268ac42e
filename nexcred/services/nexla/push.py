"""Making or replacing credentials at Nexla: what would be done of each, and what became of it."""

from collections.abc import Iterator, Sequence
from typing import Literal

from nexcred.errors import Conflict, NexcredError, NotProved, Rejected, UsageError
from nexcred.model.name import fold_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.network.failures import TransportFailed
from nexcred.nexla.at_nexla import AtNexla
from nexcred.services.nexla.client import LostAnswer, NexlaClient
from nexcred.services.nexla.outgoing import Outgoing

# create, replace: only told. unknown: no answer came, and Nexla shows nothing of it. not_sent: one before it was
# refused in a way that holds for all.
PushResult = Literal["create", "replace", "created", "replaced", "unknown", "failed", "not_sent"]

_LOOKED = "Nexla shows none of that name and type"


class PlannedPush(NamedTuple):
    """What would be done: one of Nexla's is `replaced`, or None is, and a new one made."""

    out: Outgoing
    replaced: AtNexla | None

    @property
    def result(self) -> PushResult:
        return "create" if self.replaced is None else "replace"

    def __repr__(self) -> str:
        return repr_of(self, "out", "replaced")


class PushOutcome(NamedTuple):
    """What became of one. `number` is Nexla's id of it, `why` holds no secret, `code` is the exit code for it alone.

    What `ends_all` would happen to the next one just the same.
    """

    out: Outgoing
    result: PushResult
    number: int | None
    why: str = ""
    mend: str = ""
    code: int = 0
    ends_all: bool = False

    def __repr__(self) -> str:
        return repr_of(self, "out")


def matches(found: Sequence[AtNexla], name: str, credentials_type: str) -> list[AtNexla]:
    """Return those of this name and type that may be replaced, the oldest first."""
    wanted = fold_name(name)
    own = (one for one in found if one.is_own and one.credentials_type == credentials_type)
    return sorted((one for one in own if fold_name(one.name or "") == wanted), key=lambda one: one.id)


def plan_push(going: Sequence[Outgoing], found: Sequence[AtNexla], number: int | None) -> list[PlannedPush]:
    """Decide for each; raise Conflict where Nexla has several, or not the one with the id `number`."""
    if number is not None and len(going) != 1:
        raise UsageError("--id is for one credential", hint="push them one by one")
    return [PlannedPush(out, _replaced(out, found, number)) for out in going]


def push(client: NexlaClient, planned: Sequence[PlannedPush]) -> Iterator[PushOutcome]:
    """Do what was planned, one after another, and tell of each; nothing is raised."""
    rest = iter(planned)
    for one in rest:
        try:
            outcome = _pushed(client, one)
        except NexcredError as error:
            outcome = _failed(one, error)
        yield outcome
        if outcome.ends_all:
            break
    for one in rest:
        number = one.replaced.id if one.replaced else None
        yield PushOutcome(one.out, "not_sent", number, "the one before it failed in a way that holds for all")


def exit_code_of_push(outcomes: Sequence[PushOutcome]) -> int:
    """Return the code for all of them: what was refused, what conflicts, what is not proved, then any other."""
    codes = {outcome.code for outcome in outcomes} - {0}
    first = (Rejected.exit_code, Conflict.exit_code, NotProved.exit_code)
    return next((code for code in first if code in codes), max(codes, default=0))


def _replaced(out: Outgoing, found: Sequence[AtNexla], number: int | None) -> AtNexla | None:
    same = matches(found, out.credential.name, out.credentials_type)
    told = f"'{make_visible(out.credential.name)}' ({out.credentials_type})"
    ids = ", ".join(str(one.id) for one in same)
    if number is not None:
        chosen = next((one for one in same if one.id == number), None)
        if chosen is None:
            has = f"those it has of that name and type: {ids}" if ids else "it has none of that name and type"
            raise Conflict(f"{number} is no {told} of yours at Nexla", hint=has)
        return chosen
    if len(same) > 1:
        name = shell_word(out.credential.name)
        raise Conflict(
            f"Nexla has {len(same)} of {told}: {ids}",
            hint=f"say which one: nexcred nexla push {name} --id {same[0].id}",
        )
    return same[0] if same else None


def _pushed(client: NexlaClient, one: PlannedPush) -> PushOutcome:
    out = one.out
    if one.replaced is not None:
        return PushOutcome(out, "replaced", _replace(client, out, one.replaced.id).id)
    try:
        return PushOutcome(out, "created", _create(client, out).id)
    except LostAnswer as lost:
        return _look_again(client, out, lost)


def _create(client: NexlaClient, out: Outgoing) -> AtNexla:
    """Make one; a request that never left is sent once more."""
    try:
        return client.create(out.new_body, out.secrets)
    except TransportFailed:
        return client.create(out.new_body, out.secrets)


def _replace(client: NexlaClient, out: Outgoing, number: int) -> AtNexla:
    """Replace one, once more where no answer came: twice is the same as once."""
    try:
        return client.replace(number, out.body, out.secrets)
    except (LostAnswer, TransportFailed):
        return client.replace(number, out.body, out.secrets)


def _look_again(client: NexlaClient, out: Outgoing, lost: LostAnswer) -> PushOutcome:
    """Find what was made though its answer was lost. It is never sent a second time: it may still be on its way."""
    mend = f"nexcred nexla push {shell_word(out.credential.name)}"
    try:
        found = client.credentials()
    except NexcredError:
        return PushOutcome(out, "unknown", None, lost.message, mend, lost.exit_code, ends_all=True)
    same = matches(found, out.credential.name, out.credentials_type)
    if len(same) == 1:
        return PushOutcome(out, "created", same[0].id)
    why = _LOOKED if not same else f"Nexla shows {len(same)} of that name and type by now"
    return PushOutcome(out, "unknown", None, f"{lost.message}; {why}", mend, lost.exit_code)


def _failed(one: PlannedPush, error: NexcredError) -> PushOutcome:
    number = one.replaced.id if one.replaced else None
    result: PushResult = "unknown" if isinstance(error, LostAnswer) else "failed"
    ends_all = isinstance(error, Rejected | TransportFailed)
    return PushOutcome(one.out, result, number, error.message, error.hint, error.exit_code, ends_all)
