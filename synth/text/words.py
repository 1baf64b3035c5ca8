"""Words as the gate and the prompts need them, in six languages and without a model: folding, content words, sizes.

Folding makes spellings of one word equal (case, accents, Arabic and Persian letter forms, digits), so comparison is
by characters afterwards. Lists are short on purpose: a word that is not listed counts as content.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache

LANGUAGES = ("en", "tr", "ro", "fa", "ru", "pl")
LIKE = 0.75  # of the first words of a line, to be taken for them
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "ø": "o", "ß": "ss", "ي": "ی", "ك": "ک", "ة": "ه", "\u200c": " ", "ـ": ""}
)

# Words that say nothing by themselves: articles, pronouns, auxiliaries, assent and fillers.
_EMPTY: dict[str, str] = {
    "en": """a an the and or but so if of to in on at for with from by as it its it's i i'm i'd i've we we're we'd
        we've you your they them he she his her our us me my this that that's these those there here is
        are was were be been am do does did have has had will would can could should not no yes yeah yep
        yup nope ok okay right exactly sure mm hm hmm mhm uh um er ah oh well like just really very too
        also then than what which who how why when where absolutely definitely totally true correct indeed
        course actually basically honestly maybe probably quite know mean guess think thanks thank you're
        pretty much kind sort of up out about say said could couldn't didn't don't doesn't""",
    "tr": """ve veya ama fakat ile için bir bu şu o ben biz siz sen onlar bize size bana ona da de ki mi mı mu mü ne
        nasıl neden evet hayır yok var tamam aynen kesinlikle tabii tabi doğru öyle işte yani şey hani hı
        hıhı hmm çok daha en gibi kadar sonra önce oldu olur olabilir değil galiba belki zaten bence
        elbette peki teşekkürler""",
    "ro": """și si sau dar cu pentru din de la în in pe un o unei unui al ale ai a eu noi voi el ea ei ele ne vă vi mi
        îmi le lui lor este e sunt era am ai are avem au fost fi să sa nu da așa asa exact sigur bine
        corect da păi pai deci adică adica hm mhm ăă ce cum când cand unde care că ca mai foarte chiar
        poate cred mulțumesc desigur absolut""",
    "fa": """و یا اما ولی با برای از به در که را این آن یک من ما شما او آنها است هست بود بودند نیست شد می نه بله آره
        خیر اره اوهوم هوم خب خوب دقیقا دقیقاً درسته همینه همین همینطور البته حتما حتماً واقعا واقعاً خیلی
        هم دیگه دیگر چه چی چطور چرا کی کجا شاید فکر یعنی باشه ممنون مرسی رو تو ها های""",
    "ru": """и или но а с со для из от к ко в во на по за о об у я мы вы он она они это этот эта эти то тот нас нам вас
        вам мне меня его ее её их был была было были есть не нет да ага угу ну вот как что чтобы где когда
        почему так точно именно конечно верно правда хорошо ладно ок окей очень ещё еще уже тоже бы же ли
        значит просто типа короче наверное может думаю спасибо абсолютно""",
    "pl": """i lub albo ale a z ze dla od do w we na po za o u ja my wy on ona oni ono to ten ta te tym nas nam was wam
        mi mnie jego jej ich jest są był była było były nie tak no tak aha mhm hm dobra dobrze dokładnie
        oczywiście właśnie pewnie jasne zgadza się że żeby jak co gdzie kiedy dlaczego bardzo też już
        jeszcze by czy więc po prostu chyba może myślę dziękuję absolutnie prawda""",
}

NEGATIONS: dict[str, str] = {
    "en": "not no never none nothing nobody nowhere neither nor without cannot hardly barely",
    "tr": "değil yok hiç hiçbir asla olmadan",
    "ro": "nu n niciodată nimic nimeni niciun nicio nici fără",
    "fa": "نه نیست نبود نبودیم نبودند نشد نداریم ندارد نداره نداشت نداشتیم نکرد نکردیم نمی هیچ هرگز بدون نتوانستیم",
    "ru": "не нет ни никогда ничего никто никак нигде без нельзя",
    "pl": "nie nigdy nic nikt żaden żadna żadnego bez ani brak",
}
# Words that carry a "no" in another form, so that "we lacked X" agrees with "we did not have X".
DENIALS: dict[str, str] = {
    "en": """lack lacks lacked lacking fail fails failed failing failure unable miss missing missed refuse refused
        refusal impossible stop stopped avoid avoided prevent prevented eliminated removed gone absence
        absent deny denied denies reject rejected rather instead only until unless doubt unclear unknown
        invisible loss lost late delay delayed unreliable unnecessary insufficient inadequate difficult
        difficulty hard inability unwilling less few fewer zero ended quit against disagree free blind
        limited incomplete unavailable""",
    "tr": "eksik eksikti olmaması zor imkansız reddetti kayıp kaybettik geç durdu",
    "ro": "lipsă lipsa lipsea lipsește imposibil greu refuzat pierdut târziu oprit",
    "fa": "کمبود نبود نبودن نداشتن سخت غیرممکن دیر فقدان",
    "ru": "отсутствие отсутствует невозможно сложно отказ отказались потеряли поздно трудно нехватка",
    "pl": "brakuje brakowało niemożliwe trudno odmówili straciliśmy późno niemożność trudności",
}


def fold_words(text: str) -> str:
    """Return `text` in the form in which two spellings of a word are equal, digits of all scripts included.

    Names are compared by `text.names.fold`, which also drops what joins letters and keeps digits as they are.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = (char for char in plain if not unicodedata.combining(char))
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in kept).translate(_LETTERS)


