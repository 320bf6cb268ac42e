"""Who runs the database changes what is in it: nothing of that is believed, and nothing planted there is run."""

import re
import secrets
from collections.abc import Mapping
from contextlib import suppress

import pytest

from nexcred.errors import (
    Damaged,
    MadeByNewer,
    NexcredError,
    NotPermitted,
    OutcomeUnknown,
    Replaced,
    RolledBack,
    Tampered,
    VaultNotFound,
)
from nexcred.stores.postgresql.schema import TABLES
from nexcred.vault.bounds import ACCESS, HEAD, LEAF, RECORD, ROSTER, SLOT, TREE, Bound
from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER
from nexcred.vault.store import Change
from nexcred.vault.vault import Vault
from tests.live.postgresql_proxy import proxy_to
from tests.live.postgresql_vault import Schema, schema
from tests.support.sample_vault import add, open_new

__all__ = ["schema"]

_RUNS = "CREATE FUNCTION public.steal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'it ran'; END $$"
PLANTED = {
    "a trigger": (
        "CREATE TRIGGER steal BEFORE UPDATE ON {}.now FOR EACH ROW EXECUTE FUNCTION public.steal()",
        "the table now has trigger steal",
    ),
    "a rule": ("CREATE RULE steal AS ON INSERT TO {}.item DO ALSO NOTHING", "the table item has rule steal"),
    "a view": ("CREATE VIEW {}.more AS SELECT 1", "it has a view, more"),
    "a view in the place of a table": (
        "ALTER TABLE {}.tree RENAME TO old; CREATE VIEW {}.tree AS SELECT id, sealed FROM {}.old;"
        " GRANT ALL ON {}.tree TO vault_keeper",
        "not only a vault",
    ),
    "row security": ("ALTER TABLE {}.item ENABLE ROW LEVEL SECURITY", "the table item has row security"),
    "a policy": ("CREATE POLICY few ON {}.item USING (true)", "the table item has policy few"),
    "a default": ("ALTER TABLE {}.item ALTER sealed SET DEFAULT 'x'", "the table item has default"),
    "a generated column": (
        "ALTER TABLE {}.leaf ADD twice integer GENERATED ALWAYS AS (id * 2) STORED",
        "the table leaf has",
    ),
    "a further column": ("ALTER TABLE {}.leaf ADD more text", "not only a vault"),
    "another type": ("ALTER TABLE {}.leaf ALTER id TYPE bigint", "not only a vault"),
    "an inheriting table": ("CREATE TABLE public.{child} () INHERITS ({}.head)", "the table head has child"),
    "a check": ("ALTER TABLE {}.head ADD CHECK (generation > 0)", "the table head has constraint"),
    "a foreign key": (
        "ALTER TABLE {}.chain ADD FOREIGN KEY (id) REFERENCES {}.access (id) DEFERRABLE INITIALLY DEFERRED",
        "trigger",
    ),
    "an index with an expression": ("CREATE INDEX ON {}.item (length(sealed))", "the table item has index"),
    "a function": ("CREATE FUNCTION {}.f() RETURNS integer LANGUAGE sql AS 'SELECT 1'", "foreign table, f"),
    "a sequence": ("CREATE SEQUENCE {}.s", "a sequence, s"),
    "a partitioned table": ("CREATE TABLE {}.p (a integer) PARTITION BY LIST (a)", "a partitioned table, p"),
    "an unlogged table": ("ALTER TABLE {}.item SET UNLOGGED", "not only a vault"),
    "a table less": ("DROP TABLE {}.chain", "has not all tables of a vault: chain is missing"),
    "a name to be obeyed": ('CREATE VIEW {}."\x1b[2J" AS SELECT 1', "a view, \\x1b[2J"),
}


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_planted_is_refused_before_anything_is_run(schema: Schema, what: str) -> None:
    vault = open_new(schema.store())
    assert vault.names() == []  # from here on no reading goes on with the view that it was opened in
    statements, words = PLANTED[what]
    if "steal()" in statements:
        schema.run("DROP FUNCTION IF EXISTS public.steal CASCADE")
        schema.run(_RUNS)
    schema.run(statements.replace("{child}", f"child_{schema.name}"))
    for act in (vault.names, lambda: add(vault, "first"), lambda: Vault(schema.store(), vault.identity)):
        with pytest.raises(Tampered) as refused:
            act()
        assert words in refused.value.message


