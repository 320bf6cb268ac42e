"""Put together what the command line and a body say of a credential, before anything is checked or asked."""

import os
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from nexcred.cli.app.context import Context
from nexcred.cli.input.files import read_input, read_stdin
from nexcred.cli.input.settings import Sources, parse_given, read_given
from nexcred.connectors.free_fields import free_field
from nexcred.connectors.hygiene import clean_paste
from nexcred.connectors.language.free_names import is_name
from nexcred.connectors.language.spec import Connector, Field
from nexcred.errors import Problem
from nexcred.model.credential import MAX_SECRET_BYTES
from nexcred.model.secret import Secret
from nexcred.nexla.data_credentials import MAX_BODY_BYTES, Body, parse_body

NOTHING_SAID: Mapping[str, bool] = MappingProxyType({})
# A few bytes more than may be kept, so that what is too long is seen to be.
_SECRET_LIMIT = MAX_SECRET_BYTES + 3


def read_values(
    context: Context, settings: Sequence[str], find: Callable[[str], Field | None]
) -> tuple[dict[str, object], tuple[Problem, ...]]:
    """Read every `--set`, and return the problems of those that could not be.

    A value is kept as it was given, but for one line end: what looks like no part of it is said.
    """
    sources = Sources(lambda purpose: read_stdin(context, purpose, _SECRET_LIMIT), _environment(context))
    values, problems = read_given(parse_given(settings), find, sources)
    for name, value in values.items():
        field = find(name)
        for oddity in _oddities(field, value) if field else ():
            context.streams.warn(f"{name} is kept as it was given; pasted at a prompt, nexcred would have {oddity}")
    return values, problems


def read_body(context: Context, source: str) -> Body:
    """Read the body that `--from` names; raise UsageError and what its parser raises."""
    return parse_body(read_input(context, source, "--from", MAX_BODY_BYTES))


def secrecy_said(settings: Sequence[str]) -> dict[str, bool]:
    """Return which fields `--set FIELD:public=…` or `FIELD:secret` says something of; raise UsageError."""
    return {one.field: one.is_secret for one in parse_given(settings) if one.is_secret is not None}


def field_finder(
    connector: Connector, method_name: str | None, secrecy: Mapping[str, bool] = NOTHING_SAID
) -> Callable[[str], Field | None]:
    """Return what finds a field by name or alias, in the named method or in any.

    What a credential may name itself is found too: a secret, unless `secrecy` says otherwise.
    """
    named = connector.method(method_name) if method_name is not None else None
    methods = (named,) if named else connector.methods
    has_free = any(method.free_fields for method in methods)

    def find(name: str) -> Field | None:
        found = next((field for method in methods if (field := method.find(name))), None)
        if found is None and has_free and is_name(name):
            return free_field(name, secret=secrecy.get(name, True))
        return found

    return find


def _oddities(field: Field, value: object) -> tuple[str, ...]:
    if field.kind != "text" or not isinstance(value, Secret):
        return ()
    try:
        return clean_paste(field, value.reveal_bytes().decode())[1]
    except UnicodeDecodeError:
        return ()


def _environment(context: Context) -> dict[bytes, bytes]:
    if os.supports_bytes_environ:
        return dict(os.environb)
    return {name.encode(): value.encode() for name, value in context.environment.items()}
