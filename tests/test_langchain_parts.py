from pathlib import Path

import pytest
from fakes import ARTICLES, KeywordEncoder, write_articles
from langchain_core.documents import Document
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.vectorstores import InMemoryVectorStore

from rag import Settings, assistant
from rag.langchain_parts import MasdarEmbeddings, MasdarRetriever, answer_runnable
from rag.records import AnswerStatus, Filters


@pytest.fixture(name="opened")
def _opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> assistant.Assistant:
    monkeypatch.setattr(assistant, "open_encoder", lambda settings, progress=None: KeywordEncoder())
    write_articles(tmp_path / "data", ARTICLES)
    return assistant.open_assistant(
        Settings(data_dir=tmp_path / "data", index_dir=tmp_path / "index", min_confidence=0.0)
    )


def test_retrieved_documents_say_where_they_stand(opened: assistant.Assistant) -> None:
    documents = MasdarRetriever(assistant=opened, top_k=2).invoke("the budget of the council")
    first = documents[0]
    assert first.metadata["article_id"] == "en/budget.txt"
    article = opened.article("en/budget.txt")
    assert first.page_content == article.text[first.metadata["start"] : first.metadata["end"]]
    assert len(documents) == 2


def test_a_chain_can_end_in_an_answer_with_sources(opened: assistant.Assistant) -> None:
    ask_about: Runnable[str, str] = RunnableLambda(lambda topic: f"What about the {topic}?")
    chain = ask_about | answer_runnable(opened)
    answer = chain.invoke("budget")
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.citations[0].article_id == "en/budget.txt"


def test_a_chain_can_carry_the_history(opened: assistant.Assistant) -> None:
    history = [("Who passed the budget?", "The council. [1]")]
    answer = answer_runnable(opened).invoke({"question": "And when?", "history": history})
    assert answer.citations[0].article_id == "en/budget.txt"


def test_a_vector_store_finds_with_the_encoder_as_embeddings() -> None:
    store = InMemoryVectorStore(MasdarEmbeddings(KeywordEncoder()))
    store.add_documents([Document("The bridge is open."), Document("The museum is closed.")])
    (found,) = store.similarity_search("جسر", k=1)
    assert found.page_content == "The bridge is open."


def test_a_retriever_and_a_runnable_keep_to_their_filters(opened: assistant.Assistant) -> None:
    filters = Filters(articles=("ru/",))
    documents = MasdarRetriever(assistant=opened, top_k=5, filters=filters).invoke("the budget of the council")
    assert {document.metadata["article_id"] for document in documents} == {"ru/museum.txt"}
    answer = answer_runnable(opened).invoke({"question": "Who passed the budget?", "filters": filters})
    assert (answer.filters, {hit.passage.article_id for hit in answer.hits}) == (filters, {"ru/museum.txt"})
