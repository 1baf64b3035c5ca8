"""Sources and quotes for the misquote probe: people, companies and sentences are invented.

Each case is (what was done, quote, whose it is said to be, verdict). Whoever adds one decides the verdict first.
"""

from __future__ import annotations

import hashlib

from synth.extraction.matching import Attribution
from synth.model import Line, Role, Source, Transcript, Turn, Voice

Said = tuple[str, Role, Voice, tuple[str, ...]]


def source(path: str, language: str, account: str, said: tuple[Said, ...]) -> Transcript:
    """Build a transcript whose lines are the sentences given."""
    text, turns, lines = "", [], []
    for speaker, role, voice, sentences in said:
        start = len(text)
        for sentence in sentences:
            at = len(text)
            text += sentence + " "
            lines.append(
                Line(len(lines) + 1, len(turns), sentence, at, at + len(sentence), speaker, role, voice, account, language)
            )  # fmt: skip
        turns.append(Turn(speaker, start, len(text) - 1))
        text = text[:-1] + "\n"
    about = Source(hashlib.sha256(path.encode()).hexdigest()[:16], path, "interview", "txt", language, account=account)
    return Transcript(about, text, turns=tuple(turns), lines=tuple(lines))


INN = source("corpora/inn.txt", "en", "Gull Inn", (
    ("Jon Ferrer", "vendor", "own", ("Did the old tool lose bookings?", "I guess it was slow.")),
    ("Mara Lindqvist", "customer", "said", (
        "We did not lose a single booking last year.",
        "It took us, um, twelve days to close the month, you know, every time.",
        "Honestly the price was never a problem for us.")),
    ("Jon Ferrer", "vendor", "own", ("Our scheduler saves most hotels forty hours a month.",)),
    ("Peter Osei", "customer", "said", (
        "I don't think the support team was helpful.",
        "We looked at Bookwell and at Roomio, and we picked Roomio because it was cheaper.")),
    ("Mara Lindqvist", "customer", "said", (
        "Then the auditors came in March and everything fell apart.",
        "We paid €4,500 for a fix that didn't work.",
        "Only 15% of the guests ever used the app.",
        "My night porter called it “the grey monster”, and he was right.")),
    ("Peter Osei", "customer", "said", ("Would I buy it again?", "I can't say that I would.")),
))  # fmt: skip
MILL = source("corpora/mill.vtt", "en", "Harrow Mill", (
    ("Jon Ferrer", "vendor", "own", ("What was the worst part?",)),
    ("Dana Whitlock", "customer", "said", (
        "Our stock counts were wrong by 1,200 bags every quarter.",
        "The drivers hated the paper lists, and so did I.",
        "We never went back to spreadsheets after that.",
        "It cut our Monday planning from three hours to twenty minutes.")),
    ("Jon Ferrer", "vendor", "own", ("So you save almost a whole morning every week.",)),
    ("Dana Whitlock", "customer", "said", ("If you dropped the yearly contract, I would sign tomorrow.",)),
))  # fmt: skip
NOTE = source("corpora/note.md", "en", "Norrvik", (
    ("", "unknown", "reported", ("Elin says the drivers still get their list on paper at six.",)),
    ("", "unknown", "own", ("I think they will buy next spring.",)),
))  # fmt: skip
TR = source("corpora/sera.txt", "tr", "Yeşil Sera", (
    ("Jon Ferrer", "vendor", "own", ("Eski sistem yavaş mıydı?",)),
    ("Aylin Koç", "customer", "said", (
        "Geçen yıl hiç sipariş kaybetmedik.",
        "Her akşam, şey, kasayı kapatmak üç saat sürüyordu.",
        "Fiyat bizim için sorun değildi.",
        "Rakibiniz Tarlacık'ı da denedik, ama desteği çok kötüydü.",
        "Ocak ayında muhasebecimiz işten ayrıldı.")),
    ("Jon Ferrer", "vendor", "own", ("Müşterilerimiz ayda kırk saat kazanıyor.",)),
    ("Mert Aksoy", "customer", "said", ("Ekip yeni ekrana alışamadı.", "Yüzde 30 daha az fire veriyoruz.")),
))  # fmt: skip
RO = source("corpora/brutarie.md", "ro", "Brutăria Lunca", (
    ("Jon Ferrer", "vendor", "own", ("Vechiul program era lent?",)),
    ("Radu Ionescu", "customer", "said", (
        "Nu am pierdut nicio comandă anul trecut.",
        "Pierdeam, ăă, trei ore în fiecare dimineață cu listele.",
        "Prețul nu a fost niciodată o problemă pentru noi.",
        "Am încercat și Pâinebot, dar nu avea legătură cu contabilitatea.",
        "În martie a plecat contabila noastră.")),
    ("Jon Ferrer", "vendor", "own", ("Clienții noștri economisesc patruzeci de ore pe lună.",)),
    ("Ilinca Pop", "customer", "said", ("Echipa mea nu folosește aplicația.", "Avem cu 25% mai puține retururi.")),
))  # fmt: skip
FA = source("corpora/chap.docx", "fa", "چاپ سپهر", (
    ("یون فرر", "vendor", "own", ("سیستم قبلی کند بود؟",)),
    ("نرگس راد", "customer", "said", (
        "پارسال هیچ سفارشی را گم نکردیم.",
        "هر ماه دوازده روز طول می‌کشید که حساب‌ها را ببندیم.",
        "قیمت برای ما مشکل نبود.",
        "ما چاپ‌یار را هم دیدیم، ولی پشتیبانی‌اش ضعیف بود.",
        "در مهر حسابدارمان از شرکت رفت.")),
    ("یون فرر", "vendor", "own", ("مشتری‌های ما ماهی چهل ساعت صرفه‌جویی می‌کنند.",)),
    ("کامران صدر", "customer", "said", ("تیم من از این برنامه استفاده می‌کند.", "ضایعات ما ۳۰ درصد کم شد.")),
))  # fmt: skip
RU = source("corpora/lift.srt", "ru", "Лифтсервис", (
    ("Йон Феррер", "vendor", "own", ("Старая система была медленной?",)),
    ("Ольга Минина", "customer", "said", (
        "В прошлом году мы не потеряли ни одной заявки.",
        "Закрытие месяца занимало, ну, двенадцать дней.",
        "Цена для нас проблемой не была.",
        "Мы смотрели Подъёмыч и Вертикаль и взяли Вертикаль, потому что она дешевле.",
        "В марте от нас ушёл диспетчер.")),
    ("Йон Феррер", "vendor", "own", ("Наши клиенты экономят сорок часов в месяц.",)),
    ("Пётр Зимин", "customer", "said", ("Моя бригада этим приложением не пользуется.", "Простоев стало на 40 % меньше.")),
))  # fmt: skip
PL = source("corpora/chlodnia.vtt", "pl", "Chłodnie Bielik", (
    ("Jon Ferrer", "vendor", "own", ("Czy stary program był wolny?",)),
    ("Ewa Zalewska", "customer", "said", (
        "W zeszłym roku nie zgubiliśmy ani jednego zamówienia.",
        "Zamknięcie miesiąca zajmowało, no wie pan, dwanaście dni.",
        "Cena nigdy nie była dla nas problemem.",
        "Patrzyliśmy na Mroźnik i na Lodowiec, i wzięliśmy Lodowiec, bo był tańszy.",
        "W marcu odeszła nasza księgowa.")),
    ("Jon Ferrer", "vendor", "own", ("Nasi klienci oszczędzają czterdzieści godzin miesięcznie.",)),
    ("Piotr Gajda", "customer", "said", ("Moja ekipa nie korzysta z tej aplikacji.", "Mamy o 30% mniej strat.")),
))  # fmt: skip
SOURCES = (INN, MILL, NOTE, TR, RO, FA, RU, PL)

