"""A quote changes nothing but itself, whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from synth.text.escape import markdown, plain, quoted, right_to_left, slug, visible

PAYLOADS = [
    "# not a heading",
    "1. not a list",
    "- [ ] not a task",
    "=== not a heading",
    "--- \ntitle: not front matter",
    "![x](https://evil.example/p.png)",
    "[click](javascript:alert(1)) <script>alert(1)</script> <!-- gone",
    "https://evil.example www.evil.example <https://evil.example> a@evil.example",
    "`code` ```\nfence\n``` ~~~",
    "{{ 7*7 }} {% include '/etc/passwd' %} ${x} $$y$$",
    "line\n\n> quote\n\n# heading\n| a | b |\n|---|---|",
    "\x1b[31mred\x1b[0m \x00 \x85",
    "safe\u202egnp.exe \u2066x\u2069 \u200bzero \U000e0041tag",
    "&lt;b&gt; &amp;amp; &#35; R&D &copy;",
    "*a* _b_ ~c~ __d__ @team #123 GH-12 [^e-1] [^e-1]: x",
    "می‌خواهم ۱۲ روز",
    "   leading and trailing \t",
    '=HYPERLINK("x")',
    "\\# \\\\ \\",
]


def _flat(tokens: list[Token]) -> list[Token]:
    return [inner for token in tokens for inner in (token, *_flat(token.children or []))]


def _parse(source: str) -> list[Token]:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return _flat(parser.parse(source))


def _text(tokens: list[Token]) -> str:
    return "".join(
        "\n" if token.type == "softbreak" else token.content for token in tokens if token.type in ("text", "softbreak")
    )


def _assert_inert(quote: str) -> None:
    written = markdown(quote)
    assert "\n" not in written
    tokens = _parse(f"> {written}\n")
    assert {token.type for token in tokens} <= {
        "blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline", "text", "softbreak",
    }  # fmt: skip
    assert _text(tokens) == visible(quote)
    assert plain(written) == visible(quote)


@pytest.mark.parametrize("quote", PAYLOADS)
def test_known_payloads_come_back_as_the_text_they_are(quote: str) -> None:
    _assert_inert(quote)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip))
def test_any_text_comes_back_as_it_was(quote: str) -> None:
    _assert_inert(quote)


@given(st.text("\\`*_{}[]<>()#+-.!|~$&@:/w=1 \n\tab;x^\"'", min_size=1).filter(str.strip))
def test_any_heap_of_marks_comes_back_as_it_was(quote: str) -> None:
    _assert_inert(quote)


def test_ordinary_prose_is_not_disfigured() -> None:
    prose = 'It\'s 15-20 % (roughly); R&D said so: "no more than 3.5 days!" – și atât, да, evet.'
    assert markdown(prose) == prose


def test_persian_joiners_stay_in_the_file() -> None:
    assert markdown("می‌خواهم") == "می‌خواهم"


def test_raw_file_holds_no_invisible_or_control_character() -> None:
    written = markdown("a\x1b[31m\u202e\u200b\U000e0041\n")
    assert written == "a␛\\[31m&#x202E;&#x200B;&#xE0041;&#10;"


def test_direction_is_that_of_the_first_letter() -> None:
    assert right_to_left("۱۲ روز طول کشید")
    assert not right_to_left("12 days, می‌خواهم")
    assert not right_to_left("12")


def test_slug_is_a_plain_file_name() -> None:
    assert slug("Month-end close takes “too” long / ../../etc") == "month-end-close-takes-too-long-etc"
    assert slug("Закрытие месяца") == "закрытие-месяца"
    assert slug("…") == "untitled"


@pytest.mark.parametrize(
    "quote",
    [
        "he called it “the monster”.",
        "powiedziała „w przyszłym roku”.",
        "sie sagte „nie wieder“.",
        "„a” i „b”",
        "“a „b” c”",
    ],
)
def test_quotation_marks_in_pairs_stay_as_they_were_said(quote: str) -> None:
    assert markdown(quote) == quote
    assert quoted(f"- “{quote}” — customer “x”") == [quote, "x"]


@given(st.text("“”„a ", min_size=1).filter(str.strip))
def test_any_quotation_marks_inside_a_quote_leave_it_whole(quote: str) -> None:
    written = quoted(f"> “{markdown(quote)}” “x”")
    assert [plain(each) for each in written] == [quote, "x"]


def test_a_mark_that_is_never_closed_hides_no_quote_behind_it() -> None:
    assert quoted("a stray “ and then “a real one”") == ["a real one"]
