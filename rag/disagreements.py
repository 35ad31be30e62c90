"""Quotations of several articles → where they give different numbers, dates or names for what was asked."""

import datetime
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.analysis import normalise, stems_of, words
from rag.date_mentions import Mention, mentions
from rag.date_words import languages_of
from rag.question_types import AnswerKind, answer_kind
from rag.question_words import question_words
from rag.reader import Evidence
from rag.records import AnswerForm, Disagreement

_GROUPED_DIGITS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
# Names differ only where the rest of the sentences is this much alike: "Sami received the guest", "Rami received …".
_SAME_REST = 0.5
_MIN_SPAN_PROBABILITY = 0.2
_LONGEST_NAME_WORDS = 4
# What differs must answer too: by the logits that the reader gives to the sentence by itself and to its passage,
# summed, and by its words being likely ones of their passage. For eight questions over the shipped articles the
# sentences that answer had sums from -2.4 up and probabilities from .28 up; the nearest others -4.5 and .00, -10, .25.
_LOGITS = ("sentence_relevance", "answers")
_MIN_LOGITS = -3.0
_MIN_RIVAL_PROBABILITY = 0.1
_SHORTEST_UNIT = 3
# Relative dates are left out, so it does not matter from when they would be counted.
_ANY_DAY = datetime.date(2000, 1, 1)
_ASKS_NAME = re.compile(r"\b(?:who|whom|من|кто|кого|кому|кем|מי|למי|qui|wer|quien)\b")


@dataclass(frozen=True, slots=True)
class _Value:
    marker: int
    article_id: str
    shown: str
    compared: frozenset[str]


def disagreements(question: str, form: AnswerForm, quoted: Sequence[tuple[int, Evidence]]) -> tuple[Disagreement, ...]:
    """What the quotations differ in.

    Args:
        question: As it was searched.
        form: What was asked for. Of a comparison every number with its unit is compared, else only the answers.
        quoted: The marker of each quotation, and the sentence.
    """
    if len({item.passage.article_id for _, item in quoted}) < 2:
        return ()
    if form is AnswerForm.COMPARISON:
        return _of_units(quoted)
    quoted = [(marker, item) for marker, item in quoted if _answers(item)]
    kind = answer_kind(question)
    if kind is AnswerKind.NUMBER:
        return _between("number", [_value(marker, item, numbers_in) for marker, item in quoted], _disjoint)
    if kind is AnswerKind.TIME:
        return _between("date", [_value(marker, item, _dates_in) for marker, item in quoted], _apart)
    if _ASKS_NAME.search(" ".join(words(question))):
        return _of_names(quoted)
    return ()


def rival_of(question: str, evidence: Sequence[Evidence]) -> Evidence | None:
    """A sentence of another article that answers too and says otherwise; None if there is none.

    Only numbers and dates can be told to be others. Whether it answers is the reader's own judgement, which does not
    favour the language of the question as the probabilities do.

    Args:
        question: As it was searched.
        evidence: Sentences, best first.
    """
    kind = answer_kind(question)
    if kind is AnswerKind.OTHER or not evidence:
        return None
    values_in, differ = (numbers_in, _disjoint) if kind is AnswerKind.NUMBER else (_dates_in, _apart)
    best = evidence[0]
    value = _value(0, best, values_in)
    if value is None or not all(name in best.measures for name in _LOGITS):
        return None
    for item in evidence:
        if item.passage.article_id == best.passage.article_id or not _answers(item):
            continue
        other = _value(0, item, values_in)
        if other is not None and differ(value, other):
            return item
    return None


def _answers(item: Evidence) -> bool:
    """Whether the reader finds that the sentence answers; without it that is not known, and it is taken to."""
    if not all(name in item.measures for name in _LOGITS):
        return True
    likely = item.span_probability >= _MIN_RIVAL_PROBABILITY
    return likely and sum(item.measures[name] for name in _LOGITS) >= _MIN_LOGITS


def numbers_in(text: str) -> frozenset[str]:
    """The numbers of ``text``, in figures or, from two to twelve, in words, as figures without grouping."""
    normalised = words(text)
    found = {_figure(word) for word in normalised if word[:1].isdigit()}
    for language in languages_of(normalise(text)):
        for number, pattern in enumerate(language.numbers, start=1):
            if number > 1:  # "one" seldom counts: "one of them", "no one"
                spelt = re.compile(rf"(?:{language.clitics})?(?:{pattern})")
                found |= {str(number) for word in normalised if spelt.fullmatch(word)}
    return frozenset(found)


