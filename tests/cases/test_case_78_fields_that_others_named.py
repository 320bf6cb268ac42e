"""Case 78, where a credential names its own fields: no name that somebody else gave runs anything, or is a variable."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.model.credential import Details, Value
from nexcred.model.secret import Secret
from nexcred.model.variable_name import own_variable
from tests.support.forging import write_details_as
from tests.support.opened import Opened
from tests.support.people import id_of_vault, invite, on_another_machine, own_name

MARK = "owned"
RUNNING = ("MAKEFLAGS", "HOME", "LD_PRELOAD", "PATH", "rsync-rsh", "BASH_ENV", "NEXCRED_VAULT", "https.proxy")
# Which no list has, and some program may go by all the same.
UNLISTED = ("DATABASE_URL", "SOMETHING_NEW_HOOK", "deploy-target")
NO_NAMES = ("a\x1b[2Jb", "a\nexport X=1", "", "-rf", "../up", "a b", "é", "x" * 129, "a=b", "k", "K")


def named(*names: str) -> Callable[[Details], Details]:
    """Return what writes these fields beside those that there are."""
    more: dict[str, Value] = {name: Secret(f"touch {MARK}; EXAMPLE") for name in names}
    return lambda present: present._replace(fields={**present.fields, **more})


@pytest.fixture
def shared(opened: Opened) -> Opened:
    added = opened("add", "secret", "portal", "--set", "password=env:HELD", environment={"HELD": "pw-EXAMPLE"})
    assert added.code == 0, added.err
    return opened


@pytest.fixture
def mallory(shared: Opened) -> Opened:
    """A member who may write what the vault's founder made."""
    mallory = invite(shared, "mallory", "--role", "member")
    assert shared("share", "portal", "--with", "mallory").code == 0
    return mallory


def variables_of(program: Opened, *options: str) -> set[str]:
    ran = program("run", *options, "-c", "portal", "--", "/usr/bin/env", "-0")
    assert ran.code == 0, ran.err
    return {variable for line in ran.out.split("\0") if "EXAMPLE" in line for variable in [line.split("=")[0]]}


def exported(program: Opened) -> set[str]:
    ran = program("export", "portal", "--format", "env")
    assert ran.code == 0, ran.err
    return {line.removeprefix("export ").partition("=")[0] for line in ran.out.splitlines() if "EXAMPLE" in line}


def prefixed(*names: str) -> set[str]:
    return {f"NEXCRED_PORTAL_{own_variable(name).upper()}" for name in names}


def test_what_a_colleague_made_sets_no_variable_of_its_own_names(opened: Opened) -> None:
    mallory = invite(opened, "mallory", "--role", "member")
    settings = [word for name in (*RUNNING, *UNLISTED) for word in ("--set", f"{name}=generate")]
    assert (
        mallory("add", "secret", "portal", *settings, "--set", "mark=env:HELD", environment={"HELD": "EXAMPLE"}).code
        == 0
    )
    assert mallory("share", "portal", "--with", own_name(opened)).code == 0
    ran = opened("run", "-c", "portal", "--", "/usr/bin/env", "-0")
    ours = {line.split("=")[0] for line in ran.out.split("\0")} - {"", "LC_CTYPE"}
    assert ours - set(opened.environment) == prefixed(*RUNNING, *UNLISTED, "mark")


@pytest.mark.parametrize("name", [*RUNNING, *UNLISTED])
def test_a_name_that_a_colleague_writes_into_ones_own_is_no_variable(
    shared: Opened, mallory: Opened, name: str
) -> None:
    assert variables_of(shared) == exported(shared) == {"PASSWORD"}
    write_details_as(mallory, "portal", named(name))
    assert variables_of(shared) == exported(shared) == prefixed("password", name)
    assert not list(shared.home.rglob(MARK))


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_name_is_refused_wherever_it_is_read(shared: Opened, mallory: Opened, name: str) -> None:
    write_details_as(mallory, "portal", named("k", name) if name == "K" else named(name))
    if name == "k":
        return
    for words in (("get", "portal/password"), ("show", "portal", "--reveal"), ("export", "portal", "--format", "env")):
        ran = shared(*words)
        assert (ran.code, ran.out) == (9, ""), words
        assert "'portal' holds what its connector does not accept" in ran.err
        assert ran.err.replace("\n", "").isprintable()
    assert shared("run", "-c", "portal", "--", "env").code == 125


def test_ten_thousand_fields_are_more_than_there_may_be(shared: Opened, mallory: Opened) -> None:
    write_details_as(mallory, "portal", named(*(f"f{number}" for number in range(10_000))))
    ran = shared("run", "-c", "portal", "--", "env")
    assert (ran.code, ran.out) == (125, "")
    assert "and 9486 more" in ran.err


@pytest.mark.parametrize("value", ["two\nlines\x1b[2J", 1])
def test_a_public_value_drives_no_terminal(shared: Opened, mallory: Opened, value: str | int) -> None:
    write_details_as(mallory, "portal", lambda one: one._replace(fields={**one.fields, "note": value}))
    ran = shared("show", "portal", "--reveal")
    assert (ran.code, "\x1b" in ran.out + ran.err) == (9, False)


