"""Reading orders passages by what a reader of pairs says beside their scores, and marks the answer in its sentence."""

from collections.abc import Sequence
from types import MappingProxyType

import pytest
from fakes import KeywordEncoder
from pair_fakes import WordPairs
from text_fakes import make_article, passage_of

from rag.lexical_index import LexicalIndex
from rag.reader import PASSAGES_READ, RELEVANCE, Reader, trimmed
from rag.records import Hit

HARBOUR = "The harbour closed in March. The minister visited the harbour on Friday."
BRIDGE = "The bridge opened on Monday. A band played."
MUSEUM = "The museum was repaired by Lena Hart. It opened again."


def hits_over(*texts: str, scores: Sequence[float] = ()) -> tuple[Hit, ...]:
    scores = scores or [1.0 - 0.01 * place for place in range(len(texts))]
    return tuple(
        Hit(
            passage=passage_of(make_article(text, f"{place}.txt")),
            score=score,
            rank=place + 1,
            parts=MappingProxyType({"cosine": 0.5}),
        )
        for place, (text, score) in enumerate(zip(texts, scores, strict=True))
    )


def reader_over(hits: Sequence[Hit], pairs: WordPairs | None) -> Reader:
    index = LexicalIndex.build([(hit.passage.text, hit.passage.language) for hit in hits])
    return Reader(KeywordEncoder(), index, pairs)


def test_a_passage_that_reading_finds_relevant_rises_above_one_of_nearly_the_same_score() -> None:
    hits = hits_over(HARBOUR, BRIDGE, MUSEUM)
    found = reader_over(hits, WordPairs()).rerank("Who repaired the museum?", hits)
    assert found[0].passage.article_id == "2.txt"
    assert [hit.rank for hit in found] == [1, 2, 3]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    assert all(hit.parts["cosine"] == 0.5 and hit.parts[RELEVANCE] >= 0 for hit in found)


def test_a_passage_far_ahead_by_its_score_stays_first_whatever_reading_says() -> None:
    hits = hits_over(HARBOUR, MUSEUM, scores=(50.0, 1.0))
    [first, _] = reader_over(hits, WordPairs()).rerank("Who repaired the museum?", hits)
    assert first.passage.article_id == "0.txt"


def test_passages_beyond_those_read_stay_behind_in_their_order() -> None:
    texts = [f"Notice number {place} of the council." for place in range(PASSAGES_READ)]
    hits = hits_over(*texts, MUSEUM, BRIDGE)
    pairs = WordPairs()
    found = reader_over(hits, pairs).rerank("Who repaired the museum?", hits)
    assert [hit.passage.text for hit in found[PASSAGES_READ:]] == [MUSEUM, BRIDGE]
    assert [hit.rank for hit in found] == list(range(1, len(hits) + 1))
    assert len(pairs.read_pairs) == PASSAGES_READ


def test_the_answer_is_marked_within_its_sentence_as_offsets_into_the_article() -> None:
    article = make_article("Headline of the day.\n\n" + MUSEUM, "m.txt")
    start = len(article.text) - len(MUSEUM)
    passage = passage_of(article, start, len(article.text))
    hit = Hit(passage=passage, score=1.0, rank=1, parts=MappingProxyType({"cosine": 0.5}))
    reading = reader_over([hit], WordPairs()).read("By whom was the museum repaired by", "en", [hit])
    best = reading.evidence[0]
    assert article.text[best.start : best.end] == best.text == "The museum was repaired by Lena Hart."
    assert best.span is not None
    assert article.text[slice(*best.span)] == "Lena"
    assert best.start <= best.span[0] < best.span[1] <= best.end
    assert 0 < best.span_probability <= 1


def test_every_sentence_of_the_best_passages_is_weighed_and_their_probabilities_add_up() -> None:
    hits = hits_over(HARBOUR, BRIDGE, MUSEUM)
    reading = reader_over(hits, WordPairs()).read("When did the bridge open?", "en", hits)
    assert {item.text for item in reading.evidence} == {
        "The harbour closed in March.", "The minister visited the harbour on Friday.", "The bridge opened on Monday.",
        "A band played.", "The museum was repaired by Lena Hart.", "It opened again.",
    }  # fmt: skip
    assert sum(item.probability for item in reading.evidence) == pytest.approx(1)
    assert 0 < reading.confidence < 1
    assert len(reading.hits) == 3


@pytest.mark.parametrize("pairs", [None, WordPairs()])
def test_the_sentence_that_holds_the_words_of_the_question_is_best_with_and_without_a_reader_of_pairs(
    pairs: WordPairs | None,
) -> None:
    hits = hits_over(HARBOUR, BRIDGE, MUSEUM)
    reading = reader_over(hits, pairs).read("Which minister visited the harbour?", "en", hits)
    assert reading.evidence[0].text == "The minister visited the harbour on Friday."


def test_without_a_reader_of_pairs_the_order_stays_and_no_answer_is_marked() -> None:
    hits = hits_over(HARBOUR, BRIDGE, MUSEUM)
    reader = reader_over(hits, None)
    assert reader.rerank("Who repaired the museum?", hits) == hits
    assert all(item.span is None for item in reader.read("Who repaired the museum?", "en", hits).evidence)


def test_what_is_read_of_a_follow_up_is_worth_more_than_of_the_same_words_by_themselves() -> None:
    hits = hits_over(HARBOUR, BRIDGE, MUSEUM)
    reader = reader_over(hits, WordPairs())
    alone = reader.read("When did it open?", "en", hits)
    following = reader.read("When did it open?", "en", hits, follows_up=True)
    assert following.confidence > alone.confidence
    assert following.evidence == alone.evidence


def test_nothing_retrieved_and_nothing_asked_are_read_as_nothing() -> None:
    hits = hits_over(HARBOUR)
    pairs = WordPairs()
    reader = reader_over(hits, pairs)
    empty = reader.read("When?", "en", ())
    assert (empty.evidence, empty.confidence, empty.hits) == ((), 0.0, ())
    assert reader.rerank(" ", hits) == hits
    assert pairs.read_pairs == []


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (" 2012.", "2012"), ("(20 March 1858", "20 March 1858"), ("Sami (Haddad)", "Sami (Haddad)"), ("لندن،", "لندن"),
        ("1.5", "1.5"), ("«Haaretz»", "«Haaretz»"), ("Haaretz»", "Haaretz"), (" . ", None),
    ],
)  # fmt: skip
def test_a_marked_answer_has_no_blanks_stops_and_open_brackets_at_its_edges(text: str, answer: str | None) -> None:
    place = trimmed(f"x{text}x", 1, 1 + len(text))
    assert (f"x{text}x"[slice(*place)] if place else None) == answer
