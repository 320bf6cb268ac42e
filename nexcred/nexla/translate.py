"""Translate the values of a credential from and to the names of Nexla's OpenAPI."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress

from nexcred.connectors.filled_values import with_defaults
from nexcred.connectors.language.nexla_names import NexlaNames, fill, take_apart
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.parts import parts_of
from nexcred.errors import InvalidData, Problem
from nexcred.model import strict_json
from nexcred.model.credential import Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of
from nexcred.model.template import names_in


class Translated(NamedTuple):
    """Values under our names, the method that they are of if that is said, and Nexla's names of what is left out."""

    values: dict[str, object]
    method: str | None = None
    left_out: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return repr_of(self, "method")


def from_nexla(connector: Connector, given: Mapping[str, object], method: str | None = None) -> Translated:
    """Translate what stands under Nexla's names; what stands under ours, or is unknown, passes unchanged.

    An unknown name that says nothing, such as a switch that is off, is dropped. Raises InvalidData for what is of no
    method of this connector.
    """
    speaking = [one for one in connector.methods if one.nexla and method in (None, one.name)]
    if not any(_speaks(one.nexla, given) for one in speaking if one.nexla):
        return Translated({name: value for name, value in given.items() if not _is_off(connector, name, value)}, method)
    for one in speaking:
        translated = _fitting(one, given)
        if translated is not None:
            return translated
    raise _of_no_method(connector, speaking, given)


def to_nexla(method: Method, fields: Mapping[str, Value]) -> dict[str, object]:
    """Return the values under Nexla's names where the method says them, under ours where not.

    Raises TemplateError for bytes that Nexla's names have no place for.
    """
    nexla = method.nexla or NexlaNames()
    whole = {**parts_of(method, fields), **with_defaults(method, fields)}
    texts = {name: _plain(value) for name, value in whole.items()}
    named = {name: fill(template, texts) for name, template in nexla.names.items()}
    told = {name: _in_their_words(nexla, name, text) for name, text in named.items() if text is not None}
    rest = {name: json_value(value) for name, value in fields.items() if not _is_in(name, nexla)}
    return {**nexla.fixed, **told, **nexla.usual, **rest}


def json_value(value: Value) -> object:
    """Return a value as JSON has it: bytes that are no UTF-8 as {"base64": …}."""
    if not isinstance(value, Secret):
        return value
    plain = value.reveal()
    return plain if isinstance(plain, str) else {"base64": b64encode(plain).decode()}


def from_json_value(value: object) -> object:
    """Undo `json_value`, for values of fields that take no JSON of their own."""
    if isinstance(value, dict) and set(value) == {"base64"} and isinstance(value["base64"], str):
        with suppress(ValueError):
            return Secret(b64decode(value["base64"], validate=True))
    return value


def _is_off(connector: Connector, name: str, value: object) -> bool:
    """True for what no method knows, and says nothing."""
    return _is_nothing(value) and not any(method.find(name) for method in connector.methods)


def _is_nothing(value: object) -> bool:
    return value is None or value is False or (isinstance(value, Secret) and not value.size)


def _speaks(nexla: NexlaNames, given: Mapping[str, object]) -> bool:
    return any(name in (*nexla.fixed, *nexla.names, *nexla.usual, *nexla.ignored) for name in given)


def _fitting(method: Method, given: Mapping[str, object]) -> Translated | None:
    """Translate for one method; None when the values are not of it."""
    nexla = method.nexla or NexlaNames()
    kinds = {field.name: str(field.kind) for field in method.fields}
    optional = frozenset(field.name for field in method.fields if not field.required)
    values: dict[str, object] = {}
    left_out = []
    for name, value in given.items():
        if name in nexla.fixed:
            if not _is_same(nexla.fixed[name], value):
                return None
        elif name in nexla.names:
            if not set(names_in(nexla.names[name])) <= set(kinds):
                continue  # a part of another value, where it is read from
            parts = _parts(nexla.names[name], _in_our_words(nexla, name, value), kinds, optional)
            if parts is None:
                return None
            values.update({part: text for part, text in parts.items() if not _is_default(method, part, text)})
        elif name in nexla.usual or name in nexla.ignored:
            left_out += [name] if value and not _is_same(nexla.usual.get(name, False), value) else []
        elif method.find(name) or not _is_nothing(value):
            values[name] = value
    return Translated(values, method.name, tuple(left_out))


def _in_their_words(nexla: NexlaNames, name: str, text: str) -> object:
    return _object(text) if name in nexla.objects else nexla.words.get(name, {}).get(text, text)


def _in_our_words(nexla: NexlaNames, name: str, value: object) -> object:
    words = {theirs: ours for ours, theirs in nexla.words.get(name, {}).items()}
    plain = value.reveal() if isinstance(value, Secret) else value
    return words.get(plain, value) if isinstance(plain, str) else value


def _is_default(method: Method, name: str, value: object) -> bool:
    """True for what an advanced field is without being kept."""
    field = method.find(name)
    return field is not None and field.advanced and value == Secret(str(field.default))


def _is_same(fixed: str | bool, value: object) -> bool:
    plain = value.reveal() if isinstance(value, Secret) else value
    if isinstance(fixed, str) and isinstance(plain, str):
        return fixed.casefold() == plain.casefold()
    return plain is fixed


def _parts(
    template: str, value: object, kinds: Mapping[str, str], optional: frozenset[str]
) -> dict[str, object] | None:
    if value is None or value is False:
        return {}
    if isinstance(value, dict | list):
        value = Secret(json.dumps(value, ensure_ascii=False))
    plain = value.reveal() if isinstance(value, Secret) else value
    if isinstance(plain, bytes | bool):
        return None
    if plain == "":
        return {}
    parts = take_apart(template, str(plain), kinds, optional)
    return None if parts is None else {name: Secret(text) for name, text in parts.items()}


def _of_no_method(connector: Connector, speaking: list[Method], given: Mapping[str, object]) -> InvalidData:
    """Name the keys that no method agrees with, and what they may say; never what they say."""
    problems = []
    for key in given:
        wanted = dict.fromkeys(str(one.nexla.fixed[key]) for one in speaking if one.nexla and key in one.nexla.fixed)
        if wanted and not any(one.nexla and _is_same(one.nexla.fixed.get(key, ""), given[key]) for one in speaking):
            problems.append(Problem(key, f"must be one of: {', '.join(wanted)}"))
    if not problems:
        problems = [Problem("credentials", f"is not as any method of {connector.name} has it")]
    return InvalidData(f"{problems[0].field} {problems[0].problem}", problems=tuple(problems))


def _plain(value: Value) -> str | bytes:
    return value.reveal() if isinstance(value, Secret) else str(value)


def _object(text: str) -> object:
    """Read the JSON that a text holds, or holds in base64; the text itself where it holds none."""
    for candidate in (text, _decoded(text)):
        with suppress(ValueError):
            found = strict_json.loads(candidate)
            if isinstance(found, dict):
                return found
    return text


def _decoded(text: str) -> bytes:
    try:
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        return b""


def _is_in(name: str, nexla: NexlaNames) -> bool:
    return any(name in names_in(template) for template in nexla.names.values())
