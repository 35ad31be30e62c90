"""What is compared: Masdar as its users have it, Masdar in steps, the encoder alone, and a plain hybrid.

A system is made for one task and then asked: query → article ids, best first, none twice.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.retrieval.encoding import RememberingEncoder
from benchmarks.retrieval.sets import Paragraph, Query, Task
from rag import assistant as assistant_module
from rag import generations
from rag.assistant import Assistant, build_index, open_assistant
from rag.encoder import FloatMatrix, open_encoder
from rag.fairness import NO_MEANS, unit
from rag.fusion import WEIGHTS
from rag.lexical_index import GRAMS, STEMS, LexicalIndex
from rag.retriever import Retriever, ScoreMoments
from rag.settings import Settings
from rag.vector_index import VectorIndex

Search = Callable[[Query], list[str]]
Scores = npt.NDArray[np.float64]

DEPTH = 100
# What peers fetch for each list that they fuse.
FETCHED = 2 * DEPTH
# A long paragraph is several passages, of which the best counts: more are asked for than articles are wanted.
_PASSAGES = DEPTH + 30


class Bench:
    """What the systems of a run share: the encoder, a folder to work in, and the index of the task at hand."""

    def __init__(self, work_dir: Path) -> None:
        self.work_dir = work_dir
        self.encoder = RememberingEncoder(open_encoder(Settings()), work_dir)
        self._task: Task | None = None
        self._assistant: Assistant | None = None
        # Building and opening load the encoder by this name; here both get the one that remembers.
        setattr(assistant_module, "open_encoder", lambda *_, **__: self.encoder)  # noqa: B010

    def assistant(self, task: Task) -> Assistant:
        """Masdar over the articles of ``task``, brought in step by its own build."""
        if self._assistant is None or self._task is not task:
            folder = self.work_dir / task.name.rstrip("-0123456789")
            data_dir = task.data_dir or write_paragraphs(task.paragraphs, folder / "data")
            # Without the reader: the retriever is what is measured.
            settings = Settings(data_dir=data_dir, index_dir=folder / "index", top_k=_PASSAGES, reader="plain")
            build_index(settings)
            self._task, self._assistant = task, open_assistant(settings)
        return self._assistant

    def texts(self, task: Task) -> tuple[Paragraph, ...]:
        """What other systems are given: the paragraphs, or of whole articles the passages that Masdar cut."""
        if task.data_dir is None:
            return task.paragraphs
        assistant = self.assistant(task)
        return tuple(
            Paragraph(article_id=passage.article_id, language=passage.language, text=passage.text)
            for source in assistant.sources()
            for passage in assistant.passages(source.article_id)
        )


Build = Callable[[Task, Bench], Search]


def write_paragraphs(paragraphs: Iterable[Paragraph], folder: Path) -> Path:
    """Make ``folder`` hold each paragraph as one ``.txt`` file, and nothing else; unchanged files are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {paragraph.article_id: paragraph.text + "\n" for paragraph in paragraphs}
    for path in folder.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    return folder


def first_of_each(article_ids: Iterable[str]) -> list[str]:
    """The first ``DEPTH`` different articles, in order."""
    return list(dict.fromkeys(article_ids))[:DEPTH]


def masdar(task: Task, bench: Bench) -> Search:
    """The product, through ``build_index``, ``open_assistant`` and ``Assistant.retrieve``."""
    assistant = bench.assistant(task)
    return lambda query: first_of_each(
        hit.passage.article_id for hit in assistant.retrieve(query.text, top_k=_PASSAGES)
    )


def encoder_alone(task: Task, bench: Bench) -> Search:
    """Exact cosine between the encoder's own vectors of query and text, nothing taken out and nothing added."""
    texts = bench.texts(task)
    vectors = bench.encoder.encode_passages([text.text for text in texts])
    return lambda query: _ranked(texts, cosines(vectors, bench, query))


def plain_hybrid(task: Task, bench: Bench) -> Search:
    """Standard scores over the whole pool, .5 encoder, .25 stems, .25 character grams, blind to languages."""
    texts = bench.texts(task)
    vectors = bench.encoder.encode_passages([text.text for text in texts])
    built = LexicalIndex.build((text.text, text.language) for text in texts)
    terms = LexicalIndex(built.postings, k1=1.5, b=0.75)  # as everyone has them

    def search(query: Query) -> list[str]:
        found = terms.scores(query.text, query.language)
        dense = _standard(cosines(vectors, bench, query))
        return _ranked(texts, 0.5 * dense + 0.25 * _standard(found[STEMS]) + 0.25 * _standard(found[GRAMS]))

    return search


def cosines(vectors: FloatMatrix, bench: Bench, query: Query) -> Scores:
    """The cosine of the query to each of ``vectors``, of shape (n,)."""
    scores: Scores = (vectors @ bench.encoder.encode_queries([query.text])[0]).astype(np.float64)
    return scores


def _standard(scores: npt.NDArray[Any]) -> Scores:
    standard: Scores = (scores - scores.mean()) / (scores.std() + 1e-9)
    return standard


def _ranked(texts: tuple[Paragraph, ...], scores: Scores) -> list[str]:
    order = np.argsort(-scores, kind="stable")[:FETCHED]
    return first_of_each(texts[row].article_id for row in order)


def in_steps(*, terms: bool, fairness: bool) -> Build:
    """Masdar's own passages and retriever without names, and with other parts of it left out."""
    weights = dataclasses.replace(WEIGHTS, sounds=0.0, **({} if terms else {"stems": 0.0, "grams": 0.0}))

    def build(task: Task, bench: Bench) -> Search:
        retriever = retriever_of(bench.assistant(task))
        if not fairness:
            encoded = np.load(retriever.store.folder / generations.ENCODED, allow_pickle=False)
            vectors = unit(encoded.astype(np.float32))
            retriever = dataclasses.replace(
                retriever,
                means=NO_MEANS,
                vector_index=VectorIndex.build(vectors),
                moments=ScoreMoments.of(vectors),
            )
        retriever = dataclasses.replace(retriever, weights=weights)
        return lambda query: first_of_each(hit.passage.article_id for hit in retriever.retrieve(query.text, _PASSAGES))

    return build


def retriever_of(assistant: Assistant) -> Retriever:
    """The retriever that ``assistant`` asks."""
    found = assistant._opened.retriever
    assert isinstance(found, Retriever)
    return found


MASDAR, ENCODER_ALONE, PLAIN_HYBRID = "Masdar", "encoder alone", "plain hybrid"
OWN_SYSTEMS: Mapping[str, Build] = {MASDAR: masdar, ENCODER_ALONE: encoder_alone, PLAIN_HYBRID: plain_hybrid}
ABLATION: Mapping[str, Build] = {
    "step 1: dense": in_steps(terms=False, fairness=False),
    "step 2: + terms": in_steps(terms=True, fairness=False),
    "step 3: + fairness": in_steps(terms=True, fairness=True),
}
