import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.errors import Tampered
from nexcred.vault.padding import pad, unpad


@pytest.mark.parametrize(
    ("size", "padded"),
    [(0, 256), (1, 256), (255, 256), (256, 512), (4095, 4096), (4096, 5120), (5119, 5120), (5120, 6144)],
)
def test_sizes_are_rounded_up_in_steps(size: int, padded: int) -> None:
    assert len(pad(bytes(size))) == padded


@given(st.binary(max_size=6000))
def test_padding_is_undone_whatever_the_text_ends_in(text: bytes) -> None:
    for ending in (b"", b"\x80", b"\0\0", b"\x80\0"):
        assert unpad(pad(text + ending)) == text + ending


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"\x80",
        bytes(256),
        b"\x80" + bytes(511),
        b"text".ljust(256, b"\0"),
        b"text\x81" + bytes(251),
        b"text\x80" + bytes(250),
        b"text\x80" + bytes(252),
        pad(b"text") + bytes(256),
        pad(b"text")[:-1],
        pad(b"text") + b"\x80",
        pad(bytes(5000)) + bytes(256),
    ],
)
def test_any_other_form_is_refused(other: bytes) -> None:
    with pytest.raises(Tampered):
        unpad(other)
