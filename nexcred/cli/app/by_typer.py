"""Run any command line, read by Typer."""

from typing import Any

import typer
from typer.exceptions import TyperException

from nexcred.cli.app import error_report
from nexcred.cli.app.command_loader import Group
from nexcred.cli.app.context import Context
from nexcred.cli.app.help_page import SUMMARY


def help_text() -> str:
    """Return what `nexcred --help` prints."""
    program: Any = Group("", help=SUMMARY)
    with program.make_context("nexcred", [], resilient_parsing=True) as parsed:
        return f"{parsed.get_help()}\n"


def run(context: Context, arguments: list[str]) -> int:
    """Return the exit code; what Typer raises comes out as what `main` knows."""
    program: Any = Group("", help=SUMMARY)
    try:
        with program.make_context("nexcred", arguments, obj=context) as parsed:
            return int(program.invoke(parsed) or 0)
    except typer.Exit as leave:
        return leave.exit_code
    except TyperException as error:
        raise error_report.usage_of(error) from error
    except typer.Abort as error:
        raise KeyboardInterrupt from error
