"""A crash costs nothing: killed at each dangerous place, or stopped by Ctrl-C, a run goes on and ends with the same bytes."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakemodel import FakeModel, Logged, Step, fake_model, oracle
from small_workspace import make_workspace, tree
from typer.testing import CliRunner

from synth.cli import app

BEFORE_ANY_REQUEST = ("index-built", "index-swapped")
LATER = ("before-send@2", "after-answer@2", "after-commit@2", "before-replace@3")
WORKERS = 2
MORE = "\n".join(
    f"Ida Holm: What about week {n}?\nEva Berg: In week {n} we lost {n} orders to a wrong list." for n in range(40)
)


@pytest.fixture
def fake() -> Iterator[FakeModel]:
    with fake_model([oracle]) as server:
        yield server


def workspace(root: Path, fake: FakeModel, *, long: bool = False) -> Path:
    make_workspace(root)
    with (root / "synth.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[model]\nchat = "openai:fake-1"\nbase_url = "{fake.url}"\nbatch_tokens = 50\nworkers = {WORKERS}\n'
        )
    if long:
        (root / "corpora/long.txt").write_text(MORE, encoding="utf-8")
    return root


def start(root: Path, failpoint: str = "", command: tuple[str, ...] = ("run",)) -> subprocess.Popen[bytes]:
    environment = os.environ | ({"SYNTH_FAILPOINT": failpoint} if failpoint else {})
    words = [sys.executable, "-m", "synth", "-C", str(root), *command]
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(root: Path) -> str:
    result = CliRunner().invoke(app, ["-C", str(root), "run"])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def leftovers(root: Path) -> list[Path]:
    return [path for pattern in ("*.part", ".*.part", "*.tmp") for path in root.rglob(pattern)]


def test_killed_at_every_place_it_goes_on_and_pays_at_most_what_was_on_its_way(fake: FakeModel, tmp_path: Path) -> None:
    """A1, A2, A3: the same bytes, at most one request a worker and kill more, nothing left lying about."""
    whole = workspace(tmp_path / "whole", fake)
    finish(whole)
    planned = len(fake.log)
    fake.log.clear()
    root = workspace(tmp_path / "killed", fake)
    for place in BEFORE_ANY_REQUEST:
        kill_at(place, root)
    kill_while_waiting(root, fake)
    for place in LATER:
        kill_at(place, root)
    finish(root)
    assert tree(root) == tree(whole)
    assert planned <= len(fake.log) <= planned + (len(LATER) + 1) * WORKERS
    assert leftovers(root) == []
    with sqlite3.connect(root / ".synth/ledger.db") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (lost,) = db.execute("SELECT count(*) FROM requests WHERE outcome = 'lost'").fetchone()
    assert 1 <= lost <= 4 * WORKERS  # the three places around a request, and while it is waited for
    sent = len(fake.log)
    before = {path: path.stat().st_mtime_ns for path in (root / "profiles").rglob("*")}
    finish(root)
    assert len(fake.log) == sent
    assert {path: path.stat().st_mtime_ns for path in before} == before


def kill_at(place: str, root: Path) -> None:
    child = start(root, place)
    child.communicate()
    assert child.returncode == -signal.SIGKILL, place


def kill_while_waiting(root: Path, fake: FakeModel) -> None:
    """Kill a run between its request and the answer; until then the workspace is its own, and at once free after (A6)."""
    fake.play(Step(before=60))
    child = start(root)
    wait_for_requests(fake, 1)
    refused = CliRunner().invoke(app, ["-C", str(root), "run"])
    assert f"process {child.pid}: " in refused.stderr
    child.kill()
    child.communicate()
    fake.play(oracle)


def slow(logged: Logged) -> Step:
    step = oracle(logged)
    return replace(step, before=0.4)


def test_the_first_ctrl_c_keeps_what_is_on_its_way_and_says_how_to_go_on(fake: FakeModel, tmp_path: Path) -> None:
    """A4."""
    fake.play(slow)
    root = workspace(tmp_path, fake)
    child = start(root)
    wait_for_requests(fake, 1)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate()
    assert child.returncode == 130
    assert b"run the same command again" in err
    assert b"Traceback" not in err
    with sqlite3.connect(root / ".synth/ledger.db") as db:
        outcomes = {outcome for (outcome,) in db.execute("SELECT outcome FROM requests")}
    assert outcomes == {"done"}
    assert len(fake.log) <= WORKERS
    finish(root)
    bodies = [str(logged.body) for logged in fake.log]
    assert len(set(bodies)) == len(bodies)


def test_ctrl_c_while_a_single_request_is_on_its_way_keeps_its_answer_too(fake: FakeModel, tmp_path: Path) -> None:
    """A4: what is asked outside of the readers, here an answer, is waited for like theirs."""
    root = workspace(tmp_path, fake)
    finish(root)
    fake.log.clear()
    fake.play(slow)
    child = start(root, command=("ask", "What took so long every morning?"))
    wait_for_requests(fake, 1)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate()
    assert child.returncode == 130, err
    with sqlite3.connect(root / ".synth/ledger.db") as db:
        assert db.execute("SELECT outcome FROM requests WHERE stage = 'ask'").fetchall() == [("done",)]


def test_the_second_ctrl_c_does_not_wait(fake: FakeModel, tmp_path: Path) -> None:
    fake.play(Step(before=60))
    root = workspace(tmp_path, fake)
    child = start(root)
    wait_for_requests(fake, WORKERS)
    child.send_signal(signal.SIGINT)
    while b"Ctrl-C again" not in child.stderr.readline():  # type: ignore[union-attr]
        assert child.poll() is None
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)  # far below the minute that the answer takes
    assert child.returncode == 130
    fake.play(oracle)
    assert "2 requests of an earlier run were cut off" in finish(root)
    assert "cut off" not in finish(root)


def wait_for_requests(fake: FakeModel, number: int) -> None:
    for _ in range(6000):
        if len(fake.log) >= number:
            return
        time.sleep(0.01)
    raise AssertionError("nothing was sent")


@pytest.mark.slow
@pytest.mark.nightly
def test_killed_twenty_times_at_random_it_ends_with_the_same_bytes(fake: FakeModel, tmp_path: Path) -> None:
    """A2."""
    fake.play(lambda logged: replace(oracle(logged), before=1.0))
    whole = workspace(tmp_path / "whole", fake, long=True)
    finish(whole)
    planned, kills = len(fake.log), 0
    fake.log.clear()
    root, chance = workspace(tmp_path / "killed", fake, long=True), random.Random(8)
    while kills < 20:
        sent, child = len(fake.log), start(root)
        while len(fake.log) == sent and child.poll() is None:
            time.sleep(0.01)
        if child.poll() is not None:
            break
        time.sleep(2 * chance.random())
        child.kill()
        child.communicate()
        kills += 1
    finish(root)
    assert kills >= 10
    assert tree(root) == tree(whole)
    assert len(fake.log) <= planned + kills * WORKERS
    assert leftovers(root) == []