def test_a_later_layout_asks_for_a_newer_program(schema: Schema) -> None:
    vault = open_new(schema.store())
    schema.run("COMMENT ON TABLE {}.now IS 'nexcred vault, layout 2'; CREATE TABLE {}.new (a integer)")
    with pytest.raises(MadeByNewer):
        Vault(schema.store(), vault.identity)


def _huge(bound: Bound) -> str:
    return f"UPDATE {{}}.{bound.table} SET sealed = decode(repeat('00', {bound.row + 1}), 'hex')"


@pytest.mark.parametrize("bound", [HEAD, TREE, ACCESS, ROSTER, SLOT], ids=lambda bound: str(bound.table))
def test_a_row_too_large_is_not_read(schema: Schema, bound: Bound) -> None:
    with (store := schema.store()).write():
        rows = (b"row",)
        assert store.commit(Change(b"head", 1, tree=b"t", access=rows, roster=rows), None)
    schema.run("INSERT INTO {}.slot VALUES (0, 'row')")  # which no vault there has
    schema.run(_huge(bound))
    with pytest.raises(Tampered, match="wrong type or size"), schema.store().read():
        pass


def test_a_record_or_a_leaf_too_large_is_not_read(schema: Schema) -> None:
    with (store := schema.store()).write():
        assert store.commit(Change(b"head", 1, items={bytes(32): b"record"}, leaves={3: b"leaf"}), None)
    for bound in (RECORD, LEAF):
        schema.run(_huge(bound))
    with schema.store().read() as snapshot:
        for read in (
            lambda: snapshot.item(bytes(32)),
            lambda: list(snapshot.items([bytes(32)])),
            lambda: snapshot.leaf(3),
            lambda: list(snapshot.leaves()),
        ):
            with pytest.raises(Tampered, match="wrong type or size"):
                read()


def test_more_rows_than_there_may_be_are_not_read(schema: Schema) -> None:
    vault = open_new(schema.store())
    schema.run(f"INSERT INTO {{}}.access SELECT n, 'x' FROM generate_series(10, {10 + ACCESS.rows}) n")
    with pytest.raises(Tampered, match="wrong type or size"):
        Vault(schema.store(), vault.identity)


def test_digests_of_another_length_are_told(schema: Schema) -> None:
    open_new(schema.store())
    schema.run("INSERT INTO {}.item VALUES ('x', 'y')")
    with schema.store().read() as snapshot, pytest.raises(Tampered):
        list(snapshot.item_digests())


def _kept(schema: Schema) -> Mapping[str, str]:
    """Keep all rows as they are, and return what puts them back, for each table."""
    copies = {one: f"public.{schema.name}_{secrets.token_hex(4)}_{one}" for one in TABLES}
    schema.run(";".join(f"CREATE TABLE {copy} AS TABLE {{}}.{one}" for one, copy in copies.items()))
    return {one: f"TRUNCATE {{}}.{one}; INSERT INTO {{}}.{one} TABLE {copy};" for one, copy in copies.items()}


def test_an_older_state_is_a_rollback(schema: Schema) -> None:
    vault = open_new(schema.store())
    add(vault, "first")
    put_back = _kept(schema)
    add(vault, "second")
    schema.run("".join(put_back.values()))
    with pytest.raises(RolledBack):
        vault.names()


def test_no_table_of_an_older_state_goes_with_the_others(schema: Schema) -> None:
    vault = open_new(schema.store())
    add(vault, "first")
    older = _kept(schema)
    add(vault, "second")
    vault.edit(lambda edit: edit.admit(Identity.generate().public, "bob", MEMBER))
    newer = _kept(schema)
    believed = []
    for table in TABLES:
        schema.run(older[table])
        try:
            _open_and_read(schema, vault, "second")
            believed.append(table)
        except Damaged:
            pass
        schema.run(newer[table])
    assert believed == ["head", "chain", "slot"]  # what is past, and what no write of these changed
    _open_and_read(schema, vault, "second")


@pytest.mark.parametrize("table", ["item", "leaf"])
def test_rows_in_the_places_of_others_are_told(schema: Schema, table: str) -> None:
    vault = open_new(schema.store())
    for name in ("first", "second"):
        add(vault, name)
    key = "digest" if table == "item" else "id"
    turned = f"SELECT {key}, lead(sealed, 1, first) OVER (ORDER BY {key}) AS other FROM {{}}.{table}, first"
    first = f"WITH first AS (SELECT sealed AS first FROM {{}}.{table} ORDER BY {key} LIMIT 1)"
    schema.run(f"{first} UPDATE {{}}.{table} AS t SET sealed = other FROM ({turned}) AS o WHERE o.{key} = t.{key}")
    with pytest.raises((Damaged, NotPermitted)):
        _open_and_read(schema, vault)


