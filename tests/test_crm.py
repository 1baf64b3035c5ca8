"""The CRM import: any export becomes clean accounts, and says what it did on the way."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from synth.crm import cells
from synth.crm.companies import key
from synth.crm.load import Crm, load_accounts
from synth.crm.outcomes import tell_outcome
from synth.crm.places import region
from synth.errors import CrmColumnMissing, CrmUnreadable, SettingsInvalid
from synth.model import Account
from synth.text.jalali import from_jalali

FIXTURES = Path(__file__).parent / "fixtures" / "crm"


def by_name(crm: Crm) -> dict[str, Account]:
    return {account.name: account for account in crm.accounts}


def done(crm: Crm, what: str) -> list[tuple[str, str, str]]:
    return [(c.account, c.column, c.raw) for c in crm.cleaning if c.done == what]


def write(tmp_path: Path, *rows: list[str]) -> Path:
    path = tmp_path / "accounts.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    return path


@pytest.fixture(scope="module")
def report() -> Crm:
    return load_accounts(FIXTURES / "salesforce_report.csv", {})


def test_a_report_loses_its_title_and_its_footers_and_tells(report: Crm) -> None:
    assert [account.name for account in report.accounts] == [
        "Ahornhof GmbH", "Birkenau Kaffee AG", "Corvina Freight Ltd", "Delta Yarns Ltd",
    ]  # fmt: skip
    assert [raw for _, _, raw in done(report, "left out: footer")] == [
        "Grand Totals (5 records)",
        "Confidential Information - Do Not Distribute",
        "Copyright © 2000-2026 example.com, inc. All rights reserved.",
    ]


def test_numbers_are_read_in_the_ways_people_write_them(report: Crm) -> None:
    accounts = by_name(report)
    assert (accounts["Ahornhof GmbH"].employees, accounts["Ahornhof GmbH"].revenue) == (1200, 3_400_000)
    assert accounts["Ahornhof GmbH"].gross_margin == 0.78
    assert accounts["Birkenau Kaffee AG"].revenue == 6_513_000
    assert (accounts["Corvina Freight Ltd"].revenue, accounts["Corvina Freight Ltd"].amount) == (47_493_000, 18_600)


def test_impossible_values_are_set_aside_and_listed_and_nothing_else_is(report: Crm) -> None:
    assert done(report, "impossible") == [
        ("Birkenau Kaffee AG", "Employees", "-40"),
        ("Corvina Freight Ltd", "Gross Margin", "1.73"),
    ]
    assert by_name(report)["Birkenau Kaffee AG"].employees is None


def test_a_certain_duplicate_is_merged_and_fills_what_the_first_row_lacks(report: Crm) -> None:
    assert done(report, "duplicate merged") == [
        ("Ahornhof GmbH", "Account Name", "Ahornhof Gesellschaft mbH"),
    ]
    assert by_name(report)["Ahornhof GmbH"].id == "001Ah000001AbcDIAR"


def test_outcomes_come_from_stage_type_and_churn_and_an_empty_stage_is_unknown(report: Crm) -> None:
    assert {name: account.outcome for name, account in by_name(report).items()} == {
        "Ahornhof GmbH": "won", "Birkenau Kaffee AG": "lost", "Corvina Freight Ltd": "churned",
        "Delta Yarns Ltd": "unknown",
    }  # fmt: skip


def test_spellings_of_one_value_become_the_most_frequent_one(report: Crm) -> None:
    assert {account.industry for account in report.accounts} == {"Retail", "Food & Beverage", "Logistics"}
    assert ("Ahornhof Gesellschaft mbH", "Industry", "retail") in done(report, "spelling unified")


def test_the_map_of_headers_is_shown_with_the_share_of_empty_cells(report: Crm) -> None:
    assert report.columns["employees"] == "Employees"
    assert report.columns["country"] == "Billing Country"
    assert report.missing["NPS"] == pytest.approx(2 / 5)
    assert ("Segment Code", "B") in by_name(report)["Birkenau Kaffee AG"].extra


def test_a_hubspot_export_in_utf16_is_read_with_ids_whole() -> None:
    accounts = by_name(load_accounts(FIXTURES / "hubspot_companies_utf16.csv", {}))
    first, second = accounts["Żółty Wóz"], accounts["Brânză Bună"]
    assert (first.id, first.employees, first.outcome) == ("218216268200", 125.5, "won")
    assert first.industry == "Information technology and services"
    assert (second.employees, second.revenue, second.outcome) == (1001, 2_500_000, "open")
    assert first.created_date == "2023-04-12"


def test_a_polish_pipedrive_export_in_its_code_page_is_read() -> None:
    accounts = by_name(load_accounts(FIXTURES / "pipedrive_pl_cp1250.csv", {}))
    won, lost = accounts["Świerk Sp. z o.o."], accounts["Łąka S.A."]
    assert (won.employees, won.amount, won.outcome, won.close_date) == (1200, 12_500.5, "won", "2024-05-14")
    assert (lost.outcome, region(lost.country), lost.industry) == ("lost", "DACH", "Żywność")
    assert accounts["Zdrój Sp. z o.o."].outcome == "open"


def test_a_persian_export_is_read_with_its_digits_and_calendar() -> None:
    accounts = by_name(load_accounts(FIXTURES / "accounts_fa.csv", {}))
    won = accounts["پخش مهرگان"]
    assert (won.employees, won.amount, won.outcome, won.close_date) == (1200, 3_400_000, "won", "2024-05-04")
    assert accounts["کاشی نیلوفر"].outcome == "churned"
    assert region(won.country) == "MENA"


def test_deals_of_one_company_become_one_account_that_the_won_deal_speaks_for() -> None:
    accounts = by_name(load_accounts(FIXTURES / "deals.csv", {}))
    assert list(accounts) == ["Elmwood Tools Inc.", "Fennel & Co"]
    elmwood = accounts["Elmwood Tools Inc."]
    assert (elmwood.id, elmwood.outcome, elmwood.amount, elmwood.close_date) == ("4421", "won", 30_000, "2024-06-03")


def test_a_workbook_gives_the_same_accounts_as_its_csv(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["just", "a cover sheet"])
    sheet = book.create_sheet("accounts")
    sheet.append(["Account ID", "Account Name", "Employees", "Gross Margin", "Close Date"])
    sheet.append([218216268200, "Ahornhof GmbH", 1200, 0.785, None])
    sheet.append([218216268201, "Birkenau AG", 12.345, "78%", "2024-03-01"])
    book.save(tmp_path / "a.xlsx")
    accounts = load_accounts(tmp_path / "a.xlsx", {}).accounts
    assert [(a.id, a.employees, a.gross_margin) for a in accounts] == [
        ("218216268200", 1200, 0.785),
        ("218216268201", 12.345, 0.78),
    ]


def test_no_column_of_companies_is_an_error_that_names_the_candidates(tmp_path: Path) -> None:
    path = write(tmp_path, ["Deal Name", "Stage", "Betreuer"], ["Pilot", "Won", "Mia"])
    with pytest.raises(CrmColumnMissing, match=r"'Deal Name', 'Stage', 'Betreuer'.*\[accounts\.columns\] name"):
        load_accounts(path, {})


def test_the_users_own_map_beats_the_synonyms(tmp_path: Path) -> None:
    path = write(tmp_path, ["Deal Name", "Size", "Heads"], ["Pilot GmbH", "M", "85"])
    crm = load_accounts(path, {"name": "Deal Name", "employees": "heads"})
    assert (crm.accounts[0].name, crm.accounts[0].employees) == ("Pilot GmbH", 85)
    with pytest.raises(CrmColumnMissing, match="Köpfe"):
        load_accounts(path, {"name": "Deal Name", "employees": "Köpfe"})
    with pytest.raises(SettingsInvalid, match="'head' is not a field"):
        load_accounts(path, {"head": "Heads"})


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xd0\xcf\x11\xe0rest", b"PK\x03\x04no workbook"])
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "accounts.csv"
    path.write_bytes(content)
    with pytest.raises(CrmUnreadable, match="Export the accounts again"):
        load_accounts(path, {})


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(CrmUnreadable, match="no such file"):
        load_accounts(tmp_path / "none.csv", {})


def test_close_names_are_proposed_and_kept_apart(tmp_path: Path) -> None:
    path = write(tmp_path, ["Company", "Domain"], ["Brightwater Foods", "bw.example"], ["Brightwaters Foods", ""])
    crm = load_accounts(path, {})
    assert len(crm.accounts) == 2
    assert done(crm, "duplicate proposed") == [("Brightwater Foods", "Company", "Brightwaters Foods")]


def test_one_domain_joins_alike_names_but_not_a_host_of_many(tmp_path: Path) -> None:
    rows = [[f"Stall {word}", "https://market.example"] for word in ("Ash", "Oak", "Elm", "Fir")]
    crm = load_accounts(
        write(tmp_path, ["Company", "Website"], *rows, ["Ahorn AG", "a.example"], ["AHORN", "a.example"]), {}
    )
    assert [account.name for account in crm.accounts] == [
        "Stall Ash",
        "Stall Oak",
        "Stall Elm",
        "Stall Fir",
        "Ahorn AG",
    ]


def test_one_name_in_two_countries_with_two_domains_stays_two_companies(tmp_path: Path) -> None:
    head = ["Company", "Domain", "Country"]
    crm = load_accounts(
        write(tmp_path, head, ["Mercur Ltd", "a.example", "UK"], ["Mercur GmbH", "b.example", "DE"]), {}
    )
    assert len(crm.accounts) == 2
    assert len(done(crm, "duplicate proposed")) == 1


def test_numbered_branches_are_not_proposed_as_duplicates(tmp_path: Path) -> None:
    crm = load_accounts(
        write(tmp_path, ["Company", "City"], ["Kiosk am Markt 12", "A"], ["Kiosk am Markt 13", "B"]), {}
    )
    assert len(crm.accounts) == 2
    assert not done(crm, "duplicate proposed")


def test_an_id_that_a_spreadsheet_damaged_joins_nothing(tmp_path: Path) -> None:
    rows = [["2.18216E+11", "Ahorn AG"], ["2.18216E+11", "Birke AG"], ["77.0", "Corvina"]]
    crm = load_accounts(write(tmp_path, ["Record ID", "Company"], *rows), {})
    assert [account.id for account in crm.accounts] == ["ahorn", "birke", "77"]
    assert len(done(crm, "damaged id")) == 2


def test_deleted_and_nameless_rows_are_left_out_and_listed(tmp_path: Path) -> None:
    head = ["Name", "Website", "IsDeleted"]
    crm = load_accounts(
        write(tmp_path, head, ["Ahorn AG", "", "true"], ["", "", ""], ["", "birke.example", "false"]), {}
    )
    assert [account.name for account in crm.accounts] == ["birke.example"]
    assert len(done(crm, "left out: deleted")) == 1


def test_margins_in_percent_become_shares_by_the_whole_column(tmp_path: Path) -> None:
    crm = load_accounts(
        write(tmp_path, ["Company", "Margin"], ["Ahorn", "78"], ["Birke", "64.5"], ["Corvina", "81%"]), {}
    )
    assert [account.gross_margin for account in crm.accounts] == [0.78, 0.645, 0.81]


def test_the_order_of_day_and_month_is_the_columns(tmp_path: Path) -> None:
    crm = load_accounts(
        write(tmp_path, ["Company", "Close Date"], ["Ahorn", "03/04/2024"], ["Birke", "12/25/2024"]), {}
    )
    assert [account.close_date for account in crm.accounts] == ["2024-03-04", "2024-12-25"]


def test_two_currencies_in_one_column_are_told(tmp_path: Path) -> None:
    crm = load_accounts(write(tmp_path, ["Company", "Amount"], ["Ahorn", "€1,200"], ["Birke", "$900"]), {})
    assert done(crm, "several currencies") == [("", "Amount", "EUR, USD")]


def test_the_sales_cycle_comes_from_the_dates_when_there_is_no_column_for_it(tmp_path: Path) -> None:
    head = ["Company", "Stage", "Create Date", "Close Date"]
    crm = load_accounts(
        write(
            tmp_path, head, ["Ahorn", "Won", "2024-01-01", "2024-01-31"], ["Birke", "Demo", "2024-01-01", "2024-02-01"]
        ),
        {},
    )
    assert [account.sales_cycle_days for account in crm.accounts] == [30, None]


def test_the_same_export_gives_the_same_result_twice() -> None:
    assert load_accounts(FIXTURES / "salesforce_report.csv", {}) == load_accounts(
        FIXTURES / "salesforce_report.csv", {}
    )


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,200", 1200), ("1.200", 1200), ("1.234.567", 1_234_567), ("12,34,567", 1_234_567), ("1234.567", 1234.567),
        ("0,76", 0.76), ("0.764", 0.764), (".5", 0.5), ("1.2M", 1_200_000), ("1.234M", 1_234_000),
        ("$1,200K", 1_200_000),
        ("1,234 Mio.", 1_234_000), ("3,5 mln zł", 3_500_000), ("5 млн руб.", 5_000_000), ("450 TEUR", 450_000),
        ("(410)", -410), ("−410", -410), ("78 %", 0.78), ("۷۸٪", 0.78), ("10,001+", 10_001),
        ("$10M - $50M", 30_000_000),
        ("ca. 250 Mitarbeiter", 250), ("US$ 1.5bn", 1.5e9), ("2.5E+06", 2_500_000),
    ],
)  # fmt: skip
def test_a_number_is_read(written: str, value: float) -> None:
    found = cells.number(written)
    assert found is not None
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize("written", ["", "n/a", "Jan-10", "1.2.3", "12 34", "2024-03-03", "€1,200 / month", "three"])
def test_what_is_no_number_is_none_never_a_guess(written: str) -> None:
    assert cells.number(written) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-03-03T10:00:00Z", "2024-03-03"), ("03.04.2024", "2024-04-03"), ("Mar 3, 2024", "2024-03-03"),
        ("3. März 2024", "2024-03-03"), ("15 Mayıs 2024", "2024-05-15"), ("15 maja 2024", "2024-05-15"),
        ("15 мая 2024", "2024-05-15"), ("45123", "2023-07-16"), ("1714780800000", "2024-05-04"), ("2024-02-31", None),
        ("soon", None), ("0001-01-01", None),
    ],
)  # fmt: skip
def test_a_day_is_read(written: str, day: str | None) -> None:
    assert cells.day(written) == day


@pytest.mark.parametrize(
    ("jalali", "iso"), [((1399, 12, 30), "2021-03-20"), ((1404, 1, 1), "2025-03-21"), ((1403, 7, 10), "2024-10-01")]
)
def test_persian_days_are_known_days(jalali: tuple[int, int, int], iso: str) -> None:
    assert str(from_jalali(*jalali)) == iso


def test_persian_days_that_are_not_are_none() -> None:
    assert from_jalali(1402, 12, 30) is None
    assert from_jalali(1402, 13, 1) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vlotte Vracht B.V.", "Vlotte-Vracht BV"), ("Lieferlotse GmbH", "Liefer Lotse Gesellschaft mbH"),
        ("Hızlı Sepet A.Ş.", "HIZLI SEPET"), ("Świerk Sp. z o.o.", "Swierk spółka z o.o."),
        ("ООО «Ромашка»", "Romashka OOO"),
        ("Müller GmbH & Co. KG", "Muller"), ("Rive Douce S.à r.l.", "Rive Douce SARL"),
        ("شرکت پخش مهرگان", "پخش مهرگان"),
    ],
)  # fmt: skip
def test_spellings_of_one_company_share_a_key(one: str, other: str) -> None:
    assert key(one) == key(other)


def test_a_name_that_is_only_a_legal_form_is_kept() -> None:
    assert key("AG") == "ag"
    assert key("The Limited") == "the"


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        ("closedwon", "won"), ("Gewonnen", "won"), ("Kazanıldı", "won"), ("Câștigat", "won"),
        ("Успешно реализовано", "won"),
        ("Wygrana", "won"), ("برنده شده", "won"), ("Gagnée", "won"), ("Closed Lost", "lost"), ("Verloren", "lost"),
        ("Kaybedildi", "lost"), ("Pierdut", "lost"), ("Закрыто и не реализовано", "lost"), ("Przegrana", "lost"),
        ("از دست رفته", "lost"), ("Contract sent", "open"), ("Wonder stage", "open"),
    ],
)  # fmt: skip
def test_stages_tell_the_outcome_in_every_language(stage: str, outcome: str) -> None:
    assert tell_outcome({"stage": stage}, ["stage"]).outcome == outcome


def test_columns_that_contradict_each_other_are_told() -> None:
    told = tell_outcome({"stage": "Closed Lost", "type": "Customer"}, ["stage", "type"])
    assert (told.outcome, bool(told.conflict)) == ("won", True)


def test_an_export_of_customers_only_is_won_unless_churned() -> None:
    assert tell_outcome({"churned": "FALSE"}, ["churned"]).outcome == "won"
    assert tell_outcome({"churned": "TRUE"}, ["churned"]).outcome == "churned"
    assert tell_outcome({"type": "Prospect"}, ["type"]).outcome == "open"
    assert tell_outcome({"type": "Prospect"}, ["type", "stage"]).outcome == "unknown"
