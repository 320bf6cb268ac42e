"""A connector's entry in the index, taken from its whole spec."""

from collections.abc import Iterator

from nexcred.connectors.evidence import level_of
from nexcred.connectors.filled_hosts import LOGIN
from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.language.key_form import literal_beginning
from nexcred.connectors.language.pattern import fits
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.load.index import IndexEntry, KeyForm
from nexcred.model.host_domain import domain_of


def entry_of(connector: Connector) -> IndexEntry:
    """Return what is found by looking at the list alone."""
    methods = connector.methods
    fields = [field for method in methods for field in method.fields]
    return IndexEntry(
        connector.name,
        connector.title,
        connector.about,
        connector.category,
        level_of(connector),
        connector.also,
        tuple(method.name for method in methods),
        tuple(sorted({name for field in fields for name in (field.env, *field.env_also) if name})),
        tuple(sorted({domain for method in methods for domain in domains_of(method)})),
        tuple(dict.fromkeys(_key_forms(connector))),
        tuple(sorted({field.json_type for field in fields if field.json_type})),
        connector.nexla_types,
        any(method.notify for method in methods),
        connector.file,
    )


def domains_of(method: Method) -> Iterator[str]:
    """Yield the domains of its hosts, but for those that the user names himself."""
    for host in declared_hosts(method):
        domain = domain_of(host.removeprefix("*."))
        if domain and "{" not in domain and not host.startswith(LOGIN):
            yield domain


def _key_forms(connector: Connector) -> Iterator[KeyForm]:
    for method in connector.methods:
        for field in method.fields:
            for pattern in _forms_of(field, is_own=bool(connector.file)):
                yield KeyForm(method.name, field.name, pattern, literal_beginning(pattern))


def _forms_of(field: Field, *, is_own: bool) -> tuple[str, ...]:
    """Return the forms of a field's keys; of the user's own connector also a pattern that tells them from others."""
    if field.key_forms or not is_own:
        return field.key_forms
    is_telling = field.secret and field.pattern and not field.json_type
    return (field.pattern,) if is_telling and not fits(field.pattern, "x" * 40) else ()
