"""Commands that are imported when they run, and not for `--help`."""

from importlib import import_module
from keyword import iskeyword
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from nexcred.cli.app import help_page
from nexcred.cli.app.command_table import ALIASES, HIDDEN, MEANT, is_group, subcommands
from nexcred.cli.app.global_parameters import global_parameters
from nexcred.cli.terminal.visible import visible_block
from nexcred.cli.terminal.wrapping import columns_of
from nexcred.errors import UsageError
from nexcred.model.suggest import suggest

HELP_NAMES = {"help_option_names": ["-h", "--help"]}


class Command(TyperCommand):
    """One verb. Its examples stand in its module, above everything else in its help."""

    # The exit code of every failure of its own, where another program's code is passed on.
    own_failure: int | None = None
    # Where the settings may be wrong: what mends them, and what tells of anything that is.
    needs_settings = True
    # Whether it shows several vaults together.
    takes_several_vaults = False
    allow_extra_args = True  # so that `parse_args` below may refuse them without repeating what may be a secret

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        ctx.obj.own_failure = self.own_failure
        rest: list[str] = super().parse_args(ctx, args)
        if not self.needs_settings:
            ctx.obj.excuse_settings()
        ctx.obj.apply_options()
        if ctx.obj.options.vaults and not self.takes_several_vaults and not ctx.resilient_parsing:
            raise UsageError(
                f"--vault is given {len(ctx.obj.options.vaults)} times, and '{ctx.command_path}' uses one vault",
                hint="several are shown together by: nexcred list, nexcred probe and nexcred status",
            )
        if rest and not ctx.resilient_parsing:
            raise UsageError(
                f"'{ctx.command_path}' was given too many arguments", hint=f"see: {ctx.command_path} --help"
            )
        return rest

    def format_help(self, ctx: Any, formatter: Any) -> None:
        columns = columns_of(ctx.obj.streams.stdout) if ctx.obj else None
        formatter.write(help_page.of_command(self, ctx, columns))


class Group(TyperGroup):
    """A set of verbs from the table; the program itself is the one without words."""

    def __init__(self, words: str, *, help: str) -> None:  # noqa: A002
        super().__init__(
            name=words.rpartition(" ")[2] or "nexcred",
            help=help,
            params=list(global_parameters(shown=not words)),
            context_settings=HELP_NAMES,
            invoke_without_command=True,
            rich_markup_mode=None,
        )
        self.words = words
        self.entries = subcommands(words)

    def list_commands(self, _ctx: Any) -> list[str]:
        return list(self.entries)

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        cmd_name = cmd_name if self.words else ALIASES.get(cmd_name, cmd_name)
        entry = self.entries.get(cmd_name) or (None if self.words else HIDDEN.get(cmd_name))
        if entry is None:
            return None
        words = f"{self.words} {cmd_name}".strip()
        return Group(words, help=entry.help) if is_group(words) else load_command(words, entry.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        command = self.get_command(ctx, args[0])
        if command is None:
            raise _no_such_command(self, ctx, args[0])
        return command.name, command, args[1:]

    def invoke(self, ctx: Any) -> Any:
        value = super().invoke(ctx)
        if ctx.invoked_subcommand is None:
            screen = help_page.overview(columns_of(ctx.obj.streams.stdout)).rstrip()
            ctx.obj.streams.line(visible_block(self.get_help(ctx) if self.words else screen))
        return value

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_page.of_group(self, ctx))


def load_command(words: str, help: str) -> TyperCommand:  # noqa: A002
    """Import the module that the words name and make its `command` ready to be parsed for."""
    path = ".".join(f"{word}_" if iskeyword(word) else word for word in words.replace("-", "_").split(" "))
    module = import_module(f"nexcred.cli.commands.{path}")
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(words.rpartition(" ")[2], cls=Command, help=help, epilog="\n".join(module.EXAMPLES))(module.command)
    command = typer.main.get_command(app)
    command.params += global_parameters(shown=False)
    command.context_settings = HELP_NAMES | getattr(module, "SETTINGS", {})
    assert isinstance(command, Command)
    command.own_failure = getattr(module, "OWN_FAILURE", None)
    command.needs_settings = getattr(module, "NEEDS_SETTINGS", True)
    command.takes_several_vaults = getattr(module, "TAKES_SEVERAL_VAULTS", False)
    return command


def _no_such_command(group: Group, ctx: Any, word: str) -> UsageError:
    close = suggest(word, group.entries)
    if word == "help":
        return UsageError("there is no command 'help' here", hint=f"see: nexcred help {group.words}")
    if not group.words and word in MEANT:
        return UsageError(f"there is no command '{word}'", hint=f"the command for that is: nexcred {MEANT[word]}")
    if close:
        return UsageError(f"there is no command '{word}'", hint=f"did you mean: {ctx.command_path} {close}")
    # What is no near miss may be a value that slipped to the front: it is not repeated.
    return UsageError("no command has that name", hint=f"see: {ctx.command_path} --help")
