"""`nexcred import` of what password managers export: passphrases, names, what is left out, and nothing half done."""

import json
import sys
from pathlib import Path

import pyte
import pytest

from tests.support.exports.sealing import sealed_bitwarden
from tests.support.program import Program, Ran
from tests.support.program_fixtures import nexcred, vaulted
from tests.support.schema_check import check_schema
from tests.support.terminal import Typed, lines_of, play

__all__ = ["nexcred", "vaulted"]

PASSPHRASE = "correct horse EXAMPLE"
GITHUB = "ghp_" + "EXAMPLE0" * 4 + "abcd"
ITEMS = [
    {"type": 1, "name": "Portal", "folderId": "f", "login": {"username": "ada", "password": "p1-EXAMPLE"}},
    {
        "type": 1,
        "name": "portal",
        "login": {"username": "bob", "password": "p2-EXAMPLE", "totp": "otpauth://x-EXAMPLE"},
    },
    {"type": 1, "name": "a/b", "notes": "n-EXAMPLE", "login": {"password": GITHUB}},
    {"type": 2, "name": "Empty"},
]
EXPORT = {"encrypted": False, "folders": [{"id": "f", "name": "Work"}], "items": ITEMS[:3]}
NAMES = ["a_b", "a_b-rest", "ada@Portal", "bob@portal"]


def export(program: Program, document: object = EXPORT, *, sealed: bool = False) -> str:
    path = program.home / "export.json"
    path.write_bytes(sealed_bitwarden(document, PASSPHRASE) if sealed else json.dumps(document).encode())
    return str(path)


def passphrase(program: Program, text: str = PASSPHRASE) -> tuple[str, str]:
    path = program.home / "passphrase"
    path.write_text(f"{text}\n")
    path.chmod(0o600)
    return "--passphrase-file", str(path)


def names(program: Program) -> list[str]:
    return sorted(one["name"] for one in json.loads(program("list", "--json").out))


def hides_all(done: Ran) -> None:
    assert "EXAMPLE" not in done.out + done.err


def test_all_of_an_export_is_imported_once(vaulted: Program) -> None:
    path = export(vaulted)
    done = vaulted("import", "bitwarden", path, "--yes")
    assert done.code == 0, done.err
    hides_all(done)
    assert names(vaulted) == NAMES
    assert vaulted("get", "bob@portal/totp").out == "otpauth://x-EXAMPLE"
    assert vaulted("get", "a_b/access_token").out == GITHUB
    assert vaulted("get", "a_b-rest/notes").out == "n-EXAMPLE"
    shown = json.loads(vaulted("show", "ada@Portal", "--json").out)
    assert (shown["tags"], shown["credentials_non_secure_data"]) == (["Work"], {"username": "ada"})
    again = vaulted("import", "bitwarden", path, "--yes", "--json")
    assert [one["outcome"] for one in json.loads(again.out)] == ["identical"] * 4


def test_one_that_was_alone_of_its_name_is_known_again_beside_another(vaulted: Program) -> None:
    assert vaulted("import", "bitwarden", export(vaulted, {**EXPORT, "items": ITEMS[:1]}), "--yes").code == 0
    done = vaulted("import", "bitwarden", export(vaulted), "--yes", "--json")
    assert done.code == 0, done.err
    told = {one["name"]: one["outcome"] for one in json.loads(done.out)}
    assert told == {"Portal": "identical", "bob@portal": "added", "a_b": "added", "a_b-rest": "added"}


def test_names_that_differ_in_case_or_normal_form_alone_are_told_apart(vaulted: Program) -> None:
    rows = ("Mail,ada", "MAIL,ada", "Caf\u00e9,", "Cafe\u0301,", "CAF\u00c9,")
    table = "name,username,password\n" + "".join(f"{row},p{n}-EXAMPLE\n" for n, row in enumerate(rows))
    done = vaulted("import", "csv", "-", "--yes", stdin=table.encode())
    assert done.code == 0, done.err
    kept = {name: vaulted("get", f"{name}/password").out for name in names(vaulted)}
    assert sorted(kept.values()) == [f"p{n}-EXAMPLE" for n in range(len(rows))]
    again = vaulted("import", "csv", "-", "--yes", stdin=table.encode())
    assert again.err.rstrip().endswith("nothing changed")


