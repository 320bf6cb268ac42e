"""The JSON Schema that editors use takes every file of the catalogue, and refuses what is misspelt."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from nexcred.connectors.lint.schema import connector_schema
from nexcred.connectors.load.names import CATALOGUE
from nexcred.connectors.load.template_file import starting_point
from tests.support.each import for_each
from tests.unit.connectors.specs import SPEC, changed

FILES = sorted(CATALOGUE.glob("*.toml"))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = connector_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def problems(validator: Any, spec: str) -> list[str]:
    """Return what is wrong; editors check days as texts, which JSON has for them."""
    document = json.loads(json.dumps(tomllib.loads(spec), default=str))
    return [error.message for error in validator.iter_errors(document)]


@for_each(FILES)
def test_it_takes_every_file_of_the_catalogue(path: Path, *, validator: Draft202012Validator) -> None:
    assert problems(validator, path.read_text()) == []


def test_it_takes_what_a_new_connector_begins_as(validator: Draft202012Validator) -> None:
    assert problems(validator, starting_point("acme")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("secret = true", "secert = true"),
        ("secret = true", 'secret = "yes"'),
        ('scheme = "headers"', 'scheme = "haeders"'),
        ('title = "Acme"', 'titel = "Acme"'),
        ('title = "Acme"', 'title = "Acme"\ndigest = "x"'),
        ('title = "Acme"', 'title = "Acme"\nfile = "x"'),
    ],
)
def test_it_refuses_what_is_misspelt_or_not_for_the_writer(validator: Draft202012Validator, old: str, new: str) -> None:
    assert problems(validator, changed(old, new, SPEC))


EXTENDING = """
name = "acme-eu"
title = "Acme Europe"
docs_url = "https://docs.acme.test/eu"
extends = "acme"

[[method]]
name = "api_key"

  [[method.field]]
  name = "tenant"
  help = "The European one."

  [method.auth]
  headers = { X-Key = "{api_key}" }
"""


def test_it_takes_what_extends_another_with_what_it_says(validator: Draft202012Validator) -> None:
    assert problems(validator, EXTENDING) == []
    assert problems(validator, EXTENDING.partition("[[method]]")[0]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("extends", "extend"), ("title", "titel"), ('name = "api_key"', 'nmae = "api_key"'), ('"acme"', "7")],
)
def test_it_refuses_what_is_misspelt_there(validator: Draft202012Validator, old: str, new: str) -> None:
    assert problems(validator, changed(old, new, EXTENDING))
