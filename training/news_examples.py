"""The dossiers of news as passages, and their questions with where in them the answers stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.conversation import resolve
from rag.encoder import Encoder
from rag.passages import split_article
from rag.records import Article, Passage
from rag.sentences import sentence_spans
from training.news_dossiers import Dossier, dossiers

NEWS_SOURCE = "news"


@dataclass(frozen=True, slots=True)
class NewsAsked:
    """A question as the reader is asked it: a follow-up is completed.

    ``answers`` are (row, start, end), half-open offsets into the text of passage ``row``; none for a trap. ``group``
    names the dossier; ``follows_up`` is whether it leans on another question.
    """

    text: str
    language: str
    group: str
    answers: tuple[tuple[int, int, int], ...]
    follows_up: bool = False


def read_news(encoder: Encoder, max_passage_tokens: int) -> tuple[list[Passage], list[NewsAsked]]:
    """All passages of all dossiers, and all questions, but for those whose answer the splitting cut in two."""
    passages: list[Passage] = []
    asked: list[NewsAsked] = []
    for dossier in dossiers():
        rows: list[range] = []
        for article in _articles(dossier):
            split = split_article(article, count_tokens=encoder.count_tokens, max_tokens=max_passage_tokens)
            rows.append(range(len(passages), len(passages) + len(split)))
            passages.extend(split)
        for question in dossier.questions:
            text = resolve(question.text, [(question.after, "")]).completed if question.after else question.text
            answers = tuple(
                place
                for number, words_of_answer in question.answers
                for place in _likeliest(text, words_of_answer, rows[number], passages, encoder)
            )
            if answers or not question.answers:
                group = f"{NEWS_SOURCE}/{dossier.name}"
                asked.append(NewsAsked(text, question.language, group, answers, follows_up=bool(question.after)))
    return passages, asked


def _articles(dossier: Dossier) -> list[Article]:
    return [
        Article(
            article_id=f"{NEWS_SOURCE}/{dossier.name}/{number}", title=article.title, language=article.language,
            text=article.text, sha256="", published=date.fromisoformat(article.date),
        )
        for number, article in enumerate(dossier.articles)
    ]  # fmt: skip


def _likeliest(
    question: str, answer: str, rows: Sequence[int], passages: Sequence[Passage], encoder: Encoder
) -> list[tuple[int, int, int]]:
    """Where ``answer`` stands: in the sentence nearest to the question, if it stands in several."""
    places: list[tuple[int, int, int]] = []
    sentences: list[str] = []
    for row in rows:
        text = passages[row].text
        for first, last in sentence_spans(text, passages[row].language):
            for match in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", text[first:last]):
                places.append((row, first + match.start(), first + match.end()))
                sentences.append(text[first:last])
    if len(places) < 2:
        return places
    nearness = encoder.encode_passages(sentences) @ encoder.encode_queries([question])[0]
    return [places[int(nearness.argmax())]]
