"""The codebook that ships, and a team's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.errors import SettingsInvalid
from synth.extraction.codebook import load_codebook
from synth.text.words import LANGUAGES, words

OWN = """\
version: 1
aspects:
  - name: competitor_name
    title: Competitors
    definition: another product that they looked at.
"""


def workspace(folder: Path, text: str) -> Path:
    (folder / "prompts").mkdir()
    (folder / "prompts" / "codebook.yaml").write_text(text, encoding="utf-8")
    return folder


def test_six_aspects_ship() -> None:
    assert [aspect.name for aspect in load_codebook()] == [
        "pain_point",
        "trigger_event",
        "desired_outcome",
        "benefit",
        "why_us",
        "objection",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_aspect_speaks_each_language(language: str) -> None:
    """At least eight cue phrases and two examples an aspect, none twice."""
    for aspect in load_codebook():
        cues = aspect.cues[language]
        assert 8 <= len(set(cues)) == len(cues) <= 15, aspect.name
        examples = [example.text for example in aspect.examples if example.language == language]
        assert len(set(examples)) == len(examples) >= 2, aspect.name


def test_no_cue_phrase_points_to_two_aspects() -> None:
    """A phrase that means two codes finds neither."""
    seen: dict[tuple[str, str], str] = {}
    for aspect in load_codebook():
        for language, phrases in aspect.cues.items():
            for phrase in phrases:
                key = (language, " ".join(words(phrase)))
                assert seen.setdefault(key, aspect.name) == aspect.name, key


def test_each_counterexample_says_why() -> None:
    for aspect in load_codebook():
        assert len(aspect.counterexamples) >= 5
        assert all(example.why for example in aspect.counterexamples)


def test_workspace_may_bring_its_own(tmp_path: Path) -> None:
    assert [aspect.name for aspect in load_codebook(workspace(tmp_path, OWN))] == ["competitor_name"]


def test_workspace_may_add_to_ours_and_replace_one(tmp_path: Path) -> None:
    text = OWN.replace("version: 1", "version: 1\nextends: true") + (
        "  - name: benefit\n    title: Results\n    definition: what changed.\n"
    )
    book = load_codebook(workspace(tmp_path, text))
    assert [aspect.name for aspect in book][-1] == "competitor_name"
    assert len(book) == 7
    assert next(aspect for aspect in book if aspect.name == "benefit").title == "Results"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("title:", "titel:", r"aspects\.0\.title"),
        ("competitor_name", "Competitor Name", r"aspects\.0\.name"),
        ("version: 1", "version: 1\nextend: true", "extend"),
        ("aspects:", "aspects: [", "YAML"),
        ("definition: another product that they looked at.", "definition: ''", r"aspects\.0\.definition"),
        (
            "  - name: competitor_name",
            "  - {name: competitor_name, title: a, definition: b}\n  - name: competitor_name",
            "twice",
        ),
    ],
)
def test_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    with pytest.raises(SettingsInvalid, match=place):
        load_codebook(workspace(tmp_path, OWN.replace(old, new)))
