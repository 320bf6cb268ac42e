from pathlib import Path

import pytest

from nexcred.local.filesystem import network_type

MOUNTS = r"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:52 / {root}/nfs rw shared:1 - nfs4 server:/export rw
41 27 0:53 / {root}/my\040files rw - fuse.sshfs host: rw
42 27 0:54 / {root}/nfs/local rw - tmpfs tmpfs rw
43 27 0:55 / {root}/over rw - cifs //server/share rw
44 43 0:56 / {root}/over rw - tmpfs tmpfs rw
broken line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("nfs", "nfs4"),
        ("nfs/a/b", "nfs4"),
        ("nfs2", None),
        ("my files/x", "fuse.sshfs"),
        ("nfs/local", None),
        ("over", None),
        ("plain", None),
    ],
)
def test_the_longest_mount_point_says_the_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, kind: str | None
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS.format(root=tmp_path))
    (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr("nexcred.local.filesystem.os.major", lambda _device: 0)
    assert network_type(tmp_path / folder, mounts=mounts) == kind


def test_this_machines_own_folder_is_local(tmp_path: Path) -> None:
    assert network_type(tmp_path) is None


def test_without_a_mount_table_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nexcred.local.filesystem.os.major", lambda _device: 0)
    assert network_type(tmp_path, mounts=tmp_path / "none") is None
