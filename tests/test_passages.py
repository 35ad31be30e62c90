"""Passages are the article's own text: whole sentences that fit, nothing lost, nothing twice (law 1)."""

import itertools
from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from text_fakes import ANY_TEXT, count_bytes, count_characters, count_words, make_article

from rag.furniture import furniture_spans
from rag.passages import split_article
from rag.records import Passage
from rag.sentences import sentence_spans

FURNITURE = [
    "زر الذهاب إلى الأعلى", "Share this article", "Читайте также", "כל הזכויות שמורות", "Source: Reuters",
    "Facebook Twitter WhatsApp",
]  # fmt: skip
SENTENCES = [
    "قال الرئيس إن الطائرة سقطت فوق البحر.", "هل وصل الوفد الروسي إلى سوتشي؟",
    "The plane was shot down over the sea on Monday.", "Nobody knows why.",
    "Самолёт был сбит над Средиземным морем.", "המטוס הופל מעל הים התיכון אתמול.", "第一句话在这里。第二句话也在这里。",
    "x" * 90, "كلمة، " * 30, "👩‍👩‍👧‍👦 e\u0301 \u202bשלום\u202c",
]  # fmt: skip
LINES = st.one_of(st.sampled_from(SENTENCES), st.sampled_from(FURNITURE), ANY_TEXT, st.just(""))
TEXTS = st.lists(LINES, max_size=8).map("\n".join) | st.lists(st.sampled_from(SENTENCES), max_size=12).map(" ".join)
COUNTERS = st.sampled_from([count_words, count_characters, count_bytes])
CountTokens = Callable[[Sequence[str]], list[int]]


def split(text: str, max_tokens: int, count: CountTokens = count_words, language: str = "en") -> tuple[Passage, ...]:
    return split_article(make_article(text, language=language), count_tokens=count, max_tokens=max_tokens)


def offsets(spans: Sequence[tuple[int, int]]) -> set[int]:
    return set(itertools.chain.from_iterable(range(start, end) for start, end in spans))


@given(TEXTS, COUNTERS, st.integers(8, 60))
@example("يوم\u00a0\u2028سعيد\x85.\x0b" * 9, count_characters, 8)
@example("one two.  three four.\tfive six.", count_characters, 20)
def test_law_1_passages_are_slices_that_cover_all_but_furniture_and_white_space(
    text: str, count: CountTokens, max_tokens: int
) -> None:
    article = make_article(text)
    passages = split_article(article, count_tokens=count, max_tokens=max_tokens)
    position = 0
    for passage in passages:
        assert position <= passage.start < passage.end <= len(text)
        assert passage.text == text[passage.start : passage.end]
        position = passage.end
    covered = offsets([(passage.start, passage.end) for passage in passages])
    furniture = offsets(furniture_spans(text))
    assert not covered & furniture
    assert not [at for at in range(len(text)) if at not in covered | furniture and not text[at].isspace()]


@given(TEXTS, COUNTERS, st.integers(8, 60))
@example("a\u200fb. c\nd. e f g h i j k l. " * 3, count_characters, 8)
def test_no_passage_has_more_tokens_than_allowed_whoever_counts_them(
    text: str, count: CountTokens, max_tokens: int
) -> None:
    for passage in split(text, max_tokens, count):
        assert count([passage.text])[0] <= max_tokens


@given(TEXTS, st.integers(8, 40))
def test_ids_lines_and_titles_say_where_a_passage_stands(text: str, max_tokens: int) -> None:
    article = make_article(text, "أخبار/a #1.txt", title="عنوان")
    for passage in split_article(article, count_tokens=count_words, max_tokens=max_tokens):
        assert passage.passage_id == f"أخبار/a #1.txt#{passage.start}-{passage.end}"
        assert (passage.article_id, passage.title) == ("أخبار/a #1.txt", "عنوان")
        assert passage.start_line == text[: passage.start].count("\n") + 1
        assert passage.end_line == text[: passage.end].count("\n") + 1


@given(st.lists(st.sampled_from(SENTENCES[:6]), min_size=1, max_size=9).map("\n".join), st.integers(20, 60))
def test_sentences_that_fit_are_never_cut(text: str, max_tokens: int) -> None:
    spans = sentence_spans(text, "en")
    starts, ends = {start for start, _ in spans}, {end for _, end in spans}
    for passage in split(text, max_tokens):
        assert passage.start in starts
        assert passage.end in ends


def test_a_passage_is_of_one_language_and_knows_which() -> None:
    arabic = "قال الرئيس الروسي إن الطائرة سقطت فوق البحر أمس."
    russian = "Самолёт был сбит над Средиземным морем вчера вечером."
    english = "The plane was shot down over the sea on Monday evening."
    passages = split(f"{arabic} {arabic}\n{russian}\n{english} {english}", 100, language="ar")
    assert [(passage.language, passage.text) for passage in passages] == [
        ("ar", f"{arabic} {arabic}"),
        ("ru", russian),
        ("en", f"{english} {english}"),
    ]


def test_a_sentence_too_short_to_tell_is_in_the_language_of_the_article() -> None:
    [passage] = split("قال الرئيس الروسي إن الطائرة سقطت فوق البحر أمس. OK.", 100, language="ar")
    assert passage.language == "ar"
    [passage] = split("12 345 -- 678", 100, language="he")
    assert passage.language == "he"


def test_a_sentence_too_long_by_itself_is_cut_behind_a_clause_where_one_ends() -> None:
    first, second = "وصل الوفد الروسي صباح اليوم إلى مدينة سوتشي،", "ثم غادر الوفد التركي مساء اليوم إلى أنقرة"
    assert [passage.text for passage in split(f"{first} {second}", 9, language="ar")] == [first, second]


def test_a_word_too_long_by_itself_is_cut_between_characters() -> None:
    passages = split("ا" * 50, 8, count_characters, "ar")
    assert "".join(passage.text for passage in passages) == "ا" * 50
    assert len(passages) == 7


def test_sentences_are_shared_out_evenly_over_the_fewest_passages() -> None:
    passages = split(" ".join(["One two three four five."] * 10), 45)
    assert [count_words([passage.text])[0] for passage in passages] == [25, 25]


def test_furniture_parts_passages_and_stays_out_of_them() -> None:
    before, after = "The plane was shot down over the sea.", "Nobody knows why it was."
    assert [passage.text for passage in split(f"{before}\nShare this article\n{after}", 100)] == [before, after]


@pytest.mark.parametrize("text", ["", " \n\t\u3000\n", "Share this article", "\n\nFacebook Twitter WhatsApp\n"])
def test_an_article_of_white_space_or_furniture_has_no_passages(text: str) -> None:
    assert split(text, 20) == ()


@pytest.mark.parametrize("max_tokens", [7, 0, -1])
def test_a_limit_below_eight_tokens_is_refused(max_tokens: int) -> None:
    with pytest.raises(ValueError, match=str(max_tokens)):
        split("text", max_tokens)
