"""`vault invite` and `vault join`: from one line to a member, and every line that is refused."""

import base64
import json
from pathlib import Path

import pyte
import pytest

from nexcred.cli.input.vault_name import name_for
from nexcred.local.vault_names import problem_in_name
from nexcred.vault.invitation import INVITATION_PREFIX, read_invitation
from tests.support.joining import PASSPHRASE, bob, changed, has_nothing, let_in, line
from tests.support.opened import Opened
from tests.support.people import KEY, keep
from tests.support.program import Program
from tests.support.shared_store import SharedProgram
from tests.support.standins.server import StandIn
from tests.support.terminal import Typed, lines_of, play

__all__ = ["bob", "line"]


def test_from_one_line_to_a_member(opened: Opened, bob: Opened, line: str) -> None:
    assert len(line.splitlines()) == 1
    joined = bob("vault", "join", "-y", line, "--name", "team", "-o", "bob.identity")
    assert (bob.home / "bob.identity").stat().st_mode & 0o777 == 0o600
    bob.environment["NEXCRED_IDENTITY_FILE"] = "bob.identity"
    assert bob("list", "--vault", "team").code == 10
    let_in(opened, joined)
    listed = bob("list", "--vault", "team")
    assert listed.code == 0, listed.err
    assert "prod" in listed.out
    assert opened("share", "prod", "--with", "bob").code == 0
    assert bob("get", "prod/api_key", "--vault", "team").out == KEY.format("prod")
    named = json.loads(bob("vault", "list", "--json").out)
    assert [one["name"] for one in named] == ["personal", "team"]


def test_a_passphrase_keeps_the_identity_on_this_machine(opened: Opened, bob: Opened, line: str) -> None:
    bob.environment["NEXCRED_PASSPHRASE"] = PASSPHRASE
    joined = bob("vault", "join", "-y", line, "--json", "--name", "team")
    assert joined.code == 0, joined.err
    told = json.loads(joined.out)
    assert (told["name"], told["kept_by"], told["file"]) == ("team", "passphrase", None)
    (slot,) = (bob.home / ".local/share/nexcred/slots").glob("*.json")
    assert (slot.stem, slot.stat().st_mode & 0o777) == (told["vault_id"], 0o600)
    again = bob("vault", "join", "-y", line, "--json", "--name", "team")
    assert json.loads(again.out) == told
    assert bob("vault", "join", "-y", line, "--name", "team", environment={"NEXCRED_PASSPHRASE": "wrong"}).code == 6
    let_in(opened, bob("vault", "join", "-y", line, "--name", "team"))
    assert bob("list", "--vault", "team").code == 0


def test_at_a_terminal_a_passphrase_is_typed_where_there_is_no_keyring(bob: Opened, line: str) -> None:
    del bob.environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(110, 40)
    typed = [
        Typed("where you were invited to", "y\r"),
        Typed("New passphrase", f"{PASSPHRASE}\r"),
        Typed("again", f"{PASSPHRASE}\r"),
    ]
    command = bob.command("vault", "join", line, "--name", "team")
    ended = play(command, typed, screen, environment=bob.environment, folder=bob.home)
    shown = "\n".join(lines_of(screen))
    assert ended.code == 0, shown
    assert "nexcred member add 'bob' NEXCRED-ID-2" in shown
    assert "your identity opens by this passphrase, on this machine" in shown
    assert PASSPHRASE not in shown


def test_an_identity_that_is_given_is_used(opened: Opened, bob: Opened, line: str) -> None:
    made = bob("identity", "new", "bob", "--unbound")
    bob.environment["NEXCRED_IDENTITY"] = made.out.strip()
    joined = bob("vault", "join", "-y", line, "--name", "team")
    let_in(opened, joined)
    assert bob("list", "--vault", "team").code == 0
    assert bob("vault", "join", "-y", line, "-o", "x").code == 2
    of_another = opened.environment["NEXCRED_IDENTITY"]
    (bob.home / "own").mkdir()
    other = Program(bob.home / "own", NEXCRED_PASSPHRASE=PASSPHRASE, NEXCRED_NO_INPUT="1")
    assert other("vault", "init").code == 0
    secret = other("identity", "show", "--secret").out.strip()
    assert secret != of_another
    refused = bob("vault", "join", "-y", line, "--name", "else", environment={"NEXCRED_IDENTITY": secret})
    assert refused.code == 2
    assert "belongs to another vault" in refused.err


