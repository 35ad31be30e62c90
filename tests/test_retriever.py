"""What is found and in which order: words count where the language is shared, and harm no other language."""

import dataclasses
import datetime
from pathlib import Path

import pytest
from fakes import ARTICLES, KeywordEncoder, make_settings, open_retriever

from rag import retriever as retriever_module
from rag.errors import FilterError
from rag.fusion import WEIGHTS
from rag.indexer import bring_in_step, embedded_text
from rag.records import Filters, Hit
from rag.retriever import Retriever
from rag.store import Store

BRIDGE = "Bridge news\n\nThe bridge"
BUDGET = "Budget news\n\nThe budget was passed by the council after a long debate."
ARABIC_BRIDGE = "خبر اليوم\n\nفتحت المدينة الجسر أمام المشاة صباح يوم الاثنين الماضي."
ARABIC_BUDGET = "خبر اليوم\n\nأقر المجلس ميزانية السنة المقبلة بعد نقاش طويل بين الأعضاء."


def retriever_over(tmp_path: Path, articles: dict[str, str], *, word_weight: float = 0.0) -> Retriever:
    """Over ``articles`` by an encoder that, at first, sees topics only."""
    settings, encoder = make_settings(tmp_path, articles), KeywordEncoder(word_weight=word_weight)
    bring_in_step(settings, encoder)
    return open_retriever(settings, encoder)


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.passage.article_id for hit in hits]


def test_of_passages_the_encoder_cannot_tell_apart_the_one_with_the_words_comes_first(tmp_path: Path) -> None:
    articles = {f"{name}.txt": f"{BRIDGE} was painted {name}." for name in ("azure", "beige", "coral", "denim")}
    retriever = retriever_over(tmp_path, articles)
    for name in ("azure", "coral", "denim"):
        hits = retriever.retrieve(f"Which bridge was {name}?", 4)
        assert hits[0].passage.article_id == f"{name}.txt"
        assert hits[0].parts["cosine"] == pytest.approx(hits[-1].parts["cosine"], abs=1e-5)
        assert hits[0].parts["stems"] > hits[1].parts["stems"]


def test_words_of_a_wrong_passage_do_not_push_down_the_right_one_in_another_language(tmp_path: Path) -> None:
    distractors = {f"en/{name}.txt": f"{BUDGET} It opened {name}." for name in ("early", "late", "soon")}
    retriever = retriever_over(
        tmp_path, {"ar/bridge.txt": ARABIC_BRIDGE, "ar/budget.txt": ARABIC_BUDGET, **distractors}
    )
    hits = retriever.retrieve("When was the bridge opened by the council?", 5)
    assert ids(hits)[0] == "ar/bridge.txt"


def test_for_a_passage_in_another_language_the_encoder_stands_in_for_words(tmp_path: Path) -> None:
    retriever = retriever_over(tmp_path, dict(ARTICLES), word_weight=0.05)
    hits = retriever.retrieve("When did the bridge over the river open?", 4)
    assert sorted(hit.passage.language for hit in hits) == ["ar", "en", "en", "ru"]
    for hit in hits:
        expected = max(0.0, WEIGHTS.stand_in * hit.parts["dense"])
        stands_in = hit.parts["stems"] == hit.parts["grams"] == pytest.approx(expected)
        assert stands_in == (hit.passage.language != "en")


def test_where_no_word_is_shared_the_order_is_that_of_the_encoder(tmp_path: Path) -> None:
    arabic = {"ar/bridge.txt": ARABIC_BRIDGE, "ar/budget.txt": ARABIC_BUDGET}
    english = {"en/bridge.txt": f"{BRIDGE} opened.", "en/budget.txt": BUDGET}
    retriever = retriever_over(tmp_path, {**arabic, **english}, word_weight=0.05)
    hits = retriever.retrieve("мост", 4, language="en")
    cosines = [hit.parts["cosine"] for hit in hits]
    assert cosines == sorted(cosines, reverse=True)
    assert {hit.passage.language for hit in hits[:2]} == {"ar", "en"}


def test_a_lone_passage_in_the_language_of_the_question_is_not_pushed_down(tmp_path: Path) -> None:
    articles = {f"ar/{number}.txt": f"{ARABIC_BUDGET} {'الجسر ' * (number % 2)}" for number in range(8)}
    retriever = retriever_over(tmp_path, {**articles, "en/bridge.txt": f"{BRIDGE} opened on Monday."})
    hits = retriever.retrieve("When did the bridge open?", 9)
    assert hits[0].passage.article_id == "en/bridge.txt"
    assert hits[0].parts["cosine"] > hits[1].parts["cosine"]


def test_a_passage_far_from_the_question_is_found_by_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retriever_module, "_CANDIDATES", 2)
    near = {f"near/{number}.txt": f"{BRIDGE} number {number} opened." for number in range(10)}
    far = {f"far/{number}.txt": f"Notice\n\nShop number {number} closes." for number in range(9)}
    retriever = retriever_over(tmp_path, {**near, **far, "far/music.txt": "Notice\n\nThe xylophone was sold."})
    hits = retriever.retrieve("bridge xylophone", 2)
    assert hits[0].passage.article_id == "far/music.txt"
    assert hits[0].parts["cosine"] < hits[1].parts["cosine"]


def test_equal_scores_come_in_the_order_of_the_corpus_every_time(tmp_path: Path) -> None:
    names = [f"{number:02}.txt" for number in range(40)]
    articles = {name: f"{BRIDGE} opened on Monday, lane {name[:2]}." for name in reversed(names)}
    retriever = retriever_over(tmp_path, articles)
    for _ in range(3):
        hits = retriever.retrieve("When did the bridge open?", 40)
        assert ids(hits) == names
        assert len({hit.score for hit in hits}) == 1
    assert ids(retriever.retrieve("When did the bridge open?", 25)) == names[:25]


def test_a_score_is_the_weighted_sum_of_its_parts(tmp_path: Path) -> None:
    retriever = retriever_over(tmp_path, dict(ARTICLES), word_weight=0.05)
    for question in ("When did the bridge open?", "متى افتتح الميناء؟", "Когда закрыли музей?", "Pont ?"):
        hits = retriever.retrieve(question, 4)
        assert len(hits) == 4
        for hit in hits:
            parts = {name: part for name, part in hit.parts.items() if name != "cosine"}
            assert hit.score == pytest.approx(sum(getattr(WEIGHTS, name) * part for name, part in parts.items()))


def test_ranks_start_at_one_and_scores_never_rise(tmp_path: Path) -> None:
    retriever = retriever_over(tmp_path, dict(ARTICLES), word_weight=0.05)
    hits = retriever.retrieve("museum budget bridge", 4)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage.passage_id for hit in hits}) == 4


def test_the_cosine_of_a_hit_is_that_of_its_own_passage(tmp_path: Path) -> None:
    retriever = retriever_over(tmp_path, dict(ARTICLES), word_weight=0.05)
    query = retriever.encoder.encode_queries(["bridge"])[0]
    for hit in retriever.retrieve("bridge", 4):
        text = embedded_text(hit.passage, retriever.encoder)
        expected = float(retriever.encoder.encode_queries([text])[0] @ query)
        assert hit.parts["cosine"] == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize(("question", "language"), [("متى افتتح الميناء؟", "ar"), ("Когда закрыли музей?", "ru")])
def test_the_language_of_the_question_is_identified_where_none_is_given(
    tmp_path: Path, question: str, language: str
) -> None:
    retriever = retriever_over(tmp_path, dict(ARTICLES), word_weight=0.05)
    assert retriever.retrieve(question, 4) == retriever.retrieve(question, 4, language=language)
    assert retriever.retrieve(question, 1)[0].passage.language == language


@pytest.mark.parametrize("query", ["", "   ", "\n\t"])
def test_an_empty_query_finds_nothing(tmp_path: Path, query: str) -> None:
    assert retriever_over(tmp_path, dict(ARTICLES)).retrieve(query, 5) == ()


@pytest.mark.parametrize("query", ["?", "🎉", "\u200f", "a" * 10_000, "' OR 1=1", "\x00"])
def test_an_odd_query_is_answered_like_any_other(tmp_path: Path, query: str) -> None:
    assert len(retriever_over(tmp_path, dict(ARTICLES)).retrieve(query, 2)) == 2


@pytest.mark.parametrize(("top_k", "found"), [(-1, 0), (0, 0), (1, 1), (4, 4), (1000, 4)])
def test_as_many_are_found_as_asked_for_and_there_are(tmp_path: Path, top_k: int, found: int) -> None:
    assert len(retriever_over(tmp_path, dict(ARTICLES)).retrieve("bridge", top_k)) == found


