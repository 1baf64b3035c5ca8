"""A workspace small enough for tests and rich enough for every stage; vendor, people and companies are invented."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from synth.cli import app

SETTINGS = """\
[vendor]
name = "Ferncall"
people = ["Ida Holm"]
domains = ["ferncall.example"]
"""

ZOOM = """\
WEBVTT

1
00:00:01.000 --> 00:00:04.000
Ida Holm: Thanks for the time. How did you plan the vans before?

2
00:00:05.000 --> 00:00:11.000
Paula Reyes: We spent four hours every morning moving stops around on a whiteboard.

3
00:00:11.000 --> 00:00:16.000
Paula Reyes: Half the drivers left late, and customers rang us all day to ask where the parcel was.

4
00:00:17.000 --> 00:00:20.000
Ida Holm: And what made you look for something else?

5
00:00:21.000 --> 00:00:28.000
Paula Reyes: In March our dispatcher retired, and nobody else knew how the routes were built.

6
00:00:29.000 --> 00:00:33.000
Ida Holm: What has changed since you started with us?

7
00:00:34.000 --> 00:00:42.000
Paula Reyes: Planning takes twenty minutes now instead of four hours, and late deliveries fell by a third.
"""

NAMED = """\
Ida Holm: Cum planificați livrările acum?
Radu Stan: Pierdem trei ore în fiecare dimineață ca să împărțim comenzile de mână pe un panou.
Ida Holm: Și ce v-ar ajuta cel mai mult?
Radu Stan: Vreau ca planul să fie gata până la șase dimineața, fără telefoane.
Ida Holm: Ce vă oprește să semnați?
Radu Stan: Prețul pe mașină este prea mare pentru noi și nu avem legătură cu programul de contabilitate.
"""

NOTES = """\
Date,Company,Contact,Owner,Notes
2025-04-02,Norrvik Bud AB,Elin Strand,Ida,"Elin says drivers still get the list on paper at six. I think they will buy."
2025-04-09,Stanmar Livrari SRL,Radu Stan,Ida,"Radu said the price per van is too high for them. Sent the new list."
"""

CRM_HEADER = "Account Name,Website,Industry,Country,Employees,Stage,Churned,NPS,Referrals,Amount\n"
CRM = CRM_HEADER + (
    "Reyes Parcel Ltd,reyes.example,Courier,United Kingdom,220,Closed Won,FALSE,9,2,18000\n"
    "Stanmar Livrari SRL,stanmar.example,Courier,Romania,60,Closed Lost,,,,9000\n"
    "Norrvik Bud AB,norrvik.example,Retail,Sweden,410,Open,,,,\n"
)


def make_workspace(root: Path) -> Path:
    """Write the workspace into `root` and return it."""
    for name, text in {
        "synth.toml": SETTINGS,
        "corpora/2025-03-20_reyes-parcel_zoom.vtt": ZOOM,
        "corpora/stanmar.txt": NAMED,
        "corpora/crm-notes.csv": NOTES,
        "corpora/sources.csv": "path,account,date\nstanmar.txt,Stanmar Livrari SRL,2025-03-28\n",
        "crm/accounts.csv": CRM,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def tree(root: Path, folder: str = "profiles") -> dict[str, bytes]:
    """Return every file below `folder` by its path."""
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted((root / folder).rglob("*")) if p.is_file()}


def synth(root: Path, *words: str, code: int = 0) -> str:
    """Run a command in this process; return what it printed, or where it should fail with `code`, what it complained."""
    result = CliRunner().invoke(app, ["-C", str(root), *words])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr
