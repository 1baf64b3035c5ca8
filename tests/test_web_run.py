"""Run: estimated first, the same files as the command writes, watched from two windows, stopped and resumed."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakemodel import FakeModel, Logged, Step, fake_model, oracle
from model_workspace import synth, workspace
from small_workspace import make_workspace, tree
from web_site import Served, listening, served

from synth.errors import RunStopped
from synth.web.site import Site
from synth.web.work import Stage


@pytest.fixture
def fake() -> Iterator[FakeModel]:
    with fake_model([oracle]) as server:
        yield server


def _run(here: Served, **form: str) -> None:
    assert here.post("/run", data=form).status_code == 303
    here.settle()


def test_a_run_writes_what_the_command_writes(tmp_path: Path) -> None:
    pages, command = make_workspace(tmp_path / "pages"), make_workspace(tmp_path / "command")
    assert synth(command, "run")[0] == 0
    with served(pages) as here:
        _run(here)
        shown = here.client.get("/run").text
    assert tree(pages) == tree(command) != {}
    assert "The last run" in shown


def test_an_estimate_sends_nothing_and_is_outdated_by_a_change(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake)
    with served(root) as here:
        assert "Estimate first" in here.client.get("/run").text
        assert here.post("/run/estimate").status_code == 303
        shown = here.client.get("/run").text
        assert "Estimate again" in shown
        assert "USD" in shown
        (root / "corpora/new.txt").write_text(
            "Ida Holm: And now?\nEva Berg: We lose orders to a wrong list each week.\n"
        )
        assert "Something has changed since the last estimate" in here.client.get("/run").text
    assert fake.log == []


def test_a_cap_ends_the_run_and_the_next_goes_on(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake)
    with served(root) as here:
        _run(here, max_usd="0.0001")
        shown = here.client.get("/run").text
        assert "budget reached" in shown
        assert "Go on" in shown
        _run(here)
        assert "The last run</h2>" in here.client.get("/run").text
        assert here.post("/run", data={"max_usd": "much"}).status_code == 400
    assert synth(root, "check")[0] == 0


def _until(true: Callable[[], Any]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def test_a_stopped_run_keeps_what_it_has_and_goes_on(tmp_path: Path) -> None:
    gate = threading.Event()

    def slowly(logged: Logged) -> Step:
        gate.wait(20)
        return oracle(logged)

    with fake_model([slowly]) as fake, served(workspace(tmp_path, fake)) as here:
        here.post("/run")
        _until(lambda: fake.log)
        assert here.post("/run/stop").status_code == 303
        assert "Stopping" in here.client.get("/run").text
        gate.set()
        here.settle()
        asked = len(fake.log)
        assert "stopped. What is done is kept" in here.client.get("/run").text
        assert tree(tmp_path) == {}
        _run(here)
        assert tree(tmp_path)
        asked_again = [
            logged.user for logged in fake.log[asked:] if logged.user in {one.user for one in fake.log[:asked]}
        ]
    assert 0 < asked < len(fake.log)
    assert asked_again == []


def test_a_second_start_is_the_same_run(here_busy: tuple[Served, threading.Event]) -> None:
    here, let = here_busy
    assert here.post("/run").status_code == here.post("/run").status_code == 303
    assert here.site.work.waiting.count("run") == 0
    let.set()


@pytest.fixture
def here_busy(tmp_path: Path) -> Iterator[tuple[Served, threading.Event]]:
    """A page whose run is on its way until the event is set."""
    let, going = threading.Event(), threading.Event()
    with served(make_workspace(tmp_path)) as here:
        here.site.work.submit("run", lambda _session: (going.set(), let.wait(30)))
        assert going.wait(30)
        yield here, let
        let.set()


def _hear(site: Site, found: list[dict[str, Any]], enough: threading.Event) -> None:
    wire = http.client.HTTPConnection("127.0.0.1", site.door.port, timeout=30)
    wire.request("GET", "/events", headers={"Cookie": f"{site.door.cookie}={site.door.session}"})
    answer = wire.getresponse()
    kind = ""
    while not enough.is_set():
        line = answer.readline().decode()
        if line.startswith("event: "):
            kind = line[7:].strip()
        elif line.startswith("data: "):
            found.append({"event": kind} | json.loads(line[6:]))
            if kind == "ended" and found[-1]["kind"] == "run":
                break
    wire.close()


def test_two_windows_hear_the_same_run(tmp_path: Path) -> None:
    let, enough = threading.Event(), threading.Event()
    heard: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    with listening(make_workspace(tmp_path)) as site:
        site.look().result(60)

        def act(session: Any) -> None:
            session.progress("extract", 1, 4, "corpora/stanmar.txt")
            let.wait(30)

        windows = [threading.Thread(target=_hear, args=(site, found, enough)) for found in heard]
        for window in windows:
            window.start()
        done = site.work.submit("run", act)
        try:
            _until(lambda: all(any("1 of 4" in one.get("html", "") for one in found) for found in heard))
        finally:
            let.set()
        done.result(30)
        for window in windows:
            window.join(30)
    for found in heard:
        assert found[-1]["event"] == "ended"
        progress = next(one["html"] for one in found if one.get("name") == "progress" and "1 of 4" in one["html"])
        assert "stanmar.txt" in progress


def test_a_bug_is_told_without_its_text_and_the_page_goes_on(tmp_path: Path) -> None:
    with served(make_workspace(tmp_path)) as here:
        job = here.site.work.submit("run", lambda _session: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            job.result(30)
        shown = here.client.get("/run").text
        assert "That is our fault" in shown
        assert "ZeroDivision" not in shown
        assert here.site.look().result(30).sources


def test_time_left_follows_the_pace_so_far() -> None:
    half = Stage("extract", time.monotonic() - 10, done=5, total=10)
    assert half.left == pytest.approx(10, rel=0.1)
    assert Stage("extract", 0.0).left is None


def test_a_command_at_work_is_shown_and_the_page_does_not_disturb_it(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    with served(root) as here:
        state = here.site.workspace().state
        state.mkdir(exist_ok=True)
        (state / "holder").write_text("process 1: run", encoding="utf-8")
        before = (state / "holder").stat().st_mtime_ns
        assert "A command is at work" in here.client.get("/run").text
        assert (state / "holder").stat().st_mtime_ns == before
        (state / "holder").write_text("process 999999999: run", encoding="utf-8")  # it died
        assert "A command is at work" not in here.client.get("/run").text


@pytest.mark.parametrize(
    ("mask", "said"), [("off", "Nothing is masked"), ("structured", "names are not"), ("names", "Names and personal")]
)
def test_what_leaves_the_machine_is_said_as_it_is_set(mask: str, said: str, fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake, f'[privacy]\nmask = "{mask}"\n')
    with served(root) as here:
        assert said in here.client.get("/run").text


def test_a_stage_that_asks_no_model_stops_at_its_next_step(tmp_path: Path) -> None:
    going = threading.Event()

    def act(session: Any) -> None:
        for n in range(10_000):
            session.progress("read", n, 10_000)
            going.set()
            time.sleep(0.01)

    with served(make_workspace(tmp_path)) as here:
        job = here.site.work.submit("run", act)
        assert going.wait(30)
        here.post("/run/stop")
        with pytest.raises(RunStopped):
            job.result(30)
        assert here.site.work.submit("look", lambda _session: "free").result(30) == "free"
