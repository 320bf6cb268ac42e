"""Whatever is typed, a key of the catalogue's connectors goes to the provider's own domains and nowhere else."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexcred.connectors.hosts import declared_hosts, declared_logins, host_templates, hosts_of
from nexcred.connectors.language.spec import Connector, Field, Method
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.connectors.values import check_value
from nexcred.errors import HostRefused, InvalidData
from nexcred.model.credential import Details, Value
from nexcred.model.template import names_in
from nexcred.services.values.hosts import check_hosts, policy_for
from tests.support.each import for_each

CONNECTORS = load_all(Folders(CATALOGUE))
METHODS = [(connector.name, method) for connector in CONNECTORS for method in connector.methods]
HOSTILE = (
    *("evil.test/", "evil.test#", "evil.test?", "evil.test\\", "a@evil.test", "a:b@evil.test", "x:8080", "..", "a..b"),
    *("evil.test\n", "\tevil", "a b", "%2f", "ä", "١", "xn--/", "[::1]", "{tenant}", "evil。test", "a\0b"),
)
IN_HOSTS = [
    (connector.name, method.name, field, value)
    for connector in CONNECTORS
    for method in connector.methods
    for field in method.fields
    if field.name in {name for template in host_templates(method) for name in names_in(template)}
    for value in HOSTILE
]
BY_VALUE = [
    method
    for connector in CONNECTORS
    for method in connector.methods
    if any(names_in(template) for template in host_templates(method))
]
DOTTED = st.from_regex(r"[a-z0-9.-]{1,12}", fullmatch=True)
OPEN_END = re.compile(r".*[}*]")


def pinned(template: str) -> str:
    """Return the end of a host name that no value changes."""
    return OPEN_END.sub("", template).lower()


@for_each(CONNECTORS)
def test_a_built_in_connector_replaces_nothing(connector: Connector) -> None:
    assert not connector.replaces_built_in
    assert not connector.file


@for_each(METHODS)
def test_every_host_ends_in_a_domain_that_no_value_changes(connector: str, method: Method) -> None:
    assert declared_hosts(method) or method.probe is None
    for template in host_templates(method):
        end = pinned(template)
        assert end == template or re.match(r"[.-]", end), template
        assert len([label for label in end.split(".") if label]) >= 2, template


@settings(max_examples=300)
@given(st.sampled_from(BY_VALUE), st.text(max_size=12) | st.sampled_from(HOSTILE) | DOTTED)
def test_no_value_names_another_host(method: Method, typed: str) -> None:
    fields: dict[str, Value] = {field.name: typed for field in method.fields if field.kind != "url"}
    ends = [pinned(template) for template in host_templates(method)]
    for host in hosts_of(method, fields):
        assert any(host == end or host.endswith(end) for end in ends)
        assert re.fullmatch(r"(\*\.)?[a-z0-9.-]+", host)


@for_each(IN_HOSTS)
def test_what_could_end_a_host_name_is_no_value_for_one(connector: str, method: str, field: Field, value: str) -> None:
    if field.kind == "url":
        return
    with pytest.raises(InvalidData):
        check_value(field, value)


@for_each(METHODS)
def test_a_url_that_was_given_adds_no_host_unless_its_user_names_the_host_himself(
    connector: str, method: Method
) -> None:
    urls = [field.name for field in method.fields if field.kind == "url"]
    for name in set(urls) - set(method.own_hosts):
        details = Details("x", "", method.name, (), {name: "https://evil.test"}, declared_hosts(method))
        with pytest.raises(HostRefused):
            check_hosts(method, details)
        with pytest.raises(HostRefused):
            policy_for(method, details).check("https://evil.test/")


@for_each(METHODS)
def test_what_was_saved_goes_nowhere_once_its_connector_declares_other_hosts(connector: str, method: Method) -> None:
    named = hosts_of(method, {})
    details = Details(
        "x", "", method.name, (), {}, ("elsewhere.test", *declared_logins(declared_hosts(method), with_address=True))
    )
    policy = policy_for(method, details)
    assert (policy.hosts, policy.later) == ((), named)
