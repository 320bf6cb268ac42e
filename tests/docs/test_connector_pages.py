"""Every built-in connector has a page that tells all of it."""

import json
import re
from pathlib import Path

import pytest

from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from scripts.connector_pages import connector_pages
from tests.support.each import for_each

CONNECTORS = load_all(Folders(CATALOGUE))
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return connector_pages("<!-- made -->")


@for_each(CONNECTORS)
def test_a_page_tells_all_of_its_connector(connector: Connector, *, pages: dict[str, str]) -> None:
    page = pages[f"{connector.name}.md"]
    assert connector.docs_url in page
    assert "## Sources and doubts\n\n- " in page
    for method in connector.methods:
        assert f"## {method.label}\n" in page
        for field in method.fields:
            assert f"| `{field.name}` | **{field.label}**" in page
            assert not field.env or f"variable `{field.env}`" in page
            assert all(f"`{variable}`" in page for variable in field.env_also)
        for request in method.requests():
            assert request.url in page
        for request in method.probe.requests() if method.probe else ():
            assert all(f"{name}={value}" in page for name, value in {**request.query, **(request.form or {})}.items())
            assert all(f"{name}: {value}" in page for name, value in request.headers.items())
            assert all(json.dumps(name) in page for name in request.json or ())
        assert ("that no rule above knows" in page) is any(
            one.probe is not None and one.probe.refusal_unknown for one in connector.methods
        )
        for rule in method.probe.rules if method.probe else ():
            assert f"- {rule.verdict}: " in page
            assert rule.match in page


@pytest.mark.parametrize("name", ["mysql", "postgres", "smtp"])
def test_a_login_without_http_is_proved_by_itself(pages: dict[str, str], name: str) -> None:
    assert "**Proved** by logging in there" in pages[f"{name}.md"]
    assert "token that is granted" not in pages[f"{name}.md"]


def test_a_body_is_shown_as_it_is_sent(pages: dict[str, str]) -> None:
    assert 'with the JSON `{"query": "{ viewer { id name email } }"}`' in pages["linear.md"]


def test_every_connector_has_a_page_and_a_line_of_the_index(pages: dict[str, str]) -> None:
    names = [connector.name for connector in CONNECTORS]
    assert set(pages) == {"README.md", *(f"{name}.md" for name in names)}
    assert all(f"| [`{name}`]({name}.md) |" in pages["README.md"] for name in names)


def test_nothing_is_announced_that_does_not_follow(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        assert "\n\n\n" not in page, name
        assert "** ;" not in page, name
        assert "|---|---|---|\n\n" not in page, name
        assert not re.search(r"^\*\*.*:\n\n(?!- )", page, re.MULTILINE), name


def test_an_address_that_goes_on_in_the_next_line_is_one_address(pages: dict[str, str]) -> None:
    assert (
        "learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory," in pages["azure-blob.md"]
    )
    assert "(developer.paypal.com/braintree/graphql," in pages["braintree.md"]


def test_what_has_backticks_is_whole(pages: dict[str, str]) -> None:
    """A literal of JMESPath stands between some, which would end the code in which it is shown."""
    for connector in CONNECTORS:
        page = pages[f"{connector.name}.md"]
        probes = [method.probe for method in connector.methods if method.probe]
        shown = {part.expect for probe in probes for _, part in probe.parts("") if "`" in part.expect}
        shown |= {rule.match for probe in probes for rule in probe.rules if "`" in rule.match}
        assert all(f"`` {expression} ``" in page for expression in shown), connector.name


def test_the_first_page_counts_them_as_the_index_does(pages: dict[str, str]) -> None:
    counted = re.search(r"There are (\d+): (\d+) [^,]*, (\d+) [^,]*, (\d+) by one source alone", pages["README.md"])
    assert counted
    first = " ".join((ROOT / "README.md").read_text().split())
    known = ("known by the provider's own pages", "by sources that agree", "by one source alone")
    total, *levels = counted.groups()
    told = ", ".join(f"{number} {how}" for number, how in zip(levels, known, strict=True))
    assert f"{total} are built in: {told}" in first


def test_each_doubt_has_a_line_of_its_own(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        assert page.count("**Doubt") == page.count("\n- **Doubt"), name
