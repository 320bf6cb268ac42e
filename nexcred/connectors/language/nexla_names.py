"""What Nexla's OpenAPI calls the values of a method, in both directions.

Source: the schemas `<type>_data_credential` of Nexla's published OpenAPI (nexla-opensource/nexla-sdk-js,
packages/ts-sdk/src/generated/schema.ts). The names of the order's bodies are our own, and need nothing of this.
"""

import re
from collections.abc import Mapping

from msgspec import Struct, field

from nexcred.model.template import TemplateContext, TextValues, names_in, pieces_of, render_optional


class NexlaNames(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`fixed` tells this method from others; `names` are templates of our fields.

    `words` are Nexla's for our values, by the name that they stand under. What stands in `objects` is written as a JSON
    object, though we keep its text. `usual` is written and not read, `ignored` neither: both say nothing of who may
    have access.
    """

    fixed: dict[str, str | bool] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    objects: tuple[str, ...] = ()
    usual: dict[str, str | bool] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def fill(template: str, values: TextValues) -> str | None:
    """Return the value under Nexla's name, None when its fields have none; raise TemplateError for bytes."""
    text = render_optional(template, values, TemplateContext.TEXT)
    is_whole = all(name in values for name in names_in(template))
    return text if text is None or is_whole else text.strip(" ")


def take_apart(template: str, text: str, kinds: Mapping[str, str], optional: frozenset[str]) -> dict[str, str] | None:
    """Return what each field was when the template was filled, None when it cannot have been.

    A URL that a path follows ends with its host; a word before a space may have been left out where it is optional.
    """
    match = re.fullmatch(_pattern(template, kinds, optional), text, re.DOTALL)
    return None if match is None else {name: value for name, value in match.groupdict().items() if value}


def _pattern(template: str, kinds: Mapping[str, str], optional: frozenset[str]) -> str:
    pieces = list(pieces_of(template))
    parts = []
    for index, (name, literal) in enumerate(pieces):
        before = pieces[index - 1][0] if index else ""
        if name:
            is_last = index == len(pieces) - 1
            parts.append(f"(?P<{name}>{_group(kinds.get(name, 'text'), is_last=is_last)})")
        elif before in optional and literal == " ":
            parts[-1] = f"(?:{parts[-1]} )?"
        else:
            parts.append(re.escape(literal))
    return "".join(parts)


def _group(kind: str, *, is_last: bool) -> str:
    if kind == "path":
        return "(?:/.*)?"
    if kind == "url" and not is_last:
        return "https?://[^/?#]+"
    return ".+" if is_last else "[^ ]+"
