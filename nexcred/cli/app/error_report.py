"""Print a failure: lines for people, one JSON line for programs; never with a secret in it."""

import errno
import os
from types import TracebackType
from typing import TYPE_CHECKING, Any

from nexcred.cli.terminal.streams import Streams, to_ascii_json
from nexcred.errors import Interrupted, InvalidData, MissingField, NexcredError, UsageError
from nexcred.model.suggest import suggest

if TYPE_CHECKING:
    from nexcred.wire.error import FailureShape

# A flag that can be typed as it stands: one with a place to fill in says no more than the message.
_COMPLETE = ("=-", " 14d")
# What other programs have, and where the like of it is here.
_OF_OTHERS = dict.fromkeys(("-v", "--verbose"), "the version: -V; where in the program an error happened: --debug")


def tell(error: NexcredError, streams: Streams, *, as_json: bool) -> None:
    """Print the error; as JSON it is the last line of stderr."""
    if as_json:
        streams.plain_error_line(to_ascii_json({"error": _shape(error, streams)}))
        return
    streams.error(error.message)
    # One problem is the message; it is not said twice.
    several = error.problems if len(error.problems) > 1 else ()
    width = max((len(problem.field) for problem in several), default=0)
    for problem in several:
        flag = f"    {problem.flag}" if problem.flag else ""
        streams.error_block(f"  {problem.field:{width}}  ", f"{problem.problem}{flag}", hang=width + 4)
    if error.hint:
        streams.hint(error.hint)
    elif len(error.problems) == 1 and (flag := error.problems[0].flag) and flag.endswith(_COMPLETE):
        streams.hint(f"pass {flag}")


def _shape(error: NexcredError, streams: Streams) -> "FailureShape":
    return {
        "code": error.code,
        "message": error.message,
        "hint": streams.retell(error.hint) or None,
        "fields": [{"field": p.field, "problem": p.problem, "flag": p.flag or None} for p in error.problems],
    }


def told_of(raised: Exception | KeyboardInterrupt, unwritable: OSError | None) -> NexcredError:
    """Return what is told of whatever ended the program; `unwritable` is why stdout could not be written to."""
    if isinstance(raised, NexcredError):
        return raised
    if isinstance(raised, KeyboardInterrupt | EOFError):
        return Interrupted("interrupted")
    if unwritable is not None:
        return _not_written(unwritable)
    return refused_by_system(raised) if isinstance(raised, OSError) else internal(raised)


def _not_written(error: OSError) -> NexcredError:
    if error.errno == errno.EBADF:
        return NexcredError("standard output is closed", hint="to throw the result away: >/dev/null")
    return NexcredError(f"standard output cannot be written to: {os.strerror(error.errno or 0).lower()}")


def refused_by_system(error: OSError) -> NexcredError:
    """Say what the operating system said; file names, which may be private, are left out."""
    return NexcredError(f"the system refused: {os.strerror(error.errno or 0).lower()}")


def internal(error: Exception) -> NexcredError:
    """Name a fault of the program. The text of a foreign exception may hold a value, so only its type is told."""
    return NexcredError(
        f"internal error: {type(error).__name__}",
        hint="this is a fault in nexcred; run the command again with --debug and report what it prints",
    )


def trace(error: BaseException, streams: Streams) -> None:
    """Print where the error arose and what caused it: source lines and types, no values, no foreign text."""
    seen: BaseException | None = error
    while seen is not None:
        text = seen.message if isinstance(seen, NexcredError) else "(its text is withheld: it may hold a value)"
        streams.plain_error_line(f"{type(seen).__module__}.{type(seen).__qualname__}: {text}")
        _print_frames(seen.__traceback__, streams)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _print_frames(frames: TracebackType | None, streams: Streams) -> None:
    import traceback  # only for --debug: it takes a millisecond

    for frame in traceback.extract_tb(frames):
        streams.plain_error_line(f"  {frame.filename}:{frame.lineno} in {frame.name}")


def usage_of(error: Any) -> UsageError:
    """Translate what the parser found wrong, without the values that it would repeat."""
    see = f"see: {error.ctx.command_path} --help" if getattr(error, "ctx", None) else "see: nexcred --help"
    kind = type(error).__name__
    if kind == "NoSuchOption":
        # The dashes are alike in all of them, and would make '--json' look like '--version'.
        params = error.ctx.command.params if error.ctx else ()
        known = [name[2:] for param in params for name in param.opts if name.startswith("--")]
        close = suggest(error.option_name.lstrip("-"), known)
        if error.option_name in _OF_OTHERS:
            see = _OF_OTHERS[error.option_name]
        elif close:
            see = f"did you mean --{close}?"
        elif error.ctx and error.ctx.parent is None:
            see = f"an option of one command stands behind it; {see}"
        return UsageError(f"there is no option {error.option_name}", hint=see)
    if kind == "MissingParameter":
        return MissingField(f"{_label(error.param)} is missing", hint=see)
    if kind == "BadParameter":
        return InvalidData(f"{_label(error.param)} does not take that value", hint=see)
    if kind == "BadOptionUsage":
        wants = "takes no value" if "not take" in error.message else "needs a value"
        return UsageError(f"{error.option_name} {wants}", hint=see)
    return UsageError("the command line is wrong", hint=see)


def _label(param: Any) -> str:
    if param is None:
        return "a value"
    return str(param.opts[-1]) if param.param_type_name == "option" else str(param.human_readable_name)
