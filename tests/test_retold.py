"""A talk told a second time in other words counts once when that is sure, and is asked about when it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from small_workspace import make_workspace
from typer.testing import CliRunner

from synth.cli import app
from synth.model import Transcript
from synth.people.speakers import decide_roles
from synth.readers import read
from synth.readers.retold import find_retellings
from synth.settings import Settings, Vendor

OURS = Settings(vendor=Vendor(name="Quill", people=("Jo Ray",)))
TALK = """\
Jo Ray: What does the company do?
Mina Holt: We run 34 bakeries around Leeds, with our head office out in Otley. I do the money, and Priya helps on Tuesdays.
Jo Ray: What made you look?
Mina Holt: Well, Gordon retired after nineteen years. He had everything in his head and a book from Woolworths.
Mina Holt: In March the bank asked for figures and we needed twenty-six days to get them.
Jo Ray: And what did you try?
Mina Holt: First we tried Ledgerly. That one wanted 480 pounds a month, and it could not read what comes from Breadline.
Mina Holt: Then your people came, and the pilot in Harrogate took 12 days from start to end.
Jo Ray: What is different now?
Mina Holt: Closing takes five days instead of 26, and I got 70 calls a week down to about fifteen.
Mina Holt: If somebody asks me I tell them about the oven in Skipton that we saved.
"""
RETOLD = """\
Jo Ray: Please say who you are.
Mina Holt: A chain with thirty-four bakeries in and near Leeds; the office sits in Otley. Finance is mine, on Tuesdays with Priya.
Jo Ray: Why did you want something new?
Mina Holt: Because Gordon stopped working, after 19 years, and all he left us was a Woolworths notebook.
Mina Holt: When the bank wanted numbers it was 26 days until they had any.
Jo Ray: What else was there?
Mina Holt: A tool called Ledgerly for four hundred eighty a month. It did not understand exports out of Breadline.
Mina Holt: You did a trial at Harrogate, and after twelve days it was done.
Jo Ray: And today?
Mina Holt: The month is closed within five days. The phone rings 15 times each week and not 70.
Mina Holt: My favourite story is how an oven at Skipton did not get lost.
"""
NOTE = """\
# Notes on a customer call

Owner: Jo Ray
Contact: Mina Holt (CFO)

- They have 34 bakeries near Leeds, and the office is in Otley. Priya helps Mina on Tuesdays.
- Mina said that Gordon left after 19 years with all of it in a book from Woolworths.
- She said the bank had to wait 26 days.
- They looked at Ledgerly for 480 a month, and it did not read Breadline.
- She told me the pilot in Harrogate took 12 days, and that calls went from 70 to 15.
- She likes to tell of the oven in Skipton.
"""
OTHER = """\
Jo Ray: How is the second year?
Mina Holt: We opened our 41st bakery, in Whitby this time, and Priya is full time with us.
Jo Ray: What is missing?
Mina Holt: Payroll. We pay 620 people by hand, and Sage takes two evenings of mine.
Jo Ray: Would you renew?
Mina Holt: Yes, if the price stays below 900. Gordon would laugh at me, and Otley would not notice.
"""


def told(folder: Path, *texts: str, account: str = "Holt Bakeries") -> list[Transcript]:
    made = []
    for number, text in enumerate(texts):
        path = folder / (f"{number}.md" if text.startswith("#") else f"{number}.txt")
        path.write_text(text, encoding="utf-8")
        transcript = decide_roles(read(path), OURS)
        made.append(replace(transcript, source=replace(transcript.source, account=account)))
    return made


def found(transcripts: Sequence[Transcript]) -> list[tuple[str, str, bool]]:
    return [(one.kept, one.other, one.sure) for one in find_retellings(transcripts)]


def test_a_talk_in_other_words_and_its_note_are_one_and_the_talk_counts(tmp_path: Path) -> None:
    assert found(told(tmp_path, TALK, RETOLD)) == [("0.txt", "1.txt", True)]
    assert found(told(tmp_path, NOTE, TALK)) == [("1.txt", "0.md", True)]


def test_one_person_is_enough_where_no_account_is_known(tmp_path: Path) -> None:
    assert found(told(tmp_path, TALK, RETOLD, account="")) == [("0.txt", "1.txt", True)]


def test_a_second_talk_with_the_same_person_is_another(tmp_path: Path) -> None:
    assert found(told(tmp_path, TALK, OTHER)) == []


@pytest.mark.parametrize("change", ["date", "account", "person"])
def test_another_day_account_or_person_makes_two_talks(tmp_path: Path, change: str) -> None:
    one, other = told(tmp_path, TALK, RETOLD.replace("Mina Holt", "Ewa Lis") if change == "person" else RETOLD)
    if change == "date":
        one, other = (replace(t, source=replace(t.source, date=f"2025-03-0{n}")) for n, t in enumerate((one, other), 1))
    if change == "account":
        other = replace(other, source=replace(other.source, account="Another"))
    assert found([one, other]) == []


def test_facts_in_another_order_are_asked_about_and_not_decided(tmp_path: Path) -> None:
    lines = RETOLD.splitlines(keepends=True)
    mixed = "".join([*lines[6:9], *lines[:6], *lines[9:]])
    [(_, _, sure)] = found(told(tmp_path, TALK, mixed))
    assert not sure


def test_participants_without_a_name_are_not_one_person(tmp_path: Path) -> None:
    texts = [text.replace("Mina Holt", "Participant") for text in (TALK, RETOLD)]
    assert found(told(tmp_path, *texts, account="")) == []


def test_the_user_is_told_and_can_say_otherwise(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    for name, text in (("call.txt", TALK), ("again.txt", RETOLD)):
        (root / "corpora" / name).write_text("Company: Holt Bakeries\n\n" + text, encoding="utf-8")
    (root / "synth.toml").write_text('[vendor]\nname = "Quill"\npeople = ["Jo Ray"]\n', encoding="utf-8")
    result = CliRunner().invoke(app, ["-C", str(root), "speakers"])
    assert result.exit_code == 3
    assert "the same as corpora/" in result.stderr
    assert "which counts" in result.stderr
    (root / "corpora" / "sources.csv").write_text("path,date\ncall.txt,2025-03-01\nagain.txt,2025-09-01\n", "utf-8")
    assert CliRunner().invoke(app, ["-C", str(root), "speakers"]).exit_code == 0
