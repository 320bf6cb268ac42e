"""Values as a vault keeps them, against their fields: also those that somebody made to take long."""

import pytest

from nexcred.connectors.kept_values import problems_in_kept, readable
from nexcred.connectors.load.fast_reader import QuickField
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import Problem
from nexcred.model.credential import MAX_SECRET_BYTES, Value
from nexcred.model.secret import Secret

BEGIN, END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"


def problem_of(connector: str, name: str, value: Value) -> str:
    (method, *_) = load_connector(connector).methods
    return next((found.problem for found in problems_in_kept(method.fields, {name: value})), "")


@pytest.mark.parametrize("connector", ["postgres", "mysql"])
@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        (f"{BEGIN}x{END}", True),
        (f"# a bundle\n{BEGIN}\nx\n{END}\n\n{BEGIN}\ny\n{END}\n", True),
        (f"{BEGIN}{END}", False),
        (f"{END}{BEGIN}", False),
        (f"{BEGIN}x{END} and more", False),
        ("x", False),
    ],
)
def test_certificates_are_looked_at(connector: str, text: str, is_right: bool) -> None:
    assert (problem_of(connector, "ca_certificate", text) == "") == is_right


@pytest.mark.parametrize("connector", ["postgres", "mysql"])
@pytest.mark.parametrize("piece", [BEGIN, END, f"{BEGIN}x{END}", " ", f"{BEGIN} "])
def test_no_certificate_takes_long(connector: str, piece: str) -> None:
    """With a pattern that backtracks, the first of these would take hours."""
    hostile = (piece * MAX_SECRET_BYTES)[: MAX_SECRET_BYTES - 1] + "!"
    assert "must be" in problem_of(connector, "ca_certificate", hostile)


def test_nothing_is_said_of_what_is_missing_and_no_value_is_told() -> None:
    (method,) = load_connector("aventri").methods
    assert list(problems_in_kept(method.fields, {})) == []
    kept: dict[str, Value] = {"region": "mars-EXAMPLE", "api_key": "EXAMPLE", "x": Secret("EXAMPLE")}
    found = list(problems_in_kept(method.fields, kept))
    assert [problem.field for problem in found] == ["region", "api_key", "x"]
    assert "EXAMPLE" not in "".join(problem.problem for problem in found)


def test_a_key_is_looked_at_from_outside() -> None:
    (method,) = load_connector("snowflake").methods
    outside = Secret("-----BEGIN PRIVATE KEY-----\nEXAMPLE\n-----END PRIVATE KEY-----")
    assert list(problems_in_kept(method.fields, {"private_key": outside})) == []
    (problem,) = problems_in_kept(method.fields, {"private_key": Secret("EXAMPLE")})
    assert problem == Problem("private_key", "is not a private key in PEM")


def test_of_two_names_of_one_field_its_own_counts() -> None:
    field = QuickField("account", aliases=("tenant",))
    assert readable([field], {"tenant": "old", "account": "new"}) == {"account": "new"}
    assert readable([field], {"account": "new", "tenant": "old"}) == {"account": "new"}
    assert readable([field], {"tenant": "old", "other": "x"}) == {"account": "old"}


def test_bytes_stay_bytes_where_a_file_is_secret() -> None:
    field = QuickField("key", kind="file", secret=True)
    assert list(problems_in_kept([field], {"key": Secret(b"\xff")})) == []
    assert readable([field], {"key": Secret(b"\xff")}) == {"key": Secret(b"\xff")}
    assert readable([field._replace(kind="text")], {"key": Secret(b"\xff")}) == {}
