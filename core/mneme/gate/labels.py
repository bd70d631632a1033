"""Secrets that their label gives away: passwords, PINs and keys after "password:", "Passwort =" or "пароль:"."""

import re
from collections.abc import Iterable, Iterator

from mneme.expressions import expression
from mneme.gate.shapes import Found, Shape, begun, somewhere
from mneme.gate.views import places
from mneme.types import Span

# words for a password, whatever stands right before them ("DB_PASSWORD", "Routerpasswort")
_PASSWORD = (
    "password", "passwd", "passwrd", "passwort", "kennwort", "passphrase", "passcode", "wachtwoord", "lösenord",
    "losenord", "adgangskode", "adgangskod", "salasana", "hasło", "haslo", "hasła", "heslo", "jelszó", "jelszo",
    "parolă", "parolası", "şifre", "şifresi", "пароль", "пароля", "паролі", "пароли", "salasõna", "slaptažodis",
    "lozinka", "zaporka", "contraseña", "contrasena", "contrasinal", "contrasenya", "motdepasse",
    "mot_de_passe", "passord", "lykilorð", "κωδικός·πρόσβασης", "συνθηματικό", "סיסמה", "סיסמא", "كلمة·المرور",
    "كلمة·السر", "كلمه·السر", "رمز·عبور", "गुप्तशब्द", "पासवर्ड", "密码", "密碼", "口令", "パスワード", "暗証番号",
    "비밀번호", "패스워드", "암호", "mật·khẩu", "kata·sandi", "kata·laluan", "รหัสผ่าน", "mot·de·passe", "palavra-passe",
    "palavra·passe", "wifi-key", "wifi·key", "wi-fi·key", "wpa·key", "wpa2·key", "wep·key", "wlan-key",
    "wlan-schlüssel", "wlan·schlüssel", "netzwerkschlüssel", "network·key",
    "clé·wifi", "clé·wi-fi", "chiave·wifi", "clave·wifi", "clave·del·wifi",
    "clave·de·acceso", "lösenordet", "passordet", "adgangskoden", "wachtwoordje", "keymaterial")
# short words for one, that must begin a word of their own
_SHORT = (
    "pass", "pwd", "pwrd", "passwd", "pw", "senha", "parola", "parole", "geslo", "clave", "psk",
    "wpa_passphrase", "userpass", "dbpass", "mdp")
_PIN = (
    "pin", "pin-code", "pin·code", "pincode", "puk", "puk-code", "geheimzahl", "cvv", "cvc", "cvv2", "cvc2",
    "kartenprüfnummer", "prüfnummer", "code·pin", "código·pin", "codice·pin", "kod·pin", "пин", "пин-код",
    "пін", "пин·код",
    *(f"{place}·{what}" for place in ("door", "gate", "alarm", "entry", "safe", "lock", "garage", "keypad", "unlock",
                                      "locker", "lockbox", "vault", "building")
      for what in ("code", "combination", "combo")),
    "türcode", "tür-code", "alarmcode", "digicode", "code·de·la·porte", "código·de·la·puerta", "combination·lock")
_KEY = (
    "api·key", "apikey", "api·secret", "api·token", "secret·access·key", "secretaccesskey", "secret·key",
    "secretkey", "client·secret", "clientsecret", "app·secret", "shared·secret", "consumer·(?:key|secret)",
    "private·key", "privatekey", "signing·(?:key|secret)", "encryption·key", "master·key", "account·key",
    "auth·key", "access·key", "access·token", "accesstoken", "auth·token", "authtoken", "refresh·token",
    "refreshtoken", "session·token", "bearer·token", "bot·token", "id·token", "token", "secret", "credential",
    "schlüssel", "geheimnis", "webhook·secret", "setup·key", "totp·(?:key|secret)", "otp·secret",
    "license·secret", "zugangsschlüssel", "clé·secrète", "clé·api", "clave·secreta", "clave·api",
    "chiave·segreta", "unseal·key", "admin·key", "write·key", "server·key", "root·token")

_LITERAL = expression(r"[^·\[(]{2,}")


def _beginnings(names: Iterable[str]) -> tuple[str, ...]:
    """What the labels begin with, each once: "pass" stands for "password", too."""
    heads = {found[0].lower() for name in names if (found := _LITERAL.match(name))}
    return tuple(sorted(head for head in heads if not any(head != other and head.startswith(other) for other in heads)))


_SIGNS = _beginnings((*_PASSWORD, *_SHORT, *_PIN, *_KEY))
_ASCII_SIGNS = tuple(sign for sign in _SIGNS if sign.isascii())


