"""Names that an eye takes for each other."""

import pytest

from nexcred.model.look_alike import look_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("data", "Data"),
        ("data", "dаtа"),  # two Cyrillic letters
        ("Bob", "Воb"),
        ("ops", "οps"),  # a Greek omicron
        ("CI", "Cl"),
        ("ci-1", "ci-l"),
        ("on_call", "on-call"),
        ("on call", "on\N{EN DASH}call"),
        ("Jose", "José"),
        ("ops", "\N{FULLWIDTH LATIN SMALL LETTER O}ps"),
    ],
)
def test_they_look_alike(one: str, other: str) -> None:
    assert look_alike(one, other)
    assert look_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ci-1", "ci-2"), ("oncall", "on-call"), ("Anna", "Annа B"), ("का", "कि"), ("Нина", "Инна"), ("田中", "中田")],
)
def test_they_do_not(one: str, other: str) -> None:
    assert not look_alike(one, other)
    assert not look_alike(other, one)
