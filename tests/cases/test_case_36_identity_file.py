"""Case 36: identity file 0644 → refused, but a read-only mount or a pipe is taken."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import nexcred
from nexcred.errors import Locked
from nexcred.unlock.secret_file import read_secret_file


def write(path: Path, mode: int) -> Path:
    path.write_text("EXAMPLE")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_case_36_a_private_file_is_taken(tmp_path: Path, mode: int) -> None:
    assert read_secret_file(write(tmp_path / "identity", mode), "--identity-file") == "EXAMPLE"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o602, 0o601, 0o777])
def test_case_36_a_file_that_others_have_access_to_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(Locked) as caught:
        read_secret_file(write(tmp_path / "identity", mode), "--identity-file")
    assert caught.value.message.startswith("--identity-file: others have access to")
    assert f"{mode:04o}" in caught.value.message
    assert "chmod 600" in caught.value.hint
    assert "EXAMPLE" not in caught.value.message


def test_case_36_a_link_counts_as_what_it_points_at(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(write(tmp_path / "identity", 0o600))
    assert read_secret_file(tmp_path / "link", "x") == "EXAMPLE"
    (tmp_path / "identity").chmod(0o644)
    with pytest.raises(Locked):
        read_secret_file(tmp_path / "link", "x")


def test_case_36_a_pipe_is_taken(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    try:
        os.write(writer, b"EXAMPLE")
        os.close(writer)
        assert read_secret_file(Path(f"/dev/fd/{reader}"), "x") == "EXAMPLE"
    finally:
        os.close(reader)


def test_case_36_a_named_pipe_is_taken(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo, 0o644)
    writer = threading.Thread(target=fifo.write_text, args=("EXAMPLE",))
    writer.start()
    assert read_secret_file(fifo, "x") == "EXAMPLE"
    writer.join()


READ = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from nexcred.unlock.secret_file import read_secret_file
print(read_secret_file(Path(sys.argv[2]), "x"))
"""
MOUNT = """
mount -t tmpfs none "$1" && echo EXAMPLE >"$1/id" && chmod 644 "$1/id" && mount -o remount,ro "$1" || exit
shift
"$@"
"""


def test_case_36_a_read_only_mount_is_taken(tmp_path: Path) -> None:
    root = Path(nexcred.__file__).parents[1]
    script = ["sh", "-c", MOUNT, "sh", str(tmp_path), sys.executable, "-c", READ, str(root), str(tmp_path / "id")]
    isolated = ["unshare", "--user", "--map-root-user", "--mount"]
    done = subprocess.run([*isolated, *script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "EXAMPLE", done.stderr


@pytest.mark.parametrize("path", ["/nothing/here", "/", "/dev/zero", "with\0nul", "~nobody-of-this-name/x"])
def test_case_36_what_is_no_file_is_refused(path: str) -> None:
    with pytest.raises(Locked, match=r"^source: "):
        read_secret_file(Path(path), "source")


def test_case_36_a_huge_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "huge").touch(mode=0o600)
    (tmp_path / "huge").write_bytes(b"x" * 65_537)
    with pytest.raises(Locked, match="larger than 64 KiB"):
        read_secret_file(tmp_path / "huge", "x")


def test_case_36_what_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").touch(mode=0o600)
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(Locked, match="not UTF-8"):
        read_secret_file(tmp_path / "binary", "x")
