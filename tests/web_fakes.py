"""A small assistant for the page's tests: three articles, and answers that depend on one word of the question."""

import datetime
import hashlib
import html
import re
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rag.citations import cite
from rag.errors import ArticleNotFound, FilterError, IndexCorrupt
from rag.records import (
    Answer,
    AnswerStatus,
    Article,
    ArticleSummary,
    BuildReport,
    Citation,
    Disagreement,
    Duplicate,
    Filters,
    Hit,
    Passage,
)
from rag.settings import Settings

History = tuple[tuple[str, str], ...]

ARABIC_ID = "أخبار/افتتاح الجسر #2: الضفتان.md"
ENGLISH_ID = "en/harbour-library.txt"
HOSTILE_ID = 'hostile/<b onmouseover="x">&amp;.html'

ARABIC_QUOTE = "افتتح رئيس البلدية سامي الحداد الجسر الجديد صباح الخميس 12 آذار/مارس 2020 🎉."
ARABIC_SECOND_QUOTE = "وبلغت كلفة الجسر 4.5 مليون دولار، وفق بيان نشرته Harbour Authority على موقعها [3]."
ENGLISH_QUOTE = "The harbour library lent 18,200 books in 2021, its director Mona Reed said."
HOSTILE_QUOTE = (
    '<img src=x onerror="window.hacked=1"> ![x](https://evil.example/x.png) ${window.hacked=2} {{constructor}} '
    "<form action=https://evil.example><input name=q></form> [link](https://evil.example) $$x^2$$ **bold** </div>"
)

_TEXTS = {
    ARABIC_ID: (
        "افتتاح الجسر بين الضفتين",
        "ar",
        datetime.date(2020, 3, 13),
        "\n\n".join(
            [
                "افتتاح الجسر بين الضفتين",
                *(f"فقرة تمهيدية رقم {number} عن تاريخ المدينة وأحيائها القديمة وأسواقها." for number in range(1, 30)),
                f"{ARABIC_QUOTE} وحضر الافتتاح مئات السكان.\n{ARABIC_SECOND_QUOTE}",
                *(f"فقرة لاحقة رقم {number} عن حركة السير في المدينة." for number in range(1, 30)),
            ]
        ),
    ),
    ENGLISH_ID: (
        "Harbour library has its busiest year",
        "en",
        datetime.date(2022, 1, 5),
        f"Harbour library has its busiest year\n\n{ENGLISH_QUOTE} It opened on Sundays for the first time.",
    ),
    HOSTILE_ID: (
        'Hostile <script>window.hacked=3</script> title ${window.hacked=4} "quoted"',
        "en",
        None,
        f"First line.\n{HOSTILE_QUOTE}\nLast line.",
    ),
}


def articles() -> dict[str, Article]:
    return {
        article_id: Article(
            article_id=article_id,
            title=title,
            language=language,
            text=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            published=published,
        )
        for article_id, (title, language, published, text) in _TEXTS.items()
    }


def _folder_of(owner: object) -> Path:
    """A folder that is gone with its owner: what a page keeps must not land in the project's own index."""
    folder = Path(tempfile.mkdtemp(prefix="masdar-test-"))
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return folder


