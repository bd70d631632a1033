"""Plain text, Markdown, org, code, tables, JSON, rich text: text, blocks, titles, dates, tags and links."""

import json
from collections.abc import Callable

import pytest

from mneme.errors import Unreadable
from mneme.types import Document

Read = Callable[..., Document]

NOTE = """---
title: "The long walk"
tags: [walks, "family/aunts"]
author: [[Maren]]
created: 2023-05
see: "[[Other note]]"
---
# Up the hill #hiking

We went with [[Aunt Ines|Ines]] and saw [a map](https://example.org/map).
Then `#nocode` rain.

- bread
- cheese

| what | how many |
|---|---|
| shoes | 2 |

```python
#include is no tag
```

> "Never again", she said.

[map]: https://example.org/second
"""


def pieces(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start:b.end]) for b in document.blocks]


def test_plain_text_is_paragraphs(read: Read) -> None:
    document = read("text", "Date: 7 May 2023\n\nOne line\nand its second.\n\n\n  Indented.  \n")
    assert pieces(document) == [("paragraph", "Date: 7 May 2023"), ("paragraph", "One line\nand its second."),
                                ("paragraph", "Indented.")]
    assert document.happened_at is not None
    assert document.happened_at.iso() == "2023-05-07"
    assert document.title is None


def test_markdown_is_kept_as_it_was_written(read: Read) -> None:
    document = read("markdown", NOTE)
    assert document.text == NOTE
    assert [kind for kind, _text in pieces(document)] == [
        "table", "heading", "paragraph", "list", "table", "code", "quote", "paragraph"]
    assert pieces(document)[3] == ("list", "- bread\n- cheese")
    assert pieces(document)[-1][1] == "[map]: https://example.org/second"


def test_markdown_says_what_its_front_matter_says(read: Read) -> None:
    document = read("markdown", NOTE)
    assert document.title == "The long walk"
    assert document.authors == ("Maren",)
    assert document.happened_at is not None
    assert (document.happened_at.iso(), document.happened_at.precision) == ("2023-05", "month")
    assert document.tags == ("walks", "family/aunts", "hiking")
    assert document.links == ("Maren", "Other note", "Aunt Ines", "https://example.org/map")
    assert document.properties["created"] == "2023-05"
    assert document.notes == ()


def test_a_markdown_title_is_the_first_heading_without_its_marks(read: Read) -> None:
    assert read("markdown", "intro\n\n# The **big** [[day|Day]] of snake_case #\n").title == "The big Day of snake_case"
    assert read("markdown", "A title\n=======\n\ntext").title == "A title"
    assert read("markdown", "```\n# no title\n```\n").title is None


def test_a_title_that_is_a_date_dates_the_note(read: Read) -> None:
    document = read("markdown", "# 2024-02-29 Thursday\n\nLeap.")
    assert document.happened_at is not None
    assert document.happened_at.iso() == "2024-02-29"


@pytest.mark.parametrize("front", [
    "a: 'b', c ]\ntags:\n- one\n- two", "\ta: b\ntags: [one, two]", "a: *b\ntags: one two"])
def test_broken_front_matter_is_read_line_by_line_and_the_text_stays(read: Read, front: str) -> None:
    text = f"---\n{front}\n---\nWords."
    document = read("markdown", text)
    assert document.text == text
    assert document.tags == ("one", "two")
    assert len(document.notes) == 1
    assert pieces(document)[-1] == ("paragraph", "Words.")


def test_a_template_is_no_broken_note(read: Read) -> None:
    document = read("markdown", "---\ncreated: {{date}}\ntags:\n  - note\n---\nHello {{name}}")
    assert (document.tags, document.notes, document.happened_at) == (("note",), (), None)


def test_rulers_and_long_fences_are_no_front_matter(read: Read) -> None:
    assert read("markdown", "---\nno end of it\n").properties == {}
    assert read("markdown", "text\n---\na: b\n---\n").properties == {}


def test_a_very_long_markdown_still_has_headings_and_paragraphs(read: Read) -> None:
    document = read("markdown", "# Begin\n\n" + "Words and words.\n\n" * 20_000)
    assert pieces(document)[0] == ("heading", "# Begin")
    assert pieces(document)[1] == ("paragraph", "Words and words.")


