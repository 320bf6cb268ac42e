import pytest

from nexcred.model.suggest import suggest

CHOICES = ["aventri", "resci", "amperity", "aha", "postgres", "S3 Production Credentials"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("aventry", "aventri"),
        ("AVENTRI", "aventri"),
        ("post", "postgres"),
        ("s3 production credential", "S3 Production Credentials"),
        ("zzz", None),
        ("a", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_mistake_finds_what_was_meant(word: str, meant: str | None) -> None:
    assert suggest(word, CHOICES) == meant


def test_nothing_is_suggested_from_nothing() -> None:
    assert suggest("aventri", []) is None