class FakeAssistant:
    """Quotes an article when the question holds its word, fails on "broken", is slow on "slow", else abstains."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings(index_dir=_folder_of(self))
        self.articles = articles()
        self.histories: list[History] = []
        self.history_of: dict[str, History] = {}
        self.filters: list[Filters | None] = []
        self.report: BuildReport | None = BuildReport(
            articles=3,
            passages=9,
            added=3,
            changed=0,
            removed=0,
            unchanged=0,
            skipped=(("old/صورة.bin", "not text: no known encoding fits"), ("old/<i>x</i>.txt", "empty")),
            seconds=0.2,
            furniture_lines=12,
            duplicates=(Duplicate(article_id="en/copy.txt", duplicate_of=ENGLISH_ID, similarity=1.0),),
            encoded_passages=9,
        )

    def article(self, article_id: str) -> Article:
        try:
            return self.articles[article_id]
        except KeyError:
            raise ArticleNotFound(f"No article {article_id!r}. List the ids with `sources`.") from None

    def sources(self) -> tuple[ArticleSummary, ...]:
        return tuple(
            ArticleSummary(
                article_id=each.article_id,
                title=each.title,
                language=each.language,
                published=each.published,
                characters=len(each.text),
                passages=3,
            )
            for each in self.articles.values()
        )

    def files(self) -> dict[str, str]:
        return {name: article.sha256 for name, article in self.articles.items()}

    def refresh(self, progress: Any = None) -> BuildReport:
        assert self.report is not None
        return self.report

    def ask(self, question: str, history: History = (), *, filters: Filters | None = None) -> Answer:
        *_, answer = self.stream(question, history, filters=filters)
        return answer

    def retrieve(self, query: str, top_k: int = 10, *, filters: Filters | None = None) -> tuple[Hit, ...]:
        self._check(filters)
        holding = [name for name, article in self.articles.items() if query in article.text]
        return tuple(self._hit(name, rank) for rank, name in enumerate(holding[:top_k], start=1))

    def lookup(self, text: str) -> tuple[Citation, ...]:
        holding = [name for name, article in self.articles.items() if text in article.text]
        return tuple(self.citation(marker, name, text) for marker, name in enumerate(holding, start=1))

    def _check(self, filters: Filters | None) -> None:
        self.filters.append(filters)
        for language in filters.languages if filters else ():
            if language not in {article.language for article in self.articles.values()}:
                raise FilterError(f"No article is in the language {language!r}. `python -m rag info` counts them.")

    def stream(self, question: str, history: History = (), *, filters: Filters | None = None) -> Iterator[Answer]:
        self.histories.append(history)
        self.history_of[question] = history
        self._check(filters)
        if "broken" in question:
            raise IndexCorrupt("The file vectors.npy is damaged. Build the index again.")
        whole = self.answer(question)
        if "slow" in question:
            for length in range(len(ENGLISH_QUOTE) - 20, len(whole.text), 5):
                time.sleep(0.15)
                yield replace(whole, text=whole.text[:length])
        yield whole

    def answer(self, question: str) -> Answer:
        if "differ" in question:
            return self._differing(question)
        if "which" in question.lower():
            return self._unclear(question)
        if "الجسر" in question:
            return self._answered(question, "ar", [(ARABIC_ID, ARABIC_QUOTE), (ARABIC_ID, ARABIC_SECOND_QUOTE)])
        if "slow" in question:
            return self._answered(question, "en", [(ENGLISH_ID, ENGLISH_QUOTE), (ARABIC_ID, ARABIC_SECOND_QUOTE)])
        if "near" in question:
            whole = self._answered(question, "en", [(ENGLISH_ID, ENGLISH_QUOTE)])
            return replace(whole, hits=(*whole.hits, self._hit(HOSTILE_ID, 2), self._hit(ARABIC_ID, 3)))
        if "library" in question:
            return self._answered(question, "en", [(ENGLISH_ID, ENGLISH_QUOTE)])
        if "hostile" in question.lower():
            return self._answered(question, "en", [(HOSTILE_ID, HOSTILE_QUOTE)])
        return self._unanswerable(question)

    def citation(self, marker: int, article_id: str, quote: str) -> Citation:
        article = self.articles[article_id]
        start = article.text.index(quote)
        return cite(article, start, start + len(quote), marker=marker, passage_id=f"{article_id}-{marker}")

    def _answered(self, question: str, language: str, quotes: list[tuple[str, str]]) -> Answer:
        citations = tuple(self.citation(marker, *quote) for marker, quote in enumerate(quotes, start=1))
        return Answer(
            question=question,
            status=AnswerStatus.ANSWERED,
            text="\n\n".join(f"{each.quote} [{each.marker}]" for each in citations),
            short_answer="4.5 مليون دولار" if language == "ar" else "",
            language=language,
            citations=citations,
            hits=tuple(self._hit(each.article_id, each.marker) for each in citations),
            confidence=0.9,
            unknown_markers=(),
            timings_ms=MappingProxyType({"total": 1.0}),
        )

    def _differing(self, question: str) -> Answer:
        quotes = [(ENGLISH_ID, ENGLISH_QUOTE), (ARABIC_ID, ARABIC_QUOTE), (ARABIC_ID, ARABIC_SECOND_QUOTE)]
        whole = self._answered(question, "en", quotes)
        start = whole.citations[0].start + ENGLISH_QUOTE.index("18,200")
        spanned = replace(whole.citations[0], span=(start, start + len("18,200 books")))
        return replace(
            whole,
            short_answer="18,200 books",
            citations=(spanned, *whole.citations[1:]),
            disagreements=(Disagreement(kind="number", markers=(1, 2, 3), values=("18,200", "4.5", "4.5")),),
            understood_as=f"{question} (at the harbour library)",
            filters=Filters(languages=("en", "ar"), since=datetime.date(2020, 1, 1)),
            dropped_sentences=("A guess.", "Another guess."),
            confidence=0.6,
        )

    def _unclear(self, question: str) -> Answer:
        return replace(
            self._unanswerable(question),
            status=AnswerStatus.UNCLEAR,
            text="Several things fit this question. Which do you mean?",
            suggestions=("How many books did the library lend?", "كم بلغت كلفة الجسر؟"),
        )

    def _unanswerable(self, question: str) -> Answer:
        arabic = any("\u0600" <= letter <= "\u06ff" for letter in question)
        return Answer(
            question=question,
            status=AnswerStatus.UNANSWERABLE,
            text="لا تذكر المقالات جوابًا عن هذا السؤال." if arabic else "The articles do not say.",
            short_answer="",
            language="ar" if arabic else "en",
            citations=(),
            hits=tuple(self._hit(article_id, rank) for rank, article_id in enumerate(self.articles, start=1)),
            confidence=0.1,
            unknown_markers=(),
            timings_ms=MappingProxyType({"total": 1.0}),
        )

    def _hit(self, article_id: str, rank: int) -> Hit:
        article = self.articles[article_id]
        start = article.text.index("\n") + 1
        end = min(len(article.text), start + 120)
        passage = Passage(
            passage_id=f"{article_id}-{rank}",
            article_id=article_id,
            title=article.title,
            language=article.language,
            start=start,
            end=end,
            start_line=2,
            end_line=3,
            text=article.text[start:end],
        )
        return Hit(passage=passage, score=1.0 / rank, rank=rank, parts=MappingProxyType({"dense": 1.0 / rank}))


def text_of(markup: str) -> str:
    """What is read of markup: everything but its elements."""
    return html.unescape(re.sub(r"<[^>]*>", "", markup))
