"""Pictures: geometry from profile.json alone, text that stays text, and words for those who cannot see them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from small_study import study

from synth.documents.figures import figures
from synth.documents.render import ICP, JSON, render_documents
from synth.text.language import language

_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    profile, cast, _ = study()
    return render_documents(profile, cast, tmp_path_factory.mktemp("workspace"))


def pictures(documents: dict[str, str]) -> dict[str, str]:
    return {Path(path).stem: text for path, text in documents.items() if path.endswith(".svg")}


def test_each_picture_is_in_the_document_with_its_words(documents: dict[str, str]) -> None:
    found = pictures(documents)
    assert set(found) == {"traits", "bands", "segments", "coverage"}
    for name, text in found.items():
        alt = re.search(rf"^!\[(.+)\]\(figures/{name}\.svg\)$", documents[ICP], re.MULTILINE)
        assert alt is not None
        root = ElementTree.fromstring(text)
        described = root.find(f"{_SVG}desc")
        assert described is not None
        assert described.text
        assert described.text.split(".")[0] in alt[1].replace("\\", "")
        assert root.get("role") == "img"


def test_a_picture_has_colours_for_light_and_dark(documents: dict[str, str]) -> None:
    for text in pictures(documents).values():
        assert "@media (prefers-color-scheme: dark)" in text
        assert 'class="ground"' in text


def test_dots_stand_where_the_shares_are(documents: dict[str, str]) -> None:
    market = json.loads(documents[JSON])["market"]
    figure = next(figure for figure in figures(market, language("en")) if figure.name == "traits")
    dots = [mark for mark in figure.marks if mark.kind == "dot"][2:]  # after those of the legend
    lines = [mark for mark in figure.marks if mark.kind == "line" and mark.css.startswith("range")]
    trait = market["components"][0]["typical"][0]
    zero, whole = (next(m.x for m in figure.marks if m.text == words) for words in ("0 %", "100 %"))
    assert (dots[0].x - zero) / (whole - zero) == pytest.approx(trait["rest"] / trait["rest_n"], abs=0.01)
    assert (dots[1].x - zero) / (whole - zero) == pytest.approx(trait["best"] / trait["best_n"], abs=0.01)
    assert all(line.x <= dot.x <= line.x2 for line, dot in zip(lines, dots, strict=True))


def test_a_right_to_left_label_starts_at_the_scale_and_keeps_its_letters(tmp_path: Path) -> None:
    profile, cast, _ = study()
    component = profile.market.components[0]
    trait = replace(component.typical[0], value='پخش و "لجستیک" <b>')
    market = replace(profile.market, components=(replace(component, typical=(trait,)), *profile.market.components[1:]))
    text = render_documents(replace(profile, market=market), cast, tmp_path)["profiles/figures/traits.svg"]
    labels = [one for one in ElementTree.fromstring(text).iter(f"{_SVG}text") if one.get("direction") == "rtl"]
    assert [(one.text, one.get("text-anchor")) for one in labels] == [('پخش و "لجستیک" <b>', "start")]


def test_without_a_crm_there_is_no_picture(tmp_path: Path) -> None:
    profile, cast, _ = study(crm=False)
    assert not pictures(render_documents(profile, cast, tmp_path))