def test_a_shared_place_is_joined_like_a_file(tmp_path: Path) -> None:
    for name in ("ada", "bob"):
        (tmp_path / name).mkdir()
    place = tmp_path / "bucket.db"
    ada = SharedProgram(
        tmp_path / "ada", NEXCRED_VAULT=f"shared:{place}", NEXCRED_PASSPHRASE=PASSPHRASE, NEXCRED_NO_INPUT="1"
    )
    assert ada("vault", "init").code == 0
    keep(ada, "prod")
    line = ada("vault", "invite").out.strip()
    bob = SharedProgram(tmp_path / "bob", NEXCRED_PASSPHRASE="other " + PASSPHRASE, NEXCRED_NO_INPUT="1", LOGNAME="bob")
    let_in(ada, bob("vault", "join", "-y", line))
    named = {one["name"]: one["url"] for one in json.loads(bob("vault", "list", "--json").out)}
    assert named["bucket"] == f"shared:{place}"
    assert "prod" in bob("list", "--vault", "bucket").out
    assert bob("vault", "use", "bucket").code == 0
    assert "prod" in bob("list").out


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("s3://acme/vault?endpoint={}", ["host        {}", "bucket      acme/vault"]),
        ("postgresql://{}/secrets?sslmode=disable", ["host        {}", "database    /secrets", "sslmode=disable"]),
        ("git+https://{}/acme/vault.git", ["host        {}", "repository  /acme/vault.git"]),
    ],
)
def test_no_place_is_asked_before_somebody_says_that_it_is_right(
    bob: Opened, line: str, url: str, told: list[str]
) -> None:
    """A login is shown at it: the line may be anybody's."""
    with StandIn() as server:
        place = url.format(f"http://{server.host}" if url.startswith("s3") else server.host)
        leads = changed(line, url=place)
        bob.environment |= {
            "AWS_ACCESS_KEY_ID": "EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "EXAMPLE-s",
            "PGUSER": "ada",
            "PGPASSWORD": "x",
        }
        ran = bob("vault", "join", leads, "-o", "bob.identity")
        assert (ran.code, ran.out) == (2, ""), ran.err
        assert f"joining the vault at {place} needs a yes" in ran.err
        screen, typed = pyte.Screen(110, 40), [Typed("where you were invited to", "n\r")]
        at_terminal = {**bob.environment, "NEXCRED_NO_INPUT": "0"}
        words = bob.command("vault", "join", leads, "-o", "bob.identity")
        ended = play(words, typed, screen, environment=at_terminal, folder=bob.home)
        shown = "\n".join(lines_of(screen))
        assert (ended.code, "nothing was joined" in shown) == (1, True), shown
        assert [text for text in told if text.format(server.host) not in shown] == []
        assert server.received == []
    assert has_nothing(bob)


def test_a_host_in_escapes_is_asked_about_as_what_it_is(bob: Opened, line: str) -> None:
    leads = changed(line, url="postgresql://good.example%2E%65vil.test/secrets")
    screen, typed = pyte.Screen(110, 40), [Typed("where you were invited to", "n\r")]
    environment = {**bob.environment, "NEXCRED_NO_INPUT": "0"}
    play(bob.command("vault", "join", leads), typed, screen, environment=environment, folder=bob.home)
    assert "  host        good.example.evil.test" in lines_of(screen)


def test_a_place_that_has_the_name_is_not_asked_about(bob: Opened, line: str) -> None:
    assert bob("vault", "add", "team", read_invitation(line).url).code == 0
    assert bob("vault", "join", line, "--name", "team", "-o", "bob.identity").code == 0


def test_a_line_moves_nothing_of_a_vault_that_this_machine_knows(opened: Opened, line: str) -> None:
    anchors = opened.home / ".local/state/nexcred/anchors.json"
    before = json.loads(anchors.read_text())["vaults"]
    ahead = changed(line, generation=10_000)
    assert opened("vault", "join", "-y", ahead, "--name", "team").code == 0
    assert json.loads(anchors.read_text())["vaults"] == before
    assert opened("list").code == 0
    same_write = changed(line, head_hash=b"\x03" * 32)
    ran = opened("vault", "join", "-y", same_write, "--name", "team")
    assert ran.code == 9
    assert "another state of this vault" in ran.err


def test_an_invitation_names_no_login_and_goes_by_any_letters(opened: Opened, bob: Opened, line: str) -> None:
    raw = line.removeprefix(INVITATION_PREFIX)
    plain = base64.b32decode(raw + "=" * (-len(raw) % 8))
    assert opened.environment["NEXCRED_IDENTITY"].encode() not in plain
    assert b"prod" not in plain
    assert bob("vault", "join", "-y", f"  {line.lower()}\n", "-o", "bob.identity").code == 0


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git+ssh://git@git.example/acme/team.git", "team"),
        ("git@git.example:acme/vault.git?branch=x", "acme"),
        ("postgresql://db.example:5432/secrets?schema=nexcred", "secrets"),
        ("s3://acme-secrets/vault?region=eu-central-1", "acme-secrets"),
        ("file:///srv/%FF/vault.db", "FF"),
        ("file:///vault.db", "team"),
    ],
)
def test_a_vault_is_called_after_its_place_where_nobody_says_a_name(url: str, name: str) -> None:
    assert name_for(url) == name
    assert not problem_in_name(name_for(url))


def test_an_invitation_to_a_plain_file_is_its_url(opened: Opened) -> None:
    told = json.loads(opened("vault", "invite", "--json").out)
    assert told["url"].startswith("file:///")
    assert read_invitation(told["line"]).url == told["url"]
