"""Find what is wrong with a spec although its types are right: names that lead nowhere, hosts a value could change."""

import re
from collections.abc import Iterable, Iterator

from nexcred.auth.pick import problem_in_expression
from nexcred.auth.refresh_token import RefreshToken
from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.identity import placeholders_in
from nexcred.connectors.language.connector_name import is_connector_name
from nexcred.connectors.language.evidence import problems_in_evidence
from nexcred.connectors.language.limits import problems_in_limits
from nexcred.connectors.language.mints import problems_in_mints
from nexcred.connectors.language.pages import Pages
from nexcred.connectors.language.spec import Connector, Expectation, Field, Method, ProbeSpec
from nexcred.connectors.language.status_words import problem_in_status
from nexcred.connectors.lint.clears import problems_in_clears
from nexcred.connectors.lint.counts import problems_in_counts
from nexcred.connectors.lint.fields import problems_in_condition, problems_in_fields
from nexcred.connectors.lint.files import problems_in_files
from nexcred.connectors.lint.found import problems_in_found
from nexcred.connectors.lint.key_page import problems_in_key_page
from nexcred.connectors.lint.lifecycle import problems_in_lifecycle
from nexcred.connectors.lint.nexla import problems_in_nexla
from nexcred.connectors.lint.notify import problems_in_notify
from nexcred.connectors.lint.oauth import problems_in_oauth
from nexcred.connectors.lint.structure import Found
from nexcred.connectors.lint.templates import problems_in_places
from nexcred.connectors.parts import parts_as_fields
from nexcred.model.template import names_in

_LONGEST_TITLE = 80
_METHOD_NAME = re.compile(r"[a-z][a-z0-9_]*")


def problems_in_meaning(connector: Connector) -> Iterator[Found]:
    """Yield every problem with its path, for the connector as its file says it."""
    too_many = list(problems_in_counts(connector))
    if too_many:
        yield from too_many
        return
    yield from _problems_in_names(connector)
    if not connector.docs_url.startswith("https://"):
        yield "docs_url", "must begin with https://"
    if not connector.methods:
        yield "", "has no [[method]]"
    if connector.evidence:
        yield from problems_in_evidence(connector.evidence)
    yield from problems_in_limits(connector.limits)
    yield from _problems_in_pages(connector.pages)
    yield from problems_in_clears(connector.clears, "clears")
    yield from problems_in_mints(connector.mints, "mints")
    if problem := problem_in_expression(connector.failed) if connector.failed else "":
        yield "failed", problem
    yield from _duplicates((f"method[{i}].name", method.name) for i, method in enumerate(connector.methods))
    if connector.probe:
        yield from _problems_in_probe(connector.probe, "probe", connector.fields)
    for index, method in enumerate(connector.methods):
        yield from _problems_in_method(connector, method, f"method[{index}]")


def _problems_in_names(connector: Connector) -> Iterator[Found]:
    if not is_connector_name(connector.name):
        yield "name", "must be lower-case letters, digits, '-' and '_'"
    if not connector.title.strip():
        yield "title", "is empty"
    if len(connector.title) > _LONGEST_TITLE:
        yield "title", f"has more than {_LONGEST_TITLE} characters"


def _problems_in_pages(pages: Pages | None) -> Iterator[Found]:
    if pages is None:
        return
    if bool(pages.cursor) == bool(pages.last):
        yield "pages", "needs one of 'cursor' and 'last'"
    for path, expression in pages.expressions("pages"):
        if problem := problem_in_expression(expression) if expression else "":
            yield path, problem


def _problems_in_method(connector: Connector, method: Method, at: str) -> Iterator[Found]:
    if not _METHOD_NAME.fullmatch(method.name):
        yield f"{at}.name", "must be lower-case letters, digits and '_'"
    placed = _placed_fields(connector, method, at)
    if method.free_fields and method.auth.__struct_config__.tag != "none":
        yield f"{at}.free_fields", "is for the scheme 'none': what a credential names itself is sent to nobody"
    if method.free_fields and (method.probe or not method.unprobed):
        yield f"{at}.free_fields", "needs 'unprobed': what a credential names itself is proved by nobody"
    if not placed and method.auth.__struct_config__.tag != "none":
        yield at, "has no [[method.field]]"
    yield from problems_in_fields(placed)
    fields = tuple(field for _, field in placed)
    fields += tuple(parts_as_fields(fields).values())
    yield from problems_in_oauth(method.auth, f"{at}.auth")
    yield from problems_in_found(connector, method, at)
    for path, expression in method.auth.expressions(f"{at}.auth"):
        yield from _problems_in_expression(path, expression, fields)
    if method.probe:
        yield from _problems_in_probe(method.probe, f"{at}.probe", fields)
    if method.nexla:
        yield from problems_in_nexla(method.nexla, f"{at}.nexla", fields)
    yield from problems_in_files(method.files, at, fields)
    yield from problems_in_clears(method.clears, f"{at}.clears")
    yield from problems_in_mints(method.mints, f"{at}.mints")
    yield from _problems_in_proof(connector, method, at)
    yield from problems_in_places(connector, method, at)
    yield from problems_in_key_page(connector, method, at)
    yield from problems_in_lifecycle(connector, method, at)
    yield from problems_in_notify(connector, method, at)


