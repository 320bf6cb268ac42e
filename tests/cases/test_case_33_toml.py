"""Case 33, the TOML half: unknown keys, wrong types and hostile nesting in a connector's file."""

import pytest

from nexcred.connectors.lint.decode import decode_connector
from nexcred.errors import SpecError
from tests.unit.connectors.specs import changed


def refused(data: bytes) -> SpecError:
    with pytest.raises(SpecError) as caught:
        decode_connector(data, "acme.toml")
    assert caught.value.exit_code == 2
    return caught.value


def test_every_unknown_key_is_named_with_its_line() -> None:
    spec = changed('title = "Acme"', 'title = "Acme"\ncolour = "red"')
    spec = changed("  secret = true", "  secret = true\n  hook = 'run.sh'", spec)
    spec = changed('scheme = "headers"', 'scheme = "headers"\n  command = "id"', spec)
    assert [problem.field for problem in refused(spec.encode()).problems] == [
        "acme.toml:3: colour",
        "acme.toml:19: method[0].field[1].hook",
        "acme.toml:23: method[0].auth.command",
    ]


def test_a_table_given_twice_is_refused_with_its_line() -> None:
    (problem,) = refused(b'name = "a"\nname = "b"\n').problems
    assert problem.field == "acme.toml:2"


@pytest.mark.parametrize("opening", [b"[", b"{a=", b"[[", b"{'x'=["])
def test_nesting_without_end_is_refused(opening: bytes) -> None:
    assert refused(b"name = " + opening * 100_000).problems


def test_control_characters_in_a_key_are_made_visible() -> None:
    problems = refused(changed('title = "Acme"', 'title = "Acme"\n"a\\u001b[31m" = 1').encode()).problems
    assert {problem.field for problem in problems} == {"acme.toml:3: a\\x1b[31m"}
