"""Evidence → what to quote of it and in which order, by the form of answer that was asked for."""

from collections.abc import Callable, Mapping, Sequence

from rag.analysis import words
from rag.question_types import is_number
from rag.reader import Evidence
from rag.records import AnswerForm

# A further quotation must be this likely beside the best one, and quoting stops once this much is covered.
_MIN_RELATIVE_PROBABILITY = 0.05
_ENOUGH_PROBABILITY = 0.95
# A sentence that carries an explanation on may be less likely by itself: it stands right beside the best one.
_MIN_RELATIVE_PROBABILITY_BESIDE = 0.05
_SENTENCES_IN_EXPLANATION = 3
# Of a comparison: so many articles, each with its best sentence, whose passage is this near beside the nearest one. How
# likely a sentence is would favour articles in the language of the question; the cosine does not.
_MIN_RELATIVE_COSINE_OF_SOURCE = 0.45
_SOURCES_COMPARED = 5
# Two sentences with this share of words in common say the same.
_SAME_WORDS = 0.8

Groups = list[list[Evidence]]


def quotations(evidence: Sequence[Evidence], max_quotes: int, form: AnswerForm = AnswerForm.FACT) -> Groups:
    """What to quote, in reading order; each group is one quotation and the other sentences that say the same.

    Args:
        evidence: Sentences, best first.
        max_quotes: So many groups at most; a comparison has one for each article, whatever this is.
        form: What was asked for. A fact is quoted likeliest first. An explanation adds the sentences beside the best
            one, and keeps the order of the article. A comparison takes the best sentence of each article; their
            order by date (``newest_last``) is for the caller, who knows the dates.
    """
    if not evidence:
        return []
    if form is AnswerForm.COMPARISON:
        return _by_source(evidence)
    chosen = _beside(evidence)[:max_quotes] if form is AnswerForm.EXPLANATION else []
    groups = _likeliest([*chosen, *(item for item in evidence if item not in chosen)], max_quotes, len(chosen))
    if form is AnswerForm.FACT:
        return groups
    order = list(dict.fromkeys(group[0].passage.article_id for group in groups))
    return sorted(groups, key=lambda group: (order.index(group[0].passage.article_id), group[0].start))


def _likeliest(evidence: Sequence[Evidence], max_quotes: int, taken: int) -> Groups:
    """Groups of the likeliest sentences; the first ``taken`` of ``evidence`` are quoted whatever their probability."""
    best = max(item.probability for item in evidence)
    groups: Groups = []
    covered = 0.0
    for place, candidate in enumerate(evidence):
        if _joined_a_twin(candidate, groups):
            continue
        if place >= max(1, taken) and (
            len(groups) >= max_quotes
            or covered >= _ENOUGH_PROBABILITY
            or candidate.probability < _MIN_RELATIVE_PROBABILITY * best
        ):
            continue
        groups.append([candidate])
        covered += candidate.probability
    return groups


def _joined_a_twin(candidate: Evidence, groups: Groups) -> bool:
    twin = next((group for group in groups if say_the_same(group[0], candidate)), None)
    if twin is not None and all(candidate.passage.article_id != other.passage.article_id for other in twin):
        twin.append(candidate)
    return twin is not None


def _beside(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence and those next to it in its passage that carry it on, in their order."""
    best = evidence[0]
    passage = sorted(
        (item for item in evidence if item.passage.passage_id == best.passage.passage_id), key=lambda item: item.start
    )
    first = last = passage.index(best)
    while last - first + 1 < _SENTENCES_IN_EXPLANATION:
        nearby = [place for place in (first - 1, last + 1) if 0 <= place < len(passage)]
        likely = [
            place
            for place in nearby
            if passage[place].probability >= _MIN_RELATIVE_PROBABILITY_BESIDE * best.probability
        ]
        if not likely:
            break
        chosen = max(likely, key=lambda place: passage[place].probability)
        first, last = min(first, chosen), max(last, chosen)
    return passage[first : last + 1]


def _by_source(evidence: Sequence[Evidence]) -> Groups:
    groups: Groups = []
    seen: set[str] = set()
    nearest = max(item.measures["passage_cosine"] for item in evidence)
    for candidate in evidence:
        if candidate.passage.article_id in seen or len(seen) >= _SOURCES_COMPARED:
            continue
        if seen and candidate.measures["passage_cosine"] < _MIN_RELATIVE_COSINE_OF_SOURCE * nearest:
            continue
        seen.add(candidate.passage.article_id)
        if not _joined_a_twin(candidate, groups):
            groups.append([candidate])
    return groups


def newest_last(groups: Groups, published: Callable[[str], object]) -> Groups:
    """``groups`` by the date of their first article, those without one before all others.

    Args:
        groups: As ``quotations`` gives them.
        published: The date of an article by its id, or None.
    """
    dates: Mapping[int, object] = {
        number: published(group[0].passage.article_id) for number, group in enumerate(groups)
    }
    order = sorted(dates, key=lambda number: (dates[number] is not None, str(dates[number] or "")))
    return [groups[number] for number in order]


def say_the_same(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences share nearly all their words, and every figure."""
    first, second = set(words(one.text)), set(words(other.text))
    if not first or not second:
        return False
    # Figures decide: "two dead" and "three dead" share all other words.
    if set(filter(is_number, first)) != set(filter(is_number, second)):
        return False
    return len(first & second) / len(first | second) >= _SAME_WORDS
