"""Case 74: a small SQLite file whose cells share their pages, and which so claims gigabytes, or has no end."""

import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.vault.bounds import ACCESS, CHAIN, ROSTER, SLOT, Bound
from tests.support.crafted_pages import (
    INDEX_INTERIOR,
    INDEX_LEAF,
    PAGE,
    TABLE_INTERIOR,
    TABLE_LEAF,
    CraftedPages,
    digest_record,
    index_cell,
    page_of,
    row_cell,
    schema_record,
    sealed_record,
    varint,
)
from tests.support.program import Program, Ran
from tests.support.vault_file import make_file

MOST_MEMORY = 200 * 10**6
LARGE = 9_000_000
TIMES = 600
PATIENCE_S = 120
TABLES = ("head", "tree", "leaf", "access", "chain", "roster", "slot")
INDEX = "sqlite_autoindex_item_1"

Craft = Callable[[CraftedPages], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def program(path: Path, tmp_path: Path) -> Program:
    identity = make_file(path).identity.secret_string
    (tmp_path / "home").mkdir()
    return Program(tmp_path / "home", NEXCRED_IDENTITY=identity, NEXCRED_NO_INPUT="1", NEXCRED_VAULT=str(path))


def run_within_bounds(program: Program, *arguments: str) -> Ran:
    """Run the program where it cannot have more memory than this; the patience only guards against what has no end."""
    done = subprocess.run(
        program.command(*arguments),
        env=program.environment,
        cwd=program.home,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY)),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def craft(path: Path, change: Craft) -> None:
    pages = CraftedPages(path)
    change(pages)
    pages.save()
    assert path.stat().st_size < 2 * LARGE


def fill(pages: CraftedPages, table: str, row: bytes, levels: int) -> None:
    """Let a table have `row` 600 times, and 600 times as often for each level."""
    leaf = pages.add(page_of(TABLE_LEAF, [row], times=TIMES))
    child = pages.multiply(TABLE_INTERIOR, varint(0), leaf, levels - 1, TIMES)
    cell = child.to_bytes(4) + varint(0)
    pages.replace(pages.roots[table], TABLE_INTERIOR, [cell], child, times=TIMES)


def fill_index(pages: CraftedPages, key: bytes, levels: int) -> None:
    """Let the index of items go on after the true ones: with `key`, again and again."""
    leaf = pages.add(page_of(INDEX_LEAF, [key], times=90))
    child = pages.multiply(INDEX_INTERIOR, key, leaf, levels, TIMES)
    cell = pages.move(pages.roots[INDEX]).to_bytes(4) + key
    pages.replace(pages.roots[INDEX], INDEX_INTERIOR, [cell], child)


def fill_schema(pages: CraftedPages, children: list[int]) -> None:
    """Let the schema go on after the true tables, on these pages."""
    cells = [child.to_bytes(4) + varint(99) for child in (pages.move(1), *children)]
    pages.replace(1, TABLE_INTERIOR, cells, children[-1])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "command", [("list",), ("get", "Prod Events/api_key"), ("vault", "verify"), ("vault", "backup", "copy.db")]
)
def test_case_74_rows_that_share_their_pages_are_refused(
    program: Program, path: Path, table: str, command: tuple[str, ...]
) -> None:
    record = sealed_record(bytes(LARGE))
    craft(path, lambda pages: fill(pages, table, row_cell(0, record, pages.chain(record)), levels=1))
    ran = run_within_bounds(program, *command)
    assert (ran.code, ran.out) == (9, "")
    assert not (program.home / "copy.db").exists()


@pytest.mark.parametrize("bound", [ACCESS, CHAIN, ROSTER, SLOT])
def test_case_74_rows_as_large_as_may_be_are_counted(program: Program, path: Path, bound: Bound) -> None:
    record = sealed_record(bytes(bound.row))
    craft(path, lambda pages: fill(pages, bound.table, row_cell(0, record, pages.chain(record)), levels=3))
    ran = run_within_bounds(program, "vault", "verify")
    assert (ran.code, ran.out) == (9, "")


def test_case_74_digests_that_share_their_pages_are_refused(program: Program, path: Path) -> None:
    record = digest_record(b"\xff" * LARGE)
    craft(path, lambda pages: fill_index(pages, index_cell(record, pages.chain(record)), levels=1))
    ran = run_within_bounds(program, "vault", "verify")
    assert (ran.code, ran.out) == (9, "")


def test_case_74_an_index_without_end_is_refused(program: Program, path: Path) -> None:
    craft(path, lambda pages: fill_index(pages, index_cell(digest_record(b"\xff" * 32)), levels=4))
    ran = run_within_bounds(program, "vault", "verify")
    assert (ran.code, ran.out) == (9, "")


def test_case_74_a_table_without_end_is_a_problem_for_the_doctor(program: Program, path: Path) -> None:
    craft(path, lambda pages: fill(pages, "chain", row_cell(0, sealed_record(bytes(64))), levels=4))
    ran = run_within_bounds(program, "doctor")
    assert (ran.code, "is damaged" in ran.out) == (1, True), ran


def wide_schema(pages: CraftedPages) -> None:
    """Let it have 100 tables, the names of whose columns, 9 MB in all, are on the same pages."""
    columns = b",".join(b"c%04d" % number + b"x" * 4_500 for number in range(1_999)) + b")"
    columns = columns.ljust(-(-len(columns) // (PAGE - 4)) * (PAGE - 4))
    first, cells = pages.chain(columns), []
    for number in range(100):
        record = schema_record("table", f"t{number:02}", 2, f"CREATE TABLE t{number:02}(", columns)
        cells.append(row_cell(100 + number, record, first))
    fill_schema(pages, [pages.add(page_of(TABLE_LEAF, cells[at : at + 5])) for at in range(0, 100, 5)])


def schema_without_end(pages: CraftedPages) -> None:
    row = row_cell(100, schema_record("index", INDEX, pages.roots[INDEX], None))
    leaf = pages.add(page_of(TABLE_LEAF, [row], times=TIMES))
    fill_schema(pages, [pages.multiply(TABLE_INTERIOR, varint(100), leaf, 4, TIMES)])


@pytest.mark.parametrize("change", [wide_schema, schema_without_end])
def test_case_74_a_schema_that_shares_its_pages_is_refused(program: Program, path: Path, change: Craft) -> None:
    craft(path, change)
    for command in (("list",), ("vault", "verify"), ("vault", "status")):
        ran = run_within_bounds(program, *command)
        assert (ran.code, ran.out) == (9, "")
