"""How far a question hangs on the ones before it, by its own words alone: cues of ten languages.

A question hangs on what came before when it is very short, opens with a conjunction, or points back with a pronoun, and
names nothing of its own. Where names are written with a capital, naming can be seen; Arabic and Hebrew show it less,
so more is left open there, for the retriever to decide (``follow_up_search``).
"""

import enum
import re

from rag.analysis import words
from rag.anaphora import is_pointer, points_back
from rag.languages import identify_language
from rag.question_words import QuestionWords, question_words


class Dependence(enum.IntEnum):
    """From none to full.

    STANDS_ALONE names what it asks about. MAY_DEPEND points nowhere and names nothing: "How many soldiers died?".
    POINTS_BACK has a cue, and yet names something or is long: "And what did Macron say?". DEPENDS cannot be understood
    by itself: "And when?".
    """

    STANDS_ALONE = 0
    MAY_DEPEND = 1
    POINTS_BACK = 2
    DEPENDS = 3


_SHORT_WORDS, _LONG_WORDS = 3, 8
# Where names are not written with a capital, three words may well name somebody: "من أسقط الطائرة؟".
_SHORT_WORDS_WITHOUT_CAPITALS, _UNNAMED_WORDS_WITHOUT_CAPITALS = 2, 5
_OPENERS = """
    and but so then also what_about how_about а и но или тогда וגם אבל ואז אז et mais puis alors und aber dann
    y pero entonces ve ama peki و اما پس ولكن ثم وايضا كذلك وكذلك e ma mas poi então
    """
# "من هو بوتين": short, and names whom it asks about; "من هو الرئيس" and "من هو قائدها" do not.
_NAMES_BEHIND_COPULA = re.compile(
    r"^من (?:هو|هي) (?!ال)\S*(?<!ها)(?<!هم)(?<!ه)$|^מי (?:הוא|היא|זה|זאת|זו) (?!ה|בכלל)\S+(?: \S+){0,2}$"
)
_COPULA = re.compile(r"(?:من (?:هو|هي)|מי (?:הוא|היא|זה|זאת|זו))\b")


def dependence_of(question: str) -> Dependence:
    """How far ``question`` hangs on the ones before it."""
    found = words(question)
    if not found:
        return Dependence.STANDS_ALONE
    language = identify_language(question)
    known = question_words(language)
    named = _names_something(question)
    cased = question.upper() != question.lower()
    spoken = " ".join(found)
    names_behind_copula = _NAMES_BEHIND_COPULA.match(spoken) is not None
    few_words = len(found) <= (_SHORT_WORDS if cased else _SHORT_WORDS_WITHOUT_CAPITALS)
    # "In which city?", however many words it takes to ask so little.
    asks_briefly = len(found) <= _SHORT_WORDS + 1 and naming_words(question) < 2 and not _COPULA.match(spoken)
    if (few_words or asks_briefly) and not named and not names_behind_copula:
        return Dependence.DEPENDS
    cue = _opens_as_follow_up(found, known) or points_back(question)
    if named:
        cue = cue or (len(found) <= _SHORT_WORDS and not known.asks(found[0]))
        return Dependence.POINTS_BACK if cue else Dependence.STANDS_ALONE
    if cue:
        return Dependence.DEPENDS if len(found) <= _LONG_WORDS else Dependence.POINTS_BACK
    few = len(found) <= (_LONG_WORDS if cased else _UNNAMED_WORDS_WITHOUT_CAPITALS)
    return Dependence.MAY_DEPEND if few and not names_behind_copula else Dependence.STANDS_ALONE


def naming_words(question: str) -> int:
    """How many words of ``question`` neither ask nor point: what it says of its subject by itself."""
    language = identify_language(question)
    known = question_words(language)
    return sum(known.carries(word) and not is_pointer(word, language) for word in words(question))


def _opens_as_follow_up(found: list[str], known: QuestionWords) -> bool:
    if found[0] in _NORMALISED_OPENERS or " ".join(found[:2]) in _NORMALISED_OPENERS:
        return True
    joined = known.unjoined(found[0])
    if joined in known.asking:
        return True
    return joined in known.before and (len(found) <= _SHORT_WORDS or known.asks(found[1]))


def _names_something(question: str) -> bool:
    """Whether a word behind the first is written as a name, or holds a digit; Arabic and Hebrew write none so."""
    parts = question.split()
    return any(part[:1].isupper() for part in parts[1:]) or any(character.isdigit() for character in question)


_NORMALISED_OPENERS = frozenset(" ".join(words(entry.replace("_", " "))) for entry in _OPENERS.split())
