"""Regenerating never loses a hand edit."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.documents.merge import Merged, merge, merge_words, plan, write_documents

BASE = "# ICP\n\n- one\n\n- two\n\n- three\n\n## Notes\n\nWrite here.\n"
LINES = st.lists(st.sampled_from(["a", "b", "c", "", "- d", "## Notes", "## More"]), max_size=8).map(
    lambda lines: "".join(f"{line}\n" for line in lines)
)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def drafted(tmp_path: Path) -> Path:
    write_documents(tmp_path, {"profiles/ICP.md": BASE}, {})
    return tmp_path / "profiles/ICP.md"


@given(LINES, LINES)
@settings(max_examples=60, deadline=None)
def test_without_a_new_draft_the_hand_edit_stays_as_it_is(base: str, edited: str) -> None:
    assert merge(base, edited, base) == Merged(edited, 0)


@given(LINES, LINES)
@settings(max_examples=60, deadline=None)
def test_without_a_hand_edit_the_new_draft_is_taken(base: str, new: str) -> None:
    merged = merge(base, base, new)
    assert merged is not None
    assert merged.conflicts == 0
    if "## Notes" not in base:
        assert merged.text == new


def test_edits_apart_from_each_other_both_survive() -> None:
    merged = merge(BASE, BASE.replace("- one", "- ONE by hand"), BASE.replace("- three", "- three, 4 of 9"))
    assert merged == Merged(BASE.replace("- one", "- ONE by hand").replace("- three", "- three, 4 of 9"), 0)


def test_edits_of_one_line_are_marked_as_git_marks_them() -> None:
    merged = merge(BASE, BASE.replace("- two", "- by hand"), BASE.replace("- two", "- by synth"))
    assert merged is not None
    assert merged.conflicts == 1
    marked = "<<<<<<< yours\n- by hand\n||||||| last run\n- two\n=======\n- by synth\n>>>>>>> this run\n"
    assert marked in merged.text


def test_notes_are_never_touched() -> None:
    edited = BASE.replace("Write here.\n", "Call Ada.\n\n### Later\n\n- ask again\n")
    new = BASE.replace("Write here.", "Another hint.").replace("- one", "- first")
    assert merge(BASE, edited, new) == Merged(edited.replace("- one", "- first"), 0)


def test_section_behind_the_notes_is_still_generated() -> None:
    base = BASE + "\n## Evidence\n\nold\n"
    edited = base.replace("Write here.", "Mine.")
    assert merge(base, edited, base.replace("old", "new")) == Merged(edited.replace("old", "new"), 0)


def test_second_run_on_the_same_input_leaves_the_file_alone(drafted: Path) -> None:
    before = drafted.stat().st_mtime_ns
    written = write_documents(drafted.parents[1], {"profiles/ICP.md": BASE}, {"profiles/ICP.md": BASE})
    assert written.changed == ()
    assert drafted.stat().st_mtime_ns == before


def test_hand_edit_and_new_numbers_meet_on_disk(drafted: Path) -> None:
    _edit(drafted, "- one", "- ONE")
    new = BASE.replace("- three", "- four")
    written = write_documents(drafted.parents[1], {"profiles/ICP.md": new}, {"profiles/ICP.md": BASE})
    assert written.changed == ("profiles/ICP.md",)
    assert written.bases == {"profiles/ICP.md": new}
    assert drafted.read_text(encoding="utf-8") == BASE.replace("- one", "- ONE").replace("- three", "- four")


def test_unresolved_conflict_is_not_merged_again_and_keeps_its_base(drafted: Path) -> None:
    _edit(drafted, "- two", "- by hand")
    second = BASE.replace("- two", "- by synth")
    first = write_documents(drafted.parents[1], {"profiles/ICP.md": second}, {"profiles/ICP.md": BASE})
    assert first.conflicts == ("profiles/ICP.md",)
    marked = drafted.read_text(encoding="utf-8")
    third = BASE.replace("- two", "- by synth, again")
    again = write_documents(drafted.parents[1], {"profiles/ICP.md": third}, first.bases)
    assert again.conflicts == ("profiles/ICP.md",)
    assert again.bases == {"profiles/ICP.md": second}
    assert drafted.read_text(encoding="utf-8") == marked


def test_without_git_the_hand_edit_stays_and_the_draft_lies_beside_it(
    drafted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _edit(drafted, "- one", "- ONE")
    monkeypatch.setenv("PATH", "")
    new = BASE.replace("- three", "- four")
    written = write_documents(drafted.parents[1], {"profiles/ICP.md": new}, {"profiles/ICP.md": BASE})
    assert written.kept == ("profiles/ICP.md",)
    assert "- ONE" in drafted.read_text(encoding="utf-8")
    assert drafted.with_name("ICP.md.new").read_text(encoding="utf-8") == new
    assert written.bases == {"profiles/ICP.md": BASE}


def test_without_a_last_draft_a_file_that_differs_is_kept(drafted: Path) -> None:
    written = write_documents(drafted.parents[1], {"profiles/ICP.md": "other\n"}, {})
    assert written.kept == ("profiles/ICP.md",)
    assert drafted.read_text(encoding="utf-8") == BASE


def test_stale_page_goes_only_if_nobody_edited_it(tmp_path: Path) -> None:
    old = {"profiles/evidence/a.md": "a\n", "profiles/evidence/b.md": "b\n"}
    write_documents(tmp_path, old, {})
    _edit(tmp_path / "profiles/evidence/b.md", "b", "b, and my remark")
    written = write_documents(tmp_path, {}, old)
    assert written.removed == ("profiles/evidence/a.md",)
    assert written.kept == ("profiles/evidence/b.md",)
    assert not (tmp_path / "profiles/evidence/a.md").exists()
    assert (tmp_path / "profiles/evidence/b.md").exists()


def test_windows_line_ends_are_kept_and_are_no_edit(drafted: Path) -> None:
    drafted.write_bytes(BASE.replace("\n", "\r\n").encode())
    same = write_documents(drafted.parents[1], {"profiles/ICP.md": BASE}, {"profiles/ICP.md": BASE})
    assert same.changed == ()
    new = BASE.replace("- two", "- 2")
    write_documents(drafted.parents[1], {"profiles/ICP.md": new}, {"profiles/ICP.md": BASE})
    assert drafted.read_bytes() == new.replace("\n", "\r\n").encode()


def test_merge_does_not_need_a_repository(tmp_path: Path) -> None:
    outside = subprocess.run(["git", "rev-parse"], cwd=tmp_path, capture_output=True, check=False)
    assert outside.returncode != 0
    merged = merge("a\n\nb\n", "A\n\nb\n", "a\n\nB\n")
    assert merged == Merged("A\n\nB\n", 0)


def test_plan_touches_nothing(tmp_path: Path) -> None:
    assert [change.fate for change in plan(tmp_path, {"profiles/ICP.md": BASE}, {})] == ["changed"]
    assert list(tmp_path.iterdir()) == []


def test_a_word_changed_by_hand_beside_a_number_counted_anew_is_no_conflict() -> None:
    base = "- **Their goal:** early reports (3 of 23 accounts)\n\n- other\n"
    yours = base.replace("Their goal", "What they are after")
    merged = merge(base, yours, base.replace("23", "24"))
    assert merged == Merged("- **What they are after:** early reports (3 of 24 accounts)\n\n- other\n", 0)


@pytest.mark.parametrize(
    ("yours", "new", "merged"),
    [
        ("one 2 three", "one two 3", None),  # neighbours: a blank alone between them
        ("ONE two three four", "one two three FOUR", "ONE two three FOUR"),
        ("one two three five", "one two three six", None),
        ("one two three four!", "one two three four!", "one two three four!"),
        ("two three four", "one two three 4", "two three 4"),
        ("one two three four and more", "one 2 three four", "one 2 three four and more"),
    ],
)
def test_words_are_merged_when_something_unchanged_stands_between(yours: str, new: str, merged: str | None) -> None:
    base = "one two three" if yours.startswith("one 2") else "one two three four"
    assert merge_words(base, yours, new) == merged
