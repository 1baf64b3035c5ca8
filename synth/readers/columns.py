"""Headers of CRM exports by what the column holds, the most usual wording first. Data only, folded by `fold_name`."""

from __future__ import annotations

from synth.readers.characters import fold_name

_HEADERS = {
    "company": """
        account|account name|company|company name|associated company|organization|organisation|customer
        organization name|client|customer name|related to|company / account|müşteri|şirket|firma|hesap|müşteri adı
        şirket adı|firma adı|companie|firmă|compania|nume companie|شرکت|مشتری|نام شرکت|سازمان|компания|клиент
        организация|название компании|контрагент|klient|spółka|nazwa firmy|organizacja|kunde|unternehmen|bedrijf|klant
        entreprise|empresa|cliente|azienda|property company|organizacja nazwa|организация название|organizație nume
        organizație denumire|kuruluş adı|kuruluş ad|organizasyon adı|سازمان نام|organizace název|organisation name
    """,
    "body": """
        notes|note|note body|hs note body|hs body preview|body|description|comments|comment|content|text|activity note
        full comments|call notes|meeting notes|details|message|summary|notlar|not|açıklama|görüşme notu|notițe|notă
        notiță|conținutul notei
        observații|descriere|comentarii|conținut|یادداشت|یادداشت‌ها|توضیحات|متن|شرح|заметка|заметки|примечание
        комментарий|комментарии|описание|текст|notatka|notatki|uwagi|opis|komentarz|treść|notiz|notizen|beschreibung
        notities|remarques|notas|content plaintext
    """,
    "contact": """
        contact|contact name|associated contact|person|person name|full name|who|attendees|kişi|ilgili kişi|kontak
        contact principal|persoană|persoana|imię i nazwisko|nazwisko
        persoană de contact|مخاطب|رابط|شخص|контакт|контактное лицо|kontakt|osoba
        osoba kontaktowa|ansprechpartner|contactpersoon|contacto|contatto
    """,
    "date": """
        date|activity date|created|created date|create date|created at|add time|timestamp|due date|when|hs timestamp
        hs createdate|activitydate|createddate|tarih|oluşturma tarihi|data|data creării|تاریخ|дата|дата создания
        data utworzenia|datum|fecha|last activity date
    """,
    "author": """
        owner|author|created by|assigned|assigned to|activity owner|note owner|account owner|user|rep|csm|logged by
        company owner|hubspot owner|sahibi|sorumlu|yazan|temsilci|proprietar|responsabil|autor|مسئول|نویسنده
        ответственный|автор|владелец|właściciel|opiekun|besitzer|eigenaar|propriétaire
    """,
}
FIELD_OF_HEADER: dict[str, tuple[str, int]] = {
    fold_name(header): (name, rank)
    for name, text in _HEADERS.items()
    for rank, header in enumerate(header for line in text.split("\n") for header in line.split("|") if header.strip())
}
