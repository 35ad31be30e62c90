"""Postings: where terms stand, merged to what a fresh build gives, and scored by BM25."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import postings
from rag.postings import K1, MAX_COUNT, B, Bm25, Integers, Occurrences, Postings

# A row is a list of words; word w stands for the terms of TERMS[w], and words may share terms.
TERMS = [[7, 2**63 + 5], [7], [], [2**64 - 1], [11, 7, 11]]
ROWS = st.lists(st.lists(st.integers(0, len(TERMS) - 1), max_size=6), max_size=12)


def postings_of(rows: list[list[int]]) -> Postings:
    triples = [(word, row, count) for row, words in enumerate(rows) for word, count in Counter(words).items()]
    words, at, counts = np.array(triples, np.int64).reshape(-1, 3).T
    return Postings.of(
        Occurrences(words=words, rows=at, counts=counts),
        np.array([term for terms in TERMS for term in terms], np.uint64),
        np.array([len(terms) for terms in TERMS]),
        len(rows),
    )


def read(found: Postings) -> list[Counter[int]]:
    """The terms of every row, as they can be read back."""
    rows: list[Counter[int]] = [Counter() for _ in found.lengths]
    for place, term in enumerate(found.terms.tolist()):
        stretch = slice(found.starts[place], found.starts[place + 1])
        for row, count in zip(found.rows[stretch].tolist(), found.counts[stretch].tolist(), strict=True):
            rows[row][term] += count
    return rows


def terms_of(words: list[int]) -> Counter[int]:
    return Counter(term for word in words for term in TERMS[word])


def same(one: Postings, other: Postings) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("terms", "starts", "rows", "counts", "lengths")
    )


@given(ROWS)
def test_every_row_holds_the_terms_of_its_words_as_often_as_they_stand_there(rows: list[list[int]]) -> None:
    found = postings_of(rows)
    assert read(found) == [terms_of(words) for words in rows]
    assert found.lengths.tolist() == [terms_of(words).total() for words in rows]


def test_a_term_that_stands_in_a_row_more_often_than_can_be_kept_is_kept_as_the_most() -> None:
    found = postings_of([[1] * 300, [0] * 200 + [1] * 200])
    assert read(found)[0][7] == read(found)[1][7] == MAX_COUNT
    assert found.lengths.tolist() == [300, 600]


@given(ROWS, st.data())
def test_merging_parts_gives_what_one_build_over_the_rows_that_stay_gives(
    rows: list[list[int]], data: st.DataObject
) -> None:
    owners = data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows)))
    gone = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    stay = data.draw(st.permutations([row for row in range(len(rows)) if not gone[row]]))
    new_row = {row: place for place, row in enumerate(stay)}
    parts, rows_of_parts = [], []
    for owner in range(3):
        own = [row for row in range(len(rows)) if owners[row] == owner]
        parts.append(postings_of([rows[row] for row in own]))
        rows_of_parts.append(np.array([new_row.get(row, -1) for row in own], np.int64))
    merged = Postings.merged(parts, rows_of_parts, len(stay))
    afresh = postings_of([rows[row] for row in stay])
    held = np.diff(afresh.starts) > 0
    assert merged.terms.tolist() == afresh.terms[held].tolist()
    assert read(merged) == read(afresh)
    assert merged.lengths.tolist() == afresh.lengths.tolist()


def test_the_size_of_the_stretches_that_are_merged_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    part = postings_of([[0, 1], [4, 3], [0, 4, 4]])
    rows: Integers = np.arange(3)
    whole = Postings.merged([part], [rows], 3)
    for size in (1, 2, 5):
        monkeypatch.setattr(postings, "_POSTINGS_AT_A_TIME", size)
        assert same(Postings.merged([part], [rows], 3), whole)


@given(ROWS, st.lists(st.sampled_from([7, 11, 2**63 + 5, 2**64 - 1, 3, 0]), max_size=5))
def test_scores_are_those_of_the_formula_a_repeated_term_counting_again(
    rows: list[list[int]], asked: list[int]
) -> None:
    counted = [terms_of(words) for words in rows]
    mean = sum(terms.total() for terms in counted) / max(1, len(rows)) or 1.0
    expected = []
    for terms in counted:
        score = 0.0
        for term in asked:
            holding = sum(term in other for other in counted)
            rarity = math.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
            if terms[term]:
                score += rarity * terms[term] / (terms[term] + K1 * (1 - B + B * terms.total() / mean))
        expected.append(score)
    scores: npt.NDArray[np.float32] = Bm25(postings_of(rows)).scores(asked)
    np.testing.assert_allclose(scores, expected, rtol=1e-5)


@given(ROWS, st.lists(st.sampled_from([7, 11, 2**63 + 5, 2**64 - 1, 3, 0]), max_size=5))
def test_shares_are_the_scores_divided_by_what_the_terms_asked_for_could_give_at_most(
    rows: list[list[int]], asked: list[int]
) -> None:
    field = Bm25(postings_of(rows))
    shares = field.shares(asked)
    assert ((shares >= 0) & (shares < 1)).all()
    rarities, _ = field.rarities(asked)
    np.testing.assert_allclose(shares * rarities.sum(), field.scores(asked), rtol=1e-5)


def test_a_term_that_no_row_holds_lowers_the_share_of_every_row() -> None:
    field = Bm25(postings_of([[1], [3], [2]]))
    known, with_unknown = field.shares([7]), field.shares([7, 2**63 + 99])
    assert field.scores([7]).max() > 0
    assert 0 < with_unknown.max() < known.max() / 2


@pytest.mark.parametrize("name", ["terms", "starts", "rows", "counts"])
def test_arrays_that_do_not_belong_together_are_refused(tmp_path: Path, name: str) -> None:
    postings_of([[0, 1], [4]]).save(tmp_path)
    np.save(tmp_path / f"{name}.npy", np.load(tmp_path / f"{name}.npy")[:-1])
    with pytest.raises(ValueError, match="do not belong together"):
        Postings.load(tmp_path)
