"""A connector's file that was written for an earlier version means what it meant."""

import pytest

from nexcred.connectors.language.spec import Connector
from nexcred.connectors.lint.decode import decode_connector
from nexcred.connectors.load.names import CATALOGUE
from tests.unit.connectors.specs import problems_of

LOGINS = ("mysql", "postgres", "smtp")
EXTENDING = """\
name = "acme"
title = "Acme"
docs_url = "https://docs.acme.test/"
extends = "smtp"

[[method]]
name = "password"

  [method.auth]
  scheme = "database"
  port = "465"
"""


def base(name: str) -> bytes:
    return (CATALOGUE / f"{name}.toml").read_bytes()


def read(data: bytes) -> Connector:
    return decode_connector(data, "acme.toml", base)


@pytest.mark.parametrize("name", LOGINS)
def test_a_login_that_was_called_a_database_is_one(name: str) -> None:
    data = base(name)
    former = data.replace(b'scheme = "login"', b'scheme = "database"')
    assert former.count(b'scheme = "database"') == 1
    assert read(former).methods == read(data).methods


def test_it_is_laid_over_what_is_called_by_the_present_name() -> None:
    (method,) = read(EXTENDING.encode()).methods
    assert method.auth == read(EXTENDING.replace("database", "login").encode()).methods[0].auth
    assert method.auth.__struct_config__.tag == "login"


def test_the_catalogue_has_present_words() -> None:
    files = {path.stem: path.read_text() for path in CATALOGUE.glob("*.toml")}
    assert [name for name, text in files.items() if 'scheme = "database"' in text] == []


@pytest.mark.parametrize("method", ["1", '["a"]', "[{ auth = 1 }]", '[{ name = "a", auth = { scheme = 1 } }]'])
def test_what_is_no_table_is_left_to_be_told(method: str) -> None:
    head = 'name = "acme"\ntitle = "Acme"\ndocs_url = "https://docs.acme.test/"\n'
    assert problems_of(f"{head}method = {method}\n") != []
