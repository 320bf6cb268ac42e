"""`make docs`: write what is made from the program; without `--write`, fail when some of it is out of date.

These are pages of docs/, the manual pages, the list of the connectors that each version shipped, their index, what is
looked at of each quickly, what each says as JSON, and the help of the program.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from nexcred import errors
from nexcred.cli.actions.help import HELP
from nexcred.cli.app.by_typer import help_text
from nexcred.cli.app.command_table import COMMANDS, is_command
from nexcred.cli.app.help_topics import failures
from nexcred.cli.terminal.streams import to_json
from nexcred.connectors.load.fast_reader import QUICK
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.connectors.load.read_ahead import WHOLE
from nexcred.connectors.load.shipped import SHIPPED, shipped_text
from nexcred.version import __version__
from nexcred.wire.schemas import CONNECTOR, schema_of
from scripts.connector_index import connector_index
from scripts.connector_pages import connector_pages
from scripts.house import draw_house
from scripts.man_pages import FOLDER as MAN
from scripts.man_pages import man_pages
from scripts.quick_looks import quick_looks
from scripts.screen import make_screen
from scripts.session import Session
from scripts.whole_connectors import whole_connectors

_CONNECTORS = Path("docs/connectors")
_MADE = "<!-- Made by `make docs`: do not edit. -->\n"


def main() -> int:
    """Make every page; return 1 when one on disk differs and may not be written."""
    parser = argparse.ArgumentParser(prog="python -m scripts.docs")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    pages = _pages()
    stale = [(path, text) for path, text in pages if not path.exists() or path.read_text(encoding="utf-8") != text]
    made = {*_CONNECTORS.glob("*.md"), *MAN.glob("*"), *QUICK.glob("*.json"), *WHOLE.glob("*.json")}
    strays = sorted(made - {path for path, _ in pages})
    for path, text in stale:
        if options.write:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print(f"{path} {'written' if options.write else 'is out of date: run make docs'}")
    for path in strays:
        if options.write:
            path.unlink()
        print(f"{path} {'taken away' if options.write else 'is of nothing any more: run make docs'}")
    return 1 if (stale or strays) and not options.write else 0


def _pages() -> list[tuple[Path, str]]:
    makers: dict[str, Callable[[], str]] = {
        "commands.md": _commands,
        "exit-codes.md": _exit_codes,
        "connector.schema.json": lambda: f"{to_json(schema_of(CONNECTOR))}\n",
        "screen.svg": make_screen,
        "architecture.svg": draw_house,
    }
    pages = [(Path("docs") / name, make()) for name, make in makers.items()]
    pages += [(_CONNECTORS / name, text) for name, text in connector_pages(_MADE.rstrip()).items()]
    pages += [*quick_looks(), *whole_connectors(), connector_index(), (HELP, help_text()), *man_pages()]
    digests = {connector.name: connector.digest for connector in load_all(Folders(CATALOGUE))}
    return [*pages, (SHIPPED, shipped_text(SHIPPED.read_text(), __version__, digests))]


def _commands() -> str:
    """Return each command's help, as it prints itself."""
    parts = [f"# Commands\n\n{_MADE}"]
    with tempfile.TemporaryDirectory() as home:
        session = Session(Path(home))
        for words in ["", *filter(is_command, COMMANDS)]:
            page = session.run(f"{words} --help", show=False)
            parts.append(f"## {f'nexcred {words}'.strip()}\n\n```text\n{page.rstrip()}\n```\n")
        problems = session.complaints
    if problems:
        raise SystemExit("\n".join(problems))
    return "\n".join(parts)


def _exit_codes() -> str:
    """Return the tree of failures as a table; its docstring and its classes must agree."""
    lines = [
        "# Exit codes",
        "",
        _MADE.rstrip(),
        "",
        "`code` is what `--json` calls the error, in `error.code` on standard error's last line. Both are stable.",
        "",
        "| exit | code | what happened |",
        "|---:|---|---|",
        "| 0 | | done; all that was probed was accepted |",
    ]
    rows: dict[int, list[str]] = {}
    for name, exit_code, meaning in failures():
        kind = getattr(errors, name)
        if kind.exit_code != exit_code:
            raise SystemExit(f"the tree says that {name} exits {exit_code}, its class {kind.exit_code}")
        rows.setdefault(kind.exit_code, []).append(f"| {kind.exit_code} | `{kind.code}` | {meaning} |")
    for exit_code in sorted(rows):
        lines += rows[exit_code]
    lines += [
        "",
        "`run` exits as its command does. Of its own failures, 126 and 127 are as above, and any other is 125.",
        "",
        "Where the reader of a pipe leaves early, as `head` does, SIGPIPE ends nexcred without a word, like any other",
        "program: a shell calls that 141.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
