"""Files for a program, gone when it is."""

import stat
from pathlib import Path

import pytest

from nexcred.child.temporary_files import TemporaryFiles


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_are_the_users_alone_and_gone_afterwards(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with TemporaryFiles({"XDG_RUNTIME_DIR": str(tmp_path)}) as lent:
        path = lent.write("key.json", b"EXAMPLE")
        assert path.is_relative_to(tmp_path)
        assert (mode(path), mode(path.parent)) == (0o600, 0o700)
        assert path.read_bytes() == b"EXAMPLE"
    assert list(tmp_path.iterdir()) == []


def test_they_are_gone_after_a_failure_too(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(KeyError), TemporaryFiles({"XDG_RUNTIME_DIR": str(tmp_path)}) as lent:
        raise KeyError(lent.write("key.json", b"EXAMPLE"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_others_may_enter_is_not_taken(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with TemporaryFiles({"XDG_RUNTIME_DIR": str(tmp_path)}) as lent:
        assert not lent.write("key.json", b"EXAMPLE").is_relative_to(tmp_path)
