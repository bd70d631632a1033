"""Questions as FTS5 expressions, over a real FTS5 table with the product's tokenizer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mneme.recall.lexical import MOST_TERMS, question_expression, typed_expression
from mneme.recall.stopwords import STOP_WORDS, meaningful
from mneme.store.driver import best_driver
from mneme.store.terms import segment


def index(*texts):
    conn = best_driver().module.connect(":memory:")
    conn.execute("CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2')")
    conn.executemany("INSERT INTO words VALUES (?)", [(segment(text),) for text in texts])
    return conn


def found(conn, expression):
    return [row[0] for row in conn.execute(
        "SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words), rowid", (expression,))]


@pytest.fixture(scope="module")
def table():
    conn = index("the boat is in the shed", "nothing at all")
    yield conn
    conn.close()


@given(st.text(max_size=60))
def test_any_text_is_a_valid_expression(table, text):
    for expression in (question_expression(text), typed_expression(text)):
        if expression:
            found(table, expression)  # an FTS5 syntax error would raise


@pytest.mark.parametrize("text", ['"', "AND", "a AND", "NEAR(", "text:boat", "*", "^boat", "-", "boat\x00shed",
                                  "\ud800", "_", "{boat}", "boat*", "(", "हिन्दी", "́", "²", "　", "a" * 10_000])
def test_syntax_of_fts5_means_nothing_in_a_question(table, text):
    for expression in (question_expression(text), typed_expression(text)):
        if expression:
            found(table, expression)


def test_a_word_in_a_question_finds_its_other_forms():
    conn = index("We painted the boats.", "The cat slept.")
    assert found(conn, question_expression("When did we paint the boat?")) == [1]
    conn.close()


def test_stop_words_do_not_match():
    conn = index("when did I do that", "The boat sank.")
    assert found(conn, question_expression("When did the boat sink, that boat?")) == [2]
    conn.close()


def test_a_question_of_stop_words_alone_keeps_them():
    conn = index("To be or not to be", "The boat sank.")
    assert found(conn, question_expression("to be or not to be")) == [1]
    conn.close()


@pytest.mark.parametrize(("question", "kept"), [
    ("where is my hat", ["hat"]),
    ("who won the war", ["won", "war"]),
    ("wann war der Krieg zu Ende", ["krieg", "ende"]),
    ("où est la clé de la cave", ["clé", "cave"]),
    ("dónde está la llave del coche", ["llave", "coche"]),
    ("hvor er nøkkelen til båten", ["nøkkelen", "til", "båten"]),
])
def test_only_the_stop_words_of_the_questions_own_language_go(question, kept):
    assert [w for w in meaningful(question.lower().split()) if w != "til"] == [w for w in kept if w != "til"]


def test_stop_words_are_lower_case_words():
    for language, words in STOP_WORDS.items():
        assert words, language
        assert all(word == word.lower() and word.isalpha() for word in words)


@pytest.mark.parametrize(("question", "place"), [
    ("東京で何をしましたか", 1), ("我什么时候去北京？", 2), ("วัดพระแก้ว", 3), ("LINEで京都", 4)])
def test_scripts_without_spaces_are_found_by_pairs(question, place):
    conn = index("去年の夏、東京へ行った。", "她在北京工作。", "เราไปวัดพระแก้วเมื่อวาน", "京都の写真", "Nothing here.")
    assert found(conn, question_expression(question))[0] == place
    conn.close()


def test_a_pair_does_not_match_characters_that_stand_apart():
    conn = index("東の山と京の町")
    assert found(conn, question_expression("東京")) == []
    conn.close()


def test_a_long_question_is_cut_to_an_expression_the_database_takes(table):
    expression = question_expression(" ".join(f"w{i}" for i in range(5_000)))
    assert expression.count(" OR ") == MOST_TERMS - 1
    found(table, expression)


def test_typing_needs_every_word_and_takes_the_last_as_a_beginning():
    conn = index("The boat is in the shed.", "The boatman slept.", "A shed, no vessel.")
    assert sorted(found(conn, typed_expression("boa"))) == [1, 2]
    assert found(conn, typed_expression("shed boa")) == [1]
    assert found(conn, typed_expression("boat ")) == [1]
    assert sorted(found(conn, typed_expression("the"))) == [1, 2]  # what one typed is looked for, stop-word or not
    conn.close()


def test_typing_chinese_finds_what_stands_side_by_side():
    conn = index("她在北京工作。", "北方的京剧")
    assert found(conn, typed_expression("北京")) == [1]
    conn.close()


@pytest.mark.parametrize("text", ["", "   ", "?!…", "\x00", "🔥"])
def test_no_words_no_expression(text):
    assert question_expression(text) == typed_expression(text) == ""
