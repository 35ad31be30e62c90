"""Bringing the index in step: it holds exactly the articles of the folder, and only what changed is encoded."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import ARTICLES, KeywordEncoder, generation_folder, generation_folders, make_settings, write_articles

from rag import generations, indexer, lexical_index
from rag.analysis import words
from rag.encoder import FloatMatrix
from rag.errors import DataError, EncoderError
from rag.indexer import bring_in_step, embedded_text
from rag.lexical_index import RULES_VERSION, LexicalIndex
from rag.records import BuildReport, Passage
from rag.settings import Settings
from rag.store import Store
from rag.vector_index import VectorIndex

ADDED = {"en/quay.txt": "Harbour quay rebuilt\n\nWorkers rebuilt the quay of the harbour in May. Ships returned.\n"}


class FailingEncoder(KeywordEncoder):
    def encode_passages(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> FloatMatrix:
        raise EncoderError("The encoder failed. Set another one.")


def counts(report: BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def indexed(settings: Settings) -> tuple[dict[str, str], list[Passage]]:
    """What the index holds: the text of every article, and every passage in the order of the rows."""
    store = Store.open(settings.index_dir)
    passages = store.passages(range(store.manifest.passages))
    return {article.article_id: article.text for article in store.articles()}, passages


def assert_rows_are_passages(settings: Settings, encoder: KeywordEncoder) -> None:
    store = Store.open(settings.index_dir)
    vectors = VectorIndex.load(store.folder / generations.VECTORS)
    encoded = np.load(store.folder / generations.ENCODED, allow_pickle=False)
    assert len(vectors) == len(encoded) == store.manifest.passages == len(list(store.passage_rows()))
    for row, passage in enumerate(store.passages(range(len(vectors)))):
        article = store.article(passage.article_id)
        assert passage.text == article.text[passage.start : passage.end]
        expected = encoder.encode_queries([embedded_text(passage, encoder)])[0]
        np.testing.assert_allclose(vectors.vectors([row])[0], expected, atol=1e-3)
        np.testing.assert_allclose(encoded[row], expected, atol=1e-3)


def test_a_first_build_adds_every_article_and_row_i_of_the_vectors_is_passage_i(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    report = bring_in_step(settings, encoder)
    texts, passages = indexed(settings)
    assert texts == {name: text.strip("\n") for name, text in ARTICLES.items()}
    assert counts(report) == (4, 0, 0, 0)
    assert (report.articles, report.passages, report.encoded_passages) == (4, len(passages), len(encoder.encoded))
    assert (report.skipped, report.duplicates) == ((), ())
    assert {passage.article_id for passage in passages} == set(ARTICLES)
    assert_rows_are_passages(settings, encoder)


def test_building_again_over_the_same_articles_changes_and_encodes_nothing(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    before = generation_folder(settings)
    encoder.encoded.clear()
    report = bring_in_step(settings, encoder)
    assert counts(report) == (0, 0, 0, 4)
    assert (report.encoded_passages, encoder.encoded, generation_folder(settings)) == (0, [], before)


def test_only_added_and_changed_passages_are_encoded_and_row_i_stays_passage_i(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    encoder.encoded.clear()
    # Sorts before all others: every row moves.
    write_articles(settings.data_dir, {"aa.txt": ADDED["en/quay.txt"]})
    changed = ARTICLES["en/budget.txt"].replace("40 million", "41 million")
    write_articles(settings.data_dir, {"en/budget.txt": changed})
    report = bring_in_step(settings, encoder)
    assert counts(report) == (1, 1, 0, 3)
    assert report.encoded_passages == len(encoder.encoded)
    assert encoder.encoded
    assert all("quay" in text or "41 million" in text for text in encoder.encoded)
    assert_rows_are_passages(settings, encoder)


def test_a_changed_sentence_costs_one_passage_and_not_its_article(tmp_path: Path) -> None:
    words = [" ".join(f"{word}{number}" for word in ("alpha", "beta", "gamma") * 9) for number in range(12)]
    text = "A long report\n\n" + " ".join(f"{sentence.capitalize()}." for sentence in words)
    settings = make_settings(tmp_path, {"long.txt": text}, max_passage_tokens=32)
    encoder = KeywordEncoder()
    report = bring_in_step(settings, encoder)
    assert report.passages > 10
    write_articles(settings.data_dir, {"long.txt": text.replace("gamma7", "delta7")})
    assert bring_in_step(settings, encoder).encoded_passages == 1


def test_only_added_and_changed_passages_are_searched_for_terms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    read: list[str] = []

    def reading(text: str) -> list[str]:
        read.append(text)
        return words(text)

    monkeypatch.setattr(lexical_index, "words", reading)
    write_articles(settings.data_dir, ADDED)
    bring_in_step(settings, encoder)
    assert read
    assert all("quay" in text for text in read)


def test_other_rules_for_terms_make_every_passage_be_searched_for_them_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    encoder.encoded.clear()
    monkeypatch.setattr(indexer, "RULES_VERSION", RULES_VERSION + 1)
    monkeypatch.setattr(lexical_index, "words", lambda text: ["word"])
    bring_in_step(settings, encoder)
    index = LexicalIndex.load(generation_folder(settings) / generations.LEXICAL, rows=len(indexed(settings)[1]))
    assert (index.scores("word", "en")["stems"] > 0).all()
    assert encoder.encoded == []


def test_a_deleted_article_disappears_from_the_index(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    encoder.encoded.clear()
    (settings.data_dir / "ar/harbour.txt").unlink()
    report = bring_in_step(settings, encoder)
    texts, passages = indexed(settings)
    assert counts(report) == (0, 0, 1, 3)
    assert "ar/harbour.txt" not in texts
    assert "ar/harbour.txt" not in {passage.article_id for passage in passages}
    assert encoder.encoded == []
    assert_rows_are_passages(settings, encoder)
    for path in settings.index_dir.rglob("*"):
        assert not path.is_file() or "الحداد".encode() not in path.read_bytes(), f"still in {path.name}"


def test_a_renamed_file_is_found_under_its_new_name_without_encoding_it_again(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    encoder.encoded.clear()
    (settings.data_dir / "en/bridge.txt").rename(settings.data_dir / "zz.txt")
    report = bring_in_step(settings, encoder)
    assert (report.added, report.removed, report.encoded_passages) == (1, 1, 0)
    texts, passages = indexed(settings)
    assert "zz.txt" in texts
    assert "en/bridge.txt" not in texts
    assert all(passage.passage_id.startswith(passage.article_id) for passage in passages)
    assert_rows_are_passages(settings, encoder)


def test_an_index_without_articles_is_built_and_filled_later(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path), KeywordEncoder()
    report = bring_in_step(settings, encoder)
    assert (report.articles, report.passages) == (0, 0)
    write_articles(settings.data_dir, ADDED)
    assert counts(bring_in_step(settings, encoder)) == (1, 0, 0, 0)
    assert_rows_are_passages(settings, encoder)
    (settings.data_dir / "en/quay.txt").unlink()
    assert counts(bring_in_step(settings, encoder)) == (0, 0, 1, 0)
    assert indexed(settings) == ({}, [])


def step_by_step(settings: Settings, encoder: KeywordEncoder, *steps: Mapping[str, str]) -> None:
    for articles in steps:
        for path in list(settings.data_dir.rglob("*.txt")):
            path.unlink()
        write_articles(settings.data_dir, articles)
        bring_in_step(settings, encoder)


def test_an_index_brought_in_step_equals_one_built_afresh_to_the_byte(tmp_path: Path) -> None:
    final = {**ARTICLES, **ADDED, "en/budget.txt": "Budget fails\n\nThe council rejected the budget.\n"}
    grown = make_settings(tmp_path / "grown")
    some = {name: ARTICLES[name] for name in ("ru/museum.txt", "en/budget.txt")}
    step_by_step(grown, KeywordEncoder(), some, {"en/lost.txt": "Lost\n\nA museum."}, {**ARTICLES}, final)
    fresh = make_settings(tmp_path / "fresh", final)
    bring_in_step(fresh, KeywordEncoder())
    assert indexed(grown) == indexed(fresh)
    one, other = generation_folder(grown), generation_folder(fresh)
    files = {path.relative_to(one).as_posix() for path in one.rglob("*") if path.is_file()}
    assert files == {path.relative_to(other).as_posix() for path in other.rglob("*") if path.is_file()}
    for name in files - {generations.MANIFEST, generations.CORPUS}:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_another_encoder_makes_everything_encoded_anew(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, ARTICLES)
    bring_in_step(settings, KeywordEncoder(name="first"))
    second = KeywordEncoder(name="second", word_weight=0.5)
    report = bring_in_step(settings, second)
    assert report.encoded_passages == report.passages == len(second.encoded)
    assert counts(report) == (0, 0, 0, 4)
    assert_rows_are_passages(settings, second)


def test_another_length_of_passages_splits_and_indexes_everything_anew(tmp_path: Path) -> None:
    long_text = "Report\n\n" + " ".join(f"Sentence number {number} is about the bridge." for number in range(40))
    settings, encoder = make_settings(tmp_path, {"a.txt": long_text}), KeywordEncoder()
    before = bring_in_step(settings, encoder).passages
    shorter = make_settings(tmp_path, max_passage_tokens=32)
    assert bring_in_step(shorter, encoder).passages > before
    assert_rows_are_passages(shorter, encoder)


def test_files_left_out_are_named_with_the_reason_in_every_build(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    write_articles(settings.data_dir, {"tool.exe": "MZ", "void.txt": " \n"})
    for _ in range(2):
        reasons = dict(bring_in_step(settings, encoder).skipped)
        assert set(reasons) == {"tool.exe", "void.txt"}
        assert "unsupported" in reasons["tool.exe"]
        assert "empty" in reasons["void.txt"]


def test_a_file_that_vanishes_while_the_folder_is_read_is_named_and_the_rest_is_indexed(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, ARTICLES)

    def remove(stage: str, done: int, total: int) -> None:
        (settings.data_dir / "en/budget.txt").unlink(missing_ok=True)

    report = bring_in_step(settings, KeywordEncoder(), progress=remove)
    assert [name for name, _ in report.skipped] == ["en/budget.txt"]
    assert "cannot be opened" in report.skipped[0][1]
    assert set(indexed(settings)[0]) == set(ARTICLES) - {"en/budget.txt"}


def test_duplicates_are_named_in_every_build_and_encoded_once(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path, {**ARTICLES, "zz.txt": ARTICLES["en/bridge.txt"]}), KeywordEncoder()
    for _ in range(2):
        (duplicate,) = bring_in_step(settings, encoder).duplicates
        assert (duplicate.article_id, duplicate.duplicate_of, duplicate.similarity) == ("zz.txt", "en/bridge.txt", 1.0)
    assert len(encoder.encoded) == len(set(encoder.encoded))
    assert_rows_are_passages(settings, encoder)


def test_a_mistyped_folder_of_articles_is_an_error_and_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    before, folder = indexed(settings), generation_folder(settings)
    mistyped = Settings(data_dir=tmp_path / "dta", index_dir=settings.index_dir)
    with pytest.raises(DataError, match="dta"):
        bring_in_step(mistyped, encoder)
    assert (indexed(settings), generation_folder(settings)) == (before, folder)


def test_an_encoder_that_fails_leaves_the_old_index_and_no_leftover(tmp_path: Path) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    before, folder = indexed(settings), generation_folder(settings)
    write_articles(settings.data_dir, ADDED)
    with pytest.raises(EncoderError, match="failed"):
        bring_in_step(settings, FailingEncoder())
    assert indexed(settings) == before
    assert generation_folders(settings) == [folder.name]
    assert counts(bring_in_step(settings, encoder)) == (1, 0, 0, 4)


@pytest.mark.parametrize("stage", ["read", "split", "encode", "write"])
def test_a_build_stopped_at_any_stage_leaves_the_old_index_and_no_leftover(tmp_path: Path, stage: str) -> None:
    settings, encoder = make_settings(tmp_path, ARTICLES), KeywordEncoder()
    bring_in_step(settings, encoder)
    before, folder = indexed(settings), generation_folder(settings)
    write_articles(settings.data_dir, ADDED)

    def stop(now: str, done: int, total: int) -> None:
        if now == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in_step(settings, encoder, progress=stop)
    assert (indexed(settings), generation_folders(settings)) == (before, [folder.name])


def test_every_stage_is_reported_up_to_its_total(tmp_path: Path) -> None:
    seen: dict[str, list[tuple[int, int]]] = {}
    settings = make_settings(tmp_path, ARTICLES)
    bring_in_step(settings, KeywordEncoder(), progress=lambda *now: seen.setdefault(now[0], []).append(now[1:]))
    assert list(seen) == ["read", "split", "encode", "write"]
    for steps in seen.values():
        assert steps == sorted(steps)
        assert steps[-1][0] == steps[-1][1]


def test_a_title_too_long_for_the_encoder_is_cut_and_the_passage_is_not(tmp_path: Path) -> None:
    encoder = KeywordEncoder(max_tokens=64)
    passage = Passage(
        passage_id="a#0-7", article_id="a", title="word " * 500 + "…", language="en",
        start=0, end=7, start_line=1, end_line=1, text="Bridge.",
    )  # fmt: skip
    text = embedded_text(passage, encoder)
    assert text.endswith("\nBridge.")
    assert 1 <= encoder.count_tokens([text])[0] <= 64 // 4 + 1
