"""The owner's rules of what may be taken in, asked before anything is read: why something is left out, or None.

Each field decides for itself, and what any field denies is left out: an allow rule is an exception to the deny rules
of its own field, never of another. What no rule speaks of may be taken in. Within a field:

- folder: the deepest folder decides, for all that lies below it, of two rules for one folder the last. A path is judged
  as it is named and as it really is (where links lead): it must be allowed both ways.
- domain: the longest domain decides, for all below it; sender: an address before a domain ("@example.com") before a
  name; of equals the last.
- app, pattern, size and age: the last rule that fits decides. A size or age rule that denies fits what is above its
  value, one that allows fits what is not.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import get_args

from pathspec import GitIgnoreSpec

from mneme.errors import KnownError
from mneme.expressions import expression
from mneme.gate.domains import domain_of, host_of, is_under
from mneme.gate.measures import age_shown, bytes_in, days_in, size_shown
from mneme.gate.paths import Parts, is_absolute, is_within, parts_of
from mneme.messages import _
from mneme.types import Candidate, Field, Rule, Verdict

_TITLE = "title:"
_EXECUTABLE = (".exe", ".app", ".desktop", ".appimage", ".com")
_NO_SPACES = expression("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def why_left_out(rules: Sequence[Rule], candidate: Candidate, now: datetime, *, folds_case: bool = False) -> str | None:
    """Why a candidate is not to be read, as a part of a sentence; None where it may be.

    `folds_case`: the file system takes "A" and "a" for the same. A folder with an allow rule for something below it is
    not left out itself: what lies in it is asked about one by one.
    """
    rule = denying(rules, candidate, now, folds_case=folds_case)
    return None if rule is None else _("is left out by your rule: {rule}").format(rule=_named(rule))


def denying(rules: Sequence[Rule], candidate: Candidate, now: datetime, *, folds_case: bool = False) -> Rule | None:
    """The rule that leaves a candidate out; None where it may be taken in."""
    for view in _views(candidate):
        for field in get_args(Field):
            rule = _deciding([one for one in rules if one.field == field], view, now, folds_case)
            if rule is not None and rule.verdict == "deny" and not _leads_to_allowed(rules, rule, view, folds_case):
                return rule
    return None


def _views(candidate: Candidate) -> Iterator[Candidate]:
    """The candidate by the path it is named by, and by the one that links lead to."""
    yield candidate
    if candidate.real_path is not None and candidate.real_path != candidate.path:
        yield replace(candidate, path=candidate.real_path)


def _deciding(rules: Sequence[Rule], candidate: Candidate, now: datetime, folds_case: bool) -> Rule | None:
    best, weight = None, 0
    for rule in rules:
        fits = _weight(rule, candidate, now, folds_case)
        if fits and fits >= weight:
            best, weight = rule, fits
    return best


def _weight(rule: Rule, candidate: Candidate, now: datetime, folds_case: bool) -> int:
    """How specific a rule is that fits; 0 if it does not."""
    match rule.field:
        case "folder":
            return _folder_weight(rule, candidate.path, folds_case)
        case "domain":
            return _domain_weight(rule.value, candidate.domain)
        case "sender":
            return _sender_weight(rule.value, candidate.sender)
        case "app":
            return int(candidate.app is not None and _same_app(rule.value, candidate.app))
        case "pattern":
            return int(_pattern_fits(rule.value, candidate, folds_case))
        case _:
            return int(_is_beyond(rule, candidate, now))


# ------------------------------------------------------------------ folders and patterns


@lru_cache(maxsize=1024)
def _parts(path: str, folds_case: bool) -> Parts:
    """Of a rule's folder, and of a candidate, which every rule is asked about."""
    return parts_of(path, folds_case=folds_case)


def _folder_weight(rule: Rule, path: str | None, folds_case: bool) -> int:
    if path is None:
        return 0
    folder = _parts(rule.value, folds_case)
    within = is_within(_parts(path, folds_case), folder, loosely=rule.verdict == "deny")
    return len(folder) if within else 0


