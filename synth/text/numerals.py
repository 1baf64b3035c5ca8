"""Numbers in running speech, as digits of any script and as words of six languages, so that '11' agrees with 'eleven'.

Only for comparing: a statement may name no number that its lines do not. Inflected number words are found by their
beginning where the language inflects them. Numbers below three are left out as words ("one", "the other two").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from synth.text.words import fold_words

_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[.,'’\u00a0\u202f ]\d{3})*(?:[.,]\d+)?(?![\d])|\d+")
_WORD = re.compile(r"[^\W\d_]+")

# One word a value; `*` marks a beginning that endings follow. 0.5 also stands for 50 and 2 for "twice".
_TABLE: dict[str, str] = {
    "en": """1=one 2=two 0.5=half 2=twice 2=double 2=doubled 3=three 3=triple 4=four 5=five 6=six 7=seven 8=eight
        9=nine 10=ten 11=eleven 12=twelve 12=dozen 13=thirteen 14=fourteen 15=fifteen 16=sixteen
        17=seventeen 18=eighteen 19=nineteen 20=twenty 30=thirty 40=forty 50=fifty 60=sixty 70=seventy
        80=eighty 90=ninety 100=hundred 1000=thousand 1000=grand 1000000=million 3=third 4=fourth
        4=quarter 5=fifth 6=sixth 7=seventh 8=eighth 9=ninth 10=tenth 11=eleventh 12=twelfth 13=thirteenth
        14=fourteenth 15=fifteenth 16=sixteenth 17=seventeenth 18=eighteenth 19=nineteenth 20=twentieth
        30=thirtieth""",
    "tr": """1=bir 0.5=yarım 0.5=yarısı 0.5=buçuk 2=iki 3=üç* 4=dört* 5=beş* 6=altı* 7=yedi* 8=sekiz* 9=dokuz* 10=on
        10=onuncu* 10=onunda 10=onuna 20=yirmi* 30=otuz* 40=kırk* 50=elli* 60=altmış* 70=yetmiş*
        80=seksen* 90=doksan* 100=yüz 100=yüzde 1000=bin 1000000=milyon*""",
    "ro": """1=unu 0.5=jumăt* 2=doi 2=două 2=dublu* 3=trei* 4=patru* 4=patra 5=cinci* 6=șase* 7=șapte* 8=opt 8=optulea
        9=nouă 10=zece* 11=unsprezece* 12=doisprezece* 12=douăsprezece* 13=treisprezece* 14=paisprezece*
        14=paișpe 14=paispe 15=cinșpe 15=cinspe 11=unșpe 12=doișpe 13=treișpe 16=șaișpe 17=șapteșpe 18=optșpe 19=nouășpe
        15=cincisprezece* 16=șaisprezece* 17=șaptesprezece* 18=optsprezece* 19=nouăsprezece* 20=douăzeci*
        30=treizeci* 40=patruzeci* 50=cincizeci* 60=șaizeci* 70=șaptezeci* 80=optzeci* 90=nouăzeci*
        100=sută 100=sute 1000=mie 1000=mii 1000000=milion*""",
    "fa": """1=یک 0.5=نیم 0.5=نصف 2=دو 3=سه 3=سوم 4=چهار 4=چهارم 5=پنج 5=پنجم 6=شش 6=شیش 6=ششم 7=هفت 7=هفتم 8=هشت
        8=هشتم 9=نه 9=نهم 10=ده 10=دهم 11=یازده* 12=دوازده* 13=سیزده* 14=چهارده* 15=پانزده* 15=پونزده*
        16=شانزده* 16=شونزده* 17=هفده* 18=هجده* 19=نوزده* 20=بیست 20=بیستم 30=سی 40=چهل 50=پنجاه* 60=شصت
        70=هفتاد 80=هشتاد 90=نود 100=صد 200=دویست 300=سیصد 400=چهارصد 500=پانصد 500=پونصد 1000=هزار
        1000000=میلیون*""",
    "ru": """1=один 1=одна 1=одного 1=одной 0.5=половин* 0.5=пол 1.5=полтор* 2=два 2=две 2=двух 2=вдвое 3=три 3=трех
        3=трем 3=трети* 3=треть 3=третьего 3=трое 3=троих 3=тройк* 4=четыр* 4=четвер* 5=пять 5=пяти 5=пятого
        5=пятый 5=пятое 6=шесть 6=шести 6=шестого 6=шестой 7=семь 7=семи 7=седьм* 8=восемь 8=восьми
        8=восьмого 8=восьмой 9=девять 9=девяти 9=девятого 9=девятый 10=десять 10=десяти 10=десят*
        11=одиннадцат* 12=двенадцат* 13=тринадцат* 14=четырнадцат* 15=пятнадцат* 16=шестнадцат*
        17=семнадцат* 18=восемнадцат* 19=девятнадцат* 20=двадцат* 30=тридцат* 40=сорок* 50=пятьдесят*
        50=пятидесят* 60=шестьдесят* 60=шестидесят* 70=семьдесят* 70=семидесят* 80=восемьдесят*
        80=восьмидесят* 90=девяност* 100=сто 100=ста 100=сотн* 200=двести 300=триста 400=четыреста
        500=пятьсот 600=шестьсот 700=семьсот 800=восемьсот 900=девятьсот 1000=тысяч* 1000000=миллион*""",
    "pl": """1=jeden 1=jedna 1=jednego 1=jednej 0.5=pół 0.5=połow* 0.5=połów* 1.5=półtor* 2=dwa 2=dwie 2=dwóch 3=trzy
        3=trzech 3=trójk* 3=trzeci* 4=czter* 4=czwórk* 4=czwart* 5=pięć 5=pięciu 5=piąt* 6=sześć 6=sześciu
        6=szóst* 7=siedem 7=siedmiu 7=siódm* 8=osiem 8=ośmiu 8=ósm* 9=dziewięć 9=dziewięciu 9=dziewiąt*
        10=dziesięć 10=dziesięciu 10=dziesiąt* 11=jedenast* 12=dwanaś* 12=dwunast* 13=trzynast*
        14=czternast* 15=piętnast* 16=szesnast* 17=siedemnast* 18=osiemnast* 19=dziewiętnast* 20=dwadzieś*
        20=dwudziest* 30=trzydzieś* 30=trzydziest* 40=czterdzieś* 40=czterdziest* 50=pięćdziesiąt*
        50=pięćdziesięci* 60=sześćdziesiąt* 60=sześćdziesięci* 70=siedemdziesiąt* 80=osiemdziesiąt*
        90=dziewięćdziesiąt* 100=sto 100=stu 100=setk* 200=dwieście 300=trzysta 400=czterysta 500=pięćset
        600=sześćset 700=siedemset 800=osiemset 900=dziewięćset 1000=tysiąc* 1000=tysięc* 1000000=milion*""",
}
_JOINTS = frozenset(fold_words(word) for word in ("and", "și", "de", "و", "i"))


def numbers(text: str, language: str = "") -> frozenset[float]:
    """Return every number of `text`, each also in the other forms it may be told in (half is 50)."""
    folded = fold_words(text)
    written = {value for match in _DIGITS.finditer(folded) for value in _readings(match.group())}
    return frozenset(written | _spelled(folded, language if language in _TABLE else "en"))


def _readings(digits: str) -> set[float]:
    """'1.200' may be 1200 or 1.2 by country: both are kept, since the reader of a statement would accept either."""
    bare = re.sub(r"[\s'’\u00a0\u202f]", "", digits)
    found = {float(re.sub(r"[.,]", "", bare))} if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+|\d+", bare) else set()
    if re.fullmatch(r"\d+[.,]\d+", bare):
        found.add(float(bare.replace(",", ".")))
    return found or {float(re.sub(r"[.,]", "", bare))}


@cache
def _words(language: str) -> tuple[dict[str, float], tuple[tuple[str, float], ...]]:
    pairs = [entry.partition("=") for entry in _TABLE[language].split()]
    whole = {fold_words(word): float(value) for value, _, word in pairs if not word.endswith("*")}
    begun = [(fold_words(word[:-1]), float(value)) for value, _, word in pairs if word.endswith("*")]
    return whole, tuple(sorted(begun, key=lambda pair: -len(pair[0])))


def _value(word: str, language: str) -> float | None:
    whole, begun = _words(language)
    if word in whole:
        return whole[word]
    return next((value for start, value in begun if word.startswith(start)), None)


def is_number_word(word: str, language: str = "") -> bool:
    """Whether a folded word is a number of a language, English where it is none of the six."""
    return _value(word, language if language in _TABLE else "en") is not None


def _spelled(folded: str, language: str) -> set[float]:
    return {value for run in _runs(folded, language) for value in _composed(run)}


def _runs(folded: str, language: str) -> Iterator[list[float]]:
    run: list[float] = []
    for word in [*_WORD.findall(folded), ""]:
        value = _value(word, language) if word else None
        if value is not None:
            run.append(value)
        elif run and not (word and word in _JOINTS):
            yield run
            run = []


def _composed(run: list[float]) -> set[float]:
    """Return the parts of a run of number words and what they make together: [20, 2] is 22, [3, 100, 50] is 350."""
    found = set(run) | {a + b for a, b in pairwise(run) if 10 <= a < 100 and a % 10 == 0 and 0 < b < 10}
    total, part = 0.0, 0.0
    for value in run:
        if value >= 1000:
            total, part = total + max(part, 1) * value, 0.0
        elif value == 100 and 0 < part < 10:
            part *= 100
        else:
            part += value
    found.add(total + part)
    return found | {100 * value for value in run if value == 0.5}


def missing_numbers(statement: str, lines: str, language: str = "", statement_language: str = "en") -> list[str]:
    """Return the numbers that `statement` names and `lines`, in the language they were said in, do not."""
    there = numbers(lines, language) | numbers(lines, "en")
    there |= {value * scale for value in there for scale in (1000, 1_000_000)}  # "40k", "2M"
    folded = fold_words(statement)
    missing = [match.group() for match in _DIGITS.finditer(folded) if not _readings(match.group()) & there]
    for run in _runs(folded, statement_language if statement_language in _TABLE else "en"):
        said = _composed(run) if len(run) > 1 else set(run)
        if not said & there and max(run) > 2:
            missing.append(f"{max(said):g}")
    return missing
