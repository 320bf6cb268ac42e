"""Secrets in what a program writes, wherever its chunks end."""

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.child.masking.mask import Mask
from nexcred.model.secret import DOTS

SECRET = b"s3cret-EXAMPLE/+?"
DOT = DOTS.encode()
SECRETS = st.binary(min_size=4, max_size=40)


def masked(secret: bytes, *chunks: bytes) -> bytes:
    mask = Mask([secret])
    return b"".join(map(mask.feed, chunks)) + mask.end()


def test_a_secret_becomes_dots_and_the_rest_stays() -> None:
    assert masked(SECRET, b"a " + SECRET + b" b " + SECRET + b"\n") == b"a " + DOT + b" b " + DOT + b"\n"


def test_nothing_is_kept_back_that_begins_no_secret() -> None:
    mask = Mask([SECRET])
    assert mask.feed(b"Password: ") == b"Password: "
    assert mask.feed(b"then s3c") == b"then "
    assert mask.feed(b"tion\n") == b"s3ction\n"


def test_one_secret_inside_another_is_hidden_with_it() -> None:
    mask = Mask([b"abcd", b"abcdefgh"])
    assert mask.feed(b"abcd") + mask.feed(b"efgh!") + mask.end() == DOT + b"!"


@given(SECRETS, st.lists(st.binary(max_size=8), min_size=1, max_size=6), st.data())
def test_no_border_of_chunks_lets_a_secret_through(secret: bytes, between: list[bytes], data: st.DataObject) -> None:
    text = secret.join(between)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    shown = masked(secret, *chunks)
    assert secret not in shown.replace(DOT, b"")
    assert shown == masked(secret, text)


@given(SECRETS, st.binary(max_size=5), st.binary(max_size=5))
def test_base64_of_a_secret_among_others_shows_at_most_the_bits_at_its_ends(
    secret: bytes, before: bytes, after: bytes
) -> None:
    for encode in (b64encode, urlsafe_b64encode):
        whole = encode(before + secret + after)
        shown = masked(secret, whole).replace(DOT, b"")
        # Six bits a character; the one at each end may hold bits of what stands beside it too.
        assert len(shown) <= len(whole) - (len(secret) * 8 // 6 - 1)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=40))
def test_a_secret_in_json_or_in_a_url_is_hidden(secret: str) -> None:
    data = secret.encode()
    if len(data) < 4:
        return
    for written in (json.dumps(secret), json.dumps(secret, ensure_ascii=False), f'"{quote(secret, safe="")}"'):
        assert masked(data, written.encode()) == b'"' + DOT + b'"'


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=4), st.integers(2, 4))
def test_a_secret_in_json_in_json_is_hidden(secret: str, times: int) -> None:
    written, around = secret, "X"
    for _ in range(times):
        written, around = json.dumps(written), json.dumps(around)
    assert masked(secret.encode(), written.encode()) == around.encode().replace(b"X", DOT)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=4), st.integers(2, 4))
def test_a_secret_in_a_url_in_a_url_is_hidden(secret: str, times: int) -> None:
    written = secret
    for _ in range(times):
        written = quote(written, safe="")
    assert masked(secret.encode(), b'"' + written.encode() + b'"') == b'"' + DOT + b'"'


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def in_url(text: str) -> str:
    return quote(text, safe="")


@pytest.mark.parametrize(
    "secret", ['EXAMPLE"1', "EXAMPLE \n2", "EXAMPLE\u20ac3", "EXAMPLE\U0001f5114", "EXAMPLE%5", "EXAMPLE\\6"]
)
@pytest.mark.parametrize("write", [in_json, in_url])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_no_border_within_what_stands_for_a_character_lets_a_secret_through(
    secret: str, write: Callable[[str], str], times: int
) -> None:
    text = secret
    for _ in range(times):
        text = write(text)
    data = text.encode()
    for cut in range(len(data)):
        assert masked(secret.encode(), data[:cut], data[cut:]) == DOT
    assert masked(secret.encode(), *(data[at : at + 1] for at in range(len(data)))) == DOT


def test_lines_of_a_long_secret_are_hidden_alone() -> None:
    key = b"-----BEGIN PRIVATE KEY-----\nEXAMPLEEXAMPLE\n-----END PRIVATE KEY-----\n"
    assert masked(key, b"> EXAMPLEEXAMPLE <") == b"> " + DOT + b" <"


