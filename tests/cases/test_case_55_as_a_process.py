"""Case 55, and what `export` and `import` do with files, as processes."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]

SECRET = "k-EXAMPLE-4711"


@pytest.fixture
def filled(vaulted: Program) -> Program:
    body = {"name": "one", "credentials_type": "resci", "credentials": {"api_key": SECRET}}
    assert vaulted("import", "nexla", "-", "--yes", stdin=json.dumps(body).encode()).code == 0
    return vaulted


def test_case_55_nothing_is_written_when_a_reference_is_missing(filled: Program) -> None:
    (filled.home / "in").write_text("{{ nexcred://one/api_key }} {{ nexcred://two/api_key }}")
    (filled.home / "out").write_text("before")
    ran = filled("inject", "-i", "in", "-o", "out")
    assert (ran.code, ran.out) == (3, "")
    assert "no credential named 'two'" in ran.err
    assert (filled.home / "out").read_text() == "before"
    assert sorted(path.name for path in filled.home.iterdir() if "out" in path.name) == ["out"]
    assert SECRET not in ran.err


def test_what_is_written_is_private_and_replaces_what_was_there(filled: Program) -> None:
    (filled.home / "in").write_text("{{ nexcred://one/api_key }}")
    (filled.home / "out").write_text("before")
    (filled.home / "out").chmod(0o644)
    for words in (("inject", "-i", "in"), ("export", "one", "--format", "dotenv")):
        ran = filled(*words, "-o", "out")
        assert (ran.code, ran.out, ran.err) == (0, "", "")
        assert (filled.home / "out").stat().st_mode & 0o777 == 0o600
        assert SECRET in (filled.home / "out").read_text()


def test_a_link_is_not_followed(filled: Program) -> None:
    (filled.home / "elsewhere").write_text("before")
    (filled.home / "out").symlink_to(filled.home / "elsewhere")
    ran = filled("export", "one", "--format", "env", "-o", "out")
    assert ran.code == 1
    assert "is a symbolic link, not a plain file" in ran.err
    assert (filled.home / "elsewhere").read_text() == "before"


def test_an_unignored_file_in_a_work_tree_is_warned_of(filled: Program) -> None:
    tree = filled.home / "tree"
    subprocess.run(
        ["git", "init", "-q", str(tree)], check=True, env={"HOME": str(filled.home), "PATH": os.environ["PATH"]}
    )
    ran = filled("export", "one", "--format", "env", "-o", str(tree / "secrets.env"))
    assert (ran.code, "Git does not ignore it" in ran.err) == (0, True)
    (tree / ".gitignore").write_text("*.env\n")
    ran = filled("export", "one", "--format", "env", "-o", str(tree / "secrets.env"))
    assert (ran.code, ran.err) == (0, "")


def test_github_gets_masks_in_its_log_before_variables_in_its_file(filled: Program) -> None:
    ran = filled("export", "one", "--format", "gha")
    assert (ran.code, ran.out) == (2, "")
    assert "GITHUB_ENV is not set" in ran.err
    (filled.home / "github").write_text("BEFORE=1\n")
    ran = filled("export", "one", "--format", "gha", environment={"GITHUB_ENV": "github"})
    assert (ran.code, ran.out, ran.err) == (0, f"::add-mask::{SECRET}\n", "")
    before, first, value, last = (filled.home / "github").read_text().splitlines()
    assert (before, value, first) == ("BEFORE=1", SECRET, f"RESCI_API_KEY<<{last}")


def test_a_refused_import_says_all_of_it_as_json_and_no_secret(filled: Program) -> None:
    bodies = [
        {"name": "one", "credentials_type": "resci", "credentials": {"api_key": f"other-{SECRET}"}},
        {"name": "two", "credentials_type": "resci", "credentials": {"api_kye": SECRET}},
    ]
    ran = filled("import", "nexla", "-", "--yes", "--json", stdin=json.dumps(bodies).encode())
    assert (ran.code, ran.out) == (2, "")
    error = json.loads(ran.err.splitlines()[-1])["error"]
    assert [field["field"] for field in error["fields"]] == ["'one' (item 1)", "'two' (item 2)"]
    assert "did you mean 'api_key'" in error["fields"][1]["problem"]
    assert "EXAMPLE" not in ran.err


def test_the_usual_file_is_read_when_none_is_named(filled: Program) -> None:
    ran = filled("import", "aws")
    assert (ran.code, "there is no ~/.aws/credentials" in ran.err) == (2, True)
    folder = Path(filled.home / ".aws")
    folder.mkdir()
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s-EXAMPLE\n"
    )
    ran = filled("import", "aws", "--yes")
    assert (ran.code, "imported 1" in ran.err) == (0, True)
