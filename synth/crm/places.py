"""Countries in the spellings of CRM exports, and the sales region each belongs to.

A country that is not in the table keeps its spelling and has no region: better none than a wrong one.
"""

from __future__ import annotations

import re

from synth.text.names import fold

# A region a paragraph; codes and names of a country parted by commas, countries by semicolons. The names are English,
# the country's own, and those of the languages we know.
_REGIONS = """
DACH: DE, DEU, Germany, Deutschland, Allemagne, Alemania, Almanya, Germania, Duitsland, Niemcy, Германия, آلمان;
    AT, AUT, Austria, Österreich, Autriche, Avusturya, Oostenrijk, Австрия, اتریش; CH, CHE, Switzerland,
    Schweiz, Suisse, Svizzera, Suiza, İsviçre, Elveția, Zwitserland, Szwajcaria, Швейцария, سوئیس; LI, LIE,
    Liechtenstein
Benelux: NL, NLD, Netherlands, The Netherlands, Nederland, Niederlande, Pays-Bas, Países Bajos, Hollanda,
    Holland, Olanda, Țările de Jos, Holandia, Нидерланды, Голландия, هلند; BE, BEL, Belgium, België, Belgique,
    Belgien, Bélgica, Belçika, Belgia, Бельгия, بلژیک; LU, LUX, Luxembourg, Luxemburg, Luxemburgo, Lüksemburg,
    Luksemburg, Люксембург, لوکزامبورگ
Nordics: SE, SWE, Sweden, Sverige, Schweden, Suède, Suecia, İsveç, Suedia, Zweden, Szwecja, Швеция, سوئد; NO,
    NOR, Norway, Norge, Norwegen, Norvège, Noruega, Norveç, Norvegia, Noorwegen, Norwegia, Норвегия, نروژ; DK,
    DNK, Denmark, Danmark, Dänemark, Danemark, Dinamarca, Danimarka, Danemarca, Denemarken, Dania, Дания,
    دانمارک; FI, FIN, Finland, Suomi, Finnland, Finlande, Finlandia, Finlandiya, Finlanda, Финляндия, فنلاند;
    IS, ISL, Iceland, Ísland, Island
UK & Ireland: GB, GBR, UK, United Kingdom, Great Britain, England, Scotland, Wales, Northern Ireland,
    Vereinigtes Königreich, Großbritannien, Royaume-Uni, Reino Unido, Birleşik Krallık, İngiltere, Regatul Unit,
    Marea Britanie, Anglia, Verenigd Koninkrijk, Wielka Brytania, Великобритания, بریتانیا, انگلستان; IE, IRL,
    Ireland, Éire, Irland, Irlande, Irlanda, İrlanda, Ierland, Irlandia, Ирландия, ایرلند
France: FR, FRA, France, Frankreich, Francia, Fransa, Franța, Frankrijk, Francja, Франция, فرانسه; MC, MCO,
    Monaco
Southern Europe: ES, ESP, Spain, España, Spanien, Espagne, İspanya, Spania, Spanje, Hiszpania, Испания, اسپانیا;
    PT, PRT, Portugal, Portekiz, Portugalia, Португалия, پرتغال; IT, ITA, Italy, Italia, Italien, Italie,
    İtalya, Italië, Włochy, Италия, ایتالیا; GR, GRC, Greece, Ελλάδα, Griechenland, Grèce, Grecia, Yunanistan,
    Griekenland, Grecja, Греция, یونان; MT, MLT, Malta; CY, CYP, Cyprus, Zypern, Chypre, Kıbrıs, Cypr, Кипр,
    قبرس
CEE: PL, POL, Poland, Polska, Polen, Pologne, Polonia, Polonya, Польша, لهستان; CZ, CZE, Czechia,
    Czech Republic, Česko, Česká republika, Tschechien, Tchéquie, Çekya, Cehia, Czechy, Чехия, جمهوری چک; SK,
    SVK, Slovakia, Slovensko, Slowakei, Slovaquie, Slovakya, Slovacia, Słowacja, Словакия; HU, HUN, Hungary,
    Magyarország, Ungarn, Hongrie, Macaristan, Ungaria, Węgry, Венгрия, مجارستان; RO, ROU, Romania, România,
    Rumänien, Roumanie, Romanya, Rumunia, Румыния, رومانی; BG, BGR, Bulgaria, България, Bulgarien, Bulgarie,
    Bulgaristan, Болгария, بلغارستان; SI, SVN, Slovenia, Slovenija, Slowenien, Slovénie; HR, HRV, Croatia,
    Hrvatska, Kroatien, Croatie, Hırvatistan, Croația, Chorwacja, Хорватия; RS, SRB, Serbia, Srbija, Serbien,
    Serbie, Sırbistan, Сербия; EE, EST, Estonia, Eesti, Estland, Estonie, Estonya, Эстония; LV, LVA, Latvia,
    Latvija, Lettland, Lettonie, Letonya, Letonia, Łotwa, Латвия; LT, LTU, Lithuania, Lietuva, Litauen,
    Lituanie, Litvanya, Lituania, Litwa, Литва; BA, BIH, Bosnia and Herzegovina; MK, MKD, North Macedonia; AL,
    ALB, Albania; ME, MNE, Montenegro; XK, Kosovo
Türkiye: TR, TUR, Turkey, Türkiye, Türkei, Turquie, Turquía, Turcia, Turkije, Turcja, Турция, ترکیه
CIS: RU, RUS, Russia, Russian Federation, Россия, Российская Федерация, Russland, Russie, Rusia, Rusya, Rosja,
    روسیه; BY, BLR, Belarus, Беларусь, Białoruś; KZ, KAZ, Kazakhstan, Казахстан, Kasachstan, Kazakistan,
    Kazahstan, Kazachstan, قزاقستان; UZ, UZB, Uzbekistan, Узбекистан, Özbekistan; KG, KGZ, Kyrgyzstan, Киргизия,
    Кыргызстан; TJ, TJK, Tajikistan, Таджикистан; AM, ARM, Armenia, Армения, Ermenistan, ارمنستان; AZ, AZE,
    Azerbaijan, Азербайджан, Azerbaycan, آذربایجان; GE, GEO, Georgia, Грузия, Gürcistan, گرجستان; MD, MDA,
    Moldova, Молдова
Ukraine: UA, UKR, Ukraine, Україна, Украина, Ucraina, Ukrayna, Ukraina, Oekraïne, اوکراین
North America: US, USA, United States, United States of America, U.S., America, Vereinigte Staaten, États-Unis,
    Estados Unidos, ABD, Amerika Birleşik Devletleri, Statele Unite, SUA, Verenigde Staten, Stany Zjednoczone,
    США, آمریکا, ایالات متحده; CA, CAN, Canada, Kanada, Канада, کانادا; MX, MEX, Mexico, México, Mexiko,
    Meksika, Meksyk, Мексика, مکزیک
Latin America: BR, BRA, Brazil, Brasil, Brasilien, Brésil, Brezilya, Brazilia, Brazylia, Бразилия, برزیل; AR,
    ARG, Argentina, Argentinien; CL, CHL, Chile; CO, COL, Colombia; PE, PER, Peru, Perú; UY, URY, Uruguay; EC,
    ECU, Ecuador; CR, CRI, Costa Rica
MENA: AE, ARE, United Arab Emirates, UAE, Vereinigte Arabische Emirate, Birleşik Arap Emirlikleri, BAE, Emirate,
    ОАЭ, امارات, الإمارات; SA, SAU, Saudi Arabia, Suudi Arabistan, Саудовская Аравия, عربستان, عربستان سعودی;
    IR, IRN, Iran, İran, Иран, ایران; IQ, IRQ, Iraq, Irak, عراق; IL, ISR, Israel, İsrail, Izrael, Израиль; QA,
    QAT, Qatar, Katar, قطر; KW, KWT, Kuwait, کویت; BH, BHR, Bahrain; OM, OMN, Oman, عمان; JO, JOR, Jordan; LB,
    LBN, Lebanon; EG, EGY, Egypt, Mısır, Египет, مصر; MA, MAR, Morocco, Maroc, Fas; TN, TUN, Tunisia, Tunisie;
    DZ, DZA, Algeria, Algérie
Sub-Saharan Africa: ZA, ZAF, South Africa, Südafrika; NG, NGA, Nigeria; KE, KEN, Kenya; GH, GHA, Ghana; RW, RWA,
    Rwanda; ET, ETH, Ethiopia
Asia-Pacific: IN, IND, India, Indien, Inde, Hindistan, Indie, Индия, هند; CN, CHN, China, Çin, Chiny, Китай,
    چین; JP, JPN, Japan, Japonya, Japonia, Япония, ژاپن; SG, SGP, Singapore, Singapur; AU, AUS, Australia,
    Australien, Avustralya, Австралия, استرالیا; NZ, NZL, New Zealand; HK, HKG, Hong Kong; KR, KOR, South Korea,
    Korea; TW, TWN, Taiwan; TH, THA, Thailand; VN, VNM, Vietnam; MY, MYS, Malaysia; ID, IDN, Indonesia; PH, PHL,
    Philippines; PK, PAK, Pakistan; BD, BGD, Bangladesh; AF, AFG, Afghanistan, افغانستان
"""


def _bare(country: str) -> str:
    return re.sub(r"[\W_]", "", fold(country))


_CODE: dict[str, str] = {}
_REGION_OF: dict[str, str] = {}
for _region, _, _countries in (line.partition(":") for line in _REGIONS.strip().replace("\n    ", " ").splitlines()):
    for _country in _countries.split(";"):
        _names = [_name.strip() for _name in _country.split(",")]
        _CODE.update({_bare(_name): _names[0] for _name in _names})
        _REGION_OF[_names[0]] = _region


def country_code(country: str) -> str:
    """The ISO code, "" when the spelling is not known."""
    return _CODE.get(_bare(country), "")


def region(country: str) -> str:
    """The sales region, "" when the country is not known."""
    return _REGION_OF.get(country_code(country), "")
