"""`python -m bench [--rounds N] [--write]`: print the table, fail when a command is over its target."""

import argparse
import compileall
import platform
import sys
import sysconfig
import tempfile
from pathlib import Path

import nexcred
from bench import floor
from bench.measure import medians_ms
from bench.stage import CREDENTIALS, PROGRAM, make_stage

PAGE = Path("docs/speed.md")
BEGIN, END = "<!-- bench -->\n", "<!-- /bench -->\n"
FLOOR = "a bare Typer app that prints a word"
GET, LIST, HELP = "`nexcred get NAME/FIELD`", f"`nexcred list --json` of {CREDENTIALS}", "`nexcred --help`"
# Multiples of the floor; None is shown for comparison only.
TARGETS = {GET: 1.6, LIST: 1.8, HELP: 1.5, "`nexcred show NAME --json`": None, "`nexcred list`, a table": None}


def main() -> int:
    """Measure, print, and return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE}")
    options = parser.parse_args()
    _compile()
    with tempfile.TemporaryDirectory() as folder:
        times = medians_ms(_commands(), make_stage(Path(folder)), options.rounds)
    table = _table(times, options.rounds)
    print(table, end="")
    if options.write:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(before + BEGIN + table + END + rest.partition(END)[2])
    missed = [name for name, target in TARGETS.items() if target and times[name] > target * times[FLOOR]]
    for name in missed:
        print(f"over its target: {name}", file=sys.stderr)
    return 1 if missed else 0


def _commands() -> dict[str, list[str]]:
    arguments = (
        ["get", "events 3/api_key"],
        ["list", "--json"],
        ["--help"],
        ["show", "events 3", "--json"],
        ["list"],
    )
    commands = {name: [str(PROGRAM), *words] for name, words in zip(TARGETS, arguments, strict=True)}
    return {FLOOR: [sys.executable, str(floor.__file__)], **commands}


def _compile() -> None:
    """Byte-compile everything: an uncompiled start is not what a user meets twice."""
    for folder in (str(Path(nexcred.__file__).parent), sysconfig.get_path("purelib")):
        compileall.compile_dir(folder, quiet=2)


def _table(times: dict[str, float], rounds: int) -> str:
    lines = [
        f"Medians of {rounds} whole processes each, in turns; Python {platform.python_version()}, {platform.system()}.",
        "",
        "| command | time | ratio to the floor | target |",
        "|---|---:|---:|---:|",
    ]
    for name, took in times.items():
        target = TARGETS.get(name)
        limit = f"≤ {target}" if target else ""
        lines.append(f"| {name} | {took:.0f} ms | {took / times[FLOOR]:.2f} | {limit} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