def test_a_value_that_has_changed_is_a_conflict_and_nothing_is_imported(vaulted: Program) -> None:
    assert vaulted("import", "bitwarden", export(vaulted, {**EXPORT, "items": ITEMS[:1]}), "--yes").code == 0
    changed = {"type": 1, "name": "Portal", "folderId": "f", "login": {"username": "ada", "password": "new-EXAMPLE"}}
    done = vaulted("import", "bitwarden", export(vaulted, {**EXPORT, "items": [changed, ITEMS[2]]}), "--yes")
    assert done.code == 8
    hides_all(done)
    assert names(vaulted) == ["Portal"]
    assert vaulted("get", "Portal/password").out == "p1-EXAMPLE"


def test_what_is_bad_is_named_and_left_out_only_if_asked(vaulted: Program) -> None:
    path = export(vaulted, {**EXPORT, "items": ITEMS})
    done = vaulted("import", "bitwarden", path, "--yes")
    assert done.code == 2
    assert "'Empty' (item 4): holds no value" in done.err
    assert names(vaulted) == []
    assert vaulted("import", "bitwarden", path, "--yes", "--partial").code == 0
    assert names(vaulted) == NAMES


def test_the_json_of_a_plan_tells_of_all_also_where_one_is_in_the_way(vaulted: Program) -> None:
    path = export(vaulted, {**EXPORT, "items": ITEMS})
    planned = vaulted("import", "bitwarden", path, "--dry-run", "--json")
    told = {one["name"]: (one["outcome"], one["detail"]) for one in json.loads(planned.out)}
    assert told == {**dict.fromkeys(NAMES, ("added", "")), "Empty": ("refused", "holds no value")}
    check_schema(vaulted, "import", planned.out)
    error = json.loads(planned.err.splitlines()[-1])["error"]
    assert (planned.code, error["code"]) == (2, "invalid_data")
    assert [one["field"] for one in error["fields"]] == ["'Empty' (item 4)"]
    hides_all(planned)
    refused = vaulted("import", "bitwarden", path, "--yes", "--json")
    assert (refused.code, refused.out, names(vaulted)) == (2, "", [])


@pytest.mark.parametrize(
    ("pattern", "wanted"), [("work/*", ["ada@Portal"]), ("a/b", ["a_b", "a_b-rest"]), ("*PORTAL", NAMES[2:])]
)
def test_a_part_of_an_export_by_its_own_paths(vaulted: Program, pattern: str, wanted: list[str]) -> None:
    done = vaulted("import", "bitwarden", export(vaulted), "--yes", "--only", pattern)
    assert done.code == 0, done.err
    assert names(vaulted) == wanted


def test_the_same_secret_elsewhere_is_named(vaulted: Program) -> None:
    items = [*ITEMS[:1], {"type": 1, "name": "Other", "login": {"password": "p1-EXAMPLE"}}]
    done = vaulted("import", "bitwarden", export(vaulted, {**EXPORT, "items": items}), "--yes")
    assert "'Portal' holds the same secret as Other/password" in done.err
    third = {"type": 1, "name": "Third", "login": {"password": "p1-EXAMPLE"}}
    told = vaulted("import", "bitwarden", export(vaulted, {**EXPORT, "items": [third]}), "--dry-run", "--json")
    assert sorted(json.loads(told.out)[0]["same_secret_as"]) == ["Other/password", "Portal/password"]


def test_a_sealed_export_by_a_file(vaulted: Program) -> None:
    path = export(vaulted, sealed=True)
    done = vaulted("import", "bitwarden", path, "--yes", *passphrase(vaulted))
    assert done.code == 0, done.err
    assert names(vaulted) == NAMES


def test_a_sealed_export_without_its_passphrase(vaulted: Program) -> None:
    path = export(vaulted, sealed=True)
    unasked = vaulted("import", "bitwarden", path, "--yes")
    assert (unasked.code, "--passphrase-file FILE" in unasked.err) == (6, True)
    wrong = vaulted("import", "bitwarden", path, "--yes", *passphrase(vaulted, "wrong"))
    assert (wrong.code, "not the passphrase of the export" in wrong.err) == (6, True)
    option, file = passphrase(vaulted)
    Path(file).chmod(0o644)
    seen = vaulted("import", "bitwarden", path, "--yes", option, file)
    assert (seen.code, "others have access" in seen.err) == (6, True)
    assert names(vaulted) == []


