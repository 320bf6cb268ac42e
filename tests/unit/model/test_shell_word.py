import shlex

from hypothesis import given
from hypothesis import strategies as st

from nexcred.model.shell_word import shell_word


@given(st.text())
def test_a_shell_reads_it_back_as_one_word(text: str) -> None:
    assert shlex.split(shell_word(text)) == [text]


def test_a_plain_name_is_quoted_too() -> None:
    assert shell_word("S3 Production") == "'S3 Production'"
