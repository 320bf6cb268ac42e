"""Find out what the standard streams allow: asking, drawing, colour."""

from collections.abc import Mapping

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.surroundings import is_ci, is_set


class Ttys(NamedTuple):
    """Which of the standard streams are terminals."""

    stdin: bool
    stdout: bool
    stderr: bool


class Terminal(NamedTuple):
    """`interactive`: prompts may be asked. `plain`: without drawing. Progress is drawn where `animated`.

    `may_ask` alone is enough for a passphrase, which has the controlling terminal.
    """

    ttys: Ttys
    may_ask: bool
    interactive: bool
    plain: bool
    animated: bool
    colour_out: bool
    colour_err: bool


def decide_terminal(
    ttys: Ttys, environment: Mapping[str, str], *, no_input: bool = False, color: str = "auto", quiet: bool = False
) -> Terminal:
    """Decide from the streams, the environment and the flags; stdout does not matter for asking.

    `color` is auto, always or never, as the settings have it; what the environment says of colours is in it already.
    """
    plain = environment.get("TERM") == "dumb"
    may_ask = not forbids_input(environment, no_input=no_input)
    return Terminal(
        ttys=ttys,
        may_ask=may_ask,
        interactive=may_ask and ttys.stdin and ttys.stderr,
        plain=plain,
        animated=ttys.stderr and not plain and not quiet,
        colour_out=_has_colour(ttys.stdout, environment, color),
        colour_err=_has_colour(ttys.stderr, environment, color),
    )


def forbids_input(environment: Mapping[str, str], *, no_input: bool) -> bool:
    """True with --no-input, NEXCRED_NO_INPUT, or CI set to anything but empty, 0 or false."""
    return no_input or is_set(environment, "NEXCRED_NO_INPUT") or is_ci(environment)


def _has_colour(tty: bool, environment: Mapping[str, str], color: str) -> bool:
    if color == "auto":
        return tty and environment.get("TERM") != "dumb"
    return color == "always"
