"""How a connector's page tells the probe: what is asked, what is a yes, and which rules come first."""

import json
from collections.abc import Iterator

from nexcred.auth.request import RequestSpec
from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.language.condition import When
from nexcred.connectors.language.spec import Method, ProbeSpec, ProbeStep, Rule
from scripts.code_span import code


def probe_lines(method: Method) -> Iterator[str]:
    """Yield what proves a credential, or why nothing does."""
    if method.probe is None:
        yield f"**Not proved**: {method.unprobed}."
        return
    for number, (_, part) in enumerate(method.probe.parts("")):
        if number:
            yield ""
        yield from _part(method, part, further=number > 0)
    if method.probe.control:
        yield from ("", "A made-up secret is sent too, and must be refused.")


def _part(method: Method, part: ProbeSpec | ProbeStep, *, further: bool) -> Iterator[str]:
    asked = _asked(method, part.request)
    told = list(_told(part))
    yield f"**{'Then asked' if further else 'Proved'}** by {asked}{_due(part.when, part.unless)}{':' if told else '.'}"
    if told:
        yield from ("", *told)


def _told(part: ProbeSpec | ProbeStep) -> Iterator[str]:
    if part.request is not None:
        yield from (f"- with the {what}" for what in _carried(part.request))
        needs = f", and the {_named(part.content)} holds {code(part.expect)}" if part.expect else ""
        yield f"- accepted: status `{part.accept_status}`{needs}"
    for rule in part.rules:
        detail = f" ({rule.detail})" if rule.detail else ""
        yield f"- {rule.verdict}: {_condition(rule)}{detail}"
    if isinstance(part, ProbeSpec) and part.refusal_unknown:
        yield "- neither yes nor no: a status `401` or `403` that no rule above knows"
    if part.identity:
        yield f"- who it is: {code(part.identity)}"
    if part.expires or part.expires_header:
        header = f"the header `{part.expires_header}`" if part.expires_header else ""
        yield f"- when it expires: {code(part.expires) if part.expires else header}"


def _asked(method: Method, request: RequestSpec | None) -> str:
    if request is not None:
        return f"`{request.method} {request.url}{request.path}`"
    return "logging in there" if isinstance(method.auth, LoginAuth) else "the token that is granted in exchange"


def _carried(request: RequestSpec) -> Iterator[str]:
    """Yield what goes with a request beside its address and what authenticates it."""
    tables = (("query", request.query, "="), ("headers", request.headers, ": "), ("form", request.form or {}, "="))
    for what, table, sign in tables:
        if table:
            yield f"{what} {', '.join(code(_unescaped(f'{name}{sign}{value}')) for name, value in table.items())}"
    if request.json is not None:
        yield f"JSON {code(json.dumps(_in_texts(request.json), ensure_ascii=False))}"
    if request.xml:
        yield f"XML {code(_unescaped(' '.join(request.xml.split())))}"


def _unescaped(template: str) -> str:
    """Write the braces once that stand twice in a template."""
    return template.replace("{{", "{").replace("}}", "}")


def _in_texts(node: object) -> object:
    if isinstance(node, dict):
        return {name: _in_texts(value) for name, value in node.items()}
    if isinstance(node, list):
        return [_in_texts(value) for value in node]
    return _unescaped(node) if isinstance(node, str) else node


def _named(content: str) -> str:
    return content.upper() if content in ("json", "xml", "html") else "answer"


def _due(when: When | None, unless: When | None) -> str:
    found = [f"{word} `{one.field}` is {_values(one)}" for word, one in (("when", when), ("unless", unless)) if one]
    return f", {' and '.join(found)}" if found else ""


def _values(when: When) -> str:
    return " or ".join(f"`{value}`" for value in when.values) or "given"


def _condition(rule: Rule) -> str:
    found = [
        f"status `{rule.status}`" if rule.status else "",
        *(f"header `{name}`{f' is {code(value)}' if value else ''}" for name, value in rule.headers.items()),
        f"a body of {_named(rule.content)}" if rule.content else "",
        f"it holds {code(rule.match)}" if rule.match else "",
    ]
    again = ", also when asked once more" if rule.again else ""
    return ", ".join(part for part in found if part) + again