MARA = Attribution(source="corpora/inn.txt", speaker="Mara Lindqvist", account="Gull Inn")
PETER = Attribution(source="corpora/inn.txt", speaker="Peter Osei", account="Gull Inn")
DANA = Attribution(source="corpora/mill.vtt", speaker="Dana Whitlock", account="Harrow Mill")
AYLIN, MERT = (Attribution("corpora/sera.txt", (), name, "Yeşil Sera") for name in ("Aylin Koç", "Mert Aksoy"))
RADU, ILINCA = (
    Attribution("corpora/brutarie.md", (), name, "Brutăria Lunca") for name in ("Radu Ionescu", "Ilinca Pop")
)
NARGES, KAMRAN = (Attribution("corpora/chap.docx", (), name, "چاپ سپهر") for name in ("نرگس راد", "کامران صدر"))
OLGA, PIOTR_Z = (Attribution("corpora/lift.srt", (), name, "Лифтсервис") for name in ("Ольга Минина", "Пётр Зимин"))
EWA, PIOTR = (
    Attribution("corpora/chlodnia.vtt", (), name, "Chłodnie Bielik") for name in ("Ewa Zalewska", "Piotr Gajda")
)
ANYBODY = Attribution()

Case = tuple[str, str, Attribution, str]
CASES: tuple[Case, ...] = (
    # true quotes
    ("whole", "We did not lose a single booking last year.", MARA, "verbatim"),
    ("whole", "I don't think the support team was helpful.", PETER, "verbatim"),
    (
        "two sentences",
        "We paid €4,500 for a fix that didn't work. Only 15% of the guests ever used the app.",
        MARA,
        "verbatim",
    ),
    ("part", "everything fell apart", MARA, "verbatim"),
    ("part", "we picked Roomio because it was cheaper", PETER, "verbatim"),
    ("nobody named", "The drivers hated the paper lists, and so did I.", ANYBODY, "verbatim"),
    ("first name", "We never went back to spreadsheets after that.", Attribution(speaker="Dana"), "verbatim"),
    ("note", "the drivers still get their list on paper at six", Attribution(account="Norrvik"), "verbatim"),
    ("curly marks inside", "My night porter called it “the grey monster”, and he was right.", MARA, "verbatim"),
    ("whole", "Geçen yıl hiç sipariş kaybetmedik.", AYLIN, "verbatim"),
    ("whole", "Prețul nu a fost niciodată o problemă pentru noi.", RADU, "verbatim"),
    ("whole", "هر ماه دوازده روز طول می‌کشید که حساب‌ها را ببندیم.", NARGES, "verbatim"),
    ("whole", "Цена для нас проблемой не была.", OLGA, "verbatim"),
    ("whole", "Moja ekipa nie korzysta z tej aplikacji.", PIOTR, "verbatim"),
    ("part", "взяли Вертикаль, потому что она дешевле", OLGA, "verbatim"),
    # negation cut or added
    ("no cut", "We did lose a single booking last year.", MARA, "altered"),
    ("no cut", "I think the support team was helpful.", PETER, "altered"),
    ("no cut", "Honestly the price was a problem for us.", MARA, "altered"),
    ("no cut", "We went back to spreadsheets after that.", DANA, "altered"),
    ("no cut", "We paid €4,500 for a fix that did work.", MARA, "altered"),
    ("no cut off", "lose a single booking last year", MARA, "altered"),
    ("no cut off", "the support team was helpful", PETER, "altered"),
    ("no cut off", "went back to spreadsheets after that", DANA, "altered"),
    ("no added", "Only 15% of the guests never used the app.", MARA, "altered"),
    ("no added", "The drivers never hated the paper lists, and so did I.", DANA, "altered"),
    ("can't to can", "I can say that I would.", PETER, "altered"),
    ("no cut", "Geçen yıl hep sipariş kaybettik.", AYLIN, "altered"),
    ("no cut", "Fiyat bizim için sorundu.", AYLIN, "altered"),
    ("no cut off", "Fiyat bizim için sorun", AYLIN, "altered"),
    ("no cut", "Ekip yeni ekrana alıştı.", MERT, "altered"),
    ("no cut", "Am pierdut nicio comandă anul trecut.", RADU, "altered"),
    ("no cut", "Prețul a fost o problemă pentru noi.", RADU, "altered"),
    ("no cut", "Echipa mea folosește aplicația.", ILINCA, "altered"),
    ("no cut", "پارسال سفارشی را گم کردیم.", NARGES, "altered"),
    ("no cut", "قیمت برای ما مشکل بود.", NARGES, "altered"),
    ("no added", "تیم من از این برنامه استفاده نمی‌کند.", KAMRAN, "altered"),
    ("no cut", "В прошлом году мы потеряли заявки.", OLGA, "altered"),
    ("no cut", "Цена для нас проблемой была.", OLGA, "altered"),
    ("no cut", "Моя бригада этим приложением пользуется.", PIOTR_Z, "altered"),
    ("no cut", "W zeszłym roku zgubiliśmy ani jednego zamówienia.", EWA, "altered"),
    ("no cut", "Cena była dla nas problemem.", EWA, "altered"),
    ("no cut", "Moja ekipa korzysta z tej aplikacji.", PIOTR, "altered"),
    # numbers
    ("number", "It took us, um, two days to close the month, you know, every time.", MARA, "altered"),
    ("number", "We paid €45,000 for a fix that didn't work.", MARA, "altered"),
    ("number", "Only 51% of the guests ever used the app.", MARA, "altered"),
    ("currency", "We paid $4,500 for a fix that didn't work.", MARA, "altered"),
    ("point moved", "We paid €4.5 for a fix that didn't work.", MARA, "altered"),
    ("percent cut", "Only 15 of the guests ever used the app.", MARA, "altered"),
    ("number", "Our stock counts were wrong by 12,000 bags every quarter.", DANA, "altered"),
    ("number", "It cut our Monday planning from three hours to two minutes.", DANA, "altered"),
    ("number", "Yüzde 80 daha az fire veriyoruz.", MERT, "altered"),
    ("number", "Avem cu 52% mai puține retururi.", ILINCA, "altered"),
    ("number", "ضایعات ما ۸۰ درصد کم شد.", KAMRAN, "altered"),
    ("number", "Простоев стало на 4 % меньше.", PIOTR_Z, "altered"),
    ("number", "Mamy o 13% mniej strat.", PIOTR, "altered"),
    ("number", "Закрытие месяца занимало, ну, два дня.", OLGA, "altered"),
    # names and competitors
    ("competitor", "we picked Bookwell because it was cheaper", PETER, "altered"),
    ("competitor", "We looked at Bookwell and at Lodgr, and we picked Lodgr because it was cheaper.", PETER, "altered"),
    ("month", "Then the auditors came in May and everything fell apart.", MARA, "altered"),
    ("who", "Then the lawyers came in March and everything fell apart.", MARA, "altered"),
    ("who", "My head chef called it “the grey monster”, and he was right.", MARA, "altered"),
    ("competitor", "Rakibiniz Bahçecik'i da denedik, ama desteği çok kötüydü.", AYLIN, "altered"),
    ("competitor", "Am încercat și Covrigel, dar nu avea legătură cu contabilitatea.", RADU, "altered"),
    ("competitor", "ما نقش‌نگار را هم دیدیم، ولی پشتیبانی‌اش ضعیف بود.", NARGES, "altered"),
    ("competitor", "взяли Подъёмыч, потому что она дешевле", OLGA, "altered"),
    ("competitor", "wzięliśmy Mroźnik, bo był tańszy", EWA, "altered"),
    ("month", "W maju odeszła nasza księgowa.", EWA, "altered"),
    # other words
    ("word", "The drivers loved the paper lists, and so did I.", DANA, "altered"),
    ("word added", "Our stock counts were often wrong by 1,200 bags every quarter.", DANA, "altered"),
    ("if cut", "You dropped the yearly contract, I would sign tomorrow.", DANA, "altered"),
    ("question made a statement", "Would I buy it again.", PETER, "altered"),
    ("only cut", "15% of the guests always used the app.", MARA, "altered"),
    ("word", "desteği çok iyiydi, Rakibiniz Tarlacık'ı da denedik", AYLIN, "altered"),
    ("word", "În martie a venit contabila noastră.", RADU, "altered"),
    # stitched
    (
        "two lines",
        "We did not lose a single booking last year. Honestly the price was never a problem for us.",
        MARA,
        "stitched",
    ),
    (
        "two turns",
        "Honestly the price was never a problem for us. Then the auditors came in March and everything fell apart.",
        MARA,
        "stitched",
    ),
    ("two people", "We paid €4,500 for a fix that didn't work. I can't say that I would.", MARA, "stitched"),
    (
        "two accounts",
        "We never went back to spreadsheets after that. Only 15% of the guests ever used the app.",
        DANA,
        "stitched",
    ),
    ("halves", "The drivers hated the paper lists because it was cheaper", DANA, "stitched"),
    ("halves", "Then the auditors came in March and we picked Roomio", MARA, "stitched"),
    (
        "order",
        "We never went back to spreadsheets after that. Our stock counts were wrong by 1,200 bags every quarter.",
        DANA,
        "stitched",
    ),
    (
        "ellipsis over lines",
        "Our stock counts were wrong by 1,200 bags … It cut our Monday planning from three hours to twenty minutes.",
        DANA,
        "stitched",
    ),
    (
        "question and answer",
        "Did the old tool lose bookings? Then the auditors came in March and everything fell apart.",
        MARA,
        "stitched",
    ),
    ("two lines", "Geçen yıl hiç sipariş kaybetmedik. Ocak ayında muhasebecimiz işten ayrıldı.", AYLIN, "stitched"),
    ("two lines", "Nu am pierdut nicio comandă anul trecut. În martie a plecat contabila noastră.", RADU, "stitched"),
    ("two lines", "قیمت برای ما مشکل نبود. در مهر حسابدارمان از شرکت رفت.", NARGES, "stitched"),
    ("two people", "Цена для нас проблемой не была. Простоев стало на 40 % меньше.", OLGA, "stitched"),
    (
        "two lines",
        "W zeszłym roku nie zgubiliśmy ani jednego zamówienia. W marcu odeszła nasza księgowa.",
        EWA,
        "stitched",
    ),
    # wrong speaker, wrong account, our words
    ("wrong speaker", "I don't think the support team was helpful.", MARA, "misattributed"),
    ("wrong speaker", "Only 15% of the guests ever used the app.", PETER, "misattributed"),
    (
        "wrong account",
        "We never went back to spreadsheets after that.",
        Attribution(account="Gull Inn"),
        "misattributed",
    ),
    (
        "wrong source",
        "The drivers hated the paper lists, and so did I.",
        Attribution(source="corpora/inn.txt"),
        "misattributed",
    ),
    (
        "wrong lines",
        "Honestly the price was never a problem for us.",
        Attribution("corpora/inn.txt", (3,)),
        "misattributed",
    ),
    ("vendor", "Our scheduler saves most hotels forty hours a month.", MARA, "misattributed"),
    ("vendor", "So you save almost a whole morning every week.", ANYBODY, "misattributed"),
    ("vendor, in other writing", "our scheduler saves most hotels forty hours a month", ANYBODY, "misattributed"),
    ("our opinion", "I think they will buy next spring.", Attribution(account="Norrvik"), "misattributed"),
    ("wrong speaker", "Ekip yeni ekrana alışamadı.", AYLIN, "misattributed"),
    ("vendor", "Müşterilerimiz ayda kırk saat kazanıyor.", AYLIN, "misattributed"),
    ("vendor", "Clienții noștri economisesc patruzeci de ore pe lună.", RADU, "misattributed"),
    ("wrong speaker", "Echipa mea nu folosește aplicația.", RADU, "misattributed"),
    ("vendor", "مشتری‌های ما ماهی چهل ساعت صرفه‌جویی می‌کنند.", NARGES, "misattributed"),
    ("vendor", "Наши клиенты экономят сорок часов в месяц.", OLGA, "misattributed"),
    ("wrong account", "Цена для нас проблемой не была.", Attribution(account="Gull Inn"), "misattributed"),
    ("vendor", "Nasi klienci oszczędzają czterdzieści godzin miesięcznie.", EWA, "misattributed"),
    # elision
    ("marked", "We looked at Bookwell … and we picked Roomio because it was cheaper.", PETER, "repaired"),
    ("marked", "Then the auditors came […] and everything fell apart.", MARA, "repaired"),
    ("at the end", "The drivers hated the paper lists...", DANA, "repaired"),
    ("at the start", "… and everything fell apart.", MARA, "repaired"),
    ("no left out", "We did … lose a single booking last year.", MARA, "altered"),
    ("no left out", "Prețul … o problemă pentru noi.", RADU, "altered"),
    ("marked", "Patrzyliśmy na Mroźnik […] i wzięliśmy Lodowiec, bo był tańszy.", EWA, "repaired"),
    ("marked", "Мы смотрели Подъёмыч … и взяли Вертикаль", OLGA, "repaired"),
    # case, fillers, Unicode
    ("case", "we DID not lose a single booking last year", MARA, "repaired"),
    ("case", "geçen yıl hiç SİPARİŞ kaybetmedik.", AYLIN, "repaired"),
    ("punctuation", "The drivers hated the paper lists and so did I!", DANA, "repaired"),
    ("fillers", "It took us twelve days to close the month every time.", MARA, "repaired"),
    ("fillers", "Her akşam kasayı kapatmak üç saat sürüyordu.", AYLIN, "repaired"),
    ("fillers", "Pierdeam trei ore în fiecare dimineață cu listele.", RADU, "repaired"),
    ("fillers", "Закрытие месяца занимало двенадцать дней.", OLGA, "repaired"),
    ("fillers", "Zamknięcie miesiąca zajmowało dwanaście dni.", EWA, "repaired"),
    ("filler added", "We, um, never went back to spreadsheets after that.", DANA, "repaired"),
    ("apostrophe", "I don’t think the support team was helpful.", PETER, "repaired"),
    ("straight marks", 'My night porter called it "the grey monster", and he was right.', MARA, "repaired"),
    ("spaces", "We  paid\u00a0€4,500 for a fix\nthat didn't work.", MARA, "repaired"),
    ("decomposed", "Prec\u0327ul nu a fost".replace("c\u0327", "t\u0326"), RADU, "repaired"),
    ("cedilla", "Preţul nu a fost niciodată o problemă pentru noi.", RADU, "repaired"),
    ("no accents", "Pretul nu a fost niciodata o problema pentru noi.", RADU, "repaired"),
    ("Arabic letters", "هر ماه دوازده روز طول مي‌كشيد", NARGES, "repaired"),
    ("no joiner", "هر ماه دوازده روز طول میکشید", NARGES, "repaired"),
    ("Latin digits", "ضایعات ما 30 درصد کم شد.", KAMRAN, "repaired"),
    ("е for ё", "Мы смотрели Подъемыч и Вертикаль", OLGA, "repaired"),
    ("no-break space", "Простоев стало на 40\u00a0% меньше.", PIOTR_Z, "repaired"),
    ("grouping", "Our stock counts were wrong by 1.200 bags every quarter.", DANA, "repaired"),
    ("full width", "Ｏｎｌｙ 15% of the guests ever used the app.", MARA, "repaired"),
    ("soft hyphen", "We never went back to spread\u00adsheets after that.", DANA, "repaired"),
    # made up, translated
    ("made up", "This product changed the way we run the hotel.", MARA, "fabricated"),
    ("made up", "Best software I have ever bought, ten out of ten.", DANA, "fabricated"),
    ("made up", "Our guests love the new check-in screens.", ANYBODY, "fabricated"),
    (
        "made up from our question",
        "The old tool lost bookings all the time because it was so slow.",
        MARA,
        "fabricated",
    ),
    ("translated", "We lost no order last year.", AYLIN, "fabricated"),
    ("translated", "The price was never a problem for the bakery.", RADU, "fabricated"),
    ("translated", "Every month it took twelve days to close the books.", NARGES, "fabricated"),
    ("translated", "My crew does not use this application.", PIOTR_Z, "fabricated"),
    ("translated", "Our accountant left in March.", EWA, "fabricated"),
    ("translated", "Les chauffeurs détestaient les listes en papier.", DANA, "fabricated"),
    ("translated", "Geçen yıl tek bir rezervasyon bile kaybetmedik.", MARA, "fabricated"),
    ("translated", "Экипаж больше не пользуется бумажными списками.", DANA, "fabricated"),
    ("paraphrase", "Monthly closing used to be a two week affair.", MARA, "fabricated"),
    ("no words", "…", MARA, "fabricated"),
)

