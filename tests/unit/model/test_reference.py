"""References by hand and in files: both forms are read back, and neither lets through what is no text."""

import pytest

from nexcred.errors import InvalidData, UsageError
from nexcred.model.reference import Reference, parse_name_or_reference, parse_reference


@pytest.mark.parametrize("text", ["Prod Ünïcode/api_key", "nexcred://Prod%20%C3%9Cn%C3%AFcode/api_key"])
def test_both_forms_mean_the_same(text: str) -> None:
    reference = parse_reference(text)
    assert reference == Reference("Prod Ünïcode", "api_key")
    assert parse_reference(reference.url) == reference


@pytest.mark.parametrize("text", ["", "/", "name", "name/", "/field", "nexcred://", "nexcred:///field"])
def test_a_reference_needs_a_name_and_a_field(text: str) -> None:
    with pytest.raises(UsageError, match="NAME/FIELD"):
        parse_reference(text)


@pytest.mark.parametrize("text", ["Prod Ünïcode", "nexcred://Prod%20%C3%9Cn%C3%AFcode"])
def test_a_name_alone_leaves_the_field_open(text: str) -> None:
    assert parse_name_or_reference(text) == Reference("Prod Ünïcode", "")


@pytest.mark.parametrize("text", ["", "/", "name/", "/field", "nexcred://", "nexcred:///field", "nexcred://name/"])
def test_what_has_a_slash_is_whole_or_refused(text: str) -> None:
    with pytest.raises(UsageError, match="NAME/FIELD"):
        parse_name_or_reference(text)


@pytest.mark.parametrize("text", ["name/fi\udcffeld", "nexcred://name/%ff", "nexcred://%ff/field", "na\udcffme/field"])
def test_what_is_not_utf_8_is_refused(text: str) -> None:
    with pytest.raises((UsageError, InvalidData)):
        parse_reference(text)
