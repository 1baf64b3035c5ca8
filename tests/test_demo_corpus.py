"""What the demo corpus must keep: breadth, plausible files, and nothing real in it."""

from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path

import pytest

from synth.resources import resource_dir
from synth.settings import load_settings

DEMO = resource_dir("corpora") / "demo"
SOURCES = DEMO / "corpora"
INTERVIEWS = {
    "2025-05-08_larkmoor-hotels_zoom.vtt": "en",
    "brannagh_customer-story_teams.vtt": "en",
    "copperpot_win-loss_otter.txt": "en",
    "Wexcombe exit interview - 2025-06-04 - Transcript.md": "en",
    "musteri-gorusmesi_2025-04-09.txt": "tr",
    "interviu_vatra-buna_2025-06-10.md": "ro",
    "narenj_goftegu_fa.docx": "fa",
    "samal-hotels_2025-05-06.srt": "ru",
    "Bursztyn-Hotele_rozmowa_2025-05-27.docx": "pl",
    "almenara_baja_2025-03-18.vtt": "es",
}
NOTES = {
    "qbr_fjellkant_2025-06-11.md",
    "call-summary_kajo_2025-05-28.txt",
    "crm-notes_export_2025-06-16.csv",
    "onboarding_kilbrack-house_log.md",
    "re-rosenhof-data-location.eml",
}


def paragraphs(path: Path) -> list[str]:
    import docx

    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


def text_of(path: Path) -> str:
    return "\n".join(paragraphs(path)) if path.suffix == ".docx" else path.read_text(encoding="utf-8")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def accounts() -> list[dict[str, str]]:
    return rows(DEMO / "crm" / "accounts.csv")


def everything(folder: Path = DEMO) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "\n".join(text_of(path) for path in files)


def test_corpus_holds_the_interviews_and_notes_it_promises() -> None:
    found = {path.name for path in SOURCES.iterdir()}
    assert found == {*INTERVIEWS, *NOTES, "sources.csv"}


def test_readme_names_every_source() -> None:
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted({*INTERVIEWS, *NOTES}) if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("name", INTERVIEWS)
def test_interview_is_in_its_language(name: str) -> None:
    import py3langid

    assert py3langid.classify(text_of(SOURCES / name))[0] == INTERVIEWS[name]


@pytest.mark.parametrize("name", INTERVIEWS)
def test_interview_is_long_enough_to_read_like_a_talk(name: str) -> None:
    spoken = re.sub(r"[\d:.,]+ --> .*|<[^>]*>|^[\w-]+/\d+-\d+$|^\d+$", " ", text_of(SOURCES / name), flags=re.MULTILINE)
    assert 900 <= len(spoken.split()) <= 1900


@pytest.mark.parametrize("name", [name for name in INTERVIEWS if name.endswith((".vtt", ".srt"))])
def test_cue_times_only_move_forward(name: str) -> None:
    stamps = re.findall(r"(\d\d:\d\d:\d\d[.,]\d{3}) --> (\d\d:\d\d:\d\d[.,]\d{3})", text_of(SOURCES / name))
    flat = list(itertools.chain.from_iterable(stamps))
    assert len(stamps) > 80
    assert flat == sorted(flat)


def test_zoom_cuts_sentences_across_cues_that_each_name_the_speaker() -> None:
    cues = (SOURCES / "2025-05-08_larkmoor-hotels_zoom.vtt").read_text(encoding="utf-8").strip().split("\n\n")[1:]
    spoken = [cue.splitlines()[2] for cue in cues]
    assert all(re.match(r"(Nora Lindqvist|Fiona Garrick|Tunde Oyelaran): ", line) for line in spoken)
    assert any(line[-1].isalpha() for line in spoken)


def test_teams_pieces_of_one_utterance_have_one_speaker() -> None:
    text = (SOURCES / "brannagh_customer-story_teams.vtt").read_text(encoding="utf-8")
    cues = re.findall(r"^([\w-]+/\d+)-\d+\n.*\n<v ([^>]+)>", text, flags=re.MULTILINE)
    speakers = {utterance: {name for other, name in cues if other == utterance} for utterance, _ in cues}
    assert len(cues) > len(speakers)
    assert all(len(names) == 1 for names in speakers.values())


def test_teams_docx_has_one_paragraph_a_turn_with_a_line_break_after_the_time() -> None:
    turns = paragraphs(SOURCES / "Bursztyn-Hotele_rozmowa_2025-05-27.docx")[4:]
    assert len(turns) >= 60
    assert all(re.match(r"[^\n]+   \d+:\d\d\n\S", turn) for turn in turns)


def test_sources_csv_names_files_that_exist_and_accounts_of_the_crm() -> None:
    names = {account["Company name"] for account in accounts()}
    listed = rows(SOURCES / "sources.csv")
    assert [row["path"] for row in listed if not (SOURCES / row["path"]).is_file()] == []
    assert {row["account"] for row in listed if row["account"]} <= names


def test_only_some_sources_are_listed_so_that_matching_has_work_to_do() -> None:
    assert 3 <= len(rows(SOURCES / "sources.csv")) <= 6


def test_crm_has_its_rows_one_duplicate_and_every_outcome() -> None:
    domains = [account["Company Domain Name"].removeprefix("www.") for account in accounts()]
    assert len(domains) == 100
    assert len(set(domains)) == 99
    assert {account["Deal Stage"] for account in accounts()} == {"Closed Won", "Closed Lost", "Open"}
    assert sum(account["Churned"] == "Yes" for account in accounts()) == 15


def test_crm_ids_are_unique_and_dates_in_order() -> None:
    assert len({account["Record ID"] for account in accounts()}) == 100
    for account in accounts():
        assert account["Create Date"] < account["Close Date"] < (account["Churn date"] or "9999")


def test_settings_of_the_demo_are_valid_and_know_our_people_in_every_script() -> None:
    people = load_settings(DEMO).vendor.people
    assert {"Nora Lindqvist", "نورا لیندکویست", "Тимур Ахметов"} <= set(people)
    spoken = everything(SOURCES)
    assert [name for name in people if name not in spoken] == []


def test_every_mail_address_and_domain_is_invented() -> None:
    text = everything()
    assert {mail for mail in re.findall(r"[\w.+-]+@[\w.-]+\w", text) if not mail.endswith(".example")} == set()
    assert re.findall(r"https?://\S+|\b[\w-]+\.(?:com|org|net|io|dev|ai|eu|de|pl|ru|uk)\b", text) == []


def test_phone_numbers_come_from_the_range_kept_for_fiction() -> None:
    assert all(number.startswith("+44 7700 900") for number in re.findall(r"\+\d[\d ]{7,}\d", everything()))
