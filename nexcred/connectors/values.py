"""Check the values that were given for a credential against its connector."""

import json
from collections.abc import Collection, Iterator, Mapping

from nexcred.connectors.conditions import condition_holds
from nexcred.connectors.effective import is_stored_default
from nexcred.connectors.filled_values import text_values, with_defaults
from nexcred.connectors.language.free_names import problem_in_name
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.value_problems import HOLDS_BYTES, expected, problem_in_value
from nexcred.errors import InvalidData, MissingField, Problem
from nexcred.model.credential import MAX_SECRET_BYTES, Value
from nexcred.model.secret import Secret
from nexcred.model.suggest import suggest
from nexcred.model.template import TemplateContext, TextValues, names_in, problem_in
from nexcred.model.text import make_visible

_DOCUMENTS = ("json", "private_key", "file")

Raw = str | int | bytes | Secret


def choose_method(connector: Connector, given: Collection[str], name: str | None) -> Method:
    """Return the named method, else the first that takes all given fields, else the one that takes most of them."""
    if name is not None:
        return _named_method(connector, name)
    return max(connector.methods, key=lambda method: sum(method.find(field) is not None for field in given))


def check_value(field: Field, raw: Raw, method: Method | None = None) -> Value:
    """Return one value as it is kept; raise InvalidData. With the method also where it will be sent is looked at."""
    value, problem = _read(field, raw)
    if not problem and isinstance(value, str) and field.kind in _DOCUMENTS:
        from nexcred.connectors.mended import mended  # which few fields need

        value = mended(field, value)
    if isinstance(value, str):
        value = _without_address(field, value)
    problem = problem or problem_in_value(field, value)
    if method and not problem:
        sent = value if isinstance(value, bytes) else str(value)
        problem = next((found.problem for found in _problems_in_places(method, {field.name: sent})), "")
    if problem:
        found = Problem(field.name, problem, flag_of(field))
        raise InvalidData(f"{field.label} {problem}", problems=(found,))
    if field.kind == "int" and isinstance(value, str):
        return int(value)
    if isinstance(value, bytes):
        return Secret(value) if field.secret else value.decode()
    return Secret(str(value)) if field.secret else value


def _without_address(field: Field, text: str) -> str:
    """Return a secret that a provider shows as the end of a URL without what stands before it in all of them."""
    addresses = (prefix for prefix in field.prefixes if prefix.startswith("https://"))
    return next((text.removeprefix(one) for one in addresses if text.startswith(one)), text)


def check_values(
    connector: Connector, method: Method, raw: Mapping[str, object], *, keep_defaults: bool = True
) -> dict[str, Value]:
    """Return all values under their own names, in the spec's order, with the defaults that are kept.

    Without them there is only what was given. Every problem is reported at once: MissingField when values are only
    missing, else InvalidData.
    """
    given, problems = _by_own_name(connector, method, raw)
    values: dict[str, Value] = {}
    for field in method.fields:
        try:
            if field.name in given:
                values[field.name] = check_value(field, given[field.name])
            elif keep_defaults and is_stored_default(field) and field.default is not None:
                values[field.name] = field.default
        except InvalidData as error:
            problems.extend(error.problems)
    bad = {problem.field for problem in problems}
    texts = text_values(method, values)
    problems.extend(found for found in _problems_in_places(method, texts) if found.field not in bad)
    missing = tuple(_missing(method, values, {problem.field for problem in problems}))
    if method.free_fields and not values and not problems:
        raise _without_fields(connector)
    if missing and not problems:
        names = " and ".join(problem.field for problem in missing)
        raise MissingField(f"{connector.name} needs {names}", _hint(missing), missing)
    if problems:
        found = (*problems, *missing)
        raise InvalidData(_message(connector, found), problems=found)
    return values


def warnings_of(field: Field, value: Value) -> tuple[str, ...]:
    """Return sentences about a secret that is taken but looks wrong; they never hold it."""
    if not isinstance(value, Secret) or not isinstance(text := value.reveal(), str):
        return ()
    found = []
    if field.pattern and not _fits(field.pattern, text):
        found.append(f"{field.label} does not look as expected: it {expected(field, text)}")
    if not field.verbatim and field.kind == "text" and text != text.strip():
        found.append(f"{field.label} begins or ends with white space")
    return tuple(found)


def _fits(pattern: str, text: str) -> bool:
    from nexcred.connectors.language.pattern import fits  # an engine of its own, which few fields need

    return fits(pattern, text)


def is_asked(field: Field, values: Mapping[str, object], method: Method) -> bool:
    """True when the field's `when` holds for the values so far; values are plain or a Value."""
    return field.when is None or condition_holds(field.when, values, method)


