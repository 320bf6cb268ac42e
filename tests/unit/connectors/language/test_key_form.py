"""What every key of a form begins with."""

import pytest

from nexcred.connectors.language.key_form import literal_beginning, problem_in_key_form


@pytest.mark.parametrize(
    ("pattern", "beginning"),
    [
        ("ghp_[A-Za-z0-9]{36}", "ghp_"),
        ("sk-(?:proj|admin)-x+", "sk-"),
        (r"dp\.(?:pt|ct)\.x", "dp."),
        (r"https://hooks\.slack\.com/x", "https://hooks.slack.com/x"),
        ("abc?d", "ab"),
        ("abc*", "ab"),
        ("abc{0,2}", "ab"),
        ("abc+d", "abc"),
        ("ab|cd", ""),
        ("(?:ab|cd)", ""),
        (r"a\db", "a"),
        ("[ab]cd", ""),
    ],
)
def test_it_is_as_long_as_all_values_have_it(pattern: str, beginning: str) -> None:
    assert literal_beginning(pattern) == beginning


def test_a_form_that_begins_like_anything_is_no_form() -> None:
    assert problem_in_key_form("[0-9a-f]{32}")
    assert problem_in_key_form("sk[0-9]{20}")
    assert not problem_in_key_form("sk-[0-9]{20}")
