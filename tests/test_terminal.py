"""Progress as a person sees it: live on a terminal with money and the time that is left, plain lines elsewhere."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakemodel import FakeModel, fake_model, oracle
from model_workspace import synth, workspace


@pytest.fixture
def fake() -> Iterator[FakeModel]:
    with fake_model([oracle]) as server:
        yield server


def test_without_a_terminal_there_are_plain_lines_with_what_was_spent(fake: FakeModel, tmp_path: Path) -> None:
    _, _, err = synth(workspace(tmp_path, fake), "run")
    lines = err.splitlines()
    assert "read: 3 of 3" in lines
    assert re.fullmatch(
        r"extract: 3 of 3, \d+ requests, 0\.\d{4} USD", next(one for one in lines if "extract: 3" in one)
    )
    stages = list(dict.fromkeys(re.match(r"\w+", line)[0] for line in lines))  # type: ignore[index]
    assert stages == ["read", "embed", "extract", "themes", "documents"]
    assert "\x1b" not in err


@pytest.mark.skipif(os.name == "nt", reason="terminals of Unix")
def test_on_a_terminal_a_bar_a_stage_names_the_source_the_money_and_the_time_left(
    fake: FakeModel, tmp_path: Path
) -> None:
    import pty

    fake.play(lambda logged: replace(oracle(logged), before=0.3))
    root = workspace(tmp_path, fake, "workers = 1\n")
    process, terminal = pty.fork()
    if process == 0:
        os.environ |= {"COLUMNS": "120", "TERM": "xterm"}
        os.execv(sys.executable, [sys.executable, "-m", "synth", "-C", str(root), "run"])
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", _all_of(terminal))
    assert os.waitpid(process, 0)[1] == 0
    assert re.search(r"extract +\S+ +[12]/3 +[\d:-]{7} +\d+ requests, 0\.\d{4} USD", shown)
    assert re.search(r"extract +\S+ +3/3 +0:00:00 +\d+ requests, 0\.\d{4} USD  corpora/", shown)
    assert re.search(r"themes +\S+ +1/1", shown)
    last = [line for line in re.split(r"[\r\n]+", shown) if line.startswith("extract")]
    assert len({line.split()[1] for line in last[-3:]}) == 1  # no second bar of a stage that is over


def _all_of(terminal: int) -> str:
    read = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # so Linux says that the other end is closed
            part = b""
        if not part:
            return read.decode()
        read += part
