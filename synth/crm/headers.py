"""The headers that CRM exports give to the fields of an account, as data: one field a paragraph, surest words first.

English, then German, French, Spanish, Dutch, Polish, Romanian, Turkish, Russian and Persian, with what HubSpot,
Salesforce, Pipedrive and Attio call them. How a header is compared stands in `columns.py`.
"""

from __future__ import annotations

_HEADERS = """
name: account name, company name, associated company, primary associated company, associated company names,
    organization name, organisation name, customer name, client name, parent record, company, organization,
    organisation, account, customer, client, business name, legal name, record, firmenname,
    name des unternehmens, unternehmensname, unternehmen, firma, kunde, kundenname, organisationsname,
    nom de l'entreprise, nom de la société, raison sociale, entreprise, société, nom du compte, compte,
    nom du client, nombre de la empresa, nombre de empresa, empresa, nombre de la cuenta, cuenta, razón social,
    cliente, bedrijfsnaam, naam bedrijf, bedrijf, klant, organisatie, nazwa firmy, firma klienta, nazwa konta,
    nazwa klienta, organizacja, klient, denumire firmă, nume companie, numele companiei, denumire companie,
    companie, societate, denumire, client nume, şirket adı, firma adı, hesap adı, müşteri adı, şirket,
    firma ünvanı, kurum adı, название компании, наименование компании, компания, организация,
    название организации, клиент, контрагент, наименование, نام شرکت, شرکت, نام مشتری, مشتری, نام حساب,
    نام سازمان, سازمان, name, naam, nazwa, nume, nom, nombre, ad, ünvan, название, имя, نام
id: account id, associated company ids, associated company id, primary associated company id, associated account id,
    company record id, org id, organisation id, record id, company id, hs object id, organization id, customer id,
    client id, id, account number, datensatz-id, unternehmens-id, kunden-id, kundennummer, konto-id,
    id de l'enregistrement, id du compte, identifiant, id de registro, id de cuenta, klantnummer, id rekordu,
    id konta, id klienta, id înregistrare, id client, kayıt kimliği, kayıt id, hesap id, müşteri no, id записи, ид,
    идентификатор,
    id клиента, شناسه, شناسه مشتری, کد مشتری
domain: company domain name, domain, domains, website, website url, url, homepage, web, domain name,
    email domain, primary domain, domainname des unternehmens, unternehmensdomain, webseite, internetseite,
    nom de domaine de l'entreprise, nom de domaine, domaine, site web, site internet,
    nombre de dominio de la empresa, dominio, sitio web, domeinnaam, strona internetowa, strona www, domena,
    adres www, domeniu, site, pagină web, web sitesi, internet sitesi, alan adı, сайт, веб-сайт, домен, وب سایت,
    دامنه, سایت
industry: industry, industry name, primary industry, sector, vertical, branch of industry, categories, branche,
    industrie, wirtschaftszweig, secteur, secteur d'activité, industria, sector industrial, bedrijfstak, branża,
    sektor, domeniu de activitate, ramură, endüstri, faaliyet alanı, отрасль, сфера деятельности, индустрия,
    صنعت, حوزه فعالیت, بخش
country: billing country, country, country region, primary country, hq country, headquarters country,
    location country, billing country code, country code, address country, primary location country,
    shipping country, land, land region, rechnungsland, pays, pays région, pays de facturation, país,
    país región, país de facturación, kraj, kraj region, kraj rozliczeniowy, țara, țară regiune, ülke,
    ülke bölge, fatura ülkesi, страна, страна регион, کشور, کشور منطقه
city: billing city, city, hq city, location city, primary location city, town, shipping city, stadt, ort,
    rechnungsort, ville, ciudad, plaats, stad, miasto, miejscowość, oraș, localitate, şehir, il, город, شهر
employees: number of employees, employees, no of employees, employee count, employees count, headcount,
    company size, team size, fte, ftes, staff, size, estimated employees, employee range, num employees,
    of employees, employees on linkedin, anzahl der mitarbeiter, mitarbeiterzahl, mitarbeiter,
    anzahl mitarbeiter, mitarbeiteranzahl, beschäftigte, unternehmensgröße, nombre d'employés,
    nombre de salariés, effectif, effectifs, salariés, número de empleados, empleados, n.º de empleados,
    plantilla, aantal werknemers, aantal medewerkers, medewerkers, werknemers, liczba pracowników, pracownicy,
    zatrudnienie, wielkość firmy, număr de angajați, nr angajați, angajați, număr angajați, çalışan sayısı,
    çalışan, personel sayısı, количество сотрудников, число сотрудников, сотрудники, сотрудников, численность,
    تعداد کارکنان, تعداد کارمندان, کارکنان, تعداد پرسنل, پرسنل
revenue: annual revenue, revenue, yearly revenue, company revenue, annual sales, turnover, annual turnover,
    estimated revenue, revenue range, estimated arr range, estimated arr, total revenue, jahresumsatz, umsatz,
    jährlicher umsatz, chiffre d'affaires, chiffre d'affaires annuel, revenus annuels, ca annuel,
    ingresos anuales, ingresos, facturación anual, facturación, jaaromzet, omzet, jaarlijkse omzet,
    roczny przychód, przychód, przychody, obrót, przychód roczny, roczne przychody, cifra de afaceri,
    venit anual, venituri anuale, yıllık gelir, yıllık ciro, ciro, gelir, годовая выручка, выручка,
    годовой доход, оборот, годовой оборот, درآمد سالانه, درآمد, گردش مالی, فروش سالانه
funding_stage: funding stage, funding, last funding type, last funding round, funding round, investment stage,
    latest funding stage, financing stage, ownership, finanzierungsphase, finanzierungsrunde, finanzierung,
    stade de financement, levée de fonds, etapa de financiación, ronda de financiación, financieringsfase,
    etap finansowania, runda finansowania, finansowanie, etapa de finanțare, stadiu finanțare,
    runda de finanțare, finanțare, yatırım aşaması, yatırım turu, finansman aşaması, стадия финансирования,
    раунд финансирования, раунд инвестиций, инвестиционная стадия, مرحله سرمایه گذاری, مرحله تأمین مالی,
    مرحله جذب سرمایه
tech_stack: tech stack, technologies, technology, web technologies, technology stack, tools, tools in use,
    software, software in use, stack, tech, integrations, current tools, technologien, eingesetzte software,
    systeme, technologies utilisées, outils, tecnologías, herramientas, technologieën, technologie, narzędzia,
    używane narzędzia, stos technologiczny, oprogramowanie, tehnologii, instrumente, unelte, teknolojiler,
    teknoloji yığını, kullanılan araçlar, araçlar, kullanılan yazılımlar, технологии, стек, стек технологий,
    инструменты, используемое по, فناوری ها, ابزارها, پشته فناوری, نرم افزارها, فناوری
close_date: close date, closed date, closing date, won date, date closed, won time, contract start,
    contract start date, start date, customer since, expected close date, deal close date,
    became a customer date, abschlussdatum, geschlossen am, vertragsbeginn, kunde seit, date de fermeture,
    date de clôture, date de signature, fecha de cierre, sluitingsdatum, afsluitdatum, data zamknięcia,
    data podpisania, klient od, data închiderii, data încheierii, data închidere, client din, kapanış tarihi,
    sözleşme tarihi, дата закрытия, дата заключения, дата сделки, клиент с, تاریخ بسته شدن, تاریخ بستن,
    تاریخ قرارداد
created_date: create date, created date, date created, created at, created, creation date, add time,
    organization created, deal created, erstellungsdatum, erstellt am, angelegt am, date de création, créé le,
    fecha de creación, creado el, aanmaakdatum, aangemaakt op, data utworzenia, utworzono, data creării,
    creat la, oluşturma tarihi, oluşturulma tarihi, kayıt tarihi, дата создания, создано, تاریخ ایجاد
churn_date: churn date, churned date, date churned, cancellation date, cancelled date, canceled date,
    cancelled at, canceled at, contract end, lost customer date, kündigungsdatum, gekündigt am,
    abwanderungsdatum, date de résiliation, date de churn, date d'attrition, fecha de cancelación,
    fecha de baja, opzegdatum, data rezygnacji, data odejścia, data wypowiedzenia, data rezilierii,
    data renunțării, data churn, iptal tarihi, ayrılma tarihi, kayıp tarihi, дата оттока, дата ухода,
    дата расторжения, تاریخ ریزش, تاریخ لغو, تاریخ خروج
amount: annual contract value, acv, arr, annual recurring revenue, contract value, amount, deal amount,
    deal value, value, total open deal value, recent deal amount, won value, mrr annualised, contract amount,
    amount in company currency, yearly value, opportunity amount, vertragswert, betrag, wert, auftragswert,
    jahresvertragswert, deal-wert, montant, valeur, valeur du contrat, montant annuel, importe, valor,
    valor del contrato, cantidad, bedrag, waarde, contractwaarde, kwota, wartość, wartość umowy,
    wartość kontraktu, valoare, sumă, valoare contract, valoarea contractului, tutar, sözleşme tutarı,
    sözleşme değeri, değer, yıllık tutar, сумма, сумма сделки, сумма договора, сумма контракта, бюджет сделки,
    стоимость, مبلغ, ارزش قرارداد, مبلغ قرارداد
acquisition_cost: acquisition cost, cac, customer acquisition cost, cost of acquisition, acquisition spend,
    akquisitionskosten, akquisekosten, kundengewinnungskosten, coût d'acquisition, coste de adquisición,
    costo de adquisición, acquisitiekosten, koszt pozyskania, koszt pozyskania klienta, cost de achiziție,
    cost achiziție, costul achiziției, edinme maliyeti, müşteri edinme maliyeti, kazanım maliyeti,
    стоимость привлечения, затраты на привлечение, هزینه جذب, هزینه جذب مشتری
gross_margin: gross margin, gross margin percent, margin, gm, profit margin, bruttomarge, rohmarge, marge,
    marge brute, margen bruto, margen, brutomarge, marża brutto, marża, marjă brută, marjă, brüt marj,
    brüt kar marjı, kar marjı, валовая маржа, маржа, маржинальность, حاشیه سود, حاشیه سود ناخالص
nps: nps, nps score, net promoter score, last nps, latest nps, nps-wert, score nps, puntuación nps, wynik nps,
    scor nps, nps puanı, оценка nps, امتیاز nps
referrals: referrals, number of referrals, referrals made, referral count, referrals given, empfehlungen,
    weiterempfehlungen, recommandations, parrainages, referencias, recomendaciones, aanbevelingen, polecenia,
    liczba poleceń, recomandări, referințe, tavsiyeler, yönlendirmeler, referans sayısı, tavsiye sayısı,
    рекомендации, количество рекомендаций, معرفی ها, تعداد معرفی, معرفی
usage: logins last 30d, logins last 30 days, logins, monthly logins, usage, active users, monthly active users,
    mau, wau, product usage, sessions last 30 days, last 30 day logins, logins letzte 30 tage,
    anmeldungen letzte 30 tage, anmeldungen, nutzung, aktive nutzer, connexions 30 derniers jours, connexions,
    utilisateurs actifs, inicios de sesión, usuarios activos, uso, aanmeldingen, actieve gebruikers, logowania,
    logowania 30 dni, logowania ostatnie 30 dni, aktywni użytkownicy, autentificări, autentificări 30 zile,
    utilizatori activi, conectări, girişler, son 30 gün giriş, aktif kullanıcı, kullanım, входы,
    входы за 30 дней, активные пользователи, использование, ورودها, کاربران فعال, ورود ۳۰ روز اخیر
decision_makers: decision makers, number of decision makers, buying committee size, num of decision makers,
    stakeholders, buying committee, entscheider, anzahl entscheider, entscheidungsträger, décideurs,
    nombre de décideurs, decisores, número de decisores, tomadores de decisiones, beslissers, aantal beslissers,
    decydenci, liczba decydentów, decidenți, număr decidenți, factori de decizie, karar vericiler,
    karar verici sayısı, лпр, количество лпр, лица принимающие решения, число лпр, تصمیم گیرندگان,
    تعداد تصمیم گیرندگان
sales_cycle_days: sales cycle, sales cycle days, sales cycle length, days to close, time to close, deal age,
    sales cycle in days, verkaufszyklus, vertriebszyklus, verkaufszyklus tage, cycle de vente, ciclo de ventas,
    verkoopcyclus, cykl sprzedaży, cykl sprzedaży dni, ciclu de vânzare, ciclu de vânzări, satış döngüsü,
    satış süresi, цикл сделки, цикл продажи, цикл продаж, длительность сделки, چرخه فروش
lead_source: lead source, original source, original source type, account source, source, source channel,
    acquisition channel, channel, latest source, origin, original traffic source, leadquelle,
    ursprüngliche quelle, quelle, herkunft, source du lead, source d'origine, source de la piste, origine,
    fuente original, origen del lead, fuente, leadbron, bron, źródło leada, źródło, źródło pozyskania,
    sursa leadului, sursă lead, sursă, müşteri adayı kaynağı, kaynak, lead kaynağı, источник, источник лида,
    источник сделки, منبع سرنخ, منبع, منبع لید
growth_stage: growth stage, company growth stage, growth phase, wachstumsphase, étape de croissance, groeifase,
    etap rozwoju, faza wzrostu, etapa de creștere, stadiu de creștere, büyüme aşaması, стадия роста, مرحله رشد
maturity: maturity, maturity level, digital maturity, technical maturity, organisational maturity,
    organizational maturity, process maturity, reifegrad, digitale reife, maturité, madurez, volwassenheid,
    dojrzałość, maturitate, olgunluk, olgunluk seviyesi, зрелость, уровень зрелости, بلوغ, سطح بلوغ
budget: budget, annual budget, yearly budget, estimated budget, budget amount, jahresbudget, budget annuel,
    presupuesto, budżet, buget, bütçe, бюджет, بودجه
customer_base: customer base, customer base size, number of customers, customers served, number of clients,
    end customers, anzahl kunden, kundenzahl, kundenbasis, nombre de clients, base de clients, aantal klanten,
    liczba klientów, număr de clienți, număr clienți, müşteri sayısı, количество клиентов, число клиентов,
    تعداد مشتریان
reference: reference customer, referenceable, is reference, reference, public reference, case study,
    referenzkunde, referenz, client de référence, cliente de referencia, referentieklant, klient referencyjny,
    client de referință, referans müşteri, референс, референсный клиент, مشتری مرجع
stage: deal stage, stage, stage name, opportunity stage, pipeline stage, sales stage, deal status, deal outcome,
    outcome, result, deal-phase, phase, verkaufsphase, phase de la transaction, étape, phase du deal, etapa,
    etapa del negocio, fase, dealfase, etap, etap transakcji, etap sprzedaży, stadiu, etapa tranzacției, aşama,
    anlaşma aşaması, fırsat aşaması, стадия, этап, этап сделки, стадия сделки, результат, مرحله, مرحله معامله,
    نتیجه, مرحله فروش
type: type, account type, company type, relationship, customer type, kind, typ, kontotyp, unternehmenstyp,
    type de compte, tipo, tipo de cuenta, typ konta, tip, tip cont, tür, hesap türü, тип, тип компании, نوع,
    نوع حساب
lifecycle: lifecycle stage, lifecycle, customer status, account status, customer lifecycle, status,
    account stage, lifecycle-phase, lebenszyklusphase, kundenstatus, étape du cycle de vie,
    phase du cycle de vie, statut, statut client, etapa del ciclo de vida, estado, levenscyclusfase,
    klantstatus, etap cyklu życia, status klienta, etapa ciclului de viață, stare, status client,
    yaşam döngüsü aşaması, durum, müşteri durumu, этап жизненного цикла, статус, статус клиента, وضعیت,
    وضعیت مشتری, مرحله چرخه عمر
churned: churned, is churned, churn, has churned, cancelled, canceled, abgewandert, gekündigt, résilié, churné,
    cancelado, opgezegd, zrezygnował, utracony, odszedł, reziliat, renunțat, kaybedildi mi, ayrıldı, iptal,
    ayrıldı mı, отток, ушел, расторг, ریزش, ریزش کرده, لغو شده
won: is won, won, gewonnen, gagné, ganado, wygrana, câştigat, kazanıldı, выиграна, برنده
closed: is closed, closed, geschlossen, fermé, cerrado, gesloten, zamknięta, închis, kapandı, закрыта, بسته
deleted: is deleted, deleted
"""


def _parsed(table: str) -> dict[str, tuple[str, ...]]:
    """A paragraph begins in the first column; the rest of it is indented."""
    paragraphs = table.strip().replace("\n    ", " ").splitlines()
    cut = (paragraph.partition(":") for paragraph in paragraphs)
    return {field: tuple(word.strip() for word in words.split(",")) for field, _, words in cut}


HEADERS = _parsed(_HEADERS)
