"""Case 77, in what is exported: no name and no value of a field adds a key, a line, a document or an expression."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nexcred.errors import InvalidData
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.model.variable_name import derived_name
from nexcred.services.exporting.exported import Exported
from nexcred.services.exporting.formats import FORMATS
from tests.support import hostile
from tests.support.exported_readers import READERS, Values
from tests.support.exported_values import exported_of
from tests.support.opened import Opened

LOGIN: dict[str, Value] = {
    "host": "h",
    "port": 1,
    "database": "d",
    "username": "u",
    "password": Secret("p"),
    "sslmode": "m",
}
KEYS: dict[str, Value] = {"access_key_id": "k", "secret_key": Secret("s"), "session_token": Secret("t"), "region": "r"}
FIELDS: dict[str, dict[str, Value]] = {
    "rest": {"api_key": Secret("k")},
    "postgres": LOGIN,
    "mysql": {name: value for name, value in LOGIN.items() if name != "sslmode"},
    "s3": KEYS,
}
SCRAPS = [
    *"'\"\\$`(){}[]#;:=,|&<>!*?%@-~ \n\r\t\x1b\x07\x0b\x85\u2028é\u2019",
    "---\n",
    "{{",
    "}}",
    "{%",
    "${",
    "]\n[",
    "x: y",
]
TEXTS = st.lists(st.sampled_from(SCRAPS) | st.characters(codec="utf-8", exclude_characters="\0"), max_size=12).map(
    "".join
)
TEXTS = TEXTS | st.sampled_from(sorted(hostile.ALL.values()))
SOME = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


CONNECTORS = {"pgpass": "postgres", "pg_service": "postgres", "dbt": "postgres", "my.cnf": "mysql", "aws": "s3"}
BY_VARIABLE = ("env", "fish", "dotenv", "gha", "powershell")


def plain(fields: Mapping[str, Value]) -> Values:
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in fields.items()}


def expected(form: str, fields: Mapping[str, Value]) -> Values:
    """Return what the reader of a format is to find, if the format can hold it."""
    found = plain(fields)
    if form in BY_VARIABLE:
        return {derived_name("one", name): value for name, value in found.items()}
    if form in CONNECTORS:
        kept = {name: value for name, value in found.items() if value != ""}
        if form == "dbt":
            return {name: int(value) if name == "port" else value for name, value in found.items()}
        if form == "pgpass":
            return {name: str(value) for name, value in found.items() if name != "sslmode"}
        return {name: str(value) for name, value in kept.items()}
    return found


def check(form: str, exported: Exported, path: Path) -> None:
    """See that what is written is read as it was meant, or refused with the name of what cannot be."""
    written = written_or_refused(form, exported)
    if isinstance(written, InvalidData):
        assert {one.field for one in written.problems} <= {*exported.fields, *expected("env", exported.fields)}
        return
    path.write_bytes(written.encode())
    assert READERS[form](path) == expected(form, exported.fields)


def written_or_refused(form: str, exported: Exported) -> str | InvalidData:
    try:
        return FORMATS[form].write([exported])
    except InvalidData as error:
        return error


@pytest.mark.parametrize("form", [form for form in READERS if form not in CONNECTORS])
@SOME
@given(fields=st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=4))
@example(fields={text: text for text in hostile.ALL.values()})
@example(fields={"a: 1\n  evil": "x", "a\n---\nevil": "y", "x" * 2000: "z", "": ""})
@example(fields={"é": "x", "日": "y"})
def test_case_77_free_names_and_values_are_read_back_or_refused(
    form: str, fields: dict[str, str], tmp_path: Path
) -> None:
    values: dict[str, Value] = {name: Secret(value) for name, value in fields.items()}
    check(form, exported_of("rest", values, name="one"), tmp_path / "exported")


@pytest.mark.parametrize("form", CONNECTORS)
@SOME
@given(data=st.data())
def test_case_77_values_of_a_systems_own_files_are_read_back_or_refused(
    form: str, data: st.DataObject, tmp_path: Path
) -> None:
    kept = FIELDS[CONNECTORS[form]]
    chosen = data.draw(st.dictionaries(st.sampled_from(sorted(kept)), TEXTS, min_size=1, max_size=3))
    values = {name: Secret(text) if isinstance(kept[name], Secret) else text for name, text in chosen.items()}
    check(form, exported_of(CONNECTORS[form], {**kept, **values}, name="one"), tmp_path / "exported")


@pytest.mark.parametrize("form", CONNECTORS)
@pytest.mark.parametrize("text", hostile.ALL.values(), ids=hostile.ALL)
def test_case_77_each_field_of_a_systems_own_files_may_be_hostile(form: str, text: str, tmp_path: Path) -> None:
    kept = FIELDS[CONNECTORS[form]]
    for name, value in kept.items():
        hostile_value = Secret(text) if isinstance(value, Secret) else text
        check(form, exported_of(CONNECTORS[form], {**kept, name: hostile_value}), tmp_path / "exported")


@pytest.mark.parametrize("form", CONNECTORS)
def test_case_77_a_record_that_lacks_a_field_is_refused_or_read_back(form: str, tmp_path: Path) -> None:
    kept = FIELDS[CONNECTORS[form]]
    for missing in kept:
        fields = {name: value for name, value in kept.items() if name != missing}
        written = written_or_refused(form, exported_of(CONNECTORS[form], fields))
        if isinstance(written, InvalidData):
            assert written.message.startswith(f"{missing} of 'one' is missing")
            continue
        (tmp_path / "exported").write_text(written)
        assert READERS[form](tmp_path / "exported").items() >= expected(form, fields).items()


@pytest.mark.parametrize("form", ["my.cnf", "pg_service"])
def test_case_77_a_value_longer_than_the_buffer_of_its_reader_is_refused(form: str) -> None:
    """What goes beyond it would be a line of its own, which may load a plugin."""
    for length in (4050, 4084, 4096, 100_000):
        kept = FIELDS[CONNECTORS[form]]
        exported = exported_of(CONNECTORS[form], {**kept, "password": Secret("x" * length + "plugin-dir=/tmp")})
        with pytest.raises(InvalidData, match="password of 'one' is too long"):
            FORMATS[form].write([exported])


def test_case_77_a_profile_that_all_others_take_their_defaults_from_is_refused() -> None:
    with pytest.raises(InvalidData, match="name of 'DEFAULT'"):
        FORMATS["aws"].write([exported_of("s3", KEYS, name="DEFAULT")])


@pytest.mark.parametrize("form", BY_VARIABLE)
def test_case_77_two_fields_of_one_variable_are_refused(form: str) -> None:
    with pytest.raises(InvalidData, match=r"a\.b of 'one' would be ONE_A_B, which another field is"):
        FORMATS[form].write([exported_of("rest", {"a b": "1", "a.b": Secret("2")})])


def test_case_77_a_file_that_is_lent_holds_one_line_a_value(opened: Opened) -> None:
    shown = ("run", "-c", "db", "--", "sh", "-c", 'cat "$MYSQL_HOME"/*.cnf "$MYSQL_HOME"/.*.cnf')
    fields: dict[str, Value] = {**FIELDS["mysql"], "password": Secret("x" * 4084 + "plugin-dir=/tmp")}
    hostile.keep(opened, "db", "mysql", fields)
    ran = opened(*shown)
    assert (ran.code in (9, 125), ran.out) == (True, "")
    assert "internal error" not in ran.err


@pytest.mark.parametrize("form", FORMATS)
def test_case_77_the_program_writes_all_of_it_or_nothing(opened: Opened, form: str) -> None:
    connector = CONNECTORS.get(form, "rest")
    kept = FIELDS[connector]
    for number, text in enumerate(hostile.ALL.values()):
        places: list[dict[str, Value]] = [{**kept, name: Secret(text)} for name in kept]
        places += [{**kept, text: text}, {**kept, "port": text}]
        for place, fields in enumerate(places):
            name, output = f"one{number}-{place}", opened.home / "exported"
            hostile.keep(opened, name, connector, fields)
            ran = opened("export", name, "--format", form, "-o", "exported")
            assert ran.code in (0, 2, 9), ran.err
            assert all(line.isprintable() for line in ran.err.split("\n"))
            assert output.exists() == (ran.code == 0)
            output.unlink(missing_ok=True)
