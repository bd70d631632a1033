"""Web pages: what a person came to read, without menus, and what the page says about itself."""

import time
from collections.abc import Callable

from mneme.types import Document

Read = Callable[..., Document]

PAGE = """<!DOCTYPE html><html><head><title>Mice – The Draughty House</title>
<meta name="author" content="Wilma Strand"><meta property="article:published_time" content="2024-10-02T08:00:00+02:00">
<meta name="keywords" content="mice, cabins"><script>var words = "secret";</script><style>p {}</style></head>
<body><header><a href="/">Home</a></header><nav><ul><li>Menu one</li></ul></nav>
<article><h1>Keeping <em>mice</em> out</h1><p>Every   October I get<br>letters. See <a href="https://example.org/x">this</a>.</p>
<ul><li>wool</li><li>mesh<ul><li>fine</li></ul></li></ul>
<table><tr><th>hole</th><th>mouse</th></tr><tr><td>5 mm</td><td>no</td></tr><tr><td>6 mm</td><td>yes</td></tr></table>
<pre>line  one
  two</pre><blockquote><p>Forget smells.</p></blockquote></article>
<footer>Impressum</footer></body></html>"""


def pieces(document: Document) -> list[tuple[str, str]]:
    return [(b.kind, document.text[b.start:b.end]) for b in document.blocks]


def test_a_page_is_its_article(read: Read) -> None:
    document = read("html", PAGE)
    assert pieces(document) == [
        ("heading", "Keeping mice out"), ("paragraph", "Every October I get\nletters. See this."),
        ("list", "- wool\n- mesh\n  - fine"), ("table", "hole: 5 mm; mouse: no\nhole: 6 mm; mouse: yes"),
        ("code", "line  one\n  two"), ("quote", "Forget smells.")]
    assert document.notes == ("Menus and other page furniture were left out.",)


def test_a_page_says_who_wrote_it_and_when(read: Read) -> None:
    document = read("html", PAGE)
    assert (document.title, document.authors) == ("Mice – The Draughty House", ("Wilma Strand",))
    assert document.happened_at is not None
    assert document.happened_at.iso() == "2024-10-02T08:00:00+02:00"
    assert (document.tags, document.links) == (("mice", "cabins"), ("https://example.org/x",))


def test_a_page_of_links_alone_is_kept_whole(read: Read) -> None:
    point = "<li><a href='https://a.example/'>A place to remember</a></li>"
    document = read("html", f"<nav><ul>{point * 5}</ul></nav>")
    assert document.text.count("A place to remember") == 5
    assert document.notes == ()


def test_a_table_that_lays_out_a_page_is_no_table(read: Read) -> None:
    document = read("html", f"<table><tr><td>Menu</td><td><p>{'Long words. ' * 50}</p><p>Second.</p></td></tr></table>")
    assert [kind for kind, _text in pieces(document)] == ["paragraph"] * 3


def test_the_named_encoding_counts_and_a_page_without_tags_is_text(read: Read) -> None:
    assert read("html", '<meta charset="iso-8859-2"><p>Żółw'.encode("iso8859-2")).text == "Żółw"
    assert read("html", '<meta charset="nonsense"><p>Grüße'.encode()).text == "Grüße"
    assert read("html", "just words").text == "just words"


def test_depth_costs_nothing(read: Read) -> None:
    start = time.perf_counter()
    document = read("html", "<div><b>" * 20_000 + "the deepest word" + "</b></div>" * 20_000 + "<p>and after</p>")
    assert document.text == "the deepest word\n\nand after"
    assert time.perf_counter() - start < 20


def test_entities_of_its_own_are_not_unfolded(read: Read) -> None:
    bomb = ('<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
            '<!ENTITY x SYSTEM "file:///etc/passwd">]><html><p>&b; &x; &amp; &eacute;</p></html>')
    text = read("html", bomb).text
    assert "hahaha" not in text
    assert "root:" not in text
    assert "& é" in text
