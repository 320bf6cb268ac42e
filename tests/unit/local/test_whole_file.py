"""What is written privately is 0600 whatever the umask, whole, and alone: no half of it stays behind."""

import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nexcred.errors import Conflict, StoreFailed
from nexcred.local.new_file import NewFile
from nexcred.local.private_file import write_private_file, write_report
from nexcred.local.whole_file import replace_file


def write_new(path: Path, data: bytes) -> None:
    with NewFile(path) as file:
        file.write(data.decode())


REPLACING: dict[str, Callable[[Path, bytes], None]] = {
    "an output": write_private_file,
    "what this machine remembers": replace_file,
    "a shard of it": lambda path, data: replace_file(path, data, is_durable=False),
}
WRITERS = {**REPLACING, "a new file": write_new}


@pytest.fixture(params=[0, 0o277])
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.parametrize("writer", WRITERS)
def test_it_is_private_and_alone(tmp_path: Path, umask: None, writer: str) -> None:
    WRITERS[writer](tmp_path / "file", b"of EXAMPLE")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
    assert (tmp_path / "file").read_bytes() == b"of EXAMPLE"


@pytest.mark.parametrize("writer", REPLACING)
def test_it_stands_in_the_place_of_what_was_there(tmp_path: Path, writer: str) -> None:
    (tmp_path / "file").write_bytes(b"a longer text than the new one")
    (tmp_path / "file").chmod(0o644)
    REPLACING[writer](tmp_path / "file", b"of EXAMPLE")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
    assert (tmp_path / "file").read_bytes() == b"of EXAMPLE"


@pytest.mark.parametrize("writer", WRITERS)
def test_nothing_stays_behind_where_it_cannot_stand(tmp_path: Path, writer: str) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises((OSError, Conflict, StoreFailed)):
        WRITERS[writer](tmp_path / "file", b"of EXAMPLE")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_is_put_in_the_place_of_a_report_gets_no_mode_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others may write to the folder that a report is read from: the moment after it stands there is theirs."""
    report, private = tmp_path / "report", tmp_path / "private"
    private.touch(0o600)
    report.touch()
    report.chmod(0o4666)

    def lead_elsewhere(_folder: Path) -> None:
        assert stat.S_IMODE(report.stat().st_mode) == 0o666
        report.unlink()
        report.symlink_to(private)

    monkeypatch.setattr("nexcred.local.whole_file.sync_folder", lead_elsewhere)
    write_report(report, b"of EXAMPLE")
    assert report.is_symlink()
    assert stat.S_IMODE(private.stat().st_mode) == 0o600


def test_those_who_write_at_once_as_without_locks_leave_one_of_them_whole(tmp_path: Path) -> None:
    """Two machines with one home on a file system that loses locks."""
    path = tmp_path / "file"
    texts = [str(number).encode() * 100_000 for number in range(4)]

    def write(text: bytes) -> None:
        for _ in range(100):
            replace_file(path, text, is_durable=False)
            assert path.read_bytes() in texts

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, texts))
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_what_was_left_half_written_keeps_nobody_from_writing(tmp_path: Path) -> None:
    (tmp_path / "file.new").write_bytes(b"half of")
    for text in (b"EXAMPLE", b"EXAMPLE-2"):
        replace_file(tmp_path / "file", text)
        assert (tmp_path / "file").read_bytes() == text
