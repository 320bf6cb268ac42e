"""What `run` needs of a connector, read quickly and by its whole spec."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.load import fast_reader
from nexcred.connectors.load.fast_reader import QUICK, Introduction, quick_introduction, quick_look
from nexcred.connectors.load.loader import load_all
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.connectors.load.quick_by_spec import quick_of_spec
from tests.support.each import for_each
from tests.unit.connectors.specs import SPEC, problems_of

BUILT_IN = load_all(Folders(CATALOGUE))
METHODS = [(connector.name, method) for connector in BUILT_IN for method in connector.methods]
FILE = """
  [[method.file]]
  name = "acme.cnf"
  env = "ACME_HOME"

    [[method.file.part]]
    when = { field = "tenant" }
    lines = ["key={api_key}"]
"""


@for_each(METHODS)
def test_a_quick_look_tells_what_the_whole_spec_does(connector: str, method: Method) -> None:
    assert quick_look(connector, method.name) == quick_of_spec(method)


@for_each(BUILT_IN)
def test_a_system_that_asks_for_anything_is_introduced_as_by_its_whole_spec(connector: Connector) -> None:
    first = connector.methods[0]
    asks = any(field.required and field.default is None and field.when is None for field in first.fields)
    said = Introduction(connector.name, connector.title, connector.about, connector.description) if asks else None
    assert quick_introduction(connector.name, None) == said
    assert quick_introduction(connector.name, first.name) == said


def test_there_is_a_quick_look_for_each_connector_and_for_no_other() -> None:
    assert {path.stem for path in QUICK.iterdir()} == {path.stem for path in CATALOGUE.glob("*.toml")}


def test_there_is_no_quick_look_at_a_method_that_is_gone() -> None:
    assert quick_look("postgres", "kerberos") is None
    assert quick_introduction("postgres", "kerberos") is None


STALE = {
    "of another file": (QUICK / "github.json").read_bytes().replace(b'"digest": "', b'"digest": "0'),
    "no JSON": b"{",
    "another shape": b"[]",
    "missing": None,
}


@pytest.fixture
def made_ahead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The folder of what was made ahead, for the time being, with nothing in it."""
    monkeypatch.setattr(fast_reader, "QUICK", tmp_path)
    fast_reader._built_in.cache_clear()
    yield tmp_path
    fast_reader._built_in.cache_clear()


@pytest.mark.parametrize("found", STALE.values(), ids=STALE)
def test_what_was_not_made_of_the_file_as_it_is_decides_nothing(made_ahead: Path, found: bytes | None) -> None:
    """Hosts, for one, that a file no longer names, are then none that a helper hands a password to."""
    if found is not None:
        (made_ahead / "github.json").write_bytes(found)
    assert quick_look("github", "token") is None
    assert quick_introduction("github", None) is None


def test_a_file_of_several_values_is_right() -> None:
    assert problems_of(SPEC + FILE) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        ("acme.cnf", "../acme.cnf", "method[0].file[0].name", "must be the name of a file, without a folder"),
        ("ACME_HOME", "home", "method[0].file[0].env", "must be upper-case letters, digits and '_'"),
        ('"tenant" }', '"nobody" }', "method[0].file[0].part[0].when.field", "'nobody' is no other field"),
        (
            'env = "ACME_HOME"',
            'env = "ACME_HOME"\n  option = { name = "--exec", programs = ["acme"] }',
            "method[0].file[0].option.name",
            "must be one of: --defaults-file",
        ),
        (
            'env = "ACME_HOME"',
            'env = "ACME_HOME"\n  option = { name = "--defaults-file", programs = ["/bin/acme"] }',
            "method[0].file[0].option.programs[0]",
            "must be the name of a program, without a folder",
        ),
        ("key={api_key}", "key={nobody}", "method[0].file[0].part[0].lines", "names 'nobody', which is no field"),
        ("key={api_key}", "key={", "method[0].file[0].part[0].lines", "a stray '{'; double it to mean the character"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(old: str, new: str, place: str, problem: str) -> None:
    ((found, told),) = problems_of(SPEC + FILE.replace(old, new))
    assert found.endswith(place)
    assert told == problem
