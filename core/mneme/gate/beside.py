"""Secrets that something beside them gives away, not a label and a sign before them: "Tr0mbone is the password"."""

from collections.abc import Iterator

from mneme.expressions import expression
from mneme.gate.shapes import Found, Shape, begun, somewhere
from mneme.gate.views import places

_NAMES = (r"(?:pass[ -]?(?:word|code|phrase)|passwor[dt]|kennwort|wachtwoord|lösenord(?:et)?|passord(?:et)?|"
          r"adgangskoden?|mot de passe|contraseña|senha|hasło|heslo|пароль|şifre|pw|pwd)")
_SIGNS = ("passw", "pass", "kennwort", "wachtwoord", "lösenord", "adgangskod", "mot de passe", "contraseña", "senha",
          "hasło", "heslo", "пароль", "şifre", "pw")
_ARTICLE = (r"(?:(?:the|my|your|our|his|her|a|das|mein|dein|unser|ihr|le|mon|votre|la|mi|tu|su|a|minha|het|mijn|il)[ ])"
            r"(?:(?:new|old|current|temporary|temp|wifi|wi-fi|admin|root|router|neue|alte|nuevo|nouveau)[ ]){0,2}")
# no word of a language: letters with digits, or signs within; no address, no call, no file
_STRONG = (r"(?=[^\s█]{0,40}[^\W\d_])(?=[^\s█]{0,40}[\d!#$%^&*+=?~])(?![^\s█]{0,60}(?:://|\(|\{))(?!\d{1,3}[.)])"
           r"(?![\w.+-]+@[\w-]+\.)(?![#>*`<\[-])")
_BELOW = expression(rf"(?i){_NAMES}(?:[ ][^\n█:]{{1,40}})?[?.!:]?[ \t]{{0,9}}(?:\r?\n[ \t>]{{0,9}}){{1,2}}"
                    rf"(?P<secret>{_STRONG}[^\s█]{{6,64}})[ \t\r]{{0,9}}(?:\n|$)")
_BEFORE = expression(rf"(?i)(?<![^\s\"'`(])(?P<secret>{_STRONG}[^\s█\"'`,;]{{6,64}})[\"'`]?"
                     rf"(?:[ ](?:is|ist|war|was|est|es|é|è|är|er)[ ]{_ARTICLE}|"
                     rf"[ ]\((?:{_ARTICLE})?(?:is[ ])?)$")
_NAME = expression(rf"(?i)(?<!\w){_NAMES}(?!\w)")
_LOOKED_BACK = 110


def said(text: str, low: str) -> Iterator[Found]:
    """Passwords on the line below the one that asks for them, and those that are called so only afterwards."""
    after = 0
    for place in places(low, _SIGNS):
        if place < after:
            continue
        name = _NAME.match(text, place)
        if name is None:
            continue
        after = name.end()
        if below := _BELOW.match(text, place):
            yield "password", below.span("secret")
        if before := _BEFORE.search(text, max(0, place - _LOOKED_BACK), place):
            yield "password", before.span("secret")


_COOKIES = expression(r"(?i)cookie\b[\"']?:[ \t]*[\"']?[^\n█]{0,8000}")
_COOKIE = expression(r"(?P<name>[\w.-]{1,60})=(?=[A-Za-z_%.+/~-]{0,80}\d)(?P<secret>[^\s;,█\"']{16,4000})")
_NO_COOKIE = frozenset(("path", "domain", "expires", "samesite", "max-age"))


def cookies(text: str, low: str) -> Iterator[Found]:
    """Every long value in the header of a cookie: which of them is the session's, only its server knows."""
    after = 0
    for place in places(low, ("cookie",)):
        line = _COOKIES.match(text, place) if place >= after else None
        after = line.end() if line else after
        for found in _COOKIE.finditer(text, *line.span()) if line else ():
            if found["name"].lower() not in _NO_COOKIE:
                yield "session cookie", found.span("secret")


