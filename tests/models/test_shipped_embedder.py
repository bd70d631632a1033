"""The shipped embedder: what its vectors are like, whatever the batch."""

import threading

import numpy as np

from mneme.models.embedder import OnnxEmbedder
from mneme.ports import Embedder

LENGTHS = ["short", "a sentence of some words about a boat", "word " * 120, "", "☕ 晴れ " * 30]


def test_it_is_an_embedder(embedder: OnnxEmbedder) -> None:
    assert isinstance(embedder, Embedder)
    assert embedder.model_id.startswith("mneme-embedder-")
    assert embedder.dim == 384


def test_vectors_are_float32_of_length_one(embedder: OnnxEmbedder) -> None:
    vectors = embedder.embed(LENGTHS, kind="passage")
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(LENGTHS), 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_give_no_vectors(embedder: OnnxEmbedder) -> None:
    assert embedder.embed([], kind="query").shape == (0, 384)


def test_what_means_the_same_is_nearer_than_what_shares_words(embedder: OnnxEmbedder) -> None:
    question, same, other = embedder.embed(
        ["Where did we go on holiday?", "We spent our vacation in Norway.", "Where is the form about holiday pay?"],
        kind="passage",
    )
    assert question @ same > 0.3
    related, unrelated = embedder.embed(["My sister adopted a puppy.", "The invoice is due on Friday."], kind="passage")
    pet = embedder.embed(["Who has a dog?"], kind="query")[0]
    assert pet @ related > pet @ unrelated + 0.1
    assert question @ same > pet @ other


def test_a_query_and_a_passage_of_the_same_words_agree(embedder: OnnxEmbedder) -> None:
    query = embedder.embed(["the red boat"], kind="query")[0]
    passage = embedder.embed(["the red boat"], kind="passage")[0]
    assert query @ passage > 0.999


def test_a_text_has_one_vector_whatever_is_embedded_with_it(embedder: OnnxEmbedder) -> None:
    together = embedder.embed(LENGTHS, kind="passage", threads=2)
    alone = np.concatenate([embedder.embed([text], kind="passage", threads=1) for text in LENGTHS])
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_order_is_kept_over_many_batches(embedder: OnnxEmbedder) -> None:
    texts = [f"note number {i} " + "about the sea " * (i % 9) for i in range(90)]
    vectors = embedder.embed(texts, kind="passage")
    for i in (0, 41, 89):
        assert vectors[i] @ embedder.embed([texts[i]], kind="passage")[0] > 0.999


def test_words_beyond_the_limit_do_not_count(embedder: OnnxEmbedder) -> None:
    start = "the boat came in " * 100
    one, two = embedder.embed([start + "and sank", start + "and was sold at once"], kind="passage")
    assert one @ two > 0.99999


def test_a_huge_text_is_no_trouble(embedder: OnnxEmbedder) -> None:
    assert np.isfinite(embedder.embed(["x" * 3_000_000, "word " * 400_000], kind="passage")).all()


def test_many_threads_at_once_get_their_own_vectors(embedder: OnnxEmbedder) -> None:
    texts = [
        f"thread {i} writes about {topic}" for i, topic in enumerate(["soup", "rain", "debts", "chess", "bees", "Oslo"])
    ]
    expected = embedder.embed(texts, kind="passage", threads=1)
    found: dict[int, np.ndarray] = {}

    def work(i: int) -> None:
        found[i] = embedder.embed([texts[i]], kind="passage", threads=1)[0]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i in range(len(texts)):
        np.testing.assert_allclose(found[i], expected[i], atol=1e-4)


def test_it_loads_again_after_close(embedder: OnnxEmbedder) -> None:
    before = embedder.embed(["again"], kind="query")
    embedder.close()
    np.testing.assert_array_equal(embedder.embed(["again"], kind="query"), before)
