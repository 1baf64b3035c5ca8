"""What can be counted in a line without a model: length, digits, question marks, small word lists in six languages.

The vectors know what a line is about; these know how it is said (own company or not, denied, wished, long ago) and
where it stands in the talk. The lists belong to the trained head: a change here needs `training/train.py` to run again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_TOKEN = re.compile(r"n['’]t|[\w‌]+(?:['’]\w+)?|[€$£]")
_DENIED = re.compile(r"n['’]t$|(?:m[ae]d[ıi]|m[ıiuü]yor|maz|mez)(?:\w{0,4})$|^ن(?:می|ب)")
_QUESTION = ("?", "؟")

_LISTS: dict[str, str] = {
    "denial": """
        not no never nothing none without cannot neither değil yok hiç asla yoktu nu niciun nicio nimic
        niciodată fără n نه نیست هیچ نبود نداریم نداشتیم هیچکس не нет никогда ничего без ни нельзя никто nie
        nigdy nic bez żaden brak nikt""",
    "own": """
        we our us ours we're we've we'd my i i'm i've me mine biz bizim bizde bize ben benim bana noi noastră
        nostru noastre avem aveam eu mie ما مون برامون داریم داشتیم من خودمون мы нас нам наш наша наше наши нами
        я мне меня my nas nam nasz nasza nasze mamy mieliśmy ja mi mnie""",
    "wish": """
        want wanted wants need needed hope hoping goal wish should must ideally target istiyorum istedim
        istiyoruz istedik istiyordum istiyorduk hedef hedefimiz lazım keşke gerek vreau vrem voiam doream doresc
        scopul trebuie trebuia visez می‌خواستیم می‌خواستم می‌خوام می‌خواهیم هدف هدفمون باید کاش دلم хотел хотела
        хотели хочу хотим цель нужно надо чтобы chcemy chcę chciałem chciałam chcieliśmy cel celem żeby
        potrzebujemy potrzebuję""",
    "now": """
        now since today currently already anymore nowadays şimdi artık bugün acum deja azi astăzi الان الآن دیگه
        امروز حالا теперь сейчас уже сегодня teraz już dziś dzisiaj obecnie""",
    "past": """
        was were had used did before then took back eskiden önce vardı o zaman era erau aveam înainte atunci
        قبلا قبلاً قبل بود بودیم داشتیم раньше было был была были тогда wcześniej był była było były kiedyś
        przedtem wtedy""",
    "contrast": """
        but except only though however problem still issue ama fakat sadece sorun dar doar totuși problema însă
        ولی اما فقط مشکل но только однако проблема зато всё-таки ale tylko jednak problem niestety""",
    "condition": """
        if would could maybe perhaps might guess eğer belki olursa olsa sanırım dacă poate eventual cred اگه اگر
        شاید فکر если может наверное возможно бы jeśli gdyby może jakby chyba""",
    "choice": """
        chose choose picked because compared than other others versus instead alternative competitor decided
        seçtik çünkü diğer göre rakip başka ales pentru altul față alții ceilalți decât انتخاب چون بقیه رقیب
        выбрали потому чем другие остальные конкурент wybraliśmy bo niż inni pozostałych konkurencja dlatego""",
    "money": """
        price cost costs expensive budget euro euros dollars € $ £ contract discount pay paid fiyat pahalı bütçe
        para lira ücret preț prețul scump buget bani lei قیمت گران گرون پول بودجه هزینه цена цену дорого бюджет
        деньги рублей тенге cena cenę drogo drogie budżet pieniądze złotych""",
    "event": """
        when after suddenly left quit resigned happened started month week year sonra ayrıldı birden oldu geçen
        când după plecat brusc întâmplat anul luna وقتی بعد یهو رفت افتاد سال ماه когда после вдруг ушёл ушла
        случилось год месяц kiedy gdy po nagle odszedł odeszła stało rok miesiąc""",
    "told": """
        says said told asked mentioned confirmed he she they her his their dedi söyledi sordu spus zis întrebat
        گفت پرسید сказал сказала говорит спросил просит powiedział powiedziała mówi pyta""",
    "address": """
        you your you're yours siz sizin sizde sen size voi vostru dumneavoastră vă شما شماها вы вас ваш вам ваша
        wy was wasz wam pan pani państwo""",
    "filler": """
        um uh er mm mhm hmm like yeah okay right well so kind sort şey yani hani ıı evet tamam işte ăă deci
        adică da bine păi خب یعنی آره بله اوهوم اِ ну вот это как ага да типа э no tak więc znaczy yyy eee
        właśnie""",
}
_WORDS = {name: frozenset(text.split()) for name, text in _LISTS.items()}
_ASKED = ("address", "past", "wish", "money", "choice", "now", "contrast", "event")


def words_of(text: str) -> list[str]:
    """Return the lower-case words of `text`, with currency signs as words."""
    return _TOKEN.findall(text.lower())


def line_cues(text: str) -> list[float]:
    """How one line is said."""
    words = words_of(text)
    listed = [_share(words, name) for name in _WORDS]
    marks = [any(c.isdigit() for c in text), asks(text), "…" in text or "..." in text, any(c in text for c in '"“«„')]
    size = len(words)
    own = len({word for word in words if len(word) > 3})
    return [math.log2(1 + size), math.log2(1 + own), size <= 3, size <= 6, size >= 25, *marks, *listed]


def question_cues(question: str, line: str) -> list[float]:
    """How the question before a line was put, and how much of it the line repeats."""
    asked, said = words_of(question), set(words_of(line))
    echo = len(said & set(asked)) / max(1, len(said))
    return [asks(question), min(len(asked), 60) / 30, bool(asked), echo, *(_share(asked, name) > 0 for name in _ASKED)]


def place_cues(at: int, turn: int, whole: float) -> list[float]:
    """Where a line stands: `at` of `turn` lines of its turn, and `whole` of the way through the source."""
    return [min(at, 8) / 8, at == 0, at == turn - 1, min(turn, 8) / 8, whole]


def asks(text: str) -> bool:
    """Whether a text ends as a question."""
    return text.rstrip("\"”»’') ").endswith(_QUESTION)


def _share(words: Sequence[str], name: str) -> float:
    hits = sum(word in _WORDS[name] for word in words)
    if name == "denial":
        hits += sum(bool(_DENIED.search(word)) for word in words)
    return min(hits, 3) / 3
