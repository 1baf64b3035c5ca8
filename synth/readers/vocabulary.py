"""The words by which files name their own parts, in the six languages and a few neighbours, folded by `fold_name`.

Data only: to teach a reader a new wording, add it here.
"""

from __future__ import annotations

from synth.readers.characters import fold_name


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold_name(word) for line in words.split("\n") for word in line.split("|") if word.strip())


DATE_KEYS = _folded(
    """
    date|recorded|recorded on|meeting date|call date|when|datum|fecha|data
    tarih|görüşme tarihi|toplantı tarihi|data interviului|data întâlnirii|تاریخ|تاریخ جلسه|дата|дата встречи
    дата интервью
    data rozmowy|data spotkania|data wywiadu|kiedy
    """
)
PEOPLE_KEYS = _folded(
    """
    participants|attendees|present|on the call|people|speakers|contacts|contact|invited|guests|guest|with|interviewee
    there|in the room
    interviewees
    katılımcılar|katılanlar|görüşülen|görüşülen kişi|görüşülenler|konuklar|konuk|konuşmacılar
    participanți|invitați|invitat|prezenți|interlocutori|interlocutor|intervievat|vorbitori
    حاضران|حاضرین|شرکت‌کنندگان|مهمانان|مهمان|مصاحبه‌شونده|گفتگو با
    участники|участники встречи|присутствовали|собеседник|собеседники|гости|гость|респондент
    uczestnicy|obecni|rozmówcy|rozmówca|goście|gość|teilnehmer|deelnemers|asistentes|partecipanti
    """
)
OUR_KEYS = _folded(
    """
    interviewer|interviewers|interviewed by|interview by|interview|host|moderator|owner|csm|author|account manager|rep
    ae
    prepared by|written by|notes by|note by|logged by|created by|facilitator
    görüşmeyi yapan|görüşmeci|hazırlayan|not alan|notu yazan|moderatör|hesap yöneticisi|müşteri temsilcisi
    interviu|intervievator|autor|realizat de|întocmit de|responsabil|operator
    مصاحبه‌گر|مصاحبه‌کننده|نویسنده|تهیه‌کننده|مسئول
    интервьюер|ведущий|ведущая|автор|менеджер|интервью|записал|записала|ответственный
    prowadzący|prowadząca|opiekun|opiekunka|sporządził|sporządziła|wywiad|autorka|ankieter
    """
)
COMPANY_KEYS = _folded(
    """
    company|account|customer|client|organization|organisation|account name|customer name|company name|client name
    firma|müşteri|şirket|kurum|companie|firmă|compania|client|شرکت|مشتری|سازمان
    компания|клиент|заказчик|организация|klient|spółka|kunde|unternehmen|klant|bedrijf|cliente|entreprise|empresa
    azienda
    """
)
OTHER_KEYS = _folded(
    """
    duration|length|subject|topic|location|type|health|renewal|stage|status|title|source|recording|link|language|kind
    tags
    meeting id|time|place|channel|id|file|deal|deal stage|arr|plan|segment|region|product|agenda|cc|to|from|sent
    süre|konu|yer|saat|dil|kayıt|durum|tür|gündem|durata|durată|subiect|loc|locație|limba|ora|înregistrare|tip|stadiu
    مدت|موضوع|مکان|زمان|زبان|ضبط|وضعیت|نوع|длительность|продолжительность|тема|место|время|язык|запись|статус|тип
    czas|czas trwania|temat|miejsce|język|nagranie|rodzaj|etap|dauer|thema|ort|duur|onderwerp|durée|sujet|lieu
    duración
    """
)
METADATA_KEYS = DATE_KEYS | PEOPLE_KEYS | OUR_KEYS | COMPANY_KEYS | OTHER_KEYS