def test_an_empty_corpus_has_no_hits(tmp_path: Path) -> None:
    assert retriever_over(tmp_path, {}).retrieve("bridge", 5) == ()


def dated(text: str, day: str) -> str:
    return f"---\ndate: {day}\n---\n\n{text}"


def mixed_articles() -> dict[str, str]:
    """Forty articles in two languages, two folders and ten months, a few without a date."""
    return {
        f"{'old' if number % 3 else 'new'}/{number:02}.txt": dated(text, f"2022-{1 + number % 10:02}-15")
        if number % 7
        else text
        for number in range(40)
        for text in [
            f"{ARABIC_BRIDGE} {number}" if number % 2 else f"{BRIDGE} number {number} was opened by the council."
        ]
    }


DAY = datetime.date(2022, 4, 15)
FILTERS = [
    Filters(languages=("ar",)),
    Filters(articles=("new/",)),
    Filters(articles=("new/00.txt", "old/01.txt", "old/02.txt")),
    Filters(since=DAY),
    Filters(until=DAY),
    Filters(since=DAY, until=DAY),
    Filters(languages=("en",), articles=("old/",), since=DAY),
    Filters(languages=("ar",), since=datetime.date(2030, 1, 1)),
]


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("candidates", [3, 200])
def test_a_filter_leaves_the_hits_it_admits_in_their_order_and_with_their_scores(
    tmp_path: Path, filters: Filters, candidates: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever_module, "_CANDIDATES", candidates)
    retriever = retriever_over(tmp_path, mixed_articles(), word_weight=0.05)
    admitted = retriever.catalogue.admits(filters)
    every = retriever.retrieve("When was the bridge opened?", 40)
    assert len(every) == 40
    expected = [hit for hit in every if admitted(hit.passage)]
    for top_k in (3, 40):
        found = retriever.retrieve("When was the bridge opened?", top_k, filters=filters)
        assert len(found) == min(top_k, len(expected))
        if candidates == 200:
            assert [dataclasses.replace(hit, rank=0) for hit in found] == [
                dataclasses.replace(hit, rank=0) for hit in expected[:top_k]
            ]
        assert [hit.rank for hit in found] == list(range(1, len(found) + 1))


def test_a_filter_that_names_what_is_not_there_is_an_error_also_for_an_empty_query(tmp_path: Path) -> None:
    retriever = retriever_over(tmp_path, dict(ARTICLES))
    for query in ("bridge", ""):
        with pytest.raises(FilterError, match="'de'"):
            retriever.retrieve(query, 5, filters=Filters(languages=("de",)))


def test_of_equal_scores_the_one_published_first_comes_first_and_one_without_a_date_last(tmp_path: Path) -> None:
    days = {"a.txt": "2022-05-01", "b.txt": "2020-05-01", "d.txt": "2020-05-01", "e.txt": "2019-01-01"}
    # Each tells another number: passages that say the same would be one hit.
    articles = {name: dated(f"{BRIDGE} opened, lane {lane}.", day) for lane, (name, day) in enumerate(days.items())}
    retriever = retriever_over(tmp_path, {**articles, "c.txt": f"{BRIDGE} opened, lane 9."})
    hits = retriever.retrieve("When did the bridge open?", 5)
    assert len({hit.score for hit in hits}) == 1
    assert ids(hits) == ["e.txt", "b.txt", "d.txt", "a.txt", "c.txt"]


def capped_retriever(tmp_path: Path, articles: dict[str, str], max_passages_per_article: int) -> Retriever:
    """Each sentence is a passage of its own; at most so many of one article are hits."""
    settings, encoder = make_settings(tmp_path, articles, max_passage_tokens=32), KeywordEncoder(word_weight=0.05)
    bring_in_step(settings, encoder)
    return Retriever.open(Store.open(settings.index_dir), encoder, max_passages_per_article=max_passages_per_article)


def long_article(subject: str, sentences: int) -> str:
    told = (f"The {subject} was seen by visitor {number} {'and others ' * 9}." for number in range(sentences))
    return f"{subject} report\n\n{' '.join(told)}"


