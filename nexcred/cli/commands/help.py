"""`nexcred help`."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.help_topics import exit_codes_topic, settings_topic
from nexcred.cli.terminal.visible import visible_block
from nexcred.errors import UsageError

NEEDS_SETTINGS = False
EXAMPLES = ("nexcred help add", "nexcred help vault init", "nexcred help settings")
_TOPICS: Mapping[str, Callable[[], str]] = {"settings": settings_topic, "exit-codes": exit_codes_topic}


def command(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORDS", help=f"The words of a command, or a topic: {', '.join(_TOPICS)}."),
    ] = None,
) -> None:
    context: Context = ctx.obj
    wanted = words or []
    topic = _TOPICS.get(" ".join(wanted))
    page = topic() if topic else _help_of(ctx.find_root(), wanted)
    context.streams.line(visible_block(page.rstrip("\n")))


def _help_of(found: Any, words: list[str]) -> str:
    """Return what a command says of itself, found as on a line of its own; raise UsageError for what is none."""
    for word in words:
        if not hasattr(found.command, "resolve_command"):
            raise UsageError(f"'{found.command_path}' has no commands below it", hint="name its words alone")
        name, command, _ = found.command.resolve_command(found, [word])
        found = type(found)(command, parent=found, info_name=name, obj=found.obj)
    return str(found.get_help())
