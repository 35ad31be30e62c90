"""What the page says of the whole corpus: made once for each generation of the index, beside the readers."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from rag.errors import MasdarError
from rag.generations import current_generation
from rag.records import AnswerStatus, ArticleSummary
from rag.web.protocol import PageAssistant
from rag.web.starters import Starter, starter_questions
from rag.web.strings import STRINGS
from rag.web.tour import has_tour

_LOG = logging.getLogger(__name__)
_SECONDS_TO_WAIT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusFace:
    """How many articles there are, None while that is not known, and the questions to begin with, by language.

    ``tour`` says whether the guided tour is about them.
    """

    articles: int | None
    tour: bool = False
    starters: Mapping[str, tuple[Starter, ...]] = field(default_factory=dict)


class CorpusFaces:
    """The face of the corpus as it is now.

    All titles are read for it, which takes long over many articles: that is done once for each generation of the index,
    in a thread of its own. There the questions are tried, too, which takes seconds: no reader waits. Until then
    the page has the face of the one before, or at first questions that were not tried. Close it before the assistant.
    """

    def __init__(self, assistant: PageAssistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._made_for: str | None = None
        self._face: CorpusFace | None = None
        self._making: threading.Thread | None = None
        self._titles_read = threading.Event()
        self._closing = threading.Event()

    def now(self, seconds_to_wait: float = _SECONDS_TO_WAIT) -> CorpusFace:
        """The face of the current generation; an older one while it is made.

        At first there is no older one: this waits so long for the titles to be read, then gives an empty one.
        """
        generation = current_generation(self._assistant.settings.index_dir)
        if generation is None:  # there is nothing to tell a change by
            return self._make(self._assistant.sources(), lambda question: True)
        with self._lock:
            if self._made_for == generation and self._face is not None:
                return self._face
            if self._making is None and not self._closing.is_set():
                self._making = threading.Thread(target=self._renew, args=(generation,), name="corpus-face")
                self._making.start()
        self._titles_read.wait(seconds_to_wait)
        with self._lock:
            face, is_new = self._face or CorpusFace(articles=None), self._made_for == generation
        # What was counted before a change must not be told after it, when the page asks only once.
        return face if is_new else replace(face, articles=self._articles_built() or face.articles)

    def prepare(self) -> None:
        """Begins to make it, so that it is there when the first reader comes."""
        if current_generation(self._assistant.settings.index_dir) is not None:
            self.now(seconds_to_wait=0)

    def settle(self) -> None:
        """Waits until what is being made is made."""
        making = self._making
        if making is not None:
            making.join()

    def close(self) -> None:
        """Makes no face any more; waits for the question that is being tried."""
        self._closing.set()
        self.settle()

    def _renew(self, generation: str) -> None:
        try:
            summaries = self._assistant.sources()
            face = self._make(summaries, lambda question: True)
            if self._face is not None:
                face = replace(face, starters=self._face.starters)
            self._face = face
            self._titles_read.set()
            for language in STRINGS:
                tried = starter_questions(summaries, language, is_answered=self._is_answered)
                if self._closing.is_set():
                    return
                self._face = face = replace(face, starters=MappingProxyType({**face.starters, language: tried}))
            with self._lock:
                self._made_for = generation
        except MasdarError as error:
            _LOG.error("%s", error)
        finally:
            self._titles_read.set()
            self._making = None

    def _is_answered(self, question: str) -> bool:
        return not self._closing.is_set() and self._assistant.ask(question).status is AnswerStatus.ANSWERED

    def _make(self, summaries: Sequence[ArticleSummary], is_answered: Callable[[str], bool]) -> CorpusFace:
        starters = {language: starter_questions(summaries, language, is_answered=is_answered) for language in STRINGS}
        return CorpusFace(articles=len(summaries), tour=has_tour(self._assistant), starters=MappingProxyType(starters))

    def _articles_built(self) -> int | None:
        report = self._assistant.report
        return report.articles if report is not None else None
