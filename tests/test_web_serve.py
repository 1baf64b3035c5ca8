"""`synth serve` itself: whom it listens to, how it ends, and what it costs those who do not use it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from small_workspace import make_workspace
from typer.testing import CliRunner

from synth.cli import app
from synth.errors import WorkspaceError
from synth.web.serving import LocalServer


def test_other_machines_are_let_in_only_on_purpose(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["-C", str(make_workspace(tmp_path)), "serve", "--host", "0.0.0.0"])
    assert (refused.exit_code, "--i-know" in refused.stderr) == (2, True)


def test_a_port_that_is_taken_is_an_error_that_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WorkspaceError, match=f"127.0.0.1:{port}: cannot listen there"):
            LocalServer(make_workspace(tmp_path), port=port)


def test_a_folder_with_other_things_is_not_laid_out(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    refused = CliRunner().invoke(app, ["-C", str(tmp_path), "serve"])
    assert (refused.exit_code, "not a synth workspace" in refused.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_it_ends_when_nobody_uses_it(tmp_path: Path) -> None:
    server = LocalServer(make_workspace(tmp_path))
    thread = threading.Thread(target=server.run, args=(0.001,), daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()


def test_it_does_not_end_while_a_run_is_on_its_way(tmp_path: Path) -> None:
    server, let = LocalServer(make_workspace(tmp_path)), threading.Event()
    thread = threading.Thread(target=server.run, args=(0.001,), daemon=True)
    done = server.site.work.submit("run", lambda _session: let.wait(60))
    thread.start()
    thread.join(3)
    assert thread.is_alive()
    let.set()
    assert done.result(30)
    thread.join(30)
    assert not thread.is_alive()


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
def test_the_command_prints_a_link_that_opens_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "synth", "-C", str(tmp_path / "new"), "serve"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        link = re.search(r"http://127\.0\.0\.1:\d+/open\?token=\S+", process.stderr.readline())
        assert link
        address = link[0].partition("/open")[0]
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address, timeout=30)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert "Load the demo" in opener.open(link[0], timeout=30).read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
        assert "Traceback" not in process.stderr.read()


def test_commands_do_not_pay_for_the_page() -> None:
    seen = "import sys, synth.cli; print(sorted({'fastapi', 'uvicorn', 'starlette', 'jinja2', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
