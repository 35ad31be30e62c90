from pathlib import Path

import pytest
from fakes import ARTICLES, KeywordEncoder, make_settings, write_articles
from langchain_core.vectorstores import InMemoryVectorStore

from rag import assistant
from rag.assistant import Assistant
from rag.citations import resolves
from rag.engines import copy_passages
from rag.errors import FilterError
from rag.langchain_parts import MasdarEmbeddings
from rag.records import AnswerStatus, Filters


@pytest.fixture(name="engine")
def _engine() -> InMemoryVectorStore:
    return InMemoryVectorStore(MasdarEmbeddings(KeywordEncoder()))


@pytest.fixture(name="opened")
def _opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: InMemoryVectorStore) -> Assistant:
    monkeypatch.setattr(assistant, "open_encoder", lambda settings, progress=None: KeywordEncoder())
    opened = assistant.open_assistant(
        make_settings(tmp_path, ARTICLES, min_confidence=0.0), refresh=True, vector_store=engine
    )
    assert copy_passages(opened, engine) == sum(source.passages for source in opened.sources())
    return opened


@pytest.mark.parametrize(
    ("query", "article_id"), [("the budget", "en/budget.txt"), ("мост", "en/bridge.txt"), ("ميناء", "ar/harbour.txt")]
)
def test_an_engine_finds_what_the_local_index_finds(
    opened: Assistant, tmp_path: Path, query: str, article_id: str
) -> None:
    local = assistant.open_assistant(make_settings(tmp_path))
    assert opened.retrieve(query, top_k=3)[0].passage == local.retrieve(query, top_k=3)[0].passage
    assert opened.retrieve(query, top_k=3)[0].passage.article_id == article_id


def test_an_answer_from_an_engine_cites_the_articles(opened: Assistant) -> None:
    answer = opened.ask("What about the budget of the council?")
    assert answer.status is AnswerStatus.ANSWERED
    assert all(resolves(citation, opened.article(citation.article_id)) for citation in answer.citations)


def test_copying_again_does_not_double_the_passages(opened: Assistant, engine: InMemoryVectorStore) -> None:
    copy_passages(opened, engine)
    ids = [hit.passage.passage_id for hit in opened.retrieve("the budget", top_k=50)]
    assert len(ids) == len(set(ids))


def test_a_passage_that_changed_since_it_was_copied_is_not_cited(opened: Assistant) -> None:
    write_articles(opened.settings.data_dir, {"en/budget.txt": "Council rejects its budget\n\nThe budget failed.\n"})
    opened.refresh()
    hits = opened.retrieve("the budget", top_k=50)
    assert hits, "the articles that did not change are still found"
    for hit in hits:
        article = opened.article(hit.passage.article_id)
        assert article.text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert "passed" not in hit.passage.text


def test_a_document_that_is_no_passage_is_left_out(opened: Assistant, engine: InMemoryVectorStore) -> None:
    engine.add_texts(["budget budget budget budget"], metadatas=[{"source": "elsewhere"}])
    hits = opened.retrieve("budget", top_k=50)
    assert {hit.passage.article_id for hit in hits} == set(ARTICLES)


def test_an_empty_query_asks_the_engine_nothing(opened: Assistant) -> None:
    assert opened.retrieve("  ") == ()
    assert opened.retrieve("budget", top_k=0) == ()


def test_an_engine_is_asked_for_more_until_enough_passes_the_filters(opened: Assistant) -> None:
    filters = Filters(languages=("ru",))
    (hit,) = opened.retrieve("the budget of the council", top_k=1, filters=filters)
    assert hit.passage.article_id == "ru/museum.txt"
    assert len(opened.retrieve("the budget", top_k=50, filters=Filters(articles=("en/",)))) == 2
    with pytest.raises(FilterError, match="de"):
        opened.retrieve("the budget", filters=Filters(languages=("de",)))


def test_an_engine_s_copies_are_one_hit_and_others_are_asked_for_in_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: InMemoryVectorStore
) -> None:
    monkeypatch.setattr(assistant, "open_encoder", lambda settings, progress=None: KeywordEncoder())
    copies = {f"copy/{number}.txt": ARTICLES["en/budget.txt"] for number in range(5)}
    opened = assistant.open_assistant(make_settings(tmp_path, {**ARTICLES, **copies}), vector_store=engine)
    copy_passages(opened, engine)
    hits = opened.retrieve("the budget of the council", top_k=3)
    assert len(hits) == 3
    assert {hits[0].passage.article_id, *hits[0].also_in} >= {"en/budget.txt", *copies}
    assert not [hit for hit in hits[1:] if hit.also_in]