def flag_of(field: Field) -> str:
    """Return the flag that gives this field: a secret never stands in argv."""
    return f"--set {field.name}={'-' if field.secret else '…'}"


def _named_method(connector: Connector, name: str) -> Method:
    method = connector.method(name)
    if method:
        return method
    names = [method.name for method in connector.methods]
    close = suggest(name, names)
    hint = f"did you mean '{close}'?" if close else f"it has: {', '.join(names)}"
    shown = make_visible(name[:64])
    problem = Problem("method", f"must be one of: {', '.join(names)}", "--method …")
    raise InvalidData(f"{connector.name} has no method '{shown}'", hint=hint, problems=(problem,))


def _by_own_name(
    connector: Connector, method: Method, raw: Mapping[str, object]
) -> tuple[dict[str, Raw], list[Problem]]:
    """Resolve aliases and drop nulls; collect unknown names, names given twice, and values of a wrong type."""
    given: dict[str, Raw] = {}
    problems: list[Problem] = []
    for name, value in raw.items():
        field = method.find(name)
        if field is None:
            problems.append(Problem(name, _unknown(connector, method, name)))
        elif value is None or (value == "" and not field.required and field.default is None):
            continue
        elif field.name in given:
            problems.append(Problem(field.name, f"is given twice, once as '{make_visible(name)}'", flag_of(field)))
        elif field.kind == "json" and isinstance(value, dict | list):
            given[field.name] = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, str | int | bytes | Secret) and not isinstance(value, bool):
            given[field.name] = value
        else:
            problems.append(Problem(field.name, "must be a text or a whole number", flag_of(field)))
    return given, problems


def _unknown(connector: Connector, method: Method, name: str) -> str:
    if method.free_fields:
        return problem_in_name(name, [field.name for field in method.fields])
    others = [other.name for other in connector.methods if other is not method and other.find(name)]
    if others:
        return f"belongs to method '{others[0]}', not to '{method.name}'"
    own = {known: field.name for field in method.fields for known in (field.name, *field.aliases)}
    close = suggest(name, own)
    if close:
        return f"is no field of {connector.name}; did you mean '{own[close]}'?"
    return f"is no field of {connector.name}; it has: {', '.join(field.name for field in method.fields)}"


def _read(field: Field, raw: Raw) -> tuple[str | int | bytes, str]:
    value: str | int | bytes = raw.reveal() if isinstance(raw, Secret) else raw
    if isinstance(value, bytes) and not (field.secret and field.kind in HOLDS_BYTES):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return value, "is binary, but text is needed here"
    if isinstance(value, int) and field.kind != "int":
        value = str(value)
    try:
        size = len(value) if isinstance(value, bytes) else len(str(value).encode())
    except UnicodeEncodeError:
        return value, "holds half of a character (a lone surrogate)"
    return value, f"is larger than {MAX_SECRET_BYTES // 1024} KiB" if size > MAX_SECRET_BYTES else ""


def _problems_in_places(method: Method, texts: TextValues) -> Iterator[Problem]:
    """Find values that cannot stand where the spec sends them, before anything is sent."""
    seen = set()
    for place in method.places(""):
        for name in names_in(place.template):
            field = method.find(name)
            if not field or name in seen or name not in texts or place.context is TemplateContext.URL:
                continue
            if problem := problem_in(texts[name], place.context):
                seen.add(name)
                yield Problem(name, problem, flag_of(field))


def _missing(method: Method, values: Mapping[str, Value], bad: set[str]) -> Iterator[Problem]:
    effective = with_defaults(method, values)
    stdin_is_free = True
    for field in method.fields:
        absent = field.name not in effective and field.name not in bad and field.default is None
        if not absent or not field.required or not is_asked(field, effective, method):
            continue
        flag = flag_of(field) if stdin_is_free or not field.secret else f"--set {field.name}=env:VARIABLE"
        stdin_is_free = stdin_is_free and not field.secret
        yield Problem(field.name, "is required", flag)


def _without_fields(connector: Connector) -> MissingField:
    """Make the failure for a method whose fields the user names, who named none."""
    return MissingField(f"{connector.name} needs at least one field", "name it yourself: --set FIELD=-")


def _message(connector: Connector, problems: tuple[Problem, ...]) -> str:
    if len(problems) == 1:
        return f"{make_visible(problems[0].field[:64])} {problems[0].problem}"
    return f"{len(problems)} values are not as {connector.name} takes them"


def _hint(missing: tuple[Problem, ...]) -> str:
    return f"pass {' '.join(problem.flag for problem in missing)}"
