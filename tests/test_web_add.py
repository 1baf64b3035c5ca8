"""Add: what comes in by the page lands where the commands put it, and what a person corrects is remembered."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_workspace import CRM, NAMED, make_workspace
from typer.testing import CliRunner
from web_site import Served, served

from synth.cli import app
from synth.crm.manifest import load_manifest, manifest_row, remember_source
from synth.errors import SettingsInvalid
from synth.settings import load_settings
from synth.settingsfile import set_vendor
from synth.web.incoming import clear, plain_name
from synth.workspace import init_workspace, open_workspace


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Served]:
    with served(make_workspace(tmp_path)) as found:
        found.site.look().result(60)
        yield found


def _upload(here: Served, *files: tuple[str, bytes], **form: str) -> int:
    answer = here.post("/add", files=[("files", file) for file in files], data=form)
    here.settle()
    return int(answer.status_code)


def test_an_uploaded_file_is_added_and_shown_as_it_was_recognised(here: Served, tmp_path: Path) -> None:
    talk = b"Ida Holm: How do you plan now?\nMara Voss: We plan all the vans on paper, it costs us two days a week.\n"
    assert _upload(here, ("voss.txt", talk), ("photo.jpg", b"\xff\xd8\xff\xe0 no text at all")) == 303
    assert (tmp_path / "corpora/voss.txt").read_bytes() == talk
    assert not (tmp_path / "corpora/photo.jpg").exists()
    shown = here.client.get("/add").text
    assert "corpora/voss.txt" in shown
    assert "Mara Voss" in shown
    assert re.search(r"set aside</span>\s*<span dir=\"auto\">photo.jpg", shown)
    assert ".synth" not in shown
    assert not list(tmp_path.glob(".synth/incoming/*/*"))


def test_a_table_of_companies_is_the_crm_export_for_page_and_command(here: Served, tmp_path: Path) -> None:
    (tmp_path / "crm/accounts.csv").unlink()
    assert _upload(here, ("accounts.csv", CRM.encode())) == 303
    assert (tmp_path / "crm/accounts.csv").read_text() == CRM
    assert "3 companies" in here.client.get("/add").text
    assert _upload(here, ("accounts.csv", CRM.replace("Courier", "Bakery").encode())) == 303
    assert (tmp_path / "crm/accounts.csv").read_text() == CRM
    assert "is there already and differs" in here.client.get("/add").text
    export = tmp_path / "more.csv"
    export.write_text(CRM)
    done = CliRunner().invoke(app, ["-C", str(tmp_path), "add", str(export)])
    assert (done.exit_code, (tmp_path / "crm/more.csv").is_file()) == (0, True)
    assert "a CRM export of 3 companies" in done.stderr


def test_a_role_corrected_with_a_click_is_remembered_as_the_command_does(here: Served, tmp_path: Path) -> None:
    assert here.post("/add/speaker", data={"name": "Ida Holm", "side": "customer"}).status_code == 303
    assert load_settings(tmp_path).speakers.customer == ("Ida Holm",)
    assert "you said so" in here.client.get("/add").text
    here.post("/add/speaker", data={"name": "Ida Holm", "side": ""})
    assert load_settings(tmp_path).speakers.customer == ()
    assert here.post("/add/speaker", data={"name": "Ida Holm", "side": "friend"}).status_code == 400


def test_account_and_date_corrected_are_a_row_of_the_table_of_sources(here: Served, tmp_path: Path) -> None:
    path = "corpora/2025-03-20_reyes-parcel_zoom.vtt"
    form = {"path": path, "account": "Norrvik Bud AB", "date": "2025-03-21", "kind": "interview"}
    assert here.post("/add/source", data=form).status_code == 303
    row = manifest_row(load_manifest(tmp_path / "corpora/sources.csv"), path)
    assert row is not None
    assert (row.account, row.date, row.kind) == ("Norrvik Bud AB", "2025-03-21", None)
    seen = here.site.work.result("look").source(path)
    assert (seen.account, seen.said.date) == ("Norrvik Bud AB", "2025-03-21")
    assert here.post("/add/source", data=form | {"date": "not a day"}).status_code == 400


@pytest.mark.parametrize("path", ["synth.toml", "../x", "/etc/passwd", "corpora/../synth.toml", "corpora/sources.csv"])
def test_only_what_is_listed_can_be_corrected_or_removed(path: str, here: Served, tmp_path: Path) -> None:
    before = (tmp_path / "synth.toml").read_bytes()
    assert here.post("/add/remove", data={"path": path}).status_code == 400
    assert here.post("/add/source", data={"path": path, "account": "x"}).status_code == 400
    assert (tmp_path / "synth.toml").read_bytes() == before
    assert (tmp_path / "corpora/sources.csv").is_file()


def test_a_source_is_removed(here: Served, tmp_path: Path) -> None:
    here.post("/add/remove", data={"path": "corpora/stanmar.txt"})
    assert not (tmp_path / "corpora/stanmar.txt").exists()
    assert "stanmar.txt" not in here.client.get("/add").text


def test_who_we_are_is_written_into_the_settings(here: Served, tmp_path: Path) -> None:
    here.post(
        "/add/vendor",
        data={"name": " Ferncall  Ltd ", "people": "Ida Holm\nBo Lind\n\nBo Lind", "domains": "a.example, b.example"},
    )
    ours = load_settings(tmp_path).vendor
    assert (ours.name, ours.people, ours.domains) == (
        "Ferncall Ltd", ("Ida Holm", "Bo Lind"), ("a.example", "b.example"),
    )  # fmt: skip


def test_an_upload_while_a_run_is_on_its_way_waits_its_turn_and_a_correction_is_refused(
    here: Served, tmp_path: Path
) -> None:
    going, let = threading.Event(), threading.Event()
    running = here.site.work.submit("run", lambda _session: (going.set(), let.wait(30)))
    assert going.wait(30)
    assert (
        here.post("/add", files=[("files", ("new.txt", NAMED.encode() + b"Radu Stan: Mai mult.\n"))]).status_code == 303
    )
    assert not (tmp_path / "corpora/new.txt").exists()
    assert "Waiting for their turn" in here.client.get("/run").text
    refused = here.post("/add/speaker", data={"name": "Ida Holm", "side": "customer"})
    assert (refused.status_code, "Nothing was changed" in refused.text) == (409, True)
    let.set()
    running.result(30)
    here.settle()
    assert (tmp_path / "corpora/new.txt").is_file()


def test_while_a_command_holds_the_workspace_nothing_is_taken_and_pages_still_answer(
    here: Served, tmp_path: Path
) -> None:
    with here.site.workspace().locked():
        for path, form in (("/add/speaker", {"name": "x", "side": "customer"}), ("/run", {}), ("/add/vendor", {})):
            answer = here.post(path, data=form)
            assert (answer.status_code, "Somebody else is at work here" in answer.text) == (409, True), path
        assert here.post("/add", files=[("files", ("a.txt", b"A: b"))]).status_code == 409
        assert here.client.get("/add").status_code == here.client.get("/run").status_code == 200
    assert not list(tmp_path.glob(".synth/incoming/*/*"))


def test_an_empty_workspace_offers_the_demo_and_a_used_one_keeps_what_it_has(tmp_path: Path) -> None:
    init_workspace(tmp_path / "new")
    with served(tmp_path / "new") as here:
        assert "Load the demo" in here.client.get("/").text
        assert here.post("/demo").status_code == 303
        assert (tmp_path / "new/crm/accounts.csv").is_file()
        here.settle()
        settings = (tmp_path / "new/synth.toml").read_bytes()
        assert here.post("/demo").status_code == 400
        assert (tmp_path / "new/synth.toml").read_bytes() == settings


def test_lists_are_paged(tmp_path: Path) -> None:
    root = make_workspace(tmp_path)
    for n in range(40):
        words = f"Ida Holm: What is stop number {n}?\nPaula Reyes: We lose hour {n} of {n * 7} on route {n}, it is line {n * n}.\n"
        (root / f"corpora/call-{n}.txt").write_text(words)
    with served(root) as here:
        here.site.look().result(120)
        first, second = here.client.get("/add").text, here.client.get("/add?page=2").text
        assert (first.count("<article"), second.count("<article") > 5) == (25, True)
        assert 'rel="next"' in first
        assert here.client.get("/add?page=99").status_code == 200
        assert here.client.get("/add?page=x").status_code == 400


def test_what_a_server_left_behind_is_removed_and_what_another_holds_is_not(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path) / ".synth/incoming"
    for process in ("999999999", "1"):
        (folder / process).mkdir(parents=True)
    clear(open_workspace(tmp_path))
    assert [path.name for path in folder.iterdir()] == ["1"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("call.vtt", "call.vtt"),
        ("../../../etc/cron.d/evil.txt", "evil.txt"),
        ("..\\..\\windows\\evil.txt", "evil.txt"),
        ("/etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        (".synth", "synth"),
        ("....", "_"),
        ("", "_"),
        ("CON.txt", "_CON.txt"),
        ("a\x00b\x1b[31m\n.txt", "ab[31m.txt"),
        ("a\u202egnp.txt", "agnp.txt"),
        ("tel:1?.txt", "tel_1_.txt"),
        ("گفت‌وگو.docx", "گفت‌وگو.docx"),
        ("x" * 300 + ".docx", "x" * 115 + ".docx"),
    ],
)
def test_the_name_a_browser_sends_is_never_a_path(sent: str, kept: str) -> None:
    assert plain_name(sent) == kept


def test_what_a_team_wrote_into_its_table_of_sources_stays(tmp_path: Path) -> None:
    table = tmp_path / "sources.csv"
    table.write_text("File;Customer;Remark\na.txt;Acme;call twice\nb.txt;;\n", encoding="utf-8")
    remember_source(table, "corpora/b.txt", {"account": 'Bolt; Nut "Ltd"', "date": "2025-01-02"})
    remember_source(table, "corpora/sub/c.txt", {"kind": "note"})
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["File", "Customer", "Remark", "date", "kind"]
    assert rows[1][:3] == ["a.txt", "Acme", "call twice"]
    assert rows[2][:4] == ["b.txt", 'Bolt; Nut "Ltd"', "", "2025-01-02"]
    assert [row.path for row in load_manifest(table)] == ["a.txt", "b.txt", "sub/c.txt"]
    before = table.read_bytes()
    with pytest.raises(SettingsInvalid):
        remember_source(table, "corpora/b.txt", {"date": "some day"})
    assert (table.read_bytes(), [path.name for path in tmp_path.iterdir()]) == (before, ["sources.csv"])


def test_our_people_are_written_and_every_other_line_stays(tmp_path: Path) -> None:
    text = '# ours\n[vendor]  # us\nname = "A"\npeople = [\n    "One",\n    "Two",\n]\n# a remark\n\n[model]\nchat = "local"  # keep\n'
    (tmp_path / "synth.toml").write_text(text)
    set_vendor(tmp_path, 'B "quoted"', ["Ünal Öz"], [])
    written = (tmp_path / "synth.toml").read_text()
    assert load_settings(tmp_path).vendor.name == 'B "quoted"'
    assert load_settings(tmp_path).vendor.people == ("Ünal Öz",)
    assert all(line in written for line in ("# ours", "# a remark", 'chat = "local"  # keep'))
    assert written.count("[model]") == 1
