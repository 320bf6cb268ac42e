"""`vault invite` and `vault join`: from one line to a member, and every line that is refused."""

import base64
import json
import shlex
import struct
from collections.abc import Callable
from pathlib import Path

import pyte
import pytest

from nexcred.cli.input.vault_name import name_for
from nexcred.local.vault_names import problem_in_name
from nexcred.vault.checked_text import encode_checked
from nexcred.vault.invitation import INVITATION_PREFIX, Invitation, read_invitation, write_invitation
from tests.support.opened import Opened
from tests.support.people import KEY, keep, vault_file
from tests.support.program import Program, Ran
from tests.support.shared_store import SharedProgram
from tests.support.standins.server import StandIn
from tests.support.terminal import Typed, lines_of, play

PASSPHRASE = "four random words EXAMPLE"


@pytest.fixture
def line(opened: Opened) -> str:
    keep(opened, "prod")
    made = opened("vault", "invite")
    assert made.code == 0, made.err
    return made.out.strip()


@pytest.fixture
def bob(tmp_path: Path) -> Opened:
    (tmp_path / "bob").mkdir()
    return Opened(tmp_path / "bob", NEXCRED_NO_INPUT="1", LOGNAME="bob")


def let_in(owner: Opened, joined: Ran, *more: str) -> None:
    """Run what `vault join` printed, as the owner does who compared the fingerprint."""
    assert joined.code == 0, joined.err
    program, *words = shlex.split(joined.out)
    assert (program, words[:3]) == ("nexcred", ["member", "add", "bob"])
    added = owner(*words, "--yes", *more)
    assert added.code == 0, added.err


def changed(line: str, **what: object) -> str:
    """Return the line of somebody who forges one."""
    invitation = read_invitation(line)
    url = str(what.pop("url", invitation.url))
    return write_invitation(Invitation(url, invitation.checkpoint._replace(**what)))  # type: ignore[arg-type]


def has_nothing(program: Program) -> bool:
    return not [path for path in program.home.rglob("*") if path.is_file() and path.name != "python_history"]


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


