"""Hand-made articles, evidence and token counters for the tests of the text rooms."""

from collections.abc import Sequence
from types import MappingProxyType

from hypothesis import settings
from hypothesis import strategies as st

from rag.answerer import Draft
from rag.reader import Evidence, Reading
from rag.records import Article, Hit, Passage

# The first example pays for tables and models that are loaded once; no deadline can be fair to it.
settings.register_profile("masdar", deadline=None)
settings.load_profile("masdar")

# Everything that a text may hold: letters of all directions, marks, controls, astral characters; no lone surrogates.
ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from(
            list(".!?؟۔؛。！…،\"'”“«»()[] \n\t\u00a0\u200e\u200f\u202b\u2068\u2069\u200b\u0301\u0651\u05b8")
        ),
        st.sampled_from(list("abcABC دقم שלום жЖ 一二 0123٤٥۶ 🎉𐤀\x00\x0b\x1c\x85\u2028\ufeff")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=120,
)


def make_article(text: str, article_id: str = "a.txt", *, title: str = "", language: str = "en") -> Article:
    return Article(
        article_id=article_id,
        title=title or article_id,
        language=language,
        text=text,
        sha256="0" * 64,
        published=None,
    )


def passage_of(article: Article, start: int = 0, end: int | None = None) -> Passage:
    end = len(article.text) if end is None else end
    return Passage(
        passage_id=f"{article.article_id}#{start}-{end}",
        article_id=article.article_id,
        title=article.title,
        language=article.language,
        start=start,
        end=end,
        start_line=1,
        end_line=1,
        text=article.text[start:end],
    )


def evidence_of(article: Article, quote: str, probability: float) -> Evidence:
    """The first place of ``quote`` in ``article`` as evidence."""
    start = article.text.index(quote)
    return Evidence(
        passage=passage_of(article),
        start=start,
        end=start + len(quote),
        text=quote,
        probability=probability,
        measures=MappingProxyType({}),
    )


def hits_of(*articles: Article) -> tuple[Hit, ...]:
    return tuple(
        Hit(passage=passage_of(article), score=1.0 / rank, rank=rank, parts=MappingProxyType({"cosine": 0.5}))
        for rank, article in enumerate(articles, start=1)
    )


def draft_of(
    evidence: Sequence[Evidence], *, confidence: float = 0.9, hits: tuple[Hit, ...] = (), language: str = "en"
) -> Draft:
    return Draft(
        question="question?",
        query="question?",
        language=language,
        hits=hits,
        reading=Reading(evidence=tuple(evidence), confidence=confidence),
        timings_ms=MappingProxyType({}),
    )


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def count_bytes(texts: Sequence[str]) -> list[int]:
    return [len(text.encode()) for text in texts]
