"""What no connector knows of a `.env` file is one secret: nothing is left behind, and nothing secret is in the open."""

import pytest

from nexcred.model.secret import Secret
from nexcred.services.importing.dotenv import read_dotenv_file
from nexcred.services.importing.files import SourceFile
from nexcred.services.importing.found import ImportCandidate, Reading, Unreadable
from nexcred.services.importing.leftover import is_setting, name_after


def read(text: str, path: str = "/home/ada/shop/.env") -> Reading:
    return read_dotenv_file(SourceFile("FILE", text.encode(), path=path))


def rest(reading: Reading) -> ImportCandidate:
    (found,) = [one for one in reading.found if one.connector == "secret"]
    assert isinstance(found, ImportCandidate)
    return found


def test_what_a_connector_knows_is_its_own_and_the_rest_one_secret() -> None:
    reading = read("STRIPE_API_KEY=sk-EXAMPLE\nJWT_SECRET=s-EXAMPLE\nPORT=8080\n")
    assert [one.connector for one in reading.found] == ["stripe", "secret"]
    found = rest(reading)
    assert (found.name, found.public) == ("shop", ("PORT",))
    assert found.values == {"JWT_SECRET": Secret("s-EXAMPLE"), "PORT": "8080"}
    assert reading.unused == ()


def test_half_of_a_login_and_what_cannot_be_parted_are_kept_and_told() -> None:
    reading = read("AWS_SECRET_ACCESS_KEY=s-EXAMPLE\nDATABASE_URL=postgres://u:a/b@h/d\n")
    assert list(rest(reading).values) == ["AWS_SECRET_ACCESS_KEY", "DATABASE_URL"]
    kept = [note for note in reading.notes if note.startswith("kept as it is")]
    assert len(kept) == 2
    assert "has no AWS_ACCESS_KEY_ID beside it" in kept[0]


def test_what_is_not_to_be_known_is_not_kept() -> None:
    reading = read("A=$(date)\nEMPTY=\nEMPTY_FIRST=\nEMPTY_FIRST=x\n")
    assert list(rest(reading).values) == ["EMPTY_FIRST"]
    assert "left out: A on line 1 runs a command: write what it prints" in reading.notes
    assert "left out, since they are empty: EMPTY" in reading.notes


def test_names_that_are_one_variable_or_none_are_in_the_way() -> None:
    reading = read("http_x=1\nHTTP_X=2\n'a b'=3\n")
    assert list(rest(reading).values) == ["http_x"]
    found = {one.place: one.problem for one in reading.found if isinstance(one, Unreadable)}
    assert found["HTTP_X"] == "would be the same variable as 'http_x'"
    assert found["a b"].startswith("is no name of a field")


def test_a_file_that_is_all_known_leaves_no_secret() -> None:
    assert [one.connector for one in read("STRIPE_API_KEY=sk-EXAMPLE\n").found] == ["stripe"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PORT", "8080"), ("DEBUG", "true"), ("NODE_ENV", "production"), ("LOG_LEVEL", "info"), ("WORKERS", "4")],
)
def test_a_plain_setting_is_in_the_open(variable: str, value: str) -> None:
    assert is_setting(variable, value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PIN", "1234"),
        ("SMTP_PASS", "true"),
        ("Db_Password", "123456"),
        ("CODE", "000000"),
        ("HOST", "db.example.com"),
        ("NUMBER", "1234567"),
        ("NAME", "ada"),
        ("SITE_ID", "4711"),
        ("WORKERS", "١٢"),
    ],
)
def test_all_else_is_a_secret(variable: str, value: str) -> None:
    assert not is_setting(variable, value)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/ada/shop/.env", "shop"),
        ("/home/ada/shop/.env.prod", "shop.prod"),
        ("/home/ada/prod.env", "prod"),
        ("/.env", "env"),
        ("/home/ada/a\x1bb/.env", "env"),
        ("/home/ada/-x/.env", "x"),
        ("", "env"),
    ],
)
def test_it_is_called_after_its_folder_or_file(path: str, name: str) -> None:
    assert name_after(path) == name
