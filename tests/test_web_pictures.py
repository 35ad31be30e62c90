"""What the pictures are drawn from: how an answer came about, where sources differ, the articles by date."""

import asyncio
import datetime
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from fakes import KeywordEncoder, write_articles
from starlette.testclient import TestClient
from web_fakes import ARABIC_ID, ARABIC_QUOTE, ENGLISH_ID, ENGLISH_QUOTE, HOSTILE_ID, FakeAssistant

from rag.fusion import WEIGHTS, fuse
from rag.indexer import bring_in_step
from rag.lexical_index import GRAMS, SOUNDS, STEMS
from rag.reader import PASSAGES_READ
from rag.records import Answer, ArticleSummary, Hit
from rag.web import create_app
from rag.web.comparison import comparison_view
from rag.web.conversations import CONVERSATIONS_FILE, Conversations
from rag.web.readers import READER_COOKIE
from rag.web.strings import STRINGS
from rag.web.talk import answer_question
from rag.web.timeline import Unit, timeline_view
from rag.web.why import PARTS, PassageState, why_view

READER = "0123456789abcdef" * 2
STRANGER = {"cookie": f"{READER_COOKIE}={'f' * 32}"}
FAKE = FakeAssistant()


def with_parts(hit: Hit, **parts: float) -> Hit:
    return replace(hit, parts=MappingProxyType(parts))


def answer_with(hits: int, **parts: float) -> Answer:
    """An answer that quotes its first hit, with so many hits behind it."""
    whole = FAKE.answer("library")
    first = with_parts(whole.hits[0], **parts)
    rest = [
        replace(
            with_parts(first, **parts),
            rank=rank,
            passage=replace(first.passage, passage_id=f"other-{rank}", article_id=ARABIC_ID),
        )
        for rank in range(2, hits + 1)
    ]
    return replace(whole, hits=(first, *rest))


# How an answer came about


def test_passages_are_quoted_read_or_only_considered() -> None:
    view = why_view(answer_with(PASSAGES_READ + 2, dense=1.0), "en")
    assert [each.state for each in view.passages] == [
        PassageState.QUOTED,
        *[PassageState.READ] * (PASSAGES_READ - 1),
        *[PassageState.CONSIDERED] * 2,
    ]
    assert (view.passages[0].markers, view.passages[1].markers) == ((1,), ())
    assert view.considered == f"Passages considered: {PASSAGES_READ + 2}"
    assert (view.read, view.quoted) == (f"Read closely: {PASSAGES_READ}", "Quoted: 1")


def test_where_a_reader_left_its_part_that_says_what_was_read() -> None:
    answer = answer_with(4, dense=1.0)
    hits = tuple(replace(hit, parts={**hit.parts, "relevance": 0.0}) for hit in answer.hits[1:3])
    view = why_view(replace(answer, hits=(answer.hits[0], *hits, answer.hits[3])), "en")
    assert [each.state for each in view.passages] == ["quoted", "read", "read", "considered"]


def test_a_quotation_that_another_article_carries_is_of_the_passage_that_was_found() -> None:
    answer = answer_with(2, dense=1.0)
    carrier = replace(answer.citations[0], marker=2, article_id="en/copy.txt", passage_id="copy")
    found = replace(answer.hits[0], also_in=("en/copy.txt",))
    found = replace(
        found, passage=replace(found.passage, text=ENGLISH_QUOTE, end=found.passage.start + len(ENGLISH_QUOTE))
    )
    view = why_view(replace(answer, citations=(*answer.citations, carrier), hits=(found, answer.hits[1])), "en")
    assert view.passages[0].markers == (1, 2)


def test_the_parts_that_helped_are_named_in_order_and_the_others_left_out() -> None:
    view = why_view(answer_with(2, sounds=0.0, grams=0.5, dense=1.0, cosine=0.8, invented=3.0), "fr")
    assert view.parts == (STRINGS["fr"].part_meaning, STRINGS["fr"].part_letters)
    assert [part.value for part in view.passages[0].parts] == [WEIGHTS.dense, 0.5 * WEIGHTS.grams]


def test_words_of_another_language_that_only_repeat_the_meaning_are_marked_as_assumed() -> None:
    same, other = answer_with(2, dense=1.5, stems=0.4).hits
    other = with_parts(other, dense=1.2, stems=WEIGHTS.stand_in * 1.2)
    view = why_view(replace(FAKE.answer("library"), hits=(same, other)), "en")
    assert [[part.assumed for part in each.parts] for each in view.passages] == [[False, False], [False, True]]


