"""What the writer of a mail said anew: its text without the earlier mails quoted in it and without the signature."""

import re
from collections.abc import Iterator, Sequence

from mneme.expressions import expression

_MARK = r"[\s>*_|]{0,6}"  # what stands before a header's name where a program made it bold, or indented it
_HEADERS = (
    ("from", "From|Von|De|Da|Van|Från|Fra|Lähettäjä|Od|От|Від|Kimden|Gönderen|Feladó|Από|De la|Dari|Từ|จาก|Expéditeur|"
             "Remitente|Mittente|Remetente|Afzender|Avsändare|Afsender|Avsender|Nadawca|Отправитель|Odesílatel|"
             "Expeditor|差出人|送信者|发件人|寄件者|寄件人|發件人|보낸 사람|보낸사람|מאת|من"),
    ("date", "Sent|Date|Sent at|Gesendet(?: am)?|Datum|Envoyé(?: le)?|Date d'envoi|Enviado(?: el| em)?|Enviada(?: em)?|"
             "Fecha|Inviato(?: il)?|Data|Verzonden|Skickat|Sendt|Dato|Lähetetty|Päivämäärä|Päiväys|Wysłano|"
             "Отправлено|Дата|Odesláno|Odoslané|Dátum|Gönderme Tarihi|Gönderildi|Tarih|Elküldve|Στάλθηκε|Ημερομηνία|"
             "Trimis|Надіслано|Poslano|Dikirim|Tanggal|Đã gửi|Ngày|送信日時|日時|日付|发送时间|发送日期|日期|時間|"
             "傳送時間|寄件日期|보낸 날짜|날짜|נשלח|תאריך|التاريخ|تاريخ الإرسال"),
    ("to", "To|An|À|A|Pour|Para|Per|Aan|Till|Til|Vastaanottaja|Do|Кому|Komu|Kime|Alıcı|Címzett|Προς|Către|За|Kepada|"
           "Đến|ถึง|宛先|收件人|收件者|받는 사람|받는사람|אל|إلى|Cc|CC|Kopie|Copie|Copia|Kopia|Kopi|DW|Копия"),
    ("subject", "Subject|Betreff|Objet|Asunto|Oggetto|Assunto|Onderwerp|Ämne|Emne|Aihe|Temat|Тема|Předmět|Predmet|"
                "Zadeva|"
                "Konu|Tárgy|Θέμα|Subiect|Subjek|Perihal|Chủ đề|件名|主题|主旨|主題|제목|נושא|الموضوع|Re"),
)
_HEADER = expression(rf"^{_MARK}(?:{'|'.join(f'(?P<{kind}>{words})' for kind, words in _HEADERS)})"
                     r"[\s*_]{0,3}[:：]", re.I)
_WROTE = (r"wrote|writes|schrieb|schreibt|geschrieben|hat geschrieben|a écrit|écrit|escribió|escribio|escribía|"
          r"va escriure|"
          r"ha scritto|scrive|escreveu|schreef|heeft .{0,60}geschreven|skrev|skreiv|kirjoitti|napisał(?:\(a\)|a)?|"
          r"pisze|"
          r"написала?|пишет|писала?|написав|пише|yazdı|şunu yazdı|napsala?|napísala?|írta|ezt írta|έγραψε|a scris|"
          r"je napisao|"
          r"je napisala|je napisal|rašė|rakstīja|kirjutas|skrifaði|menulis|đã viết|เขียนว่า|wrote on|a-t-il écrit|"
          r"escrigué|"
          r"写道|寫道|書きました|のメール|wrote the following|작성|님이 쓴 글|כתב|כתבה|كتب|नें लिखा|ने लिखा")
