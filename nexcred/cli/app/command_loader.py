"""Commands that are imported when they run, and not for `--help`."""

from importlib import import_module
from keyword import iskeyword
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from nexcred.cli.app import help_page
from nexcred.cli.app.command_table import HIDDEN, is_group, runs_alone, subcommands
from nexcred.cli.app.global_parameters import global_parameters
from nexcred.cli.app.other_words import ALIASES, MEANT
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
        self.settle(ctx)
        if rest and not ctx.resilient_parsing:
            raise UsageError(
                f"'{ctx.command_path}' was given too many arguments", hint=f"see: {ctx.command_path} --help"
            )
        return rest

    def settle(self, ctx: Any) -> None:
        """Let what was said for the whole program hold, now that all of it is read; raise UsageError."""
        if not self.needs_settings:
            ctx.obj.excuse_settings()
        ctx.obj.apply_options()
        if ctx.obj.options.vaults and not self.takes_several_vaults and not ctx.resilient_parsing:
            raise UsageError(
                f"--vault is given {len(ctx.obj.options.vaults)} times, and '{ctx.command_path}' uses one vault",
                hint="several are shown together by: nexcred list, nexcred probe and nexcred status",
            )

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
        return make_command(words, entry.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        command = self.get_command(ctx, args[0])
        if command is None:
            raise _no_such_command(self, ctx, args[0])
        return command.name, command, args[1:]

    def invoke(self, ctx: Any) -> Any:
        value = super().invoke(ctx)
        if ctx.invoked_subcommand is None:
            self.run_alone(ctx)
        return value

    def run_alone(self, ctx: Any) -> None:
        """Show what there is, where no verb was named."""
        screen = help_page.overview(columns_of(ctx.obj.streams.stdout)).rstrip()
        ctx.obj.streams.line(visible_block(self.get_help(ctx) if self.words else screen))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_page.of_group(self, ctx))


class RunningGroup(Group):
    """A group that does something without a verb too: its options are those of that."""

    def __init__(self, words: str, *, help: str) -> None:  # noqa: A002
        super().__init__(words, help=help)
        self.alone = load_command(words, help)
        self.params = self.alone.params
        self.epilog = self.alone.epilog

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        every: Any = self.params
        own = [param for param in every if not param.hidden and param.param_type_name == "option"]
        for option in own:
            source = ctx.get_parameter_source(option.name)
            if source is not None and source.name == "COMMANDLINE":
                path = ctx.command_path
                raise UsageError(f"{option.opts[0]} is for '{path}' alone", hint=f"see: {path} --help")
        return super().resolve_command(ctx, args)

    def run_alone(self, ctx: Any) -> None:
        self.alone.settle(ctx)
        ctx.invoke(self.alone.callback, **ctx.params)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        columns = columns_of(ctx.obj.streams.stdout) if ctx.obj else None
        formatter.write(help_page.of_running_group(self, ctx, columns))


def make_command(words: str, help: str) -> Any:  # noqa: A002
    """Return what these words of the table are, ready to be parsed for."""
    if not is_group(words):
        return load_command(words, help)
    return RunningGroup(words, help=help) if runs_alone(words) else Group(words, help=help)


def load_command(words: str, help: str) -> Command:  # noqa: A002
    """Import the module that the words name and make its `command` ready to be parsed for."""
    path = ".".join(f"{word}_" if iskeyword(word) else word for word in words.replace("-", "_").split(" "))
    module = import_module(f"nexcred.cli.commands.{path}{'.command' if runs_alone(words) else ''}")
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(words.rpartition(" ")[2], cls=Command, help=help, epilog="\n".join(module.EXAMPLES))(module.command)
    command = typer.main.get_command(app)
    for param in command.params:
        if hasattr(param.type, "readable"):
            param.type.readable = False  # whoever opens a file says why it cannot be read, and with which flag
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
