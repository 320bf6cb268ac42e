"""Lines of bash: words without quotes, and values that bash reads as they are."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexcred.cli.completion.bash_line import read_line

BREAKS = " \t\n\"'@><=;|&(:"
_VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="\x7f!"), min_size=1)


@pytest.mark.parametrize(
    ("line", "words", "current"),
    [
        ("nexcred ", ("nexcred",), ""),
        ("nexcred get Prod\\ E", ("nexcred", "get"), "Prod E"),
        ('nexcred get "Prod E', ("nexcred", "get"), "Prod E"),
        ("nexcred get 'Prod E", ("nexcred", "get"), "Prod E"),
        ('nexcred get "a\\"b\\c', ("nexcred", "get"), 'a"b\\c'),
        ("nexcred get 'a b' 'c'\\''d", ("nexcred", "get", "a b"), "c'd"),
        ('nexcred set "" x', ("nexcred", "set", ""), "x"),
        ("nexcred get Prod\\", ("nexcred", "get"), "Prod"),
    ],
)
def test_a_line_is_read_as_bash_reads_it(line: str, words: tuple[str, ...], current: str) -> None:
    assert read_line(line, BREAKS)[:2] == (words, current)


@pytest.mark.parametrize(
    ("line", "value", "written"),
    [
        ("x Pr", "Prod Events", "Prod\\ Events"),
        ('x "Pr', "Prod $x", "Prod \\$x"),
        ("x 'Pr", "Prod's", "Prod'\\''s"),
        ("x --tag=p", "--tag=prod", "prod"),
        ("x a:b", "a:b=c", "b=c"),
        ('x "W', "Wow!", "Wow\"'!'\""),
    ],
)
def test_a_value_is_written_from_where_bash_replaces(line: str, value: str, written: str) -> None:
    assert read_line(line, BREAKS).written(value) == written


@settings(max_examples=60)
@given(value=_VALUES, quote=st.sampled_from(["", "'", '"']))
def test_bash_reads_back_what_is_written(value: str, quote: str) -> None:
    word = f"{quote}{read_line(f'x {quote}', BREAKS).written(value)}{quote}"
    done = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, check=True)
    assert done.stdout.decode() == value
    assert read_line(f"x {word} ", BREAKS).words == ("x", value)