def test_what_reading_added_is_what_the_other_parts_did_not() -> None:
    (hit,) = answer_with(1, dense=1.0, cited=0.5, relevance=2.0).hits
    hit = replace(hit, score=WEIGHTS.dense + 0.5 + 7.0)
    (passage,) = why_view(replace(FAKE.answer("library"), hits=(hit,)), "en").passages
    assert [part.value for part in passage.parts] == [WEIGHTS.dense, 0.5, 7.0]


def test_the_bars_of_a_passage_add_up_to_its_score() -> None:
    rows = np.arange(2)
    shares = {
        STEMS: np.array([0.5, 0.0], np.float32),
        GRAMS: np.array([0.25, 0.1], np.float32),
        SOUNDS: np.array([0.0, 1.0], np.float32),
    }
    fused = fuse(rows, np.array([0.8, 0.7]), shares, np.array([True, False]))
    hits = tuple(
        replace(
            answer_with(1, **{name: float(values[row]) for name, values in fused.parts.items()}).hits[0],
            score=float(fused.scores[row]),
        )
        for row in rows
    )
    passages = why_view(replace(FAKE.answer("library"), hits=hits), "en").passages
    for passage in passages:
        assert sum(part.value for part in passage.parts) == pytest.approx(passage.score)
    assert [[part.assumed for part in passage.parts] for passage in passages] == [
        [False, False, False, False],
        [False, True, True, False],
    ]


def test_every_part_has_a_name_in_every_language() -> None:
    for strings in STRINGS.values():
        assert len({getattr(strings, name) for name in PARTS.values()}) == len(PARTS)


def test_how_the_question_was_understood_and_restricted_is_told() -> None:
    view = why_view(FAKE.answer("differ"), "en")
    assert view.understood_as == "differ (at the harbour library)"
    assert view.restricted_to == "English · Arabic · from January 1, 2020"
    assert why_view(FAKE.answer("library"), "en").understood_as == ""


def test_a_passage_begins_after_its_title_and_not_with_it_again() -> None:
    hit = answer_with(1, dense=1.0).hits[0]
    text = f"{hit.passage.title}\n\nThen the text."
    passage = replace(hit.passage, text=text, start=0, end=len(text))
    view = why_view(replace(FAKE.answer("library"), hits=(replace(hit, passage=passage),)), "en")
    assert view.passages[0].excerpt == "Then the text."


def test_an_answer_without_hits_has_a_picture_too() -> None:
    view = why_view(replace(FAKE.answer("nothing"), hits=()), "ar")
    assert (view.passages, view.parts) == ((), ())


# Where sources differ


def test_each_value_stands_once_with_all_that_give_it_and_is_found_in_the_quotation() -> None:
    (difference,) = comparison_view(FAKE.answer("differ"), "en").differences
    assert difference.title == STRINGS["en"].differ_number
    assert [(side.value, [each.marker for each in side.statements]) for side in difference.sides] == [
        ("18,200", [1]),
        ("4.5", [2, 3]),
    ]
    first, absent = difference.sides[0].statements[0], difference.sides[1].statements[0]
    assert (first.before, first.value) == ("The harbour library lent ", "18,200")
    assert first.before + first.value + first.after == ENGLISH_QUOTE
    assert (absent.before, absent.value, absent.after, absent.direction) == (ARABIC_QUOTE, "", "", "rtl")


def test_a_marker_that_is_not_cited_is_left_out_of_the_comparison() -> None:
    answer = FAKE.answer("differ")
    (difference,) = comparison_view(replace(answer, citations=answer.citations[:1]), "en").differences
    assert [side.value for side in difference.sides] == ["18,200"]


# The articles by date


def summary(article_id: str, published: datetime.date | None) -> ArticleSummary:
    return ArticleSummary(
        article_id=article_id, title=article_id, language="en", published=published, characters=9, passages=1
    )


@pytest.mark.parametrize(
    ("last", "unit", "label"),
    [
        (datetime.date(2020, 2, 20), Unit.DAY, "January 31, 2020"),
        (datetime.date(2023, 1, 1), Unit.MONTH, "January 2020"),
        (datetime.date(2040, 1, 1), Unit.YEAR, "2020"),
    ],
)
def test_bars_are_as_wide_as_the_time_between_the_articles_asks_for(
    last: datetime.date, unit: Unit, label: str
) -> None:
    first = datetime.date(2020, 1, 31)
    view = timeline_view([summary("a", first), summary("b", first), summary("c", last), summary("d", None)], "en")
    assert (view.unit, view.undated, [bar.count for bar in view.bars]) == (unit, 1, [2, 1])
    assert view.bars[0].label == label
    assert view.bars[0].start <= first < view.bars[0].end <= view.bars[1].start <= last < view.bars[1].end


