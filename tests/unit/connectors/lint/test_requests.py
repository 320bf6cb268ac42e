"""What is wrong with a request although its types are right: days, bodies, and where values stand in XML."""

import pytest

from tests.unit.connectors.specs import changed, problems_of


@pytest.mark.parametrize(
    ("url", "query", "problem"),
    [
        ("https://acme.test/{today-7d}", "{today+1d}", ""),
        ("https://acme.test/me", "{today-7w}", "names 'today-7w', which is no field"),
        ("https://acme.test/me", "{today-99999d}", "names 'today-99999d', which is no field"),
        ("https://acme.test/me", "{tomorrow}", "names 'tomorrow', which is no field"),
        ("https://acme.test/me", "{today -7d}", "a stray '{'"),
        ("https://{today}.acme.test/me", "x", "names 'today', which is no field"),
    ],
)
def test_a_day_stands_behind_the_host_alone(url: str, query: str, problem: str) -> None:
    request = f'request = {{ url = "{url}", query = {{ since = "{query}" }} }}'
    found = problems_of(changed('request = { url = "https://{tenant}.acme.test/me" }', request))
    assert all(told.startswith(problem) for _, told in found)
    assert bool(found) == bool(problem)
    in_header = changed('"Bearer {api_key}"', '"Bearer {api_key} {today}"')
    assert [told for _, told in problems_of(in_header)] == ["names 'today', which is no field"]


@pytest.mark.parametrize(
    ("xml", "is_right"),
    [
        ("<a b='{tenant}' c='{today}'>{api_key} and {{}}</a>", True),
        ("<?xml version='1.0'?><a xmlns:x='urn:x'><x:b>{api_key}</x:b></a>", True),
        ("<a>{api_key}", False),
        ("<{tenant}/>", False),
        ("<a {tenant}='x'/>", False),
        ("<a b={tenant}/>", False),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>{api_key}</a>", False),
        ("{api_key}", False),
    ],
)
def test_values_stand_in_texts_and_attributes_of_xml(xml: str, is_right: bool) -> None:
    request = f'request = {{ method = "POST", url = "https://acme.test/me", xml = "{xml}" }}'
    found = problems_of(changed('request = { url = "https://{tenant}.acme.test/me" }', request))
    assert all("request.xml" in place and problem.startswith("is not XML") for place, problem in found)
    assert bool(found) is not is_right


def test_a_request_has_one_body() -> None:
    request = 'request = { url = "https://acme.test/me", xml = "<a/>", form = { a = "b" } }'
    found = problems_of(changed('request = { url = "https://{tenant}.acme.test/me" }', request))
    assert [problem for _, problem in found] == [
        "has a request with two bodies: 'form', 'json' and 'xml' exclude each other"
    ]
