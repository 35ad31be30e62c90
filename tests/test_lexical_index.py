"""Terms: the scores of BM25 by its formula, in every script, and an index on disk that is right or refused."""

import hashlib
import math
import random
from pathlib import Path

import numpy as np
import pytest

from rag import lexical_index
from rag.analysis import stems, words
from rag.errors import IndexCorrupt
from rag.lexical_index import RULES_VERSION, LexicalIndex, analyse
from rag.postings import K1, B

TEXTS = [
    ("The bridge opened on Monday.", "en"),
    ("Engineers repaired the bridge, and the bridge holds.", "en"),
    ("A band played in the harbour all day long while nobody watched.", "en"),
    ("وافتتح الوزير الميناء الجديد", "ar"),
    ("Музей закрыли на ремонт", "ru"),
]


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    return LexicalIndex.build(TEXTS)


def lucene_bm25(query: str, language: str) -> list[float]:
    rows = [stems(text, of) for text, of in TEXTS]
    mean_length = sum(map(len, rows)) / len(rows)
    scores = []
    for row in rows:
        score = 0.0
        for term in stems(query, language):
            holding = sum(term in other for other in rows)
            rarity = math.log(1 + (len(rows) - holding + 0.5) / (holding + 0.5))
            count = row.count(term)
            score += rarity * count / (count + K1 * (1 - B + B * len(row) / mean_length))
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["bridge", "the bridge", "who repaired the harbour?"])
def test_scores_are_those_of_the_published_formula(index: LexicalIndex, query: str) -> None:
    np.testing.assert_allclose(index.scores(query, "en")["stems"], lucene_bm25(query, "en"), rtol=1e-5)


def test_shares_are_of_what_the_terms_of_each_field_could_give_known_to_the_corpus_or_not(index: LexicalIndex) -> None:
    scores, shares = index.scores("the repaired xylophone", "en"), index.shares("the repaired xylophone", "en")
    for name, terms in analyse("the repaired xylophone", "en").items():
        known = index.rarity(name, terms)
        rarest = math.log(1 + (len(TEXTS) + 0.5) / 0.5)
        most = sum(known[term] or rarest for term in terms)  # of a sound that no text holds, rarity says nothing
        np.testing.assert_allclose(shares[name], scores[name] / most, rtol=1e-5)


@pytest.mark.parametrize(
    ("query", "language", "row"),
    [("repairing", "en", 1), ("ميناء", "ar", 3), ("الوَزيرُ", "ar", 3), ("افتتحت", "ar", 3), ("ремонта", "ru", 4)],
)
def test_another_form_of_a_word_finds_the_row_that_holds_it(
    index: LexicalIndex, query: str, language: str, row: int
) -> None:
    scores = index.scores(query, language)
    assert int(np.argmax(scores["stems"] + scores["grams"])) == row
    assert scores["grams"][row] > 0


def test_a_row_that_shares_no_term_scores_zero(index: LexicalIndex) -> None:
    scores = index.scores("Музей", "ru")
    assert scores["stems"].tolist()[:4] == scores["grams"].tolist()[:4] == [0.0] * 4


@pytest.mark.parametrize("query", ["", "   ", "؟!…", "🎉", "zyxwvut", "\x00"])
def test_a_query_without_a_known_term_scores_every_row_zero(index: LexicalIndex, query: str) -> None:
    for scores in index.scores(query, "en").values():
        assert scores.tolist() == [0.0] * len(TEXTS)


def test_a_text_without_a_word_is_a_row_like_any_other() -> None:
    index = LexicalIndex.build([("…", "und"), ("bridge", "en"), ("", "und")])
    assert len(index) == 3
    assert np.flatnonzero(index.scores("bridge", "en")["stems"]).tolist() == [1]


def test_texts_without_a_single_word_make_an_index_that_finds_nothing(tmp_path: Path) -> None:
    LexicalIndex.build([("…", "und"), ("!", "und")]).save(tmp_path)
    assert not LexicalIndex.load(tmp_path, rows=2).scores("bridge", "en")["grams"].any()


def test_an_index_over_nothing_saves_loads_and_scores_nothing(tmp_path: Path) -> None:
    LexicalIndex.build([]).save(tmp_path / "lexical")
    index = LexicalIndex.load(tmp_path / "lexical", rows=0)
    assert len(index) == 0
    assert {scores.shape for scores in index.scores("bridge", "en").values()} == {(0,)}
    assert index.scores("bridge", "en").keys() == LexicalIndex.build(TEXTS).scores("bridge", "en").keys()
    assert list(index.rarity("stems", ["bridge"])) == ["bridge"]


def test_the_rarer_a_term_the_more_it_weighs(index: LexicalIndex) -> None:
    rarity = index.rarity("stems", ["the", "bridg", "harbour", "zyxwvut"])
    assert rarity["zyxwvut"] > rarity["harbour"] > rarity["bridg"] > rarity["the"] > 0
    assert rarity["bridg"] == pytest.approx(math.log(1 + (5 - 2 + 0.5) / (2 + 0.5)))


def test_a_saved_index_scores_exactly_as_before(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path, rows=len(TEXTS))
    for query, language in [("the bridge", "en"), ("ميناء", "ar"), ("музей", "ru")]:
        before, after = index.scores(query, language), loaded.scores(query, language)
        for name, scores in before.items():
            np.testing.assert_array_equal(scores, after[name])
        assert before["stems"].any()
    assert loaded.rarity("stems", ["bridg"]) == index.rarity("stems", ["bridg"])


