"""Lay out `--help`: the examples, then arguments, options or commands, a line each."""

import textwrap
from typing import Any

from nexcred.cli.app.command_table import HEADINGS, subcommands
from nexcred.cli.app.other_words import ALIASES

SUMMARY = "a credential manager that knows what each credential is for, and proves that it works"
_PROGRAM_EXAMPLES = (
    "nexcred add aventri            # asks what it needs, proves it, encrypts it",
    "nexcred probe --all            # which credentials still work?",
    "nexcred get aventri/api_key    # one value, for a script",
)
_SCREEN = 80
_NARROWEST = 20
GROUP_EXAMPLES = {
    "": _PROGRAM_EXAMPLES,
    "helper": ("git config --global credential.helper '!nexcred helper git'", "nexcred helper aws NAME"),
    "connectors": ("nexcred connectors list", "nexcred connectors show aventri"),
    "vault": ("nexcred vault init", "nexcred vault status", "nexcred vault verify"),
    "identity": ("nexcred identity show", "nexcred identity new ci --grant aventri -o ci.identity"),
    "config": ("nexcred config list --show-origin", "nexcred config set vault ~/team/vault.db"),
    "team": ("nexcred team add data --member bob --member cyd", "nexcred team list"),
    "member": ("nexcred member list", "nexcred member add bob NEXCRED-ID-2…"),
    "exposure": ("nexcred exposure add aventri --reason 'pasted into a ticket'", "nexcred list --exposed"),
    "serve": ("nexcred serve token new etl --may 'read:prod-*'", "nexcred serve token list"),
    "serve token": ("nexcred serve token new etl --may 'read:prod-*' --for 90d", "nexcred serve token list"),
    "nexla": ("nexcred nexla status", "nexcred nexla push aventri --dry-run"),
    "trash": ("nexcred trash list", "nexcred trash restore aventri"),
}


def overview(columns: int | None = None) -> str:
    """Lay out the names of all commands on one screen of so many columns, 80 at the most."""
    room = min(columns or _SCREEN, _SCREEN)
    entries = subcommands("").items()
    width = max(map(len, HEADINGS))
    names = [
        line
        for heading in HEADINGS
        for line in textwrap.wrap(
            " ".join(word for word, entry in entries if entry.heading == heading),
            room,
            initial_indent=f"{heading:{width}}  ",
            subsequent_indent=" " * (width + 2),
            break_on_hyphens=False,
        )
    ]
    short = ", ".join(f"{alias} for {word}" for alias, word in ALIASES.items())
    told = (f"Short names: {short}.", "What each does: nexcred --help. What one takes: nexcred COMMAND --help.")
    blocks = [
        textwrap.fill(_sentence(SUMMARY), room),
        _indented(_examples_within(room - 2)),
        "\n".join(names),
        "\n".join(textwrap.fill(sentence, room) for sentence in told),
    ]
    return "\n\n".join(blocks) + "\n"


def _examples_within(room: int) -> list[str]:
    """Return the examples, each with what it does above it where a line has no room for both."""
    if max(map(len, _PROGRAM_EXAMPLES)) <= room:
        return list(_PROGRAM_EXAMPLES)
    parts = [example.split("# ") for example in _PROGRAM_EXAMPLES]
    return [line for command, said in parts for line in (*textwrap.wrap(f"# {said}", room), command.rstrip())]


def of_command(command: Any, ctx: Any, columns: int | None) -> str:
    """Lay out the help of one verb, for a window of so many columns; its epilog holds the examples."""
    arguments, options = records_of(command, ctx)
    blocks = [
        _indented(command.epilog.splitlines()),
        _sentence(command.help),
        f"Usage: {ctx.command_path} [OPTIONS]{''.join(usage_of(command))}",
        *_section("Arguments", arguments, columns),
        *_section("Options", options, columns),
        "Options of every command: see nexcred --help",
    ]
    return "\n\n".join(blocks) + "\n"


def of_running_group(group: Any, ctx: Any, columns: int | None = None) -> str:
    """Lay out the help of a group that runs by itself too."""
    blocks = [
        _indented(group.epilog.splitlines()),
        _sentence(group.help),
        f"Usage: {ctx.command_path} [OPTIONS]\n       {ctx.command_path} COMMAND …",
        *_section("Options", records_of(group, ctx)[1], columns),
        *_commands(group),
        "Options of every command: see nexcred --help",
    ]
    return "\n\n".join(blocks) + "\n"


def of_group(group: Any, ctx: Any) -> str:
    """Lay out the help of a group, or of the whole program, from the table alone."""
    blocks = [
        _indented(GROUP_EXAMPLES[group.words]),
        _sentence(group.help),
        f"Usage: {ctx.command_path} [OPTIONS] COMMAND …",
        *_commands(group),
    ]
    if group.words:
        blocks.append("Options of every command: see nexcred --help")
    else:
        blocks += _section("Options, before the command or after it", records_of(group, ctx)[1])
    return "\n\n".join(blocks) + "\n"


def _commands(group: Any) -> list[str]:
    return [
        block
        for heading in (*HEADINGS, "")
        for block in _section(
            heading or "Commands",
            [(word, entry.help) for word, entry in group.entries.items() if entry.heading == heading],
        )
    ]


def records_of(command: Any, ctx: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the arguments, and the options, of a command that help shows: how each is written, and what it is for."""
    arguments = [(_metavar(param), param.help or "") for param in _arguments(command)]
    records = [param.get_help_record(ctx) for param in command.get_params(ctx) if param.param_type_name == "option"]
    return arguments, [record for record in records if record]


def _arguments(command: Any) -> list[Any]:
    return [param for param in command.params if param.param_type_name == "argument"]


def usage_of(command: Any) -> list[str]:
    """Return the arguments as they stand in a line, those that may be left out in brackets."""
    return [f" {_metavar(p)}" if p.required else f" [{_metavar(p)}]" for p in _arguments(command)]


def _metavar(param: Any) -> str:
    return f"{param.human_readable_name}{'…' if param.nargs != 1 else ''}"


def _section(title: str, pairs: list[tuple[str, str]], columns: int | None = None) -> list[str]:
    if not pairs:
        return []
    width = min(max(len(left) for left, _ in pairs), 30)
    lines = [line for left, right in pairs for line in _pair(left, right, width, columns)]
    return ["\n".join([title, *lines])]


def _pair(left: str, right: str, width: int, columns: int | None) -> list[str]:
    if not right:
        return [f"  {left}"]
    margin = f"  {'':{width}}  "
    lines = [right] if columns is None else textwrap.wrap(right, max(columns - len(margin), _NARROWEST))
    rest = [f"{margin}{line}" for line in lines[1:]]
    if len(left) > width:
        return [f"  {left}", f"{margin}{lines[0]}", *rest]
    return [f"  {left:{width}}  {lines[0]}", *rest]


def _indented(lines: Any) -> str:
    return "\n".join(f"  {line}" for line in lines)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith("…") else ".")
