"""The user's own command takes a new key to where it is used, before the old one is ended, and when it is undone."""

import json
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.parcels import keep, key, told
from tests.support.standins.parcels import Parcels

PUSH = """\
#!/bin/sh
# Appends what it was given: the key, and what would open the vault.
echo "pushing $PARCELS_KEY"
echo "$1 $PARCELS_KEY ${NEXCRED_IDENTITY:-locked} $PWD" >> "$HOME/pushed"
test ! -e "$HOME/down"
"""


@pytest.fixture
def pushing(opened: Opened, parcels: Parcels) -> Opened:
    keep(opened, parcels)
    settings: Path = opened.home / ".config/nexcred"
    (settings / "config.toml").write_text(
        "[after.switch]\nparcels = ['./push.sh', 'prod']\nstaging = ['./push.sh', 'staging']\n"
    )
    (settings / "config.toml").chmod(0o600)
    (settings / "push.sh").write_text(PUSH)
    (settings / "push.sh").chmod(0o700)
    return opened


def pushed(program: Opened) -> list[list[str]]:
    return [line.split() for line in (program.home / "pushed").read_text().splitlines()]


def test_it_runs_where_the_settings_are_with_the_new_key_and_shows_no_secret(pushing: Opened, parcels: Parcels) -> None:
    (pushing.home / "push.sh").write_text("#!/bin/sh\nexit 9\n")  # in the present folder: it may be anybody's
    (pushing.home / "push.sh").chmod(0o700)
    keep(pushing, parcels, name="staging")
    ran = pushing("rotate", "parcels", "--grace", "0", "--json")
    assert (ran.code, told(ran)["outcome"]) == (0, "done"), ran.err
    where = str(pushing.home / ".config/nexcred")
    assert pushed(pushing) == [[name, "made-2-EXAMPLE", "locked", where] for name in ("prod", "staging")]
    assert ("pushing ••••" in ran.err, "EXAMPLE" in ran.err + ran.out) == (True, False)


def test_where_it_fails_the_old_key_stays_until_it_has_succeeded(pushing: Opened, parcels: Parcels) -> None:
    (pushing.home / "down").touch()
    ran = pushing("rotate", "parcels", "--grace", "0", "--json")
    assert (ran.code, told(ran)["outcome"], "it ended with 1" in ran.out) == (5, "hangs", True)
    assert (list(parcels.keys), key(pushing)) == (["k1", "k2"], "made-2-EXAMPLE")
    (pushing.home / "down").unlink()
    assert pushing("rotate", "--resume").code == 0
    assert list(parcels.keys) == ["k2"]


def test_what_is_undone_is_taken_there_too(pushing: Opened, parcels: Parcels) -> None:
    assert pushing("rotate", "parcels").code == 0
    (pushing.home / "down").touch()
    back = pushing("rotate", "--undo", "parcels", "--json")
    assert (back.code, told(back)["outcome"]) == (5, "undone"), back.err
    assert "the old key is in use; the command of [after.switch] for 'parcels' failed" in str(told(back)["why"])
    assert [given for _, given, *_ in pushed(pushing)] == ["made-2-EXAMPLE", "first-EXAMPLE"]
    assert (list(parcels.keys), key(pushing)) == (["k1"], "first-EXAMPLE")


def test_no_project_sets_one_and_no_settings_that_others_can_write(pushing: Opened, parcels: Parcels) -> None:
    (pushing.home / "nexcred.toml").write_text("[after.switch]\nparcels = ['./evil.sh']\n")
    (pushing.home / ".config/nexcred/config.toml").chmod(0o622)
    refused = pushing("rotate", "parcels", "--grace", "0")
    assert (refused.code, "others can write it" in refused.err) == (2, True), refused.err
    (pushing.home / ".config/nexcred/config.toml").unlink()
    ran = pushing("rotate", "parcels", "--grace", "0", "--json")
    assert ran.code == 0, ran.err
    assert not (pushing.home / "pushed").exists()
    assert "evil.sh" not in json.dumps(ran.out)
