"""The parts of a page that are run.

```console            commands after `$ `, typed at a terminal; the lines below each are what it prints
```sh                 a script in pipes, as in CI; it must succeed, and what it prints is not shown
```yaml               a CI definition; its steps are run as on a fresh machine: see scripts/jobs.py
```pycon              a session of Python, all of a page's together, after the rest of the page
<!-- file PATH -->     the next block is written to that file of the home; `append PATH` adds it to the file
<!-- type … -->       what is typed at the prompts of the next block: `~ text` waits for it, `> keys` are typed
<!-- hidden … -->     a script that the reader need not see
<!-- provider … -->   what a stand-in does from here on: see scripts/providers.py
<!-- not run -->      the next block is shown only
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from tests.support.terminal import Typed

_PART = re.compile(
    r"^```(?P<language>\w*)\n(?P<code>.*?)^```$"
    r"|^<!-- (?P<word>type|hidden|provider|file|append|not run)\b(?P<said>.*?)-->$",
    re.MULTILINE | re.DOTALL,
)
_FILES = ("file", "append")


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a console block, and the lines that the page says it prints."""

    text: str
    printed: tuple[str, ...]

    def written(self) -> str:
        return "\n".join([f"$ {self.text}", *self.printed])


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a page: `kind` is the block's language, or what a comment says; `path` is that of a file."""

    kind: str
    text: str
    place: tuple[int, int]
    typed: tuple[Typed, ...] = field(default=())
    path: str = ""

    def commands(self) -> list[Command]:
        """Part a console block; a command goes on after a backslash at the end of its line."""
        lines = self.text.rstrip("\n").split("\n")
        starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
        return [_command(lines[start:end]) for start, end in pairwise([*starts, len(lines)])]


def blocks_of(page: str) -> list[Block]:
    """Return what is to be run, in order."""
    blocks: list[Block] = []
    typed: tuple[Typed, ...] = ()
    skip = False
    file: tuple[str, str] | None = None
    for match in _PART.finditer(page):
        language, code, word, said = match.group("language", "code", "word", "said")
        if word == "type":
            typed = _keys(said)
        elif word == "not run":
            skip = True
        elif word in _FILES:
            file = (word, said.strip())
        elif word:
            blocks.append(Block(word, said.strip(), match.span("said")))
        else:
            if file:
                blocks.append(Block(file[0], code, match.span("code"), path=file[1]))
            elif language in ("console", "sh", "yaml", "pycon") and not skip:
                blocks.append(Block(language, code, match.span("code"), typed))
            typed, skip, file = (), False, None
    return blocks


def _command(lines: list[str]) -> Command:
    last = next((number for number, line in enumerate(lines) if not line.endswith("\\")), len(lines) - 1)
    text = "\n".join([lines[0].removeprefix("$ "), *lines[1 : last + 1]])
    return Command(text, tuple(lines[last + 1 :]))


def _keys(said: str) -> tuple[Typed, ...]:
    lines = [line for line in said.strip("\n").split("\n") if line.strip()]
    awaited = [line.removeprefix("~ ") for line in lines[::2]]
    return tuple(Typed(after, line.removeprefix("> ")) for after, line in zip(awaited, lines[1::2], strict=True))
