"""Every test has an empty environment, a home of its own and no network."""

from __future__ import annotations

from pathlib import Path

import pytest

KEPT = ("PATH", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV", "LANG", "OMP_NUM_THREADS")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    import os

    for name in list(os.environ):
        if name not in KEPT and not name.startswith(("PYTEST", "COV", "OPENBLAS")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def root() -> Path:
    return Path(__file__).parent.parent
