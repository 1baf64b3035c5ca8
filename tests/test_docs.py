"""The documentation says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from synth.readers import formats_table
from synth.settings import Settings


def test_the_table_of_formats_is_the_registrys(root: Path) -> None:
    assert formats_table().strip() in (root / "docs/FORMATS.md").read_text(encoding="utf-8")


def test_every_setting_is_documented(root: Path) -> None:
    text = (root / "docs/SETTINGS.md").read_text(encoding="utf-8")
    for section, field in Settings.model_fields.items():
        assert field.annotation is not None
        for key in field.annotation.model_fields:
            assert re.search(rf"`?(\[{section}[^|]*)?\b{key}\b", text), f"[{section}] {key}"


def test_the_readme_excerpt_is_what_the_demo_writes(root: Path) -> None:
    """The lines of the excerpt stand, as they are, in the snapshot of the demo's ICP."""
    excerpt = (
        (root / "README.md").read_text(encoding="utf-8").split("<!-- excerpt -->")[1].split("<!-- /excerpt -->")[0]
    )
    lines = [line.removeprefix("> ").rstrip() for line in excerpt.strip().splitlines()]
    assert len(lines) > 10
    snapshot = (root / "tests/snapshots/demo/ICP.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and line != ">" and line not in snapshot] == []