def _leads_to_allowed(rules: Sequence[Rule], denying: Rule, candidate: Candidate, folds_case: bool) -> bool:
    """Whether a folder that a folder rule denies has one below it that is allowed."""
    if denying.field != "folder" or not candidate.is_folder or candidate.path is None:
        return False
    here = _parts(candidate.path, folds_case)
    return any(one.field == "folder" and one.verdict == "allow" and is_within(_parts(one.value, folds_case), here,
                                                                              loosely=False) for one in rules)


@lru_cache(maxsize=256)
def _spec(pattern: str) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines([pattern])


def _pattern_fits(value: str, candidate: Candidate, folds_case: bool) -> bool:
    if value.casefold().startswith(_TITLE):
        return candidate.title is not None and _words_in(value[len(_TITLE):], candidate.title)
    if candidate.path is None:
        return False
    root, *names = _parts(candidate.path, folds_case)
    path = "/".join(names if root == "/" else (root.lstrip("/"), *names)) + ("/" if candidate.is_folder else "")
    value = unicodedata.normalize("NFC", value.casefold() if folds_case or root != "/" else value)
    try:
        return bool(_spec(value).check_file(path).include)
    except (ValueError, re.error):
        return False


def _words_in(wanted: str, title: str) -> bool:
    """Whether all words stand in a title, whole ones where the script sets spaces between them."""
    folded = _folded(title)
    there = set(re.findall(r"\w+", folded))
    words = re.findall(r"\w+", _folded(wanted))
    return bool(words) and all(word in there or (bool(_NO_SPACES.search(word)) and word in folded) for word in words)


# ------------------------------------------------------------------ programs, domains, senders


def _folded(text: str) -> str:
    seen = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return " ".join(seen.casefold().split())


def _same_app(wanted: str, app: str) -> bool:
    """Whether an app is the one that a rule names: by its name, its executable's name, or the executable's path."""
    if "/" in wanted or "\\" in wanted:
        return _folded(wanted).replace("\\", "/") == _folded(app).replace("\\", "/")
    return _app_name(wanted) == _app_name(app)


def _app_name(app: str) -> str:
    name = re.split(r"[\\/]", _folded(app).rstrip("\\/"))[-1]
    for ending in _EXECUTABLE:
        name = name.removesuffix(ending)
    return name


def _domain_weight(value: str, address: str | None) -> int:
    domain = domain_of(value)
    return len(domain) if address is not None and domain and is_under(host_of(address), domain) else 0


def _sender_weight(value: str, sender: str | None) -> int:
    """3 for the address, 2 for its domain, 1 for the name; 0 where the rule means somebody else."""
    if sender is None:
        return 0
    name, address = _name_and_address(sender)
    wanted = _folded(value).removeprefix("mailto:")
    if wanted.startswith("@"):
        domain = domain_of(wanted[1:])
        return 2 if domain and "@" in address and is_under(host_of(address.rpartition("@")[2]), domain) else 0
    if "@" in wanted:
        return 3 if _same_address(_name_and_address(wanted)[1], address) else 0
    if _number(wanted) and _number(wanted) in (_number(name), _number(address)):
        return 3
    return int(wanted in (name, address))


def _name_and_address(sender: str) -> tuple[str, str]:
    """"Ann Lee <ann@example.com>" as its name and its address, both folded; either may be all there is."""
    folded = _folded(sender)
    found = re.fullmatch(r"(.*?)<([^<>]*)>[\s;,]*", folded)
    name, address = (found[1], found[2]) if found else (folded, folded)
    return name.strip(" \"'"), address.strip().removeprefix("mailto:")


def _same_address(one: str, other: str) -> bool:
    (name, _at, host), (other_name, _at, other_host) = one.rpartition("@"), other.rpartition("@")
    return name == other_name and host_of(host) == host_of(other_host)


def _number(text: str) -> str:
    """A telephone number's digits with its country; "" if this is none."""
    if not re.fullmatch(r"\+?[\d\s()/.\-]{6,}", text):
        return ""
    digits = re.sub(r"\D", "", text)
    return digits.removeprefix("00")


# ------------------------------------------------------------------ sizes and ages


