"""The same talk in two files is one source, and the user is told which counts."""

from __future__ import annotations

import random
from pathlib import Path

from small_workspace import make_workspace
from typer.testing import CliRunner

from synth.cli import app
from synth.readers import read
from synth.readers.twins import find_twins

PROSE = (
    "warehouse invoice approval supplier Christmas controller automatic spreadsheet dispatcher certificate customer "
    "overtime nineteenth accounting integration migration contract renewal training complaint delivery schedule"
)
WORDS = PROSE.split()


def talk(seed: int, sentences: int = 60) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=9)).capitalize() + "." for _ in range(sentences)]


def written(folder: Path, name: str, said: list[str]) -> Path:
    path = folder / name
    if path.suffix == ".vtt":
        cues = "".join(f"\n00:{n:02}:01.000 --> 00:{n:02}:05.000\nJo Ray: {one}\n" for n, one in enumerate(said))
        path.write_text(f"WEBVTT\n{cues}", encoding="utf-8")
    else:
        path.write_text("\n".join(f"Jo Ray: {one}" for one in said), encoding="utf-8")
    return path


def test_a_corrected_export_in_another_format_is_a_twin(tmp_path: Path) -> None:
    said = talk(1, 50)
    corrected = [one.replace("invoice", "invoices") if n % 5 == 0 else one for n, one in enumerate(said)]
    paths = [
        written(tmp_path, "a.txt", said),
        written(tmp_path, "b.vtt", corrected),
        written(tmp_path, "c.txt", talk(2)),
    ]
    assert find_twins([read(path) for path in paths]) == {"a.txt": "b.vtt"}


def test_a_short_thread_inside_of_a_longer_one_is_a_twin(tmp_path: Path) -> None:
    said = talk(3)
    paths = [written(tmp_path, "part.txt", said[:20]), written(tmp_path, "whole.txt", said)]
    assert find_twins([read(path) for path in paths]) == {"part.txt": "whole.txt"}


def test_other_speakers_or_companies_are_another_talk(tmp_path: Path) -> None:
    said = talk(5)
    one, other = written(tmp_path, "a.txt", said), tmp_path / "b.txt"
    other.write_text(one.read_text(encoding="utf-8").replace("Jo Ray", "Ewa Lis"), encoding="utf-8")
    assert find_twins([read(one), read(other)]) == {}
    for path, company in ((one, "Acme"), (other, "Borg")):
        path.write_text(f"Company: {company}\n\n" + "\n".join(f"Jo Ray: {line}" for line in said), encoding="utf-8")
    assert find_twins([read(one), read(other)]) == {}


def test_the_user_is_told_and_one_counts(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    said = talk(4, 40)
    written(root / "corpora", "first.txt", said)
    written(root / "corpora", "second.txt", [*said, "One more sentence is here."])
    result = CliRunner().invoke(app, ["-C", str(root), "speakers"])
    assert result.exit_code == 3
    assert "corpora/first.txt: says nearly the same as corpora/second.txt, which counts." in result.stderr
    assert "corpora/first.txt" not in result.stdout
