"""The packages and what they import: as drawn, and never in a circle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

from scripts.house import read_imports

ROOT = Path("nexcred")
PAGE = Path("docs/architecture.md")


def test_no_packages_import_each_other_in_a_circle() -> None:
    assert [*TopologicalSorter(read_imports()).static_order()][-1] == "__main__"


def test_the_page_names_every_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    page = PAGE.read_text()
    assert {name for name in packages if f"`{name}/`" not in page} == set()


def test_every_package_says_what_is_in_it() -> None:
    silent = [path for path in ROOT.rglob("__init__.py") if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []
