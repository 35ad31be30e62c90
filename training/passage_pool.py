"""A retriever over passages held in memory: what training searches is searched as the product would."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.duplicates import body_of, sketch
from rag.encoder import Encoder
from rag.fairness import means_for
from rag.filters import Catalogue
from rag.lexical_index import LexicalIndex
from rag.records import Passage
from rag.retriever import Retriever, ScoreMoments
from rag.vector_index import VectorIndex


@dataclass(frozen=True, slots=True)
class _Rows:
    """Stands in for the store: passages by row."""

    passages_by_row: Sequence[Passage]

    def passages(self, rows: Sequence[int]) -> list[Passage]:
        """The passages of ``rows``."""
        return [self.passages_by_row[row] for row in rows]


def pool_of(passages: Sequence[Passage], language: str | None, encoder: Encoder) -> Retriever:
    """A retriever over ``passages``; the ids of its hits are their rows.

    All are taken to be in ``language``; each in its own if that is None.
    """
    numbered = [
        replace(passage, passage_id=str(row), language=language or passage.language)
        for row, passage in enumerate(passages)
    ]
    languages = [passage.language for passage in numbered]
    means = means_for(encoder.fingerprint)
    vectors = means.centre_passages(encoder.encode_passages([passage.text for passage in numbered]), languages)
    return Retriever(
        store=_Rows(numbered),  # type: ignore[arg-type]
        encoder=encoder,
        vector_index=VectorIndex.build(vectors),
        lexical_index=LexicalIndex.build([(passage.text, passage.language) for passage in numbered]),
        means=means,
        moments=ScoreMoments.of(vectors),
        catalogue=Catalogue.of(
            {passage.article_id: None for passage in numbered},
            [(passage.article_id, passage.language) for passage in numbered],
        ),
        sketches=np.stack([sketch(body_of(passage)) for passage in numbered]),
    )