def _figure(word: str) -> str:
    digits = word.replace(",", "").replace(".", "") if _GROUPED_DIGITS.fullmatch(word) else word.replace(",", ".")
    return digits.lstrip("0") or "0"


def _dates_in(text: str) -> frozenset[str]:
    """The dates of ``text`` that name their year, as "first/last" days."""
    dates = (mention for mention in _mentions(normalise(text)) if mention.has_year and not mention.is_relative)
    return frozenset(f"{mention.first}/{mention.last}" for mention in dates)


def _mentions(normalised: str) -> list[Mention]:
    """The dates that a text mentions, in order; of those that overlap in several languages, the longest."""
    found = [mention for language in languages_of(normalised) for mention in mentions(normalised, language, _ANY_DAY)]
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda mention: mention.start - mention.end):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)


def _value(marker: int, item: Evidence, values_in: Callable[[str], frozenset[str]]) -> _Value | None:
    """The one value of the answer that is marked in the sentence, or of the whole sentence; None if there are more."""
    marked = item.text[item.span[0] - item.start : item.span[1] - item.start] if item.span else ""
    for text in (marked, item.text):
        found = values_in(text)
        if len(found) == 1:
            return _Value(marker, item.passage.article_id, (marked or next(iter(found))).strip(), found)
    return None


def _between(
    kind: str, values: Sequence[_Value | None], differ: Callable[[_Value, _Value], bool]
) -> tuple[Disagreement, ...]:
    known = [value for value in values if value is not None]
    if not any(one.article_id != other.article_id and differ(one, other) for one in known for other in known):
        return ()
    # One value is shown in one way: "January 2020" and "январь 2020" do not differ.
    shown: dict[frozenset[str], str] = {}
    return (
        Disagreement(
            kind=kind,
            markers=tuple(value.marker for value in known),
            values=tuple(shown.setdefault(value.compared, value.shown) for value in known),
        ),
    )


def _disjoint(one: _Value, other: _Value) -> bool:
    return one.compared.isdisjoint(other.compared)


def _apart(one: _Value, other: _Value) -> bool:
    """Whether no day lies in both: "March 2022" and "5 March 2022" do not differ."""
    (first, last), (other_first, other_last) = (next(iter(value.compared)).split("/") for value in (one, other))
    return last < other_first or other_last < first


def _of_names(quoted: Sequence[tuple[int, Evidence]]) -> tuple[Disagreement, ...]:
    named = [
        (_Value(marker, item.passage.article_id, name, frozenset(stems)), rest)
        for marker, item in quoted
        if item.span is not None and item.span_probability >= _MIN_SPAN_PROBABILITY
        for name in [item.text[item.span[0] - item.start : item.span[1] - item.start]]
        for stems in [_stems(name, item.passage.language)]
        for rest in [_stems(item.text, item.passage.language) - stems]
        if stems and len(words(name)) <= _LONGEST_NAME_WORDS
    ]
    rests = {value.marker: rest for value, rest in named}

    def differ(one: _Value, other: _Value) -> bool:
        shared, either = rests[one.marker] & rests[other.marker], rests[one.marker] | rests[other.marker]
        return _disjoint(one, other) and len(shared) >= _SAME_REST * len(either)

    return _between("name", [value for value, _ in named], differ)


def _stems(text: str, language: str) -> set[str]:
    return {stem for word in words(text) for stem in stems_of(word, language)}


def _of_units(quoted: Sequence[tuple[int, Evidence]]) -> tuple[Disagreement, ...]:
    """Numbers of the same unit, the word behind them, that differ from one article to another; dates are left out."""
    by_unit: dict[str, list[_Value]] = {}
    for marker, item in quoted:
        known = question_words(item.passage.language)
        normalised = words(_without_dates(item.text))
        for word, unit in itertools.pairwise(normalised):
            numbers = numbers_in(word)
            if numbers and not unit[:1].isdigit() and len(unit) >= _SHORTEST_UNIT and known.carries(unit):
                value = _Value(marker, item.passage.article_id, f"{word} {unit}", numbers)
                by_unit.setdefault(stems_of(unit, item.passage.language)[-1], []).append(value)
    return tuple(found for values in by_unit.values() for found in _between("number", values, _disjoint))


def _without_dates(text: str) -> str:
    normalised = normalise(text)
    for mention in reversed(_mentions(normalised)):
        normalised = f"{normalised[: mention.start]} – {normalised[mention.end :]}"
    return normalised
