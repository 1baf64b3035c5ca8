"""A disk that is full, or a folder that may not be written to: one clear error, and the old files are whole."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from fakemodel import fake_model, oracle
from model_workspace import synth, workspace
from small_workspace import make_workspace, tree
from typer.testing import CliRunner

from synth.cli import app
from synth.disks import network_file_system
from synth.documents.merge import write_whole
from synth.errors import FileNotWritten
from synth.sweeping import sweep

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits and rights of Unix")


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_document_that_cannot_be_written_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    """A11."""

    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    path = tmp_path / "ICP.md"
    path.write_text("old")
    monkeypatch.setattr(os, call, fail)
    with pytest.raises(FileNotWritten, match=r"ICP\.md.*unchanged"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_up_during_a_run_is_one_error_and_the_next_run_completes(tmp_path: Path) -> None:
    """No file may grow over 150 kB: the ledger cannot take what was read."""
    root = make_workspace(tmp_path)
    limited = (
        "from synth.readers.language import language_of; language_of(['unpacks its table into a temporary file']); "
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY)); "
        f"from synth.cli import app; app(['-C', {str(root)!r}, 'run'])"
    )
    done = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
    assert len(errors) == 1
    assert "ledger.db" in errors[0]
    assert tree(root) == {}
    assert CliRunner().invoke(app, ["-C", str(root), "run"]).exit_code == 0


def test_a_folder_without_rights_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / ".synth"))

    make_workspace(tmp_path)
    monkeypatch.setattr(Path, "mkdir", refuse)
    result = CliRunner().invoke(app, ["-C", str(tmp_path), "run"])
    assert result.exit_code == 1
    assert ".synth: Permission denied" in result.stderr


MOUNTS = r"""22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
40 22 0:35 / /home rw shared:2 - nfs4 server:/home rw,vers=4.2
41 40 0:36 / /home/ida/my\040disk rw - xfs /dev/sdb1 rw
42 22 0:37 / /mnt/team rw - fuse.sshfs ida@server: rw
43 22 0:38 / /mnt/team rw - cifs //server/team rw
44 22 0:39 / /mnt/usb rw - fuseblk /dev/sdc1 rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/x", ""),
        ("/home/ida/icp/.synth", "nfs4"),
        ("/home/ida/my disk/icp", ""),
        ("/homework", ""),
        ("/mnt/team/icp", "cifs"),  # mounted over the other
        ("/mnt/usb/icp", ""),
    ],
)
def test_a_network_file_system_is_told_from_a_disk(tmp_path: Path, folder: str, kind: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert network_file_system(Path(folder), tmp_path / "mounts") == kind


def test_no_ledger_is_opened_on_a_network_file_system_but_a_link_to_a_local_folder_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_workspace(tmp_path / "share" / "icp")
    (tmp_path / "mounts").write_text(f"22 1 254:1 / / rw - ext4 x rw\n40 22 0:35 / {tmp_path}/share rw - nfs s:/x rw\n")
    monkeypatch.setattr("synth.disks.MOUNTS", tmp_path / "mounts")
    result = CliRunner().invoke(app, ["-C", str(root), "run"])
    assert result.exit_code == 1
    assert "network file system (nfs)" in result.stderr
    assert not (root / ".synth").exists()
    (tmp_path / "local").mkdir()
    (root / ".synth").symlink_to(tmp_path / "local")
    assert CliRunner().invoke(app, ["-C", str(root), "run"]).exit_code == 0
    assert (tmp_path / "local/ledger.db").is_file()


def test_a_run_begins_only_where_its_results_have_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4.14: nothing is sent to a model whose answers could not be kept."""
    monkeypatch.setattr("synth.pipeline.bytes_free", lambda _: 12_000_000)
    with fake_model([oracle]) as fake:
        root = workspace(tmp_path, fake)
        code, _, err = synth(root, "run")
        assert code == 1
        assert "12 MB free, and this run may write 50 MB" in err
        assert "make room" in err.lower()
        assert fake.log == []
    assert tree(root) == {}


def test_leftovers_of_dead_processes_are_swept_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    gone = [f"tmp/synth-{dead.pid}-a", "work/index/x-1.tmp", "work/profiles/.ICP.md.part"]
    kept = [f"tmp/synth-{os.getpid()}-b", "tmp/synth-notes-c", f"tmp/other-{dead.pid}-d", "work/profiles/ICP.md"]
    for name in (*gone, *kept):
        (tmp_path / name).mkdir(parents=True)
    sweep(tmp_path / "work")
    assert [name for name in (*gone, *kept) if (tmp_path / name).exists()] == kept