LIES = {
    "it keeps no record": lambda message: re.sub(r'INSERT INTO "\w+"\."item" .*? EXCLUDED\.sealed', "SELECT", message),
    "it changes records": lambda message: re.sub(
        r'(INSERT INTO ("\w+"\."item") .*?); COMMIT$', r"\1; UPDATE \2 SET sealed = sealed || 'x'; COMMIT", message
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_server_that_lies_about_a_write_is_found_out(schema: Schema, lie: str) -> None:
    """As one does whose triggers no table shows."""
    with proxy_to(schema.server.port) as proxy:
        vault = open_new(schema.store(url=schema.url(port=proxy.port, more="&sslmode=disable")))
        add(vault, "first")
        proxy.alter = LIES[lie]
        with suppress(Damaged):
            add(vault, "second")
        proxy.alter = str
        with pytest.raises(Damaged):
            _open_and_read(schema, vault, "second")
        proxy.alter = lambda message: re.sub("COMMIT$", "ROLLBACK", message)
        with pytest.raises(OutcomeUnknown, match="does not show it"):
            add(vault, "third")


def test_two_ways_of_one_vault_are_told(schema: Schema) -> None:
    vault = open_new(schema.store())
    put_back = _kept(schema)
    add(vault, "first")
    schema.run("".join(put_back.values()))
    fork = Vault(schema.store(), vault.identity)
    for name in ("other", "another"):
        add(fork, name)
    with pytest.raises(RolledBack):
        vault.names()


def test_another_vault_in_its_place_is_told(schema: Schema) -> None:
    vault = open_new(schema.store())
    schema.run("DROP SCHEMA {} CASCADE")
    open_new(schema.store(), seed=b"EXAMPLE another one of 32 bytes.")
    with pytest.raises(Replaced):
        Vault(schema.store(), vault.identity)
    with pytest.raises(NexcredError):
        vault.names()


@pytest.mark.parametrize("table", [one for one in TABLES if one not in ("now", "chain", "slot")])
def test_a_table_that_was_emptied_is_told(schema: Schema, table: str) -> None:
    vault = open_new(schema.store())
    add(vault, "first")
    schema.run(f"DELETE FROM {{}}.{table}")
    with pytest.raises((Damaged, NotPermitted)):
        _open_and_read(schema, vault)


def _open_and_read(schema: Schema, vault: Vault, name: str = "first") -> None:
    again = Vault(schema.store(), vault.identity, memory=vault.memory)
    again.details(again.find(name))


def test_no_vault_is_made_over_the_rest_of_one(schema: Schema) -> None:
    open_new(schema.store())
    schema.run("DELETE FROM {}.now")
    with pytest.raises(Tampered, match="no head"):
        open_new(schema.store())


def test_a_dropped_schema_is_no_vault(schema: Schema) -> None:
    vault = open_new(schema.store())
    schema.run("DROP SCHEMA {} CASCADE")
    with pytest.raises(VaultNotFound):
        vault.names()


def test_settings_of_the_role_and_the_database_change_nothing(schema: Schema) -> None:
    """Such as a search path on which somebody else's operators come first."""
    vault = open_new(schema.store())
    schema.run(
        f"CREATE SCHEMA {schema.name}_evil;"
        f"CREATE FUNCTION {schema.name}_evil.ran(bytea, bytea) RETURNS boolean LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'it ran'; END $$;"
        f"CREATE OPERATOR {schema.name}_evil.= (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = {schema.name}_evil.ran)"
    )
    settings = {
        "search_path": f"{schema.name}_evil, pg_catalog",
        "bytea_output": "escape",
        "synchronous_commit": "off",
        "default_transaction_read_only": "on",
        "default_transaction_isolation": "serializable",
        "standard_conforming_strings": "off",
        "backslash_quote": "on",
        "client_encoding": "LATIN1",
        "extra_float_digits": "0",
    }
    schema.run(f"GRANT USAGE ON SCHEMA {schema.name}_evil TO vault_keeper")
    for name, value in settings.items():
        schema.run(f"ALTER ROLE vault_keeper SET {name} = {value}")
    try:
        again = Vault(schema.store(), vault.identity)
        add(again, "first")
        assert Vault(schema.store(), vault.identity).names() == ["first"]
    finally:
        schema.run("ALTER ROLE vault_keeper RESET ALL")
