"""What a person is told to do when a credential is refused."""

import pytest

from nexcred.connectors.guidance import way_out


@pytest.mark.parametrize(
    ("remedy", "told"),
    [
        ("", "nexcred login 'it'"),
        ("log in again", "log in again: nexcred login 'it'"),
        ("make a new key", "make a new key, then: nexcred login 'it'"),
    ],
)
def test_the_command_follows_the_remedy_and_says_nothing_twice(remedy: str, told: str) -> None:
    assert way_out(remedy, "nexcred login 'it'") == told
