"""The options that every command takes, as Typer's parameters."""

from typing import Any

import typer
from typer.core import TyperOption

from nexcred.cli.app.global_options import GLOBAL_OPTIONS, GlobalOption, GlobalOptions
from nexcred.version import __version__


def global_parameters(*, shown: bool) -> list[TyperOption]:
    """Make the parameters; a command hides them and points at `nexcred --help`, lest they drown its own."""
    return [
        *(_parameter(option, shown=shown) for option in GLOBAL_OPTIONS),
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


def _parameter(option: GlobalOption, *, shown: bool) -> TyperOption:
    return TyperOption(
        param_decls=list(option.spellings),
        help=option.help,
        metavar=option.metavar or None,
        is_flag=None if option.metavar else True,
        multiple=option.may_repeat,
        callback=_remember,
        expose_value=False,
        hidden=not shown,
    )


def _remember(ctx: typer.Context, param: Any, value: str | bool | tuple[str, ...] | None) -> None:
    """Keep what was given. The command is parsed after the program, so what stands after it wins."""
    if isinstance(value, tuple):
        _remember_vaults(ctx.obj.options, value)
    elif value is not None and value is not False:
        setattr(ctx.obj.options, param.name, value)


def _remember_vaults(options: GlobalOptions, said: tuple[str, ...]) -> None:
    if not said:
        return
    before = options.vaults or (() if options.vault is None else (options.vault,))
    every = (*before, *said)
    options.vault, options.vaults = every[-1], every if len(every) > 1 else ()


def _print_version(ctx: typer.Context, _param: Any, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        ctx.obj.streams.line(f"nexcred {__version__}")
        raise typer.Exit
