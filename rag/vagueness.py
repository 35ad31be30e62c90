"""Is a question too vague to be answered, and what could be asked in its place?

Two kinds are: one that points at what was never named ("And why did he refuse?", as a first question), and a bare
name or topic that several articles speak of ("Bennett", "سوريا"). It is asked back only where several articles
compete; where one article alone is near, that is what was meant.
"""

from collections.abc import Sequence

from rag.analysis import stems_of, words
from rag.anaphora import points_back
from rag.dependence import Dependence, dependence_of, naming_words
from rag.languages import identify_language
from rag.phrases import phrases_for
from rag.question_words import QUESTION_WORDS, question_words
from rag.records import Hit

_QUESTION_MARKS = ("?", "؟", "？")
_TOPIC_WORDS = 2
_SUGGESTED_ARTICLES = 3
_COMPETING_ARTICLES = 2
# Of what it asks about a question must say more than one word, unless an article answers all the same.
_NAMING_WORDS = 2
_SURE_ENOUGH = 0.5


def ask_back(question: str, language: str, hits: Sequence[Hit], confidence: float) -> tuple[str, ...]:
    """Questions to ask in place of a vague first one; none where it is clear enough, or one article alone is meant.

    Args:
        question: As asked, without any turn before it.
        language: Of the question, ISO 639-1.
        hits: The passages found, best first.
        confidence: That the articles answer it as it stands, 0 to 1.
    """
    if not words(question):
        return ()
    if confidence < _SURE_ENOUGH and _names_nothing(question):
        titles = _titles(hits, language)
        return tuple(f"{question.strip()} ({title})" for title in titles) if len(titles) >= _COMPETING_ARTICLES else ()
    topic = _bare_topic(question)
    if not topic:
        return ()
    titles = _titles([hit for hit in hits if _speaks_of(hit, topic, language)], language)
    if len(titles) < _COMPETING_ARTICLES:
        return ()
    phrases = phrases_for(language)
    return (
        phrases.what_is_said_of.format(topic=topic),
        *(phrases.what_it_says_of.format(topic=topic, title=title) for title in titles),
    )


def _titles(hits: Sequence[Hit], language: str) -> list[str]:
    """Titles of different articles, those in the question's language first."""
    ordered = sorted(hits, key=lambda hit: hit.passage.language != language)
    return list(dict.fromkeys(hit.passage.title for hit in ordered if hit.passage.title))[:_SUGGESTED_ARTICLES]


def _names_nothing(question: str) -> bool:
    """Whether all that it says is who, when or why, or it points at something before it and names nothing."""
    found = words(question)
    # So short a question may be of no known language, so those of all languages are asked.
    if any(all(known.asks(word) or known.precedes(word) for word in found) for known in QUESTION_WORDS.values()):
        return True
    depends = dependence_of(question) is Dependence.DEPENDS and points_back(question)
    return depends and naming_words(question) < _NAMING_WORDS


def _bare_topic(question: str) -> str:
    """The topic, where ``question`` is no more than one; else ""."""
    stripped = question.strip()
    if stripped.endswith(_QUESTION_MARKS):
        return ""
    found = words(stripped)
    known = question_words(identify_language(stripped))
    asks = any(known.asks(word) for word in found)
    return stripped if found and len(found) <= _TOPIC_WORDS and not asks else ""


def _speaks_of(hit: Hit, topic: str, language: str) -> bool:
    """Whether the passage or its title holds every word of the topic; in another language, that cannot be told."""
    if hit.passage.language != language:
        return True
    held = {stem for word in words(f"{hit.passage.title} {hit.passage.text}") for stem in stems_of(word, language)}
    return all(not held.isdisjoint(stems_of(word, language)) for word in words(topic))
