"""Nearest rows: the same rows and scores as an exhaustive search in numpy, whatever FAISS does about them."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import vector_index
from rag.errors import IndexCorrupt
from rag.vector_index import VectorIndex

Matrix = npt.NDArray[np.float32]

_HALF_PRECISION = 2e-3


def unit(rows: npt.ArrayLike) -> Matrix:
    values = np.asarray(rows, np.float64)
    scaled: Matrix = (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def spread(rows: int, dimensions: int) -> Matrix:
    """Distinct vectors in all directions."""
    places = np.outer(np.arange(1, rows + 1), np.sqrt(np.arange(2, dimensions + 2)))
    return unit(np.sin(7 * places))


def exhaustive(vectors: Matrix, query: Matrix, top_k: int) -> tuple[npt.NDArray[np.int64], Matrix]:
    scores = vectors @ query
    rows = np.lexsort((np.arange(len(vectors)), -scores))[:top_k]
    return rows, scores[rows]


@pytest.mark.parametrize(("rows", "dimensions", "top_k"), [(1, 3, 1), (7, 3, 4), (300, 16, 10), (300, 384, 300)])
def test_rows_and_scores_are_those_of_an_exhaustive_search(rows: int, dimensions: int, top_k: int) -> None:
    vectors = spread(rows, dimensions)
    query = spread(rows + 1, dimensions)[-1]
    found, scores = VectorIndex.build(vectors).search(query, top_k)
    expected, expected_scores = exhaustive(vectors, query, top_k)
    assert found.tolist() == expected.tolist()
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)


@given(
    axes=st.lists(st.integers(0, 3), min_size=1, max_size=40),
    weights=st.permutations([0.1, 0.2, 0.3, 0.9]),
    top_k=st.integers(1, 45),
)
def test_equal_scores_come_in_the_order_of_the_rows_also_where_the_list_is_cut(
    axes: list[int], weights: list[float], top_k: int
) -> None:
    vectors = np.eye(4, dtype=np.float32)[axes]
    query = np.array(weights, np.float32)
    found, scores = VectorIndex.build(vectors).search(query, top_k)
    expected, expected_scores = exhaustive(vectors, query, top_k)
    assert found.tolist() == expected.tolist()
    assert scores.tolist() == expected_scores.tolist()


@pytest.mark.parametrize("flat_max_rows", [1000, 1])
def test_asking_for_more_rows_than_there_are_gives_every_row_once(flat_max_rows: int) -> None:
    vectors = spread(50, 8)
    found, scores = VectorIndex.build(vectors, flat_max_rows=flat_max_rows).search(vectors[0], 500)
    assert sorted(found.tolist()) == list(range(50))
    assert len(scores) == 50


def test_an_empty_index_finds_nothing_and_survives_saving(tmp_path: Path) -> None:
    index = VectorIndex.build(np.empty((0, 5), np.float32))
    index.save(tmp_path / "vectors")
    for empty in (index, VectorIndex.load(tmp_path / "vectors")):
        found, scores = empty.search(np.ones(5, np.float32), 3)
        assert (len(empty), empty.dimensions, len(found), len(scores)) == (0, 5, 0, 0)


@pytest.mark.parametrize("top_k", [0, -1])
def test_no_rows_are_found_where_none_are_asked_for(top_k: int) -> None:
    found, scores = VectorIndex.build(spread(3, 4)).search(spread(3, 4)[0], top_k)
    assert (found.shape, scores.shape) == ((0,), (0,))


@pytest.mark.parametrize("shape", [(3,), (5,), (1, 4), (0,)])
def test_a_query_of_another_shape_is_refused_with_both_shapes_named(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=rf"{shape[0]}.*vectors of 4"):
        VectorIndex.build(spread(3, 4)).search(np.ones(shape, np.float32), 2)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_query_that_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not finite"):
        VectorIndex.build(spread(3, 4)).search(np.array([bad, 0, 0, 0], np.float32), 2)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0, 1.1])
def test_vectors_that_are_not_finite_or_not_of_length_one_are_refused(bad: float) -> None:
    vectors = np.eye(4, dtype=np.float32)
    vectors[2] = (0, 0, bad, 0)
    with pytest.raises(ValueError, match="finite and of length 1"):
        VectorIndex.build(vectors)


@pytest.mark.parametrize("shape", [(4,), (2, 0), (1, 2, 2)])
def test_vectors_that_are_no_matrix_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        VectorIndex.build(np.ones(shape, np.float32))


def test_the_stored_vectors_come_back_in_the_order_asked_for() -> None:
    vectors = spread(9, 4)
    index = VectorIndex.build(vectors)
    np.testing.assert_array_equal(index.vectors([7, 0, 7]), vectors[[7, 0, 7]])
    assert index.vectors([]).shape == (0, 4)


@pytest.mark.parametrize("row", [-1, 9])
def test_a_row_that_does_not_exist_is_refused(row: int) -> None:
    with pytest.raises(ValueError, match="0 to 8"):
        VectorIndex.build(spread(9, 4)).vectors([0, row])


def test_above_its_limit_the_index_is_an_inverted_file_with_the_same_answers(tmp_path: Path) -> None:
    vectors = spread(400, 16)
    index = VectorIndex.build(vectors, flat_max_rows=399)
    index.save(tmp_path / "vectors")
    loaded = VectorIndex.load(tmp_path / "vectors")
    assert VectorIndex.build(vectors, flat_max_rows=400).structure != index.structure == loaded.structure
    for row in (0, 123, 399):
        found, scores = index.search(vectors[row], 5)
        _, expected = exhaustive(vectors, vectors[row], 5)
        assert found[0] == row
        np.testing.assert_allclose(scores, expected, atol=_HALF_PRECISION)
        np.testing.assert_allclose(vectors[found] @ vectors[row], scores, atol=_HALF_PRECISION)
        again, again_scores = loaded.search(vectors[row], 5)
        assert (again.tolist(), again_scores.tolist()) == (found.tolist(), scores.tolist())
    np.testing.assert_allclose(loaded.vectors([399, 3]), vectors[[399, 3]], atol=_HALF_PRECISION)


def test_an_inverted_file_that_finds_fewer_rows_than_asked_for_makes_none_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_index, "_PROBES", 16)
    vectors = spread(1500, 8)
    index = VectorIndex.build(vectors, flat_max_rows=1)
    found, scores = index.search(vectors[0], 1500)
    assert 0 < len(found) < 1500, "every list was probed: the case is not met"
    assert len(set(found.tolist())) == len(found) == len(scores)
    assert found.min() >= 0
    np.testing.assert_allclose(vectors[found] @ vectors[0], scores, atol=_HALF_PRECISION)


def test_equal_scores_in_an_inverted_file_come_in_the_order_of_the_rows() -> None:
    vectors = np.tile(np.eye(4, dtype=np.float32), (50, 1))
    found, scores = VectorIndex.build(vectors, flat_max_rows=1).search(vectors[2], 7)
    assert found.tolist() == [2, 6, 10, 14, 18, 22, 26]
    np.testing.assert_allclose(scores, 1.0, atol=_HALF_PRECISION)


def test_a_saved_index_answers_exactly_as_before(tmp_path: Path) -> None:
    vectors = spread(40, 8)
    index = VectorIndex.build(vectors)
    index.save(tmp_path / "vectors")
    loaded = VectorIndex.load(tmp_path / "vectors")
    assert (len(loaded), loaded.dimensions) == (40, 8)
    np.testing.assert_array_equal(loaded.vectors(range(40)), vectors)
    for before, after in zip(index.search(vectors[5], 40), loaded.search(vectors[5], 40), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "other"])
def test_a_damaged_file_is_corrupt_and_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "vectors.faiss"
    VectorIndex.build(spread(40, 8)).save(path)
    whole = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes({"empty": b"", "truncated": whole[: len(whole) // 2], "other": b"\0" * len(whole)}[damage])
    with pytest.raises(IndexCorrupt, match=r"vectors\.faiss is damaged"):
        VectorIndex.load(path)


@pytest.mark.parametrize("flat_max_rows", [400, 1], ids=["flat", "inverted"])
@pytest.mark.parametrize("share", [0.005, 0.1, 0.6, 1.0])
def test_within_some_rows_as_many_are_found_as_there_are_and_no_other(flat_max_rows: int, share: float) -> None:
    vectors = spread(400, 16)
    within = np.arange(400) % 200 < 200 * share
    index = VectorIndex.build(vectors, flat_max_rows=flat_max_rows)
    for top_k in (1, 10, 400):
        found, scores = index.search(vectors[7], top_k, within)
        assert len(found) == min(top_k, int(within.sum()))
        assert len(set(found.tolist())) == len(found)
        assert within[found].all()
        assert (np.diff(scores) <= 0).all()
    # All of them were found at last, so every list was probed: then both structures are exhaustive.
    allowed = np.flatnonzero(within)
    expected, expected_scores = exhaustive(vectors[allowed], vectors[7], 400)
    if flat_max_rows == 400:
        assert found.tolist() == allowed[expected].tolist()
    np.testing.assert_allclose(scores, expected_scores, atol=_HALF_PRECISION)


@pytest.mark.parametrize("flat_max_rows", [400, 1], ids=["flat", "inverted"])
def test_equal_scores_within_some_rows_come_in_the_order_of_the_rows(flat_max_rows: int) -> None:
    vectors = np.tile(np.eye(4, dtype=np.float32), (50, 1))
    within = np.arange(200) >= 100
    found, _ = VectorIndex.build(vectors, flat_max_rows=flat_max_rows).search(vectors[2], 3, within)
    assert found.tolist() == [102, 106, 110]


def test_within_no_rows_nothing_is_found_and_a_limit_of_another_length_is_refused() -> None:
    index = VectorIndex.build(spread(9, 4))
    assert index.search(spread(9, 4)[0], 5, np.zeros(9, bool))[0].tolist() == []
    with pytest.raises(ValueError, match="within"):
        index.search(spread(9, 4)[0], 5, np.ones(8, bool))