def test_writing_a_value_takes_no_name_over_that_somebody_else_gave(
    shared: Opened, mallory: Opened, tmp_path: Path
) -> None:
    """The new revision is signed by who made the record; the names in it are still mallory's."""
    elsewhere = on_another_machine(shared, tmp_path / "elsewhere")
    write_details_as(mallory, "portal", named("DATABASE_URL"))
    for program in (shared, elsewhere):
        assert program("update", "portal", "--set", "password=env:HELD", environment={"HELD": "2-EXAMPLE"}).code == 0
        assert variables_of(shared) == variables_of(elsewhere) == prefixed("password", "DATABASE_URL")
    write_details_as(mallory, "portal", lambda one: one._replace(fields={"password": one.fields["password"]}))
    assert shared("restore", "portal", "--revision", "3").code == 0
    assert variables_of(shared) == variables_of(elsewhere) == prefixed("password", "DATABASE_URL")


def test_a_claim_that_the_maker_named_them_is_not_believed(shared: Opened, mallory: Opened) -> None:
    maker = json.loads(shared("show", "portal", "--json").out)["owner"]["id"]
    write_details_as(mallory, "portal", lambda one: named("DATABASE_URL")(one)._replace(names_by=maker))
    assert variables_of(shared) == prefixed("password", "DATABASE_URL")


def test_a_value_that_a_colleague_renews_keeps_the_names_of_its_maker_here(shared: Opened, mallory: Opened) -> None:
    assert mallory("update", "portal", "--set", "password=env:HELD", environment={"HELD": "2-EXAMPLE"}).code == 0
    assert variables_of(shared) == {"PASSWORD"}
    assert variables_of(mallory) == prefixed("password")


def test_the_maker_names_them_on_every_machine(shared: Opened, tmp_path: Path) -> None:
    elsewhere = on_another_machine(shared, tmp_path / "elsewhere")
    assert variables_of(elsewhere) == {"PASSWORD"}
    assert elsewhere("update", "portal", "--set", "DATABASE_URL=env:HELD", environment={"HELD": "EXAMPLE"}).code == 0
    assert variables_of(shared) == variables_of(elsewhere) == {"PASSWORD", "DATABASE_URL"}


def test_who_says_yes_to_the_names_once_has_them_until_they_change(shared: Opened, mallory: Opened) -> None:
    write_details_as(mallory, "portal", named("DATABASE_URL", "MAKEFLAGS"))
    told = shared("run", "-c", "portal", "--", "true").err
    assert "nexcred trust" in told
    assert shared("trust", "portal", "--yes").code == 0
    assert variables_of(shared) == {"PASSWORD", "DATABASE_URL", "NEXCRED_PORTAL_MAKEFLAGS"}
    assert shared("run", "-c", "portal", "--", "true").err == ""
    write_details_as(mallory, "portal", named("SOMETHING_NEW_HOOK"))
    assert variables_of(shared) == prefixed("password", "DATABASE_URL", "MAKEFLAGS", "SOMETHING_NEW_HOOK")


def test_whoever_types_one_gets_it(shared: Opened, mallory: Opened) -> None:
    write_details_as(mallory, "portal", named("DATABASE_URL"))
    ran = shared("run", "--env", "DATABASE_URL=portal/DATABASE_URL", "--", "printenv", "DATABASE_URL")
    assert (ran.code, "EXAMPLE" in ran.out) == (0, True)


def test_a_yes_is_not_forgotten_by_new_keys(shared: Opened, mallory: Opened) -> None:
    write_details_as(mallory, "portal", named("DATABASE_URL"))
    assert shared("trust", "portal", "--yes").code == 0
    assert shared("vault", "rekey", "-o", "new.identity").code == 0
    shared.environment["NEXCRED_IDENTITY"] = (shared.home / "new.identity").read_text().strip()
    assert variables_of(shared) == {"PASSWORD", "DATABASE_URL"}


def test_names_of_another_copy_stay_those_of_who_gave_them(shared: Opened, mallory: Opened, tmp_path: Path) -> None:
    """What is taken over as a record of one's own is still named by mallory."""
    (vault,) = shared.home.rglob("vault.db")
    other = tmp_path / "other.db"
    shutil.copy(vault, other)
    write_details_as(mallory, "portal", named("DATABASE_URL"))
    parted = tmp_path / "parted.db"
    shutil.copy(vault, parted)
    shutil.copy(other, vault)
    shutil.rmtree(shared.home / ".local/state", ignore_errors=True)
    assert shared("update", "portal", "--set", "password=env:HELD", environment={"HELD": "2-EXAMPLE"}).code == 0
    adopted = shared("vault", "adopt", str(parted), "--yes", "--id", id_of_vault(shared))
    assert adopted.code == 0, adopted.err
    for name in shared.names:
        ran = shared("run", "-c", name, "--", "/usr/bin/env", "-0")
        assert "DATABASE_URL" not in {line.partition("=")[0] for line in ran.out.split("\0")}, name
