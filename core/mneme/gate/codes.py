"""Codes that open an account: one-time codes as services send them, lists of recovery codes, phrases of wallets."""

import re
from collections.abc import Iterator

from mneme.expressions import expression
from mneme.gate.seedwords import known_words, wordlist
from mneme.gate.shapes import Found
from mneme.gate.views import places, stretches
from mneme.types import Span

# what services call their codes; "your code" alone is enough in front of one
_CODE_NAMES = (
    r"(?:verification|confirmation|security|authentication|authorization|authorisation|activation|access|login|log-in|"
    r"sign-?in|one[- ]?time|two[- ]factor|2fa|mfa|otp|sms|passcode|validation|identification|registration|pairing|"
    r"reset|"
    r"guard|auth|single[- ]use|temporary)[ -](?:pass)?code|passcode|one[- ]time (?:password|pin|passcode)|"
    r"your (?:(?!discount|promo|voucher|coupon|gift|referral|invit|postal|zip|area|country|error|source|order|booking|"
    r"tracking|product|dress|reference|tax|morse)[^\W\d]{2,15} ){0,3}?(?:code|otp|pin)|\b[mt]?otp\b|\b2fa\b|"
    r"\bm?tan\b|pushtan|photo-?tan|smstan|"
    r"(?:bestätigungs|verifizierungs|sicherheits|anmelde|zugangs|einmal|freischalt|aktivierungs|prüf|login|sms|"
    r"authentifizierungs)-?code|einmal(?:passwort|kennwort|pin)|ihr code|dein code|transaktionsnummer|"
    r"code (?:de |d[’']|à )(?:vérification|verification|confirmation|sécurité|validation|connexion|accès|usage unique)|"
    r"code unique|votre code|ton code|"
    r"c[óo]digo (?:[úu]nico )?de (?:verificaci[óo]n|confirmaci[óo]n|seguridad|seguran[çc]a|acceso|acesso|"
    r"verifica[çc][ãa]o|"
    r"confirma[çc][ãa]o|autenticaci[óo]n|activaci[óo]n|ativa[çc][ãa]o|un solo uso|inicio de sesi[óo]n)|tu c[óo]digo|"
    r"su c[óo]digo|seu c[óo]digo|codi de verificaci[óo]|"
    r"codice (?:di |d[’'])(?:verifica|conferma|sicurezza|accesso|autenticazione|attivazione)|codice otp|il tuo codice|"
    r"(?:verificatie|bevestigings|beveiligings|inlog|toegangs|activerings)-?code|je code|uw code|"
    r"(?:verifierings|bekräftelse|säkerhets|engångs|inloggnings)-?kod|din kod|"
    r"(?:bekræftelses|bekreftelses|verifikations|verifiserings|sikkerheds|sikkerhets|engangs|godkendelses)-?kode|din "
    r"kode|"
    r"(?:vahvistus|turva|kertakäyttö)koodi\w{0,3}|kinnituskood|"
    r"kod (?:weryfikacyjny|potwierdzający|autoryzacyjny|dostępu|sms|jednorazowy|bezpieczeństwa|de verificare|de "
    r"confirmare|"
    r"de securitate)|tw[óo]j kod|codul (?:de |dvs)[\w ]{0,14}|cod(?:ul)? de (?:verificare|confirmare|securitate)|"
    r"(?:ověřovací|overovací|potvrzovací|bezpečnostní|jednorázový|overovac[ií]) k[óo]d|"
    r"(?:ellenőrző|megerősítő|biztonsági|egyszer használatos) k[óo]d\w{0,3}|"
    r"(?:doğrulama|onay|güvenlik|giriş|tek kullanımlık) (?:kodu\w{0,3}|şifre\w{0,4})|"
    r"kode (?:verifikasi|otp|konfirmasi|keamanan)|kod pengesahan|"
    r"код (?:подтверждения|доступа|проверки|безопасности|авторизации|підтвердження|для входа|активации)|ваш код|"
    r"проверочный код|одноразовый (?:код|пароль)|код потвърждение|верификационен код|"
    r"κωδικός (?:επαλήθευσης|επιβεβαίωσης|ασφαλείας|μιας χρήσης)|κωδικός σας|"
    r"קוד (?:ה?אימות|אבטחה|כניסה)|רמז|رمز (?:ال)?(?:تحقق|تأكيد|أمان|دخول)|كود (?:التحقق|التفعيل)|"
    r"सत्यापन कोड|ओटीपी|पुष्टिकरण कोड|"
    r"(?:whatsapp|google|facebook|instagram|telegram|signal|paypal|amazon|apple|microsoft|uber|twitter|linkedin|"
    r"snapchat|"
    r"tiktok|discord|steam)[ -]code|(?:this|following|diesen|folgenden) code|"
    r"(?:(?<=\n)|(?<![\s\S]))[ \t]*(?:code|kod|код|kode|código|codice)(?=[ \t]?[:：])|"
    r"(?:the|der|il|le|el|o) (?:code|codice|c[óo]digo)(?= (?:is|lautet|ist|è|est|es|é)[: ]{1,2}\d{3}[ -]?\d{3}\b)|"
    r"验证码|驗證碼|校验码|动态码|确认码|認証コード|確認コード|認証番号|確認番号|セキュリティコード|"
    r"ワンタイムパスワード|인증번호|인증 ?코드|확인 ?코드|"
    r"mã (?:xác (?:minh|nhận|thực)|otp|bảo mật)|รหัส(?:ยืนยัน| ?otp|ความปลอดภัย)")
