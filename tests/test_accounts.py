"""Matching sources to accounts: the surest word wins, and what is not sure is asked, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.crm.matching import ManifestRow, Match, assign, load_manifest, match_sources
from synth.errors import SettingsInvalid
from synth.model import Account, Line, Source, Speaker, Transcript, Turn
from synth.settings import Vendor

VENDOR = Vendor(name="Saltmarsh", domains=("saltmarsh.example",))
ACCOUNTS = [
    Account("1", "Ahornhof GmbH", domain="ahornhof.example"),
    Account("2", "Hızlı Çınar Teknoloji A.Ş.", domain="hizlicinar.example"),
    Account("3", "Vlinder-Vracht B.V."),
    Account("4", "Nordic Foods AS"),
    Account("5", "Nordic Parcel AS"),
    Account("6", "Studio Blauwdruk"),
    Account("7", "Romashka Logistics TOO"),
    Account("8", "Call Logistics Ltd"),
]


def transcript(
    path: str = "corpora/recording.vtt",
    *,
    text: str = "Hello there.",
    company: str = "",
    speakers: tuple[Speaker, ...] = (),
    turns: tuple[Turn, ...] | None = None,
    kind: str = "interview",
) -> Transcript:
    source = Source(id=f"id:{path}", path=path, kind=kind, format="x", company=company)  # type: ignore[arg-type]
    turns = (Turn("", 0, len(text)),) if turns is None else turns
    lines = tuple(Line(at + 1, at, text[turn.start : turn.end], turn.start, turn.end) for at, turn in enumerate(turns))
    return Transcript(source, text, speakers=speakers, turns=turns, lines=lines)


def matched(source: Transcript, manifest: tuple[ManifestRow, ...] = ()) -> Match:
    return match_sources([source], ACCOUNTS, manifest, VENDOR)[0]


@pytest.mark.parametrize(
    ("path", "account"),
    [
        ("corpora/01_ahornhof_cfo_zoom.vtt", "Ahornhof GmbH"),
        ("corpora/2025-03-05 Hizli Cinar call.txt", "Hızlı Çınar Teknoloji A.Ş."),
        ("corpora/VlinderVracht_QBR.md", "Vlinder-Vracht B.V."),
        ("corpora/nordic-parcel_call.vtt", "Nordic Parcel AS"),
        ("corpora/ahornhof/2025-05-01.vtt", "Ahornhof GmbH"),
        ("corpora/ромашка_интервью.srt", "Romashka Logistics TOO"),
        ("corpora/ahornnhof_call.vtt", "Ahornhof GmbH"),
    ],
)
def test_a_file_name_names_the_account(path: str, account: str) -> None:
    found = matched(transcript(path))
    assert (found.account, found.how) == (account, "name")


def test_two_accounts_as_likely_are_candidates_and_no_account() -> None:
    found = matched(transcript("corpora/nordic_call.vtt"))
    assert (found.account, found.candidates) == ("", ("Nordic Foods AS", "Nordic Parcel AS"))


@pytest.mark.parametrize(
    "path", ["corpora/sales_call.vtt", "corpora/studio_interview.vtt", "corpora/saltmarsh_call.vtt"]
)
def test_everyday_words_and_our_own_name_name_nobody(path: str) -> None:
    found = matched(transcript(path))
    assert (found.account, found.candidates) == ("", ())


def test_the_manifest_beats_everything_the_file_says() -> None:
    row = ManifestRow("01_ahornhof.vtt", account="nordic foods")
    found = matched(transcript("corpora/01_ahornhof.vtt", company="Ahornhof"), (row,))
    assert (found.account, found.how) == ("Nordic Foods AS", "sources.csv")


def test_front_matter_beats_the_file_name() -> None:
    found = matched(transcript("corpora/nordic-foods.md", company="AHORNHOF Gesellschaft mbH"))
    assert (found.account, found.how) == ("Ahornhof GmbH", "front matter")


def test_a_company_in_persian_letters_is_known_by_its_sound() -> None:
    accounts = [*ACCOUNTS, Account("9", "Saffron Darya GmbH")]
    found = match_sources([transcript(company="سفرون دریا")], accounts, [], VENDOR)[0]
    assert found.account == "Saffron Darya GmbH"


def test_a_customers_address_beats_the_file_name_and_ours_does_not_count() -> None:
    people = (
        Speaker("Mia", "vendor", email="mia@saltmarsh.example"),
        Speaker("Jo", "customer", email="jo@mail.ahornhof.example"),
        Speaker("Al", "customer", email="al@gmail.com"),
    )
    found = matched(transcript("corpora/nordic-foods.eml", speakers=people))
    assert (found.account, found.how) == ("Ahornhof GmbH", "e-mail domain")


def test_an_address_also_matches_by_the_name_in_its_domain() -> None:
    found = matched(transcript(speakers=(Speaker("Jo", "customer", email="jo@vlinder-vracht.example"),)))
    assert found.account == "Vlinder-Vracht B.V."


@pytest.mark.parametrize("name", ["Jo Berg (Ahornhof)", "Jo Berg | Ahornhof", "Jo Berg (ahornhof.example)"])
def test_a_company_beside_a_speakers_name_counts(name: str) -> None:
    found = matched(transcript(speakers=(Speaker(name), Speaker("Mia (Saltmarsh)"))))
    assert (found.account, found.how) == ("Ahornhof GmbH", "company in the file")


def test_a_title_beside_a_speakers_name_is_no_company() -> None:
    assert matched(transcript(speakers=(Speaker("Jo Berg", company="CFO"),))).account == ""


def test_a_heading_of_a_note_names_the_account() -> None:
    text = "QBR Vlinder Vracht, 14 May"
    assert matched(transcript("corpora/notes.md", text=text, kind="note")).account == "Vlinder-Vracht B.V."


def test_a_name_in_the_talk_is_only_a_candidate() -> None:
    found = matched(transcript(text="So how do they do it at Ahornhof these days?"))
    assert (found.account, found.candidates) == ("", ("Ahornhof GmbH",))
    assert "sources.csv" in found.detail


def test_a_company_that_the_crm_lacks_is_an_account_of_its_own_in_one_spelling() -> None:
    sources = [transcript("corpora/a.md", company="Zeder"), transcript("corpora/b.md", company="Zeder AG")]
    found = match_sources(sources, ACCOUNTS, [], VENDOR)
    assert [(match.account, match.how) for match in found] == [("Zeder AG", "named, not in the CRM")] * 2


def test_rows_of_notes_are_matched_one_by_one() -> None:
    text = "Row one.Row two.Row three."
    turns = (Turn("", 0, 8, company="Ahornhof"), Turn("", 8, 16, company="Nordic"), Turn("", 16, 26, company="Zeder"))
    source = transcript("corpora/notes.csv", text=text, turns=turns, kind="note")
    matches = match_sources([source], ACCOUNTS, [], VENDOR)
    done = assign(source, matches)
    assert [line.account for line in done.lines] == ["Ahornhof GmbH", "", "Zeder"]
    assert done.source.account == ""
    assert matches[1].candidates == ("Nordic Foods AS", "Nordic Parcel AS")


def test_assigning_sets_the_account_of_the_source_and_of_every_line() -> None:
    source = transcript("corpora/ahornhof.vtt", text="One. Two.", turns=(Turn("", 0, 4), Turn("", 5, 9)))
    done = assign(source, match_sources([source], ACCOUNTS, [], VENDOR))
    assert done.source.account == "Ahornhof GmbH"
    assert [line.account for line in done.lines] == ["Ahornhof GmbH"] * 2


def test_no_crm_and_no_company_is_no_account() -> None:
    assert match_sources([transcript()], [], [], VENDOR)[0].account == ""


def test_a_manifest_is_read_with_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "sources.csv"
    path.write_text(
        "path,account,kind,date,participants\n"
        "./calls/a.vtt,Ahornhof GmbH,Interview,31.03.2025,Jo Berg; Mia\n"
        "b.md,,,,\n",
        encoding="utf-8",
    )
    assert load_manifest(path) == [
        ManifestRow("calls/a.vtt", "Ahornhof GmbH", "interview", "2025-03-31", ("Jo Berg", "Mia")),
        ManifestRow("b.md"),
    ]


def test_no_manifest_is_an_empty_one(tmp_path: Path) -> None:
    assert load_manifest(tmp_path / "sources.csv") == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("account,kind\nAhornhof,note\n", "no column 'path'"),
        ("path,kind\na.vtt,podcast\n", "row 2: 'podcast' is no kind; there are interview, note"),
        ("path,date\na.vtt,soon\n", "row 2: 'soon' is no day"),
        ("path,account\na.vtt,A\na.vtt,B\n", "'a.vtt' stands there twice"),
        ("path,account\n,A\n", "row 2 has no path"),
    ],
)
def test_a_manifest_that_cannot_be_meant_says_what_and_where(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "sources.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=problem):
        load_manifest(path)
