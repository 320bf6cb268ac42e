"""What an editor is told of a project file is what nexcred reads in one."""

import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from nexcred.errors import InvalidData
from nexcred.project.decode import decode_project
from nexcred.project.shape import project_schema

PATH = Path("/project/nexcred.toml")
TAKEN = [
    "",
    'credentials = ["aha"]',
    '[env]\nKEY = "resci/api_key"',
    'default_profile = "dev"\n[profile.dev]',
    '[profile.dev]\ncredentials = ["aha"]\n[profile.dev.env]\nKEY = "resci/api_key"',
    "[profile]",
]
REFUSED = [
    "vault = 1",
    'credentials = "aha"',
    "credentials = [1]",
    'env = "KEY"',
    "[env]\nKEY = 1",
    '[env]\nKEY = "no-field"',
    '[env]\n"A-KEY" = "resci/api_key"',
    "default_profile = 1",
    'profile = "dev"',
    "[profile]\ndev = 1",
    "[profile.dev]\nvault = 1",
    '[profile.dev]\ndefault_profile = "dev"',
    "[profile.dev]\nprofile = {}",
    '[profile.dev]\ncredentials = "aha"',
    "[profile.dev.env]\nKEY = 1",
]


def is_valid(text: str) -> bool:
    return Draft202012Validator(project_schema()).is_valid(tomllib.loads(text))


@pytest.mark.parametrize("text", TAKEN)
def test_both_take_it(text: str) -> None:
    decode_project(text.encode(), PATH)
    assert is_valid(text)


@pytest.mark.parametrize("text", REFUSED)
def test_both_refuse_it(text: str) -> None:
    with pytest.raises(InvalidData):
        decode_project(text.encode(), PATH)
    assert not is_valid(text)
