"""Vaults with names: kept in config.toml, used by option, variable, project file and setting."""

import json
import os
from pathlib import Path

import pytest

import nexcred as nexcred_api
from nexcred.errors import VaultNotFound
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.program import Program, Ran

PASSPHRASE = {"NEXCRED_PASSPHRASE": "passphrase of EXAMPLE", "NEXCRED_IDENTITY": ""}

# Each is refused, wherever it is given.
WITH_SECRETS = (
    "postgresql://ada:canary-EXAMPLE@host/db",
    "postgresql://ada%3Acanary-EXAMPLE@host/db",
    "postgresql://ada:x/canary-EXAMPLE@host/db",
    "postgresql://ada:x?canary-EXAMPLE@host/db",
    "postgresql://ada:x#canary-EXAMPLE@host/db",
    "git+https://canary-EXAMPLE@host/vault.git",
    "https://canary-EXAMPLE@host/vault.git",
    "ada:canary-EXAMPLE@host:vault.git",
    "s3://canary-EXAMPLE@bucket/x",
    "s3://bucket/x?secret_key=canary-EXAMPLE",
    "s3://bucket/x?access_key=canary-EXAMPLE@x",
    "s3://bucket/x?endpoint=https://ada:canary-EXAMPLE@host",
    "//ada:canary-EXAMPLE@host/dir",
    "//canary-EXAMPLE@host/dir",
    "\\\\ada:canary-EXAMPLE@host\\dir",
    "canary-EXAMPLE:x-oauth-basic@host:dir",
    "a:canary-EXAMPLE@host:dir",
    "a.b_c:canary/EXAMPLE@host/dir",
    "ada@corp.example:canary-EXAMPLE@host:dir",
    "ada@host:vault.git?password=canary-EXAMPLE",
    "file://ada:canary-EXAMPLE@host/dir",
    "keyring://ada:canary-EXAMPLE@host",
    "openbao+https://canary-EXAMPLE@host/dir",
)


@pytest.fixture
def file(opened: Opened) -> Path:
    return opened.home / ".config/nexcred/config.toml"


@pytest.fixture
def two(opened: Opened) -> Opened:
    """The program with a credential `mine` in the vault of the data folder, and the same vault's copy as `team`."""
    keep(opened, "mine")
    assert opened("vault", "backup", "team.db").code == 0
    assert opened("vault", "add", "team", "./team.db").code == 0
    assert opened("rename", "mine", "only here").code == 0
    return opened


def names(ran: Ran) -> list[str]:
    assert ran.code == 0, ran.err
    return [one["name"] for one in json.loads(ran.out)]


def write(file: Path, text: str, mode: int = 0o600) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)


def test_a_name_is_given_used_and_forgotten(opened: Opened, file: Path) -> None:
    added = opened("vault", "add", "team", "./team.db")
    assert (added.code, added.out) == (0, "")
    assert "there is no vault yet; make it with: nexcred vault init --vault team" in added.err
    assert file.read_text() == f'[vaults.team]\nurl = "{opened.home}/team.db"\n'
    assert file.stat().st_mode & 0o777 == 0o600
    made = Program(opened.home, NEXCRED_PASSPHRASE="passphrase of EXAMPLE", NEXCRED_NO_INPUT="1")
    assert made("vault", "init", "--vault", "team").code == 0
    assert (opened.home / "team.db").exists()
    listed = json.loads(opened("vault", "list", "--json").out)
    assert [(one["name"], one["default"]) for one in listed] == [("personal", True), ("team", False)]
    assert opened("vault", "use", "team").code == 0
    assert f"{opened.home}/team.db" in made("vault", "status").out
    assert opened("vault", "forget", "team").code == 8
    assert opened("vault", "use", "personal").code == 0
    assert names(opened("list", "--json")) == []
    assert opened("vault", "forget", "team").code == 0
    assert file.read_text() == 'vault = "personal"\n'
    assert (opened.home / "team.db").exists()


def test_option_variable_and_setting_take_a_name(two: Opened, file: Path) -> None:
    assert names(two("list", "--json", "--vault", "team")) == ["mine"]
    assert names(two("list", "--json", environment={"NEXCRED_VAULT": "team"})) == ["mine"]
    assert names(two("list", "--json", "--vault", "personal", environment={"NEXCRED_VAULT": "team"})) == ["only here"]
    assert two("config", "set", "vault", "team").code == 0
    assert names(two("list", "--json")) == ["mine"]
    assert two("get", "mine/api_key").code == 0
    assert names(two("list", "--json", "--vault", "personal")) == ["only here"]
    assert file.read_text().startswith('vault = "team"\n')


