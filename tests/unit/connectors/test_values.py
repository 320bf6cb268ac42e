"""Values against their connector: all problems at once, aliases resolved, defaults filled."""

from collections.abc import Mapping

import pytest

from nexcred.connectors.language.spec import Connector, Field
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.values import check_value, check_values, choose_method, is_asked, warnings_of
from nexcred.errors import InvalidData, MissingField, NexcredError, Problem
from nexcred.model.credential import MAX_SECRET_BYTES, Value
from nexcred.model.secret import Secret
from tests.unit.connectors.specs import changed, connector_of

AVENTRI = load_connector("aventri")
REST = load_connector("rest")


def check(connector: Connector, raw: Mapping[str, object], method: str | None = None) -> dict[str, Value]:
    return check_values(connector, choose_method(connector, raw, method), raw)


def problems_of(connector: Connector, raw: Mapping[str, object], method: str | None = None) -> tuple[Problem, ...]:
    with pytest.raises(NexcredError) as caught:
        check(connector, raw, method)
    return caught.value.problems


def test_values_come_in_the_specs_order_under_their_own_names_with_defaults() -> None:
    values = check(AVENTRI, {"key": "EXAMPLE", "accountid": 4711})
    assert list(values.items()) == [("account_id", "4711"), ("api_key", Secret("EXAMPLE")), ("region", "na")]


def test_the_default_of_an_advanced_field_is_not_kept() -> None:
    assert "base_url" not in check(AVENTRI, {"api_key": "EXAMPLE", "account_id": "1"})
    given = check(AVENTRI, {"api_key": "EXAMPLE", "account_id": "1", "base_url": "https://www.eiseverywhere.com"})
    assert given["base_url"] == "https://www.eiseverywhere.com"


def test_all_missing_values_are_named_with_the_flags_that_give_them() -> None:
    with pytest.raises(MissingField) as caught:
        check(AVENTRI, {})
    assert caught.value.message == "aventri needs account_id and api_key"
    assert caught.value.hint == "pass --set account_id=… --set api_key=-"
    assert [problem.flag for problem in caught.value.problems] == ["--set account_id=…", "--set api_key=-"]


def test_standard_input_is_offered_to_one_secret_only() -> None:
    second = '  [[method.field]]\n  name = "other"\n  label = "Other"\n  secret = true\n\n  [method.auth]'
    connector = connector_of(changed("  [method.auth]", second))
    flags = [problem.flag for problem in problems_of(connector, {})]
    assert flags == ["--set tenant=…", "--set api_key=-", "--set other=env:VARIABLE"]


def test_bad_unknown_and_missing_values_are_reported_together() -> None:
    problems = problems_of(AVENTRI, {"acount_id": "1", "region": "mars", "api_key": ""})
    assert [(problem.field, problem.problem) for problem in problems] == [
        ("acount_id", "is no field of aventri; did you mean 'account_id'?"),
        ("api_key", "is empty"),
        ("region", "must be one of: na, emea, apac"),
        ("account_id", "is required"),
    ]


def test_what_is_near_an_alias_is_told_the_fields_own_name() -> None:
    problem = problems_of(AVENTRI, {"account": "1", "api_key": "k-EXAMPLE"})[0]
    assert problem.problem == "is no field of aventri; did you mean 'account_id'?"


def test_a_field_of_another_method_is_said_to_be_one() -> None:
    (problem,) = problems_of(REST, {"base_url": "https://a.test", "api_key": "x", "header_name": "X"}, "bearer")
    assert problem.problem == "belongs to method 'header', not to 'bearer'"


def test_a_value_given_under_two_names_is_refused() -> None:
    (problem,) = problems_of(AVENTRI, {"account_id": "1", "key": "a", "api_key": "b"})
    assert problem == Problem("api_key", "is given twice, once as 'api_key'", "--set api_key=-")


@pytest.mark.parametrize("value", [True, 1.5, [], {}, object()])
def test_a_value_of_a_wrong_type_is_refused(value: object) -> None:
    (problem,) = problems_of(AVENTRI, {"account_id": value, "api_key": "x"})
    assert problem.problem == "must be a text or a whole number"


def test_null_means_not_given() -> None:
    assert [p.field for p in problems_of(AVENTRI, {"account_id": None, "api_key": "x"})] == ["account_id"]


