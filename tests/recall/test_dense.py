"""The index over vectors: against an exact scan, while it grows, and after deletions."""

import threading

import numpy as np
import pytest

from mneme.recall.dense import BATCH, CHUNK, DenseIndex, pack


class Shelf:
    """A source of vectors held in memory, as a store would hold them."""

    def __init__(self, dim):
        self.rows = {}
        self.dim = dim
        self.deleted = 0
        self.read = 0

    def put(self, start, vectors):
        for step, vector in enumerate(vectors.astype(np.float16)):
            self.rows[start + step] = vector

    def delete(self, *ids):
        for i in ids:
            del self.rows[i]
        self.deleted += 1

    def generation(self):
        return self.deleted

    def after(self, last, limit):
        ids = sorted(i for i in self.rows if i > last)[:limit]
        self.read += len(ids)
        return self._stacked(ids)

    def fetch(self, ids):
        return self._stacked(sorted(i for i in ids if i in self.rows))

    def _stacked(self, ids):
        rows = np.array([self.rows[i] for i in ids], np.float16).reshape(len(ids), self.dim)
        return np.array(ids, np.int64), rows


def unit(rng, n, dim):
    rows = rng.standard_normal((n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def near(rng, row, noise=0.5):
    query = row + noise * unit(rng, 1, len(row))[0]
    return (query / np.linalg.norm(query)).astype(np.float32)


@pytest.mark.parametrize("dim", [384, 100, 64, 7])
def test_the_nearest_are_those_of_an_exact_scan(dim):
    rng = np.random.default_rng(dim)
    vectors = unit(rng, CHUNK + 500, dim) if dim == 384 else unit(rng, 180, dim)
    shelf = Shelf(dim)
    shelf.put(1, vectors)
    index = DenseIndex(shelf, dim)
    index.refresh()
    assert len(index) == len(vectors)
    for row in (0, len(vectors) // 2, len(vectors) - 1):  # the first and the last chunk too
        query = near(rng, vectors[row])
        exact = vectors.astype(np.float16).astype(np.float32) @ query
        hits = index.search(query, 5)
        assert hits[0][0] == 1 + int(np.argmax(exact)) == 1 + row
        assert [score for _id, score in hits] == sorted((score for _id, score in hits), reverse=True)
        assert hits[0][1] == pytest.approx(exact.max(), abs=1e-5)


def test_recall_of_the_exact_top_ten_on_clustered_vectors():
    rng = np.random.default_rng(5)
    centres = unit(rng, 60, 384)
    vectors = np.concatenate([centre + 0.8 * unit(rng, 80, 384) for centre in centres])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    shelf = Shelf(384)
    shelf.put(1, vectors)
    index = DenseIndex(shelf, 384)
    index.refresh()
    shared = 0
    for centre in centres[:20]:
        query = near(rng, centre, 0.3)
        exact = set((1 + np.argsort(-(vectors @ query))[:10]).tolist())
        shared += len(exact & {i for i, _score in index.search(query, 10)})
    assert shared >= 190


def test_only_new_rows_are_read_again():
    rng = np.random.default_rng(1)
    shelf = Shelf(64)
    shelf.put(1, unit(rng, BATCH + 10, 64))
    index = DenseIndex(shelf, 64)
    index.refresh()
    late = unit(rng, 3, 64)
    shelf.put(10_000, late)
    shelf.read = 0
    index.refresh()
    assert shelf.read == 3
    assert index.search(late[2], 1)[0][0] == 10_002


def test_after_a_deletion_the_index_is_made_anew():
    rng = np.random.default_rng(2)
    vectors = unit(rng, 40, 64)
    shelf = Shelf(64)
    shelf.put(1, vectors)
    index = DenseIndex(shelf, 64)
    index.refresh()
    shelf.delete(8)
    assert all(i != 8 for i, _score in index.search(vectors[7], 40))  # gone at once, even before a refresh
    index.refresh()
    assert len(index) == 39


def test_an_empty_index_finds_nothing():
    index = DenseIndex(Shelf(64), 64)
    index.refresh()
    assert index.search(np.ones(64, np.float32), 5) == []


def test_asking_for_nothing_gives_nothing():
    shelf = Shelf(64)
    shelf.put(1, np.ones((1, 64), np.float32))
    index = DenseIndex(shelf, 64)
    index.refresh()
    assert index.search(np.ones(64, np.float32), 0) == []
    assert len(index.search(np.ones(64, np.float32), 5)) == 1


def test_a_vector_takes_one_bit_a_dimension():
    assert pack(np.ones((3, 384), np.float16)).nbytes == 3 * 48


def test_searching_while_it_grows():
    rng = np.random.default_rng(3)
    vectors = unit(rng, 3000, 64)
    shelf = Shelf(64)
    shelf.put(1, vectors[:10])
    index = DenseIndex(shelf, 64)
    index.refresh()
    nearest = []

    def search():
        nearest.extend(index.search(vectors[4], 1)[0][0] for _ in range(200))

    searcher = threading.Thread(target=search)
    searcher.start()
    for start in range(10, 3000, 130):
        shelf.put(start + 1, vectors[start:start + 130])
        index.refresh()
    searcher.join()
    assert set(nearest) == {5}
    assert len(index) == 3000
