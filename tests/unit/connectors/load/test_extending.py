"""A file that extends a built-in one: what it takes, what it says itself, and how mistakes are told."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.auth.static import HeadersAuth
from nexcred.connectors.language.extending import extended, own_place
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.lint.structure import problems_in_structure
from nexcred.connectors.load import fast_reader
from nexcred.connectors.load.fast_reader import quick_look
from nexcred.connectors.load.loader import load_connector, load_file, load_own
from nexcred.connectors.load.names import Folders
from nexcred.connectors.load.quick_by_spec import quick_of_spec
from nexcred.errors import SpecError
from scripts import quick_looks
from tests.unit.connectors.specs import SPEC, changed

SHARED = 'about = "Parcels."\nhosts = ["*.acme.test"]\nremedy = { rejected = "a", expired = "b" }\n'
BASE = (
    SPEC.replace("docs_url =", f"{SHARED}docs_url =")
    + """
    [[method.probe.rule]]
    status = 400
    verdict = "rejected"

[[method]]
name = "other"
label = "Another way"
unprobed = "nobody can"

  [[method.field]]
  name = "key"
  label = "Key"
  secret = true

  [method.auth]
  scheme = "headers"
  headers = { X-Key = "{key}" }
"""
)
OWN = """\
name = "acme-eu"
title = "Acme Europe"
docs_url = "https://docs.acme.test/eu"
extends = "acme"
"""


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    built_in, own = tmp_path / "built_in", tmp_path / "own"
    built_in.mkdir()
    own.mkdir()
    (built_in / "acme.toml").write_text(BASE)
    return Folders(built_in, own)


def own(folders: Folders, text: str = OWN) -> Connector:
    assert folders.own
    (folders.own / "acme-eu.toml").write_text(text)
    return load_own(folders.own / "acme-eu.toml", folders)


def problems(folders: Folders, text: str) -> list[tuple[str, str]]:
    with pytest.raises(SpecError) as raised:
        own(folders, text)
    return [(problem.field, problem.problem) for problem in raised.value.problems]


def test_without_methods_all_are_taken_and_what_they_share(folders: Folders) -> None:
    base, ours = load_file(folders.built_in / "acme.toml"), own(folders)
    assert ours.methods == base.methods
    assert (ours.title, ours.about, ours.hosts, ours.remedy) == ("Acme Europe", "", base.hosts, base.remedy)


def test_a_method_is_taken_by_its_name_and_keeps_what_is_not_said(folders: Folders) -> None:
    said = """
remedy = { rejected = "c" }

[[method]]
name = "other"
unprobed = "still nobody"

[[method]]
name = "api_key"

  [[method.field]]
  name = "tenant"
  help = "The European one."

  [[method.field]]
  name = "region"
  label = "Region"
  choices = ["eu1", "eu2"]

  [method.auth]
  headers = { Authorization = "Key {api_key}" }

  [method.probe]
  request = { url = "https://{tenant}.{region}.acme.test/me" }
"""
    ours = own(folders, OWN + said)
    other, api_key = ours.methods
    assert (other.name, other.label, other.unprobed) == ("other", "Another way", "still nobody")
    assert (ours.remedy.rejected, ours.remedy.expired) == ("c", "b")
    assert [field.name for field in api_key.fields] == ["tenant", "api_key", "region"]
    assert (api_key.fields[0].label, api_key.fields[0].help) == ("Tenant", "The European one.")
    assert api_key.fields[0].pattern == "[a-z0-9-]+"
    assert api_key.auth == HeadersAuth(headers={"Authorization": "Key {api_key}"})
    assert api_key.probe
    assert api_key.probe.rules[0].status == 400
    assert [request.url for request in api_key.probe.requests()] == ["https://{tenant}.{region}.acme.test/me"]


def test_another_scheme_takes_the_place_of_the_whole_and_a_probe_that_of_its_absence(folders: Folders) -> None:
    said = """
[[method]]
name = "other"

  [method.auth]
  scheme = "query"
  query = { key = "{key}" }

  [method.probe]
  request = { url = "https://eu.acme.test/me" }
