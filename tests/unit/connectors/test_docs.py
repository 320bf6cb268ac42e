"""docs/connectors.md explains the whole language, and its example is right."""

import re
from pathlib import Path

import msgspec
import pytest

from nexcred.auth.request import RequestSpec
from nexcred.auth.scheme import Scheme
from nexcred.auth.session_token import Apply, SessionToken
from nexcred.auth.static import BasicAuth, HeadersAuth, NoAuth, QueryAuth
from nexcred.connectors.decode import decode_connector
from nexcred.connectors.nexla_names import NexlaNames
from nexcred.connectors.spec import Connector, Field, Method, ProbeSpec, Remedy, Rule, When

GUIDE = (Path(__file__).parents[3] / "docs" / "connectors.md").read_text()
SCHEMES: tuple[type[Scheme], ...] = (NoAuth, HeadersAuth, QueryAuth, BasicAuth, SessionToken)
STRUCTS: tuple[type[msgspec.Struct], ...] = (
    *(Connector, Method, Field, When, ProbeSpec, Rule, Remedy, NexlaNames, RequestSpec, Apply),
    *SCHEMES,
)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_every_key_is_in_the_guide(struct: type[msgspec.Struct]) -> None:
    code = " ".join(re.findall(r"`[^`]+`", re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL)))
    keys = {field.encode_name for field in msgspec.structs.fields(struct)} - {"digest"}
    assert {key for key in keys if not re.search(rf"\b{key}\b", code)} == set()


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.__name__)
def test_every_scheme_is_in_the_guide(scheme: type[Scheme]) -> None:
    assert f"| `{scheme.__struct_config__.tag}` |" in GUIDE


def test_the_whole_connector_of_the_guide_is_right() -> None:
    example = re.findall(r"```toml\n(name|#.*?\nname)(.*?)```", GUIDE, re.DOTALL)[0]
    connector = decode_connector("".join(example).encode(), "acme.toml")
    assert [field.name for field in connector.methods[0].fields] == ["tenant", "api_key", "base_url"]
