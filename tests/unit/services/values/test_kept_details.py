"""The one way to a credential's values, and what excuses values that their connector does not take any more."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

import nexcred
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import InvalidData, WrongDetails
from nexcred.local.anchors import AnchorFile
from nexcred.local.used_connectors import MOST, UsedConnectors
from nexcred.model.credential import Credential, Details, Value
from nexcred.model.reference import Reference
from nexcred.model.secret import Secret
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import prepare_update, save_update
from nexcred.services.values.decoded import open_details
from nexcred.services.values.get import get_value, serve_value
from nexcred.vault.changes import Changes
from nexcred.vault.vault import Vault
from tests.unit.connectors.specs import SPEC, changed
from tests.unit.services.own_connector import Write, write
from tests.unit.services.places import Warnings, keep, never_taken

__all__ = ["write"]

SOURCES = Path(nexcred.__file__).parent
GATE = SOURCES / "services" / "values" / "kept_details.py"
# Shows a person what a record holds before it is trusted, whatever that is.
LOOKED_AT = SOURCES / "services" / "credentials" / "trust.py"
WITHOUT_TENANT = changed(SPEC[SPEC.index("  [[method.field]]") : SPEC.rindex("  [[method.field]]")], "").replace(
    "{tenant}.", ""
)
STRICTER = changed('pattern = "[a-z0-9-]+"', 'pattern = "[a-z]{3}"')
RENAMED = changed('name = "tenant"', 'name = "account"\n  aliases = ["tenant"]').replace("{tenant}", "{account}")
SECRET = changed('  pattern = "[a-z0-9-]+"\n', "  secret = true\n").replace("{tenant}.", "")
NUMBER = changed('  pattern = "[a-z0-9-]+"\n', '  kind = "int"\n').replace("{tenant}.", "")
OTHER_METHOD = changed('name = "api_key"\nlabel = "API key"', 'name = "key"\nlabel = "API key"')


@pytest.fixture
def used(anchors: AnchorFile) -> Path:
    """Return where this machine remembers what it used."""
    return anchors.folder


@pytest.fixture
def credential(vault: Vault, write: Write, used: Path) -> Credential:
    write(SPEC)
    return keep(vault, prepare_new("acme", {"tenant": "4711", "api_key": "k-EXAMPLE"}, is_taken=never_taken))


def fields_of(vault: Vault) -> dict[str, Value]:
    return dict(open_details(vault, vault.find("acme")).details.fields)


def test_nothing_but_the_gate_asks_the_vault_for_values() -> None:
    """Whoever reads them otherwise, reads what nobody has looked at."""
    asking = {
        path.relative_to(SOURCES)
        for path in SOURCES.rglob("*.py")
        if path.parent != SOURCES / "vault" and any(map(_asks_for_values, ast.walk(ast.parse(path.read_text()))))
    }
    assert asking == {GATE.relative_to(SOURCES), LOOKED_AT.relative_to(SOURCES)}
    users = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        if path != GATE and "kept_details(" in path.read_text()
    }
    assert users == {"services/values/decoded.py"}


def _asks_for_values(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    of_a_vault = ast.unparse(node.value).rpartition(".")[2] in ("vault", "_vault")
    reads = ("details_at", "examine", "examine_past", "open_details")
    return node.attr in reads or (node.attr == "details" and of_a_vault)


def test_a_value_that_a_stricter_spec_does_not_take_is_left_out_and_told(
    vault: Vault, credential: Credential, write: Write, warnings: Warnings
) -> None:
    write(STRICTER)
    for _ in range(2):
        assert fields_of(vault) == {"api_key": Secret("k-EXAMPLE")}
    assert list(warnings) == [
        "'acme' was saved by another version of its connector: tenant must match [a-z]{3};"
        " save it again with: nexcred update 'acme'"
    ]
    assert get_value(vault, Reference("acme", "api_key"))[1] == Secret("k-EXAMPLE")


def test_a_field_that_a_spec_has_no_more_is_left_out_for_good_once_saved_anew(
    vault: Vault, credential: Credential, write: Write, warnings: Warnings
) -> None:
    write(WITHOUT_TENANT)
    assert fields_of(vault) == {"api_key": Secret("k-EXAMPLE")}
    prepared = prepare_update(vault, credential, UpdateInput({"api_key": "k-EXAMPLE"}, allow_hosts=("acme.test",)))
    now = save_update(vault, prepared, None, save_unverified=True)
    assert "tenant" in now.changed
    warnings.clear()
    assert fields_of(vault) == {"api_key": Secret("k-EXAMPLE")}
    assert not warnings


@pytest.mark.parametrize(
    ("spec", "name", "value"),
    [(RENAMED, "account", "4711"), (SECRET, "tenant", Secret("4711")), (NUMBER, "tenant", 4711)],
    ids=["renamed", "a secret now", "a number now"],
)
def test_what_a_later_spec_keeps_otherwise_is_read_as_it_says(
    vault: Vault, credential: Credential, write: Write, spec: str, name: str, value: Value
) -> None:
    write(spec)
    assert fields_of(vault) == {name: value, "api_key": Secret("k-EXAMPLE")}


def test_a_connector_that_this_machine_never_used_excuses_nothing(
    vault: Vault, credential: Credential, write: Write, used: Path
) -> None:
    write(STRICTER)
    (used / "connectors-used").unlink()
    with pytest.raises(WrongDetails):
        fields_of(vault)
    with pytest.raises(WrongDetails):
        serve_value(vault, Reference("acme", "api_key"))


def test_the_connector_that_is_there_excuses_nothing(vault: Vault, credential: Credential) -> None:
    _forge(vault, lambda one: one._replace(fields={**one.fields, "tenant": "a/b"}))
    with pytest.raises(WrongDetails):
        fields_of(vault)


def test_what_a_shipped_connector_wrote_is_excused(vault: Vault, write: Write, used: Path, warnings: Warnings) -> None:
    values = {"account_domain": "mycompany", "api_key": "k-EXAMPLE"}
    keep(vault, prepare_new("aha", values, is_taken=never_taken, name="acme"))
    write(changed('name = "acme"', 'name = "aha"\nreplaces_built_in = true'), "aha")
    assert fields_of(vault) == {"api_key": Secret("k-EXAMPLE")}
    assert "account_domain is no field of its connector" in warnings[0]
    _forge(vault, lambda one: one._replace(digest=load_connector("resci").digest))
    with pytest.raises(WrongDetails):
        fields_of(vault)


def test_a_method_that_is_gone_is_no_forgery_where_it_was_known(
    vault: Vault, credential: Credential, write: Write, used: Path
) -> None:
    write(OTHER_METHOD)
    with pytest.raises(InvalidData, match="acme no longer has a method 'api_key'"):
        fields_of(vault)
    assert serve_value(vault, Reference("acme", "tenant"))[2] == "4711"
    (used / "connectors-used").unlink()
    with pytest.raises(WrongDetails, match="method is none of acme's"):
        fields_of(vault)


def test_of_what_was_used_the_newest_are_remembered_for_their_user_alone(tmp_path: Path) -> None:
    used = UsedConnectors(tmp_path / "state")
    assert not used.has("acme", "0")
    for number in range(MOST + 2):
        used.note("acme", str(number))
        used.note("acme", str(number))
    (path,) = (tmp_path / "state").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text().splitlines()) == MOST
    assert [used.has("acme", str(number)) for number in (0, 1, 2, MOST + 1)] == [False, False, True, True]
    assert not used.has("other", "2")


def test_where_nothing_can_be_remembered_nothing_was_used(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    used = UsedConnectors(tmp_path / "state")
    used.note("acme", "1")
    assert not used.has("acme", "1")


def _forge(vault: Vault, change: Callable[[Details], Details]) -> None:
    forged = change(vault.details(vault.find("acme")))
    vault.edit(lambda edit: edit.update(edit.find("acme"), Changes(details=forged)))
