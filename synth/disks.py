"""The disk below a folder: is it on this machine, and is there room.

SQLite's write-ahead log needs memory that all its users share, and locks that hold: a network file system has neither,
and damages a ledger without a word.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|ncpfs|afs|ceph|glusterfs|lustre|gpfs|beegfs\w*|ocfs2|gfs2|davfs|s3fs"
    r"|fuse\.(?:sshfs|glusterfs|ceph\w*|s3fs|rclone|davfs2?|gcsfuse|goofys|smbnetfs|curlftpfs|juicefs)"
)
_AT_LEAST = 50_000_000
_PER_LINE = 16_000  # about twice what the demo's lines take
_OCTAL = re.compile(r"\\([0-7]{3})")  # how a space stands in the list of mounts


def network_file_system(folder: Path, mounts: Path | None = None) -> str:
    """Return the kind of network file system that `folder` lies on, such as "nfs4"; '' for a disk of this machine.

    Known on Linux, and on Windows by the path alone; elsewhere nothing is said.
    """
    place, mounts = folder.resolve(), mounts or MOUNTS
    if sys.platform == "win32":
        return "a network share" if str(place).startswith("\\\\") else ""
    if not mounts.is_file():
        return ""
    rows = filter(None, map(_mount, mounts.read_text(encoding="utf-8").splitlines()))
    found = [mount for mount in rows if place.is_relative_to(mount[0])]
    found.reverse()  # of two mounts on one point the later one is seen
    kind = max(found, key=lambda mount: len(mount[0].parts))[1] if found else ""
    return kind if _NETWORK.fullmatch(kind) else ""


def _mount(row: str) -> tuple[Path, str] | None:
    """Return where and what a row of the list mounts: "36 35 98:0 /root /mnt/point rw shared:1 - nfs4 server:/x rw"."""
    before, _, after = row.partition(" - ")
    parts = before.split()
    if len(parts) < 5 or not after:
        return None
    return Path(_OCTAL.sub(lambda code: chr(int(code[1], 8)), parts[4])), after.split()[0]


def bytes_free(folder: Path) -> int:
    """Return how many bytes this user can still write below `folder`."""
    return shutil.disk_usage(folder).free


def bytes_needed(lines: int) -> int:
    """Return how many bytes a run may write for so many new lines: ledger, its log, index and documents."""
    return _AT_LEAST + lines * _PER_LINE
