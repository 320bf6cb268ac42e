"""Secrets in what a program writes, wherever its chunks end."""

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

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


def test_lines_of_a_long_secret_are_hidden_alone() -> None:
    key = b"-----BEGIN PRIVATE KEY-----\nEXAMPLEEXAMPLE\n-----END PRIVATE KEY-----\n"
    assert masked(key, b"> EXAMPLEEXAMPLE <") == b"> " + DOT + b" <"
