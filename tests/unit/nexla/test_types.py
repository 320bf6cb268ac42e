"""Each type of Nexla leads to a connector, or to a sentence that says what is missing."""

import pytest

from nexcred.errors import UnknownConnector
from nexcred.nexla.lookup import connector_of, type_of
from nexcred.nexla.types import MISSING, TYPES

MAPPED = [one for one in TYPES if one not in MISSING]


@pytest.mark.parametrize("credentials_type", MAPPED)
def test_a_type_leads_to_its_connector(credentials_type: str) -> None:
    connector = connector_of(credentials_type)
    assert connector.methods
    assert type_of(connector) in TYPES


@pytest.mark.parametrize("credentials_type", sorted(MISSING))
def test_a_type_without_a_connector_says_what_is_missing(credentials_type: str) -> None:
    with pytest.raises(UnknownConnector) as caught:
        connector_of(credentials_type)
    assert MISSING[credentials_type] in caught.value.message
    assert "nexcred add secret" in caught.value.hint


def test_a_sentence_with_a_second_half_is_right_to_its_end() -> None:
    assert [one for one in MISSING.values() if ";" in one and one.endswith(" yet")] == []


def test_there_are_as_many_as_the_sdk_has() -> None:
    assert len(set(TYPES)) == len(TYPES) == 52
    assert set(MISSING) <= set(TYPES)
