"""A follow-up and the turns before it → a question that stands alone. No model and no index: words only.

The follow-up keeps its own words, and what the last question that stood by itself was about is set behind them, as a
reader would put it: "And when? (Putin receive Bennett in Sochi)". Whether it is asked so is decided by
``follow_up_search``, which sees what the articles hold for either.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.analysis import words
from rag.anaphora import is_pointer, without_first_pointers
from rag.dependence import Dependence, dependence_of
from rag.languages import identify_language
from rag.question_words import subject_of

History = Sequence[tuple[str, str]]

_NAMES_NOTHING = frozenset({Dependence.DEPENDS, Dependence.MAY_DEPEND})
_MARKERS = re.compile(r"(?:\[\d{1,3}\])+")
_ARABIC_SCRIPT = frozenset({"ar", "fa", "ur"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedQuestion:
    """``completed`` is ``question`` with ``subject``, what was asked about before, in brackets behind it.

    Without a turn before it ``subject`` is "" and the two are the same.
    """

    question: str
    completed: str
    subject: str
    dependence: Dependence


def resolve(question: str, history: History) -> ResolvedQuestion:
    """Complete ``question`` from ``history``, the (question, answer text) turns before it, oldest first."""
    question = question.strip()
    subject = _subject([asked for asked, _ in history], _separator(question))
    return ResolvedQuestion(
        question=question,
        completed=f"{question} ({subject})" if subject and question else question,
        subject=subject,
        dependence=dependence_of(question) if subject else Dependence.STANDS_ALONE,
    )


def turns_of_subject(history: History) -> tuple[tuple[str, str], ...]:
    """The last turn whose question named something, and those that followed it up, oldest first."""
    turns: list[tuple[str, str]] = []
    for turn in reversed(history):
        turns.append(turn)
        if words(turn[0]) and dependence_of(turn[0]) not in _NAMES_NOTHING:
            break
    return tuple(reversed(turns))


def quotations_in(answer_text: str) -> tuple[str, ...]:
    """What stands before each ``[n]`` of an answer, one line at most, in order; none in an answer without markers."""
    before_markers = _MARKERS.split(answer_text)[:-1]
    lines = [[line.strip() for line in part.splitlines() if line.strip()] for part in before_markers]
    return tuple(found[-1] for found in lines if found)


def _subject(asked: Sequence[str], separator: str) -> str:
    """What the turns were about: the subject of the one that stood alone, and what the last that added to it added."""
    turns = turns_of_subject([(question, "") for question in asked])
    subjects: list[str] = []
    for question, _ in turns:
        added = _added(question, subjects[0] if subjects else "")
        if words(added):
            subjects = [*subjects[:1], added]
    return separator.join(subjects)


def _added(question: str, subject: str) -> str:
    """What ``question`` is about; "" if that says nothing beyond ``subject``, what was asked about before."""
    about = subject_of(question)
    if not subject:
        return about
    language = identify_language(question)
    new = set(words(about)) - set(words(subject))
    return without_first_pointers(about, language) if any(not is_pointer(word, language) for word in new) else ""


def _separator(question: str) -> str:
    return "؛ " if identify_language(question) in _ARABIC_SCRIPT else "; "
