"""The wiring: questions, citations and lists over an index that may be built anew at any time, from many threads."""

import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import ARTICLES, KeywordEncoder, generation_folder, make_settings, write_articles

from rag import assistant as assistant_module
from rag import build_index, generations
from rag.assistant import Assistant, open_assistant
from rag.encoder import FloatMatrix
from rag.errors import ArticleNotFound, DataError, FilterError, IndexCorrupt, IndexStale
from rag.index_state import index_info
from rag.indexer import bring_in_step
from rag.phrases import phrases_for
from rag.records import Answer, AnswerStatus, Filters
from rag.settings import Settings
from rag.store import Store

QUESTION, RIGHT = "When did the bridge over the Ortan open?", "en/bridge.txt"
QUESTIONS = {
    QUESTION: RIGHT,
    "Who left the hall over the budget?": "en/budget.txt",
    "متى افتتح الوزير الميناء الجديد؟": "ar/harbour.txt",
    "Когда закрыли городской музей?": "ru/museum.txt",
}
ADDED = {"en/quay.txt": "Harbour quay rebuilt\n\nWorkers rebuilt the old quay in May. Ships returned to the quay.\n"}


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> KeywordEncoder:
    """The encoder that every assistant of the test opens."""
    fake = KeywordEncoder()
    monkeypatch.setattr(assistant_module, "open_encoder", lambda settings, progress=None: fake)
    return fake


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With these, whatever is read is answered from: the tests do not depend on what the evidence model weighs."""
    return make_settings(tmp_path, ARTICLES, min_confidence=0.0)


@pytest.fixture
def assistant(settings: Settings, encoder: KeywordEncoder) -> Assistant:
    return open_assistant(settings)


def assert_laws_hold(answer: Answer, assistant: Assistant) -> None:
    for number, citation in enumerate(answer.citations, start=1):
        assert citation.marker == number
        assert citation.quote == assistant.article(citation.article_id).text[citation.start : citation.end]
        assert f"[{number}]" in answer.text
        assert citation.quote in answer.text
    assert bool(answer.citations) == (answer.status is AnswerStatus.ANSWERED)
    assert 0 <= answer.confidence <= 1


def without_timings(answer: Answer) -> Answer:
    return replace(answer, timings_ms={})


@pytest.mark.parametrize(("question", "article_id"), QUESTIONS.items())
def test_an_answer_quotes_the_right_article_and_every_citation_resolves(
    assistant: Assistant, question: str, article_id: str
) -> None:
    answer = assistant.ask(question)
    assert (answer.status, answer.citations[0].article_id) == (AnswerStatus.ANSWERED, article_id)
    assert (answer.question, answer.hits) == (question, assistant.retrieve(question, top_k=10))
    assert_laws_hold(answer, assistant)


def test_below_the_confidence_asked_for_no_answer_is_given_and_nothing_cited(
    settings: Settings, encoder: KeywordEncoder
) -> None:
    strict = open_assistant(settings.model_copy(update={"min_confidence": 1.0}))
    answer = strict.ask(QUESTION)
    assert (answer.status, answer.citations) == (AnswerStatus.UNANSWERABLE, ())
    assert answer.hits[0].passage.article_id == RIGHT
    assert_laws_hold(answer, strict)


@pytest.mark.parametrize("question", ["", "  \n", "\u200f"])
def test_an_empty_question_is_unanswerable(settings: Settings, encoder: KeywordEncoder, question: str) -> None:
    strict = open_assistant(settings.model_copy(update={"min_confidence": 1.0}))
    assert strict.ask(question).status is AnswerStatus.UNANSWERABLE


def test_over_no_articles_every_question_is_unanswerable(tmp_path: Path, encoder: KeywordEncoder) -> None:
    assistant = open_assistant(make_settings(tmp_path / "empty", min_confidence=0.0))
    assert assistant.ask(QUESTION).status is AnswerStatus.UNANSWERABLE
    assert (assistant.retrieve(QUESTION), assistant.sources(), assistant.lookup("bridge")) == ((), (), ())


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_last_streamed_answer_is_the_answer_and_drafts_only_grow(assistant: Assistant, question: str) -> None:
    drafts = list(assistant.stream(question))
    assert without_timings(drafts[-1]) == without_timings(assistant.ask(question))
    for draft, longer in itertools.pairwise(drafts):
        assert longer.text.startswith(draft.text)
        assert longer.citations[: len(draft.citations)] == draft.citations
    assert set(drafts[-1].timings_ms) == {"retrieve", "read", "answer", "total"}


def test_a_follow_up_is_answered_from_what_was_asked_before(assistant: Assistant) -> None:
    history = (("متى افتتح الوزير الميناء الجديد؟", ""),)
    answer = assistant.ask("وكم بلغت كلفته؟", history)
    assert answer.citations[0].article_id == "ar/harbour.txt"
    assert answer.question == "وكم بلغت كلفته؟"
    assert answer.understood_as == "وكم بلغت كلفته؟ (افتتح الوزير الميناء الجديد)"
    assert_laws_hold(answer, assistant)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_change_of_topic_is_answered_as_if_nothing_had_been_asked_before(assistant: Assistant, question: str) -> None:
    for earlier in QUESTIONS:
        history = ((earlier, assistant.ask(earlier).text),)
        answer = assistant.ask(question, history)
        assert answer.citations[0].article_id == QUESTIONS[question]
        assert answer.understood_as == "" or earlier == question


def test_a_question_that_names_nothing_is_answered_from_the_article_cited_before(assistant: Assistant) -> None:
    for earlier, article_id in ((QUESTION, RIGHT), ("Who left the hall over the budget?", "en/budget.txt")):
        history = ((earlier, assistant.ask(earlier).text),)
        assert assistant.ask("On which day was it?", history).hits[0].passage.article_id == article_id


def test_a_quotation_is_found_where_it_stands(assistant: Assistant) -> None:
    quote = "Engineers had repaired the bridge for two years."
    (citation,) = assistant.lookup(quote)
    assert citation.article_id == RIGHT
    assert quote.startswith(citation.quote)
    (whole,) = assistant.lookup(f"{RIGHT}#{citation.start}-{citation.end}")
    assert whole.quote == citation.quote
    assert assistant.lookup("No such words stand anywhere in there.") == ()


def test_articles_and_sources_are_those_of_the_folder(assistant: Assistant) -> None:
    assert [source.article_id for source in assistant.sources()] == sorted(ARTICLES)
    for source in assistant.sources():
        article = assistant.article(source.article_id)
        assert article.text == ARTICLES[source.article_id].strip("\n")
        assert (len(article.text), article.title, article.language) == (
            source.characters,
            source.title,
            source.article_id[:2],
        )
    with pytest.raises(ArticleNotFound):
        assistant.article("en/none.txt")


def test_differences_count_what_was_added_changed_and_removed_and_vanish_on_refresh(
    assistant: Assistant, settings: Settings
) -> None:
    assert assistant.differences() == ()
    write_articles(settings.data_dir, {**ADDED, RIGHT: "Bridge\n\nIt is closed."})
    (settings.data_dir / "ru/museum.txt").unlink()
    (difference,) = assistant.differences()
    assert "1 files added, 1 changed, 1 removed" in difference
    assert index_info(settings).state == "stale"
    report = assistant.refresh()
    assert (report.added, report.changed, report.removed, assistant.report) == (1, 1, 1, report)
    assert assistant.differences() == ()
    assert index_info(settings).state == "ready"
    assert {source.article_id for source in assistant.sources()} == set(ARTICLES) - {"ru/museum.txt"} | set(ADDED)


def test_an_index_built_by_another_process_answers_the_next_question(assistant: Assistant, settings: Settings) -> None:
    question = "When did workers rebuild the old quay?"
    assert "en/quay.txt" not in {hit.passage.article_id for hit in assistant.retrieve(question)}
    write_articles(settings.data_dir, ADDED)
    bring_in_step(settings, KeywordEncoder())
    assert assistant.ask(question).citations[0].article_id == "en/quay.txt"
    assert assistant.article("en/quay.txt").title == "Harbour quay rebuilt"


def test_an_open_assistant_goes_on_answering_when_the_index_folder_is_gone(
    assistant: Assistant, settings: Settings
) -> None:
    settings.index_dir.rename(settings.index_dir.with_name("moved"))
    assert assistant.ask(QUESTION).citations[0].article_id == RIGHT


def test_a_build_that_completes_while_the_index_is_opened_is_not_taken_for_damage(
    settings: Settings, encoder: KeywordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_in_step(settings, encoder)
    write_articles(settings.data_dir, ADDED)
    read_manifest = generations.read_manifest
    opened: list[Path] = []

    def build_first(folder: Path) -> generations.Manifest:
        if not opened:
            opened.append(folder)
            bring_in_step(settings, encoder)
            assert not folder.exists()
        return read_manifest(folder)

    monkeypatch.setattr(generations, "read_manifest", build_first)
    assistant = open_assistant(settings)
    assert "en/quay.txt" in {source.article_id for source in assistant.sources()}
    assert assistant.report is None


def test_sixteen_threads_get_the_answers_that_one_gets_also_while_the_index_is_rebuilt(
    assistant: Assistant, settings: Settings
) -> None:
    expected = {question: without_timings(assistant.ask(question)) for question in QUESTIONS}
    asked = list(QUESTIONS) * 16
    with ThreadPoolExecutor(16) as pool:
        for question, answer in zip(asked, pool.map(assistant.ask, asked), strict=True):
            assert without_timings(answer) == expected[question]
        answers = pool.map(assistant.ask, asked)
        write_articles(settings.data_dir, ADDED)
        assistant.refresh()
        for question, answer in zip(asked, answers, strict=True):
            assert answer.citations[0].article_id == QUESTIONS[question]


def test_an_index_made_with_another_encoder_is_built_again_before_it_answers(
    settings: Settings, encoder: KeywordEncoder
) -> None:
    bring_in_step(settings, KeywordEncoder(name="another"))
    assistant = open_assistant(settings)
    assert assistant.report is not None
    assert assistant.report.encoded_passages == assistant.report.passages
    assert assistant.ask(QUESTION).citations[0].article_id == RIGHT


def test_an_index_made_with_other_settings_is_stale_and_built_again(
    settings: Settings, encoder: KeywordEncoder
) -> None:
    build_index(settings)
    other = settings.model_copy(update={"max_passage_tokens": 40})
    assert index_info(settings).state == "ready"
    assert index_info(other).state == "stale"
    assistant = open_assistant(other)
    assert assistant.report is not None
    assert (assistant.differences(), index_info(other).state) == ((), "ready")


def test_an_index_in_step_is_opened_without_building_or_encoding(settings: Settings, encoder: KeywordEncoder) -> None:
    build_index(settings)
    encoder.encoded.clear()
    before = generation_folder(settings)
    assert open_assistant(settings).report is None
    assert (encoder.encoded, generation_folder(settings)) == ([], before)


def test_an_index_of_an_older_format_is_stale_and_says_so(
    settings: Settings, encoder: KeywordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(settings)
    monkeypatch.setattr(generations, "FORMAT", generations.FORMAT + 1)
    with pytest.raises(IndexStale):
        Store.open(settings.index_dir)
    assert index_info(settings).state == "stale"
    assert open_assistant(settings).ask(QUESTION).citations[0].article_id == RIGHT


def test_the_state_of_an_index_is_told_with_its_facts(settings: Settings, encoder: KeywordEncoder) -> None:
    assert index_info(settings).state == "missing"
    write_articles(settings.data_dir, {"void.txt": " ", "zz.txt": ARTICLES[RIGHT]})
    build_index(settings)
    info = index_info(settings)
    assert (info.state, info.articles, info.index_dir) == ("ready", 5, str(settings.index_dir))
    assert "duplicate: zz.txt of en/bridge.txt" in info.details
    assert any(line.startswith("skipped: void.txt: ") for line in info.details)
    (generation_folder(settings) / generations.VECTORS).unlink()
    assert index_info(settings).state == "corrupt"


def test_a_folder_of_articles_that_is_not_there_is_an_error_that_names_it(
    tmp_path: Path, encoder: KeywordEncoder
) -> None:
    settings = Settings(data_dir=tmp_path / "nowhere", index_dir=tmp_path / "index")
    for act in (open_assistant, build_index):
        with pytest.raises(DataError, match="nowhere"):
            act(settings)
    assert not (tmp_path / "index").exists()


def test_a_damaged_newer_index_is_an_error_and_never_an_answer(assistant: Assistant, settings: Settings) -> None:
    write_articles(settings.data_dir, ADDED)
    bring_in_step(settings, KeywordEncoder())
    path = generation_folder(settings) / generations.CORPUS
    path.write_bytes(path.read_bytes().replace(b"quay", b"quiz"))
    with pytest.raises(IndexCorrupt, match=generations.CORPUS):
        assistant.ask(QUESTION)
    assert assistant.refresh().articles == 5
    assert assistant.ask(QUESTION).citations[0].article_id == RIGHT


def test_answering_encodes_the_question_once(
    assistant: Assistant, encoder: KeywordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[str] = []
    original = encoder.encode_queries

    def record(texts: Sequence[str]) -> FloatMatrix:
        encoded.extend(texts)
        return original(texts)

    monkeypatch.setattr(encoder, "encode_queries", record)
    assistant.ask(QUESTION)
    assert encoded == [QUESTION]


def test_a_question_is_answered_from_the_articles_within_the_filters(assistant: Assistant) -> None:
    filters = Filters(languages=("en",), articles=("en/budget.txt", "ru/"))
    answer = assistant.ask(QUESTION, filters=filters)
    assert {hit.passage.article_id for hit in answer.hits} == {"en/budget.txt"}
    assert {citation.article_id for citation in answer.citations} == {"en/budget.txt"}
    assert (answer.filters, answer.hits) == (filters, assistant.retrieve(QUESTION, filters=filters))
    assert assistant.ask(QUESTION).filters == Filters()


def test_filters_that_leave_nothing_make_the_question_unanswerable_and_no_corpus_empty(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION, filters=Filters(languages=("ar",), articles=("en/",)))
    assert (answer.status, answer.hits, answer.text) == (
        AnswerStatus.UNANSWERABLE,
        (),
        phrases_for("en").not_in_articles,
    )


def test_a_filter_that_names_no_article_is_an_error(assistant: Assistant) -> None:
    for act in (assistant.ask, assistant.retrieve):
        with pytest.raises(FilterError, match="fr/"):
            act(QUESTION, filters=Filters(articles=("fr/",)))


def test_an_article_that_carries_the_same_story_is_still_cited(settings: Settings, encoder: KeywordEncoder) -> None:
    write_articles(settings.data_dir, {"en/copy.txt": ARTICLES[RIGHT].replace("Bridge over", "Works on")})
    assistant = open_assistant(settings)
    answer = assistant.ask(QUESTION)
    hit = answer.hits[0]
    assert {hit.passage.article_id, *hit.also_in} == {RIGHT, "en/copy.txt"}
    assert {citation.article_id for citation in answer.citations} >= {RIGHT, "en/copy.txt"}
    assert_laws_hold(answer, assistant)


def test_what_a_question_says_of_dates_restricts_its_answer_and_is_shown(
    tmp_path: Path, encoder: KeywordEncoder
) -> None:
    days = {"a.txt": "2022-02-10", "b.txt": "2022-03-10", "c.txt": "2022-03-14"}
    articles = {name: f"---\ndate: {day}\n---\n\nThe bridge was opened on day {day}." for name, day in days.items()}
    assistant = open_assistant(make_settings(tmp_path, articles, min_confidence=0.0, today="2022-03-15"))
    for question, expected in (
        ("Which bridge was opened since March 2022?", {"b.txt", "c.txt"}),
        ("Yesterday's news about the bridge?", {"c.txt"}),
        ("Which bridge was opened on 10 March 2022?", set(days)),
    ):
        answer = assistant.ask(question)
        assert {hit.passage.article_id for hit in answer.hits} == expected
        assert answer.hits == assistant.retrieve(question)
        assert answer.question == question
        assert (answer.filters == Filters()) == (expected == set(days))
