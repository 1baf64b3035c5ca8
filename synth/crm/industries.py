"""Names of one industry in the spellings of CRM exports. One that is not in the table keeps its spelling.

A group a line; the first name is its key. Only names that mean the same are together: a hotel is not a restaurant.
"""

from __future__ import annotations

import re

from synth.text.names import fold

_GROUPS = """
e-commerce, ecommerce, online retail, online shop, online shopping, internet retail, onlinehandel, e-handel, e-ticaret,
    comerț electronic, handel elektroniczny, электронная коммерция, интернет-торговля, تجارت الکترونیک
retail, retail trade, einzelhandel, commerce de détail, detailhandel, handel detaliczny, comerț cu amănuntul, perakende,
    perakendecilik, розничная торговля, ритейл, خرده فروشی
wholesale, wholesale trade, großhandel, groothandel, handel hurtowy, comerț cu ridicata, toptan, toptan ticaret,
    оптовая торговля, عمده فروشی
logistics, logistics and supply chain, logistik, logistique, logistiek, logistica, logística, logistyka, lojistik,
    логистика, لجستیک
transportation, transport, transportation and trucking, taşımacılık, перевозки, حمل و نقل
software, computer software, software development, softwareentwicklung, oprogramowanie, yazılım,
    программное обеспечение, نرم افزار
information technology, information technology and services, it, it services, informationstechnologie, bilişim,
    технологии и информационные услуги, فناوری اطلاعات
financial services, finance, finanzdienstleistungen, finanzen, services financiers, usługi finansowe,
    servicii financiare, finans, финансы, финансовые услуги, خدمات مالی
insurance, versicherung, versicherungen, assurance, verzekeringen, ubezpieczenia, asigurări, sigorta, sigortacılık,
    страхование, بیمه
banking, banks, bankwesen, banken, banque, bankowość, bancar, bankacılık, банковское дело, банки, بانکداری
manufacturing, industrial manufacturing, fertigung, fabrication, productie, produkcja, producție, imalat, üretim,
    производство, تولید
healthcare, health care, hospital and health care, hospitals and health care, gesundheitswesen, santé, gezondheidszorg,
    ochrona zdrowia, sănătate, sağlık, здравоохранение, медицина, بهداشت و درمان, سلامت
education, bildung, éducation, onderwijs, edukacja, educație, eğitim, образование, آموزش
construction, building construction, bau, baugewerbe, bouw, budownictwo, construcții, inşaat, строительство, ساختمان
agency, agencies, marketing agency, agentur, agence, agentschap, agencja, agenție, ajans, агентство, آژانس
marketing and advertising, advertising, marketing, werbung, publicité, reclame, reklama, publicitate, reklamcılık,
    реклама, маркетинг и реклама, تبلیغات
hospitality, hotels, hotels and hospitality, gastgewerbe, hôtellerie, horeca, hotelarstwo, ospitalitate, konaklama,
    otelcilik, гостиничный бизнес, هتلداری
restaurants, restaurant, gastronomie, restauration, gastronomia, restaurante, restoran, рестораны, رستوران
food and beverage, food and beverages, food and drink, lebensmittel, agroalimentaire, żywność, alimentație, gıda,
    пищевая промышленность, مواد غذایی
professional services, business services, consulting, management consulting, beratung, unternehmensberatung, conseil,
    doradztwo, consultanță, danışmanlık, консалтинг, مشاوره
real estate, immobilien, immobilier, vastgoed, nieruchomości, imobiliare, gayrimenkul, недвижимость, املاک
telecommunications, telecom, telekommunikation, télécommunications, telekomunikacja, telecomunicații, telekom,
    telekomünikasyon, телекоммуникации, связь, مخابرات
energy, energie, énergie, energia, energetyka, enerji, энергетика, انرژی
nonprofit, non profit, non profit organization management, ngo, gemeinnützig, organizacja pozarządowa, некоммерческая
"""


def _bare(industry: str) -> str:
    return re.sub(r"[\W_]", "", fold(industry.replace("&", " and ")))


_KEY = {
    _bare(name): _bare(group.split(",")[0])
    for group in _GROUPS.strip().replace("\n    ", " ").splitlines()
    for name in group.split(",")
    if name.strip()
}


def industry_key(industry: str) -> str:
    """What the names of one industry share."""
    bare = _bare(industry)
    return _KEY.get(bare, bare) or industry