def _placed_fields(connector: Connector, method: Method, at: str) -> list[tuple[str, Field]]:
    shared = [(f"field[{index}]", field) for index, field in enumerate(connector.fields)]
    return [*shared, *((f"{at}.field[{index}]", field) for index, field in enumerate(method.fields))]


def _problems_in_proof(connector: Connector, method: Method, at: str) -> Iterator[Found]:
    if method.probe and method.unprobed:
        yield f"{at}.unprobed", "says why there is no probe, but there is one"
    probe = method.probe or (None if method.unprobed else connector.probe)
    if probe is None and not method.unprobed:
        yield at, "lacks 'probe'; or say in 'unprobed' why there is none"
    # What a session grants without asking anybody proves nothing.
    asks = bool(method.auth.requests()) and not method.auth.lives_in_session
    asks_by_itself = asks or isinstance(method.auth, LoginAuth)
    if probe and probe.request is None and not asks_by_itself:
        yield f"{at}.probe" if method.probe else "probe", "lacks 'request': this scheme asks nobody by itself"
    if probe and probe.elsewhere and isinstance(method.auth, RefreshToken):
        yield f"{at}.probe" if method.probe else "probe", "'elsewhere' may spend a refresh token, of which there is one"


def _problems_in_probe(probe: ProbeSpec, at: str, fields: tuple[Field, ...]) -> Iterator[Found]:
    known = {field.name: field for field in fields}
    for path, part in probe.parts(at):
        yield from _problems_in_part(part, path, fields)
        for key, condition in (("when", part.when), ("unless", part.unless)):
            if condition:
                yield from problems_in_condition(condition, f"{path}.{key}", known)
    if probe.elsewhere:
        yield from _problems_in_elsewhere(known.get(probe.elsewhere), f"{at}.elsewhere", fields)


def _problems_in_elsewhere(place: Field | None, at: str, fields: tuple[Field, ...]) -> Iterator[Found]:
    if place is None or place.secret or not place.choices:
        yield at, "must name a public field that has choices"
    elif not any(_is_led_by(place, field) for field in fields):
        yield at, f"{place.name!r} leads nowhere else: no url field has its defaults by it"


def _is_led_by(place: Field, field: Field) -> bool:
    """True for an address that is another one with other values of this field, unless it is given."""
    return field.kind == "url" and (field.default_by == place.name or place.name in names_in(str(field.default or "")))


def _problems_in_part(probe: Expectation, at: str, fields: tuple[Field, ...]) -> Iterator[Found]:
    for path, expression in probe.expressions(at):
        yield from _problems_in_expression(path, expression, fields)
    if not probe.accept_status.startswith("{") and (problem := problem_in_status(probe.accept_status)):
        yield f"{at}.accept_status", problem
    for index, rule in enumerate(probe.rules):
        if rule.status and (problem := problem_in_status(rule.status)):
            yield f"{at}.rule[{index}].status", problem
        if not (rule.status or rule.headers or rule.content or rule.match):
            yield f"{at}.rule[{index}]", "lacks a condition: status, headers, content or match"
        public = {field.name for field in fields if not field.secret}
        if any(not changed.keys() <= public for changed in rule.elsewhere):
            yield f"{at}.rule[{index}].elsewhere", "names something that is not a field, or a secret one"
        if rule.elsewhere and rule.verdict not in ("rejected", "expired"):
            yield f"{at}.rule[{index}].elsewhere", "belongs to a rule that says rejected or expired"
    if probe.identity:
        yield from _problems_in_identity(probe.identity, f"{at}.identity", fields)


def _problems_in_identity(identity: str, at: str, fields: tuple[Field, ...]) -> Iterator[Found]:
    found = placeholders_in(identity)
    if not found:
        yield at, "names nothing: write {account_id} for a field, {answer.user.email} for the answer"
    secret = {field.name for field in fields if field.secret}
    public = {field.name for field in fields if not field.secret}
    for expression in found:
        if problem := problem_in_expression(expression):
            yield at, problem
            continue
        root = re.split(r"[^A-Za-z0-9_]", expression.strip(), maxsplit=1)[0]
        if root in secret:
            yield at, f"shows the secret field '{root}'"
        elif root in public | {"answer"} or not root:
            continue
        elif not expression.strip().startswith(root + "("):
            yield at, f"'{root}' is neither a field nor 'answer'"


def _problems_in_expression(path: str, expression: str, fields: tuple[Field, ...]) -> Iterator[Found]:
    """Check JMESPath, or a whole `{field}` that lets the user give one."""
    user_given = re.fullmatch(r"\{([a-z][a-z0-9_]*)\}", expression)
    if user_given:
        if not any(field.name == user_given[1] and field.kind == "jmespath" for field in fields):
            yield path, f"'{user_given[1]}' is not a field of kind jmespath"
    elif expression and (problem := problem_in_expression(expression)):
        yield path, problem


def _duplicates(named: Iterable[tuple[str, str]]) -> Iterator[Found]:
    seen: set[str] = set()
    for path, name in named:
        if name in seen:
            yield path, f"'{name}' is given twice"
        seen.add(name)
