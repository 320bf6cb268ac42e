"""Which file system a path is on, as far as the kernel says so for free."""

import os
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")

# SQLite needs locks and fsync that mean it. 9p and virtiofs stay allowed: virtual machines, WSL and gVisor show
# folders of the same machine that way.
_NETWORK_TYPES = frozenset(
    ["afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2"]
    + ["orangefs", "pvfs2", "smb2", "smb3", "smbfs"]
    + [f"fuse.{name}" for name in ("ceph", "davfs2", "glusterfs", "gcsfuse", "goofys", "mount.davfs", "rclone")]
    + [f"fuse.{name}" for name in ("s3fs", "s3ql", "smbnetfs", "sshfs", "mfs")]
)


def network_type(folder: Path, *, mounts: Path = _MOUNTS) -> str | None:
    """Return the network file system's type that holds an existing, resolved folder; None when local or not known.

    Only Linux says; elsewhere this is always None.
    """
    if os.major(folder.stat().st_dev) != 0:  # on a block device of this machine
        return None
    try:
        lines = mounts.read_bytes().splitlines()
    except OSError:
        return None
    kind = _type_of(os.fsencode(folder), lines)
    return kind if kind in _NETWORK_TYPES else None


def _type_of(folder: bytes, lines: list[bytes]) -> str:
    """Return the type of the longest mount point above the folder; of equals the last, which hides the others."""
    best, kind = b"", ""
    for line in lines:
        before, _, after = line.partition(b" - ")
        fields = before.split(b" ")
        if len(fields) < 5 or not after:
            continue
        point = _unescape(fields[4])
        above = point.rstrip(b"/") + b"/"
        if len(point) >= len(best) and (folder + b"/").startswith(above):
            best, kind = point, after.split(b" ", 1)[0].decode("ascii", "replace")
    return kind


def _unescape(path: bytes) -> bytes:
    r"""Undo the kernel's octal escapes (\040 for a space; proc(5))."""
    for code in (b"\\040", b"\\011", b"\\012"):
        path = path.replace(code, bytes([int(code[1:], 8)]))
    return path.replace(b"\\134", b"\\")