def test_a_month_is_named_in_the_language_of_the_page() -> None:
    articles = [summary("a", datetime.date(2019, 3, 1)), summary("b", datetime.date(2020, 3, 1))]
    assert [timeline_view(articles, code).bars[0].label for code in ("ar", "ru")] == ["مارس 2019", "март 2019\u202fг."]


def test_the_ends_of_the_calendar_and_no_articles_at_all_have_a_timeline() -> None:
    assert timeline_view([], "en").bars == ()
    assert timeline_view([summary("a", datetime.date.max)], "en").bars[0].count == 1
    assert len(timeline_view([summary("a", datetime.date.min), summary("b", datetime.date.max)], "en").bars) == 2


# The addresses


@pytest.fixture(scope="module")
def client() -> TestClient:
    assistant = FakeAssistant()
    mine = Conversations(assistant.settings.index_dir / CONVERSATIONS_FILE).of_reader(READER)

    async def ask(question: str) -> None:
        async for _ in answer_question(assistant, mine, "talk", question):
            pass

    for question in ("كلفة الجسر؟", "broken", "do they differ?", "hostile", "who?"):
        asyncio.run(ask(question))
    return TestClient(create_app(assistant), cookies={READER_COOKIE: READER})


def get(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_pictures_of_an_answer_are_its_readers_and_nobody_elses(client: TestClient) -> None:
    assert get(client, "/conversations/talk/turns/0/why?lang=ar")["passages"][0]["markers"] == [1]
    assert len(get(client, "/conversations/talk/turns/2/comparison")["differences"]) == 1
    for path in ("turns/0/why", "turns/2/comparison"):
        assert client.get(f"/conversations/talk/{path}", headers=STRANGER).status_code == 404
    assert client.get("/conversations/talk/cited", headers=STRANGER).json() == {"questions": [], "statements": []}


@pytest.mark.parametrize("turn", ["1", "7", "-1", "x"])
def test_a_turn_without_an_answer_has_no_picture(client: TestClient, turn: str) -> None:
    assert client.get(f"/conversations/talk/turns/{turn}/why").status_code in (404, 422)


def test_what_was_cited_comes_once_in_the_order_of_its_dates_with_those_without_one_last(client: TestClient) -> None:
    cited = get(client, "/conversations/talk/cited?lang=ar")
    assert [each["question"] for each in cited["questions"]] == ["كلفة الجسر؟", "do they differ?", "hostile", "who?"]
    assert [(each["article_id"], each["published"]) for each in cited["statements"]] == [
        (ARABIC_ID, "2020-03-13"),
        (ARABIC_ID, "2020-03-13"),
        (ENGLISH_ID, "2022-01-05"),
        (HOSTILE_ID, None),
    ]
    assert cited["statements"][0]["date"] == "13 مارس 2020"


def test_the_timeline_counts_the_articles_of_the_corpus(client: TestClient) -> None:
    view = get(client, "/page/overview/timeline?lang=en")
    assert ([bar["count"] for bar in view["bars"]], view["undated"]) == ([1, 1], 1)
    assert get(client, "/page/overview/timeline?lang=nonsense")["bars"]


def test_where_there_is_no_map_the_reader_is_told_in_their_language(client: TestClient) -> None:
    answer = client.get("/page/overview/map?lang=he")
    assert (answer.status_code, answer.json()["detail"]) == (404, STRINGS["he"].map_none)
    assert client.post("/page/overview/place", json={"passage_ids": ["x"]}).status_code == 404


@pytest.mark.parametrize("body", [{"passage_ids": ["x"] * 101}, {"passage_ids": "x"}, {"passage_ids": [1]}, {}])
def test_places_are_only_asked_for_in_reason(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post("/page/overview/place", json=body).status_code == 422


def test_the_map_names_the_article_of_each_point_and_places_what_was_found() -> None:
    assistant = FakeAssistant()
    settings = assistant.settings.model_copy(update={"data_dir": assistant.settings.index_dir / "data"})
    write_articles(settings.data_dir, {name: article.text for name, article in assistant.articles.items()})
    bring_in_step(settings, KeywordEncoder())
    client = TestClient(create_app(assistant))
    view = get(client, "/page/overview/map?lang=fr")
    assert {each["article_id"] for each in view["articles"]} == set(assistant.articles)
    assert view["languages"]["ar"] == "arabe"
    number, language, start, end, x, y = view["points"][0]
    assert (0 <= x <= 1, 0 <= y <= 1, start < end) == (True, True, True)
    assert language in view["languages"]
    passage_id = f"{view['articles'][number]['article_id']}#{start}-{end}"
    placed = client.post("/page/overview/place", json={"passage_ids": [passage_id, "gone"]}).json()
    assert [each["passage_id"] for each in placed["passages"]] == [passage_id]
    assert (placed["x"], placed["y"]) == pytest.approx((x, y), abs=1e-3)
