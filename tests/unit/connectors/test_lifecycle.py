"""What a connector says of the end of its keys, in words."""

import pytest
from msgspec.structs import replace

from nexcred.connectors.lifecycle import life_of, outlives_words
from nexcred.connectors.load.loader import load_connector


@pytest.mark.parametrize(
    ("said", "for_s", "words"),
    [
        ("", 0, ""),
        ("download links", 3600, "download links, for up to 1 h"),
        ("download links", 90, "download links, for up to 90 s"),
        ("temporary keys of STS, for up to 36 hours", 129_600, "temporary keys of STS, for up to 36 hours"),
        ("sessions; each ends an hour after its last use", 3600, "sessions; each ends an hour after its last use"),
    ],
)
def test_how_long_it_lives_on_is_said_once(said: str, for_s: int, words: str) -> None:
    method = load_connector("s3").methods[0]
    assert method.rotate is not None
    told = replace(method, rotate=replace(method.rotate, outlives=said, outlives_s=for_s))
    assert outlives_words(told) == words
    assert (life_of(told)[-1] == f"What was issued with it lives on: {words}.") is bool(words)
