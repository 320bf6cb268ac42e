"""The options that every command takes, before it or after it."""

from typing import Any

import typer
from typer.core import TyperOption

from nexcred.version import __version__


class Options:
    """What was said for the whole program; each stays None or False until it is given."""

    __slots__ = ("accept_rollback", "debug", "identity_file", "no_color", "no_input", "quiet", "vault")

    def __init__(self) -> None:
        self.vault: str | None = None
        self.identity_file: str | None = None
        self.accept_rollback = False
        self.no_input = False
        self.no_color = False
        self.quiet = False
        self.debug = False


def global_options(*, shown: bool) -> list[TyperOption]:
    """Make the parameters; a command hides them and points at `nexcred --help`, lest they drown its own."""
    return [
        _option("--vault", help="The vault to use, a path or a URL.", metavar="PATH", shown=shown),
        _option("--identity-file", help="Unlock with the identity in this file.", metavar="FILE", shown=shown),
        _flag("--accept-rollback", help="Read a vault that is older than what was seen here.", shown=shown),
        _flag("--no-input", help="Never ask anything.", shown=shown),
        _flag("--no-color", help="No colours.", shown=shown),
        _flag("-q", "--quiet", help="Print results and problems only.", shown=shown),
        _flag("--debug", help="Show where in the program an error arose.", shown=shown),
        TyperOption(
            param_decls=["-V", "--version"],
            help="Print the version.",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
            hidden=not shown,
        ),
    ]


def _option(*names: str, help: str, metavar: str, shown: bool) -> TyperOption:  # noqa: A002
    return TyperOption(
        param_decls=list(names), help=help, metavar=metavar, callback=_remember, expose_value=False, hidden=not shown
    )


def _flag(*names: str, help: str, shown: bool) -> TyperOption:  # noqa: A002
    return TyperOption(
        param_decls=list(names), help=help, is_flag=True, callback=_remember, expose_value=False, hidden=not shown
    )


def _remember(ctx: typer.Context, param: Any, value: str | bool | None) -> None:
    """Keep what was given. The command is parsed after the program, so what stands after it wins."""
    if value is not None and value is not False:
        setattr(ctx.obj.options, param.name, value)


def _print_version(ctx: typer.Context, _param: Any, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        ctx.obj.streams.line(f"nexcred {__version__}")
        raise typer.Exit
