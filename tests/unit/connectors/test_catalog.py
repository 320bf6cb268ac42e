"""What must hold for every connector of the catalogue."""

import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from nexcred.auth.authorization_code import AuthorizationCode
from nexcred.auth.server_login import LoginAuth
from nexcred.connectors.guidance import remedy_for, revoke_for, steps_for, warnings_for
from nexcred.connectors.hosts import host_templates
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.load.loader import load_all, load_connector, load_file
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.connectors.parts import parts_as_fields
from nexcred.model.host_domain import domain_of
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import TemplateContext, names_in
from tests.support.each import for_each

CONNECTORS = load_all(Folders(CATALOGUE))
METHODS = [(connector, method) for connector in CONNECTORS for method in connector.methods]
FIELDS = [
    (connector, method, field) for connector in CONNECTORS for method in connector.methods for field in method.fields
]
HTTP_METHODS = [
    (connector, method)
    for connector in CONNECTORS
    for method in connector.methods
    if method.probe and not isinstance(method.auth, LoginAuth)
]
# Of whose values some provider is asked.
PROVED = [(connector, method) for connector in CONNECTORS for method in connector.methods if method.probe]
FILES = sorted(CATALOGUE.glob("*.toml"))


@for_each(FIELDS)
def test_every_field_explains_itself(connector: Connector, method: Method, field: Field) -> None:
    assert field.help.strip()
    assert field.help.endswith((".", "?"))
    assert field.label == field.label.strip() != ""


@for_each(FIELDS)
def test_every_secret_says_where_to_find_it(connector: Connector, method: Method, field: Field) -> None:
    if field.secret:
        assert len(steps_for(connector, method, field)) >= 3
        assert warnings_for(connector, method)


@for_each(METHODS)
def test_nothing_is_warned_of_twice(connector: Connector, method: Method) -> None:
    warnings = warnings_for(connector, method)
    assert len(warnings) == len(set(warnings))


def test_a_variable_belongs_to_one_provider() -> None:
    """What another provider's tools read would be handed a key of this one."""
    providers = defaultdict(set)
    for connector in CONNECTORS:
        for method in connector.methods:
            for field in method.fields:
                for variable in filter(None, (field.env, *field.env_also)):
                    providers[variable].add(domain_of(urlsplit(connector.docs_url).hostname or ""))
    assert {variable: known for variable, known in providers.items() if len(known) > 1} == {}
    assert [variable for variable in providers if "_" not in variable and not variable.startswith("PG")] == []


@for_each(METHODS)
def test_every_method_can_be_proved_or_says_why_not(connector: Connector, method: Method) -> None:
    assert method.probe or method.unprobed


@for_each(HTTP_METHODS)
def test_no_status_alone_proves_a_credential(connector: Connector, method: Method) -> None:
    """A 200 with nothing in it, or with an error in it, is answered to anybody by many a server."""
    for _, asked in method.probe.parts("probe") if method.probe else ():
        assert asked.request is None or asked.expect


@for_each(PROVED)
def test_every_method_tells_the_way_out_of_a_refusal_and_where_to_revoke(connector: Connector, method: Method) -> None:
    for status in (ProbeStatus.REJECTED, ProbeStatus.FORBIDDEN):
        assert remedy_for(connector, method, status)
    if any(field.jwt for field in method.fields):
        assert remedy_for(connector, method, ProbeStatus.EXPIRED)
    for clause in (*remedies_of(connector, method), revoke_for(connector, method)):
        assert clause
        assert not clause.endswith(".")
        assert clause[0].islower()


def remedies_of(connector: Connector, method: Method) -> list[str]:
    proved = (ProbeStatus.REJECTED, ProbeStatus.EXPIRED, ProbeStatus.FORBIDDEN)
    return [clause for status in proved if (clause := remedy_for(connector, method, status))]


@for_each(METHODS)
def test_no_remedy_is_offered_for_what_proves_nothing(connector: Connector, method: Method) -> None:
    assert remedy_for(connector, method, ProbeStatus.UNREACHABLE) == ""


@for_each(HTTP_METHODS)
def test_every_request_goes_over_https_to_a_declared_host(connector: Connector, method: Method) -> None:
    assert method.requests()
    for request in method.requests():
        urls = tuple(f"{{{field.name}}}" for field in method.fields if field.kind == "url")
        assert request.url.startswith(("https://", *urls))
    assert host_templates(method) or method.own_host


@for_each(HTTP_METHODS)
def test_every_http_method_has_a_base_url(connector: Connector, method: Method) -> None:
    base_url = method.find("base_url")
    assert base_url is not None
    assert base_url.kind == "url"
    assert base_url.advanced or base_url.name in method.own_hosts or method.hosts


@for_each(METHODS)
def test_a_value_in_a_host_name_has_a_pattern_or_choices(connector: Connector, method: Method) -> None:
    in_hosts = {name for template in host_templates(method) for name in names_in(template)}
    in_hosts |= {n for p in method.places("") if p.context is TemplateContext.HOST for n in names_in(p.template)}
    for name in in_hosts:
        field = (parts_as_fields(method.fields) | {field.name: field for field in method.fields})[name]
        assert not field.secret
        assert field.choices or not re.fullmatch(field.pattern, "evil.test/")


@for_each(FILES, tests=4)
def test_what_is_read_unchecked_passes_every_check(path: Path) -> None:
    assert load_file(path) == load_connector(path.stem)


@for_each(FILES)
def test_sources_and_doubts_are_written_down(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("#")
    assert all(len(line) < 400 for line in text.splitlines())


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("aventri", {"account_id": "Account ID", "api_key": "Key"}),
        ("resci", {"api_key": "API Key Value"}),
        ("amperity", {"access_token": "Access Token", "tenant_id": "Tenant ID"}),
        (
            "postgres",
            {"host": "Host", "database": "Database", "username": "Username", "password": "Password"},
        ),
        ("mysql", {"host": "Host", "username": "Username", "password": "Password"}),
        ("aha", {"account_domain": "Account Domain", "api_key": "API Key Value"}),
    ],
)
def test_labels_are_the_providers_own_words(name: str, labels: dict[str, str]) -> None:
    fields = load_connector(name).methods[0].fields
    assert {field.name: field.label for field in fields if field.required and field.default is None} == labels


@for_each(CONNECTORS)
def test_whoever_logs_in_by_browser_is_not_warned_of_a_key(connector: Connector) -> None:
    if any(isinstance(method.auth, AuthorizationCode) for method in connector.methods):
        assert not [one for one in connector.warnings if re.search("shows an? (bearer )?(key|token) only once", one)]