def _words(names: Iterable[str]) -> str:
    """The labels as one pattern, the longest first."""
    return "|".join(sorted((name.replace("·", r"[ _-]?") for name in names), key=len, reverse=True))


_SEPARATOR = (r"(?P<sign>[\"'`*_\]\\]{0,4}[ \t]{0,9}(?:\([^()\n]{0,30}\)[ \t]{0,3})?(?:[:=：＝]>?=?|->|=>|→|\|)"
    r"[>*_`]{0,3}"
              r"[ \t]{0,20}(?:</?[A-Za-z]{1,10}>[ \t]{0,3}){0,3}(?:(?:str|String|string|text|Text)[ \t]?=[ \t]?)"
              r"?(?P<line>(?:[|>]-?)?(?:\r?\n[ \t>]{0,20}){1,2})?"
              r"|[\"'`*_]{0,3}[ \t]{1,3}(?P<is>is|was|are|ist|lautet|war|est|es|é|è|er|är|on|to|это|jest|je|是|is now|"
              r"ist jetzt|ist nun|now is|c['’]est)[ \t]?[:=]?[ \t]{1,3}[*_]{0,2}"
              r"|(?P<cjk>(?:は|是|为|為|는|은|이)[ \t]{0,2}[:：]?[ \t]{0,2})"
              r"|(?P<cell></(?:td|th|dt|b|strong|label|span)>\s{0,20}<(?:td|dd|span|code)(?: [^<>\n]{0,100})?>)"
              r"|(?P<xml>[\"']?>)|(?P<flag>(?:['’]s)?[ \t]{1,3}(?=\S*[0-9!@#$%^&*])(?=\S{6,}|\d{3,5}\b)))")
_VALUE = (r"(?:\\?[\"']?(?P<long>[A-Za-z0-9+/=_.~%-]{200,4000})"
          r"|(?:\(\s{0,20})?\\?\"(?P<double>(?:[^\"\\\n█]|\\[^\"\n█]|\\\"(?=\w)){1,200})\\?\""
          r"|(?:\(\s{0,20})?'(?P<single>(?:[^'\\\n█]|\\.){1,200})'"
          r"|`(?P<back>[^`\n█]{1,200})`|[“„«‘](?P<curly>[^”“»’\n█]{1,200})[”“»’]|(?P<bare>[^\s█\"'`][^\s█]{0,199}))")
_ASSIGNED = expression(
    rf"(?i)(?:(?P<password>{_words(_PASSWORD)})|(?<![A-Za-z])(?:(?P<short>{_words(_SHORT)})|(?P<pin>{_words(_PIN)}))"
    rf"(?![A-Za-z])|(?P<key>{_words(_KEY)}))"
    rf"(?:s|es|[ _-]?[0-9]{{1,2}}|_[A-Za-z]{{2,10}})?(?P<more>[\"']??(?:[ \t][^\s:=|\"'`.,;█]{{1,20}}){{0,"
    rf"4}}?){_SEPARATOR}{_VALUE}")

_NO_VALUE = expression(
    r"(?i)(?:none|null|nil|true|false|undefined|empty|required|optional|string|str|text|bytes|secret|hidden|unknown|"
    r"int|integer|bool|boolean|any|object|varchar|char|password|passwd|passphrase|passcode|passwort|kennwort|token|value|input|todo|tbd|"
    r"n/?a|yes|no|ja|nein|not|forgot(?:ten)?|reset|change|changed|new|old|the|a|an|my|your|see|siehe|in|on|at|to|same|"
    r"protected|invalid|incorrect|wrong|expired|missing|self|this|get|set|der|die|das|dein|ihr|le|la|el|un|una|und|and|"
    r"or|oder|if|when|must|should|please|bitte|vergessen|ändern|falsch|username|user|email|login|name|field|label|"
    r"your[_ -]?\w+|[<\[{(].*|[*•x.\-_…?]{2,}|.*\.\.\.|redacted|masked)[.,;:!?)\]}>\"']*")
_REFERENCE = expression(
    r"(?:\$[A-Z_]{2,}|\$?\{|\$\(|%\(|%[A-Z_]+%|\{\{|@|&)|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[)|[A-Za-z_][\w.]*\(|"
    r"/[\w./-]+$")