_SIGNS = ("log in", "sign in", "code", "kod", "codul", "cod de", "koodi", "otp", "2fa", "tan ", "tan:", " pin ", "pin:",
          "codice", "passw",
          "nummer",
          "código", "einmal", "код", "парол", "κωδικ", "קוד", "رمز", "كود", "सत्यापन", "ओटीपी", "पुष्टि", "验证", "驗證",
          "校验", "动态", "确认", "認証", "確認", "コード", "パスワード", "인증", "확인", "mã ", "รหัส", "şifre", "kód")
_DIGITS = expression(r"\d(?:[\dA-Z]| \d)")
_AROUND = 110  # characters in which what calls a code so may stand
_CODE = (r"(?P<code>(?:[A-Z]{1,3}-)?(?:(?<![\d.,/-])|(?<=[A-Z]-))(?:\d{3}[ -]\d{3,4}|\d{2}[ -]\d{2}[ -]\d{2}|\d(?: "
    r"\d){5}|\d{4,10})(?![\d/])(?!-\d)(?!\.\d|,\d{3}(?!\d))(?!%))")
_MIXED = r"(?P<mixed>(?-i:(?=[A-Z]{0,7}\d)(?=\d{0,7}[A-Z])[A-Z0-9]{5,8}(?![A-Za-z0-9-])))"
_AFTER = expression(
    rf"(?i)(?:{_CODE_NAMES})(?P<between>(?:[^\d.!?█]|\.(?=\.)){{0,60}}?)(?:(?<=[:：=]\s)|(?<=[:：=])|(?<=is\s)|(?<=\n))"
    rf"[ \t\"'*_`(\[]{{0,3}}{_MIXED}|(?i:(?:{_CODE_NAMES})(?P<gap>[^\d.!?█]{{0,60}}))"
    rf"(?<![A-Za-z]){_CODE.replace('code>', 'number>')}")
_BEFORE = expression(
    rf"(?i)(?<![\w.,/█-]){_CODE}[\"'*_`)\]]{{0,3}}(?P<gap>[^\d\n.!?█]{{1,50}}?)(?:{_CODE_NAMES}|to (?:log|sign) ?in|"
    rf"to (?:verify|confirm) your)")
_IS = expression(r"(?i)[:：=\-–>]|\b(?:is|are|was|use|enter|type|ist|lautet|sei|est|es|é|è|är|er|on|to|jest|je|on|"
    r"este|là|adalah)\b|"
                 r"は|是|为|為|는|은|—|\n|^\W*$")
_COUNTED = expression(r"(?i)[ \t-]{1,3}(?:lines?|zeilen|bytes?|[kmg]i?b|char|characters|words|times|days?|hours?|"
    r"minutes?|min\b|"
                      r"digits?|stellig|files|people|users|errors?|euro?s?\b|usd|\$|€|pages|percent|lignes|líneas)")


def one_time(text: str, low: str) -> Iterator[Found]:
    """Codes that a service sent for a single use, before or after what it calls them, in many languages."""
    for start, end in _windows(text, low):
        for found in _AFTER.finditer(text, start, end):
            span = found.span("mixed" if found["mixed"] else "number")
            if found["mixed"] or _is_code(text, span, found["gap"]):
                yield "one-time code", span
        for found in _BEFORE.finditer(text, start, end):
            gap, span = found["gap"], found.span("code")
            if _is_code(text, span, "") and not re.search(r"[,;]", gap) and (len(gap) < 24 or _IS.search(gap)):
                yield "one-time code", span


