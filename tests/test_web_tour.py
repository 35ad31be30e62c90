"""The guided tour's questions, and the face of the corpus that is made once for each generation."""

import dataclasses
import re
import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest
from small_corpus import CORPUS, small_assistant
from starlette.testclient import TestClient
from web_fakes import FakeAssistant

from rag.assistant import Assistant, open_assistant
from rag.records import Answer, AnswerStatus, ArticleSummary
from rag.settings import Settings
from rag.web import create_app, tour
from rag.web.corpus_face import CorpusFace, CorpusFaces
from rag.web.protocol import PageAssistant
from rag.web.strings import STRINGS
from rag.web.tour import ARTICLES, STEPS, TOUR, has_tour
from rag.web.tour_strings import TOUR_STRINGS

DATA = Path(__file__).parents[1] / "data"


def test_every_language_of_the_page_has_every_step_and_its_words() -> None:
    assert TOUR.keys() == TOUR_STRINGS.keys() == STRINGS.keys()
    for language, questions in TOUR.items():
        assert len(set(dataclasses.asdict(questions).values())) == len(STEPS)
        for name in STEPS:
            assert getattr(TOUR_STRINGS[language], name) != getattr(TOUR_STRINGS[language], f"{name}_title")
        for field in dataclasses.fields(TOUR_STRINGS[language]):
            said = [getattr(strings, field.name) for strings in TOUR_STRINGS.values()]
            assert all(said)
            assert len(set(said)) == len(said), field.name


def test_the_tour_is_offered_only_over_its_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    client = TestClient(create_app(FakeAssistant()))
    assert client.get("/page/tour/ar").json() == {"detail": TOUR_STRINGS["ar"].elsewhere}
    assert client.get("/page/tour/ar").status_code == 404
    monkeypatch.setattr(tour, "ARTICLES", tuple(FakeAssistant().articles))
    steps = client.get("/page/tour/ar").json()["steps"]
    assert [each["name"] for each in steps] == list(STEPS)
    assert client.get("/page/tour/xx").status_code == 404


def test_the_articles_of_the_tour_are_shipped() -> None:
    assert all((DATA / name).is_file() for name in ARTICLES)


class Counting:
    """Counts how often all articles are listed."""

    def __init__(self, assistant: Assistant, delay_seconds: float = 0.0) -> None:
        self._assistant = assistant
        self.delay_seconds = delay_seconds
        self.listed = 0

    def sources(self) -> tuple[ArticleSummary, ...]:
        self.listed += 1
        time.sleep(self.delay_seconds)
        return self._assistant.sources()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)


