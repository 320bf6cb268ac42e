"""The store that the page shows for External Secrets, as its webhook asks and reads: key and property, and jsonPath."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

import pytest
import yaml

from nexcred.server import programs
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.serving import Answered, OpenedSource, OpenGate, Served, access_here, serving

_PAGE = Path(__file__).parents[4] / "docs" / "service-programs.md"
_WORDS = re.compile(r'\{\{ \.(\w+)\.(\w+)(?: \| replace "(.+?)" "(.+?)")? \}\}')
_IF = re.compile(r"\{\{ if \.(\w+)\.(\w+) \}\}(.*)\{\{ end \}\}")


def _shown(kind: str) -> Any:
    block = _PAGE.read_text().partition("```yaml\n")[2].partition("```")[0]
    (found,) = (one for one in yaml.safe_load_all(block) if one["kind"] == kind)
    return found


def _filled(template: str, data: dict[str, dict[str, str]]) -> str:
    """Fill what the page has of Go's templates, and of Sprig's functions."""
    whole = _IF.sub(lambda found: found[3] if data[found[1]][found[2]] else "", template)

    def word(found: re.Match[str]) -> str:
        text = data[found[1]][found[2]]
        return text.replace(found[3], found[4]) if found[3] else text

    return _WORDS.sub(word, whole)


def _asked(ask: Served, key: str, prop: str) -> Answered:
    """Ask as the webhook does: what is named is escaped as a query's is."""
    webhook = _shown("SecretStore")["spec"]["provider"]["webhook"]
    data = {"remoteRef": {"key": quote_plus(key), "property": quote_plus(prop)}, "auth": {"token": "nexcred_EXAMPLE"}}
    url = _filled(webhook["url"], data)
    headers = {name: _filled(text, data) for name, text in webhook["headers"].items()}
    assert headers == {"Authorization": "Bearer nexcred_EXAMPLE"}
    assert "{{" not in url
    return ask.get(urlsplit(url).path, **headers)


@pytest.mark.parametrize("name", ["prod-resci", "two words", "a&b#c%d+e"])
def test_the_store_on_the_page_gets_one_value_and_all(home: Opened, name: str) -> None:
    keep(home, name)
    assert _shown("SecretStore")["spec"]["provider"]["webhook"]["result"] == {"jsonPath": "$.value"}
    with serving(programs.endpoints(), OpenGate(), OpenedSource(access_here())) as ask:
        assert _asked(ask, name, "api_key").json["value"] == f"key-{name}-EXAMPLE"
        assert _asked(ask, name, "").json["value"] == {"api_key": f"key-{name}-EXAMPLE"}
        assert (_asked(ask, "nothing", "api_key").status, _asked(ask, name, "nothing").status) == (404, 400)


def test_the_secret_has_the_label_that_the_webhook_wants() -> None:
    assert _shown("Secret")["metadata"]["labels"] == {"external-secrets.io/type": "webhook"}
    (asked,) = _shown("ExternalSecret")["spec"]["data"]
    assert asked["remoteRef"] == {"key": "prod-resci", "property": "api_key"}
