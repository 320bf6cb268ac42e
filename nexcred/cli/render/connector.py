"""`connectors show` for people: what is asked, and where in the product to find it."""

from collections.abc import Sequence

from nexcred.cli.render.style import BOLD, CYAN, QUIET, YELLOW, paint
from nexcred.cli.terminal.visible import visible
from nexcred.cli.terminal.wrapping import READABLE, wrapped
from nexcred.connectors.evidence import told_evidence
from nexcred.connectors.found_values import fields_found_by
from nexcred.connectors.guidance import redirect_to_register, warnings_for
from nexcred.connectors.key_page import page_template
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.lifecycle import life_of
from nexcred.connectors.minting import mint_words


def connector_lines(connector: Connector, *, colour: bool, room: int = READABLE) -> list[str]:
    """Lay out a connector, in that many columns: every method, its fields, its steps and its warnings."""
    title, docs = paint(connector.title, BOLD, colour=colour), paint(connector.docs_url, QUIET, colour=colour)
    lines: list[str] = [visible(title, "  ", docs)]
    lines += wrapped(connector.about, "  ", room=room)
    if connector.file:
        lines.append(f"  A connector of your own: {connector.file}")
    else:
        lines += wrapped(told_evidence(connector), "  ", room=room)
    for method in connector.methods:
        lines += ["", *_method(connector, method, colour=colour, room=room)]
    return lines


def _method(connector: Connector, method: Method, *, colour: bool, room: int) -> list[str]:
    heading = visible(paint(method.label, BOLD, colour=colour), f"  (--method {method.name})")
    lines: list[str] = [heading, *wrapped(method.about, "  ", room=room), ""]
    width = max((len(field.name) for field in method.fields), default=0)
    found = fields_found_by(method.auth)
    for field in method.fields:
        lines += _field(field, width, is_found=field.name in found, colour=colour, room=room)
    if method.free_fields:
        said = "Any field of a name that you give it: --set NAME=-, or --set NAME:public=… for what may be seen."
        lines += wrapped(said, "  ", room=room)
    redirect_uri = redirect_to_register(method, {})
    if redirect_uri:
        lines += ["", *wrapped(f"Register this redirect URI with the application: {redirect_uri}", "  ", room=room)]
    steps = method.steps or connector.steps
    if steps:
        lines += ["", *_steps(steps, room)]
    if page := page_template(connector, method):
        lines += ["", *wrapped(f"The page for its keys: {page}", "  ", room=room)]
    lines += _mints(method, room)
    if life := life_of(method):
        lines += ["", *wrapped(" ".join(life), "  ", room=room)]
    for field in method.fields:
        if field.steps:
            lines += ["", f"  {field.label}", *_steps(field.steps, room)]
    for warning in warnings_for(connector, method):
        lines += [paint(line, YELLOW, colour=colour) for line in wrapped(f"! {warning}", "  ", "    ", room=room)]
    return lines


def _mints(method: Method, room: int) -> list[str]:
    if not method.mints:
        return []
    told = [line for mint in method.mints for line in wrapped(mint_words(mint), "    ", "      ", room=room)]
    return ["", "  Requests that are answered with a credential:", *told]


def _field(field: Field, width: int, *, is_found: bool, colour: bool, room: int) -> list[str]:
    traits = [
        "told by the provider" if is_found else "",
        "secret" if field.secret else "",
        "advanced" if field.advanced else "",
        "" if field.required and field.default is None else "optional",
        f"one of {', '.join(field.choices)}" if field.choices else "",
        f"default {field.default}" if field.default is not None else "",
    ]
    noted = ", ".join(trait for trait in traits if trait)
    name = paint(f"{field.name:{width}}", CYAN, colour=colour)
    traits_shown = ("  ", paint(f"({noted})", QUIET, colour=colour)) if noted else ()
    return [
        visible("  ", name, f"  {field.label}", *traits_shown),
        *wrapped(field.help, " " * min(width + 4, room // 3), room=room),
    ]


def _steps(steps: Sequence[str], room: int) -> list[str]:
    return [
        line for number, step in enumerate(steps, 1) for line in wrapped(f"{number}. {step}", "  ", "     ", room=room)
    ]