_VERB = expression(rf"(?:(?<!\w)(?:{_WROTE})(?!\w)|写道|寫道|wrote\s*[:：]?\s*$)", re.I)
_STARTS = expression(
    r"^\W{0,6}(?:(?:On|Am|Le|El|Il|Em|Op|Den|Dne|Dňa|Dnia|W dniu|Vào|Pada|Στις|Il giorno|At|In data|På|Í|Pe|La data|"
    r"Dana|Ngày|Kl|בתאריך|في|W|Pt|Pon|Wt|Śr|Czw|Sob|Niedz|Mon|Tue|Wed|Thu|Fri|Sat|Sun|пн|вт|ср|чт|пт|сб|вс|ma|ti|ke|"
    r"to|pe|la|su|在|于)(?![^\W\d_])|ב-|\d{1,4}[-./年 ])", re.I)
_DATED = expression(r"\d{1,2}[:.h]\d{2}|\b(?:19|20)\d{2}\b|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d年")
_ADDRESS = expression(r"[<\[(][^<>\s@]{1,80}@[^<>\s]{1,120}[>\])]|mailto:")
_QUOTED = expression(r"^\s{0,3}>|^\|\s")
_RULE = expression(r"^[\s>]*[-_=*–—]{3,}[\s>]*$")
_BETWEEN_RULES = expression(r"^[\s>]*[-_=*–—]{2,}\s*(?P<said>[^\W\d_].{1,70}?)\s*[-_=*–—]{2,}\s*$")
_FORWARDED = expression(
    r"forward|weitergeleitet|transféré|réexpédi|reenvi|inoltr|encaminha|doorgestuurd|vidarebefordra|videresend|"
    r"välitetty|przekazan|пересыла|перенаправ|переслан|přeposlan|preposlan|iletilen|yönlendirilen|továbbított|"
    r"προωθημένο|redirecționat|転送|转发|轉寄|전달|הועבר|إعادة توجيه|diteruskan|chuyển tiếp|reexpedi|reenvia", re.I)
_ORIGINAL = expression(
    r"original|ursprünglich|origine|origen|oorspronkelijk|alkuperäinen|oryginaln|исходн|původní|pôvodn|eredeti|"
    r"orijinal|"
    r"αρχικό|原始|元のメッセージ|원본|מקורית|الأصلية|asli|gốc|reply (?:above|message)|write above|antworten sie", re.I)
_APPLE_FORWARD = expression(rf"^[\s>]*(?=.{{8,80}}$)[^\W\d_].*(?:{_FORWARDED.pattern}).*[:：]\s*$", re.I)
_DEVICE = expression(
    r"^\W{0,3}(?:Sent (?:from|via|with|using) |Get Outlook for |Get BlueMail|Download |Von meinem .{1,40} gesendet|"
    r"Gesendet (?:von|mit|über|aus) |Diese Nachricht wurde von mein|Envoyé (?:de|depuis|à partir) |Téléchargez Outlook|"
    r"Enviado (?:desde|do|a partir|via|con|com) |Obtener Outlook|Obter o Outlook|Inviato (?:da|dal|con) |"
    r"Scarica Outlook|"
    r"Ottieni Outlook|Verzonden (?:vanaf|met|via|vanuit) |Verstuurd vanaf |Outlook voor |Outlook für |Skickat från |"
    r"Hämta Outlook|Sendt fra |Hent Outlook|Lähetetty |Hanki Outlook|Wysłan[eo] (?:z|za) |Pobierz |Отправлено (?:с|"
    r"из) |"
    r"Скачать Outlook|Odesláno z |Odoslané z |Elküldve a|Az iPhone-omról|Στάλθηκε από |Trimis de pe |Надіслано з |"
    r"iPhone'umdan|"
    r".{0,12}(?:iPhone|iPad)(?:から送信|에서 보냄)|发自|從我的|从我的|傳送自|나의 |נשלח מ|Enviat des|أرسلت من|"
    r"Dikirim dari|Gửi từ|Poslano (?:iz|z|s) |Mobil(?:e)? gesendet)", re.I)
