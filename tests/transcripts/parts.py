"""What a transcript is made of.

# a comment
$ command          run by bash with pipes for streams; stdout and stderr in one
% command          run by bash at a terminal
~ text             wait until a prompt, the last line on the screen, holds this text
> keys             type this: ⏎ is Enter, ^C and ^D are control keys, {NAME} is a variable,
                   ⟦…⟧ is pasted, ␤ a line end in it
? code             the exit code, when it is not 0
anything else      what is printed, as the masks leave it; a line of `:` stands for an empty one
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Step:
    """One command and what follows it."""

    command: str
    at_terminal: bool
    comments: list[str]
    keys: list[tuple[str, str]] = field(default_factory=list)
    code: int = 0
    lines: list[str] = field(default_factory=list)

    def written(self) -> list[str]:
        """Lay the step out as it stands in its file."""
        keys = [line for waited, typed in self.keys for line in (f"~ {waited}", f"> {typed}")]
        code = [f"? {self.code}"] if self.code else []
        mark = "%" if self.at_terminal else "$"
        return [*self.comments, f"{mark} {self.command}", *keys, *(line or ":" for line in self.lines), *code]


def parse(text: str) -> list[Step]:
    """Read a transcript."""
    steps: list[Step] = []
    comments: list[str] = []
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        if line.startswith("#") or not line:
            comments.append(line)
        elif mark in ("$", "%"):
            steps.append(Step(rest, at_terminal=mark == "%", comments=comments))
            comments = []
        elif mark == "~":
            steps[-1].keys.append((rest, ""))
        elif mark == ">":
            steps[-1].keys[-1] = (steps[-1].keys[-1][0], rest)
        elif mark == "?":
            steps[-1].code = int(rest)
        else:
            steps[-1].lines.append("" if line == ":" else line)
    return steps
