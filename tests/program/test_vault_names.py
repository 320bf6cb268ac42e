"""Vaults with names: kept in config.toml, used by option, variable, project file and setting."""

import json
from pathlib import Path

import pytest

import nexcred as nexcred_api
from nexcred.errors import VaultNotFound
from tests.support.named_vaults import WITH_SECRETS, file, names, two, write
from tests.support.opened import Opened
from tests.support.program import Program

__all__ = ["file", "two"]


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
        ('[vaults.team]\nurl = "team.db"', "3: vaults.team.url must be a whole path"),
        ('[vaults.team]\nurl = "postgresql://a:hidden-EXAMPLE@h/d"', "3: vaults.team.url must not hold a password"),
        ("[vaults.team]", "2: vaults.team has no url"),
        ('[vaults.personal]\nurl = "/x.db"', "2: vaults.personal is what the vault in your data folder is called"),
        ('[vaults."a/b"]\nurl = "/x.db"', "2: vaults.a/b is no name for a vault"),
        (
            '[vaults.team]\nurl = "/x.db"\nurls = 1',
            "4: vaults.team.urls is nothing that is said of a vault; did you mean 'url'?",
        ),
        ('[vaults.team]\nurl = "/x.db"\noffline = "never"', "4: vaults.team.offline must be warn or refuse"),
        (
            '[vaults.team]\nurl = "/x.db"\noffline_most = "long"',
            "4: vaults.team.offline_most takes a number and a unit",
        ),
        ('[vaults.team]\nurl = "s3://x/y"\ncredential = "key"', "4: vaults.team.credential must be VAULT:NAME"),
        ('[vaults.team]\nurl = "/x.db"\ncredential = "a:b"', "4: vaults.team.credential is a login for PostgreSQL"),
        ("vaults = 7", "2: vaults must be tables"),
        ('default = "team"', "2: default is no setting; did you mean 'vault'?"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(opened: Opened, file: Path, text: str, told: str) -> None:
    write(file, f"# mine\n{text}\n")
    ran = opened("list")
    assert (ran.code, ran.out) == (2, "")
    assert f"config.toml:{told}" in ran.err
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
