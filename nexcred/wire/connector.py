"""The JSON of `connectors list` and `connectors show`."""

from typing import TypedDict

from nexcred.connectors.evidence import level_of
from nexcred.connectors.key_page import page_template
from nexcred.connectors.language.mints import Mint
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.lifecycle import revoke_of


class FieldShape(TypedDict):
    name: str
    label: str
    help: str
    secret: bool
    required: bool
    default: str | int | None
    choices: list[str]
    pattern: str | None


class MintShape(TypedDict):
    """A request, below the base URL, whose answer is a credential; `*` stands for anything."""

    method: str
    path: str
    parameters: dict[str, str]
    what: str


class MethodShape(TypedDict):
    """`page` is where its keys are made, with fields in braces.

    `rotate` is how one is replaced, as the file says it, and `revoke` whether a call ends one: `gone`, or `taken` where
    it only will be. Both are `by_hand` where a person does it.
    """

    name: str
    label: str
    page: str | None
    rotate: str
    revoke: str
    mints: list[MintShape]
    fields: list[FieldShape]


class ConnectorShape(TypedDict):
    """`also` is what else it is called. `evidence` is how it is known: `live`, `documented`, `agreed` or `single`; null
    for a connector of the user's own, whose `file` that is.
    """

    name: str
    title: str
    also: list[str]
    category: str | None
    evidence: str | None
    docs_url: str
    file: str | None
    methods: list[MethodShape]


def connector_shape(connector: Connector) -> ConnectorShape:
    return {
        "name": connector.name,
        "title": connector.title,
        "also": list(connector.also),
        "category": connector.category or None,
        "evidence": level_of(connector) or None,
        "docs_url": connector.docs_url,
        "file": connector.file or None,
        "methods": [_method(connector, method) for method in connector.methods],
    }


def _method(connector: Connector, method: Method) -> MethodShape:
    return {
        "name": method.name,
        "label": method.label,
        "page": page_template(connector, method) or None,
        "rotate": method.rotate.kind if method.rotate else "by_hand",
        "revoke": revoke.done if (revoke := revoke_of(method)) else "by_hand",
        "mints": [_mint(mint) for mint in method.mints],
        "fields": [_field(field) for field in method.fields],
    }


def _mint(mint: Mint) -> MintShape:
    return {"method": mint.method, "path": mint.path, "parameters": mint.parameters, "what": mint.what}


def _field(field: Field) -> FieldShape:
    return {
        "name": field.name,
        "label": field.label,
        "help": field.help,
        "secret": field.secret,
        "required": field.required,
        "default": field.default,
        "choices": list(field.choices),
        "pattern": field.pattern or None,
    }