def words(text: str) -> list[str]:
    """Return the folded words of `text` in order."""
    return _WORD.findall(fold_words(text))


@cache
def listed(which: str, language: str) -> frozenset[str]:
    """Return the folded word list `which` ('empty', 'negations', 'denials') of a language, or of all six."""
    table = {"empty": _EMPTY, "negations": NEGATIONS, "denials": DENIALS}[which]
    texts = [table[language]] if language in table else list(table.values())
    return frozenset(word for text in texts for word in words(text))


def content_words(text: str, language: str = "") -> list[str]:
    """Return the words of `text` that say something."""
    empty = listed("empty", language)
    return [word for word in words(text) if word not in empty and (len(word) > 1 or word.isdigit())]


def stem(word: str) -> str:
    """Return the part of a folded word that its endings leave alone, roughly: enough to compare inflected forms."""
    return word.partition("'")[0].partition("’")[0][: max(4, math.ceil(len(word) * 0.65))]


def likeness(text: str, starts: str) -> float:
    """Return how much `text` begins with the words of `starts` (1 for all of them), or holds them further on (0.9)."""
    said, given = words(text), words(starts)[:6]
    if not given:
        return 0.0
    alike = sum(a.startswith(b) for a, b in zip(said, given, strict=False)) / len(given)  # the last may be cut
    inside = len(given) > 2 and f" {' '.join(given)} " in f" {' '.join(said)} "
    return max(alike, 0.9 if inside else 0.0)


def begins(text: str, starts: str) -> bool:
    """Whether a line begins with these words, or holds them: one word in four may be off."""
    return likeness(text, starts) >= LIKE


def tokens(text: str) -> int:
    """Return about how many tokens a current model counts, in whole ones."""
    return math.ceil(token_count(text))


def token_count(text: str) -> float:
    """Return the same unrounded, for what is added up: Latin letters 4.2 a token, accented or other scripts 2.2."""
    plain = sum(char.isascii() for char in text)
    return plain / 4.2 + (len(text) - plain) / 2.2


def token_bound(text: str) -> int:
    """Return a number of tokens that no prompt goes over: one for two bytes, and 16 for the frame.

    A model that splits every digit needed one for 3.0 bytes of a prompt full of ids and counts, and of Romanian talk.
    """
    return math.ceil(len(text.encode()) / 2) + 16
