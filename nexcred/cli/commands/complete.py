"""`nexcred complete`, which the scripts of `nexcred completion` call; people do not."""

from functools import partial
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.completion.bash_line import read_line
from nexcred.cli.completion.candidates import CompletionCandidate, find_candidates
from nexcred.cli.completion.place import CompletionKind, LinePosition, find_place
from nexcred.cli.completion.quiet_vault import open_quietly
from nexcred.errors import StoreUnreachable

EXAMPLES = (
    "nexcred complete bash -- WORDBREAKS LINE",
    "nexcred complete fish -- WORD… CURRENT",
)
_BASH = "bash"

NEEDS_SETTINGS = False


def command(
    ctx: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="Who asks.")],
    words: Annotated[list[str], typer.Argument(metavar="WORD", help="What is typed.")],
) -> None:
    context: Context = ctx.obj
    if shell == _BASH:
        lines = _for_bash(context, *words[:2])
    else:
        *before, current = words
        place = find_place(before, current)
        lines = [_mode(place), *(_described(place, one) for one in _candidates(context, place))]
    context.streams.raw("".join(f"{line}\n" for line in lines).encode(errors="surrogateescape"))


def _for_bash(context: Context, breaks: str, text: str) -> list[str]:
    """Return what goes on from the current word, quoted: bash neither chooses nor quotes."""
    line = read_line(text, breaks)
    place = find_place(line.words[1:], line.current)
    values = [place.before + one.value for one in _candidates(context, place)]
    return [_mode(place), *(line.written(value) for value in values if value.startswith(line.current))]


def _candidates(context: Context, place: LinePosition) -> list[CompletionCandidate]:
    try:
        return find_candidates(place, partial(open_quietly, context, place))
    except StoreUnreachable:  # of this vault not all that it takes was read on this machine
        return []


def _described(place: LinePosition, candidate: CompletionCandidate) -> str:
    value = place.before + candidate.value
    return f"{value}\t{candidate.about}" if candidate.about else value


def _mode(place: LinePosition) -> str:
    return {CompletionKind.FILE: "files", CompletionKind.SETTING: "nospace"}.get(place.kind, "words")