_IDENTIFIER = expression(r"[a-z]+(?:_[a-z]+)+$|[a-z]+(?:[A-Z][a-z]+)+$|[A-Z]+(?:_[A-Z]+)+$")
_GROUPED = expression(r"(?=[A-Za-z ]{0,40}[2-7])[A-Za-z2-7]{4}(?:[ -][A-Za-z2-7]{4}){3,15}(?![A-Za-z0-9])")
_PHRASE = expression(r"[^\W\d_]{3,12}(?:[ -][^\W\d_]{2,12}){2,9}$")
_PROSE = frozenset(
    ["the", "a", "an", "is", "are", "was", "of", "for", "with", "and", "or", "not", "you", "your", "must", "should",
    "will", "can", "has", "have", "had", "that", "this", "these", "it", "in", "on", "at", "to", "from", "by", "be",
    "been", "please", "enter", "new", "old", "at", "least", "need", "needs", "required", "password", "passwort", "der",
    "die", "das", "ist", "und", "oder", "nicht", "mit", "für", "von", "zu", "im", "am", "bitte", "ihr", "sie", "le",
    "la", "les", "est", "et", "ou", "pour", "avec", "de", "el", "los", "es", "y", "o", "para", "con", "il", "e", "per",
    "di", "um", "uma", "forgot", "reset", "change", "confirm", "all", "any", "our", "my", "we", "i", "if", "when",
    "how", "what", "why", "who", "which", "characters", "letters"])
_ENDS = expression(r"[ \t]*(?:$|[\r\n,;|)}\]<#]|//|--|[ \t]{2}|\w+:)")


def labelled(text: str, low: str) -> Iterator[Found]:
    """Secrets behind a label that names them, where they look like ones and not like words about passwords."""
    at = 0
    for place in places(low, _ASCII_SIGNS if low.isascii() else _SIGNS):
        found = _ASSIGNED.match(text, place) if place >= at else None
        span = _secret(text, found) if found else None
        if found is not None and span is not None:
            yield "access key" if found["key"] else "PIN" if found["pin"] else "password", span
        if found is not None:
            at = span[1] if span else found.end() if found["long"] else found.start("sign")


def _secret(text: str, found: re.Match[str]) -> Span | None:
    """Where the secret of an assignment stands; None if it is none."""
    group = next(name for name in ("long", "double", "single", "back", "curly", "bare") if found[name] is not None)
    quoted = group != "bare"
    start, end = found.span(group)
    if not quoted:
        end = start + len(_cut(found[group], found))
    value = text[start:end]
    if not value or _NO_VALUE.fullmatch(value) or (found["xml"] and text[end:end + 2] != "</"):
        return None
    if found["more"][:1] in ("\"", "'") and found["more"].strip("\"' ") and "=" in found["sign"]:
        return None  # an attribute: name="password" autocomplete="off"
    if found["pin"] and found["flag"] and found["more"].strip():
        return None  # "a pin in 1998"
    if found["pin"] and found["flag"] and len(value) < 4 and not found["pin"].lower().startswith("cv"):
        return None
    if found["pin"]:
        digits = re.fullmatch(r"\d{3,12}[#*]?|\d\d(?:-\d\d){2,3}", value)
        return (start, end) if digits and (not found["more"] or len(value) < 9) else None
    if found["key"]:
        grouped = _GROUPED.match(text, start)
        if grouped is not None and found["is"] is None:
            return grouped.span()
        return (start, end) if _is_key(value, found) else None
    if quoted:
        return (start, end) if _is_quoted_password(value, found) else None
    return _bare_password(text, (start, end), found)


def _cut(value: str, found: re.Match[str]) -> str:
    """A value without what only follows it: the next field of an address, a closing tag, punctuation."""
    value = re.split(r"</|&(?=[\w-]{1,30}=)|\\n|\\r|[\"'`](?=[,;)\]}>]|$)", value, maxsplit=1)[0]
    if re.search(r"[,;]\w+[=:]", value):  # "Password=x;User=y"
        value = re.split(r"[,;](?=\w+[=:])", value, maxsplit=1)[0]
    return value.rstrip(",;.\"'`)]}>*")


def _is_key(value: str, found: re.Match[str]) -> bool:
    """Whether this may be a key: long, of letters and digits, without spaces (but in groups of four)."""
    grouped = value.replace(" ", "")
    signs = r"[!-~]{16,}" if _is_written_out(found) else r"[A-Za-z0-9+/=_.~\-:!@#$%^&*]{16,}"
    if found["more"].strip("\"'") or found["flag"] or not re.fullmatch(signs, grouped):
        return False
    looks = bool(re.search(r"\d", grouped)) and bool(re.search("[A-Za-z]", grouped))
    base32 = bool(re.fullmatch(r"[A-Z2-7]{16,}", grouped))
    return (looks or base32) and not _REFERENCE.match(value) and not re.match(r"(?i)https?:|\d{4}-\d\d-\d\d", value)


