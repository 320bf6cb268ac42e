"""Files of sections as Python's configparser reads them, on which the AWS CLI stands, and the line of what is wrong.

configparser itself stops at the first mistake, and tells no line of an option.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

_SECTION = re.compile(r"\[(.+)\]")
_DELIMITER = re.compile(r"[=:]")
_COMMENTS = ("#", ";")
# Its options are those of every section.
_FOR_ALL = "DEFAULT"


class IniOption(NamedTuple):
    """A value, of several lines where it goes on indented, and the line of its name."""

    value: str
    line: int

    def __repr__(self) -> str:
        return f"IniOption({self.line})"


@dataclass(slots=True)
class IniSection:
    """One `[name]`. `problem` says why configparser would refuse the file for it, the first of them."""

    name: str
    line: int
    options: dict[str, IniOption] = field(default_factory=dict)
    problem: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "name", "problem")

    def refuse(self, problem: str) -> None:
        self.problem = self.problem or problem


class IniFile(NamedTuple):
    """Its sections by name, and the first line before them that is in none, 0 for no such line."""

    sections: dict[str, IniSection]
    stray: int

    def __repr__(self) -> str:
        return repr_of(self, "stray")


def read_ini(lines: Iterable[str], for_all: str = _FOR_ALL) -> IniFile:
    """Read all sections, whatever is wrong with one of them; the options of `for_all` are those of every section."""
    reader = _IniReader(for_all)
    for number, line in enumerate(lines, start=1):
        reader.read(line, number)
    reader.end_option()
    shared = reader.sections.pop(for_all, None)
    for section in reader.sections.values():
        if shared is not None:
            section.options = {**shared.options, **section.options}
            section.problem = section.problem or shared.problem
    return IniFile(reader.sections, reader.stray)


class _IniReader:
    def __init__(self, for_all: str) -> None:
        self._for_all = for_all
        self.sections: dict[str, IniSection] = {}
        self.stray = 0
        self._section: IniSection | None = None
        self._name = ""
        self._value: list[str] = []
        self._line = 0
        self._indent = 0

    def read(self, line: str, number: int) -> None:
        text = line.strip()
        if not text:
            self._value.append("")
        elif text.startswith(_COMMENTS):
            return
        elif self._name and _indent_of(line) > self._indent:
            self._value.append(text)
        else:
            self.end_option()
            self._indent = _indent_of(line)
            self._begin(text, number)

    def end_option(self) -> None:
        """Keep the option whose lines have ended."""
        if self._section is not None and self._name:
            if self._name in self._section.options:
                self._section.refuse(f"line {self._line} gives {self._name} a second time")
            self._section.options[self._name] = IniOption("\n".join(self._value).rstrip(), self._line)
        self._name, self._value = "", []

    def _begin(self, text: str, number: int) -> None:
        header, delimiter = _SECTION.match(text), _DELIMITER.search(text)
        if header is not None:
            self._begin_section(header[1], number)
        elif self._section is None:
            self.stray = self.stray or number
        elif delimiter is None or delimiter.start() == 0:
            self._section.refuse(f"line {number} is not NAME = VALUE")
        else:
            self._name, self._line = text[: delimiter.start()].rstrip().lower(), number
            self._value = [text[delimiter.end() :].strip()]

    def _begin_section(self, name: str, number: int) -> None:
        known = self.sections.get(name)
        if known is not None and name != self._for_all:
            known.refuse(f"is there twice, on lines {known.line} and {number}")
        self._section = self.sections.setdefault(name, IniSection(name, number))
        if known is not None and name != self._for_all:
            self._section = IniSection(name, number)  # which of the two is meant, nobody knows


def _indent_of(line: str) -> int:
    return len(line) - len(line.lstrip())