def written(secret: bytes, way: str, width: int) -> bytes:
    """Return it in an encoding, broken into lines."""
    encoded = {"base64": b64encode(secret), "url": urlsafe_b64encode(secret), "hex": secret.hex().upper().encode()}[way]
    return b"\n".join(encoded[at : at + width] for at in range(0, len(encoded), width))


@given(SECRETS, st.sampled_from(["base64", "url", "hex"]), st.integers(1, 80), st.data())
def test_no_width_of_lines_and_no_border_of_chunks_lets_an_encoding_through(
    secret: bytes, way: str, width: int, data: st.DataObject
) -> None:
    text = b"begin " + written(secret, way, width) + b" end\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert masked(secret, *chunks) == b"begin " + DOT + b" end\n"


def test_after_a_pause_a_line_is_shown_and_what_goes_on_with_it_is_hidden() -> None:
    mask = Mask([SECRET])
    assert mask.feed(b"user s3cret-EX\n") == b"user "
    assert mask.keeps_back
    assert mask.pause() == b"s3cret-EX\n"
    assert not mask.keeps_back
    assert mask.feed(b"AMPLE/+?\n") == DOT + b"\n"
    assert mask.end() == b""


def test_after_a_pause_a_prompt_is_shown_and_the_beginning_of_a_secret_is_not() -> None:
    mask = Mask([SECRET])
    assert mask.feed(b"Continue? s") + mask.pause() == b"Continue? s"
    assert mask.feed(b"\nhere: s3cr") + mask.pause() == b"\nhere: "
    assert mask.feed(b"et-EXAMPLE/+?") + mask.end() == DOT


def test_several_secrets_are_hidden_apart_and_as_one_where_they_touch() -> None:
    mask = Mask([b"first-EXAMPLE", b"second-EXAMPLE", b"EXAMPLEsecond"])
    text = b"first-EXAMPLE second-EXAMPLE first-EXAMPLEsecond-EXAMPLE\n"
    assert mask.feed(text) + mask.end() == DOT + b" " + DOT + b" " + DOT + b"\n"


@pytest.mark.parametrize("short", [b"", b"a", b"abc"])
def test_a_secret_too_short_to_hide_hides_nothing(short: bytes) -> None:
    assert masked(short, b"abc YWJj 616263") == b"abc YWJj 616263"


def test_short_lines_of_a_long_secret_are_shown() -> None:
    secret = b'{\n"a": [\n"a long value of EXAMPLE"\n]\n}'
    assert masked(secret, b'{description,[]}\n"a": [\n') == b'{description,[]}\n"a": [\n'
    assert masked(secret, b'x "a long value of EXAMPLE" y') == b"x " + DOT + b" y"


def test_a_secret_that_fills_the_output_is_hidden_however_often_it_overlaps() -> None:
    assert masked(b"aaaa", b"a" * 70_000) == DOT
    assert masked(b"aaaa\n", *[b"aaaa\n" * 1000] * 20) == DOT


@pytest.mark.parametrize("count", [1, 300])
@pytest.mark.parametrize(
    ("secret", "written"),
    [
        (b"a%25b-EXAMPLE", b"a%2525b-EXAMPLE"),
        (b"a\\nb-EXAMPLE", b"a\\\\nb-EXAMPLE"),
        (b"s3cret-EXAMPLE-0", b"73 33 63 72 65 74 2d 45 58 41 4d 50 4c 45 2d 30"),
        (b"s3cret-EXAMPLE-0", b"s3cret-\nEXAMPLE-0"),
    ],
)
def test_as_many_as_are_written_plainly_beside_it_hide_no_spelling(secret: bytes, written: bytes, count: int) -> None:
    shown = masked(secret, (b"token=" + secret + b"\nlink=" + written + b"\n") * count)
    assert shown.replace(DOT, b"") == (b"token=\nlink=\n") * count


def test_hex_digits_before_an_x_are_hidden_though_as_many_stand_elsewhere() -> None:
    digits = SECRET[:-1].hex().encode() + b"30"  # and so ends with a digit that 0x begins with
    secret = bytes.fromhex(digits.decode())
    apart = b" ".join(digits[at : at + 2] for at in range(0, len(digits), 2))
    assert masked(secret, digits + b"x\n" + apart + b"\n").replace(DOT, b"") == b"x\n\n"
