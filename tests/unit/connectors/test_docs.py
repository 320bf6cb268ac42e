"""docs/connectors.md explains the whole language, and its example is right."""

import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from nexcred.auth.apply import Apply
from nexcred.auth.assumed_role import Role
from nexcred.auth.jwt_spec import JwtSpec
from nexcred.auth.look_up import LookUp
from nexcred.auth.parameter_names import AuthorizeNames, TokenNames
from nexcred.auth.request import RequestSpec
from nexcred.auth.scheme import Scheme
from nexcred.auth.static import BasicLogin
from nexcred.connectors.language.condition import When
from nexcred.connectors.language.evidence import Evidence, Page
from nexcred.connectors.language.handed_file import FilePart, HandedFile
from nexcred.connectors.language.lifecycle_spec import ChangeCall, Create, KeyList, Mail, Notify, Revoke, Rotate
from nexcred.connectors.language.nexla_names import NexlaNames
from nexcred.connectors.language.pages import Pages
from nexcred.connectors.language.spec import Connector, Field, Method, ProbeSpec, ProbeStep, Remedy, Rule
from nexcred.connectors.lint.decode import decode_connector

GUIDE = (Path(__file__).parents[3] / "docs" / "connectors.md").read_text()
SCHEMES: tuple[type[msgspec.Struct], ...] = get_args(Scheme)
STRUCTS: tuple[type[msgspec.Struct], ...] = (
    *(
        Connector,
        Method,
        Field,
        When,
        ProbeSpec,
        ProbeStep,
        Rule,
        Remedy,
        NexlaNames,
        RequestSpec,
        Apply,
        JwtSpec,
        Role,
    ),
    *(Evidence, Page),
    *(Pages, TokenNames, AuthorizeNames, LookUp, BasicLogin),
    *(HandedFile, FilePart),
    *(Rotate, Create, ChangeCall, KeyList, Revoke, Notify, Mail),
    *SCHEMES,
)


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_every_key_is_in_the_guide(struct: type[msgspec.Struct]) -> None:
    code = " ".join(re.findall(r"`[^`]+`", re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL)))
    keys = {field.encode_name for field in msgspec.structs.fields(struct)} - {"digest"}
    assert {key for key in keys if not re.search(rf"\b{key}\b", code)} == set()


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.__name__)
def test_every_scheme_is_in_the_guide(scheme: type[msgspec.Struct]) -> None:
    assert f"| `{scheme.__struct_config__.tag}` |" in GUIDE


def test_the_whole_connector_of_the_guide_is_right() -> None:
    example = re.findall(r"```toml\n(name|#.*?\nname)(.*?)```", GUIDE, re.DOTALL)[0]
    connector = decode_connector("".join(example).encode(), "acme.toml")
    assert [field.name for field in connector.methods[0].fields] == ["tenant", "api_key", "base_url"]
