"""Rules: which decides, and that no other way of writing a path, a domain or a sender leads around one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.errors import KnownError
from mneme.gate.rules import checked, parse_rule, shown, why_left_out
from mneme.types import Candidate, Rule

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
PRIVATE = "deny folder /home/robin/Private"
ON_WINDOWS = "deny folder C:\\Users\\Robin\\Private"


def reason(rules: list[str], candidate: Candidate, *, folds_case: bool = False) -> str | None:
    return why_left_out([parse_rule(rule) for rule in rules], candidate, NOW, folds_case=folds_case)


def test_the_reason_names_the_rule() -> None:
    assert reason([PRIVATE], Candidate(path="/home/robin/Private/a.md")) == (
        "is left out by your rule: folder /home/robin/Private")
    assert reason(["deny size 50 MB"], Candidate(size=60_000_000)) == "is left out by your rule: size 50 MB"


@pytest.mark.parametrize("path", [
    "/home/robin/Private", "/home/robin/Private/", "/home/robin/Private/a/b/c.md", "/home/robin//Private/a.md",
    "/home/robin/Notes/../Private/a.md", "/home/./robin/Notes/x/../../Private/a.md", "/../home/robin/Private/a.md",
    "/System/Volumes/Data/home/robin/Private/a.md"])
def test_a_folder_rule_holds_for_all_below_it(path: str) -> None:
    assert reason([PRIVATE], Candidate(path=path))


@pytest.mark.parametrize("path", [
    "/home/robin/Privateer/a.md", "/home/robin/Private/../a.md", "/home/robin/private/a.md", "/Private/a.md"])
def test_a_folder_rule_holds_for_nothing_else(path: str) -> None:
    assert reason([PRIVATE], Candidate(path=path)) is None


@pytest.mark.parametrize("path", [
    "c:/users/robin/private/a.md", "C:\\USERS\\ROBIN\\PRIVATE", "C:\\Users\\Robin\\Private.\\a.md",
    "C:\\Users\\Robin\\Private \\a.md", "C:\\Users\\Robin\\Private:stream", "C:\\Users\\Robin\\Private\\a.md::$DATA",
    "\\\\?\\C:\\Users\\Robin\\Private\\a.md", "\\\\.\\C:\\Users\\Robin\\Private\\a.md",
    "//?/C:/Users/Robin/Private/a.md",
    "\\\\localhost\\C$\\Users\\Robin\\Private\\a.md", "\\\\127.0.0.1\\c$\\users\\robin\\private",
    "C:\\Users\\Robin\\PRIVAT~1\\a.md",
    "C:\\Users\\Robin\\x\\..\\Private\\a.md"])
def test_windows_tricks_lead_nowhere(path: str) -> None:
    assert reason([ON_WINDOWS], Candidate(path=path))


def test_a_short_name_opens_nothing() -> None:
    rules = ["deny folder C:\\Users", "allow folder C:\\Users\\Robin\\Private"]
    assert reason(rules, Candidate(path="C:\\Users\\Robin\\Private\\a.md")) is None
    assert reason(rules, Candidate(path="C:\\Users\\Robin\\PRIVAT~1\\a.md"))


def test_shares_of_the_network() -> None:
    rule = ["deny folder \\\\nas\\share\\private"]
    assert reason(rule, Candidate(path="\\\\NAS\\Share\\Private\\a.md"))
    assert reason(rule, Candidate(path="\\\\?\\UNC\\nas\\share\\private\\a.md"))
    assert reason(rule, Candidate(path="\\\\nas\\other\\private\\a.md")) is None


def test_links_are_judged_both_ways() -> None:
    rules = [PRIVATE, "allow folder /home/robin/Notes"]
    assert reason(rules, Candidate(path="/home/robin/Notes/a.md", real_path="/home/robin/Private/a.md"))
    assert reason(rules, Candidate(path="/home/robin/Private/a.md", real_path="/home/robin/Notes/a.md"))


def test_case_and_unicode_forms() -> None:
    assert reason([PRIVATE], Candidate(path="/home/robin/PRIVATE/a"), folds_case=True)
    assert reason(["deny folder /home/Café"], Candidate(path="/home/Cafe\u0301/a"))
    assert reason(["deny folder /home/Cafe\u0301"], Candidate(path="/home/Café/a"))


def test_the_deepest_folder_decides_and_the_last_of_equals() -> None:
    rules = ["deny folder /a", "allow folder /a/b", "deny folder /a/b/c"]
    for order in (rules, rules[::-1]):
        assert reason(order, Candidate(path="/a/x"))
        assert reason(order, Candidate(path="/a/b/x")) is None
        assert reason(order, Candidate(path="/a/b/c/x"))
    assert reason(["deny folder /a", "allow folder /a"], Candidate(path="/a/x")) is None
    assert reason(["allow folder /a", "deny folder /a"], Candidate(path="/a/x"))


def test_a_denied_folder_is_entered_for_what_is_allowed_in_it() -> None:
    rules = ["deny folder /a", "allow folder /a/b/c"]
    assert reason(rules, Candidate(path="/a/b", is_folder=True)) is None
    assert reason(rules, Candidate(path="/a/x", is_folder=True))


def test_an_exception_is_one_for_its_own_field() -> None:
    assert reason([PRIVATE, "allow pattern *.md"], Candidate(path="/home/robin/Private/a.md"))


@pytest.mark.parametrize(("address", "denied"), [
    ("example.com", True), ("www.example.com", True), ("EXAMPLE.COM.", True), ("https://example.com:8443/x?y#z", True),
    ("http://allowed.org@example.com/", True), ("http://example.com@allowed.org/", False), ("https://ex\tample.com/",
    True),
    ("http://example.com\\@allowed.org/", True), ("evilexample.com", False), ("example.com.evil.org", False),
    ("exаmple.com", False), ("example。com", True), ("ｅｘａｍｐｌｅ.com", True), ("https://example%2Ecom/", True),
    ("//example.com/x", True), ("example.org", False), ("", False)])
def test_domains(address: str, denied: bool) -> None:
    assert bool(reason(["deny domain example.com"], Candidate(domain=address))) is denied


def test_domains_in_letters_and_punycode_are_the_same() -> None:
    for one, other in (("münchen.de", "www.xn--mnchen-3ya.de"), ("xn--mnchen-3ya.de", "MÜNCHEN.de")):
        assert reason([f"deny domain {one}"], Candidate(domain=other))


def test_the_longest_domain_decides() -> None:
    rules = ["allow domain docs.example.com", "deny domain example.com"]
    assert reason(rules, Candidate(domain="docs.example.com")) is None
    assert reason(rules, Candidate(domain="mail.example.com"))


@pytest.mark.parametrize(("rule", "sender", "denied"), [
    ("boss@example.com", "The Boss <BOSS@example.com>", True), ("boss@example.com", '"boss@example.com" <a@b.org>',
    False),
    ("Ann Lee", "ANN  LEE <ann@example.com>", True), ("Ann", "Ann Lee", False), ("@example.com", "x@mail.example.com",
    True),
    ("@example.com", "x@evilexample.com", False), ("+49 170 5550199", "0049 (170) 555-0199", True)])
def test_senders(rule: str, sender: str, denied: bool) -> None:
    assert bool(reason([f"deny sender {rule}"], Candidate(sender=sender))) is denied


@pytest.mark.parametrize(("rule", "app", "denied"), [
    ("KeePassXC", "/usr/bin/keepassxc", True), ("firefox", "C:\\Program Files\\Mozilla\\FIREFOX.exe", True),
    ("firefox.exe", "Firefox", True), ("firefox", "firefox-nightly", False), ("/usr/bin/vi", "/usr/bin/vi", True),
    ("/usr/bin/vi", "/opt/vi", False)])
def test_programs(rule: str, app: str, denied: bool) -> None:
    assert bool(reason([f"deny app {rule}"], Candidate(app=app))) is denied


def test_patterns_and_titles() -> None:
    assert reason(["deny pattern *.log"], Candidate(path="/a/b.log"))
    assert reason(["deny pattern *.log", "allow pattern keep.log"], Candidate(path="/a/keep.log")) is None
    assert reason(["deny pattern secret*/"], Candidate(path="/a/secrets/x.md"))
    assert reason(["deny pattern /home/*/x.md"], Candidate(path="/home/robin/x.md"))
    assert reason(["deny pattern title: private browsing"], Candidate(title="Shop – Private Browsing"))
    assert reason(["deny pattern title: private"], Candidate(title="Privateers")) is None


def test_sizes_and_ages() -> None:
    assert reason(["deny size 1 KiB"], Candidate(size=1025))
    assert reason(["deny size 1 KiB"], Candidate(size=1024)) is None
    assert reason(["deny age 2 years"], Candidate(changed_at=datetime(2023, 1, 1, tzinfo=UTC)))
    assert reason(["deny age 30 days"], Candidate(changed_at=datetime(2025, 6, 1, tzinfo=UTC))) is None
    assert reason(["deny age 30 days"], Candidate(changed_at=datetime(2031, 1, 1, tzinfo=UTC))) is None
    assert reason(["deny size 1 MB"], Candidate()) is None


@pytest.mark.parametrize("text", [
    "", "deny", "deny folder", "deny folder Private", "refuse folder /a", "deny colour red", "deny domain not a domain",
    "deny size large", "deny size -5 MB", "deny age soon", "deny pattern !x", "deny pattern #x", "deny pattern title:",
    "deny app ???", "deny folder ~/Private", "deny domain"])
def test_nonsense_is_told(text: str) -> None:
    with pytest.raises(KnownError):
        parse_rule(text)


def test_home_and_relative_folders() -> None:
    assert parse_rule("deny folder ~/Private", home="/home/robin").value == "/home/robin/Private"
    assert parse_rule("deny folder Private", base="/home/robin").value == "/home/robin/Private"
    assert parse_rule('deny folder "/home/robin/My Files"').value == "/home/robin/My Files"


@pytest.mark.parametrize("text", [
    "deny folder /home/robin", "allow domain example.com", "deny size 50 MB", "deny size 1234 bytes", "deny age 2 "
    "years",
    "deny age 10 days", "deny sender Ann Lee", "deny app firefox", "allow pattern *.md", "deny pattern title: a b"])
def test_a_rule_is_shown_as_it_can_be_typed(text: str) -> None:
    assert shown(parse_rule(text)) == text


def test_a_rule_is_checked() -> None:
    assert checked(Rule("deny", "size", " 2 GB ")).value == "2000000000"
    with pytest.raises(KnownError):
        checked(Rule("deny", "domain", "..."))


names = st.text(st.characters(blacklist_characters="/\\\0", blacklist_categories=("Cs",)), min_size=1,
    max_size=8).filter(
    lambda name: name not in (".", "..") and name == name.strip())


@given(st.lists(names, min_size=1, max_size=4), st.lists(names, max_size=4), names)
def test_detours_do_not_lead_out(folder: list[str], below: list[str], detour: str) -> None:
    rule = Rule("deny", "folder", "/" + "/".join(folder))
    path = "/" + "/".join([detour, "..", *folder, ".", *below])
    assert why_left_out([rule], Candidate(path=path), NOW)


@given(st.text(max_size=60))
def test_any_text_is_a_rule_or_told(text: str) -> None:
    try:
        rule = parse_rule(text)
    except KnownError:
        return
    assert parse_rule(shown(rule)) == rule
