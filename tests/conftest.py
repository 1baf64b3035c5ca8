"""Every test has an empty environment, a home of its own and no network; neither has any process it starts."""

from __future__ import annotations

import os
import runpy
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

KEPT = ("PATH", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV", "LANG", "OMP_NUM_THREADS")
GUARD = Path(__file__).parent / "guard"
ATTEMPTS = Path(tempfile.mkdtemp(prefix="synth-tests-")) / "connections"

os.environ["SYNTH_TEST_GUARD"] = str(ATTEMPTS)
runpy.run_path(str(GUARD / "sitecustomize.py"))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    for name in list(os.environ):
        if name not in KEPT and not name.startswith(("PYTEST", "COV", "OPENBLAS")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("SYNTH_TEST_GUARD", str(ATTEMPTS))
    monkeypatch.setenv("PYTHONPATH", str(GUARD))
    ATTEMPTS.unlink(missing_ok=True)
    yield
    assert not ATTEMPTS.exists(), f"tried to reach another machine: {ATTEMPTS.read_text()}"


@pytest.fixture
def root() -> Path:
    return Path(__file__).parent.parent