HOSTILE: dict[str, Callable[[str], str]] = {
    "nothing": lambda line: "",
    "cut at its end": lambda line: line[:-1],
    "cut in the middle": lambda line: line[: len(line) // 2],
    "its beginning alone": lambda line: INVITATION_PREFIX,
    "one letter changed": lambda line: line[:40] + ("A" if line[40] != "A" else "B") + line[41:],
    "twice": lambda line: line + line,
    "a checkpoint": lambda line: "NEXCRED-CHECK-1" + line.removeprefix(INVITATION_PREFIX),
    "long": lambda line: line + "A" * 100_000,
    "control characters in it": lambda line: line[:30] + "\x1b[2J" + line[30:],
    "a line break in it": lambda line: line[:30] + "\n" + line[30:],
    "another length of the URL": lambda _: INVITATION_PREFIX + encode_checked(bytes(56) + struct.pack(">H", 9) + b"x"),
    "no vault id": lambda line: changed(line, vault_id=bytes(16)),
    "no write": lambda line: changed(line, generation=0),
    "more writes than there can be": lambda line: changed(line, generation=2**48),
    "control characters in the URL": lambda line: changed(line, url="file:///x\x1b]0;y\x07.db"),
    "a line break in the URL": lambda line: changed(line, url='file:///x"\n[vaults.evil]\nurl="/y'),
    "characters that hide": lambda line: changed(line, url="file:///x\u202e.db"),
    "a password in the URL": lambda line: changed(line, url="postgresql://ada:hidden-EXAMPLE@db/x"),
    "a password behind the URL": lambda line: changed(line, url="postgresql://db/x?password=hidden-EXAMPLE"),
    "a login in front of a host": lambda line: changed(line, url="//ada:hidden-EXAMPLE@host/dir"),
    "a login as of scp": lambda line: changed(line, url="a.b_c:hidden-EXAMPLE@host:dir"),
    "an unknown scheme": lambda line: changed(line, url="ftp://host/x"),
    "a scheme that runs programs": lambda line: changed(line, url="ext::sh -c touch% made"),
    "an option": lambda line: changed(line, url="--upload-pack=touch made"),
    "a path": lambda line: changed(line, url="/srv/vault.db"),
    "a relative path": lambda line: changed(line, url="vault.db"),
    "a name": lambda line: changed(line, url="personal"),
    "no place": lambda line: changed(line, url=""),
    "a keyring": lambda line: changed(line, url="keyring:"),
}


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


def test_a_place_that_has_the_name_is_not_asked_about(bob: Opened, line: str) -> None:
    assert bob("vault", "add", "team", read_invitation(line).url).code == 0
    assert bob("vault", "join", line, "--name", "team", "-o", "bob.identity").code == 0


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_line_that_will_not_do_is_refused_and_changes_nothing(bob: Opened, line: str, kind: str) -> None:
    ran = bob("vault", "join", "-y", HOSTILE[kind](line), "-o", "bob.identity")
    assert (ran.code, ran.out) == (2, ""), ran
    assert "hidden-EXAMPLE" not in ran.err
    assert "\x1b" not in ran.err
    assert has_nothing(bob)


def test_what_a_line_would_have_longer_than_any_url_is_refused(line: str) -> None:
    invitation = read_invitation(line)
    with pytest.raises(Exception, match="longer than 2048 bytes"):
        write_invitation(invitation._replace(url="file:///" + "x" * 2048))


def test_a_line_of_another_vault_than_the_one_there_is_refused(bob: Opened, line: str) -> None:
    ran = bob("vault", "join", "-y", changed(line, vault_id=b"\x01" * 16), "-o", "bob.identity")
    assert (ran.code, ran.out) == (9, "")
    assert "and the line is of 01010101010101010101010101010101" in ran.err
    assert has_nothing(bob)


def test_a_place_where_nothing_is_is_refused(bob: Opened, line: str, tmp_path: Path) -> None:
    ran = bob("vault", "join", "-y", changed(line, url=f"file://{tmp_path}/none.db"), "-o", "bob.identity")
    assert (ran.code, ran.out) == (3, "")
    assert has_nothing(bob)


def test_another_vault_under_the_name_is_refused(bob: Opened, line: str, tmp_path: Path) -> None:
    assert bob("vault", "add", "team", str(tmp_path / "other.db")).code == 0
    for name, code in (("team", 8), ("TEAM", 8), ("personal", 8), ("a/b", 2), ("-x", 2), ("", 2)):
        ran = bob("vault", "join", "-y", line, f"--name={name}", "-o", "bob.identity")
        assert (ran.code, ran.out) == (code, ""), name
        assert not (bob.home / "bob.identity").exists()
        assert not (bob.home / ".local/state/nexcred/anchors.json").exists()


def test_a_place_that_another_vault_takes_afterwards_is_refused(
    opened: Opened, bob: Opened, line: str, tmp_path: Path
) -> None:
    let_in(opened, bob("vault", "join", "-y", line, "--name", "team", "-o", "bob.identity"))
    (tmp_path / "eve").mkdir()
    eve = Opened(tmp_path / "eve", NEXCRED_PASSPHRASE=PASSPHRASE, NEXCRED_NO_INPUT="1")
    assert eve("vault", "init").code == 0
    vault_file(opened).write_bytes(vault_file(eve).read_bytes())
    bob.environment["NEXCRED_IDENTITY_FILE"] = "bob.identity"
    assert bob("list", "--vault", "team").code == 9
    assert bob("vault", "join", "-y", line, "--name", "team").code == 9


def test_a_state_before_the_line_and_a_fork_of_it_are_refused(opened: Opened, bob: Opened, line: str) -> None:
    place = vault_file(opened)
    before = place.read_bytes()
    let_in(opened, bob("vault", "join", "-y", line, "--name", "team", "-o", "bob.identity"))
    with_bob = place.read_bytes()
    keep(opened, "later")
    later = opened("vault", "invite").out.strip()
    bob.environment["NEXCRED_IDENTITY_FILE"] = "bob.identity"
    fresh = Opened(bob.home, **{**bob.environment, "XDG_STATE_HOME": str(bob.home / "fresh")})
    assert fresh("vault", "join", "-y", later, "--name", "team").code == 0
    for old in (with_bob, before):
        place.write_bytes(old)
        ran = fresh("list", "--vault", "team")
        assert ran.code in (9, 10), ran.err
        assert ran.out == ""
    forked = changed(later, head_hash=b"\x02" * 32)
    place.write_bytes(with_bob)
    other = Opened(bob.home, **{**bob.environment, "XDG_STATE_HOME": str(bob.home / "other")})
    assert other("vault", "join", "-y", forked, "--name", "team").code == 0
    assert other("list", "--vault", "team").code == 9


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


def test_without_a_place_for_the_identity_nothing_is_done(bob: Opened, line: str) -> None:
    ran = bob("vault", "join", "-y", line)
    assert ran.code == 2
    assert "nothing would keep your new identity" in ran.err
    assert has_nothing(bob)
    (bob.home / "there").write_text("mine")
    taken = bob("vault", "join", "-y", line, "-o", "there")
    assert taken.code == 8
    assert (bob.home / "there").read_text() == "mine"


def test_where_nothing_can_be_remembered_nothing_is_joined(bob: Opened, line: str) -> None:
    (bob.home / "state").write_text("no folder")
    ran = bob(
        "vault", "join", "-y", line, "-o", "bob.identity", environment={"XDG_STATE_HOME": str(bob.home / "state")}
    )
    assert ran.code == 1
    assert "nothing would hold the vault to this line" in ran.err
    assert not (bob.home / "bob.identity").exists()


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
