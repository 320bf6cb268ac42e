"""What a new connector begins as is taken as it stands, whatever its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.lint.decode import decode_connector
from nexcred.connectors.load.template_file import is_example, starting_point
from nexcred.errors import InvalidData


@given(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,63}", fullmatch=True))
def test_it_is_right_for_every_name(name: str) -> None:
    connector = decode_connector(starting_point(name).encode(), f"{name}.toml")
    assert connector.name == name
    assert all(is_example(host) for method in connector.methods for host in declared_hosts(method))


@pytest.mark.parametrize("name", ["", "Acme", "../../sh", "acme.toml", "-acme", "a" * 65, "ä", 'a"b', "a\nb"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidData) as caught:
        starting_point(name)
    assert caught.value.message.isprintable()


def test_the_first_line_leads_editors_to_the_schema() -> None:
    assert starting_point("acme", schema="./connector.schema.json").startswith(
        "#:schema ./connector.schema.json\n# Acme"
    )
