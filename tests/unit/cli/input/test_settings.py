import os
from pathlib import Path

import pytest

from nexcred.cli.input.settings import Sources, parse_given, read_given, refusal
from nexcred.connectors.language.spec import Field
from nexcred.errors import InvalidData, UsageError
from nexcred.model.credential import MAX_SECRET_BYTES
from nexcred.model.secret import Secret

FIELDS = {
    "account_id": Field(name="account_id", label="Account ID"),
    "api_key": Field(name="api_key", label="Key", secret=True),
    "service_account": Field(name="service_account", label="Service account", secret=True, kind="json"),
    "passphrase": Field(name="passphrase", label="Passphrase", secret=True, required=False),
    "certificate": Field(name="certificate", label="Certificate", kind="file"),
}


def read(*settings: str, stdin: bytes = b"", **environment: str) -> dict[str, object]:
    variables = {os.fsencode(name): os.fsencode(value) for name, value in environment.items()}
    values, problems = read_given(parse_given(settings), FIELDS.get, Sources(lambda _purpose: stdin, variables))
    if problems:
        raise refusal(problems)
    return values


def test_a_public_value_is_what_stands_after_the_first_equals_sign() -> None:
    assert read("account_id=4711=a") == {"account_id": "4711=a"}


def test_the_three_forms_mean_nothing_on_a_public_field() -> None:
    for text in ("-", "@file", "env:HOME"):
        assert read(f"account_id={text}") == {"account_id": text}


def test_a_byte_order_mark_that_an_editor_wrote_is_no_part_of_a_secret(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes("\ufeffk-EXAMPLE\r\n".encode())
    assert read(f"api_key=@{path}") == {"api_key": Secret("k-EXAMPLE")}
    assert read("api_key=-", stdin=path.read_bytes()) == {"api_key": Secret("k-EXAMPLE")}


def test_a_secret_comes_from_standard_input_without_one_line_end() -> None:
    assert read("api_key=-", stdin=b"k-EXAMPLE\r\n") == {"api_key": Secret("k-EXAMPLE")}
    assert read("api_key=-", stdin=b"k-EXAMPLE\n\n") == {"api_key": Secret("k-EXAMPLE\n")}


def test_json_is_read_exactly_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    file.write_bytes(b'{"a": 1}\n')
    assert read(f"service_account=@{file}") == {"service_account": Secret('{"a": 1}\n')}


def test_a_binary_secret_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"\xff\x00\n")
    assert read(f"api_key=@{file}") == {"api_key": Secret(b"\xff\x00")}


def test_a_secret_comes_from_a_variable_with_its_line_end() -> None:
    assert read("api_key=env:KEY", KEY="k-EXAMPLE\n") == {"api_key": Secret("k-EXAMPLE\n")}


def test_an_empty_or_missing_variable_is_named() -> None:
    with pytest.raises(InvalidData, match="variable KEY, which is set but empty"):
        read("api_key=env:KEY", KEY="")
    with pytest.raises(InvalidData, match="variable KEY, which is not set"):
        read("api_key=env:KEY")


@pytest.mark.parametrize("written", [b"", b"\n"])
def test_an_empty_standard_input_or_file_is_named_where_a_value_is_due(tmp_path: Path, written: bytes) -> None:
    with pytest.raises(InvalidData, match="standard input, which is empty") as caught:
        read("api_key=-", stdin=written)
    assert caught.value.hint == "run what writes it by itself, and see that it prints the value"
    file = tmp_path / "key"
    file.write_bytes(written)
    with pytest.raises(InvalidData, match="a file, which is empty"):
        read(f"api_key=@{file}")
    assert read("passphrase=-", stdin=written) == {"passphrase": Secret("")}


def test_an_inline_secret_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidData) as caught:
        read("api_key=k-EXAMPLE-4711")
    assert "k-EXAMPLE" not in str(caught.value)
    assert caught.value.problems[0].flag == "--set api_key=-"


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(InvalidData, match="no such file"):
        read(f"api_key=@{tmp_path / 'none'}")
    with pytest.raises(InvalidData, match="is a directory"):
        read(f"api_key=@{tmp_path}")


def test_case_29_an_endless_file_is_read_no_further_than_a_secret_may_be_long() -> None:
    value = read("api_key=@/dev/zero")["api_key"]
    assert isinstance(value, Secret)
    assert MAX_SECRET_BYTES < value.size < MAX_SECRET_BYTES + 10


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidData) as caught:
        read("api_key=oops", "service_account=oops")
    assert [problem.field for problem in caught.value.problems] == ["api_key", "service_account"]


def test_a_setting_without_equals_sign_or_given_twice_is_refused_without_repeating_it() -> None:
    for settings in (("k-EXAMPLE",), ("=k-EXAMPLE",), ("account_id=1", "account_id=k-EXAMPLE")):
        with pytest.raises(UsageError) as caught:
            parse_given(settings)
        assert "EXAMPLE" not in str(caught.value)


def test_given_values_do_not_show_in_a_repr() -> None:
    assert "EXAMPLE" not in repr(parse_given(["api_key=k-EXAMPLE"]))
