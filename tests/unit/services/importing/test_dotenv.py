r"""`.env` files: what their readers agree on is taken, what they do not is named.

Reports of the same elsewhere: bkeepers/dotenv#214 (`\$`); vlucas/phpdotenv#406, laravel/lumen-framework#1099,
motdotla/dotenv#601 and huggingface/huggingface_hub#4750 (a '#' in a password cut it off).
"""

import io
import shutil
import subprocess

import pytest
from dotenv import dotenv_values
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nexcred.errors import InvalidData
from nexcred.services.importing.dotenv_values import parse_dotenv
from tests.support.import_readings import only, problem, read_dotenv, told

SHELL = shutil.which("bash") or "sh"

VALUES = [
    ('"pa\\$w"', "pa$w"),
    ("'a${b}c$(d)'", "a${b}c$(d)"),
    ("'a\\b'", "a\\b"),
    ('"a\\"b\\\\c"', 'a"b\\c'),
    ('"one\\ntwo"', "one\ntwo"),
    ('"one\ntwo"', "one\ntwo"),
    ("plain # note", "plain"),
    ("a\\$b", "a$b"),
    ("a$b", "a$b"),
    ("a$$b", "a$$b"),
    ("${X}-${Y:-z}", "x-z"),
    ('"${X}"', "x"),
    ("'#a'", "#a"),
    ("it's", "it's"),
]


@pytest.mark.parametrize(("written", "value"), VALUES)
def test_a_value_is_what_its_quotes_make_of_it(written: str, value: str) -> None:
    assert parse_dotenv(f"X=x\nA={written}\n").values["A"] == value


def test_references_fill_no_memory() -> None:
    twice = "".join(f'X{at}="${{X{at - 1}}}${{X{at - 1}}}"\n' for at in range(1, 100))
    found = parse_dotenv(f"X0='{'x' * 1000}'\n{twice}")
    assert found.values["X9"] == "x" * 512_000
    assert found.doubts["X10"] == "on line 11 becomes longer than a credential's value can be"
    assert found.doubts["X99"] == "on line 100 refers to X98, which the file does not set above: write its value"
    often = "".join(f"Y{at}=${{X0}}\n" for at in range(200))
    found = parse_dotenv(f"X0='{'x' * 500_000}'\n{often}")
    assert found.values["Y100"] == "x" * 500_000
    assert "is more than is read of a file" in found.doubts["Y199"]


DOUBTS = [
    ("${GONE}", "on line 2 refers to GONE, which the file does not set above"),
    ('"a${GONE}"', "refers to GONE"),
    ("$GONE", "refers to GONE"),
    ("${X:?no}", "refers to another variable in a way that is not read here"),
    ("a$X", "has $X, a reference to some readers only"),
    ("$(pass show x)", "runs a command"),
    ("a\\b", "has a '\\' outside of quotes"),
    ("'a\\\\b'", "has an escape in single quotes"),
    ("ab#cd", "has a '#' outside of quotes"),
    ("`a b`", "is in backticks"),
    ('"C:\\bin"', "has \\b in double quotes"),
    ('"it\\\'s"', "has \\' in double quotes"),
]


@pytest.mark.parametrize(("written", "why"), DOUBTS)
def test_a_value_that_readers_do_not_agree_on_is_named(written: str, why: str) -> None:
    assert why in parse_dotenv(f"X=x\nA={written}\n").doubts["A"]
    assert why in problem(read_dotenv(f"X=x\nGH_TOKEN={written}\n".encode()))


def test_a_doubt_that_no_credential_depends_on_is_told_and_in_the_way_of_none() -> None:
    found = read_dotenv(b"\n\nA=$(date)\nGH_TOKEN=t-EXAMPLE\n")
    assert only(found) == {"access_token": "t-EXAMPLE"}
    assert found.notes == ("left out: A on line 3 runs a command: write what it prints",)
    assert found.unused == ()


def test_what_is_not_known_is_no_value_to_refer_to() -> None:
    assert "refers to A" in parse_dotenv("A=${GONE}\nB=${A}\n").doubts["B"]


