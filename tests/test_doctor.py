"""`synth doctor`, the places where keys are kept, and what never leaves the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakemodel import FakeModel, answers, error, fake_model, oracle, raw, tool_call
from small_workspace import make_workspace
from typer.testing import CliRunner

from synth.cli import app
from synth.errors import KeysExposed
from synth.models.keys import find_key

KEY = "sk-canary-4711"


@pytest.fixture
def fake() -> Iterator[FakeModel]:
    with fake_model([answers({"ready": True})]) as server:
        yield server


def workspace(root: Path, url: str, more: str = "") -> Path:
    make_workspace(root)
    with (root / "synth.toml").open("a", encoding="utf-8") as file:
        file.write(f'[model]\nchat = "openai:fake-1"\nbase_url = "{url}"\n{more}')
    return root


def doctor(root: Path, *words: str, code: int = 0) -> dict[str, dict[str, str]]:
    result = CliRunner().invoke(app, ["-C", str(root), "doctor", "--json", *words])
    assert result.exit_code == code, result.output
    return {finding["what"]: finding for finding in json.loads(result.stdout)}


def test_it_looks_at_everything_and_asks_one_question(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake.url)
    found = doctor(root)
    assert {"chat model", "embeddings", "ledger", "search index", "disk", "locale", "price"} <= found.keys()
    assert found["chat model"]["said"].startswith("fake-1 answers in")
    assert "by JSON schema" in found["chat model"]["said"]
    assert len(fake.log) == 1
    doctor(root)
    assert len(fake.log) == 2  # a kept answer would prove nothing
    doctor(root, "--offline")
    assert len(fake.log) == 2


def test_a_server_without_json_schemas_is_told(fake: FakeModel, tmp_path: Path) -> None:
    fake.play(error(400, "unsupported", "response_format is not supported"), tool_call("ready", {"ready": True}))
    assert "by a tool call" in doctor(workspace(tmp_path, fake.url))["chat model"]["said"]


def test_what_is_wrong_comes_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    make_workspace(tmp_path)
    with (tmp_path / "synth.toml").open("a", encoding="utf-8") as file:
        file.write('[model]\nchat = "openai:gpt-5-mini"\n')
    found = doctor(tmp_path, "--offline", code=5)
    assert found["key"]["state"] == "error"
    assert "OPENAI_API_KEY" in found["key"]["todo"]
    assert found["proxy"]["state"] == "warning"
    assert "LANGSMITH_TRACING" in found["telemetry"]["said"]


def test_a_damaged_index_is_mended(fake: FakeModel, tmp_path: Path) -> None:
    root = workspace(tmp_path, fake.url)
    fake.play(oracle)
    assert CliRunner().invoke(app, ["-C", str(root), "run"]).exit_code == 0
    assert doctor(root, "--offline")["search index"]["said"] == "sound"
    for database in (root / ".synth/index").rglob("chroma.sqlite3"):
        database.write_bytes(b"")
    assert "built anew" in doctor(root, "--offline")["search index"]["said"]


def test_keys_come_from_environment_then_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTH_KEYS", str(tmp_path / "keys"))
    (tmp_path / "keys").write_text("OTHER_KEY=x\nOPENAI_API_KEY = in-file\n")
    (tmp_path / "keys").chmod(0o600)
    assert find_key("OPENAI_API_KEY").value == "in-file"  # type: ignore[union-attr]
    monkeypatch.setenv("OPENAI_API_KEY", "in-environment")
    assert find_key("OPENAI_API_KEY").where == "environment"  # type: ignore[union-attr]
    assert find_key("NOBODYS_KEY") is None
    assert "in-environment" not in repr(find_key("OPENAI_API_KEY"))


@pytest.mark.skipif(os.name == "nt", reason="no such modes there")
def test_a_file_of_keys_that_others_can_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNTH_KEYS", str(tmp_path / "keys"))
    (tmp_path / "keys").write_text(f"OPENAI_API_KEY={KEY}\n")
    (tmp_path / "keys").chmod(0o644)
    with pytest.raises(KeysExposed, match="chmod 600") as caught:
        find_key("OPENAI_API_KEY")
    assert KEY not in str(caught.value)


def test_a_key_in_the_settings_is_refused_and_not_repeated(tmp_path: Path) -> None:
    root = workspace(tmp_path, "http://127.0.0.1:9/v1", f'api_key = "{KEY}"\n')
    result = CliRunner().invoke(app, ["-C", str(root), "run"])
    assert result.exit_code == 1
    assert "api_key" in result.stderr
    assert KEY not in result.output


def test_no_key_and_no_telemetry_leaves_the_process_whatever_the_shell_turns_on(tmp_path: Path) -> None:
    """Every tracing switch on, every debug log on: nothing reaches the collector, no key reaches a log or a file."""
    with fake_model([oracle]) as fake, fake_model([raw("{}")]) as collector:
        root = workspace(tmp_path, fake.url)
        tracing = {
            "LANGSMITH_TRACING": "true",
            "LANGCHAIN_TRACING_V2": "true",
            "LANGSMITH_ENDPOINT": collector.url,
            "LANGSMITH_API_KEY": "ls-key",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_TRACES_EXPORTER": "otlp",
            "LANGSMITH_OTEL_ENABLED": "true",
            "CHROMA_OTEL_COLLECTION_ENDPOINT": collector.url,
            "CHROMA_OTEL_GRANULARITY": "all",
            "ANONYMIZED_TELEMETRY": "True",
            "OPENAI_LOG": "debug",
            "OPENAI_API_KEY": KEY,
        }
        command = [sys.executable, "-m", "synth", "-v", "-C", str(root), "run"]
        done = subprocess.run(command, env=os.environ | tracing, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert collector.log == []
        assert f"Bearer {KEY}" in {logged.headers["authorization"] for logged in fake.log}
    assert KEY.encode() not in done.stdout + done.stderr
    assert b"whiteboard" not in done.stderr  # nor what was said
    assert all(KEY.encode() not in path.read_bytes() for path in root.rglob("*") if path.is_file())