_NO_DEVICE = expression(r"[,;!?]|\.\s*$|\.\s+[A-Z]")
_NAME = expression(r"^\s{0,3}[-–—~]{1,2}\s?[^\W\d_][\w'.]{1,20}(?: [^\W\d_][\w'.]{0,20}){0,2}\s*$")
_LIST_FOOTER = expression(r"mailing list|listinfo|mailman|unsubscribe|googlegroups|yahoogroups|list archive|abmelden|"
                          r"désabonner|@lists?\.", re.I)
_HINT = expression(r"[:：]|\bwrote\s*$|^[\s>]*[-_=*–—]{2}")  # no earlier mail begins with another line
_DASHES = ("--", "—", "–", "- --")
_LONGEST_SIGNATURE = 25  # lines


def own_words(text: str, *, reply: bool = True, forward: bool = False) -> str:
    """The new words in a mail's text; all of it where there would be none, or where it hands on another's mail.

    `reply`: it answers a mail, so that what is quoted in it was said before. `forward`: its subject says that it
    hands on a mail, which is then kept. Answers between quoted lines are kept, the quoted lines are not.
    """
    lines = text.split("\n")
    end, handed_on = _earlier_mail(lines, keep=forward or not reply)
    own = [line for segment in _segments(lines[:end], reply and not forward) for line in _unsigned(segment)]
    kept = _joined(own)
    if handed_on:
        return _joined([*own, "", *lines[end:]])
    return kept or _joined(_unsigned(lines)) or text.strip()


def _joined(lines: Sequence[str]) -> str:
    """The lines without trailing blanks, with at most one empty line between two paragraphs."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


# ------------------------------------------------------------------ where an earlier mail begins


def _earlier_mail(lines: Sequence[str], *, keep: bool) -> tuple[int, bool]:
    """Where an earlier mail that reaches to the end begins (its length if nowhere); whether it was handed on."""
    for at, line in enumerate(lines):
        if not _HINT.search(line):
            continue
        if _is_forward(lines, at) or (keep and _is_header_block(lines, at)):
            return at, True
        if keep and _is_separator(lines, at):
            return at, True
        if _QUOTED.match(line):
            continue
        if _is_separator(lines, at) or _is_header_block(lines, at) or _opens_unmarked(lines, at):
            return _without_rule(lines, _attribution_start(lines, at)), False
    return len(lines), False


def _is_forward(lines: Sequence[str], at: int) -> bool:
    """Whether a mail that was handed on begins here, as the line itself says."""
    if _QUOTED.match(lines[at]):
        return False
    between = _BETWEEN_RULES.match(lines[at])
    if between and _FORWARDED.search(between["said"]):
        return True
    return bool(_APPLE_FORWARD.match(lines[at])) and _kinds(lines, at + 1, 8) >= 2


def _is_separator(lines: Sequence[str], at: int) -> bool:
    """A line such as "-----Original Message-----"; in a language that is not known, one before mail headers."""
    between = _BETWEEN_RULES.match(lines[at])
    return between is not None and bool(_ORIGINAL.search(between["said"]) or _kinds(lines, at + 1, 6) >= 2)


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """Whether the headers of a mail stand here, in any language: from whom, and two of when, to whom, about what."""
    first = _HEADER.match(lines[at])
    return first is not None and first.lastgroup in ("from", "date", "subject") and _kinds(lines, at, 8) >= 3


def _kinds(lines: Sequence[str], at: int, most: int) -> int:
    """How many kinds of headers the next few lines show; 0 without the sender's."""
    kinds = {found.lastgroup for line in lines[at:at + most] if (found := _HEADER.match(line[:200]))}
    return len(kinds) if "from" in kinds else 0


