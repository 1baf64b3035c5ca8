"""An export of several files: joined by key, its decisions kept, and everything told in cleaning.md."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from synth.cli import app
from synth.crm.columns import kind_of
from synth.crm.decisions import Decisions, load_decisions
from synth.crm.load import Crm, crm_files, load_accounts, load_crm
from synth.errors import CrmColumnAmbiguous, CrmColumnMissing, SettingsInvalid
from synth.model import Account

ACCOUNTS = """\
Record ID,Company name,Company Domain Name,Industry,Lifecycle Stage,Number of Employees
511,Ahorn AG,ahorn.example,Retail,customer,120
512,Birke GmbH,,Retail,opportunity,80
513,Corvina Ltd,corvina.example,Logistics,lead,
514,Delta Oy,delta.example,Logistics,customer,40
"""
DEALS = """\
Record ID,Deal Name,Deal Stage,Amount,Create Date,Close Date,Associated Company IDs,Associated Company
901,Pilot,Closed Lost,1000,2023-01-01,2023-02-01,511,Ahorn AG
902,Rollout,Closed Won,30000,2023-03-01,2023-04-10,511,Ahorn AG
903,Renewal,Closed Won,36000,2024-03-01,2024-04-01,511,Ahorn AG
904,Pilot,Closed Lost,5000,2024-01-01,2024-03-01,,Birke GmbH (512)
905,Pilot,Contract Sent,7000,2024-05-01,2024-09-01,513;514,
906,Pilot,Closed Won,9000,2024-05-01,2024-06-01,77,Espe KG
907,Pilot,Closed Won,9000,2024-05-01,2024-06-01,99,
"""
CONTACTS = """\
Record ID,First Name,Last Name,Email,Company Name,Buying Role
1,Ada,Roe,ada@birke.example,Birke GmbH,Decision Maker
2,Ben,Roe,ben@gmail.com,Birke GmbH,Champion
3,Cid,Roe,cid@corvina.example,,Decision Maker;Budget Holder
4,Dee,Roe,dee@nobody.example,Nobody Inc,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("accounts", ACCOUNTS), ("deals", DEALS), ("contacts", CONTACTS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def by_name(crm: Crm) -> dict[str, Account]:
    return {account.name: account for account in crm.accounts}


def test_deals_say_what_the_accounts_leave_open(folder: Path) -> None:
    found = by_name(load_crm(crm_files(folder), {}))
    ahorn = found["Ahorn AG"]
    assert (ahorn.outcome, ahorn.close_date, ahorn.amount, ahorn.sales_cycle_days) == ("won", "2023-04-10", 36_000, 40)
    assert found["Birke GmbH"].outcome == "lost"
    assert (found["Corvina Ltd"].outcome, found["Corvina Ltd"].amount) == ("open", 7000)
    assert (found["Delta Oy"].outcome, found["Delta Oy"].amount) == ("won", None)
    assert (found["Espe KG"].id, found["Espe KG"].outcome) == ("77", "won")
    assert len(found) == 5


def test_contacts_add_domains_and_who_decides_but_no_companies(folder: Path) -> None:
    found = by_name(load_crm(crm_files(folder), {}))
    assert (found["Birke GmbH"].domain, found["Birke GmbH"].decision_makers) == ("birke.example", 1)
    assert found["Corvina Ltd"].decision_makers == 1
    assert "Nobody Inc" not in found


def test_what_was_joined_and_what_was_not_is_told(folder: Path) -> None:
    crm = load_crm(crm_files(folder), {})
    told = [(one.file, one.raw, one.value) for one in crm.cleaning if one.done == "joined"]
    assert told == [("contacts.csv", "3 of 4 rows", "2 accounts"), ("deals.csv", "5 of 7 rows", "3 accounts")]
    assert [one.row for one in crm.cleaning if one.done == "joined to no account"] == [7, 8]


def test_the_sheets_of_a_workbook_are_joined_too(folder: Path, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Exported from the CRM"])
    for name, text in (("Deals", DEALS), ("Companies", ACCOUNTS)):
        sheet = book.create_sheet(name)
        for row in csv.reader(text.splitlines()):
            sheet.append(row)
    path = tmp_path / "export.xlsx"
    book.save(path)
    files = [folder / "accounts.csv", folder / "deals.csv"]
    assert load_accounts(path, {}).accounts == load_crm(files, {}).accounts


def test_tables_are_told_apart_by_their_headers() -> None:
    assert kind_of(["Deal - Title", "Organization - Name", "Deal - Value"]) == "deals"
    assert kind_of(["Имя контакта", "Фамилия", "Компания"]) == "contacts"
    assert kind_of(["First Name", "Company", "Industry", "Employees"]) == "accounts"
    assert kind_of(["Email", "Job Title", "Company"]) == "contacts"


def test_two_columns_that_claim_one_field_and_differ_are_an_error_that_names_both(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Company,Industry,industry\nAhorn,Retail,Food\n", encoding="utf-8")
    with pytest.raises(
        CrmColumnAmbiguous, match=r"'Industry' and 'industry' both claim.*\[accounts\.columns\] industry"
    ):
        load_accounts(path, {})
    assert load_accounts(path, {"industry": "industry"}).accounts[0].industry == "Food"
    path.write_text("Company,Industry,Sector\nAhorn,Retail,Food\n", encoding="utf-8")
    crm = load_accounts(path, {})
    told = [(one.column, one.value) for one in crm.cleaning if one.done == "another column too"]
    assert told == [("Sector", "industry is read from 'Industry'; 1 rows differ")]


def test_a_missing_column_of_names_is_asked_for_with_the_likely_ones(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Betrieb,PLZ,Umsatz\nAhorn AG,10115,12\nBirke GmbH,10117,14\n", encoding="utf-8")
    with pytest.raises(CrmColumnMissing, match=r"it may be 'Betrieb'\. Name it"):
        load_accounts(path, {})


def test_a_header_of_the_users_map_must_be_in_one_of_the_files(folder: Path) -> None:
    files = crm_files(folder)
    assert load_crm(files, {"funding_stage": "Deal Name"}).accounts[0].funding_stage == "Renewal"
    with pytest.raises(CrmColumnMissing, match="no column for 'Nowhere'"):
        load_crm(files, {"funding_stage": "Nowhere"})


def test_a_file_beside_the_accounts_that_cannot_be_used_is_a_problem_not_the_end(folder: Path) -> None:
    (folder / "old.csv").write_bytes(b"\xd0\xcf\x11\xe0rest")
    crm = load_crm(crm_files(folder), {})
    assert len(crm.accounts) == 5
    assert "old.csv" in crm.problems[0]


def test_an_attio_export_is_known_by_its_paths(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Record ID,Record,Domains,Categories,Primary location > Country,Employee range,Estimated ARR,Deals > Stage\n"
        'abc-1,Ahorn AG,"ahorn.example, ahorn.test",Retail,Germany,51-200,$1M-$10M,Won\n',
        encoding="utf-8",
    )
    account = load_accounts(path, {}).accounts[0]
    assert (account.name, account.domain, account.industry) == ("Ahorn AG", "ahorn.example", "Retail")
    assert (account.country, account.employees, account.revenue) == ("Germany", 125.5, 5_500_000)
    assert account.outcome == "won"


def test_a_table_of_notes_beside_the_accounts_is_not_taken_for_accounts(folder: Path) -> None:
    (folder / "notes.csv").write_text("Date,Company,Notes\n2024-01-01,Espen AS,Called\n", encoding="utf-8")
    crm = load_crm(crm_files(folder), {})
    assert "Espen AS" not in by_name(crm)
    assert "notes.csv: says nothing of companies but their names" in crm.problems[0]


NAMES = "Company,Domain\nBrightwater Foods,bw.example\nBrightwaters Foods,\nLoom Ltd,loom.example\nLOOM,\n"


@pytest.mark.parametrize(
    ("decision", "accounts", "states"),
    [
        (("", ""), 3, ["merged", "proposed"]),
        (("same", "different"), 3, ["kept apart", "merged"]),
        (("different", ""), 3, ["merged", "kept apart"]),
    ],
)
def test_what_people_decide_about_a_pair_beats_the_rules(
    tmp_path: Path, decision: tuple[str, str], accounts: int, states: list[str]
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(NAMES, encoding="utf-8")
    review = tmp_path / "duplicates.csv"
    review.write_text(
        f"decision,account,other\n{decision[0]},Brightwater Foods,Brightwaters Foods\n{decision[1]},Loom Ltd,LOOM\n",
        encoding="utf-8",
    )
    assert crm_files(tmp_path) == [path]
    crm = load_crm([path], {}, load_decisions(review))
    assert len(crm.accounts) == accounts
    assert sorted(pair.state for pair in crm.pairs) == sorted(states)


def test_a_word_that_is_no_decision_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "duplicates.csv"
    path.write_text("decision,account,other\nperhaps,A,B\n", encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"duplicates\.csv:2: decision 'perhaps'"):
        load_decisions(path)
    assert load_decisions(tmp_path / "none.csv") == Decisions()


def test_an_export_without_outcomes_is_told_what_to_name(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "synth.toml").write_text("", encoding="utf-8")
    (tmp_path / "crm/a.csv").write_text("Company,Industry\nAhorn,Retail\n", encoding="utf-8")
    shown = CliRunner().invoke(app, ["-C", str(tmp_path), "stats"]).stdout
    assert "none is closed: no column says that one was won, lost or churned. Name it in synth.toml" in shown
    CliRunner().invoke(app, ["-C", str(tmp_path), "crm"])
    assert "**No outcome:**" in (tmp_path / "crm/cleaning.md").read_text(encoding="utf-8")


def test_the_report_on_an_export_outside_the_workspace_stays_inside(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far/all.csv").write_text(NAMES, encoding="utf-8")
    root = tmp_path / "work"
    root.mkdir()
    (root / "synth.toml").write_text('[accounts]\nfile = "../far/all.csv"\n', encoding="utf-8")
    done = CliRunner().invoke(app, ["-C", str(root), "crm", "--json"])
    assert json.loads(done.stdout)["accounts"] == 3
    assert (root / "crm/cleaning.md").is_file()
    assert [path.name for path in (tmp_path / "far").iterdir()] == ["all.csv"]


def test_the_report_shows_the_map_as_toml_and_keeps_decisions(tmp_path: Path) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "synth.toml").write_text("", encoding="utf-8")
    (tmp_path / "crm/accounts.csv").write_text(NAMES.replace("Loom Ltd", "=Loom Ltd"), encoding="utf-8")
    first = CliRunner().invoke(app, ["-C", str(tmp_path), "crm", "--json"])
    assert json.loads(first.stdout)["accounts"] == 3
    report = (tmp_path / "crm/cleaning.md").read_text(encoding="utf-8")
    assert '[accounts.columns]\nname = "Company"\ndomain = "Domain"\n' in report
    assert "Perhaps duplicates, kept apart (1)" in report
    review = tmp_path / "crm/duplicates.csv"
    text = review.read_text(encoding="utf-8")
    assert "'=Loom Ltd" in text
    review.write_text(text.replace(",Brightwater Foods", "same,Brightwater Foods"), encoding="utf-8")
    again = CliRunner().invoke(app, ["-C", str(tmp_path), "crm", "--json"])
    assert json.loads(again.stdout)["accounts"] == 2
    assert "same,Brightwater Foods,Brightwaters Foods,merged" in review.read_text(encoding="utf-8")
    third = CliRunner().invoke(app, ["-C", str(tmp_path), "crm"])
    assert "Wrote" not in third.stderr
