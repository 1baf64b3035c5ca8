"""A disk that is full, or a folder that may not be written to: one clear error, and the old files are whole."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from small_workspace import make_workspace, tree
from typer.testing import CliRunner

from synth.cli import app
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
