"""What a job title says: the function a person works in, and whether the person leads, in the languages we read.

Word beginnings by function, tried in order: "Head of Finance Operations" is finance, "IT Operations" is technology.
`*` stands for any letters, `.` at the end of a stem closes the word. A title that fits nothing is sorted by seniority.
"""

from __future__ import annotations

import re

from synth.text.names import latin

_SLUG = 40  # characters
_FUNCTIONS: dict[str, str] = {
    "finance-lead": """
        cfo., chief financial, chief accountant, head of financ, head of accounting, vp financ, vp of financ,
        director of financ, financ* director, financ* manager, financ* lead, head of controlling, finanzleit,
        finanzchef, finanzvorst, finanzdirekt, leit* finanz, leit* rechnungsw, leit* buchhalt, kaufmännische
        leit, direct* financier, directeur administratif, director* administración, jef* contab, jef* de contab,
        mali işler müdür, finans müdür, finans direktör, muhasebe müdür, mali işler dire, director* financiar,
        director* economic, contabil* șef, مدیر مالی, معاون مالی, مدیر ارشد مالی, رئیس حسابداری, финансов*
        директор, главн* бухгалтер, dyrektor* finans, dyrektor* ds. finans, główn* księgow
    """,
    "finance-team": """
        controll, account payable, accounts payable, accountant, accounting, ap., ar., bookkeep, financ,
        treasur, payroll, buchhalt, rechnungswes, kreditoren, debitoren, finanz, contable, contabilidad,
        tesorer, comptab, contrôleur de gestion, muhasebe, mali, finans, contabil, حساب, مالی, خزانه, бухгалт,
        финанс, казнач, контролл, контролёр, контролер, księgow, kontroling, rachunk
    """,
    "legal": """
        legal, counsel, compliance, privacy, information governance, data protection, dpo., lawyer, solicitor,
        jurist, abogad, juridi, avocat, hukuk, avukat, حقوقی, وکیل, юрист, правов, комплаенс, prawn, radca
    """,
    "technology": """
        cto., cio., ciso., it., software, engineer, developer, architect, devops, data, security, technolog,
        system* admin, sysadmin, netsuite, salesforce, erp., informati, informáti, sistemas, edv., it-leit,
        entwickl, développ, desarroll, ingenier, ingénieur, bilgi işlem, yazılım, teknoloji, mühendis, inginer,
        programator, dezvoltator, tehnolog, فناوری, نرم‌افزار, نرم افزار, مهندس, برنامه, разработ, инженер,
        програм, информацион, технолог, архитектор, inżynier, programist
    """,
    "procurement": """
        procure, purchas, buyer, buying, sourcing, einkauf, einkäuf, inkoop, compras, comprador, achats,
        acheteu, satın alma, satınalma, achiziț, achizit, خرید, تدارکات, закуп, снабжен, zakup, zaopatrzen
    """,
    "people": """
        hr., rh., human resources, recursos humanos, ressources humaines, people, talent, recruit, personalleit,
        personalabteil, insan kaynak, ik., resurse umane, منابع انسانی, кадр, персонал, подбор, kadr, rekrut,
        zasob
    """,
    "customer-care": """
        support, customer succ, customer serv, customer care, customer exp, helpdesk, help desk, kundendienst,
        müşteri, destek, suport, relații clienți, پشتیبانی, مشتری, поддерж, клиент, obsług, wsparc
    """,
    "marketing": "cmo., marketing, growth, brand, content, communicat, pazarlama, بازاریابی, маркет",
    "sales": """
        cro., sales, revenue, business development, account exec, account manag, vertrieb, ventas, comercial,
        ventes, satış, vânzări, vanzari, فروش, продаж, sprzedaż, handlow
    """,
    "product": """
        product manag, product own, product lead, product design, head of product, vp product, cpo., ux.,
        design, research, produit, chef* de projet, ürün, tasarım, produs, محصول, طراح, продукт, дизайн,
        produkt, projektant
    """,
    "operations": """
        coo., operation, logisti, supply chain, warehouse, plant, production, manufactur, quality, maintenance,
        fleet, dispatch, transport, facilit, betrieb, lager, logística, operaciones, almacén, producción,
        opérations, logistique, operațional, operational, chef* d'équipe, produktionsleit,
        operasyon, lojistik, depo, üretim,
        bakım, kalite, operațiuni, operatiuni, depozit, producți, mentenanț, calitate, عملیات, انبار, تولید,
        لجستیک, نگهداری, операц, логист, склад, производств, качеств, magazyn, produkcj, operacyjn, operacji,
        logisty, utrzymani, jakości
    """,
    "care": """
        doctor, physician, nurse, clinic, dentist, medical, practice manag, hekim, doktor, hemşire, klinik,
        medic, پزشک, پرستار, کلینیک, врач, медиц, клини, lekar, pielęgn
    """,
    "kitchen": """
        chef., chefs., chefkoch, sous-chef, cook., kitchen, catering, culinary, nutricion,
        food and beverage, head of food, f&b., nutrition, dietit, dietic, dietet, baker., küchen, koch., köchin,
        cociner, cocina, cuisin, executive şef, aşçı, mutfak, bucătar, bucătări, bucatar, سرآشپز, آشپز, повар,
        шеф-повар, кухн, kuchni, kuchar, żywieni
    """,
    "executive": """
        ceo., founder, co-founder, cofounder, owner, managing director, general manager, president, partner,
        principal, chief of staff, geschäftsführ, inhaber, gründer, vorstand, directeur général, gérant, fondat,
        propriétaire, director* general, dueñ, fundador, propietari, kurucu, genel müdür, sahib, patron, yönetim
        kurulu, administrator, proprietar, مدیرعامل, مدیر عامل, بنیان, مالک, موسس, генеральн, основател, владел,
        собственник, учредител, президент, prezes, założyciel, właściciel, гендиректор, współwłaściciel,
        dyrektor* generaln, dyrektor* zarządzaj
    """,
}
_LEADING = """
        ceo., cfo., cto., coo., cmo., cio., cpo., cro., ciso., chief, head, lead, team lead, director, vp., vice
        president, founder, co-founder, owner, president, managing, partner, *leiter, geschäftsführ, müdür,
        direktör, başkan, kurucu, genel, șef, fondator, مدیر, رئیس, معاون, سرپرست, بنیان, директор, руковод,
        начальник, глав, основател, владел, dyrektor, kierownik, kierownicz, prezes, szef, główn, yönetici,
        directeur, directrice, gerent, jefe, jefa, encargad, run., manage., oversee, руковож, возглав, conduc,
        kieruj, zarządz, leite, dirij, dirig
    """