def _is_written_out(found: re.Match[str]) -> bool:
    """Whether a key stands in quotes, without what templates and calls have: then it may have any signs."""
    value = found["double"] or found["single"] or ""
    return bool(value) and " " not in value and not re.search(r"\{\{|\$\{|\$\(|\w\(\)|</|://|%\(|\{\w*\}", value)


def _is_quoted_password(value: str, found: re.Match[str]) -> bool:
    if " " in value.strip():
        return _is_phrase(value) or (_strong(value) and _prose(value) < 2)
    if len(value.strip()) < 3 or re.match(r"\$?\{|\$\(|\{\{|%\(|<|\$[A-Z_]+$", value):
        return False
    return not found["more"].strip() or found["is"] is None or _strong(value)


def _bare_password(text: str, span: Span, found: re.Match[str]) -> Span | None:
    start, end = span
    value, line_end = text[start:end], text.find("\n", end)
    rest = text[end:line_end if line_end >= 0 else len(text)]
    if _REFERENCE.match(value) or value.endswith((":", "=")) or rest.startswith("("):
        return None
    if not (found["is"] or found["flag"]) and _is_phrase((value + rest).strip()):
        return start, start + len((value + rest).rstrip())
    weak_sign = found["is"] or found["flag"] or found["more"].strip() or found["line"] or _is_word(found["short"]) or (
        "|" in found["sign"])
    if _strong(value) and not (found["more"].strip() and re.fullmatch(r"\d{1,3}[.,:/-]?.*", value)):
        return span if len(value) > (5 if found["flag"] else 3) and not _is_prose_number(value, rest, found) else None
    if weak_sign or len(value) < 3 or not _ENDS.match(rest + "\n"):
        return None
    before = text[max(0, found.start() - 2):found.start()]
    if (before.endswith("(") or before == ", ") and rest[:1] in (",", ")") and value.isidentifier():
        return None  # f(password=typed)
    spaced = "=" in found["sign"] and " " in found["sign"]
    return None if (spaced and (_IDENTIFIER.match(value) or value.isalpha())) or _IDENTIFIER.match(value) else span


def _is_word(label: str | None) -> bool:
    """Whether a short label is also a word of some language, of which people write without meaning a password."""
    return label is not None and label.casefold() in ("pass", "clave", "parole", "parola", "senha", "geslo")


def _is_prose_number(value: str, rest: str, found: re.Match[str]) -> bool:
    """Whether digits after "password" only count or date something: "8 characters", "2024"."""
    digits = value.strip(".,").isdigit()
    return bool(digits and (re.match(r"[ \t]+[^\W\d_]", rest) or (found["is"] and re.fullmatch(r"(?:19|20)\d\d",
        value))))


def _strong(value: str) -> bool:
    """Whether this is no word of any language: digits, or signs within, or capitals after small letters."""
    digit, letter = bool(re.search(r"\d", value)), bool(re.search(r"[^\W\d_]", value))
    if digit:
        return letter or len(value) >= 4
    return bool(re.search(r"[!@#$%^&*+=?~](?=.)", value)) or len(re.findall(r"[a-z][A-Z]", value)) >= 2


def _prose(value: str) -> int:
    """How many of the words that sentences are made of stand here."""
    return len(_PROSE.intersection(value.casefold().split()))


def _is_phrase(value: str) -> bool:
    """Whether these are the words of a passphrase: several, all small, and none of those that sentences are made of."""
    return bool(_PHRASE.fullmatch(value)) and value == value.lower() and not _prose(value)


_HEADER = expression(
    r"(?i)authorization[\"']?[ \t]{0,3}[:=,][ \t]{0,3}[\"'`]?(?:bearer|basic|token|digest|apikey|negotiate|bot|sso-key|"
    r"ssws|"
    r"(?=[\w-]{3,20}[ ][\w.~+/=-]{0,60}\d[\w.~+/=-]{12})[\w-]{3,20})"
    r"[ \t]+\\?[\"']?(?P<secret>[A-Za-z0-9._~+/=:\-]{8,9000})")
_BEARER = expression(r"\b[Bb]earer[ \t]+(?:[\"'`][ ]?[+.][ ]?[\"'`])?"
    r"(?=[A-Za-z_.~+/-]{0,60}[0-9])(?P<secret>[A-Za-z0-9._~+/\-]{20,9000}=*)")
