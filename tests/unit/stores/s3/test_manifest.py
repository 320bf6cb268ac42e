"""The object that leads to all others of a vault in a bucket."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.stores.s3.manifest import (
    BLOCK,
    MOST_BYTES,
    MOST_LOGS,
    BucketManifest,
    BucketPart,
    NotManifest,
    decode,
    decode_heads,
    encode,
    encode_heads,
    first_manifest,
)
from nexcred.vault.bounds import HEAD

FIRST, _ = first_manifest(bytes(range(16)), {1: b"head 1"})


def grown(writes: int) -> BucketManifest:
    manifest = FIRST
    for generation in range(2, writes + 1):
        manifest = manifest.followed_by(generation, b"head %d" % generation)
    return manifest.with_parts({"tree": BucketPart(b"t" * 16, 8192)}, {255: BucketPart(b"l" * 16, 48)})


@pytest.mark.parametrize("writes", [1, 2, 63, 64, 65, 64 * 17, 64 * 40])
def test_what_is_written_is_read(writes: int) -> None:
    manifest = grown(writes)
    assert decode(encode(manifest)) == manifest
    assert (manifest.generation, manifest.head) == (writes, b"head %d" % writes)
    assert len(manifest.heads) == (writes % BLOCK + 1 if writes >= BLOCK else writes)
    assert len(manifest.logs) == min(writes // BLOCK, MOST_LOGS)
    assert manifest.tables["tree"] == BucketPart(b"t" * 16, 8192)
    assert manifest.leaves == {255: BucketPart(b"l" * 16, 48)}


def test_the_largest_is_within_its_bound() -> None:
    heads = tuple((2**40 + place, bytes(HEAD.row)) for place in range(BLOCK))
    data = encode(FIRST._replace(heads=heads, logs=tuple(range(MOST_LOGS))))
    assert len(data) == MOST_BYTES
    assert decode(data).heads == heads


@given(st.data())
def test_a_flipped_or_cut_one_is_refused_or_another(data: st.DataObject) -> None:
    encoded = encode(grown(70))
    cut = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(NotManifest):
        decode(encoded[:cut])
    changed = bytearray(encoded)
    changed[cut] ^= data.draw(st.integers(1, 255))
    with suppress(NotManifest):
        assert encode(decode(bytes(changed))) == bytes(changed)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        encode(FIRST) + b"\0",
        encode(FIRST._replace(heads=())),
        encode(FIRST._replace(heads=((2, b""), (1, b"")))),
        encode(FIRST._replace(heads=((1, b""), (64, b"")))),
        encode(FIRST._replace(logs=(0,))),
        encode(grown(200)._replace(logs=(2, 1))),
    ],
)
def test_other_bytes_are_no_manifest(wrong: bytes) -> None:
    with pytest.raises(NotManifest):
        decode(wrong)


def test_a_log_is_read_as_it_was_written() -> None:
    heads = ((64, b"one"), (70, b"two"))
    assert decode_heads(encode_heads(heads)) == dict(heads)
    for wrong in (b"", b"\0", encode_heads(heads) + b"\0", encode_heads(((64, b""), (128, b"")))):
        with pytest.raises(NotManifest):
            decode_heads(wrong)
