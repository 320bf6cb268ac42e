"""A vault with credentials of many connectors: each file is read once, and each is handed on."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from nexcred.auth.static import HeadersAuth
from tests.catalog.conversing import spoken
from tests.catalog.table import conversations
from tests.support.opened import Opened

# An audit hook hears of every file that is opened.
_COUNT_FILES = """
import json, sys
opened = []
sys.addaudithook(lambda event, said: opened.append(str(said[0])) if event == "open" else None)
from nexcred.cli.app.main import main
code = main(sys.argv[1:])
print(json.dumps([one for one in opened if one.endswith(".toml")]))
sys.exit(code)
"""


@pytest.fixture
def many(opened: Opened) -> Opened:
    """Return a program with a credential of each connector that needs but one variable."""
    given: dict[str, str] = {}
    for one in conversations():
        _, method = spoken(one)
        needed = [field for field in method.fields if field.required and field.default is None]
        if len(needed) == 1 and needed[0].env and isinstance(method.auth, HeadersAuth):
            given.setdefault(one.connector, f"{needed[0].env}={one.values[needed[0].name]}\n")
    (opened.home / "many.env").write_text("".join(given.values()))
    ran = opened("import", "env", "many.env", "--yes")
    assert ran.code == 0, ran.err
    return opened


def files_read(program: Opened, *arguments: str) -> tuple[subprocess.CompletedProcess[str], Counter[str]]:
    """Run the program, and return how often it opened each connector's file."""
    ran = subprocess.run(
        [sys.executable, "-c", _COUNT_FILES, *arguments],
        env={**program.environment, "HTTPS_PROXY": "http://127.0.0.1:1"},
        cwd=program.home,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran, Counter(one for one in json.loads(ran.stdout.splitlines()[-1]) if "connectors" in one)


def test_probing_all_reads_each_file_once(many: Opened) -> None:
    ran, read = files_read(many, "probe", "--all", "--json")
    assert ran.returncode == 5, ran.stderr
    probed, _ = json.JSONDecoder().raw_decode(ran.stdout)
    assert min(len(probed), len(read)) >= 60
    assert set(read.values()) == {1}


def test_tab_offers_every_connector_and_reads_no_file(many: Opened) -> None:
    ran, read = files_read(many, "complete", "fish", "--", "add", "")
    offered = [line.split("\t")[0] for line in ran.stdout.splitlines()[1:-1]]
    assert (ran.returncode, read) == (0, Counter())
    assert len(set(offered)) == len(offered) >= 220


def test_what_is_exported_for_nexla_is_the_same_when_it_comes_back(many: Opened) -> None:
    exported = many("export", "*", "--format", "nexla")
    assert exported.code == 0, exported.err
    assert len(json.loads(exported.out)) >= 60
    again = many("import", "nexla", "-", "--yes", stdin=exported.out.encode())
    assert (again.code, again.err.rstrip().endswith("nothing changed")) == (0, True), again.err