def _opens_unmarked(lines: Sequence[str], at: int) -> bool:
    """A whole "On …, … wrote:" before a mail whose lines are not marked as quoted."""
    if not _is_attribution(lines, at) or _next_is_quoted(lines, at):
        return False
    said = " ".join(lines[_attribution_start(lines, at):at + 1])
    return bool(_VERB.search(said) and _DATED.search(said) and _STARTS.match(said)) or bool(
        _ADDRESS.search(said) and _DATED.search(said))


def _is_attribution(lines: Sequence[str], at: int) -> bool:
    """Whether a line ends the sentence that says who wrote what follows, and when."""
    line = lines[at].rstrip()
    if not line.endswith((":", "：")) and not re.search(r"\bwrote$", line):
        return False
    said = " ".join(lines[_attribution_start(lines, at):at + 1])
    if len(said) > 400 or not (_DATED.search(said) or _ADDRESS.search(said)):
        return False
    return bool(_VERB.search(said) or _ADDRESS.search(said) or (_next_is_quoted(lines, at) and _DATED.search(said)))


def _attribution_start(lines: Sequence[str], at: int) -> int:
    """The first line of the sentence that ends at `at`: it may have been broken into up to four."""
    whole = _STARTS.match(lines[at]) and _DATED.search(lines[at])
    if whole or _HEADER.match(lines[at]) or _BETWEEN_RULES.match(lines[at]):
        return at
    for start in range(at - 1, max(at - 4, -1), -1):
        if not lines[start].strip() or _QUOTED.match(lines[start]):
            break
        if _STARTS.match(lines[start]) and _DATED.search(lines[start]):
            return start
    return at


def _next_is_quoted(lines: Sequence[str], at: int) -> bool:
    following = next((line for line in lines[at + 1:at + 7] if line.strip()), "")
    return bool(_QUOTED.match(following))


def _without_rule(lines: Sequence[str], end: int) -> int:
    """The end of the writer's own lines, without the rule and the blank lines before the earlier mail."""
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1])):
        end -= 1
    return end


# ------------------------------------------------------------------ quoted lines and signatures


def _segments(lines: Sequence[str], reply: bool) -> Iterator[list[str]]:
    """The stretches of own lines between quoted ones, without the sentences that say whose words those are."""
    segment: list[str] = []
    attributed = False
    for at, line in enumerate(lines):
        if _QUOTED.match(line) and (reply or attributed):
            if segment:
                yield [*segment, ""]
            segment = []
        elif _HINT.search(line) and _next_is_quoted(lines, at) and _is_attribution(lines, at):
            del segment[len(segment) - min(at - _attribution_start(lines, at), len(segment)):]
            attributed = True
        else:
            segment.append(line)
            attributed = attributed and not line.strip()
    yield segment


def _unsigned(segment: list[str]) -> list[str]:
    """The lines up to a signature, the word of a device, or the footer of a mailing list; one may follow another."""
    for _several in range(4):
        at = next((at for at in range(len(segment)) if _is_signature(segment, at)), None)
        if at is None:
            break
        segment = segment[:at]
    return segment


def _is_signature(segment: list[str], at: int) -> bool:
    line, bare = segment[at], segment[at].strip()
    if not bare or not (at == 0 or not segment[at - 1].strip() or _RULE.match(line) or bare in _DASHES):
        return False
    rest = [other for other in segment[at + 1:at + 10 * _LONGEST_SIGNATURE] if other.strip()]
    if line in ("-- ", "--\xa0") or (bare in _DASHES and 0 < len(rest) <= _LONGEST_SIGNATURE):
        return len(rest) <= 3 * _LONGEST_SIGNATURE
    if _RULE.match(line) and any(_LIST_FOOTER.search(other) for other in rest[:6]):
        return len(rest) <= _LONGEST_SIGNATURE
    if _DEVICE.match(line):
        return len(bare) <= 90 and len(rest) <= 3 and not _NO_DEVICE.search(re.sub(r"https?:\S+|<.*?>", "", bare))
    return not rest and at > 0 and bool(_NAME.match(line))
