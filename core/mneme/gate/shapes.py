"""Secrets that show by their own form: keys of services by their prefix, private keys, words in addresses.

The forms are those that the services document, and that https://github.com/gitleaks/gitleaks and
https://docs.github.com/code-security/secret-scanning list.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mneme.expressions import expression
from mneme.gate.views import places
from mneme.types import Span

Found = tuple[str, Span]
"""The kind of a secret, and where it stands."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of secret; its pattern is tried only where one of `signs` stands. Its group, if it has one, is the secret.

    Every pattern begins with something literal and repeats within bounds or over one class: linear on any text.
    """

    kind: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]


def _shape(kind: str, signs: str, pattern: str) -> Shape:
    return Shape(kind, tuple(signs.split()), expression(pattern))


_B = r"(?<![A-Za-z0-9])"  # begins a word; "_" and "-" may stand before it
_E = r"(?![A-Za-z0-9])"
_W = r"[A-Za-z0-9_\-]"

TOKENS = (
    _shape("AWS key", "AKIA ASIA ABIA ACCA AROA AIDA AGPA ANPA ANVA A3T",
           rf"{_B}(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA|AGPA|ANPA|ANVA|A3T[A-Z0-9])[A-Z0-9]{{16}}{_E}"),
    _shape("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", rf"{_B}gh[pousr]_[A-Za-z0-9]{{36,255}}"),
    _shape("GitHub token", "github_pat_", rf"{_B}github_pat_[A-Za-z0-9_]{{22,255}}"),
    _shape("GitLab token", "glpat- gldt- glrt- glsoat- glcbt- glptt- glft- glimt- glagent- gloas- glffct-",
           rf"{_B}gl(?:pat|dt|rt|soat|cbt|ptt|ft|imt|agent|oas|ffct)-{_W}{{20,300}}(?:\.{_W}{{2,20}}){{0,2}}"),
    _shape("GitLab token", "GR1348941", rf"{_B}GR1348941{_W}{{20,50}}"),
    _shape("Slack token", "xox", rf"{_B}xox[abceoprs](?:\.xox[a-z])?-(?:[0-9]-)?[A-Za-z0-9-]{{10,400}}"),
    _shape("Slack token", "xapp-", rf"{_B}xapp-[0-9]-[A-Za-z0-9-]{{20,300}}"),
    _shape("webhook", "hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{20,200})"),
    _shape("webhook", "/api/webhooks /api/v",
           rf"discord(?:app)?\.com/api/(?:v[0-9]{{1,2}}/)?webhooks/[0-9]{{10,25}}/({_W}{{20,120}})"),
    _shape("webhook", ".webhook.office.com", r"\.webhook\.office\.com/webhookb2/([A-Za-z0-9@/_-]{40,300})"),
    _shape("Stripe key", "sk_live_ sk_test_ rk_live_ rk_test_", rf"{_B}[sr]k_(?:live|test)_[A-Za-z0-9]{{10,250}}"),
    _shape("Stripe key", "whsec_", rf"{_B}whsec_[A-Za-z0-9+/=]{{24,100}}"),
    _shape("Google key", "AIza", rf"{_B}AIza{_W}{{35}}{_E}"),
    _shape("Google key", "GOCSPX-", rf"{_B}GOCSPX-{_W}{{28}}"),
    _shape("Google key", "ya29.", rf"{_B}ya29\.[A-Za-z0-9_.\-]{{20,2000}}"),
    _shape("Google key", "1//0", rf"{_B}1//0{_W}{{30,300}}"),
    _shape("Azure key", "8Q~", rf"{_B}[A-Za-z0-9_~.\-]{{3}}8Q~[A-Za-z0-9_~.\-]{{31,34}}"),
    _shape("Azure key", "AccountKey= SharedAccessKey= accountkey=",
           r"(?:AccountKey|SharedAccessKey|accountkey)=([A-Za-z0-9+/]{20,120}={0,2})"),
    _shape("Azure key", "sig=", r"[?&]sig=([A-Za-z0-9%+/=]{30,150})"),
    _shape("Anthropic key", "sk-ant-", rf"{_B}sk-ant-{_W}{{20,250}}"),
    _shape("OpenAI key", "sk-proj- sk-svcacct- sk-admin- sk-None-",
           rf"{_B}sk-(?:proj|svcacct|admin|None)-{_W}{{20,300}}"),
    _shape("OpenAI key", "sk-", rf"{_B}sk-(?=[A-Za-z]{{0,60}}[0-9])[A-Za-z0-9]{{32,100}}{_E}"),
    _shape("OpenRouter key", "sk-or-", rf"{_B}sk-or-v1-[a-f0-9]{{32,80}}"),
    _shape("Hugging Face token", "hf_ api_org_", rf"{_B}(?:hf_|api_org_)[A-Za-z0-9]{{30,60}}{_E}"),
    _shape("npm token", "npm_", rf"{_B}npm_[A-Za-z0-9]{{36}}{_E}"),
    _shape("npm token", "_authToken=", r"_authToken=([A-Za-z0-9_\-=+/.]{16,300})"),
    _shape("PyPI token", "pypi-Ag", rf"{_B}pypi-Ag{_W}{{40,500}}"),
    _shape("RubyGems key", "rubygems_", rf"{_B}rubygems_[a-f0-9]{{48}}"),
    _shape("Twilio key", "SK", rf"{_B}SK[0-9a-f]{{32}}{_E}"),
    _shape("SendGrid key", "SG.", rf"{_B}SG\.{_W}{{16,32}}\.{_W}{{16,64}}"),
    _shape("Mailgun key", "key-", rf"{_B}key-[0-9a-f]{{32}}{_E}"),
    _shape("Mailgun key", "-", rf"{_B}[0-9a-f]{{32}}-[0-9a-f]{{8}}-[0-9a-f]{{8}}{_E}"),
    _shape("Mailchimp key", "-us", rf"{_B}[0-9a-f]{{32}}-us[0-9]{{1,2}}{_E}"),
    _shape("Telegram token", ":A", rf"(?:{_B}|(?<=/bot))[0-9]{{6,12}}:A[A-Za-z0-9_\-]{{34}}{_E}"),
    _shape("Discord token", ".", rf"{_B}[MNO][A-Za-z0-9_\-]{{23,27}}\.{_W}{{6}}\.{_W}{{27,40}}{_E}"),
    _shape("Discord token", "mfa.", rf"{_B}mfa\.{_W}{{60,100}}"),
    _shape("JSON web token", "eyJ", rf"{_B}eyJ{_W}{{8,8000}}\.(?:eyJ)?{_W}{{0,8000}}\.{_W}{{8,8000}}(?:\.{_W}{{1,"
        rf"8000}}){{0,2}}"),
    _shape("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", rf"{_B}do[opr]_v1_[a-f0-9]{{64}}"),
    _shape("Shopify token", "shpat_ shpca_ shppa_ shpss_ shptka_", rf"{_B}shp(?:at|ca|pa|ss|tka)_[A-Fa-f0-9]{{32}}"),
    _shape("Square token", "sq0", rf"{_B}sq0[a-z]{{3}}-{_W}{{22,43}}"),
    _shape("Square token", "EAAA", rf"{_B}EAAA{_W}{{60}}{_E}"),
    _shape("Facebook token", "EAA", rf"{_B}EAA[A-Z][A-Za-z0-9]{{80,400}}"),
    _shape("Heroku key", "HRKU-", rf"{_B}HRKU-{_W}{{30,80}}"),
    _shape("Docker token", "dckr_", rf"{_B}dckr_(?:pat|oat)_{_W}{{20,60}}"),
    _shape("Databricks token", "dapi", rf"{_B}dapi[a-f0-9]{{32}}(?:-[0-9])?"),
    _shape("Linear key", "lin_api_", rf"{_B}lin_api_[A-Za-z0-9]{{32,48}}"),
    _shape("Notion token", "secret_ ntn_", rf"{_B}(?:secret_[A-Za-z0-9]{{43}}|ntn_[A-Za-z0-9]{{40,60}}){_E}"),
    _shape("Figma token", "figd_", rf"{_B}figd_{_W}{{30,60}}"),
    _shape("Postman key", "PMAK-", rf"{_B}PMAK-[a-f0-9]{{24}}-[a-f0-9]{{34}}"),
    _shape("Atlassian token", "ATATT3 ATCTT3", rf"{_B}AT[AC]TT3[A-Za-z0-9_\-=]{{60,300}}"),
    _shape("Dropbox token", "sl.", rf"{_B}sl\.(?:u\.)?{_W}{{100,1500}}"),
    _shape("X token", "AAAAAAAAAAAAAAAAAAA", rf"{_B}A{{19,24}}[A-Za-z0-9%]{{60,120}}"),
    _shape("Vault token", "hvs. hvb. hvr.", rf"{_B}hv[sbr]\.{_W}{{24,300}}"),
    _shape("Terraform token", ".atlasv1.", rf"{_B}[A-Za-z0-9]{{14}}\.atlasv1\.[A-Za-z0-9_\-=]{{60,70}}"),
    _shape("Grafana token", "glsa_ glc_",
        rf"{_B}(?:glsa_[A-Za-z0-9]{{32}}_[a-f0-9]{{8}}|glc_[A-Za-z0-9+/=]{{32,400}})"),
    _shape("New Relic key", "NRAK-", rf"{_B}NRAK-[A-Z0-9]{{27}}"),
    _shape("Sentry token", "sntrys_ sntryu_", rf"{_B}sntry[su]_[A-Za-z0-9+/=_]{{40,300}}"),
    _shape("Supabase key", "sbp_ sb_secret_", rf"{_B}(?:sbp_[a-f0-9]{{40}}|sb_secret_{_W}{{20,60}})"),
    _shape("Netlify token", "nfp_", rf"{_B}nfp_[A-Za-z0-9]{{36,40}}"),
    _shape("Fly token", "fm1_ fm2_ fo1_", rf"{_B}(?:fm[12]r?_[A-Za-z0-9+/=]{{60,3000}}|fo1_{_W}{{40,60}})"),
    _shape("Replicate token", "r8_", rf"{_B}r8_[A-Za-z0-9]{{37}}{_E}"),
    _shape("Groq key", "gsk_", rf"{_B}gsk_[A-Za-z0-9]{{48,56}}"),
    _shape("xAI key", "xai-", rf"{_B}xai-[A-Za-z0-9]{{70,90}}"),
    _shape("Perplexity key", "pplx-", rf"{_B}pplx-[A-Za-z0-9]{{40,60}}"),
    _shape("Pulumi token", "pul-", rf"{_B}pul-[a-f0-9]{{40}}"),
    _shape("Doppler token", "dp.", rf"{_B}dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_\-]{{2,35}}\.)?[A-Za-z0-9]{{40,"
        rf"44}}"),
    _shape("PlanetScale token", "pscale_", rf"{_B}pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=\-]{{30,70}}"),
    _shape("Airtable token", "pat", rf"{_B}pat[A-Za-z0-9]{{14}}\.[a-f0-9]{{64}}"),
    _shape("Alibaba key", "LTAI", rf"{_B}LTAI[A-Za-z0-9]{{12,20}}{_E}"),
    _shape("1Password token", "ops_ey", rf"{_B}ops_ey{_W}{{100,1500}}"),
    _shape("1Password key", "A3-", rf"{_B}A3-[A-Z0-9]{{6}}-[A-Z0-9]{{6,11}}(?:-[A-Z0-9]{{5}}){{3,4}}{_E}"),
    _shape("Tailscale key", "tskey-", rf"{_B}tskey-[a-z]{{2,12}}-{_W}{{20,120}}"),
    _shape("Firebase key", ":APA91b", rf"{_B}{_W}{{8,30}}:APA91b{_W}{{80,200}}"),
    _shape("Cloudflare token", "eyJhIjoi", rf"{_B}eyJhIjoi{_W}{{60,400}}={{0,2}}"),
    _shape("AWS key", "IQoJb3JpZ2lu FwoGZXIvYXdz", rf"{_B}(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[A-Za-z0-9+/=]{{60,3000}}"),
    _shape("Pinecone key", "pcsk_", rf"{_B}pcsk_[A-Za-z0-9_]{{40,90}}"),
    _shape("Resend key", "re_", rf"{_B}re_[A-Za-z0-9]{{8}}_[A-Za-z0-9]{{22,26}}{_E}"),
    _shape("Brevo key", "xkeysib- xsmtpsib-", rf"{_B}x(?:key|smtp)sib-[a-f0-9]{{64}}-[A-Za-z0-9]{{14,18}}"),
    _shape("LangSmith key", "lsv2_", rf"{_B}lsv2_(?:pt|sk)_[a-f0-9]{{32}}_[a-f0-9]{{10}}"),
    _shape("Bitbucket token", "ATBB", rf"{_B}ATBB[A-Za-z0-9]{{32}}"),
    _shape("ClickUp token", "pk_", rf"{_B}pk_[0-9]{{6,10}}_[A-Z0-9]{{32}}{_E}"),
    _shape("Asana token", "1/ 2/", rf"{_B}[12]/[0-9]{{13,20}}(?:/[0-9]{{13,20}})?:[a-f0-9]{{32}}{_E}"),
    _shape("access key", "bkua_ sqp_ squ_ sqa_ shippo_",
           rf"{_B}(?:bkua|sq[pua]|shippo_(?:live|test))_[a-f0-9]{{40}}{_E}"),
    _shape("Contentful token", "CFPAT-", rf"{_B}CFPAT-{_W}{{43}}"),
    _shape("Adafruit key", "aio_", rf"{_B}aio_[A-Za-z0-9]{{28}}{_E}"),
    _shape("access key", "tfp_ duffel_ pnu_ ico- AKCp EZAK EZTK rpa_",
           rf"{_B}(?:tfp_{_W}{{40,64}}|duffel_(?:live|test)_{_W}{{40,50}}|pnu_[A-Za-z0-9]{{36}}|ico-[A-Za-z0-9]{{32}}|"
           r"AKCp[A-Za-z0-9]{69,73}|EZ[AT]K[A-Za-z0-9]{54}|rpa_[A-Z0-9]{40,50})"),
    _shape("Plaid token", "access-",
           rf"{_B}access-(?:production|sandbox|development)-[a-f0-9]{{8}}-(?:[a-f0-9]{{4}}-){{3}}[a-f0-9]{{12}}"),
    _shape("Flutterwave key", "FLWSECK", rf"{_B}FLWSECK(?:_TEST)?-[a-z0-9]{{12,40}}-X"),
    _shape("Razorpay key", "rzp_", rf"{_B}rzp_(?:live|test)_[A-Za-z0-9]{{14}}"),
    _shape("Braintree token", "access_token$", r"access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}"),
    _shape("Mapbox token", "sk.eyJ", rf"{_B}sk\.eyJ{_W}{{20,300}}\.{_W}{{16,40}}"),
    _shape("Harness token", "pat. sat.", rf"{_B}[ps]at\.{_W}{{22}}\.[a-f0-9]{{24}}\.[A-Za-z0-9]{{20}}"),
    _shape("Dynatrace token", "dt0", rf"{_B}dt0[a-z][0-9]{{2}}\.[A-Z0-9]{{24}}\.[A-Z0-9]{{64}}"),
    _shape("Yandex key", "AQVN", rf"{_B}AQVN{_W}{{35}}{_E}"),
    _shape("Tencent key", "AKID", rf"{_B}AKID[A-Za-z0-9]{{32}}{_E}"),
    # of services that nobody has listed: a name in small letters, then a long word of all kinds of signs
    _shape("access key", "_", rf"{_B}[a-z][a-z0-9]{{1,11}}(?:_[a-z0-9]{{2,10}}){{0,2}}_"
           rf"(?=(?:[A-Za-z]{{0,20}}[0-9]){{4}})"
           rf"(?=[a-z0-9]{{0,30}}[A-Z])(?=[A-Z0-9]{{0,30}}[a-z])[A-Za-z0-9]{{30,200}}{_E}"),
    _shape("age key", "AGE-SECRET-KEY-", r"(?i:AGE-SECRET-KEY-)(?:PQ-)?1[A-Za-z0-9]{30,4000}"),
    _shape("Nostr key", "nsec1", rf"{_B}nsec1[a-z0-9]{{58}}{_E}"),
    _shape("wallet key", "prv", rf"{_B}[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{{90,120}}{_E}"),
)

PLAIN = (
    _shape("password", "://", r"://[^\s/:@\"'<>█]{0,200}:([^\s/█]{1,200})@[\w.\[:-]"),
    _shape("access key", "://", r"://(?=[A-Za-z_-]{0,60}\d)([A-Za-z0-9_-]{20,120})@[\w.\[-]"),
    _shape("authenticator secret", "otpauth:", r"(?i:otpauth://)[^\s?█]{0,300}\?[^\s█]{0,300}?(?i:secret)"
        r"=([A-Za-z2-7=%]{8,300})"),
    _shape("authenticator secret", "otpauth-migration:", r"(?i:otpauth-migration://)[^\s?█]{0,"
        r"100}\?data=([A-Za-z0-9%+/=_-]{8,9000})"),
    _shape("Wi-Fi password", "wifi:", r"(?i:WIFI):(?:[A-OQ-Z]{1,3}\d?:(?:\\.|[^;\\\n█]){0,100};){0,6}P:((?:\\.|"
        r"[^;\\\n█]){1,100})"),
    _shape("WireGuard key", "privatekey presharedkey private_key preshared_key private-key preshared-key",
           r"(?i:(?:Private|Preshared)[_-]?Key)[\"']?(?:[ \t]{0,9}[=:][ \t]{0,9}|[ ](?:<\(echo[ ])?)"
           r"[\"']?([A-Za-z0-9+/]{42,43}=)"),
    _shape("password hash", "$1$ $2a$ $2b$ $2x$ $2y$ $5$ $6$ $7$ $y$ $gy$ $argon2 $apr1$ $scrypt$", r"\$(?:1|2[abxy]|"
        r"5|6|7|y|gy|argon2(?:id|i|d)|apr1|scrypt)\$[A-Za-z0-9./$=,+]{20,300}"),
    _shape("recovery key", "-", r"(?<![\d-])[0-9]{6}(?:-[0-9]{6}){7}(?![\d-])"),
)

_BEGIN = expression(r"-{4,5} ?BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_TO_THE_END = expression(r"[^-█]*(?:-(?!---)[^-█]*)*")
_KEY_LINES = expression(r"(?:(?:\s|\\[nrt]|[\"'+,|>]){0,200}(?:[A-Za-z-]{3,20}: [^\n█]{1,200}|[A-Za-z0-9+/=]{4,}))*")
_PUTTY = expression(r"Private-Lines: ?\d{1,4}((?:\s|\\[nrt])+(?:[A-Za-z0-9+/=]{4,}(?:\s|\\[nrt])*)+)")


def tokens(text: str, words: str) -> Iterator[Found]:
    """Keys of services in `text`. `words` are its long words alone, which are looked through first."""
    for shape in TOKENS:
        if any(sign in words for sign in shape.signs) and shape.pattern.search(words):
            yield from _standing(text, shape)


def plain_forms(text: str, low: str) -> Iterator[Found]:
    """Secrets in addresses and configurations. `low` is the text in small letters."""
    yield from somewhere(PLAIN, text, low)


def somewhere(shapes: Iterable[Shape], text: str, low: str) -> Iterator[Found]:
    """Secrets of shapes wherever they stand in a text that has one of their signs, in small letters."""
    for shape in shapes:
        if any(sign in low for sign in shape.signs):
            yield from _standing(text, shape)


def begun(shapes: Iterable[Shape], text: str, low: str) -> Iterator[Found]:
    """Secrets of shapes that begin with one of their signs: to search for those first is many times faster."""
    for shape in shapes:
        for place in places(low, shape.signs):
            if found := shape.pattern.match(text, place):
                yield shape.kind, _secret(found)


def _standing(text: str, shape: Shape) -> Iterator[Found]:
    return ((shape.kind, _secret(found)) for found in shape.pattern.finditer(text))


def _secret(found: re.Match[str]) -> Span:
    return found.span(found.lastindex or 0)


def private_keys(text: str) -> Iterator[Found]:
    """What stands between the lines that begin and end a private key; of one that is cut off, what looks like a key."""
    for begin in _BEGIN.finditer(text) if "PRIVATE KEY" in text else ():
        body = _TO_THE_END.match(text, begin.end())
        if body is None or not text.startswith(("-----END", "---- END", "----END"), body.end()):
            body = _KEY_LINES.match(text, begin.end())
        if body is not None and body[0].strip():
            yield "private key", body.span()
    for putty in _PUTTY.finditer(text) if "Private-Lines" in text else ():
        yield "private key", putty.span(1)
