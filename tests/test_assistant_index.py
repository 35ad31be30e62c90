"""An open assistant and its index, which may be built anew, go, or be damaged at any time, and from many threads."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes import (
    ARTICLES,
    QUESTION,
    QUESTIONS,
    RIGHT,
    KeywordEncoder,
    generation_folder,
    without_timings,
    write_articles,
)

from rag import build_index, generations
from rag.assistant import Assistant, open_assistant
from rag.errors import DataError, IndexCorrupt, IndexStale
from rag.index_state import index_info
from rag.indexer import bring_in_step
from rag.settings import Settings
from rag.store import Store

ADDED = {"en/quay.txt": "Harbour quay rebuilt\n\nWorkers rebuilt the old quay in May. Ships returned to the quay.\n"}


@pytest.fixture
def assistant(settings: Settings, encoder: KeywordEncoder) -> Assistant:
    return open_assistant(settings)


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
