"""Personal data leaves the text before the text leaves the machine, and every offset leads back."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.errors import SettingsInvalid
from synth.model import Line, Source, Speaker, Transcript, Turn
from synth.people.ner import _engine
from synth.people.personal import structured
from synth.people.redact import Mask, Names, Span, build_mask
from synth.settings import Privacy, Settings

PEOPLE = (
    "Henrike Baumgart",
    "Elif Karaca",
    "Marek Nowak",
    "Katarzyna Wrona",
    "Ольга Ким",
    "Павел Орлов",
    "شیرین مرادی",
    "Ioana Dobre",
    "Lina Will",
    "Joris van Dalen",
)


def transcript(text: str, *speakers: str, source: str = "s1") -> Transcript:
    turns = (Turn(speakers[0] if speakers else "", 0, len(text)),)
    return Transcript(Source(source, "a.txt", "interview", "txt"), text, tuple(map(Speaker, speakers)), turns)


def mask_of(text: str, mode: Literal["off", "structured", "names"] = "names", source: str = "s1") -> Mask:
    return build_mask(transcript(text, source=source), Settings(privacy=Privacy(mask=mode)), PEOPLE)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(found.kind, text[found.start : found.end]) for found in structured(text)]


STRUCTURED = [
    ("mail me at nadine.vogt@waldkiste.example.", "email", "nadine.vogt@waldkiste.example"),
    ("see https://x.example/a?b=1, please", "url", "https://x.example/a?b=1"),
    ("or www.x.example.", "url", "www.x.example"),
    ("to CH93 0076 2011 6238 5295 7 please", "iban", "CH93 0076 2011 6238 5295 7"),
    ("to DE89370400440532013000", "iban", "DE89370400440532013000"),
    ("card 4111 1111 1111 1111.", "card", "4111 1111 1111 1111"),
    ("from 192.168.1.20 only", "ip", "192.168.1.20"),
    ("from fe80::1ff only", "ip", "fe80::1ff"),
    ("ring +49 176 04069 042 or so", "phone", "+49 176 04069 042"),
    ("T +32 3 555 01 20 | office", "phone", "+32 3 555 01 20"),
    ("it is 079 555 01 47", "phone", "079 555 01 47"),
    ("sunați la 0740 555 218", "phone", "0740 555 218"),
    ("0532 123 45 67 numaram", "phone", "0532 123 45 67"),
    ("telefon: 601 234 567", "phone", "601 234 567"),
    ("on (555) 123-4567", "phone", "(555) 123-4567"),
    ("on 555-123-4567", "phone", "555-123-4567"),
    ("on 555.123.4567", "phone", "555.123.4567"),
    ("532 123 45 67 numaram", "phone", "532 123 45 67"),
    ("тел. 8 701 555 12 34", "phone", "8 701 555 12 34"),
    ("شماره ۰۹۱۲ ۳۴۵ ۶۷۸۹ است", "phone", "۰۹۱۲ ۳۴۵ ۶۷۸۹"),
    ("la Strada Plopilor 14, apartament 6, Cluj", "address", "Strada Plopilor 14, apartament 6"),
    ("przy ul. Długa 12/4", "address", "ul. Długa 12/4"),
    ("на ул. Ленина, д. 5", "address", "ул. Ленина, д. 5"),
    ("at 14 Baker Street now", "address", "14 Baker Street"),
    ("Moda Caddesi No: 5 adresinde", "address", "Moda Caddesi No: 5"),
    ("در خیابان آزادی پلاک ۱۲", "address", "خیابان آزادی پلاک ۱۲"),
]
NOT_PERSONAL = [
    "revenue of 47 493 000 last year",
    "EUR 47.493.000,00 or 1,473,000",
    "on 2025-05-14, on 14.05.2025, on 05/03/2025",
    "between 2019-2024 and 2024/2025",
    "our call 14.05.2025, then the call 2025-05-14",
    "sizes 131.106.000, 131 106 000 and 131-106-000,5",
    "12345678 rows and 10 000 000 zł",
    "00:04:01.680 --> 00:04:02.770",
    "in ۱۴۰۳/۱۲/۰۱ and 1403/12/01",
    "version 3.11.4.2.9 of it, ratio 10:30",
    "id 0015g00000KLf8GMcM",
    "card 4111 1111 1111 1112",
    "ages 69 70 71 72 73 74 75 76 77",
    "DE00370400440532013000",
    "at 9:30 we close 14 orders",
]


@pytest.mark.parametrize(("text", "kind", "piece"), STRUCTURED)
def test_structured_data_is_found_whole(text: str, kind: str, piece: str) -> None:
    assert kinds(text) == [(kind, piece)]


@pytest.mark.parametrize("text", NOT_PERSONAL)
def test_amounts_dates_and_broken_checksums_stay_readable(text: str) -> None:
    assert kinds(text) == []


INFLECTED = [
    "Henrike's list",
    "henrike said so",
    "HENRIKE BAUMGART",
    "Elif'in dediği",
    "elife sordum",
    "Karaca'ya yazdım",
    "z Markiem Nowakiem",
    "dla Nowaka",
    "Katarzynie Wronie",
    "z Katarzyną",
    "с Ольгой",
    "у Павла Орлова",
    "орлову",
    "شیرین",
    "خانم مرادی",
    "Ioanei i-am spus",
    "lina was there",
    "Olga Kim",
    "van Dalen",
]


@pytest.mark.parametrize("text", INFLECTED)
def test_names_go_in_every_case_script_and_ending(text: str) -> None:
    masked = mask_of(text).apply(text).text.casefold()
    names = [word.casefold()[:4] for name in PEOPLE for word in name.split() if len(word) > 3]
    assert "[person_" in masked
    assert not [name for name in names if name in masked]


@pytest.mark.parametrize(
    "text", ["it will work", "every line counts", "the market", "a wide range", "karar verdik", "орловская"]
)
def test_common_words_that_look_like_names_stay(text: str) -> None:
    assert mask_of(text).apply(text).text == text


def test_a_name_that_is_a_common_word_goes_when_capitalised_or_beside_the_rest_of_it() -> None:
    assert mask_of("").apply("Will said it will do.").text.endswith("said it will do.")
    assert "will" not in mask_of("").apply("then lina will spoke").text


def test_one_person_has_one_token_under_all_names() -> None:
    text = "Henrike spoke, then Baumgart, then Henrike Baumgart."
    tokens = {word.strip(",.") for word in mask_of(text).apply(text).text.split() if word.startswith("[")}
    assert len(tokens) == 1


def test_speakers_and_authors_are_masked_without_being_listed() -> None:
    made = Transcript(
        Source("s", "a", "note", "md"), "Tove met Ragna.", (Speaker("Tove Lund"),), (Turn("", 0, 15, author="Ragna"),)
    )
    assert "Tove" not in build_mask(made, Settings(), ()).apply(made.text).text
    assert "Ragna" not in build_mask(made, Settings(), ()).apply(made.text).text


def test_labels_that_are_no_names_are_left_alone() -> None:
    made = transcript("The customer filled in the web form.", "Customer", "web form", "Speaker 2")
    assert build_mask(made, Settings(), ()).apply(made.text).text == made.text


def test_modes_mask_nothing_only_forms_or_names_too() -> None:
    text = "Henrike: a@b.example"
    assert mask_of(text, "off").apply(text).text == text
    assert mask_of(text, "structured").apply(text).text.startswith("Henrike: [EMAIL_1·")
    assert "Henrike" not in mask_of(text, "names").apply(text).text


def test_the_same_value_keeps_its_number_in_every_part() -> None:
    mask = mask_of("a@b.example then c@d.example")
    assert mask.apply("write c@d.example").text == f"write [EMAIL_2·{mask.nonce}]"


def test_the_nonce_follows_from_the_source_and_avoids_what_stands_in_it() -> None:
    first = mask_of("hello")
    assert mask_of("hello").nonce == first.nonce
    assert mask_of(f"hello [PERSON_1·{first.nonce}]").nonce != first.nonce


def test_a_span_that_cuts_a_token_widens_to_all_it_stands_for() -> None:
    text = "ask a@b.example now"
    masked = mask_of(text).apply(text)
    inside = masked.text.index("EMAIL") + 2
    assert masked.restore_span(inside, inside + 1) == Span(4, 15)
    assert text[slice(*masked.restore_span(0, len(masked.text)))] == text


_PIECES = st.lists(
    st.one_of(
        st.sampled_from([*PEOPLE, "Elif'in", "a.b@c.example", "+49 176 04069 042", "[PERSON_1·a1]", "ł", "خانم", "İ"]),
        st.text(alphabet="abİıżя خ.,·[]1 ", max_size=8),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(_PIECES, st.data())
def test_offsets_of_unmasked_text_lead_back_to_the_same_characters(pieces: list[str], data: st.DataObject) -> None:
    text = " ".join(pieces)
    masked = mask_of(text).apply(text)
    start = data.draw(st.integers(0, len(masked.text)))
    end = data.draw(st.integers(start, len(masked.text)))
    back = masked.restore_span(start, end)
    tokens = [segment for segment in masked.segments if segment.masked.start < end and start < segment.masked.end]
    assert 0 <= back.start <= back.end <= len(text)
    if not tokens:
        assert text[back.start : back.end] == masked.text[start:end]
    for token in tokens:
        assert back.start <= token.source.start
        assert token.source.end <= back.end


@settings(max_examples=100, deadline=None)
@given(_PIECES)
def test_segments_rebuild_the_source(pieces: list[str]) -> None:
    text = " ".join(pieces)
    masked = mask_of(text).apply(text)
    rebuilt, done = "", 0
    for segment in masked.segments:
        rebuilt += masked.text[done : segment.masked.start] + text[segment.source.start : segment.source.end]
        done = segment.masked.end
    assert rebuilt + masked.text[done:] == text


def test_documents_hide_people_and_not_the_company_called_after_one() -> None:
    names = Names(("Elif Karaca",), ("Karaca Tekstil AS",))
    text = "Elif says Karaca Tekstil AS grows; Karaca'nın fikri."
    assert [text[start:end] for start, end in names.find(text)] == ["Elif", "Karaca"]
    assert not names.in_full(text)
    assert names.in_full("ask elif karaca")
    assert not Names().find(text)


BOMBS = ["a", "1", "1 ", "a.", "a@", "1.", "a-", "(", "+1", "DE12 ", ":", "http://", "Strada a ", "1 a ", "Elif ", "«"]


@pytest.mark.parametrize("unit", BOMBS)
def test_time_grows_with_the_length_and_not_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        begin = time.process_time()
        structured(text)
        Names(tuple(PEOPLE)).find(text)
        return time.process_time() - begin

    seconds(1_000)
    short, long = min(seconds(5_000) for _ in range(3)), min(seconds(40_000) for _ in range(2))
    assert long < 40 * max(short, 0.005)  # 8 times the text; a quadratic pattern would take 64 times


FORMS = {
    "Ewa Malinowska": "ewa ewie ewą malinowską | Ewy Malinowskiej | malinowskiej | Ewę",
    "Anna Nowak": "anny nowak | anną | nowakowi | nowakowie | Annie",
    "Jan Kowalski": "jana kowalskiego | janowi | kowalskiemu | Jana",
    "Юлия Достоевская": "юлией достоевской | достоевской | Юлию Достоевскую | юлии",
    "Пётр Ким": "петра кима | киму | Петром",
    "Ayşe Öztürk": "ayşe'nin | AYŞEYE | öztürkle | Öztürk'ün",
    "Ruxandra Popescu": "ruxandrei | popescului | Ruxandra",
    "شیرین مرادی": "شیرینو | مرادی‌ها | شیرین",
}


@pytest.mark.parametrize("name", FORMS)
def test_names_are_masked_in_every_case_and_written_small(name: str) -> None:
    mask = build_mask(transcript("x", name), Settings(), ())
    for form in FORMS[name].split(" | "):
        left = mask.apply(f"… {form} …").text
        assert not set(left.lower().split()) & set(form.lower().split()), left


@pytest.mark.parametrize(
    "text", ["a line of anna's lines", "the plan is to go", "или как", "może mają", "jak się mają"]
)
def test_common_words_near_a_name_stay(text: str) -> None:
    mask = build_mask(transcript("x", "Lina Maj", "Илья Ким", "Maja Ola", "Jan Will"), Settings(), ())
    assert "PERSON" not in mask.apply(text.replace("anna's", "our")).text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Bram Peeters", "این قیمت برام مهم نیست"),
        ("Ana Dobre", "Any questions? dobrze, dobry pomysł"),
        ("Marek Nowak", "do marca; w marcu; dobra marka"),
        ("Anke Vogt", "в анкете пять вопросов"),
        ("Stan Lis", "w dobrym stanie"),
    ],
)
def test_a_word_that_looks_like_a_name_with_an_ending_stays(name: str, text: str) -> None:
    assert build_mask(transcript("x", name), Settings(), ()).apply(text).text == text


@pytest.mark.parametrize(("name", "text"), [("Ana Dobre", "ask Any about it"), ("Marek Nowak", "rower Marka")])
def test_a_capital_inside_of_a_sentence_makes_it_a_name_again(name: str, text: str) -> None:
    assert "PERSON" in build_mask(transcript("x", name), Settings(), ()).apply(text).text


class Recogniser:
    """Stands for Presidio: it finds one name, written as here."""

    supported_languages = ("en",)

    def analyze(self, text: str, language: str, *, entities: list[str], score_threshold: float) -> list[Span]:
        assert (language, entities) == ("en", ["PERSON"])
        start = text.find("Petra Voss")
        return [Span(start, start + len("Petra Voss"))] if start >= 0 else []


def test_what_a_recogniser_finds_is_masked_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synth.people.ner._engine", Recogniser)
    text = "Petra Voss retired. Then nobody knew what petra knew."
    line = Line(1, 0, text, 0, len(text), language="en")
    talk = replace(transcript(text), lines=(line,))
    mask = build_mask(talk, Settings(privacy=Privacy(mask="ner")), ())
    assert "petra" not in mask.apply(text).text.casefold()
    assert "Petra" in build_mask(talk, Settings(), ()).apply(text).text


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    _engine.cache_clear()
    with pytest.raises(SettingsInvalid, match=r"pip install 'synth\[ner\]'"):
        build_mask(transcript("Petra Voss"), Settings(privacy=Privacy(mask="ner")), ())