def _is_beyond(rule: Rule, candidate: Candidate, now: datetime) -> bool:
    """Whether a rule of size or age fits: a deny rule what is above its value, an allow rule the rest."""
    if rule.field == "size":
        limit: float | None = bytes_in(rule.value)
        value: float | None = candidate.size
    else:
        limit = days_in(rule.value)
        value = None if candidate.changed_at is None else (_utc(now) - _utc(candidate.changed_at)) / timedelta(days=1)
    if limit is None or value is None:
        return False
    return value > limit if rule.verdict == "deny" else value <= limit


def _utc(when: datetime) -> datetime:
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


# ------------------------------------------------------------------ rules as text


def parse_rule(text: str, *, home: str | None = None, base: str | None = None) -> Rule:
    """A rule as it is typed: "deny folder ~/Private", "allow domain example.com", "deny size 50 MB".

    `home` is what "~" stands for, `base` the folder that a relative path begins in. Raises: KnownError for what is no
    rule.
    """
    words = text.split(None, 2)
    if len(words) < 3 or words[0].lower() not in get_args(Verdict) or words[1].lower() not in get_args(Field):
        raise KnownError(_("“{text}” is no rule.").format(text=text.strip()),
                         _("Write for example: deny folder /home/me/private, allow domain example.com, deny size 50 "
                             "MB."))
    verdict: Verdict = "deny" if words[0].lower() == "deny" else "allow"
    field = next(name for name in get_args(Field) if name == words[1].lower())
    value = words[2].strip()
    return checked(Rule(verdict, field, _whole_path(_bare(value), home, base) if field == "folder" else _bare(value)))


def checked(rule: Rule) -> Rule:
    """The rule with its value in the form that is kept. Raises: KnownError for a value that means nothing."""
    value = rule.value.strip()
    match rule.field:
        case "folder":
            if not is_absolute(value):
                raise KnownError(_("“{value}” is not the whole path of a folder.").format(value=value),
                                 _("Name the folder with all that is above it."))
        case "domain":
            value = domain_of(value)
        case "size":
            size = bytes_in(value)
            value = "" if size is None else str(size)
        case "age":
            days = days_in(value)
            value = "" if days is None else f"{days:g}"
        case "pattern":
            value = value if _is_pattern(value) else ""
        case "app" | "sender":
            value = value if any(sign.isalnum() for sign in value) else ""
    if not value:
        raise KnownError(_("“{value}” is no {field} that a rule could be about.").format(
            value=rule.value.strip(), field=rule.field), _HINTS()[rule.field])
    return replace(rule, value=value)


def _bare(value: str) -> str:
    """A value without the quotes around it."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _whole_path(path: str, home: str | None, base: str | None) -> str:
    if home is not None and re.match(r"~(?:[\\/]|$)", path):
        return home.rstrip("\\/") + path[1:]
    if base is not None and not is_absolute(path) and not path.startswith("~"):
        return base.rstrip("\\/") + ("\\" if "\\" in base else "/") + path
    return path


def _is_pattern(value: str) -> bool:
    if value.casefold().startswith(_TITLE):
        return bool(re.search(r"\w", value[len(_TITLE):]))
    if value.startswith(("!", "#")):
        return False
    try:
        return any(pattern.include for pattern in _spec(value).patterns)
    except (ValueError, re.error):
        return False


def _HINTS() -> dict[str, str]:
    return {
        "domain": _("Write it like example.com."),
        "size": _("Write it like 50 MB."),
        "age": _("Write it like 2 years, or 30 days."),
        "pattern": _("Write it as in a .gitignore file, like *.log, or title: and words; for an exception use allow."),
        "app": _("Write the program's name."),
        "sender": _("Write a name, or an e-mail address."),
    }


def shown(rule: Rule) -> str:
    """A rule as it can be typed again."""
    return f"{rule.verdict} {_named(rule)}"


def _named(rule: Rule) -> str:
    if rule.field == "size" and (size := bytes_in(rule.value)) is not None:
        return f"size {size_shown(size)}"
    if rule.field == "age" and (days := days_in(rule.value)) is not None:
        return f"age {age_shown(days)}"
    return f"{rule.field} {rule.value}"
