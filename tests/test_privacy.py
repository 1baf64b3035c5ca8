"""Nothing personal leaves the machine by accident: not in a request, a log, an error or a temporary file."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from fakemodel import answers, fake_model
from small_workspace import SETTINGS, make_workspace
from typer.testing import CliRunner

from synth.cli import app

runner = CliRunner()
CANARIES = (
    "paula", "reyes said", "orla canary", "canary", "orla.canary@secret.example", "+44 7700 900123", "7700 900123",
    "gb82 west 1234 5698 7654 32", "4111 1111 1111 1111", "sk-canary-key", "listed person", "contacta in crm",
)  # fmt: skip
TALK = """\
Ida Holm: how do you plan the vans today
Orla Canary: this is orla canary, ask orla's assistant, mail orla.canary@secret.example or ring +44 7700 900123
Ida Holm: and what is slow about it
Orla Canary: paula reyes said the IBAN GB82 WEST 1234 5698 7654 32 or card 4111 1111 1111 1111 never match the routes
Ida Holm: who else plans
Orla Canary: listed person and contacta in crm spend four hours every morning on a whiteboard
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = make_workspace(tmp_path)
    (root / "corpora" / "canary.txt").write_text(TALK, encoding="utf-8")
    manifest = root / "corpora" / "sources.csv"
    text = manifest.read_text(encoding="utf-8").replace("path,account,date", "path,account,date,participants")
    manifest.write_text(f"{text.rstrip()},\ncanary.txt,,,Listed Person (buyer)\n", encoding="utf-8")
    crm = (root / "crm" / "accounts.csv").read_text(encoding="utf-8").split("\n")
    rows = [f"{crm[0]},Contact Name", f"{crm[1]},Contacta In Crm", *(f"{row}," for row in crm[2:] if row)]
    (root / "crm" / "accounts.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return root


def test_no_canary_in_requests_logs_errors_or_temporary_files(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-key")
    (workspace / "corpora" / "broken.json").write_text('{"orla canary": [', encoding="utf-8")
    (workspace / "corpora" / "broken.csv").write_text("Orla Canary,x\nlisted person,y\n", encoding="utf-8")
    with fake_model([answers({"insights": []})]) as fake:
        (workspace / "synth.toml").write_text(
            f'{SETTINGS}\n[model]\nchat = "openai:fake-1"\nbase_url = "{fake.url}"\n', encoding="utf-8"
        )
        result = runner.invoke(app, ["-C", str(workspace), "-v", "run"])
    assert fake.log, result.output
    sent = "\n".join(json.dumps(logged.body, ensure_ascii=False) for logged in fake.log).casefold()
    assert "four hours every morning" in sent
    told = f"{result.stdout}{result.stderr}{result.exception!r}".casefold().replace(str(workspace).casefold(), "")
    left = b"".join(p.read_bytes() for p in temporary.rglob("*") if p.is_file()).decode("utf-8", "ignore").casefold()
    for canary in CANARIES:
        assert canary not in sent, canary
        assert canary not in left, canary
        assert canary not in told.replace("corpora/canary.txt", ""), canary


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_the_state_folder_is_private_whatever_the_umask(workspace: Path) -> None:
    before = os.umask(0)
    try:
        assert runner.invoke(app, ["-C", str(workspace), "run"]).exit_code in (0, 3)
    finally:
        os.umask(before)
    state = workspace / ".synth"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for path in state.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_added_files_are_private(workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "new.txt").write_text(TALK.replace("vans", "bikes"), encoding="utf-8")
    runner.invoke(app, ["-C", str(workspace), "add", str(tmp_path / "new.txt")])
    assert stat.S_IMODE((workspace / "corpora" / "new.txt").stat().st_mode) == 0o600


def test_documents_name_nobody_unless_people_are_revealed(workspace: Path) -> None:
    runner.invoke(app, ["-C", str(workspace), "run"])
    text = "\n".join(p.read_text(encoding="utf-8") for p in (workspace / "profiles").rglob("*") if p.is_file())
    for name in ("Paula", "Radu", "Elin", "Ida Holm", "Orla"):
        assert name not in text
    checked = runner.invoke(app, ["-C", str(workspace), "check"])
    assert checked.exit_code == 0, checked.output
    (workspace / "synth.toml").write_text(f'{SETTINGS}\n[privacy]\nreveal = ["person", "account"]\n', encoding="utf-8")
    runner.invoke(app, ["-C", str(workspace), "draft"])
    text = "\n".join(p.read_text(encoding="utf-8") for p in (workspace / "profiles").rglob("*.md"))
    assert "Paula Reyes" in text
    assert runner.invoke(app, ["-C", str(workspace), "check"]).exit_code == 0


# A customer a language: name, then what is said, with the name in cases, with endings, and small; and their own data.
SIX = {
    "en": ("Harriet Blythe", "Harriet's routes are slow. Ask harriet, or Blythe's van. harriet.blythe@vans.example"),
    "tr": (
        "Zeynep Karaca",
        "Zeynep'in rotaları yavaş. Karaca'ya sorun, zeynep bilir. Moda Caddesi No: 5, 0532 123 45 67",
    ),
    "ro": (
        "Ruxandra Munteanu",
        "Rutele Ruxandrei sunt lente. Întrebați-o pe ruxandra. Strada Plopilor 14, 0740 555 218",
    ),
    "fa": ("نرگس کمالی", "مسیرهای نرگس کند است. از کمالی بپرسید، نرگس‌ها. شماره ۰۹۱۲ ۳۴۵ ۶۷۸۹"),
    "ru": ("Наталья Щукина", "Маршруты Натальи медленные. Спросите у натальи или Щукиной. ул. Ленина, д. 5"),
    "pl": ("Małgorzata Wronkowska", "Trasy Małgorzaty są powolne. Pytaj małgorzatę albo Wronkowską. ul. Długa 12/4"),
}
STEMS = (
    *("harriet", "blythe", "zeynep", "karaca", "moda cad", "532 123", "ruxandr", "munteanu", "plopilor", "740 555"),
    *("نرگس", "کمالی", "۳۴۵", "наталь", "щукин", "ленина", "małgorza", "wronkowsk", "długa", "vans.example"),
)


@pytest.fixture
def six(tmp_path: Path) -> Path:
    root = make_workspace(tmp_path)
    for language, (name, said) in SIX.items():
        turns = f"Ida Holm: ?\n{name}: {said}\n" * 2
        (root / "corpora" / f"six_{language}.txt").write_text(turns, encoding="utf-8")
    return root


def test_no_name_of_six_languages_reaches_a_model_in_any_case(six: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "x")
    with fake_model([answers({"insights": []})]) as fake:
        model = f'\n[model]\nchat = "openai:fake-1"\nbase_url = "{fake.url}"\n'
        (six / "synth.toml").write_text(SETTINGS + model, encoding="utf-8")
        result = runner.invoke(app, ["-C", str(six), "-v", "run"])
    sent = "\n".join(json.dumps(logged.body, ensure_ascii=False) for logged in fake.log).casefold()
    for seen in ("routes are slow", "rotaları yavaş", "sunt lente", "کند است", "медленные", "powolne"):
        assert seen in sent, result.output
    assert [stem for stem in STEMS if stem in sent] == []


def test_after_forgetting_no_byte_of_them_is_left(six: Path) -> None:
    assert runner.invoke(app, ["-C", str(six), "run"]).exit_code == 0
    for name, _ in SIX.values():
        assert runner.invoke(app, ["-C", str(six), "forget", name]).exit_code == 0
    stems = [stem.encode() for stem in STEMS]
    for path in sorted(six.rglob("*")):
        content = path.read_bytes().decode("utf-8", "ignore").casefold().encode() if path.is_file() else b""
        assert [stem.decode() for stem in stems if stem in content] == [], path
