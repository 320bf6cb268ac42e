"""A page for each connector of the catalogue, from its file: what it asks for, where to find it, how it is proved."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from nexcred.connectors.evidence import level_of, told_evidence
from nexcred.connectors.found_values import fields_found_by
from nexcred.connectors.guidance import revoke_for, warnings_for
from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.key_page import page_template
from nexcred.connectors.language.evidence import Page
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.lifecycle import life_of
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, SUFFIX, Folders
from nexcred.connectors.minting import mint_words
from nexcred.connectors.values import flag_of
from scripts.code_span import code
from scripts.connector_probe import probe_lines

_COMMENT = re.compile(r"^ *# ?(.*)$")
_OWN_HOST = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_DOUBT = re.compile(r"\b(Doubts?): ")
# An address that goes on in the next line, such as one that ends with a slash.
_BROKEN_ADDRESS = re.compile(r"(/|/\S*-)\n")
# What goes without saying.
_USUAL = {"pkce": "`True`", "format": "`form`", "scope_separator": "` `"}
_LEVELS = {
    "live": "were tried with a real key",
    "documented": "are known by the provider's own pages",
    "agreed": "by sources that agree with each other",
    "single": "by one source alone",
}
_CATEGORIES = {
    "ai": "AI",
    "bi": "BI",
    "cms": "CMS",
    "crm": "CRM",
    "devtools": "Developer tools",
    "ecommerce": "E-commerce",
    "hr": "HR",
}
_IN_FILES = ("file", "json", "base64", "private_key")


def connector_pages(made: str) -> dict[str, str]:
    """Return the pages by file name, the index included; `made` is the line that says not to edit."""
    connectors = load_all(Folders(CATALOGUE))
    pages = {f"{connector.name}.md": _page(connector, made) for connector in connectors}
    return {"README.md": _index(connectors, made), **pages}


def _index(connectors: Sequence[Connector], made: str) -> str:
    lines = [
        "# Connectors",
        "",
        made,
        "",
        "What each built-in connector asks for, where to find it, where it is sent, and how it is proved.",
        "For any other system, write one TOML file: [Writing a connector](../writing-a-connector.md).",
        "",
        _counted(connectors),
    ]
    for category in sorted({connector.category for connector in connectors}):
        lines += [
            "",
            f"## {_heading(category)}",
            "",
            "| connector | system | ways to authenticate | known |",
            "|---|---|---|---|",
        ]
        lines += [_row(connector) for connector in connectors if connector.category == category]
    return "\n".join(lines) + "\n"


def _counted(connectors: Sequence[Connector]) -> str:
    """Say how many there are, those that one source alone tells apart from the others."""
    levels = Counter(map(level_of, connectors))
    told = [f"{levels[level]} {what}" for level, what in _LEVELS.items() if levels[level]]
    return f"There are {len(connectors)}: {', '.join(told)} ([what that means](../connectors.md#evidence))."


def _heading(category: str) -> str:
    return _CATEGORIES.get(category, category.capitalize())


def _row(connector: Connector) -> str:
    ways = ", ".join(f"{method.label} (`{method.name}`)" for method in connector.methods)
    days = [one.read for one in connector.evidence.sources if isinstance(one, Page)] if connector.evidence else []
    known = f"{level_of(connector)}{f', {max(days):%Y-%m-%d}' if days else ''}"
    return f"| [`{connector.name}`]({connector.name}.md) | {connector.title} | {_cell(ways)} | {known} |"


def _page(connector: Connector, made: str) -> str:
    lines = [
        f"# {connector.title}",
        "",
        made,
        "",
        connector.about,
        "",
        f"Documentation: <{connector.docs_url}>",
        "",
        *(f"{told}\n" for told in [told_evidence(connector)] if told),
        "```sh",
        f"nexcred add {connector.name}",
        "```",
    ]
    for method in connector.methods:
        lines += ["", *_method(connector, method)]
    remarks = _remarks(connector)
    lines += ["", "## Sources and doubts", "", *(f"{line}" for line in remarks)]
    return "\n".join(lines).rstrip() + "\n"


def _method(connector: Connector, method: Method) -> Iterator[str]:
    yield f"## {method.label}"
    if method.about:
        yield from ("", method.about)
    if len(connector.methods) > 1:
        yield from ("", f"Chosen by `--method {method.name}`.")
    for title, steps in _ways(connector, method):
        yield from ("", f"{title}:", "", *(f"{number}. {_text(step)}" for number, step in enumerate(steps, 1)))
    warnings = warnings_for(connector, method)
    if warnings:
        yield from ("", "Before you start:", "", *(f"- {_text(warning)}" for warning in warnings))
    if method.fields:
        rows = (_field_row(method, field) for field in method.fields)
        yield from ("", "| field | what it is | |", "|---|---|---|", *rows)
        yield from ("", "From a script:", "", "```sh", _script(connector, method), "```")
    yield from ("", *_sending(method), "", *probe_lines(method), *_remedies(connector, method))


def _ways(connector: Connector, method: Method) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what leads to the values, and where a field has a way of its own."""
    steps = method.steps or connector.steps
    if steps:
        yield "Where to find it", steps
    for field in method.fields:
        if field.steps:
            yield f"Where to find the {field.label}", field.steps


