r"""Every line, place and machine with which \`vault join\` does nothing."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.vault.checked_text import encode_checked
from nexcred.vault.invitation import INVITATION_PREFIX, read_invitation, write_invitation
from tests.support.joining import PASSPHRASE, bob, changed, has_nothing, let_in, line
from tests.support.opened import Opened
from tests.support.people import keep, vault_file

__all__ = ["bob", "line"]


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
    for old, code in ((with_bob, 9), (before, 10)):
        place.write_bytes(old)
        ran = fresh("list", "--vault", "team")
        assert (ran.code, ran.out) == (code, ""), ran.err
    forked = changed(later, head_hash=b"\x02" * 32)
    place.write_bytes(with_bob)
    other = Opened(bob.home, **{**bob.environment, "XDG_STATE_HOME": str(bob.home / "other")})
    assert other("vault", "join", "-y", forked, "--name", "team").code == 0
    assert other("list", "--vault", "team").code == 9


def test_without_a_place_for_the_identity_nothing_is_done(bob: Opened, line: str) -> None:
    ran = bob("vault", "join", "-y", line)
    assert ran.code == 2
    assert "nothing would keep your new identity" in ran.err
    assert has_nothing(bob)
    (bob.home / "there").write_text("mine")
    taken = bob("vault", "join", "-y", line, "-o", "there")
    assert taken.code == 8
    assert (bob.home / "there").read_text() == "mine"


@pytest.mark.parametrize("command", ["false", "true", "printf wrong"])
@pytest.mark.parametrize("kind", ["IDENTITY", "PASSPHRASE"])
def test_a_command_that_gives_nothing_of_use_joins_nothing_and_makes_none(
    bob: Opened, line: str, kind: str, command: str
) -> None:
    variable = f"NEXCRED_{kind}_COMMAND"
    bob.environment[variable] = command
    for words in (["join", "-y", line, "--name", "team"], ["init"]):
        refused = bob("vault", *words)
        expected = 2 if (kind, command) == ("PASSPHRASE", "printf wrong") else 6  # which a better one is asked for
        assert (refused.code, refused.out, variable in refused.err) == (expected, "", True), refused.err
    assert has_nothing(bob)


def test_where_nothing_can_be_remembered_nothing_is_joined(bob: Opened, line: str) -> None:
    (bob.home / "state").write_text("no folder")
    ran = bob(
        "vault", "join", "-y", line, "-o", "bob.identity", environment={"XDG_STATE_HOME": str(bob.home / "state")}
    )
    assert ran.code == 1
    assert "nothing would hold the vault to this line" in ran.err
    assert not (bob.home / "bob.identity").exists()
