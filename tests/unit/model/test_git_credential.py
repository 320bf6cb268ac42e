"""Git's credential protocol, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.model.git_credential import read_question, url_in, write_answer


def test_what_git_asks_is_read_to_the_empty_line() -> None:
    asked = b"capability[]=authtype\nprotocol=https\nhost=git.example.com:8443\nwwwauth[]=Basic realm=x\n\nhost=other\n"
    question = read_question(asked)
    assert question == {"protocol": "https", "host": "git.example.com:8443"}
    assert url_in(question) == "https://git.example.com:8443"


@pytest.mark.parametrize("asked", [b"", b"\n", b"protocol=https\n", b"host=example.com\n", b"protocol=https\nhost=\n"])
def test_a_question_without_a_host_is_about_nothing(asked: bytes) -> None:
    assert url_in(read_question(asked)) == ""


@pytest.mark.parametrize(
    "asked",
    [b"host", b"=value", b"host=example.com\r\n", b"host=a\rb\n", b"host=a\0b\n", b"host=\xff\xfe\n"],
)
def test_what_is_not_of_the_form_is_refused(asked: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_question(asked)


@given(st.dictionaries(st.sampled_from(["username", "password", "host", "path"]), st.text()))
def test_what_is_written_is_read_again_unchanged_or_refused(answer: dict[str, str]) -> None:
    if any(character in value for value in answer.values() for character in "\n\r\0"):
        with pytest.raises(ValueError, match="line break or NUL"):
            write_answer(answer)
    else:
        assert read_question(write_answer(answer)) == answer


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_it_stumble(asked: bytes) -> None:
    try:
        question = read_question(asked)
    except ValueError:
        return
    assert not any(character in value for value in question.values() for character in "\n\r\0")