def _field_row(method: Method, field: Field) -> str:
    traits = [
        "told by the provider" if field.name in fields_found_by(method.auth) else "",
        "secret" if field.secret else "",
        "advanced: can be set, is not asked for" if field.advanced else "",
        "" if field.required and field.default is None else "optional",
        f"one of {_codes(field.choices)}" if field.choices else "",
        f"default {code(str(field.default))}" if field.default is not None else "",
        f"only when `{field.when.field}` is {_codes(field.when.values) or 'given'}" if field.when else "",
        f"also accepted as {_codes(field.aliases)}" if field.aliases else "",
        f"variable {_codes((field.env, *field.env_also))}" if field.env else "",
    ]
    about = f"**{field.label}**. {field.help}".rstrip()
    return f"| `{field.name}` | {_cell(about)} | {_cell(', '.join(trait for trait in traits if trait))} |"


def _script(connector: Connector, method: Method) -> str:
    needed = [field for field in method.fields if field.required and field.default is None and not field.when]
    words = [f"nexcred add {connector.name}"]
    if method is not connector.methods[0]:
        words.append(f"--method {method.name}")
    for field in needed:
        given = f"--set {field.name}=env:{field.env or field.name.upper()}" if field.secret else flag_of(field)
        words.append(f"--set {field.name}=@FILE" if field.kind in _IN_FILES else given)
    return " ".join(words)


def _sending(method: Method) -> Iterator[str]:
    """Say by which scheme it is sent, and to which hosts."""
    scheme = method.auth.__struct_config__.tag
    hosts = declared_hosts(method)
    if scheme == "none" and not hosts:
        yield "**Sent** nowhere."
        return
    told = [
        f"- `{key}`: {value}"
        for key, value in _told(msgspec.to_builtins(method.auth))
        if key != "scheme" and _USUAL.get(key) != value
    ]
    yield f"**Sent** by the scheme [`{scheme}`](../connectors.md#schemes){':' if told else '.'}"
    yield from ("", *told) if told else ()
    yield ""
    yield f"**Goes to** {', '.join(_host(host) for host in hosts)}; elsewhere only with `--allow-host`."


def _told(part: dict[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """Flatten what a scheme says, leaving out what it says nothing of."""
    for key, value in part.items():
        path = f"{at}{key}"
        if isinstance(value, dict) and value:
            yield from _told(value, f"{path}.")
        elif value not in (None, "", [], {}, ()):
            yield path, _codes(map(str, value)) if isinstance(value, list | tuple) else code(str(value))


def _host(declared: str) -> str:
    own = _OWN_HOST.fullmatch(declared)
    if own:
        return f"the host of `{own[1]}`"
    buckets = _OWN_HOST.fullmatch(declared.removeprefix("*."))
    if buckets:
        return f"buckets before the host of `{buckets[1]}`"
    server, login, rest = declared.partition("login ")
    if not login or server:
        return f"`{declared}`"
    return f"or at `{rest[3:]}`" if rest.startswith("at ") else f"the server itself, by a login at `{rest}`"


def _remedies(connector: Connector, method: Method) -> Iterator[str]:
    for status in ("rejected", "expired", "forbidden"):
        remedy = getattr(method.remedy, status) or getattr(connector.remedy, status)
        if remedy:
            yield from ("", f"If it is *{status}*: {_text(remedy)}.")
    if page := page_template(connector, method):
        yield from ("", f"Its keys are made and managed at `{page}`, which `nexcred open` opens.")
    if revoke := revoke_for(connector, method):
        yield from ("", f"To revoke it: {_text(revoke)}.")
    if method.mints:
        yield from ("", "Requests that are answered with a credential:", "")
        yield from (f"- {_text(mint_words(mint))}" for mint in method.mints)
    if life := life_of(method):
        yield from ("", _text(" ".join(life)))


def _remarks(connector: Connector) -> Iterator[str]:
    """Yield the comments at the head of the file, and those that state a doubt."""
    path = CATALOGUE / f"{connector.name}{SUFFIX}"
    for index, comment in enumerate(_comments(path)):
        if index == 0 or _DOUBT.search(comment):
            first, *doubts = re.split(r"\b(?=Doubts?: )", comment)
            told = (_DOUBT.sub(r"**\1**: ", _text(part.strip())) for part in (first, *doubts) if part)
            yield from (f"- {part}" for part in told)
    for source in connector.evidence.sources if connector.evidence else ():
        if isinstance(source, Page):
            yield f"- [{_text(source.heading)}]({source.url}), read {source.read:%Y-%m-%d}"
        else:
            yield f"- {f'<{source}>' if source.startswith('https://') else _text(source)}"


def _comments(path: Path) -> Iterator[str]:
    """Yield each run of comment lines as one text."""
    run: list[str] = []
    for line in [*path.read_text().splitlines(), ""]:
        comment = _COMMENT.match(line)
        if comment:
            run.append(comment[1])
        elif run:
            yield _BROKEN_ADDRESS.sub(r"\1", "\n".join(run)).replace("\n", " ")
            run = []


def _codes(words: Iterable[str]) -> str:
    return ", ".join(map(code, words))


def _text(text: str) -> str:
    """Keep what reads like a tag from being one."""
    return re.sub(r"(?<!`)<([^>`]*)>", r"`<\1>`", text)


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|").replace("\n", " ")