def test_a_variable_that_is_set_again_has_its_last_value() -> None:
    file = parse_dotenv("A=${GONE}\nA=b\nB=c\nB=${GONE}\n")
    assert (file.values["A"], list(file.doubts)) == ("b", ["B"])


def test_utf_16_and_a_byte_order_mark() -> None:
    assert only(read_dotenv("\ufeffGH_TOKEN=t-EXAMPLE\n".encode())) == {"access_token": "t-EXAMPLE"}
    with pytest.raises(InvalidData, match="the file is UTF-16"):
        read_dotenv("GH_TOKEN=t\n".encode("utf-16"))
    with pytest.raises(InvalidData, match="line 1 of the file holds a NUL"):
        read_dotenv("GH_TOKEN=t\n".encode("utf-16-le"))


LARAVEL = b"DB_HOST=h\nDB_DATABASE=d\nDB_USERNAME=u\nDB_PASSWORD=p-EXAMPLE\n"
LARAVELS = {"host": "h", "database": "d", "username": "u", "password": "p-EXAMPLE"}
ENGINES = [
    (b"DB_CONNECTION=pgsql\n", "postgres", {}),
    (b"DB_CONNECTION=mariadb\n", "mysql", {}),
    (b"DB_ENGINE=django.db.backends.postgresql\n", "postgres", {}),
    (b"DB_PORT=3306\n", "mysql", {"port": "3306"}),
    (b"DB_CONNECTION=pgsql\nDB_SSLMODE=require\n", "postgres", {"sslmode": "require"}),
    (b"DB_CONNECTION=pgsql\nDB_SSLMODE=prefer\n", "postgres", {}),
]


@pytest.mark.parametrize(("lines", "connector", "more"), ENGINES)
def test_the_variables_of_laravel_and_its_like(lines: bytes, connector: str, more: dict[str, object]) -> None:
    assert told(read_dotenv(LARAVEL + lines)) == [("", connector, {**LARAVELS, **more})]


def test_a_database_of_another_kind_is_none_of_ours() -> None:
    assert read_dotenv(LARAVEL + b"DB_CONNECTION=sqlsrv\nDB_PORT=5432\n").found == []


def test_a_variable_that_tools_call_otherwise_is_known_too() -> None:
    assert told(read_dotenv(b"NOTION_TOKEN=n-EXAMPLE\n")) == [("", "notion", {"api_token": "n-EXAMPLE"})]


def test_of_methods_with_as_many_variables_it_is_the_one_that_lacks_none() -> None:
    read = read_dotenv(b"DATADOG_API_KEY=d-EXAMPLE\nDD_SITE=datadoghq.eu\n")
    assert told(read) == [("", "datadog", {"site": "datadoghq.eu", "api_key": "d-EXAMPLE"})]


@given(st.text("ab$X{}\\'\"`# \t:-", max_size=8))
@example('"a\\$b"')
@example("'a\\'b'")
@settings(max_examples=60)
def test_what_is_taken_is_what_another_reader_takes(written: str) -> None:
    """python-dotenv, or a shell that gets through the file; where they agree, it is never something else."""
    text = f"X=x\nA={written}\n"
    file = parse_dotenv(text)
    if "A" not in file.values or file.faults or "A" in file.doubts:
        return
    ours = file.values["A"]
    theirs = dotenv_values(stream=io.StringIO(text)).get("A")
    command = [SHELL, "-c", 'set -a; . /dev/stdin; printf %s "$A"']
    shell = subprocess.run(command, input=text, capture_output=True, text=True, env={}, timeout=60, check=False)
    readings = {theirs} if shell.stderr else {theirs, shell.stdout}
    # Behind a '\$', which one of the two keeps, a '$' that the other one fills in is what neither shows.
    assert ours in readings or ("\\$" in written and "$" in ours), (ours, readings)


@pytest.mark.parametrize("written", ["'a b'", '"a b"', "ab", "'a$b'", '"a\\$b"', '"a\\"b"', "'a\"b'", '"a\'b"'])
def test_a_shell_takes_the_same(written: str) -> None:
    command = [SHELL, "-c", f'A={written}; printf %s "$A"']
    shell = subprocess.run(command, capture_output=True, text=True, env={}, timeout=60, check=True)
    assert parse_dotenv(f"A={written}\n").values["A"] == shell.stdout