_CURL = expression(r"(?:-u|--user)[ =][\"']?[^\s:\"'█]{1,64}:(?P<secret>[^\s\"'█]{3,200})")
_NETRC = expression(r"(?i)\blogin\s{1,9}\S{1,80}\s{1,9}password\s{1,9}(?P<secret>[^\s█]{3,200})")
_SQL = expression(r"(?i)identified\s{1,9}by\s{1,9}[\"'](?P<secret>[^\"'\n█]{3,200})[\"']")
_BASIC = expression(r"\bBasic[ \t]+(?=[A-Za-z+/]{0,60}[0-9=])(?P<secret>[A-Za-z0-9+/]{12,4000}={0,2})(?![\w-])")
_COOKIE = expression(r"(?i)\b(?:set-)?cookie:[ \t]*[\w.-]{1,60}=(?P<secret>[^\s;,█]{12,4000})")
_COMMAND = expression(r"\b(?:mysql(?:dump|admin)? [^\n█]{0,80}?-p|sshpass -p ?)"
    r"[\"']?(?P<secret>[^\s\"'█-][^\s\"'█]{3,80})")
_DOCKER = expression(r"\bauth\"?[ \t]{0,3}[:=][ \t]{0,3}\"?(?P<secret>(?=[A-Za-z+/]{0,400}\d)[A-Za-z0-9+/]{12,"
    r"400}={0,2})(?![\w-])")
_NAMED = (
    Shape("authorization header", ("authorization",), _HEADER), Shape("authorization header", ("bearer",), _BEARER),
    Shape("authorization header", ("basic",), _BASIC), Shape("session cookie", ("cookie:",), _COOKIE),
    Shape("password", ("mysql", "sshpass"), _COMMAND), Shape("password", ("login",), _NETRC),
    Shape("password", ("identified",), _SQL), Shape("Docker token", ("auth",), _DOCKER))
_OF_CURL = Shape("password", ("curl",), _CURL)

# keys without a form of their own, of a service that is named shortly before them
_NEAR = (
    Shape("AWS secret key", ("aws", "amazon", "secret"), expression(
        r"(?i:aws|secret[_ ]?access[_ ]?key|amazon)[^\n█]{0,60}?[=:\"' \t](?P<secret>(?=[A-Za-z/+]{0,38}[0-9])"
        r"(?![0-9a-f]{40})[A-Za-z0-9/+]{40})"
        r"(?![A-Za-z0-9/+=])")),
    Shape("AWS secret key", ("akia",), expression(
        r"AKIA[A-Z0-9█]{16}[^A-Za-z0-9]{1,9}(?:[A-Za-z_ ]{0,40}[^A-Za-z0-9]{1,9})?(?P<secret>(?![0-9a-f]{40})"
        r"[A-Za-z0-9/+]{40})"
        r"(?![A-Za-z0-9/+=])")),
    Shape("one-time code", ("otp",), expression(r"(?i:otp)\b[^\n█]{0,100}?\bis:?[ ](?P<secret>\d{4,8})(?![\w.,]\d)\b")),
    Shape("Wi-Fi password", ("wifi", "wi-fi", "wlan"), expression(
        r"(?i:wi-?fi|wlan)\b[^\n█]{0,40}?(?i:\bkey|\bschlüssel)[ \t]?[:=][ \t]?(?P<secret>[^\s█]{8,63})")),
    Shape("Twilio key", ("twilio",), expression(r"(?i:twilio)[^\n█]{0,60}?(?<![A-Za-z0-9])(?P<secret>[0-9a-f]{32})"
     r"(?![A-Za-z0-9])")),
    Shape("Heroku key", ("heroku",), expression(
        r"(?i:heroku)[^\n█]{0,60}?(?<![A-Za-z0-9])(?P<secret>[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})")),
    Shape("Mailgun key", ("mailgun",), expression(r"(?i:mailgun)[^\n█]{0,60}?(?<![A-Za-z0-9])(?P<secret>[0-9a-f]{32})"
     r"(?![A-Za-z0-9])")),
    Shape("Datadog key", ("datadog", "dd_api"), expression(r"(?i:datadog|dd_api)[^\n█]{0,60}?(?<![A-Za-z0-9])"
     r"(?P<secret>[0-9a-f]{32,40})(?![A-Za-z0-9])")),
    Shape("Cloudflare token", ("cloudflare",), expression(
        r"(?i:cloudflare)[^\n█]{0,60}?(?<![A-Za-z0-9])(?P<secret>(?=[A-Za-z_-]{0,39}[0-9])[A-Za-z0-9_-]{40})"
        r"(?![A-Za-z0-9_-])")),
)


def headed(text: str, low: str) -> Iterator[Found]:
    """Secrets in the headers, commands and lines where programs keep them, or right after the name of their service."""
    yield from somewhere((_OF_CURL,), text, low)
    yield from begun(_NAMED, text, low)
    yield from begun(_NEAR, text, low)
