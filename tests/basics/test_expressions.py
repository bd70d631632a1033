"""An expression that is compiled later is the one `re.compile` would have made."""

import re

import pytest

from mneme.expressions import expression

TEXT = "The spare key is in the blue barrel, the other KEY with Ines."


@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.IGNORECASE | re.MULTILINE])
def test_it_finds_what_a_compiled_one_finds(flags: int) -> None:
    late, early = expression(r"(?P<what>key)|(barrel)", flags), re.compile(r"(?P<what>key)|(barrel)", flags)
    assert [m.span() for m in late.finditer(TEXT)] == [m.span() for m in early.finditer(TEXT)]
    assert late.findall(TEXT) == early.findall(TEXT)
    assert late.sub("x", TEXT, count=1) == early.sub("x", TEXT, count=1)
    assert late.split(TEXT) == early.split(TEXT)
    assert (late.match(TEXT), late.fullmatch("nothing")) == (None, None)
    assert (late.pattern, late.flags, late.groups, late.groupindex) == (
        early.pattern, early.flags, early.groups, early.groupindex)


def test_it_reads_bytes() -> None:
    assert expression(rb"b(.)r").findall(TEXT.encode()) == [b"a"]


def test_it_is_compiled_once_and_not_before_it_is_asked() -> None:
    late = expression("blue")
    assert "search" not in vars(late)
    assert late.search(TEXT) is not None
    once = late.search
    assert late.search is once


def test_it_equals_the_expression_of_its_matches() -> None:
    late, other = expression("blue", re.IGNORECASE), expression("blue")
    found = late.search(TEXT)
    assert found is not None and found.re == late and late == found.re and found.re != other
    assert found.re in (other, late) and found.re not in (other,)
    assert late == expression("blue", re.IGNORECASE) and late != other and late != "blue"
    assert {late: 1}[found.re] == 1


def test_what_is_wrong_comes_out_at_the_first_use() -> None:
    wrong = expression("(")
    with pytest.raises(re.error):
        wrong.search(TEXT)
    with pytest.raises(AttributeError):
        wrong.nothing  # type: ignore[attr-defined]  # noqa: B018