def test_an_empty_optional_value_means_not_given() -> None:
    values = check(REST, {"base_url": "https://a.test", "api_key": "x", "health_path": "", "success": ""})
    assert list(values) == ["base_url", "api_key"]


@pytest.mark.parametrize(
    ("given", "method"),
    [
        ({"api_key", "base_url"}, "bearer"),
        ({"api_key", "base_url", "header_name"}, "header"),
        ({"query_name"}, "query"),
        ({"user", "password"}, "basic"),
        (set(), "bearer"),
        ({"nonsense"}, "bearer"),
        ({"nonsense", "password"}, "basic"),
    ],
)
def test_the_method_is_the_first_that_takes_the_given_fields(given: set[str], method: str) -> None:
    assert choose_method(REST, given, None).name == method


def test_a_mistyped_method_gets_a_suggestion() -> None:
    with pytest.raises(InvalidData) as caught:
        choose_method(REST, (), "baerer")
    assert caught.value.message == "rest has no method 'baerer'"
    assert caught.value.hint == "did you mean 'bearer'?"
    assert caught.value.problems[0].problem == f"must be one of: {', '.join(method.name for method in REST.methods)}"


def test_a_value_that_cannot_stand_where_it_is_sent_is_found_before_sending() -> None:
    for key in ("a\nb", "a\rb", "ä", "€"):
        (problem,) = problems_of(REST, {"base_url": "https://a.test", "api_key": key})
        assert problem.field == "api_key"
        assert "goes into a header" in problem.problem
    (problem,) = problems_of(REST, {"base_url": "https://a.test", "username": "a:b", "password": "x"})
    assert problem.problem.startswith("is a user name, where ':'")
    assert check(REST, {"base_url": "https://a.test", "api_key": "ä€", "query_name": "k"})["api_key"] == Secret("ä€")


def test_a_prompt_can_have_a_value_checked_where_it_will_be_sent() -> None:
    method = REST.methods[0]
    field = method.find("api_key")
    assert field is not None
    assert check_value(field, "ä") == Secret("ä")
    with pytest.raises(InvalidData, match="goes into a header"):
        check_value(field, "ä", method)
    assert check_value(field, "abc", method) == Secret("abc")


def test_binary_secrets_are_refused_where_text_is_due() -> None:
    (problem,) = problems_of(AVENTRI, {"account_id": "1", "api_key": Secret(b"\xff\xfe")})
    assert problem.problem == "is binary, but text is needed here"


@pytest.mark.parametrize("name", ["Host", "content-length", "Proxy-Authorization", "a b", "a:", "ä", ""])
def test_a_header_that_is_not_the_users_to_set_is_refused(name: str) -> None:
    raw = {"base_url": "https://a.test", "api_key": "x", "header_name": name}
    assert [problem.field for problem in problems_of(REST, raw, "header")] == ["header_name"]


FIELD = Field(name="value", label="Value")
SECRET = Field(name="value", label="Value", secret=True)


def problem_of(field: Field, raw: str | int | bytes | Secret) -> str:
    with pytest.raises(InvalidData) as caught:
        check_value(field, raw)
    (problem,) = caught.value.problems
    return problem.problem


def test_case_29_a_secret_has_at_most_512_kib() -> None:
    full = "x" * MAX_SECRET_BYTES
    assert check_value(SECRET, full) == Secret(full)
    assert problem_of(SECRET, full + "x") == "is larger than 512 KiB"
    assert problem_of(SECRET, "ä" * (MAX_SECRET_BYTES // 2) + "x") == "is larger than 512 KiB"


def test_case_29_an_empty_value_is_refused_where_one_is_required() -> None:
    assert problem_of(SECRET, "") == "is empty"
    assert problem_of(SECRET, b"") == "is empty"
    assert check_value(Field(name="value", label="Value", secret=True, required=False), "") == Secret("")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("a\ud800", "holds half of a character (a lone surrogate)"),
        ("a\0b", "holds the control or invisible character U+0000"),
        ("a\nb", "holds the control or invisible character U+000A"),
        ("a\u202eb", "holds the control or invisible character U+202E"),
        ("a\u200bb", "holds the control or invisible character U+200B"),
    ],
)
def test_a_public_text_deceives_nobody(value: str, problem: str) -> None:
    assert problem_of(FIELD, value) == problem