def _windows(text: str, low: str) -> Iterator[Span]:
    """The stretches with digits in which something may call them a code."""
    for start, end in stretches(_DIGITS, text, _AROUND):
        part = low[start:end]
        if any(sign in part for sign in _SIGNS):
            yield start, end


def _is_code(text: str, span: Span, between: str) -> bool:
    """Whether digits near the name of a code are one: not a year, not a count, and said to be one."""
    digits = text[span[0]:span[1]]
    if _COUNTED.match(text, span[1]) or not (_IS.search(between) or (len(digits) > 5 and len(between) < 25)):
        return False
    return not (re.fullmatch(r"(?:19|20)\d\d", digits) and not re.search(r"[:：=\n]|(?:is|lautet|ist)\W*$", between))


_LIST = expression(
    r"(?i)(?:recovery|backup|back-up|rescue|emergency|scratch|one[- ]time (?:use )?|wiederherstellungs|sicherungs|"
    r"notfall|"
    r"ersatz|backup-|reserv|återställnings|herstel|odzyskiwania|zapasow\w{1,3}|kurtarma|yedek|восстановления|"
    r"резервн\w{1,3}|备用|备份|恢复|バックアップ|リカバリー|복구|백업)[ -]?"
    r"(?:keys?|code?s?|koder|kod\w{0,3}|schlüssel|codes|коды?|密钥|码|コード|코드|キー)"
    r"|codes? de (?:secours|récupération|sauvegarde)|c[óo]digos? de (?:recuperaci[óo]n|respaldo|recupera[çc][ãa]o|"
    r"backup|seguridad)|codici di (?:recupero|backup|emergenza)|kody zapasowe|резервные коды")
_LIST_SIGNS = ("recovery", "backup", "back-up", "rescue", "emergency", "scratch", "one-time", "one time", "wiederherst",
               "sicherungs", "notfall", "ersatz", "reserv", "återställ", "herstel", "odzyskiw", "zapasow", "kurtarma",
               "yedek", "восстан", "резервн", "备用", "备份", "恢复", "バックアップ", "リカバリー", "복구", "백업",
               "code de", "codes de", "código", "codigo", "codici", "kody")
_BULLET = expression(r"[ \t>|]{0,40}(?:[-*•·–☐☑✓]|\[[ xX]?\]|\d{1,2}[.):](?=[ \t]))?[ \t]{0,20}")
_ITEM = expression(r"[A-Za-z0-9]{4,16}(?:[ \-][A-Za-z0-9]{4,16}){0,12}(?![A-Za-z0-9])")
_BETWEEN = expression(r"[ \t\r,;|/\"'.]{0,40}(?:\d{1,2}[.):](?=[ \t]))?[ \t]{0,20}")
_LINES_LOOKED_AT = 40


def recovery(text: str, low: str) -> Iterator[Found]:
    """Recovery codes behind their heading: on its own line, or line by line below it."""
    for place in places(low, _LIST_SIGNS):
        if heading := _LIST.match(text, place):
            yield from _listed(text, heading.end())


def _listed(text: str, at: int) -> Iterator[Found]:
    """The codes on the rest of a heading's line and on the lines below, until a line that is none after one that is."""
    met, idle = False, 0
    for number in range(_LINES_LOOKED_AT):
        end = text.find("\n", at, at + 2000)
        end = min(len(text), at + 2000) if end < 0 else end
        start = text.find(":", at, end) + 1 if number == 0 else at
        spans = _codes(text, start, end) if start or number else []
        yield from (("recovery code", span) for span in spans)
        idle = 0 if spans else idle + bool(text[at:end].strip())
        met = met or bool(spans)
        if end >= len(text) or idle > (0 if met else 3):
            return
        at = end + 1


def _codes(text: str, start: int, end: int) -> list[Span]:
    """The codes of one line; none where anything else stands there too."""
    bullet = _BULLET.match(text, start, end)
    at, spans = bullet.end() if bullet else start, []
    while at < end:
        item = _ITEM.match(text, at, end)
        if item is None or not _opens(item[0]):
            return []
        spans.append(item.span())
        gap = _BETWEEN.match(text, item.end(), end)
        at = gap.end() if gap else item.end()
    return spans


