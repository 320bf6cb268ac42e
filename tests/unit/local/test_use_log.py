"""The log of uses: private, bounded, and never in the way."""

import os
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nexcred.errors import StoreFailed
from nexcred.local.locking import locked
from nexcred.local.use_log import FULL_BYTES, Use, UseLog, is_wanted
from tests.support.waiting import wait_until

NOW = datetime(2026, 1, 15, 20, 24, 25, 209_000, tzinfo=UTC)
USE = Use(NOW, "get", "aa" * 16, "bb" * 16, ("cc" * 16,), ("api_key",))


def _log(folder: Path, said: list[str] | None = None) -> UseLog:
    return UseLog(folder, warn=(said if said is not None else []).append)


def test_what_is_noted_is_read(tmp_path: Path) -> None:
    log = _log(tmp_path / "state")
    log.note(USE)
    log.note(USE._replace(verb="identity show", records=(), fields=()))
    assert log.read() == ([USE, USE._replace(verb="identity show", records=(), fields=())], 0)


def test_no_log_holds_nothing(tmp_path: Path) -> None:
    assert _log(tmp_path / "state").read() == ([], 0)


def test_it_is_for_its_user_alone(tmp_path: Path) -> None:
    log = _log(tmp_path / "state")
    log.note(USE)
    path = tmp_path / "state" / "uses.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    log.note(USE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_many_records_take_several_lines(tmp_path: Path) -> None:
    records = tuple(f"{number:032x}" for number in range(1_200))
    log = _log(tmp_path)
    log.note(USE._replace(records=records))
    uses, _ = log.read()
    assert tuple(record for use in uses for record in use.records) == records
    assert len(uses) == 3


def test_it_keeps_three_files_and_drops_the_oldest(tmp_path: Path) -> None:
    log = _log(tmp_path)
    records = tuple(f"{number:032x}" for number in range(20_000))
    for verb in ("a", "b", "c", "d", "e"):
        log.note(USE._replace(verb=verb, records=records))
    names = sorted(path.name for path in tmp_path.glob("*.jsonl"))
    assert names == ["uses.1.jsonl", "uses.2.jsonl", "uses.jsonl"]
    assert sum(path.stat().st_size for path in tmp_path.glob("*.jsonl")) < 4 * FULL_BYTES
    assert [use.verb for use in log.read()[0]][-1] == "e"


def test_programs_that_ask_the_service_push_out_nothing_of_a_person(tmp_path: Path) -> None:
    log = _log(tmp_path)
    records = tuple(f"{number:032x}" for number in range(20_000))
    log.note(USE)
    for minute in range(1, 12):
        at = NOW.replace(minute=NOW.minute + minute)
        log.note(Use(at, "serve read", USE.vault, USE.identity, records, (), token="etl"))
    log.note(USE._replace(at=NOW.replace(hour=23)))
    uses, _ = log.read()
    assert uses[0] == USE
    assert [uses[1].token, uses[-1].token] == ["etl", ""]


def test_a_program_that_asks_often_pushes_out_nothing_of_another(tmp_path: Path) -> None:
    log = _log(tmp_path)
    quiet = [USE._replace(verb="serve read", token="quiet", fields=(f"f{number}",)) for number in range(50)]
    log.note_all(quiet)
    records = tuple(f"{number:032x}" for number in range(20_000))
    for _ in range(12):
        log.note(USE._replace(verb="serve read", records=records, token="noisy"))
    uses, strange = log.read()
    assert ([use for use in uses if use.token == "quiet"], strange) == (quiet, 0)
    assert sum(path.stat().st_size for path in tmp_path.glob("served*.jsonl")) < 4 * FULL_BYTES


def test_a_line_cut_short_is_left_out_and_counted(tmp_path: Path) -> None:
    log = _log(tmp_path)
    (tmp_path / "uses.jsonl").write_bytes(b'{"at":"2026-01\n[]\n{"at":1}\n\xff\n')
    log.note(USE)
    assert log.read() == ([USE], 4)


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    log = _log(tmp_path)

    def note_many() -> None:
        for _ in range(50):
            log.note(USE)

    threads = [threading.Thread(target=note_many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert log.read() == ([USE] * 400, 0)


def test_who_finds_a_new_file_begun_where_the_full_one_was_says_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    log = _log(tmp_path, said)
    log.note(USE)
    full = tmp_path / "uses.jsonl"
    os.truncate(full, FULL_BYTES)
    with locked(tmp_path / "uses.lock"):  # as another process that found it full
        writer = threading.Thread(target=log.note, args=(USE,))
        writer.start()
        wait_until(lambda: full.stat().st_size > FULL_BYTES)
        full.rename(tmp_path / "uses.1.jsonl")
    writer.join()
    assert said == []
    assert not full.exists()


@pytest.mark.parametrize("obstacle", ["file", "link", "folder"])
def test_what_cannot_be_noted_is_said_once_and_hinders_nothing(tmp_path: Path, obstacle: str) -> None:
    folder, outside = tmp_path / "state", tmp_path / "outside"
    if obstacle == "file":
        folder.write_bytes(b"")
    elif obstacle == "link":
        folder.mkdir()
        (folder / "uses.jsonl").symlink_to(outside)
    else:
        (folder / "uses.jsonl").mkdir(parents=True)
    said: list[str] = []
    log = _log(folder, said)
    log.note(USE)
    log.note(USE)
    assert len(said) == 1
    assert "is not noted" in said[0]
    assert not outside.exists()


def test_a_log_that_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "uses.jsonl").mkdir()
    with pytest.raises(StoreFailed):
        _log(tmp_path).read()


def test_it_can_be_switched_off() -> None:
    assert is_wanted({})
    assert is_wanted({"NEXCRED_AUDIT": "on"})
    assert not any(is_wanted({"NEXCRED_AUDIT": word}) for word in ("off", "0", "No", "false"))


@pytest.mark.parametrize("line", [b"[" * 100_000, b'{"at": ' + b"9" * 5_000 + b"}", b'{"at": NaN}'])
def test_a_line_that_no_parser_likes_is_counted_and_passed_over(tmp_path: Path, line: bytes) -> None:
    log = _log(tmp_path)
    log.note(USE)
    with (tmp_path / "uses.jsonl").open("ab") as file:
        file.write(line + b"\n")
    assert log.read() == ([USE], 1)
