"""The documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from synth.crm.load import load_accounts
from synth.readers import formats_table
from synth.settings import Best, Settings
from synth.stats.best import best_accounts
from synth.stats.traits import traits


def test_the_table_of_formats_is_the_registrys(root: Path) -> None:
    assert formats_table().strip() in (root / "docs/FORMATS.md").read_text(encoding="utf-8")


def test_every_setting_is_documented(root: Path) -> None:
    text = (root / "docs/SETTINGS.md").read_text(encoding="utf-8")
    for section, field in Settings.model_fields.items():
        assert field.annotation is not None
        for key in field.annotation.model_fields:
            assert re.search(rf"`?(\[{section}[^|]*)?\b{key}\b", text), f"[{section}] {key}"


def test_the_readme_shows_what_the_demo_crm_says(root: Path) -> None:
    """The excerpt's traits are those of the shipped export: it cannot show figures the demo does not have."""
    crm = load_accounts(root / "corpora/demo/crm/accounts.csv", {})
    found = traits(crm.accounts, best_accounts(crm.accounts, Best()))
    excerpt = (
        (root / "README.md").read_text(encoding="utf-8").split("<!-- excerpt -->")[1].split("<!-- /excerpt -->")[0]
    )
    cells = r"\d+ % \((\d+) of (\d+)\)"
    shown = re.findall(rf"^> \| [^|]+ \| [^|]+ \| {cells} \| {cells} \|$", excerpt, re.MULTILINE)
    assert len(shown) >= 3
    counts = {(one.best, one.best_n, one.rest, one.rest_n) for one in found if one.verdict == "trait"}
    assert {tuple(map(int, figures)) for figures in shown} <= counts