"""
    (method,) = own(folders, OWN + said).methods
    assert (method.unprobed, method.auth.__struct_config__.tag) == ("", "query")


def test_the_digest_is_that_of_both_files(folders: Folders) -> None:
    first = own(folders).digest
    assert first == own(folders).digest != own(folders, OWN + "\n").digest
    (folders.built_in / "acme.toml").write_text(BASE + "\n")
    assert own(folders).digest != first


@pytest.mark.parametrize(
    ("extends", "problem"),
    [
        ('"acne"', "'acne' is no built-in connector; did you mean 'acme'?"),
        ('"../acme"', "'../acme' is no built-in connector; did you mean 'acme'?"),
        ('"acme-eu"', "'acme-eu' is no built-in connector; did you mean 'acme'?"),
        ('"chain"', "'chain' extends 'acme' itself: extend that one"),
        ('"loop"', "'loop' extends 'loop' itself: extend that one"),
        ('"broken"', "'broken' cannot be read: is not TOML: invalid value"),
        ("7", "must be a text"),
    ],
)
def test_what_cannot_be_extended_is_told_at_its_line(folders: Folders, extends: str, problem: str) -> None:
    (folders.built_in / "chain.toml").write_text(OWN.replace("acme-eu", "chain"))
    (folders.built_in / "loop.toml").write_text(OWN.replace("acme-eu", "loop").replace('"acme"', '"loop"'))
    (folders.built_in / "broken.toml").write_text("name = ")
    assert (("acme-eu.toml:4: extends", problem)) in problems(folders, OWN.replace('"acme"', extends))


@pytest.mark.parametrize(
    ("said", "place", "problem"),
    [
        ("colour = 1", "5: colour", "unknown key"),
        ('[[method]]\nname = "api_key"\n[method.auth]\nhaeders = {}', "8: method[0].auth.haeders", "unknown key"),
        ("[[method]]\nlabel = 'x'", "5: method[0]", "lacks 'name'"),
        ("method = 7", "5: method", "must be a list"),
        ('[[method]]\nname = "mine"\nlabel = "Mine"', "5: method[0]", "lacks 'auth'"),
        (
            '[[method]]\nname = "api_key"\n[[method.field]]\nname = "api_key"\nkind = "int"',
            "9: method[0].field[0].kind",
            "a secret cannot be of kind int",
        ),
        (
            '[[method]]\nname = "api_key"\n[[method.field]]\nname = "tenant"\nrequired = false',
            "5: method[0]",
            "method[0].probe.request.url, taken from 'acme', 'tenant' may be missing; a URL needs it",
        ),
        (
            '[[method]]\nname = "api_key"\nfield = [{ name = "tenant" }, { name = "tenant", label = "T" }]',
            "7: method[0].field[0]",
            "'tenant' is given twice",
        ),
        ('hosts = ["evil{api_key}.test"]', "5: hosts[0]", "the secret 'api_key' would stand in a host name"),
    ],
)
def test_a_mistake_is_told_where_the_file_makes_it(folders: Folders, said: str, place: str, problem: str) -> None:
    found = problems(folders, f"{OWN}{said}\n")
    assert any(told.startswith(f"acme-eu.toml:{place}") and what.startswith(problem) for told, what in found), found


def test_one_that_replaces_a_built_in_may_extend_it(folders: Folders) -> None:
    assert folders.own
    text = OWN.replace("acme-eu", "acme") + "replaces_built_in = true\n"
    (folders.own / "acme.toml").write_text(text)
    assert load_connector("acme", folders).title == "Acme Europe"
    refused = problems(folders, changed('extends = "acme"', 'extends = "acme-eu"', OWN))
    assert refused == [("acme-eu.toml:4: extends", "'acme-eu' is no built-in connector; did you mean 'acme'?")]


def test_a_quick_look_is_of_both_files(folders: Folders, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    built_in = folders.built_in
    (built_in / "acme-eu.toml").write_text(OWN)
    only = Folders(built_in)
    connector = load_connector("acme-eu", only)
    (tmp_path / "acme-eu.json").write_text(quick_looks._text(connector))
    monkeypatch.setattr(fast_reader, "QUICK", tmp_path)
    assert fast_reader._built_in(built_in / "acme-eu.toml", "other") == quick_of_spec(connector.methods[1])
    fast_reader._built_in.cache_clear()
    (built_in / "acme.toml").write_text(BASE + "\n")
    assert fast_reader._built_in(built_in / "acme-eu.toml", "other") is None
    fast_reader._built_in.cache_clear()
    assert quick_look("github", "token") is None  # whose quick look is not here
    fast_reader._built_in.cache_clear()


KEYS = st.sampled_from(
    ["name", "method", "field", "part", "auth", "scheme", "probe", "request", "unprobed", "rule", "x.y"]
)
VALUES = st.recursive(
    st.sampled_from(["api_key", "tenant", "other", "", 7, True]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES))
def test_whatever_a_file_says_is_laid_over_and_told_of(said: dict[str, Any]) -> None:
    whole = extended(said, tomllib.loads(BASE))
    for path, _ in problems_in_structure(whole, Connector):
        place, is_own = own_place(path, said, whole)
        assert not is_own or place.count("[") == path.count("[")