def test_a_secret_text_may_hold_lines_but_no_nul_and_no_half_character() -> None:
    assert check_value(SECRET, "line\nline\u200b") == Secret("line\nline\u200b")
    assert problem_of(SECRET, "a\0") == "holds a NUL"
    assert problem_of(SECRET, "a\udfff") == "holds half of a character (a lone surrogate)"


def test_a_secret_file_may_hold_any_bytes() -> None:
    field = Field(name="value", label="Value", secret=True, kind="file")
    assert check_value(field, b"\0\xff") == Secret(b"\0\xff")
    assert check_value(field, Secret("text")) == Secret("text")


def test_a_pattern_refuses_a_public_value_and_says_what_is_expected() -> None:
    field = Field(name="value", label="Value", pattern="[a-z]+", expects="lower-case letters")
    assert problem_of(field, "abc\n") == "must be lower-case letters"
    assert problem_of(Field(name="value", label="Value", pattern="[a-z]+"), "A") == "must match [a-z]+"


def test_a_pattern_only_warns_of_a_secret() -> None:
    field = Field(name="value", label="Value", secret=True, pattern="sk_[a-z]+", expects="sk_ and letters")
    value = check_value(field, " pk_EXAMPLE")
    assert warnings_of(field, value) == (
        "Value does not look as expected: it must be sk_ and letters",
        "Value begins or ends with white space",
    )
    assert warnings_of(field, Secret("sk_abc")) == ()
    assert warnings_of(FIELD, " a ") == ()


@pytest.mark.parametrize(
    ("expects", "value", "told"),
    [
        ("a key that begins with sk-", "sk-EXAMPLE", "a key that begins with sk-, of at least 15 characters"),
        ("a key that begins with sk-", "pk-EXAMPLE", "a key that begins with sk-"),
        ("a key that begins with sk-", "sk-EXAMPLE+000000000", "a key that begins with sk-"),
        ("sk- and 12 letters or digits", "sk-EXAMPLE", "sk- and 12 letters or digits"),
        ("a URL that begins with https://acme.test/sk-", "sk-EXAMPLE", "a URL that begins with https://acme.test/sk-"),
    ],
)
def test_of_a_key_that_is_cut_short_it_is_told_how_long_one_is(expects: str, value: str, told: str) -> None:
    field = Field(name="value", label="Value", secret=True, pattern="sk-(?:[A-Za-z0-9]{12,})", expects=expects)
    assert warnings_of(field, Secret(value)) == (f"Value does not look as expected: it must be {told}",)


def test_a_verbatim_secret_may_begin_with_white_space() -> None:
    field = Field(name="value", label="Value", secret=True, verbatim=True)
    assert warnings_of(field, check_value(field, " pass ")) == ()


def test_when_asks_a_field_only_beside_another_value() -> None:
    added = '  [[method.field]]\n  name = "mode"\n  label = "Mode"\n  choices = ["a", "b"]\n  default = "a"\n\n'
    added += '  [[method.field]]\n  name = "file"\n  label = "File"\n  when = { field = "mode", values = ["b"] }\n\n'
    connector = connector_of(changed("  [method.auth]", f"{added}  [method.auth]"))
    method = connector.methods[0]
    field = method.find("file")
    assert field is not None
    assert not is_asked(field, {}, method)
    assert is_asked(field, {"mode": "b"}, method)
    given = {"tenant": "t", "api_key": "EXAMPLE"}
    assert "file" not in check(connector, dict(given))
    assert [problem.field for problem in problems_of(connector, {**given, "mode": "b"})] == ["file"]


def test_json_given_as_an_object_is_kept_as_json_text() -> None:
    added = '  [[method.field]]\n  name = "account"\n  label = "Account"\n  kind = "json"\n  secret = true\n\n'
    connector = connector_of(changed("  [method.auth]", f"{added}  [method.auth]"))
    raw = {"tenant": "t", "api_key": "EXAMPLE", "account": {"a": ["ä"]}}
    assert check(connector, raw)["account"] == Secret('{"a": ["ä"]}')


def test_no_message_holds_a_value() -> None:
    canary = "EXAMPLEcanary\n"
    for connector, raw in (
        (REST, {"base_url": "https://a.test", "api_key": canary}),
        (AVENTRI, {"account_id": "1", "api_key": f"{canary}\0"}),
    ):
        with pytest.raises(InvalidData) as caught:
            check(connector, raw)
        assert "canary" not in f"{caught.value.message} {caught.value.hint} {caught.value.problems}"
