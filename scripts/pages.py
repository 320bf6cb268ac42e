"""Run the pages that a person reads, in order, and hold them to what the program says: `python -m scripts.pages`.

With `--write` a page gets what the run printed, wherever that differs in more than times and ids.
"""

import argparse
import difflib
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from scripts.blocks import Block, Command, blocks_of
from scripts.jobs import steps_of
from scripts.providers import Join, Providers, nothing_more
from scripts.shell import Shell
from tests.transcripts.masks import mask

_ROOT = Path(__file__).parents[1]
# Those that name real servers: tests/live runs them.
_WITH_SERVERS = ("recipes.md", "ci-without-secrets.md")
PAGES = tuple(
    page.relative_to(_ROOT)
    for page in (_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md")))
    if page.name not in _WITH_SERVERS and blocks_of(page.read_text())
)
_LOCK = {"PASSPHRASE": "four random words EXAMPLE"}
# Long, and told apart by nobody.
_LONG = re.compile(r"(NEXCRED-(?:ID-2|CHECK-1|JOIN-1)[A-Z2-7]{8})[A-Z2-7]{50,}")
# What a guess at the passphrase costs is measured on each machine.
_COST = re.compile(r'("(?:memory_kib|passes)":) \d+')


def main() -> int:
    """Run every page; return 1 when one says what the program does not, and may not be written."""
    parser = argparse.ArgumentParser(prog="python -m scripts.pages")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("pages", nargs="*", type=Path, default=PAGES)
    options = parser.parse_args()
    stale = 0
    for path in options.pages:
        page = path.read_text()
        run = run_page(page)
        if run == page:
            continue
        stale += 1
        if options.write:
            path.write_text(run)
        print(f"{path} {'written' if options.write else 'is out of date: run make docs'}")
        print("\n".join(differences(page, run)))
    return 1 if stale and not options.write else 0


def run_page(page: str, meant: Mapping[str, str] | None = None, join: Join = nothing_more, **secrets: str) -> str:
    """Return the page as its run says it must be; raises AssertionError when a script of it fails.

    `meant` says what words of the page's scripts stand for where it is run, such as the address of a server. `join`
    adds hosts to those that the page reaches, and returns what variables its scripts have besides.
    """
    with tempfile.TemporaryDirectory() as folder, Providers(Path(folder), join) as providers:
        shell = Shell(Path(folder), providers.environment, providers.secrets | _LOCK | secrets, meant or {})
        done, after = [], 0
        blocks = blocks_of(page)
        for block in blocks:
            start, end = block.place
            done += [page[after:start], _run(block, shell, providers, page[start:end])]
            after = end
        shell.in_python([block.text for block in blocks if block.kind == "pycon"])
        return "".join([*done, page[after:]])


def differences(page: str, run: str) -> list[str]:
    """Return what a run says otherwise than the page, times and ids aside."""
    before, after = ([_masked(line) for line in text.splitlines()] for text in (page, run))
    return list(difflib.unified_diff(before, after, "page", "run", lineterm=""))


def _run(block: Block, shell: Shell, providers: Providers, text: str) -> str:
    if block.kind == "console":
        commands = block.commands()
        ran = [_run_command(command, shell, block, first=number == 0) for number, command in enumerate(commands)]
        return "".join(f"{command.written()}\n" for command in ran)
    if block.kind == "provider":
        providers.change(block.text)
    elif block.kind in ("file", "append"):
        shell.write(block.path, block.text, more=block.kind == "append")
    elif block.kind == "yaml":
        shell.fresh_machine()
        for step in steps_of(block.text):
            shell.in_job(step.script, step.variables, step.secrets)
    elif block.kind != "pycon":
        shell.in_pipes(block.text)
    return text


def _run_command(command: Command, shell: Shell, block: Block, *, first: bool) -> Command:
    lines = shell.at_terminal(command.text, block.typed if first else ())
    printed = tuple(_LONG.sub(r"\1…", line) for line in lines)
    same = [_masked(line) for line in printed] == [_masked(line) for line in command.printed]
    return command if same else Command(command.text, printed)


def _masked(line: str) -> str:
    return _COST.sub(r"\1 N", mask(line, {}))


if __name__ == "__main__":
    sys.exit(main())
