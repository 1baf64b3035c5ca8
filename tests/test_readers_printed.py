"""Line numbers that a copy from a PDF leaves in speech are not speech."""

from __future__ import annotations

from pathlib import Path

from synth.readers import read
from synth.readers.printed import without_line_numbers

NUMBERS = " ".join(map(str, range(46, 96)))


def test_a_run_inside_a_sentence_is_taken_out_and_said() -> None:
    text, left_out = without_line_numbers(f"Ana: we look at the 2/5 {NUMBERS} biggest error first")
    assert text == "Ana: we look at the biggest error first"
    assert left_out[0].what == "46 … 95"


def test_a_label_behind_a_run_starts_a_turn(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(f"Ida: And how do you sort {NUMBERS} Ana: By the size of the error.\n", encoding="utf-8")
    assert [turn.speaker for turn in read(path).turns] == ["Ida", "Ana"]


def test_numbers_that_do_not_count_up_are_speech() -> None:
    spoken = "our weekly counts were 12 14 13 19 22 25 31 30 40"
    assert without_line_numbers(spoken) == (spoken, ())
