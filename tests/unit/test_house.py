"""The packages and what they import: as drawn, and never in a circle."""

import ast
import tomllib
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


def test_no_function_is_there_for_tests_alone() -> None:
    sources = [path.read_text() for folder in (ROOT, Path("scripts")) for path in folder.rglob("*.py")]
    trees = [ast.parse(source) for source in sources]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    used |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    used |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    scripts = tomllib.loads(Path("pyproject.toml").read_text())["project"]["scripts"]
    used |= {entry.partition(":")[2] for entry in scripts.values()}
    used |= {node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.decorator_list}
    made = {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assert made - used == set()