@pytest.mark.parametrize("candidates", [2, 200])
def test_of_one_article_at_most_so_many_passages_are_hits_and_others_take_their_place(
    tmp_path: Path, candidates: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever_module, "_CANDIDATES", candidates)
    articles = {"a.txt": long_article("bridge", 30), **{f"{name}.txt": long_article(name, 6) for name in ("m", "n")}}
    for most in (1, 2, 5):
        hits = capped_retriever(tmp_path, articles, most).retrieve("Who saw the bridge?", 9)
        assert ids(hits)[:most] == ["a.txt"] * most
        assert len(hits) == min(9, 3 * most)
        assert all(ids(hits).count(name) <= most for name in articles)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    unlimited = capped_retriever(tmp_path, articles, 0).retrieve("Who saw the bridge?", 9)
    assert ids(unlimited) == ["a.txt"] * 9


def test_the_limit_of_an_article_does_not_hold_where_only_that_article_is_asked(tmp_path: Path) -> None:
    retriever = capped_retriever(tmp_path, {"a/long.txt": long_article("bridge", 30)}, 2)
    assert len(retriever.retrieve("Who saw the bridge?", 9)) == 2
    assert len(retriever.retrieve("Who saw the bridge?", 9, filters=Filters(articles=("a/",)))) == 2
    assert len(retriever.retrieve("Who saw the bridge?", 9, filters=Filters(articles=("a/long.txt",)))) == 9


STORY = (
    "The bridge was opened on Monday by the mayor of the town, who thanked the engineers for their work at night. The"
    " first to cross it were children on their way to school."
)


def syndicated() -> dict[str, str]:
    """One story in five articles, two of them without a date, and another story."""
    titles = {"b.txt": "Opening", "c.txt": "Bridge is open", "d.txt": "A new way over the river", "e.txt": "News"}
    days = {"b.txt": "2022-05-02", "c.txt": "2022-05-01"}
    copies = {name: f"{title}\n\n{STORY}" for name, title in titles.items()}
    dated_copies = {name: dated(copies[name], day) for name, day in days.items()}
    return {"a.txt": BUDGET, **copies, **dated_copies, "f.txt": f"Opening\n\n{STORY.replace('mayor', 'head')}"}


def test_copies_of_a_passage_are_one_hit_that_names_every_article_carrying_it(tmp_path: Path) -> None:
    retriever = retriever_over(tmp_path, syndicated(), word_weight=0.05)
    hits = retriever.retrieve("Who opened the bridge?", 5)
    story = next(hit for hit in hits if STORY in hit.passage.text)
    carrying = {"b.txt", "c.txt", "d.txt", "e.txt", "f.txt"}
    assert {story.passage.article_id, *story.also_in} == carrying
    assert len(set(story.also_in)) == len(story.also_in) == 4
    assert not carrying & {hit.passage.article_id for hit in hits if hit.passage.text == story.passage.text} - {
        story.passage.article_id
    }


def test_a_filter_also_decides_which_articles_are_named_with_a_hit(tmp_path: Path) -> None:
    retriever = retriever_over(tmp_path, syndicated(), word_weight=0.05)
    filters = Filters(articles=("c.txt", "e.txt", "a.txt"))
    story = next(hit for hit in retriever.retrieve("Who opened the bridge?", 5, filters=filters) if hit.also_in)
    assert {story.passage.article_id, *story.also_in} == {"c.txt", "e.txt"}


def test_of_equal_copies_the_one_published_first_stands_for_all(tmp_path: Path) -> None:
    days = {"a.txt": None, "b.txt": "2022-05-02", "c.txt": "2022-05-01", "d.txt": "2022-05-01"}
    text = f"{BRIDGE} opened on Monday."
    articles = {name: dated(text, day) if day else text for name, day in days.items()}
    (hit,) = retriever_over(tmp_path, articles).retrieve("When did the bridge open?", 4)
    assert (hit.passage.article_id, hit.also_in) == ("c.txt", ("d.txt", "b.txt", "a.txt"))


def test_however_many_copies_there_are_other_passages_are_still_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retriever_module, "_CANDIDATES", 3)
    copies = {f"copy/{number:02}.txt": f"{BRIDGE} opened on Monday." for number in range(30)}
    hits = retriever_over(tmp_path, {**copies, **dict(ARTICLES)}).retrieve("When did the bridge open?", 4)
    assert len(hits) == 4
    story = next(hit for hit in hits if hit.passage.article_id.startswith("copy/"))
    assert {story.passage.article_id, *story.also_in} == set(copies)
