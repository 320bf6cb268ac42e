"""The manual pages, man(7), one for each command: made of what `--help` is made of."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nexcred.cli.app.command_loader import Group, RunningGroup, make_command
from nexcred.cli.app.command_table import COMMANDS, is_group, subcommands
from nexcred.cli.app.help_page import GROUP_EXAMPLES, SUMMARY, records_of, usage_of
from nexcred.cli.app.help_topics import exit_codes
from nexcred.local.settings import KNOWN_SETTINGS
from nexcred.version import __version__

FOLDER = Path("man")
_MANUAL = "nexcred manual"
_NOTE = '.\\" Made by `make docs`: do not edit.'


def man_pages() -> list[tuple[Path, str]]:
    """Return each page with its text, for the folder that the wheel installs."""
    return [(FOLDER / f"{_name(words)}.1", "\n".join(_page(words)) + "\n") for words in ("", *COMMANDS)]


def _page(words: str) -> Iterator[str]:
    name = _name(words)
    help_text = COMMANDS[words].help if words else SUMMARY
    command: Any = make_command(words, help_text) if words else Group("", help=SUMMARY)
    context = command.context_class(command, info_name=f"nexcred {words}".strip(), **command.context_settings)
    arguments, options = records_of(command, context)
    yield _NOTE
    yield f'.TH {name.upper()} 1 "" "nexcred {__version__}" "{_MANUAL}"'
    yield from (".SH NAME", f"{_roff(name)} \\- {_roff(help_text)}")
    yield from (".SH SYNOPSIS", f".B {_roff(context.command_path)}", _roff(_synopsis(command)))
    yield from _examples(command.epilog.splitlines() if command.epilog else GROUP_EXAMPLES[words])
    if isinstance(command, Group):
        yield from _pairs("COMMANDS", [(word, entry.help) for word, entry in subcommands(words).items()])
    yield from _pairs("ARGUMENTS", arguments)
    yield from _pairs("OPTIONS", options)
    if words:
        yield from (".PP", "Options of every command stand in", ".BR nexcred (1).")
    else:
        yield from _pairs("EXIT STATUS", [(str(code), meaning) for code, meaning in exit_codes().items()])
        yield from _pairs("ENVIRONMENT", [(one.variable, _of_setting(key)) for key, one in KNOWN_SETTINGS.items()])
    yield from (".SH SEE ALSO", *_others(words))


def _synopsis(command: Any) -> str:
    """Say how it is called; a group that runs by itself too is called in two ways, and by one alone with options."""
    if isinstance(command, RunningGroup):
        return "[OPTIONS] | COMMAND …"
    return "[OPTIONS] COMMAND …" if isinstance(command, Group) else f"[OPTIONS]{''.join(usage_of(command))}"


def _of_setting(key: str) -> str:
    return f"{KNOWN_SETTINGS[key].about}; the setting {key}"


def _examples(lines: Any) -> Iterator[str]:
    yield from (".SH EXAMPLES", ".nf", *(_roff(line) for line in lines), ".fi")


def _pairs(title: str, pairs: list[tuple[str, str]]) -> Iterator[str]:
    if pairs:
        yield f".SH {title}"
    for left, right in pairs:
        yield from (".TP", f".B {_roff(left)}", _roff(right))


def _others(words: str) -> Iterator[str]:
    """Name the page above, and those below."""
    above = _name(words.rpartition(" ")[0]) if words else ""
    below = [_name(f"{words} {word}".strip()) for word in subcommands(words)] if not words or is_group(words) else []
    found = [*filter(None, [above]), *below]
    yield from (f".BR {_roff(name)} (1){',' if name != found[-1] else ''}" for name in found)


def _name(words: str) -> str:
    return "-".join(("nexcred", *words.split()))


def _roff(text: str) -> str:
    """Write a line of text so that nothing in it is a request, an escape or a typographic dash."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    escaped = "".join(one if one.isascii() else f"\\[u{ord(one):04X}]" for one in escaped)
    return f"\\&{escaped}" if escaped.startswith(".") or not escaped else escaped