def test_python_programs_take_a_name_and_a_path_object(two: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in two.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(two.home)
    (two.home / "team").write_bytes((two.home / "team.db").read_bytes())
    assert list(nexcred_api.open("team")) == ["mine"]
    assert list(nexcred_api.open(Path("team"))) == ["mine"]
    with pytest.raises(VaultNotFound, match="you have no vault named 'tea'"):
        nexcred_api.open("tea")


@pytest.mark.parametrize("how", ["--vault", "NEXCRED_VAULT"])
def test_a_name_of_nobody_is_told_with_those_there_are(two: Opened, how: str) -> None:
    environment = {"NEXCRED_VAULT": "taem"} if how == "NEXCRED_VAULT" else {}
    ran = two("list", *(() if environment else ("--vault", "taem")), environment=environment)
    assert (ran.code, ran.out) == (3, "")
    assert "you have no vault named 'taem'" in ran.err
    assert ("(NEXCRED_VAULT)" in ran.err) == bool(environment)
    assert "did you mean 'team'? you have: personal, team" in ran.err
    error = json.loads(two("list", "--json", "--vault", "taem").err.splitlines()[-1])["error"]
    assert error["code"] == "vault_not_found"


def test_who_has_a_file_of_that_name_is_told_how_to_write_it(two: Opened) -> None:
    (two.home / "vault").write_bytes((two.home / "team.db").read_bytes())
    ran = two("list", "--vault", "vault")
    assert ran.code == 3
    assert "for the file of that name here, write ./vault" in ran.err
    assert names(two("list", "--json", "--vault", "./vault")) == ["mine"]


def test_a_backup_without_an_ending_is_told_as_it_must_be_written(opened: Opened) -> None:
    told = opened("vault", "backup", "monday").err
    assert "nexcred vault verify --vault './monday'" in told
    assert opened("vault", "verify", "--vault", "./monday").code == 0


@pytest.mark.parametrize(
    ("name", "url", "code", "told"),
    [
        ("personal", "./x.db", 8, "you have a vault named 'personal'"),
        ("Team", "./x.db", 8, "you have a vault named 'team'"),
        ("a.b", "./x.db", 2, "is no name for a vault"),
        ("a b", "./x.db", 2, "is no name for a vault"),
        ("ü", "./x.db", 2, "is no name for a vault"),
        ("a" * 65, "./x.db", 2, "is no name for a vault"),
        ("new", "team", 2, "the place of a vault must be a whole path"),
        ("new", "", 2, "the place of a vault must be"),
        ("new", "a\nb", 2, "the place of a vault must be"),
        ("new", "ftp://host/x", 2, "there is no kind of vault called 'ftp:'"),
        ("new", "postgresql://ada:hidden-EXAMPLE@db/x", 2, "must not hold a password"),
        ("new", "postgresql://ada%3Ahidden-EXAMPLE@db/x", 2, "must not hold a password"),
        ("new", "postgresql://db/x?password=hidden-EXAMPLE", 2, "must not hold a password"),
        ("new", "s3://b/p?aws_secret_access_key=hidden-EXAMPLE", 2, "must not hold a password"),
        *(("new", url.replace("canary", "hidden"), 2, "must not hold a password") for url in WITH_SECRETS),
    ],
)
def test_what_will_not_do_changes_nothing(two: Opened, file: Path, name: str, url: str, code: int, told: str) -> None:
    before = file.read_text()
    ran = two("vault", "add", name, url)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert "hidden-EXAMPLE" not in ran.err
    assert file.read_text() == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[vaults.team]\nurl = "team.db"', "vaults.team.url must be a whole path"),
        ('[vaults.team]\nurl = "postgresql://a:hidden-EXAMPLE@h/d"', "vaults.team.url must not hold a password"),
        ("[vaults.team]", "vaults.team has no url"),
        ('[vaults.personal]\nurl = "/x.db"', "vaults.personal is what the vault in your data folder is called"),
        ('[vaults."a/b"]\nurl = "/x.db"', "is no name for a vault"),
        ('[vaults.team]\nurl = "/x.db"\nurls = 1', "did you mean 'url'?"),
        ('[vaults.team]\nurl = "/x.db"\noffline = "never"', "vaults.team.offline must be warn or refuse"),
        ('[vaults.team]\nurl = "/x.db"\noffline_most = "long"', "vaults.team.offline_most takes a number and a unit"),
        ('[vaults.team]\nurl = "s3://x/y"\ncredential = "key"', "vaults.team.credential must be VAULT:NAME"),
        ('[vaults.team]\nurl = "/x.db"\ncredential = "a:b"', "vaults.team.credential is a login for PostgreSQL"),
        ("vaults = 7", "vaults must be tables"),
        ('default = "team"', "did you mean 'vault'?"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(opened: Opened, file: Path, text: str, told: str) -> None:
    write(file, f"# mine\n{text}\n")
    ran = opened("list")
    assert (ran.code, ran.out) == (2, "")
    assert f"config.toml:{3 if chr(10) in text and 'no url' not in told else 2}: " in ran.err or "vaults." in ran.err
    assert told in ran.err
    assert "hidden-EXAMPLE" not in ran.err


def test_names_in_a_file_that_others_can_write_are_not_read(two: Opened, file: Path) -> None:
    file.chmod(0o666)
    for words in (
        ("list", "--vault", "team"),
        ("vault", "list"),
        ("vault", "add", "x", "./x.db"),
        ("vault", "use", "team"),
        ("vault", "forget", "team"),
        ("get", "mine/api_key", "--vault", "team"),
    ):
        ran = two(*words)
        assert (ran.code, ran.out) == (2, ""), words
        assert "others can write it" in ran.err


def test_all_else_in_the_file_stays(opened: Opened, file: Path) -> None:
    write(file, "# mine\ncolor = 'never' # at night")
    assert opened("vault", "add", "one", "/one.db").code == 0
    assert opened("vault", "add", "two", "s3://two/x", "--credential", "personal:two's login").code == 0
    both = file.read_text()
    assert opened("vault", "forget", "one").code == 0
    assert file.read_text() == (
        "# mine\ncolor = 'never' # at night\n"
        '\n[vaults.two]\nurl = "s3://two/x"\ncredential = "personal:two\'s login"\n'
    )
    assert opened("vault", "add", "one", "/one.db").code == 0
    assert opened("vault", "forget", "two").code == 0
    assert opened("vault", "add", "two", "s3://two/x", "--credential", "personal:two's login").code == 0
    assert file.read_text() == both


def test_a_table_written_by_hand_in_one_line_is_left_to_a_hand(opened: Opened, file: Path) -> None:
    text = 'vaults = { one = { url = "/one.db" }, two = { url = "/two.db" } }\n'
    write(file, text)
    for words in (("vault", "add", "three", "/three.db"), ("vault", "forget", "one")):
        ran = opened(*words)
        assert ran.code == 2, words
        assert "by hand" in ran.err
        assert file.read_text() == text


def test_a_project_says_which_of_ones_own_vaults_is_used(two: Opened) -> None:
    (two.home / "nexcred.toml").write_text('vault = "team"\ncredentials = ["mine"]\n')
    assert names(two("list", "--json")) == ["mine"]
    assert two("get", "mine/api_key").code == 0
    assert two("run", "--", "true").code == 0
    assert names(two("list", "--json", "--vault", "personal")) == ["only here"]
    assert names(two("list", "--json", environment={"NEXCRED_VAULT": "personal"})) == ["only here"]
    shown = two("config", "get", "vault", "--show-origin").out
    assert shown == f"team\t{two.home}/nexcred.toml\n"
    (two.home / "nexcred.toml").write_text('vault = "taem"\n')
    ran = two("list")
    assert ran.code == 3
    assert f"you have no vault named 'taem' ({two.home}/nexcred.toml)" in ran.err


def test_the_file_that_a_command_is_given_says_it_too(two: Opened) -> None:
    (two.home / "other.toml").write_text('vault = "team"\ncredentials = ["mine"]\n')
    assert two("run", "--project", "other.toml", "--", "true").code == 0
    assert two("check", "--project", "other.toml").code in (0, 5)
    (two.home / "other.toml").write_text('credentials = ["mine"]\n')
    assert two("run", "--project", "other.toml", "--", "true").code == 125


PLACES = ["./team.db", "team.db", "/team.db", "file:///team.db", "git@host:x", "", "~/x", "a\\\\b"]


@pytest.mark.parametrize("place", PLACES)
def test_a_project_never_says_where_a_vault_is(two: Opened, place: str) -> None:
    (two.home / "nexcred.toml").write_text(f'vault = "{place}"\n')
    for words in (("list",), ("add", "resci"), ("check",), ("run", "--", "true")):
        ran = two(*words)
        assert (ran.code, ran.out) == (125 if words[0] == "run" else 2, ""), words
        assert "must be a name of the user's own for a vault" in ran.err


def test_what_is_added_into_the_vault_of_a_project_is_told(two: Opened) -> None:
    (two.home / "nexcred.toml").write_text('vault = "team"\n')
    ran = two("add", "resci", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "key-EXAMPLE"})
    assert "into the vault 'team', as nexcred.toml says" in ran.err


def test_programs_that_ask_a_helper_are_not_led_by_a_project(two: Opened) -> None:
    (two.home / "nexcred.toml").write_text('vault = "nobodys"\n')
    assert two("list").code == 3
    assert two("helper", "git", "get", stdin=b"protocol=https\nhost=example.test\n\n").code == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to give a file away")
def test_a_project_of_somebody_else_says_nothing(two: Opened) -> None:
    path = two.home / "nexcred.toml"
    path.write_text('vault = "team"\n')
    os.chown(path, 1234, 1234)
    assert names(two("list", "--json")) == ["only here"]


def test_names_are_completed_and_paths_left_to_the_shell(two: Opened) -> None:
    def complete(*words: str) -> list[str]:
        return [line.split("\t")[0] for line in two("complete", "fish", "--", *words).out.splitlines()]

    for words in (("list", "--vault", ""), ("list", "--vault="), ("vault", "use", ""), ("vault", "forget", "")):
        before = "--vault=" if words[-1] == "--vault=" else ""
        assert complete(*words) == ["words", f"{before}personal", f"{before}team"], words
    assert complete("list", "--vault", "./") == ["files"]
    assert complete("list", "--vault", "team.") == ["files"]
    assert complete("get", "--vault", "team", "m")[0] == "words"
    assert "only here" in complete("show", "--vault", "personal", "")


@pytest.mark.parametrize("url", WITH_SECRETS)
def test_a_place_with_a_secret_is_refused_wherever_one_is_said_and_never_repeated(
    opened: Opened, file: Path, url: str
) -> None:
    def refused(*words: str, **environment: str) -> None:
        ran = opened(*words, environment=environment)
        assert (ran.code, "canary" in ran.out + ran.err) == (2, False), (words, ran)

    refused("list", "--vault", url)
    refused("get", "x/y", NEXCRED_VAULT=url)
    refused("vault", "init", "--vault", url)
    refused("vault", "use", url)
    refused("config", "set", "vault", url)
    refused("vault", "move", "--to", url, "--yes")
    refused("vault", "backup", url)
    refused("vault", "restore-backup", url, "--yes")
    shown = opened("doctor", environment={"NEXCRED_VAULT": url})
    assert "canary" not in shown.out + shown.err
    quoted = json.dumps(url)
    for text in (f"vault = {quoted}\n", f"[vaults.team]\nurl = {quoted}\n"):
        write(file, text)
        refused("list", "--vault", "team")
        refused("vault", "list")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        *((url, f"{url.partition(':')[0]}://…" if "://" in url else "…") for url in WITH_SECRETS),
        ("s3://bucket/x?region=eu-west-1", "s3://bucket/x?region=eu-west-1"),
        ("postgresql://ada@[::1]:5432/db?schema=a", "postgresql://ada@[::1]:5432/db?schema=a"),
        ("git+ssh://git@host:22/a@b.git", "git+ssh://git@host:22/a@b.git"),
        ("git+file:///a:b/c@d.git", "git+file:///a:b/c@d.git"),
        ("keyring:a@b", "keyring:a@b"),
    ],
)
def test_no_password_in_a_variable_is_shown(opened: Opened, url: str, shown: str) -> None:
    given = {"NEXCRED_VAULT": url}
    assert opened("config", "get", "vault", environment=given).out == f"{shown}\n"
    for words in (
        ("config", "list", "--json"),
        ("config", "list"),
        ("config", "get", "vault", "--show-origin"),
        ("vault", "list"),
    ):
        told = opened(*words, environment=given)
        assert (told.code, "canary" in told.out + told.err, shown in told.out + told.err) == (0, False, True), told


def test_capitals_make_no_other_name(two: Opened) -> None:
    assert names(two("list", "--json", "--vault", "TEAM")) == ["mine"]
    assert two("vault", "use", "Team").code == 0
    assert two("config", "get", "vault").out == "team\n"
    assert two("vault", "forget", "TEAM").code == 8
    assert two("vault", "use", "Personal").code == 0
    assert names(two("list", "--json")) == ["only here"]
    assert two("vault", "add", "PERSONAL", "/x.db").code == 8
    assert two("vault", "forget", "Team").code == 0
    assert two("vault", "forget", "./team").code == 2