# Labels that name a seat at the table and not a person; some are also keys of a header.
SEATS = _folded(
    """
    speaker|unknown speaker|unknown|interviewer|interviewee|participant|respondent|customer|client|host|guest
    moderator|user
    agent|rep|sales|csm|me|you|q|a|them|researcher|caller|person|male speaker|female speaker
    konuşmacı|görüşmeci|görüşülen|katılımcı|müşteri|moderatör|soru|cevap|s|c|ben|araştırmacı|konuk
    vorbitor|vorbitorul|intervievator|intervievat|participant|client|moderator|întrebare|răspuns|î|r|eu|operator
    invitat
    گوینده|مصاحبه‌گر|مصاحبه‌کننده|مصاحبه‌شونده|شرکت‌کننده|مشتری|پرسش|پاسخ|سوال|جواب|س|ج|من|مهمان
    спикер|говорящий|интервьюер|респондент|участник|клиент|модератор|ведущий|вопрос|ответ|в|о|я|гость|собеседник
    rozmówca|mówca|prowadzący|prowadząca|uczestnik|klient|moderator|badacz|pytanie|odpowiedź|p|o|ja|ankieter
    respondent|gość
    sprecher|befragter|teilnehmer|kunde|spreker|klant|locuteur|hablante|cliente|entrevistador|falante|relatore
    """
)
SECTIONS = _folded(
    """
    break|ad break|intro|outro|music|jingle|pause|sponsor|ara|pauză|پیام بازرگانی|перерыв|музыка|przerwa|muzyka
    reklama|werbung
    """
)
TRANSCRIPT_HEADINGS = _folded(
    """
    transcript|full transcript|transcription|transkript|döküm|deşifre metni|transcriere|transcrierea|transcript complet
    رونوشت|متن گفتگو|متن جلسه|расшифровка|транскрипция|стенограмма|transkrypcja|zapis rozmowy|transkription
    """
)
# What stands in brackets because it was heard and not said.
SOUNDS = _folded(
    """
    music|laughter|laughs|laughing|applause|inaudible|crosstalk|silence|noise|unintelligible|foreign|cough|sigh|pause
    müzik|gülüşmeler|gülüyor|alkış|anlaşılmıyor|sessizlik|gürültü|muzică|râsete|râde|aplauze|neinteligibil|liniște
    موسیقی|خنده|تشویق|نامفهوم|سکوت|музыка|смех|смеётся|аплодисменты|неразборчиво|тишина|шум
    muzyka|śmiech|brawa|oklaski|niezrozumiałe|cisza|szum|musik|lachen|applaus|unverständlich
    """
)
AI_SECTIONS = _folded(
    """
    action item|action items|summary|ai summary|key takeaways|takeaways|highlights|chapters|next steps|overview
    meeting notes
    özet|eylem maddeleri|rezumat|acțiuni|خلاصه|اقدامات|итоги|краткое содержание|задачи|podsumowanie|zadania
    streszczenie
    """
)
NOT_NAMES = _folded(
    """
    note|notes|nb|ps|p.s|example|for example|question|answer|update|todo|to do|warning|tip|yes|no|ok|okay|also|and|but
    so|well
    then|now|new|first|second|third|finally|anyway|plus|result|problem|solution|reason|point|pros|cons|quote
    background|goal|goals
    not|örnek|mesela|soru|evet|hayır|sonuç|sorun|çözüm|notă|exemplu|de exemplu|da|nu|rezultat|problemă|soluție
    concluzie
    نکته|مثال|مثلا|بله|نه|نتیجه|مشکل|راه حل|примечание|например|пример|да|нет|результат|проблема|решение|вывод|итог
    uwaga|na przykład|przykład|tak|nie|wynik|problem|rozwiązanie|wniosek|beispiel|ja|nein|exemple|oui|non|ejemplo|sí
    esempio
    risk|risks|next step|next meeting|pain|pain point|budget|timeline|competition|competitor|competitors|decision
    blocker|blockers
    re|fw|fwd|http|https|www|url|tel|phone|email|e-mail|mobile|fax|address
    """
)
MARKS = _folded(
    """
    guest|host|co-host|cohost|organizer|organiser|external|unverified|presenter|me|you|internal|moderator|speaker
    invited
    convidado|convidada|invitado|invité|invitée|gast|ospite|gość|gospodarz|zewnętrzny|organizator|prowadzący|misafir
    konuk|harici
    düzenleyen|oaspete|invitat|extern|gazdă|гость|гостья|внешний|организатор|ведущий|مهمان|میهمان|میزبان|خارجی
    organisator|extérieur
    dış|niezweryfikowany|neverificat|doğrulanmamış|непроверенный|تاییدنشده
    """
)
TITLE_WORDS = _folded(
    """
    ceo|cfo|coo|cto|cio|cmo|cro|cpo|ciso|vp|svp|evp|head|director|manager|lead|leader|officer|controller|accountant
    founder|owner
    analyst|engineer|developer|designer|consultant|partner|president|chair|chairman|secretary|assistant|clerk|buyer
    admin|specialist
    coordinator|executive|treasurer|bookkeeper|architect|scientist|researcher|marketer|marketing|sales|finance
    operations|ops|it|hr
    legal|procurement|product|accounting|controlling|engineering|support|csm|ae|sdr|bdr|pm|pmm|intern|cofounder
    principal|supervisor
    müdür|müdürü|direktör|direktörü|başkan|başkanı|uzman|uzmanı|sorumlusu|yönetici|yöneticisi|kurucu|ortak|şef|şefi
    muhasebe|muhasebeci
    finans|satış|pazarlama|operasyon|mühendis|danışman|asistan|şefi|director general|manager|contabil|contabilă|șef
    șefă|responsabil
    fondator|asociat|vânzări|achiziții|financiar|operațiuni|inginer|consultant|administrator|مدیر|مدیرعامل|رئیس
    کارشناس|مسئول|حسابدار
    موسس|بنیان‌گذار|مالی|فروش|بازاریابی|عملیات|مهندس|مشاور|директор|финансовый|генеральный|бухгалтер|руководитель
    начальник|менеджер
    специалист|основатель|владелец|заместитель|инженер|аналитик|контролёр|контролер|отдела|снабжения|dyrektor
    kierownik|kierowniczka
    prezes|księgowa|księgowy|główna|główny|specjalista|specjalistka|właściciel|właścicielka|założyciel|analityk
    zakupów|sprzedaży|finansów
    geschäftsführer|leiter|leiterin|buchhalter|buchhalterin|directeur|directrice|responsable|gerente|direttore|hoofd
    boekhouder
    """
)
MEETING_WORDS = _folded(
    """
    interview|interviews|call|calls|notes|note|summary|log|review|recap|transcript|meeting|discovery|demo|session
    customer|client
    user|research|exit|win|loss|win-loss|winloss|qbr|ebr|kickoff|kick-off|onboarding|renewal|check-in|checkin
    follow-up|followup|sync
    weekly|monthly|quarterly|handover|debrief|feedback|intro|introduction|conversation|with|of|the|team|churn|sales
    visit|business|chat
    success|care|account|renewal|escalation|workshop|training|minutes|report|at|for|and|from|our|deal|lost|won
    deal review
    görüşme|görüşmesi|görüşmeleri|müşteri|mülakat|mülakatı|röportaj|toplantı|toplantısı|notları|notu|notlar|özeti|ile
    kaydı|deşifre|çağrı
    interviu|interviul|întâlnire|întâlnirea|apel|ședință|note|notițe|rezumat|client|clientul|clientului|cu|discuție
    transcriere|convorbire
    گفت‌وگو|گفتگو|گفت|وگو|مصاحبه|جلسه|تماس|یادداشت|یادداشت‌ها|خلاصه|گزارش|با|مشتری|متن
    интервью|встреча|звонок|разговор|беседа|заметки|заметка|итоги|протокол|расшифровка|стенограмма|с|со|клиент
    клиентом|клиента
    wywiad|rozmowa|rozmowy|spotkanie|spotkania|notatka|notatki|podsumowanie|protokół|transkrypcja|z|ze|klient|klientem
    klienta|zapis
    gespräch|kundengespräch|kundeninterview|notizen|protokoll|mit|gesprek|verslag|met|klant|entretien|avec|entrevista
    con|cliente
    """
)
NOTE_WORDS = _folded(
    """
    summary|notes|note|log|recap|qbr|ebr|minutes|handover|debrief|report|notları|notu|özeti|notlar|rezumat|notițe
    خلاصه|یادداشت|یادداشت‌ها|گزارش|заметки|заметка|итоги|протокол|notatka|notatki|podsumowanie|protokół|notizen
    protokoll|verslag
    """
)
# Beginnings of words by which a file says that somebody is interviewed in it.
INTERVIEW_WORDS = _folded(
    """
    interview|q&a|conversation|podcast|case stud|success stor|röportaj|mülakat|söyleşi|görüşme|sohbet|müşteri hikaye
    interviu|convorbire|discuție cu|interlocut|مصاحبه|گفتگو|گفت‌وگو|интервью|бесед|подкаст|разговор|респондент
    wywiad|rozmow|rozmawia|podcast|gespräch|entretien|entrevista|intervist|customer stor
    """
)
QUESTION_HEADINGS = _folded("question|soru|întrebare|întrebarea|پرسش|سوال|سؤال|вопрос|pytanie|frage")
ANSWER_HEADINGS = _folded("answer|cevap|yanıt|răspuns|răspunsul|پاسخ|جواب|ответ|odpowiedź|antwort")
NOTE_OWNER_KEYS = _folded(
    """
    owner|csm|author|account manager|ae|notes by|note by|logged by|prepared by|written by|health|renewal|not alan
    hazırlayan
    notu yazan|autor|întocmit de|نویسنده|تهیه‌کننده|автор|записал|записала|opiekun|opiekunka|sporządził|sporządziła
    """
)
PARTICLES = _folded(
    """
    van|von|de|der|den|da|das|di|du|dos|del|della|la|le|ten|ter|zu|zum|af|av|bin|ibn|al|el|y|e|und|of|the|and
    """
)
# Words that may open a clause, so that speech without full stops can be cut before them.
CONJUNCTIONS = _folded(
    """
    and|but|so|because|then|which|or|where|when|that|while|if|ve|ama|çünkü|sonra|yani|fakat|ki|veya|și|dar|deci|pentru
    apoi|sau|că|când|iar|و|اما|ولی|چون|که|پس|یا|بعد|и|а|но|потому|поэтому|что|или|когда|если|i|a|ale|bo|więc|potem|lub
    że|gdy|kiedy|jeśli|und|aber|weil|dass|oder|et|mais|donc|y|pero|porque|e|ma|perché|en|maar|want
    """
)
CLOSINGS = _folded(
    """
    best regards|kind regards|warm regards|regards|best|best wishes|all the best|thanks|many thanks|thank you
    thanks again|cheers|sincerely|yours sincerely|yours|yours truly|kindest regards|with kind regards|br|kr|rgds
    talk soon|take care|saygılarımla|saygılar|saygılarımızla|sevgiler|selamlar|iyi çalışmalar|iyi günler|teşekkürler
    teşekkür ederim|kolay gelsin|cu stimă|cu respect|o zi bună|o zi frumoasă|toate cele bune|numai bine|mulțumesc
    mulțumim|salutări|cu drag|با احترام|با تشکر|ارادتمند|سپاس|با سپاس|با سپاس فراوان|موفق باشید|ممنون|с уважением
    всего доброго|всего хорошего|спасибо|хорошего дня|с наилучшими пожеланиями|с наилучшими|искренне ваш|искренне ваша
    z poważaniem|pozdrawiam|pozdrowienia|serdecznie pozdrawiam|pozdrawiam serdecznie|z wyrazami szacunku|dziękuję
    dzięki|z pozdrowieniami|mit freundlichen grüßen|viele grüße|beste grüße|freundliche grüße|mfg|lg
    met vriendelijke groet|groeten|groet|cordialement|bien cordialement|saludos|un saludo|cordiali saluti
    atenciosamente
    """
)
# What recognisers put over silence; real people say these too, so only a whole utterance counts.
INVENTED_UTTERANCES = _folded(
    """
    thanks for watching|thank you for watching|please subscribe|see you in the next video|subscribe to my channel
    продолжение следует|спасибо за просмотр|подписывайтесь на канал|спасибо за внимание подписывайтесь на канал
    izlediğiniz için teşekkürler|izlediğiniz için teşekkür ederim|abone olmayı unutmayın|mulțumesc pentru vizionare
    vă mulțumesc pentru vizionare|nu uitați să vă abonați|dziękuję za oglądanie|dziękuję za uwagę i do zobaczenia
    dzięki za oglądanie|zapraszam do subskrypcji|ممنون که تماشا کردید|لطفا سابسکرایب کنید|با تشکر از تماشای شما
    """
)