_BEGUN = (
    Shape("password", ("define(", "set(", "put(", "setenv(", "putenv(", "setproperty(", "setdefault("), expression(
        r"(?i)\w{3,11}\(\s{0,9}[\"'][\w.-]{0,40}(?:pass(?:word|wd)?|pwd|secret|"
        r"token|_key|_salt)[\w.-]{0,20}[\"']\s{0,9},\s{0,9}(?:\"(?P<double>[^\"\n█]{6,400})\"|"
        r"'(?P<single>[^'\n█]{6,400})')")),
    Shape("password", ("name:", 'name"', "name'", "key:", 'key"', "key'"), expression(
        r"(?i)(?:name|key)[\"']?\s{0,9}[:=][ ]?[\"']?[\w.-]{0,40}(?:password|passwd|pwd|secret|token|api_?key)[\"']?"
        r"[,;]?\s{1,40}[\"']?value[\"']?[ ]?[:=][ ]?[\"']?(?P<secret>(?![${<])[^\s\"',█}]{6,2000})")),
    Shape("password", ("creds", "credentials", "login:", "zugangsdaten"), expression(
        r"(?i)(?:creds|credentials|login|zugangsdaten)[ ]?:[ ]{0,3}[^\s█/:]{2,64}[ ]?[/:][ ]?"
        rf"(?P<secret>{_STRONG}[^\s█/]{{5,64}})(?!\S)")),
    Shape("password", ("net use",), expression(
        r"(?i)\bnet use [^\n█]{0,60}?\\\\[^\s█]{1,100}[ ](?P<secret>(?!/|\*)[^\s█]{3,100})")),
    Shape("access key", (" --",), expression(
        r"[ ]--(?:[a-z]{1,12}-){0,3}(?:token|auth-?key|api-?key|secret|secret-key|access-key)[ =][\"']?"
        r"(?P<secret>(?=[A-Za-z_.+/=-]{0,60}\d)[A-Za-z0-9_.+/=:-]{16,2000})")),
    Shape("one-time code", ("enter ",), expression(
        r"[Ee]nter (?:the )?(?:code )?[\"'*`]{0,3}(?P<secret>[A-Z0-9]{4}-[A-Z0-9]{4})(?![\w-])")),
    Shape("Wi-Fi password", ("wi-fi", "wifi", "wlan"), expression(
        r"(?im)\b(?:wi-?fi|wlan)\b[^\n█:]{0,20}:[ ][^\n█/|,]{1,32}[ ]?[/|,][ ]?"
        r"(?P<secret>(?=\D{0,63}\d)(?=[^a-z\n]{0,63}[a-z])[^\s█/]{8,63})[ \t]*$")),
)
_SOMEWHERE = (
    Shape("password", (":5432:", ":5433:", ":6432:", ":*:"), expression(
        r"(?m)^[\w.*-]{1,100}:(?:5432|5433|6432|\*):[\w*-]{1,63}:[\w.*@-]{1,63}:(?P<secret>[^\s█]{3,200})$")),
    Shape("private key", ('kty"', "kty:"), expression(
        r"(?<![\w-])(?:d|p|q|dp|dq|qi|k)[\"']?\s{0,9}:\s{0,9}[\"']?(?P<secret>[\w=-]{20,1400})")),
    Shape("authenticator secret", (
        "authenticator", "2fa", "totp", "two-factor", "can't scan", "cannot scan"), expression(
        r"(?<![A-Za-z0-9])(?P<secret>[A-Za-z2-7]{4}"
        r"(?=[ -][A-Za-z2-7]{4}[ -])(?=[A-Za-z -]{0,40}[2-7])(?:[ -][A-Za-z2-7]{4}){3,15})"
        r"(?![A-Za-z0-9])")),
    Shape("bank account", ("sort code", "routing number", "routing no", "aba "), expression(
        r"(?i)\b(?:account|acct|a/c)(?: number| no\.?| #)?[ ]?[:#]?[ ]{0,3}(?:is )?(?P<secret>\d{6,17})(?!\w)")),
)


def forms(text: str, low: str) -> Iterator[Found]:
    """Secrets that a command, a call or a file of its own form holds."""
    yield from begun(_BEGUN, text, low)
    yield from somewhere(_SOMEWHERE, text, low)
