"""Files that `run` makes of several values."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field

from nexcred.connectors.language.condition import When
from nexcred.model.template import Placeholder, TemplateContext


class FilePart(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Lines of a file, each a template that is left out where its fields have no value."""

    lines: tuple[str, ...]
    when: When | None = None


class FirstOption(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The option by which these programs read one file and no other; it stands first, unless the user gives one."""

    name: str
    programs: tuple[str, ...]
    unless: tuple[str, ...] = ()


class HandedFile(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file that `run` makes of several values, for tools that read no variables. `env` names it, or its folder."""

    name: str
    env: str
    in_folder: bool = False
    form: Literal["text", "login_path"] = "text"
    option: FirstOption | None = None
    parts: tuple[FilePart, ...] = field(name="part")

    def places(self, at: str) -> Iterator[Placeholder]:
        for index, part in enumerate(self.parts):
            for line in part.lines:
                yield Placeholder(f"{at}.part[{index}].lines", line, TemplateContext.TEXT)