def test_a_sealed_export_asks_at_a_terminal_until_it_is_right(vaulted: Program) -> None:
    path = export(vaulted, sealed=True)
    screen = pyte.Screen(100, 30)
    command = [sys.executable, "-m", "nexcred", "import", "bitwarden", path]
    ended = play(
        command,
        [
            Typed("Passphrase of FILE", "wrong\r"),
            Typed("Passphrase of FILE", f"{PASSPHRASE}\r"),
            Typed("Import 4 credentials?", "y"),
        ],
        screen,
        environment={**vaulted.environment, "TERM": "xterm"},
        folder=vaulted.home,
    )
    lines = lines_of(screen)
    assert ended.code == 0, lines
    assert "imported 4" in lines[-2] + lines[-1]
    assert b"EXAMPLE" not in ended.seen
    assert names(vaulted) == NAMES


def test_tokens_that_their_tool_renews_are_left_out_unless_asked_for(vaulted: Program) -> None:
    folder = vaulted.home / ".config" / "gcloud"
    folder.mkdir(parents=True)
    login = {"type": "authorized_user", "client_id": "c", "client_secret": "s-EXAMPLE", "refresh_token": "r-EXAMPLE"}
    (folder / "application_default_credentials.json").write_text(json.dumps(login))
    done = vaulted("import", "gcloud", "--yes")
    assert done.code == 0, done.err
    assert "left out without --with-tokens: gcloud application default (gcloud renews it)" in done.err
    assert names(vaulted) == []
    assert vaulted("import", "gcloud", "--yes", "--with-tokens").code == 0
    assert vaulted("get", "gcloud application default/refresh_token").out == "r-EXAMPLE"


def test_a_program_that_is_not_there_is_named(vaulted: Program) -> None:
    (vaulted.home / ".password-store").mkdir()
    for words, program, hint in (
        (("1password",), "op", "install it, or name an export: nexcred import 1password FILE"),
        (("openbao", "secret/app"), "bao", "install it, or name a file of what it wrote: nexcred import openbao FILE"),
        (("pass",), "pass", "install it: it shows nexcred what it keeps"),
        (("gopass",), "gopass", "install it: it shows nexcred what it keeps"),
    ):
        done = vaulted("import", *words, "--yes", environment={"PATH": "/nowhere"})
        assert done.err == f"nexcred: error: there is no program '{program}'\nnexcred: hint: {hint}\n"
        assert done.code == 127


def test_a_file_that_is_not_there_is_to_be_named(vaulted: Program) -> None:
    for source in ("databricks", "dbt", "gcloud", "snowflake", "aws", "netrc"):
        done = vaulted("import", source, "--yes")
        assert (done.code, done.out) == (2, "")
        assert f"nexcred: hint: name the file: nexcred import {source} FILE\n" in done.err


def test_only_where_there_are_others_they_are_offered(vaulted: Program) -> None:
    (vaulted.home / "bad.env").write_text("A=neither\nB=nor\n")
    refused = vaulted("import", "airflow", "bad.env", "--yes")
    assert "2 of 2 credentials cannot be" in refused.err
    assert "--partial" not in refused.err
    (vaulted.home / "some.env").write_text("A=neither\nB=postgres://ada:pw-EXAMPLE@db.example.com/app\n")
    assert "import the others with --partial" in vaulted("import", "airflow", "some.env", "--yes").err


def test_programs_are_given_nothing_that_unlocks_the_vault(vaulted: Program) -> None:
    folder = vaulted.home / "bin"
    folder.mkdir()
    program = folder / "gopass"
    program.write_text('#!/bin/sh\nif [ "$1" = ls ]; then echo env; else env; fi\n')
    program.chmod(0o755)
    done = vaulted("import", "gopass", "--yes", environment={"PATH": f"{folder}:/usr/bin:/bin"})
    assert done.code == 0, done.err
    shown = vaulted("show", "env", "--reveal").out
    assert "HOME" in shown
    assert vaulted.environment["NEXCRED_IDENTITY"] not in shown


def test_hostile_names_cannot_speak(vaulted: Program) -> None:
    items = [{"type": 1, "name": "\x1b]0;x\x07\u202eevil\n--yes", "login": {"password": "p-EXAMPLE"}}]
    done = vaulted("import", "bitwarden", export(vaulted, {**EXPORT, "items": items}), "--yes")
    assert done.code == 0, done.err
    assert not {"\x1b", "\x07", "\u202e"} & set(done.out + done.err)
    assert names(vaulted) == ["_0;xevil --yes"]
