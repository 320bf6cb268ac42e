"""The JSON of `connectors list` and `connectors show`."""

from typing import TypedDict

from nexcred.connectors.key_page import page_template
from nexcred.connectors.language.spec import Connector, Field, Method


class FieldShape(TypedDict):
    name: str
    label: str
    help: str
    secret: bool
    required: bool
    default: str | int | None
    choices: list[str]
    pattern: str | None


class MethodShape(TypedDict):
    """`page` is where its keys are made, with fields in braces."""

    name: str
    label: str
    page: str | None
    fields: list[FieldShape]


class ConnectorShape(TypedDict):
    name: str
    title: str
    docs_url: str
    file: str | None
    methods: list[MethodShape]


def connector_shape(connector: Connector) -> ConnectorShape:
    return {
        "name": connector.name,
        "title": connector.title,
        "docs_url": connector.docs_url,
        "file": connector.file or None,
        "methods": [_method(connector, method) for method in connector.methods],
    }


def _method(connector: Connector, method: Method) -> MethodShape:
    return {
        "name": method.name,
        "label": method.label,
        "page": page_template(connector, method) or None,
        "fields": [_field(field) for field in method.fields],
    }


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
