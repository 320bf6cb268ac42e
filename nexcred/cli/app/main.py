"""Run one command: the streams, the parser, and exit codes mapped once."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from nexcred.cli.app.context import Context
from nexcred.cli.app.plain_forms import own_words, read_plain
from nexcred.cli.terminal.streams import Streams, abandon_stdout, open_streams
from nexcred.errors import NexcredError, NotPermitted

_SIGPIPE = 13  # everywhere; `signal` would be imported for this alone


def main(arguments: Sequence[str]) -> int:
    """Run the program; return its exit code, or -N where signal N is to end it. Only streams are touched after it."""
    forbid_core_dumps()
    streams = open_streams()
    context = Context(streams)
    # A mistake may keep the parser from reaching these, which say how the mistake is told.
    said = own_words(arguments)
    as_json = "--json" in said
    context.options.debug, context.options.no_color = "--debug" in said, "--no-color" in said
    try:
        code = _run(context, [_as_utf8(argument) for argument in arguments])
        streams.stdout.flush()
        if streams.refusal is not None:
            raise streams.refusal
    except BrokenPipeError as error:
        return _reader_left(error, context, as_json=as_json)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the outermost edge: no traceback reaches anybody
        if isinstance(error, NexcredError):
            from nexcred.cli.app.typed_keys import hide_typed_keys

            hide_typed_keys(error, arguments)
        return _fail(error, context, as_json=as_json)
    return code


def forbid_core_dumps() -> None:
    """Keep memory that holds secrets out of them, also those of children; where there is no such limit, go on."""
    if sys.platform == "win32":
        return
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _as_utf8(argument: str) -> str:
    """Read again, as UTF-8, what Python could not read in a locale that has no letters (LC_ALL=C)."""
    if not any("\udc80" <= character <= "\udcff" for character in argument):
        return argument
    return os.fsencode(argument).decode(errors="surrogateescape")


def _run(context: Context, arguments: list[str]) -> int:
    plain = read_plain(arguments)
    if plain is None:
        # Typer takes as long to import as all the rest of `get`, and reads whatever the other reader does not know.
        from nexcred.cli.app.by_typer import run

        code = run(context, arguments)
    else:
        code = plain.run(context)
    if context.problems:
        from nexcred.cli.app.damaged_records import failure_for

        context.told_problems = True
        raise failure_for(context.problems)
    return code


def _reader_left(error: BrokenPipeError, context: Context, *, as_json: bool) -> int:
    """End as other programs do whose reader has left; a pipe that is not stdout is a failure like any."""
    if not isinstance(context.streams.refusal, BrokenPipeError):
        return _fail(error, context, as_json=as_json)
    abandon_stdout()
    return -_SIGPIPE


def _fail(raised: Exception | KeyboardInterrupt, context: Context, *, as_json: bool) -> int:
    from nexcred.cli.app import error_report  # which what succeeds has no use for

    streams: Streams = context.streams
    told = error_report.told_of(raised, streams.refusal)
    with suppress(NexcredError):  # settings that are wrong are what is told
        context.apply_options()
    if context.options.debug:
        error_report.trace(raised, streams)
    if context.problems and not context.told_problems:
        from nexcred.cli.app.damaged_records import warn_of

        warn_of(context.problems, streams)
    error_report.tell(told, streams, as_json=as_json)
    try:
        streams.stdout.flush()
    except OSError:
        abandon_stdout()
    # The highest of the codes that another program may use too; those above say what they are.
    if context.own_failure is not None and told.exit_code <= NotPermitted.exit_code:
        return context.own_failure
    return told.exit_code
