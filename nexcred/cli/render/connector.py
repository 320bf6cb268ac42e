"""`connectors show` for people: what is asked, and where in the product to find it."""

import textwrap
from collections.abc import Sequence

from nexcred.cli.render.ink import BOLD, CYAN, QUIET, YELLOW, paint
from nexcred.connectors.guidance import redirect_to_register, warnings_for
from nexcred.connectors.spec import Connector, Field, Method
from nexcred.model.text import make_visible

_WIDTH = 88


def connector_lines(connector: Connector, *, colour: bool) -> list[str]:
    """Lay out a connector: every method, its fields, its steps and its warnings."""
    lines = [f"{paint(connector.title, BOLD, colour=colour)}  {paint(connector.docs_url, QUIET, colour=colour)}"]
    lines += wrapped(connector.about, "  ")
    if connector.file:
        lines.append(f"  A connector of your own: {make_visible(connector.file)}")
    for method in connector.methods:
        lines += ["", *_method(connector, method, colour=colour)]
    return lines


def _method(connector: Connector, method: Method, *, colour: bool) -> list[str]:
    lines = [f"{paint(method.label, BOLD, colour=colour)}  (--method {method.name})", *wrapped(method.about, "  "), ""]
    width = max((len(field.name) for field in method.fields), default=0)
    for field in method.fields:
        lines += _field(field, width, colour=colour)
    redirect_uri = redirect_to_register(method, {})
    if redirect_uri:
        lines += ["", *wrapped(f"Register this redirect URI with the application: {redirect_uri}", "  ")]
    steps = method.steps or connector.steps
    if steps:
        lines += ["", *steps_lines(steps)]
    for field in method.fields:
        if field.steps:
            lines += ["", f"  {field.label}", *steps_lines(field.steps)]
    for warning in warnings_for(connector, method):
        lines += [paint(line, YELLOW, colour=colour) for line in wrapped(f"! {warning}", "  ", "    ")]
    return lines


def _field(field: Field, width: int, *, colour: bool) -> list[str]:
    traits = [
        "secret" if field.secret else "",
        "advanced" if field.advanced else "",
        "" if field.required and field.default is None else "optional",
        f"one of {', '.join(field.choices)}" if field.choices else "",
        f"default {field.default}" if field.default is not None else "",
    ]
    noted = ", ".join(trait for trait in traits if trait)
    first = f"  {paint(f'{field.name:{width}}', CYAN, colour=colour)}  {field.label}"
    return [
        first + (f"  {paint(f'({noted})', QUIET, colour=colour)}" if noted else ""),
        *wrapped(field.help, " " * (width + 4)),
    ]


def steps_lines(steps: Sequence[str]) -> list[str]:
    """Number the steps."""
    return [line for number, step in enumerate(steps, 1) for line in wrapped(f"{number}. {step}", "  ", "     ")]


def wrapped(text: str, indent: str, rest: str | None = None) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent if rest is None else rest)
