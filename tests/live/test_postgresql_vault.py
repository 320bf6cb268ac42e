"""A vault in a real PostgreSQL, by the real program."""

import json
from pathlib import Path

import pytest

from nexcred.vault.identity import Identity
from tests.live.postgresql_vault import DATABASE, KEEPER, Schema, keeper, on_a_machine, schema
from tests.support.imported import NEVER_FOR_A_READING, imported
from tests.support.kernel_keyring import needs_kernel_keyring
from tests.support.program import Program

__all__ = ["keeper", "schema"]


def _add(program: Program, name: str, value: str = "canary-EXAMPLE") -> None:
    added = program("add", "secret", name, "--set", "value=-", stdin=value.encode())
    assert added.code == 0, added.err


def test_everything_is_kept_there_sealed(keeper: Program, schema: Schema) -> None:
    _add(keeper, "first")
    assert keeper("get", "first/value").out == "canary-EXAMPLE"
    assert [one["name"] for one in json.loads(keeper("list", "--json").out)] == ["first"]
    status = json.loads(keeper("vault", "status", "--json").out)
    assert (status["location"], status["generation"]) == (schema.url(), 2)
    assert "every record is as it was signed" in keeper("vault", "verify").out
    assert keeper("doctor").out.count("problem") == 0
    told = keeper("history", "first")
    assert told.code == 0, told.err
    stored = schema.run("SELECT * FROM {}.item") + schema.run("SELECT * FROM {}.now")
    assert b"canary" not in b"".join(value for row in stored for value in row if isinstance(value, bytes))
    assert list((keeper.home / ".local/share/nexcred").glob("*.db")) == []


def test_what_was_read_before_takes_no_driver(keeper: Program) -> None:
    _add(keeper, "first")
    for words in (["get", "first/value"], ["list", "--json"]):
        assert keeper(*words).code == 0
        assert not (NEVER_FOR_A_READING | {"pg8000", "certifi", "email"}) & imported(keeper, words)


def test_members_share_through_it(keeper: Program, schema: Schema, tmp_path: Path) -> None:
    schema.run("GRANT USAGE ON SCHEMA {} TO vault_writer")
    schema.run("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {} TO vault_writer")
    bob = on_a_machine(schema, tmp_path / "bob", "vault_writer")
    public = Identity.parse((bob.home / "me.identity").read_text().strip()).public_string
    assert keeper("member", "add", "bob", public, "--yes").code == 0
    _add(keeper, "first")
    assert keeper("share", "first", "--with", "bob", "--yes").code == 0
    checkpoint = keeper("vault", "checkpoint").out.strip()
    told = bob("get", "first/value", environment={"NEXCRED_CHECKPOINT": checkpoint})
    assert (told.code, told.out) == (0, "canary-EXAMPLE"), told.err
    _add(bob, "bobs own")
    assert keeper("list").out.count("bobs own") == 1


def test_by_another_name_of_its_server_it_is_the_same_vault(keeper: Program, schema: Schema) -> None:
    _add(keeper, "first")
    other = {"NEXCRED_VAULT": schema.url(more="&sslmode=verify-ca").replace("127.0.0.1", "localhost")}
    told = keeper("get", "first/value", environment=other)
    assert (told.code, told.out) == (0, "canary-EXAMPLE"), told.err
    assert f"another place of a vault that is known here: it was seen at {schema.url()}" in told.err
    renamed = keeper("rename", "first", "second", environment=other)
    assert (renamed.code, renamed.err) == (0, "")
    assert keeper("get", "second/value").out == "canary-EXAMPLE"


def test_backups_are_made_of_it_and_brought_back_into_it(keeper: Program) -> None:
    _add(keeper, "first")
    assert keeper("vault", "backup", "saved.nexcred").code == 0
    _add(keeper, "second")
    brought = keeper("vault", "restore-backup", "saved.nexcred", "--yes")
    assert brought.code == 0, brought.err
    assert "first" in keeper("list").out
    assert "second" not in keeper("list").out
    assert "every record is as it was signed" in keeper("vault", "verify").out


def test_a_vault_that_was_lost_is_brought_back_into_an_empty_schema(keeper: Program, schema: Schema) -> None:
    _add(keeper, "first")
    assert keeper("vault", "backup", "saved.nexcred").code == 0
    schema.run("DROP SCHEMA {} CASCADE")
    gone = keeper("list")
    assert (gone.code, "is gone" in gone.err) == (9, True)
    brought = keeper("vault", "restore-backup", "saved.nexcred", "--yes")
    assert brought.code == 0, brought.err
    assert keeper("get", "first/value").out == "canary-EXAMPLE"


def test_a_copy_that_went_its_own_way_is_adopted_into_it(keeper: Program) -> None:
    _add(keeper, "first")
    assert keeper("vault", "backup", "copy.db").code == 0
    _add(keeper, "second")
    vault_id = json.loads(keeper("vault", "status", "--json").out)["vault_id"]
    accept = ("--yes", "--id", vault_id)
    assert keeper("vault", "adopt", "copy.db", *accept).code == 0
    own_way = {"NEXCRED_VAULT": str(keeper.home / "copy.db"), "HOME": str(keeper.home / "elsewhere")}
    (keeper.home / "elsewhere").mkdir()
    for name in ("third", "fourth", "fifth"):
        added = keeper("add", "secret", name, "--set", "value=-", stdin=b"EXAMPLE", environment=own_way)
        assert added.code == 0, added.err
    adopted = keeper("vault", "adopt", "copy.db", *accept)
    assert (adopted.code, "is not in a file" in adopted.err) in ((0, False), (2, True)), adopted.err


