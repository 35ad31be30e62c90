"""Brings an index in step with a folder of articles: only what changed is read, split and encoded."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag import articles, fairness, generations
from rag.duplicates import find_duplicates
from rag.encoder import Encoder
from rag.errors import IndexStateError
from rag.fairness import means_for, unit
from rag.furniture import furniture_spans
from rag.lexical_index import RULES_VERSION, LexicalIndex
from rag.passages import split_article
from rag.records import Article, BuildReport, Passage
from rag.retriever import ScoreMoments
from rag.settings import Settings
from rag.store import GenerationWriter, Store, StoredFile
from rag.vector_index import VectorIndex

# (stage, done, total): stages are "read", "split", "encode" and "write"; total is in files, articles, passages, steps.
Progress = Callable[[str, int, int], None]

# What reading and recipe make of the same bytes; raised when either changes, so that old results are not kept.
_READING_VERSION = "5"
# Room for the prompt, the special tokens and the line end between title and text.
_RESERVED_TOKENS = 16
_MAX_TITLE_TOKENS = 48
# A file younger than this may change again within one tick of its file system's clock, as on FAT, and look the same.
_SETTLED_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What the new generation will hold, before anything is encoded."""

    files: tuple[StoredFile, ...]
    skipped: tuple[tuple[str, str], ...]
    passages: tuple[Passage, ...]
    keys: tuple[bytes, ...]
    texts: tuple[str, ...]


def bring_in_step(settings: Settings, encoder: Encoder, progress: Progress | None = None) -> BuildReport:
    """Make the index in ``settings.index_dir`` hold exactly the articles of ``settings.data_dir``.

    The index that was there answers until the new one is complete, and stays if anything fails.

    Raises:
        DataError: the folder of articles cannot be read.
        IndexLocked: another process is building this index.
        EncoderError: the encoder failed.
    """
    started = time.monotonic()
    report = progress or _silent
    # The folder is read before the index is touched: a mistyped name must not empty an index.
    found, unreadable = articles.find_files(settings.data_dir)
    with generations.build_lock(settings.index_dir):
        previous = _open_previous(settings.index_dir)
        try:
            recipe = recipe_of(settings)
            files = _read(found, settings, previous if previous and _same_recipe(previous, recipe) else None, report)
            plan = _plan(files, unreadable, settings, encoder, previous, report)
            if previous is None or not _in_step(previous, plan, recipe, encoder):
                encoded = _write(plan, settings, encoder, previous, recipe, report)
            else:
                encoded = 0
                generations.remove_leftovers(settings.index_dir)
            return _report(plan, previous, settings.index_dir, encoded, time.monotonic() - started)
        finally:
            if previous is not None:
                previous.close()


def recipe_of(settings: Settings) -> str:
    """What, apart from the encoder, decides the index of given files."""
    return (
        f"{_READING_VERSION}/{settings.max_passage_tokens}/{settings.max_article_megabytes}/{fairness.digest()}"
        f"/{RULES_VERSION}"
    )


def embedded_text(passage: Passage, encoder: Encoder) -> str:
    """What the encoder reads of a passage: its article's title for context, then the passage itself."""
    return _below_title(passage, _shortened(passage.title, encoder))


def _below_title(passage: Passage, title: str) -> str:
    beginning = passage.title.strip().removesuffix("…").strip()
    if not beginning or passage.text.startswith(beginning):
        return passage.text
    return f"{title}\n{passage.text}"


def _shortened(title: str, encoder: Encoder) -> str:
    """The title, without its last words where it would take too much of the encoder's limit."""
    title = title.strip()
    limit = min(_MAX_TITLE_TOKENS, encoder.max_tokens // 4)
    while encoder.count_tokens([title])[0] > limit:
        shorter = title.rsplit(None, 1)[0]
        title = shorter if shorter != title else title[: len(title) // 2]
    return title


def digest_of(source: articles.SourceFile) -> str:
    """The SHA-256 of a file, or "" where it cannot be opened (it may be gone since it was listed): no file has that."""
    try:
        return articles.file_sha256(source.path)
    except OSError:
        return ""


def stamp_of(source: articles.SourceFile) -> str:
    """Size and times of a file: as long as they stay, so does its content. "" where they do not prove that.

    The time of change is among them, which no program can set back as it can that of modification.
    """
    try:
        state = source.path.stat()
    except OSError:
        return ""
    if max(state.st_mtime, state.st_ctime) > time.time() - _SETTLED_SECONDS:
        return ""
    return f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"


def _silent(stage: str, done: int, total: int) -> None:
    pass


def _open_previous(index_dir: Path) -> Store | None:
    try:
        return Store.open(index_dir)
    except IndexStateError:
        return None  # missing or damaged: everything is made anew


def _same_recipe(previous: Store, recipe: str) -> bool:
    return previous.manifest.format == generations.FORMAT and previous.manifest.recipe == recipe


def _read(
    found: Sequence[articles.SourceFile], settings: Settings, previous: Store | None, progress: Progress
) -> list[StoredFile]:
    known = previous.files() if previous else {}
    files: list[StoredFile] = []
    for index, source in enumerate(found):
        progress("read", index, len(found))
        stamp = stamp_of(source)  # before the content: what changes in between then has another stamp
        digest = digest_of(source)
        if previous is not None and known.get(source.article_id) == digest:
            files.append(replace(previous.file(source.article_id), stamp=stamp))
            continue
        reading = articles.read_file(source, max_megabytes=settings.max_article_megabytes)
        lines = tuple(_furniture_lines(article) for article in reading.articles)
        files.append(
            StoredFile(
                file_id=source.article_id,
                sha256=digest,
                articles=reading.articles,
                furniture_lines=lines,
                skipped=reading.skipped,
                stamp=stamp,
            )
        )
    progress("read", len(found), len(found))
    return files


def _furniture_lines(article: Article) -> int:
    return sum(
        sum(1 for line in article.text[start:end].split("\n") if line.strip())
        for start, end in furniture_spans(article.text)
    )


def _plan(
    files: Sequence[StoredFile],
    unreadable: Sequence[tuple[str, str]],
    settings: Settings,
    encoder: Encoder,
    previous: Store | None,
    progress: Progress,
) -> _Plan:
    limit = min(
        settings.max_passage_tokens,
        encoder.max_tokens - min(_MAX_TITLE_TOKENS, encoder.max_tokens // 4) - _RESERVED_TOKENS,
    )
    reusable = (
        previous is not None
        and _same_recipe(previous, recipe_of(settings))
        and previous.manifest.fingerprint == encoder.fingerprint
    )
    known = _digests(previous) if previous is not None and reusable else {}
    total = sum(len(file.articles) for file in files)
    passages: list[Passage] = []
    for index, article in enumerate(_articles(files)):
        progress("split", index, total)
        if previous is not None and known.get(article.article_id) == article.sha256:
            passages.extend(previous.article_passages(article.article_id))
        else:
            passages.extend(split_article(article, count_tokens=encoder.count_tokens, max_tokens=limit))
    progress("split", total, total)
    shortened = {title: _shortened(title, encoder) for title in {passage.title for passage in passages}}
    texts = [_below_title(passage, shortened[passage.title]) for passage in passages]
    return _Plan(
        files=tuple(files),
        skipped=(*unreadable, *(item for file in files for item in file.skipped)),
        passages=tuple(passages),
        keys=tuple(hashlib.sha256(text.encode()).digest() for text in texts),
        texts=tuple(texts),
    )


def _articles(files: Sequence[StoredFile]) -> Iterator[Article]:
    return (article for file in files for article in file.articles)


def _digests(store: Store) -> dict[str, str]:
    return {article.article_id: article.sha256 for file_id in store.files() for article in store.file(file_id).articles}


def _in_step(previous: Store, plan: _Plan, recipe: str, encoder: Encoder) -> bool:
    return (
        _same_recipe(previous, recipe)
        and previous.manifest.fingerprint == encoder.fingerprint
        and previous.files() == {file.file_id: file.sha256 for file in plan.files}
    )


def _write(
    plan: _Plan, settings: Settings, encoder: Encoder, previous: Store | None, recipe: str, progress: Progress
) -> int:
    encoded, count = _encoded(plan, encoder, previous, progress)
    languages = [passage.language for passage in plan.passages]
    with GenerationWriter(settings.index_dir) as writer:
        progress("write", 0, 3)
        for file in plan.files:
            writer.add_file(file)
        writer.add_passages(zip(plan.passages, plan.keys, strict=True))
        writer.add_duplicates(find_duplicates((article.article_id, article.text) for article in _articles(plan.files)))
        progress("write", 1, 3)
        _lexical_index(plan, previous, recipe).save(writer.folder / generations.LEXICAL)
        progress("write", 2, 3)
        np.save(writer.folder / generations.ENCODED, encoded, allow_pickle=False)
        vectors = unit(encoded.astype(np.float32))
        fair = means_for(encoder.fingerprint).centre_passages(vectors, languages)
        ScoreMoments.of(fair).save(writer.folder / generations.MOMENTS)
        VectorIndex.build(fair).save(writer.folder / generations.VECTORS)
        writer.commit(fingerprint=encoder.fingerprint, recipe=recipe, dimensions=encoder.dimensions)
        progress("write", 3, 3)
    return count


def _encoded(
    plan: _Plan, encoder: Encoder, previous: Store | None, progress: Progress
) -> tuple[npt.NDArray[np.float16], int]:
    """The vector of every planned passage, and how many had to be encoded rather than taken from the old index.

    Half precision also for the new ones: an index brought in step is then the same as one built afresh.
    """
    vectors = np.zeros((len(plan.keys), encoder.dimensions), np.float16)
    known = _known_vectors(previous, encoder)
    missing: dict[bytes, list[int]] = {}
    for row, key in enumerate(plan.keys):
        if key in known:
            vectors[row] = known[key]
        else:
            missing.setdefault(key, []).append(row)
    if missing:
        texts = [plan.texts[rows[0]] for rows in missing.values()]
        encoded = encoder.encode_passages(texts, progress=lambda done, total: progress("encode", done, total))
        for rows, vector in zip(missing.values(), encoded, strict=True):
            vectors[rows] = vector
    return vectors, len(missing)


def _lexical_index(plan: _Plan, previous: Store | None, recipe: str) -> LexicalIndex:
    """The terms of every planned passage; those of a passage that the old index holds are not looked for again."""
    languages = [passage.language for passage in plan.passages]
    texts = zip(plan.texts, languages, strict=True)
    if previous is None or not _same_recipe(previous, recipe):
        return LexicalIndex.build(texts)
    rows = zip(previous.passage_rows(), previous.passage_origins(), strict=True)
    known = {(key, language): row for (row, key), (_, language) in rows}
    return LexicalIndex.build(
        texts,
        previous=LexicalIndex.load(previous.folder / generations.LEXICAL, rows=previous.manifest.passages),
        previous_rows=[known.get(passage, -1) for passage in zip(plan.keys, languages, strict=True)],
    )


def _known_vectors(previous: Store | None, encoder: Encoder) -> dict[bytes, npt.NDArray[np.float16]]:
    if previous is None or previous.manifest.fingerprint != encoder.fingerprint:
        return {}
    matrix = np.load(previous.folder / generations.ENCODED, mmap_mode="r", allow_pickle=False)
    return {key: matrix[row] for row, key in previous.passage_rows()}


def _report(plan: _Plan, previous: Store | None, index_dir: Path, encoded: int, seconds: float) -> BuildReport:
    before = _digests(previous) if previous is not None else {}
    after = {article.article_id: article.sha256 for article in _articles(plan.files)}
    current = Store.open(index_dir)
    try:
        duplicates = current.duplicates()
    finally:
        current.close()
    return BuildReport(
        articles=len(after),
        passages=len(plan.passages),
        added=sum(name not in before for name in after),
        changed=sum(name in before and before[name] != digest for name, digest in after.items()),
        removed=sum(name not in after for name in before),
        unchanged=sum(before.get(name) == digest for name, digest in after.items()),
        skipped=plan.skipped,
        seconds=seconds,
        furniture_lines=sum(sum(file.furniture_lines) for file in plan.files),
        duplicates=duplicates,
        encoded_passages=encoded,
    )
