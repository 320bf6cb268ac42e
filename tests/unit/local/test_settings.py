"""Settings: what may stand in the file, what decides over it, and how one is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.errors import InvalidData
from nexcred.local.settings import KNOWN_SETTINGS, Effective, effective, parse_setting
from nexcred.local.settings_edit import with_setting
from nexcred.local.settings_file import decode_settings

WRONG: dict[str, list[object]] = {
    "vault": ["", "team/vault.db", "two words", 7, "postgresql://ada:secret@db/x", "a\nb"],
    "probe_jobs": [0, 257, -1, 1.5, "16", True],
    "probe_timeout": [0, -1, 3601, "10", False],
    "color": ["", "blue", True, 1],
    "pager": [7, "less\nrm"],
    "local_time": ["yes", 1, 0],
    "clip_seconds": [0, 3601, 1.5],
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, values in WRONG.items() for value in values])
def test_a_wrong_value_is_named_with_its_line(key: str, value: object) -> None:
    text = f"# mine\n{key} = {str(value).lower() if not isinstance(value, str) else repr(value)}\n"
    if isinstance(value, str):
        text = text.replace("'", '"')
    with pytest.raises(InvalidData, match=rf"config\.toml:2: {key} must"):
        decode_settings(text.encode())


@pytest.mark.parametrize(
    "key", ["identity_file", "passphrase", "api_key", "allow_host", "trusted", "hosts", "access_token"]
)
def test_nothing_that_opens_or_trusts_can_be_set(key: str) -> None:
    with pytest.raises(InvalidData, match="a file of settings opens nothing, and trusts nobody"):
        decode_settings(f'{key} = "x"\n'.encode())


def test_every_problem_is_named_at_once() -> None:
    with pytest.raises(InvalidData) as raised:
        decode_settings(b"probe_job = 1\n\ncolor = 7\n[table]\nx = 1\n")
    assert [problem.field for problem in raised.value.problems] == [
        "config.toml:1: probe_job",
        "config.toml:3: color",
        "config.toml:4: table",
    ]
    assert "did you mean 'probe_jobs'" in raised.value.problems[0].problem


@pytest.mark.parametrize("data", [b"\xff", b"color =", b"color = 'a'\ncolor = 'b'", b"[" * 5000])
def test_what_is_no_toml_is_told(data: bytes) -> None:
    with pytest.raises(InvalidData, match=r"config\.toml"):
        decode_settings(data)


def test_a_flag_wins_over_a_variable_and_that_over_the_file() -> None:
    kept, variables = {"probe_jobs": 3}, {"NEXCRED_PROBE_JOBS": "4"}
    assert effective("probe_jobs", variables, kept, "there", flag=5) == Effective(5, "flag", "--jobs")
    assert effective("probe_jobs", variables, kept, "there") == Effective(4, "environment", "NEXCRED_PROBE_JOBS")
    assert effective("probe_jobs", {}, kept, "there") == Effective(3, "file", "there")
    assert effective("probe_jobs", {}, {}) == Effective(16)


def test_the_pager_of_other_programs_comes_last() -> None:
    variables = {"PAGER": "more"}
    assert effective("pager", variables, {}) == Effective("more", "environment", "PAGER")
    assert effective("pager", variables, {"pager": ""}).value == ""
    assert effective("pager", {**variables, "NEXCRED_PAGER": "less"}, {"pager": ""}).value == "less"


@pytest.mark.parametrize(
    ("variables", "value"),
    [
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, "never"),
        ({"NO_COLOR": ""}, "always"),
        ({"FORCE_COLOR": "0"}, "always"),
        ({"FORCE_COLOR": "1", "NEXCRED_COLOR": "never"}, "always"),
        ({"NEXCRED_COLOR": "never"}, "never"),
    ],
    ids=str,
)
def test_colours_heed_what_all_programs_heed(variables: dict[str, str], value: str) -> None:
    assert effective("color", variables, {"color": "always"}).value == value


@pytest.mark.parametrize("text", ["yes", "True", "1", "on"])
def test_a_flag_is_read_as_people_write_it(text: str) -> None:
    assert parse_setting("local_time", text, "") is True


@pytest.mark.parametrize("text", ["١٦", "1_6", "0x10", "nan", "inf", "", "1e3"])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidData, match="HERE must"):
        parse_setting("probe_jobs", text, "HERE")


def test_all_else_in_the_file_stays_as_it_is() -> None:
    before = b"# mine\r\ncolor = 'never'  # at night\npager=\"less -R\""
    assert with_setting(before, "probe_jobs", 3) == before + b"\nprobe_jobs = 3\n"
    assert with_setting(before, "color", "auto") == b'# mine\r\ncolor = "auto"\npager="less -R"'
    assert with_setting(before, "color", None) == b'# mine\r\npager="less -R"'
    assert with_setting(before, "vault", None) == before


def test_a_setting_on_several_lines_is_left_to_a_hand() -> None:
    before = b'pager = """less\\\n -R"""\n'
    with pytest.raises(InvalidData, match="stands on several lines"):
        with_setting(before, "pager", "more")


VALUES = {
    "vault": st.sampled_from(["/a b/ü.db", "~/x.db", 'file:///x"y.db', "keyring:\\x"]),
    "probe_jobs": st.integers(1, 256),
    "probe_timeout": st.floats(0.001, 3600) | st.integers(1, 3600),
    "color": st.sampled_from(["auto", "always", "never"]),
    "pager": st.text().filter(str.isprintable),
    "local_time": st.booleans(),
    "clip_seconds": st.integers(1, 3600),
}


@given(steps=st.lists(st.one_of(*(st.tuples(st.just(key), value | st.none()) for key, value in VALUES.items()))))
def test_what_is_set_is_what_is_read(steps: list[tuple[str, object]]) -> None:
    data, model = b"# nothing yet", dict[str, object]()
    for key, value in steps:
        data = with_setting(data, key, value)  # type: ignore[arg-type]
        model = {name: kept for name, kept in model.items() if name != key} | ({} if value is None else {key: value})
        assert decode_settings(data).kept == model
    assert VALUES.keys() == KNOWN_SETTINGS.keys()