_NO_TITLE = frozenset({"", "customer", "guest", "participant", "interviewee", "speaker", "attendee", "user"})


def _compile(stems: str) -> re.Pattern[str]:
    parts = (" ".join(stem.split()) for stem in stems.split(","))
    patterns = (
        re.escape(part.rstrip(".")).replace(r"\*", r"\w*") + (r"\b" if part.endswith(".") else "") for part in parts
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})", re.IGNORECASE)


_BY_FUNCTION = {name: _compile(stems) for name, stems in _FUNCTIONS.items()}
_LEADS = _compile(_LEADING)
_AIDE = _compile(
    "assistant to, assistant of, executive assistant, personal assistant, secretary to, *'s assistant,"
    "asystent, sekretar, помощни, ассистент, секретар, asistan, asistent, دستیار, منشی, assistent, asistente de"
)
_SMALL_TEAM = _compile("team lead, teamleit, takım lider, ekip lider")


def function_of(title: str) -> str:
    """Return the function a title names, "lead" or "other" when none is known, "" when there is no title."""
    if title.strip().casefold() in _NO_TITLE:
        return ""
    named = next((name for name, stems in _BY_FUNCTION.items() if stems.search(title)), "")
    if _AIDE.search(title) and named in {"", "executive", "finance-lead"}:
        return "other"  # whom they assist is somebody else
    if named == "finance-team" and leads(title) and not _SMALL_TEAM.search(title):
        return "finance-lead"
    return named or ("lead" if leads(title) else "other")


def leads(title: str) -> bool:
    """Whether a title says that the person leads a company, a department or a team."""
    return bool(_LEADS.search(title)) and not _AIDE.search(title)


def role_of(title: str) -> str:
    """Return the group of people a title puts somebody in: its function, else the title itself, as a file can be named.

    People of different trades the table does not know have nothing in common but that, so each title stays its own.
    """
    function = function_of(title)
    return (_slug(title) or function) if function == "other" else function


def _slug(title: str) -> str:
    words = re.findall(r"[a-z0-9]+", latin(title))
    return "-".join(words)[:_SLUG].strip("-")