class Held(Counting):
    """Counts what is asked, too, and answers only when it may."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(assistant)
        self.asked: list[str] = []
        self.first_asked, self.may_answer = threading.Event(), threading.Event()

    def ask(self, question: str) -> Answer:
        self.asked.append(question)
        self.first_asked.set()
        assert self.may_answer.wait(10)
        return self._assistant.ask(question)


def settled(faces: CorpusFaces) -> CorpusFace:
    """The face of the corpus once its questions are tried."""
    faces.now()
    faces.settle()
    return faces.now()


def test_articles_are_listed_once_for_each_generation_however_often_the_page_is_opened(tmp_path: Path) -> None:
    with small_assistant(tmp_path) as assistant:
        counting = Counting(assistant)
        faces = CorpusFaces(cast("PageAssistant", counting))
        seen = [settled(faces) for _ in range(3)]
        assert (counting.listed, {each.articles for each in seen}) == (1, {len(CORPUS)})
        assert seen[0].starters.keys() == STRINGS.keys()
        (tmp_path / "data" / "en" / "new.txt").write_text("A tram line\n\nThe tram line opened on Monday.\n")
        assistant.refresh()
        assert [settled(faces).articles for _ in range(2)] == [len(CORPUS) + 1] * 2
        assert counting.listed == 2


def test_the_page_never_tells_how_many_articles_there_were_before_a_change(tmp_path: Path) -> None:
    with small_assistant(tmp_path) as assistant:
        counting = Counting(assistant)
        faces = CorpusFaces(cast("PageAssistant", counting))
        before = settled(faces)
        counting.delay_seconds = 0.5
        (tmp_path / "data" / "en" / "new.txt").write_text("A tram line\n\nThe tram line opened on Monday.\n")
        assistant.refresh()
        now = faces.now()
        faces.close()
        assert (now.articles, now.starters) == (len(CORPUS) + 1, before.starters)


def test_the_page_does_not_wait_long_for_many_articles(tmp_path: Path) -> None:
    with small_assistant(tmp_path) as assistant:
        faces = CorpusFaces(cast("PageAssistant", Counting(assistant, delay_seconds=0.5)))
        face = faces.now(seconds_to_wait=0.05)
        assert assistant.report is not None
        assert (face.articles, face.starters) == (assistant.report.articles, {})
        assert settled(faces).starters.keys() == STRINGS.keys()


def test_no_reader_waits_while_the_questions_to_begin_with_are_tried(tmp_path: Path) -> None:
    with small_assistant(tmp_path) as assistant:
        held = Held(assistant)
        faces = CorpusFaces(cast("PageAssistant", held))
        faces.prepare()
        assert held.first_asked.wait(10)
        untried = faces.now(seconds_to_wait=10)
        assert not held.may_answer.is_set()
        assert (untried.articles, untried.starters.keys()) == (len(CORPUS), STRINGS.keys())
        assert untried.starters["en"]
        held.may_answer.set()
        tried = settled(faces)
        assert all(
            assistant.ask(each.question).status is AnswerStatus.ANSWERED
            for starters in tried.starters.values()
            for each in starters
        )


def test_no_question_is_tried_once_the_page_is_closed(tmp_path: Path) -> None:
    with small_assistant(tmp_path) as assistant:
        held = Held(assistant)
        faces = CorpusFaces(cast("PageAssistant", held))
        faces.prepare()
        assert held.first_asked.wait(10)
        threading.Timer(0.1, held.may_answer.set).start()
        faces.close()
        faces.prepare()
    assert len(held.asked) == 1
    assert not any(thread.name == "corpus-face" for thread in threading.enumerate())


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_assistant(Settings(data_dir=DATA, index_dir=tmp_path_factory.mktemp("tour")))


@pytest.mark.model
@pytest.mark.parametrize("language", TOUR)
def test_every_step_shows_what_it_says(shipped: Assistant, language: str) -> None:
    assert has_tour(shipped)
    questions = TOUR[language]
    short = shipped.ask(questions.short)
    assert short.status is AnswerStatus.ANSWERED
    assert short.short_answer
    assert short.citations[0].language == language
    across = shipped.ask(questions.across)
    assert across.status is AnswerStatus.ANSWERED
    assert across.citations[0].language != language
    differ = shipped.ask(questions.differ)
    [disagreement] = differ.disagreements
    assert {"15", "20"} == {re.sub(r"\D", "", value) for value in disagreement.values}
    follow = shipped.ask(questions.follow, ((questions.differ, differ.text),))
    assert follow.status is AnswerStatus.ANSWERED
    assert follow.understood_as
    assert shipped.ask(questions.silence).status is AnswerStatus.UNANSWERABLE
    found = shipped.lookup(questions.lookup)
    assert found
    assert questions.lookup not in found[0].quote


@pytest.mark.model
@pytest.mark.parametrize("language", STRINGS)
def test_the_articles_answer_every_question_to_begin_with(shipped: Assistant, language: str) -> None:
    face = settled(CorpusFaces(shipped))
    assert len(face.starters[language]) == 4
    for starter in face.starters[language]:
        assert shipped.ask(starter.question).status is AnswerStatus.ANSWERED, starter.question
