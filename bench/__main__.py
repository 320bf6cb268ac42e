"""`python -m bench [--rounds N] [--write]`: print the table, fail when a command is over its target."""

import argparse
import compileall
import platform
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nexcred
from bench import floor
from bench.catalogue import TITLE as CATALOGUE
from bench.catalogue import catalogue_rows
from bench.large import TITLE as LARGE
from bench.large import Large
from bench.masking import TITLE as MASKING
from bench.masking import masking_rows
from bench.measure import Timed, medians_ms
from bench.places import TITLE as PLACES
from bench.places import Places, are_at_hand
from bench.probing import TITLE as PROBING
from bench.probing import probing_rows
from bench.progress import say
from bench.row import Row
from bench.row import table as rows_table
from bench.serving import TITLE as SERVING
from bench.serving import serving_rows
from bench.stage import BEARER, CREDENTIALS, GRANTED, KEYS, LOGIN_HOST, PROGRAM, kernel_keyring, make_stage
from bench.versions import TITLE as VERSIONS
from bench.versions import Versions, is_at_hand

PAGE = Path("docs/speed.md")
BEGIN, END = "<!-- bench -->\n", "<!-- /bench -->\n"
FLOOR = "a bare Typer app that prints a word"
GET, LIST, HELP = "`nexcred get NAME/FIELD`", f"`nexcred list --json` of {CREDENTIALS}", "`nexcred --help`"
RUN = "`nexcred run -c NAME -- true`"
KEPT = "`nexcred token NAME`, a kept token"
AWS, KUBE = "`nexcred helper aws NAME`", "`nexcred helper kube NAME`"
GIT, DOCKER = "`nexcred helper git get`", "`nexcred helper docker get`"
KERNEL = "`nexcred get NAME/FIELD`, unlocked in the kernel"
# Multiples of the floor; None is shown for comparison only.
TARGETS = {
    GET: 0.95,
    KERNEL: 0.95,
    LIST: 1.2,
    HELP: 0.8,
    KEPT: 1.1,
    AWS: 1.1,
    GIT: 1.1,
    DOCKER: 1.1,
    KUBE: 1.1,
    RUN: 1.1,
    "`nexcred show NAME --json`": None,
    "`nexcred list`, a table": None,
}


def main() -> int:
    """Measure, print, and return 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rounds", type=int, default=40, help="of each command; some take fewer, none less than one")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE}")
    options = parser.parse_args()
    options.rounds = max(1, options.rounds)
    say("byte-compiling")
    _compile()
    with tempfile.TemporaryDirectory() as folder:
        stage = make_stage(Path(folder))
        say(f"{len(TARGETS) + 1} commands, {options.rounds} rounds")
        with kernel_keyring(stage) as unlocked:
            times = medians_ms(_commands(stage, unlocked), options.rounds)
        masking = masking_rows(Path(folder), stage, "events 3")
        say("asking a provider")
        bare = Timed([sys.executable, str(floor.__file__)], stage)
        probing = probing_rows(Path(folder), options.rounds, bare)
        catalogue = catalogue_rows(Path(folder), stage, options.rounds, bare)
    say("asking a service")
    with tempfile.TemporaryDirectory() as folder:
        serving = serving_rows(Path(folder), options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        large = Large(Path(folder)).rows(max(1, options.rounds // 2))
    versions: list[Row] = []
    if is_at_hand():
        with tempfile.TemporaryDirectory() as folder:
            versions = Versions(Path(folder)).rows(options.rounds)
    places: list[Row] = []
    if are_at_hand():
        with tempfile.TemporaryDirectory() as folder:
            places = Places(Path(folder)).rows(options.rounds)
    floor_ms = times[FLOOR]
    tables = (
        _table(times, options.rounds),
        rows_table(MASKING, masking, floor_ms),
        rows_table(PROBING, probing, floor_ms),
        rows_table(CATALOGUE, catalogue, floor_ms),
        rows_table(SERVING, serving, floor_ms),
        rows_table(LARGE, large, floor_ms),
        rows_table(PLACES, places, floor_ms) if places else "",
        rows_table(VERSIONS, versions, floor_ms) if versions else "",
    )
    table = "\n".join(tables)
    print(table, end="")
    if options.write:
        before, _, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(before + BEGIN + table + END + rest.partition(END)[2])
    missed = [name for name, target in TARGETS.items() if target and times[name] > target * floor_ms]
    rows = (*masking, *probing, *catalogue, *serving, *large, *places, *versions)
    missed += [row.name for row in rows if row.is_over(floor_ms)]
    for name in missed:
        print(f"over its target: {name}", file=sys.stderr)
    return 1 if missed else 0


def _commands(stage: Mapping[str, str], unlocked: Mapping[str, str]) -> dict[str, Timed]:
    asked = f"protocol=https\nhost={LOGIN_HOST}\n\n".encode()
    arguments: tuple[tuple[list[str], bytes], ...] = (
        (["get", "events 3/api_key"], b""),
        (["get", "events 3/api_key"], b""),
        (["list", "--json"], b""),
        (["--help"], b""),
        (["token", GRANTED], b""),
        (["helper", "aws", KEYS], b""),
        (["helper", "git", "get"], asked),
        (["helper", "docker", "get"], LOGIN_HOST.encode()),
        (["helper", "kube", BEARER], b""),
        (["run", "-c", "events 3", "--", "true"], b""),
        (["show", "events 3", "--json"], b""),
        (["list"], b""),
    )
    commands = {
        name: Timed([str(PROGRAM), *words], unlocked if name == KERNEL else stage, stdin)
        for name, (words, stdin) in zip(TARGETS, arguments, strict=True)
    }
    return {FLOOR: Timed([sys.executable, str(floor.__file__)], stage), **commands}


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