def test_org_is_an_outline(read: Read) -> None:
    document = read("org", "#+TITLE: Review\n#+DATE: <2023-10-03 Tue 14:00>\n#+FILETAGS: :work:\n\n* Who :people:\n"
                           "Priya and [[file:me.org][me]].\n- one\n  more of one\n- two\n\n#+BEGIN_SRC sh\n* no "
                           "heading\n#+END_SRC\n| a | b |\n")
    assert [kind for kind, _text in pieces(document)] == ["table", "heading", "paragraph", "list", "code", "table"]
    assert pieces(document)[3][1] == "- one\n  more of one\n- two"
    assert (document.title, document.tags, document.links) == ("Review", ("work", "people"), ("me.org",))
    assert document.happened_at is not None
    assert document.happened_at.iso() == "2023-10-03T14:00+02:00"


def test_code_is_cut_where_it_returns_to_the_margin(read: Read) -> None:
    document = read("code", "import os\n\n# why\n@once\ndef f(x):\n    y = 1\n\n    return y\n\n\nclass A:\n    pass\n")
    assert [text.split("\n")[0] for _kind, text in pieces(document)] == ["import os", "# why", "class A:"]
    assert {kind for kind, _text in pieces(document)} == {"code"}


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_rows_of_a_table_read_like_sentences(read: Read, mark: str) -> None:
    rows = [["name", "city", "age"], ["Anna", "Rome", "31"], ["Bo", "", "7"]]
    document = read("csv", "\r\n".join(mark.join(row) for row in rows))
    assert document.text == "name: Anna; city: Rome; age: 31\nname: Bo; age: 7"


def test_a_table_without_names_keeps_every_row(read: Read) -> None:
    assert read("csv", '1,2,3\n4,"5,5",6\n').text == "1; 2; 3\n4; 5,5; 6"
    assert read("csv", "Members\nname,city\nAnna,Rome\n").text == "Members\nname: Anna; city: Rome"


def test_a_table_whose_cell_never_ends_stays_text(read: Read) -> None:
    text = 'a,b\n1,"' + "x" * 200_000 + "\n"
    document = read("csv", text)
    assert document.text == text
    assert "plain text" in document.notes[0]


def test_json_reads_as_ways_and_values(read: Read) -> None:
    content = {"title": "Books", "owner": {"name": "Maren", "since": 2019}, "tags": ["a", "b"], "none": None,
               "books": [{"title": "Wind", "stars": 4.50}, {"title": "Knots", "lent": True}]}
    document = read("json", json.dumps(content).replace("4.5", "4.50"))
    assert document.title == "Books"
    assert document.text == ("title: Books\nowner.name: Maren\nowner.since: 2019\ntags: a, b\n\n"
                             "title: Wind; stars: 4.50\ntitle: Knots; lent: true")


def test_json_lines_and_huge_numbers(read: Read) -> None:
    assert read("json", '{"a": 1, "b": "x"}\n{"a": 2}\n').text == "a: 1; b: x\na: 2"
    assert read("json", "[" + "9" * 6000 + "]").text == "9" * 6000


@pytest.mark.parametrize("text", ['{"a": ', "[" * 100_000, "[" * 5000 + "]" * 5000, '{"a": 1} x'])
def test_what_is_no_json_stays_text_with_a_note(read: Read, text: str) -> None:
    document = read("json", text)
    assert document.text == text
    assert "JSON" in document.notes[0]


def test_rich_text_is_its_words(read: Read) -> None:
    rtf = (r"{\rtf1\ansi\ansicpg1252{\info{\title A letter}{\author Maren}{\creatim\yr2024\mo2\dy20\hr20\min12}}"
           r"{\fonttbl\f0 Arial;}Dear \b Sir\b0,\par Stra\'dfe and \u8364? here.\par}")
    document = read("rtf", rtf)
    assert document.text == "Dear Sir,\n\nStraße and € here."
    assert (document.title, document.authors) == ("A letter", ("Maren",))
    assert document.happened_at is not None
    assert document.happened_at.iso() == "2024-02-20T20:12+01:00"


def test_what_is_no_rich_text_is_said(read: Read) -> None:
    with pytest.raises(Unreadable, match="no RTF file"):
        read("rtf", "hello")