# A second set, decided after the rules were made and run once before they were corrected: 48 of 54 were right then.
DEPOT = source(
    "a.txt",
    "en",
    "Pike Foods",
    (
        ("Sam Vendor", "vendor", "own", ("Walk me through a bad day.", "Most of our clients halve their waste.")),
        (
            "Lena Brandt",
            "customer",
            "said",
            (
                "So basically we had forty pallets standing in the yard and nobody could tell me whose they were.",
                "I wouldn't say it was cheap, but it paid for itself in six weeks.",
                "My boss, Henrik, was dead against it.",
                "And, uh, the the scanner still doesn't read wet labels.",
                "Nobody in the night shift has ever complained about Palletron.",
            ),
        ),
        ("Sam Vendor", "vendor", "own", ("Okay.",)),
        (
            "Lena Brandt",
            "customer",
            "said",
            ("What I want is one screen for all three depots.", "Without that, we can't renew in January."),
        ),
    ),
)
ORCHARD = source(
    "b.txt",
    "en",
    "Orchard Co",
    (
        (
            "Tomas Vik",
            "customer",
            "said",
            (
                "We switched from Crateful to you in 2023 after the fire.",
                "It went from 22 days to nine.",
                "I'd recommend it to anyone with more than two depots, unless they run on paper.",
            ),
        ),
    ),
)
MILL_RU = source(
    "r.txt",
    "ru",
    "Мельница",
    (
        (
            "Ирина Лось",
            "customer",
            "said",
            (
                "Мы перешли к вам после пожара в апреле.",
                "Без этого отчёта мы бы не продлили договор.",
                "Склад теперь закрываем за сорок минут, раньше уходило полдня.",
                "Никто из водителей не жаловался.",
            ),
        ),
        ("Сэм", "vendor", "own", ("Обычно клиенты экономят день.",)),
    ),
)
MILL_TR = source(
    "t.txt",
    "tr",
    "Değirmen",
    (
        (
            "Elif Şen",
            "customer",
            "said",
            (
                "Depo kapanışı artık kırk dakika sürüyor.",
                "Bu rapor olmadan sözleşmeyi yenilemezdik.",
                "Şoförlerin hiçbiri şikâyet etmedi.",
                "Rakip Paletli'yi denemedik bile.",
            ),
        ),
    ),
)
MILL_FA = source(
    "f.txt",
    "fa",
    "آسیاب",
    (
        (
            "سارا نیک",
            "customer",
            "said",
            (
                "بستن انبار حالا چهل دقیقه طول می‌کشد.",
                "بدون این گزارش قرارداد را تمدید نمی‌کردیم.",
                "هیچ‌کدام از راننده‌ها شکایت نکردند.",
            ),
        ),
    ),
)
MILL_PL = source(
    "p.txt",
    "pl",
    "Młyn",
    (
        (
            "Anna Wilk",
            "customer",
            "said",
            (
                "Magazyn zamykamy teraz w czterdzieści minut.",
                "Bez tego raportu nie przedłużylibyśmy umowy.",
                "Żaden kierowca się nie skarżył.",
                "Przeszliśmy do was z Paletexu po pożarze.",
            ),
        ),
    ),
)
MILL_RO = source(
    "o.txt",
    "ro",
    "Moara",
    (
        (
            "Dan Rusu",
            "customer",
            "said",
            (
                "Închidem depozitul în patruzeci de minute acum.",
                "Fără raportul ăsta nu am fi prelungit contractul.",
                "Niciun șofer nu s-a plâns.",
                "Am trecut la voi de la Paletix după incendiu.",
            ),
        ),
    ),
)
SOURCES_2 = (DEPOT, ORCHARD, MILL_RU, MILL_TR, MILL_FA, MILL_PL, MILL_RO)
LENA = Attribution("a.txt", (), "Lena Brandt", "Pike Foods")
TOMAS = Attribution("b.txt", (), "Tomas Vik", "Orchard Co")
IRINA, ELIF, SARA = Attribution(speaker="Ирина Лось"), Attribution(speaker="Elif Şen"), Attribution(source="f.txt")
ANNA, DAN = Attribution(account="Młyn"), Attribution("o.txt")
CASES_2: tuple[Case, ...] = (
    ("second set", "we had forty pallets standing in the yard", LENA, "verbatim"),
    ("second set", "we had fourteen pallets standing in the yard", LENA, "altered"),
    ("second set", "it was cheap, but it paid for itself in six weeks", LENA, "altered"),
    ("second set", "it paid for itself in six weeks", LENA, "verbatim"),
    ("second set", "it paid for itself in six months", LENA, "altered"),
    ("second set", "I would say it was cheap, but it paid for itself in six weeks.", LENA, "altered"),
    ("second set", "My boss, Henrik, was all for it.", LENA, "altered"),
    ("second set", "My boss, Olaf, was dead against it.", LENA, "altered"),
    ("second set", "And the scanner still doesn't read wet labels.", LENA, "repaired"),
    ("second set", "the scanner still does read wet labels", LENA, "altered"),
    ("second set", "The scanner still doesn’t read wet labels", LENA, "repaired"),
    ("second set", "Nobody in the night shift has ever complained about Crateful.", LENA, "altered"),
    ("second set", "Somebody in the night shift has complained about Palletron.", LENA, "altered"),
    ("second set", "has ever complained about Palletron", LENA, "altered"),
    (
        "second set",
        "What I want is one screen for all three depots. Without that, we can't renew in January.",
        LENA,
        "verbatim",
    ),
    ("second set", "My boss, Henrik, was dead against it. Without that, we can't renew in January.", LENA, "stitched"),
    ("second set", "we can renew in January", LENA, "altered"),
    ("second set", "Without that, we can't renew in June.", LENA, "altered"),
    ("second set", "Most of our clients halve their waste.", LENA, "misattributed"),
    ("second set", "Most of our clients halve their waste.", ANYBODY, "misattributed"),
    ("second set", "We switched from Crateful to you in 2023 after the fire.", LENA, "misattributed"),
    ("second set", "We switched from you to Crateful in 2023 after the fire.", TOMAS, "altered"),
    ("second set", "We switched from Crateful to you in 2024 after the fire.", TOMAS, "altered"),
    ("second set", "It went from nine days to 22.", TOMAS, "altered"),
    ("second set", "It went from 22 days to 9.", TOMAS, "altered"),
    ("second set", "I'd recommend it to anyone with more than two depots", TOMAS, "verbatim"),
    ("second set", "I'd recommend it to anyone.", TOMAS, "altered"),
    ("second set", "We switched from Crateful to you … after the fire.", TOMAS, "repaired"),
    ("second set", "one screen for all … depots", LENA, "repaired"),
    ("second set", "The product paid back within one quarter and everyone loves it.", LENA, "fabricated"),
    ("second set", "Henrik says we will renew.", LENA, "fabricated"),
    ("second set", "Мы перешли к вам после пожара в августе.", IRINA, "altered"),
    ("second set", "Мы бы продлили договор без этого отчёта.", IRINA, "altered"),
    ("second set", "Без этого отчёта мы бы продлили договор.", IRINA, "altered"),
    ("second set", "склад теперь закрываем за сорок минут", IRINA, "repaired"),
    ("second set", "We moved to you after the fire in April.", IRINA, "fabricated"),
    ("second set", "Обычно клиенты экономят день.", IRINA, "misattributed"),
    ("second set", "Depo kapanışı artık on dakika sürüyor.", ELIF, "altered"),
    ("second set", "Bu rapor olmadan sözleşmeyi yenilerdik.", ELIF, "altered"),
    ("second set", "Rakip Paletli'yi denedik bile.", ELIF, "altered"),
    ("second set", "Şoförlerin hiçbiri şikayet etmedi", ELIF, "repaired"),
    ("second set", "بستن انبار حالا بیست دقیقه طول می\u200cکشد.", SARA, "altered"),
    ("second set", "بدون این گزارش قرارداد را تمدید می\u200cکردیم.", SARA, "altered"),
    ("second set", "بستن انبار حالا چهل دقیقه طول می کشد.", SARA, "repaired"),
    ("second set", "Depo kapanışı artık kırk dakika sürüyor.", SARA, "misattributed"),
    ("second set", "Bez tego raportu przedłużylibyśmy umowę.", ANNA, "altered"),
    ("second set", "Przeszliśmy do was z Lodoboxu po pożarze.", ANNA, "altered"),
    ("second set", "Zaden kierowca sie nie skarzyl.", ANNA, "repaired"),
    (
        "second set",
        "Magazyn zamykamy teraz w czterdzieści minut. Przeszliśmy do was z Paletexu po pożarze.",
        ANNA,
        "stitched",
    ),
    ("second set", "Fără raportul ăsta am fi prelungit contractul.", DAN, "altered"),
    (
        "second set",
        "Închidem depozitul în patruzeci de minute acum. Am trecut la voi de la Paletix după incendiu.",
        DAN,
        "stitched",
    ),
    ("second set", "Am trecut la voi de la Crateful după incendiu.", DAN, "altered"),
    ("second set", "Nu s-a plâns niciun șofer.", DAN, "altered"),
    ("second set, no word as it is", "Все водители жаловались.", IRINA, "altered"),
)