def test_its_keys_are_changed(keeper: Program) -> None:
    _add(keeper, "first")
    changed = keeper("vault", "rekey", "-o", "new.identity")
    assert changed.code == 0, changed.err
    assert keeper("list").code != 0
    keeper.environment["NEXCRED_IDENTITY_FILE"] = str(keeper.home / "new.identity")
    assert keeper("get", "first/value").out == "canary-EXAMPLE"
    assert keeper("vault", "verify").code == 0


def test_a_login_that_only_reads_is_a_readers(keeper: Program, schema: Schema) -> None:
    _add(keeper, "first")
    schema.run("GRANT USAGE ON SCHEMA {} TO vault_reader; GRANT SELECT ON ALL TABLES IN SCHEMA {} TO vault_reader")
    reading = schema.environment("vault_reader")
    assert keeper("get", "first/value", environment=reading).out == "canary-EXAMPLE"
    refused = keeper("add", "secret", "second", "--set", "value=-", stdin=b"EXAMPLE", environment=reading)
    assert refused.code == 1
    assert "may read" in refused.err
    assert "and not write to it" in refused.err
    assert keeper("list").out.count("second") == 0


def test_who_may_not_make_the_tables_is_given_what_to_have_run(schema: Schema, tmp_path: Path) -> None:
    program = on_a_machine(schema, tmp_path / "home", "vault_writer")
    refused = program("vault", "init")
    assert refused.code == 1
    assert "may not make the tables" in refused.err
    schema.run(refused.out)
    made = program("vault", "init")
    assert made.code == 0, made.err
    assert program("list").code == 0
    ((count,),) = schema.run(
        "SELECT count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_roles r ON r.oid = relowner"
        f" WHERE nspname = '{schema.name}' AND rolname = 'vault_writer'"
    )
    assert count == 0


@pytest.mark.parametrize(
    ("user", "password", "words"),
    [
        ("vault_keeper", "wrong-EXAMPLE", "refuses the login"),
        ("outdated", None, "refuses the login"),
        ("no_login", None, "refuses the login"),
        ("no_entry", None, "refuses the login"),
        ("clear", None, "asks for the password by another way than SCRAM"),
        ("anybody", None, "lets anybody in"),
        ("vault_reader", None, "does not let this login do that"),
    ],
)
def test_logins_that_are_refused_are_told_apart(
    keeper: Program, schema: Schema, user: str, password: str | None, words: str
) -> None:
    refused = keeper("list", environment=schema.environment(user, password))
    assert (refused.code, refused.out) == (1, "")
    assert words in refused.err
    assert schema.server.password not in refused.err


@pytest.mark.parametrize(
    ("host", "options", "words"),
    [
        ("localhost", "", "its certificate is for another host"),
        ("127.0.0.1", "&sslrootcert=/dev/null", "is not PEM"),
    ],
)
def test_a_server_that_cannot_show_who_it_is_is_not_asked(
    keeper: Program, schema: Schema, host: str, options: str, words: str
) -> None:
    url = schema.url(more=options).replace("127.0.0.1", host)
    refused = keeper("list", environment={"NEXCRED_VAULT": url})
    assert refused.code == 1
    assert words in refused.err


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer", "require"])
def test_no_variable_lowers_what_is_asked_of_the_server(keeper: Program, schema: Schema, mode: str) -> None:
    url = schema.url().replace("127.0.0.1", "localhost")
    lowering = {"NEXCRED_VAULT": url, "PGSSLMODE": mode, "PGHOST": "127.0.0.1", "PGREQUIRESSL": "0"}
    assert "its certificate is for another host" in keeper("list", environment=lowering).err


def test_a_password_in_the_url_is_refused_and_not_repeated(keeper: Program, schema: Schema) -> None:
    for url in (
        schema.url().replace("127.0.0.1", "keeper:hidden-EXAMPLE@127.0.0.1"),
        schema.url(more="&password=hidden-EXAMPLE"),
    ):
        for command in (["list"], ["vault", "init"], ["doctor"], ["add", "secret"]):
            refused = keeper(*command, environment={"NEXCRED_VAULT": url})
            assert (refused.code != 0, "hidden" in refused.out + refused.err) == (True, False), command
        assert keeper("list", environment={"NEXCRED_VAULT": url}).code == 2


@needs_kernel_keyring
def test_the_login_lies_in_another_vault(keeper: Program, schema: Schema) -> None:
    _add(keeper, "first")
    server, home = schema.server, keeper.home
    mine = Program(home, NEXCRED_VAULT="personal", NEXCRED_PASSPHRASE="four random words EXAMPLE", NEXCRED_NO_INPUT="1")
    assert mine("vault", "init").code == 0
    place = ("host=127.0.0.1", f"port={server.port}", f"database={DATABASE}", f"username={KEEPER}", "password=-")
    settings = [word for setting in place for word in ("--set", setting)]
    kept = mine("add", "postgres", "login", *settings, "--no-probe", stdin=server.password.encode())
    assert kept.code == 0, kept.err
    assert mine("vault", "unlock", "--for", "1h").code == 0
    file = home / ".config/nexcred/config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'[vaults.team]\nurl = "{schema.url()}"\ncredential = "personal:login"\n')
    file.chmod(0o600)
    given = {"PGSSLROOTCERT": str(server.ca), "NEXCRED_IDENTITY_FILE": str(home / "me.identity")}
    team = Program(home, NEXCRED_VAULT="team", NEXCRED_NO_INPUT="1", **given)
    told = team("get", "first/value")
    assert (told.code, told.out) == (0, "canary-EXAMPLE"), told.err
    file.write_text(f'[vaults.team]\nurl = "{schema.url()}"\ncredential = "team:login"\n')
    chain = team("get", "first/value", "--fresh")
    assert (chain.code, "needs a login of another vault" in chain.err) == (2, True), chain.err
    assert mine("vault", "lock").code == 0