def test_the_files_are_arrays_without_pickle(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".npy"}
    for path in files:
        assert np.load(path, allow_pickle=False).dtype != object


def test_a_loaded_index_maps_its_files_and_does_not_read_them(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    for postings in LexicalIndex.load(tmp_path, rows=len(TEXTS)).postings.values():
        assert isinstance(postings.rows, np.memmap)
        assert isinstance(postings.counts, np.memmap)


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "zeros"])
def test_any_damaged_file_makes_the_index_corrupt(index: LexicalIndex, tmp_path: Path, damage: str) -> None:
    index.save(tmp_path)
    for path in sorted(path for path in tmp_path.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        path.unlink()
        if damage != "missing":
            path.write_bytes({"empty": b"", "truncated": whole[: len(whole) // 2], "zeros": bytes(len(whole))}[damage])
        with pytest.raises(IndexCorrupt, match="lexical/"):
            LexicalIndex.load(tmp_path, rows=len(TEXTS))
        path.write_bytes(whole)


@pytest.mark.parametrize("rows", [1, 4, 6])
def test_an_index_over_another_number_of_rows_is_corrupt(index: LexicalIndex, tmp_path: Path, rows: int) -> None:
    index.save(tmp_path)
    with pytest.raises(IndexCorrupt, match=f"5 rows, not {rows}"):
        LexicalIndex.load(tmp_path, rows=rows)


def contents(index: LexicalIndex, folder: Path) -> dict[str, bytes]:
    index.save(folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.npy")}


def many_texts(count: int) -> list[tuple[str, str]]:
    draw = random.Random(count)  # noqa: S311
    lists = {
        "ar": "افتتح الوزير الميناء الجديد في المدينة بعد سنوات من العمل والانتظار",
        "en": "the engineers repaired an old bridge across the river last Monday",
    }
    drawn = [draw.choice(sorted(lists)) for _ in range(count)]
    return [(" ".join(draw.choices(lists[language].split(), k=draw.randrange(12))), language) for language in drawn]


@pytest.mark.parametrize("at_a_time", [1, 7, 4096])
def test_an_index_brought_up_to_date_is_byte_for_byte_the_one_built_afresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    before = many_texts(40)
    # One is gone, one has moved, two are new, one of them with the text of another; one is in another language now.
    after = [before[30], *before[:10], ("A new bridge", "en"), *before[11:30], ("A new bridge", "en"), *before[31:]]
    after[5] = (after[5][0], "fr")
    rows = {text: row for row, text in enumerate(before)}
    afresh = contents(LexicalIndex.build(after), tmp_path / "afresh")
    LexicalIndex.build(before).save(tmp_path / "before")
    monkeypatch.setattr(lexical_index, "_TEXTS_AT_A_TIME", at_a_time)
    updated = LexicalIndex.build(
        after,
        previous=LexicalIndex.load(tmp_path / "before", rows=len(before)),
        previous_rows=[rows.get(text, -1) for text in after],
    )
    assert contents(updated, tmp_path / "updated") == afresh


def test_rows_that_are_taken_over_are_not_analysed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = many_texts(20)
    previous = LexicalIndex.build(before)
    read: list[str] = []

    def reading(text: str) -> list[str]:
        read.append(text)
        return words(text)

    monkeypatch.setattr(lexical_index, "words", reading)
    after = [*before[:7], ("A new bridge", "en"), *before[7:]]
    rows = [*range(7), -1, *range(7, 20)]
    assert len(LexicalIndex.build(after, previous=previous, previous_rows=rows)) == 21
    assert read == ["A new bridge"]


def test_two_rows_with_the_text_of_one_before_both_score_like_it(index: LexicalIndex) -> None:
    twice = LexicalIndex.build([TEXTS[1], TEXTS[1]], previous=index, previous_rows=[1, 1])
    scores = twice.scores("bridge", "en")["stems"]
    assert scores[0] == scores[1] > 0


def test_everything_may_be_gone(index: LexicalIndex) -> None:
    assert len(LexicalIndex.build([], previous=index, previous_rows=[])) == 0


PROBE = [
    ("وافتتح الرئيس السوريّ المدرسة في ٢٠١٨م، وبالمدينة ٣٫٥ ملايين لاجئ ومسؤولون", "ar"),
    ("The Houses' engineers opened l’État naïvely at 3.5 km, U.N. covid19", "en"),
    ("Ёлка и самолёты российского й ї 1990-х", "ru"),
    ('צה"ל בירושלים שָׁלוֹם', "he"),
    ("飞机场2018年 iPhone手机 カメラ ภาษาไทย", "zh"),
    ("한국어의 단어", "ko"),
    ("کتاب‌های ایران", "fa"),
    ("हिन्दी के शब्द", "hi"),
    ("Häuser straße şehirlerde książki élan Ωραία", "de"),
]


def test_whoever_changes_the_rules_for_terms_raises_their_version() -> None:
    # An index made by other rules holds terms that no question has; its version is what makes it be built again.
    terms = "\n".join(f"{name} {' '.join(found)}" for probe in PROBE for name, found in analyse(*probe).items())
    assert (RULES_VERSION, hashlib.sha256(terms.encode()).hexdigest()[:16]) == (1, "a6a252a64f3a93de")
