"""Files that `nexcred run` lent are found and removed although it was killed."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.handing_over import WAYS, Handing

LEND = ("sh", "-c", "echo $MYSQL_HOME; exec sleep 300")


@pytest.fixture
def place(handing: Handing) -> Path:
    """A session's own folder, so that no other test lends its files there."""
    place = handing.home / "session"
    place.mkdir(mode=0o700)
    handing.environment["XDG_RUNTIME_DIR"] = str(place)
    return place


def leave_behind(handing: Handing) -> Path:
    """Kill a run, and return the folder of its files."""
    with handing.started(*handing.under(WAYS["with a file"], *LEND), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        folder = Path(process.stdout.readline().decode().strip()).parent
        process.kill()
        process.wait(60)
    assert (folder / "MYSQL_HOME" / "my.cnf").exists()
    return folder


def found(handing: Handing) -> list[dict[str, str]]:
    """Return what doctor says of the session's folder: it also looks where other tests lend their files."""
    checks = json.loads(handing("doctor", "--json").out)
    place = str(handing.home / "session")
    return [check for check in checks if "left files" in check["detail"] and place in check["detail"]]


@pytest.mark.parametrize("words", WAYS.values(), ids=WAYS)
def test_what_a_killed_run_left_is_named_and_the_next_removes_it(
    handing: Handing, place: Path, words: list[str]
) -> None:
    folder = leave_behind(handing)
    assert folder.parent == place
    (check,) = found(handing)
    assert check["status"] == "warning"
    assert str(folder) in check["detail"]
    assert check["hint"] == "the next run removes it: nexcred run -- true"
    assert folder.exists()
    assert handing("run", *words, "--", "true").code == 0
    assert list(place.iterdir()) == []
    assert found(handing) == []


def test_files_that_are_still_lent_are_left_alone(handing: Handing, place: Path) -> None:
    with handing.started(*handing.under(WAYS["with a file"], *LEND), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lent = Path(process.stdout.readline().decode().strip())
        assert handing("run", "--", "true").code == 0
        assert found(handing) == []
        assert (lent / "my.cnf").exists()
        process.terminate()
        process.wait(60)
    assert list(place.iterdir()) == []


@pytest.mark.parametrize("made", ["a folder of others", "a link", "another name", "a file"])
def test_what_is_not_its_own_is_left_alone(handing: Handing, place: Path, made: str) -> None:
    path = place / ("nexcred-run-EXAMPLE" if made != "another name" else "nexcred-EXAMPLE")
    aim = handing.home / "aim"
    aim.mkdir(mode=0o700)
    (aim / "kept").touch()
    if made == "a link":
        path.symlink_to(aim)
    elif made == "a file":
        path.touch(mode=0o600)
    else:
        path.mkdir(mode=0o755 if made == "a folder of others" else 0o700)
        (path / "kept").touch()
    assert found(handing) == []
    assert handing("run", "--", "true").code == 0
    assert os.path.lexists(path)
    assert (aim / "kept").exists()


def test_runs_at_the_same_time_do_not_take_each_others_files(handing: Handing, place: Path) -> None:
    """A folder that was just made is not held yet."""
    many = "for n in 1 2 3 4 5 6; do $RUN sh -c 'cat $MYSQL_HOME/my.cnf > /dev/null' || echo failed & done; wait"
    script = many.replace("$RUN", " ".join(handing.under(WAYS["with a file"])))
    done = subprocess.run(
        ["bash", "-c", script], env=handing.environment, cwd=handing.home, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert list(place.iterdir()) == []
