"""The records that travel between the rooms; frozen, and nothing else lives here.

Offsets are half-open, counted in code points of ``Article.text``. Lines, ranks and markers start at 1.
``score`` is higher-is-better everywhere.
"""

import dataclasses
import datetime
import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class AnswerStatus(enum.StrEnum):
    """Whether the articles answer the question. Read this, never the wording of ``Answer.text``.

    UNCLEAR asks back: the question fits several things in the articles alike; ``Answer.suggestions`` names them.
    """

    ANSWERED = "answered"
    UNANSWERABLE = "unanswerable"
    UNCLEAR = "unclear"


class AnswerForm(enum.StrEnum):
    """The form that a question asks for: a fact, an explanation of a few sentences, or the sources side by side."""

    FACT = "fact"
    EXPLANATION = "explanation"
    COMPARISON = "comparison"


def _check_span(start: int, end: int) -> None:
    if not 0 <= start < end:
        raise ValueError(f"a span needs 0 <= start < end, got {start}..{end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as read from disk.

    ``article_id`` is the POSIX path below ``data_dir``; an article that is a row of a table adds ``#`` and the row's
    number. ``language`` is ISO 639-1, or "und" where it cannot be told. ``text`` is in Unicode NFC with "\\n" line
    ends. ``sha256`` is of the bytes it came from. ``published`` is what the content or its metadata states, never the
    file's own time.
    """

    article_id: str
    title: str
    language: str
    text: str
    sha256: str
    published: datetime.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of whole sentences of one article: ``text == article.text[start:end]``."""

    passage_id: str
    article_id: str
    title: str
    language: str
    start: int
    end: int
    start_line: int
    end_line: int
    text: str

    def __post_init__(self) -> None:
        _check_span(self.start, self.end)
        if len(self.text) != self.end - self.start:
            raise ValueError(
                f"passage {self.passage_id}: text has {len(self.text)} characters, span {self.end - self.start}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which articles a question is asked of; what is left empty does not restrict.

    ``languages`` are ISO 639-1. ``articles`` are article ids, tables, of which all rows are meant, or folders, which
    end in "/". ``since`` and ``until`` are both included, and leave out articles without a date.
    """

    languages: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A retrieved passage. ``parts`` are the named scores that ``score`` was made of.

    ``also_in`` are the ids of other articles that carry this passage, word for word or nearly so.
    """

    passage: Passage
    score: float
    rank: int
    parts: Mapping[str, float]
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a quotation stands: ``quote == article.text[start:end]``. ``marker`` is the n of ``[n]``.

    ``span`` is the part of the quotation that is the answer itself, as offsets into the article, where there is one.
    """

    marker: int
    passage_id: str
    article_id: str
    title: str
    start: int
    end: int
    start_line: int
    end_line: int
    quote: str
    language: str = "und"
    published: datetime.date | None = None
    span: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        _check_span(self.start, self.end)
        if self.span is not None and not self.start <= self.span[0] < self.span[1] <= self.end:
            raise ValueError(f"citation [{self.marker}]: span {self.span} is not within {self.start}..{self.end}")
        if len(self.quote) != self.end - self.start:
            raise ValueError(
                f"citation [{self.marker}]: quote has {len(self.quote)} characters, span {self.end - self.start}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """Words of a quotation that was looked up, and the words that stand in their place where it was found.

    Either may be "". The spans are offsets: ``asked_span`` into the NFC form of what was asked, ``quoted_span`` into
    ``Citation.quote``; where there are no words, both ends are where they would stand.
    """

    asked: str
    quoted: str
    asked_span: tuple[int, int]
    quoted_span: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Quotations that give different values for one thing: ``values[i]`` stands in the quotation ``markers[i]``.

    ``kind`` is "number", "date" or "name".
    """

    kind: str
    markers: tuple[int, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the assistant says, and what it rests on.

    ``text`` has a marker ``[n]`` after each sentence when ``status`` is ANSWERED. ``short_answer`` is "" if there is
    none. ``confidence`` is the calibrated probability, 0 to 1, that the articles answer the question.
    ``unknown_markers`` are markers a chat model wrote that resolve to nothing, ``dropped_sentences`` what it wrote
    that no article supports. ``timings_ms`` is milliseconds by stage. ``understood_as`` is the question as it was
    completed from the turns before it, "" where it stood alone. ``suggestions`` are questions to ask instead of an
    UNCLEAR one. ``filters`` are those applied, whether given or read in the question. ``form`` is what was asked for; a
    COMPARISON quotes each article once, the newest last.
    """

    question: str
    status: AnswerStatus
    text: str
    short_answer: str
    language: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    confidence: float
    unknown_markers: tuple[str, ...]
    timings_ms: Mapping[str, float]
    dropped_sentences: tuple[str, ...] = ()
    understood_as: str = ""
    suggestions: tuple[str, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    filters: Filters = Filters()
    form: AnswerForm = AnswerForm.FACT


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSummary:
    """An article without its text, for lists. ``characters`` is the length of the text, in code points."""

    article_id: str
    title: str
    language: str
    published: datetime.date | None
    characters: int
    passages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """An article whose text another one carries too. ``similarity`` is 1.0 for identical text."""

    article_id: str
    duplicate_of: str
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did. ``added`` to ``unchanged`` count articles; ``skipped`` names each file left out, and why."""

    articles: int
    passages: int
    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: tuple[tuple[str, str], ...]
    seconds: float
    furniture_lines: int
    duplicates: tuple[Duplicate, ...]
    encoded_passages: int


def to_json(record: Any, *, indent: int | None = None) -> str:
    """A record as JSON: dates in ISO 8601, enums by value, text unescaped.

    Raises:
        TypeError: ``record`` is not a dataclass of this module, or a tuple of them.
    """
    return json.dumps(_plain(record), ensure_ascii=False, indent=indent)


def _plain(value: Any) -> Any:
    # dataclasses.asdict deep-copies, and cannot copy the read-only mappings that records hold.
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    raise TypeError(f"cannot write {type(value).__name__} as JSON")
