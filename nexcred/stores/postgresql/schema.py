"""The tables of a vault in a schema of their own, and the proof that it holds exactly these.

What is planted there would run in the name of whoever reads or writes: triggers, rules, views, defaults, expressions.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nexcred.errors import MadeByNewer, Tampered
from nexcred.model.text import make_visible
from nexcred.stores.postgresql.sql import name_of, text_of

LAYOUT = 1
_COMMENT = f"nexcred vault, layout {LAYOUT}"
_NEWER = re.compile(r"nexcred vault, layout (\d{1,6})", re.ASCII)
_BY_ID = "id integer not null, sealed bytea not null"
TABLES: Mapping[str, str] = {
    "now": _BY_ID,
    "head": "generation bigint not null, sealed bytea not null",
    "tree": _BY_ID,
    "leaf": _BY_ID,
    "access": _BY_ID,
    "chain": _BY_ID,
    "roster": _BY_ID,
    "slot": _BY_ID,
    "item": "digest bytea not null, sealed bytea not null",
}
# How many values `contents` has of each.
OF_TABLE = 6
# In a schema of a vault there is nothing else; of what was planted there so much is looked at.
_MOST_ROWS = 100


def creation(schema: str, *, with_schema: bool) -> str:
    """Return the statements that lay out a new vault, the last one without its end."""
    statements = [f"CREATE SCHEMA {name_of(schema)}"] if with_schema else []
    for table, columns in TABLES.items():
        key = columns.partition(" ")[0]
        statements.append(f"CREATE TABLE {name_of(schema, table)} ({columns}, PRIMARY KEY ({key}))")
    statements.append(f"COMMENT ON TABLE {name_of(schema, 'now')} IS {text_of(_COMMENT)}")
    return ";\n".join(statements)


def creation_for(schema: str, user: str, *, with_schema: bool) -> str:
    """Return what somebody runs who may, so that this user can keep a vault there and change no table."""
    return (
        f"BEGIN;\n{creation(schema, with_schema=with_schema)};\n"
        f"GRANT USAGE ON SCHEMA {name_of(schema)} TO {name_of(user)};\n"
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {name_of(schema)} TO {name_of(user)};\n"
        "COMMIT;\n"
    )


def contents(schema: str) -> str:
    """Return the statement whose rows `holds_vault` judges: what there is, how it is made, what it does, a comment."""
    of_table = "WHERE {} = c.oid"
    planted = " || ".join(
        f"pg_catalog.coalesce((SELECT pg_catalog.string_agg({what}, '') FROM pg_catalog.{catalog} x {where}), '')"
        for what, catalog, where in (
            ("' trigger ' || x.tgname", "pg_trigger", of_table.format("x.tgrelid")),
            ("' rule ' || x.rulename", "pg_rewrite", of_table.format("x.ev_class")),
            ("' policy ' || x.polname", "pg_policy", of_table.format("x.polrelid")),
            ("' parent'", "pg_inherits", of_table.format("x.inhrelid")),
            ("' child'", "pg_inherits", of_table.format("x.inhparent")),
            ("' default'", "pg_attrdef", of_table.format("x.adrelid")),
            (
                "' generated ' || x.attname",
                "pg_attribute",
                of_table.format("x.attrelid") + " AND (x.attgenerated <> '' OR x.attidentity <> '')",
            ),
            (
                "' constraint ' || x.conname",
                "pg_constraint",
                of_table.format("x.conrelid") + " AND x.contype NOT IN ('p', 'n')",
            ),
            (
                "' index ' || x.indexrelid::pg_catalog.regclass::pg_catalog.text",
                "pg_index",
                of_table.format("x.indrelid") + " AND NOT x.indisprimary",
            ),
        )
    ).replace("pg_catalog.coalesce", "COALESCE")
    columns = (
        "(SELECT pg_catalog.string_agg(a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)"
        " || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, ', ' ORDER BY a.attnum)"
        " FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)"
    )
    key = (
        "(SELECT pg_catalog.string_agg(k.conkey::pg_catalog.text, '') FROM pg_catalog.pg_constraint k"
        " WHERE k.conrelid = c.oid AND k.contype = 'p')"
    )
    kind = "c.relkind::pg_catalog.text || c.relpersistence::pg_catalog.text"
    secured = "CASE WHEN c.relrowsecurity OR c.relforcerowsecurity THEN ' row security' ELSE '' END"
    return (
        f"SELECT c.relname::pg_catalog.text, {kind}, {columns}, {key}, pg_catalog.left({planted} || {secured}, 200),"
        " pg_catalog.obj_description(c.oid, 'pg_class')"
        " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON c.relnamespace = n.oid"
        f" WHERE n.nspname = {text_of(schema)} AND c.relkind <> 'i'"
        " UNION ALL SELECT p.proname::pg_catalog.text, 'function', NULL, NULL, '', NULL FROM pg_catalog.pg_namespace n"
        # By what depends on the schema: no index finds a function by where it is, and a database has thousands.
        " JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass"
        " AND d.refobjid = n.oid AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass"
        f" JOIN pg_catalog.pg_proc p ON p.oid = d.objid WHERE n.nspname = {text_of(schema)}"
        f" LIMIT {_MOST_ROWS}"
    )


def holds_vault(rows: Iterable[list[Any]], place: str) -> bool:
    """Compare what a schema holds with a vault's tables; False for an empty one, or none.

    Raises Tampered when anything is planted or missing, MadeByNewer for a later layout.
    """
    missing = dict(TABLES)
    for name, kind, columns, key, planted, comment in rows:
        newer = _NEWER.fullmatch(str(comment))
        if name == "now" and newer is not None and int(newer[1]) > LAYOUT:
            raise MadeByNewer("the vault was made by a newer nexcred", hint="update nexcred")
        is_own = kind == "rp" and name in missing
        if is_own and planted:
            raise _planted(f"the table {name}", str(planted).strip(), place)
        if not is_own or missing.pop(name) != columns or key != "{1}":
            raise _planted("it", f"{_KINDS.get(str(kind)[:1], 'something')} {name}", place)
    if missing and len(missing) < len(TABLES):
        raise Tampered(f"{place} has not all tables of a vault: {', '.join(missing)} is missing")
    return not missing


_KINDS = {
    "r": "a table that is not the vault's,",
    "v": "a view,",
    "m": "a materialized view,",
    "S": "a sequence,",
    "p": "a partitioned table,",
    "f": "a function or foreign table,",
}


def _planted(where: str, what: str, place: str) -> Tampered:
    return Tampered(
        f"{place} is not only a vault: {make_visible(where)} has {make_visible(what[:100])}",
        hint="find out who put it there, and take it out",
    )