def _opens(item: str) -> bool:
    """Whether this may be a code: digits in it, or groups of one length; not a date, not words."""
    groups = re.split("[ -]", item)
    if re.fullmatch(r"(?:19|20)\d\d", item) or len(item) < 6:
        return False
    if any(sign.isdigit() for sign in item):
        return all(any(sign.isdigit() for sign in group) for group in groups) or len({len(g) for g in groups}) == 1
    return len(groups) > 1 and len({len(group) for group in groups}) == 1 and (
        "-" in item or len(groups) > 5 or bool(re.search("[a-z][A-Z]|[A-Z]{2}", item)))


_SEED_NAMES = expression(
    r"(?i)(?:seed|recovery|mnemonic|backup|wallet|wiederherstellungs|secret(?: recovery)?|mnémonique|récupération|"
    r"recuperación|semilla|сид|助记词|助記詞|ニーモニック|시드)[ -]?"
    r"(?:phrase|words?|seed|phrasen?|wörter|satz|mots|palabras|фраз\w|)"
    r"[^\n█]{0,60}?(?:[:：=\n]|\bis\b)")
_SEED_SIGNS = ("seed", "recovery", "mnemo", "backup", "wallet", "wiederher", "secret", "mném", "récup", "recuper",
    "semilla",
               "сид", "助记", "助記", "ニーモ", "시드")
_SEED_GAP = r"[\s,;|\"'\[\]]{1,20}(?:\d{1,2}[.):]?[ \t]{0,9})?"
_SEED = expression(rf"[\s\"'\[*`>-]{{0,20}}(?:\d{{1,2}}[.):]?[ \t]{{0,9}})?([^\W\d_]{{2,"
    rf"10}}(?:{_SEED_GAP}[^\W\d_]{{2,10}}){{11,24}})")
_LINE_OF_SEED = expression(
    r"(?m)^[ \t>\"'\[*`:-]{0,20}(?:\w{1,20}[:=][ \t\"']{0,4})?(?:1[.):]?[ \t]{0,9})?"
    rf"(?P<seed>[A-Za-z]{{3,8}}(?:{_SEED_GAP}[A-Za-z]{{3,8}}){{11,24}})(?![A-Za-z])")
_WORD = expression(r"[^\W\d_]+")
_SEED_LENGTHS = (12, 15, 18, 21, 24)


def seed_phrases(text: str, low: str) -> Iterator[Found]:
    """Phrases that open a wallet: lines of words from the wallets' list, or a dozen words that are named so."""
    for found in _LINE_OF_SEED.finditer(text):
        yield from _seed(text, found.span("seed"), named=False)
    for place in places(low, _SEED_SIGNS):
        name = _SEED_NAMES.match(text, place)
        named = _SEED.match(text, name.end()) if name else None
        if named is not None:
            yield from _seed(text, named.span(1), named=True)


def _seed(text: str, span: Span, *, named: bool) -> Iterator[Found]:
    words = [word.span() for word in _WORD.finditer(text, *span)]
    known = 0
    while known < len(words) and text[slice(*words[known])].lower() in known_words():
        known += 1
    if known >= 12 and (named or _checks([text[slice(*word)].lower() for word in words], known)):
        yield "seed phrase", (words[0][0], words[known - 1][1])
    elif not named and "\n" in text[slice(*span)]:
        yield from _seed_lines(text, words)


def _seed_lines(text: str, words: list[Span]) -> Iterator[Found]:
    """A phrase below a line of other words, or above one: "metamask", then the twelve."""
    breaks = [n for n in range(1, len(words)) if "\n" in text[words[n - 1][1]:words[n][0]]]
    edges = (0, *breaks, len(words))
    for first in edges:
        last = next((end for end in reversed(edges) if end - first in _SEED_LENGTHS), None)
        if last is not None:
            phrase = [text[slice(*word)].lower() for word in words[first:last]]
            if all(word in known_words() for word in phrase) and _checks(phrase, len(phrase)):
                yield "seed phrase", (words[first][0], words[last - 1][1])
                return


def _checks(words: list[str], known: int) -> bool:
    """Whether these are as many words as a phrase has, not sorted, and their last bits are a checksum (BIP 39)."""
    if len(words) != known or known not in _SEED_LENGTHS or words == sorted(words):
        return False
    return wordlist().check(" ".join(words))
