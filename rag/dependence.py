"""How far a question hangs on the ones before it, by its own words alone: cues of ten languages.

A question hangs on what came before when it is very short, opens with a conjunction, or points back with a pronoun, and
names nothing of its own. Where names are written with a capital, naming can be seen; Arabic and Hebrew show it less,
so more is left open there, for the retriever to decide (``follow_up_search``).
"""

import enum
import re
from collections.abc import Iterable

from rag.analysis import words
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
# Words that point back. By language: "es" is "it" in German and "is" in Spanish, and "این" is spelt as the Arabic
# "where".
_POINTERS = {
    "ar": "هو هي هم هما هن ذلك تلك هذا هذه هؤلاء هناك هنالك ذاك عنه عنها عنهم منه منها منهم فيه فيها فيهم له لها لهم"
    " لهما به بها بهم بهما اليه اليها اليهم عليه عليها عليهم معه معها معهم بينهم بينهما خلاله خلالها بعده بعدها قبله"
    " قبلها بحسبه بحسبها لديه لديها كلاهما نفسه نفسها",
    "de": "er sie es ihm ihr ihnen dies das diese dort",
    "en": "it its he him his she her hers they them their theirs this that these those there then one same else"
    " himself herself itself themselves",
    "es": "él ella ellos ellas su sus eso esto esa ese allí",
    "fa": "او ان این آن آنها ایشان آنجا",
    "fr": "il elle ils elles lui leur leurs cela ça ce cette ces celui celle y",
    "he": "הוא היא הם הן שלו שלה שלהם שלהן אותו אותה אותם זה זאת זו אלה הללו ההוא ההיא שם אז כך לו לה להם לפיו לפיה"
    " לפיהם עליו עליה עליהם בו בה בהם מהם מהן ממנו ממנה איתו אתו איתה אליו אליה אליהם לעומתו לעומתה ביניהם אחריו אחריה"
    " לפניו",
    "ru": "он его ему нём него нему ним она её ей неё ней они их им них ними это этот эта эти эту тот та те там тогда"
    " этом этого своего",
    "tr": "o onu onun ona bu şu onlar",
}
# "This", before a noun: it points back wherever it stands.
_DEMONSTRATIVES = """
    this these those этот эта это эти эту этого этой этом этому этих этим هذا هذه هؤلاء ذلك تلك הזה הזאת הזו האלה האלו
    cette ces dieser dieses diesem diesen
    """
# Behind these, what looks like pointing back belongs to the question itself.
_RELATIVES = (
    "الذي التي الذين اللذين اللتين which that who whose который которая которое которые которых которой которого"
    " которым которую которому"
)
_MAX_WORDS_BEFORE_POINTER = 4
# "من هو", "מי הוא": behind these a pronoun is only the "is" of the question.
_BEFORE_COPULA = frozenset("من ما كم מי".split())
_COPULAS = frozenset("هو هي هم הוא היא הם".split())
# "من هو بوتين": short, and names whom it asks about; "من هو الرئيس" and "من هو قائدها" do not.
_NAMES_BEHIND_COPULA = re.compile(r"^من (?:هو|هي) (?!ال)\S*(?<!ها)(?<!هم)(?<!ه)$|^מי (?:הוא|היא) (?!ה)\S+$")
# Suffixed pronouns of Arabic question words: "عددهم", "موقفه".
_ARABIC_SUFFIX = re.compile(r"(?!(?:ال)?(?:تفاهم|مساهم|متهم|مبهم|درهم|دراهم|مهم|اهم)$).{3,}(?:هم|ها|هما)$")


def dependence_of(question: str) -> Dependence:
    """How far ``question`` hangs on the ones before it."""
    found = words(question)
    if not found:
        return Dependence.STANDS_ALONE
    language = identify_language(question)
    known = question_words(language)
    named = _names_something(question)
    cased = question.upper() != question.lower()
    names_behind_copula = _NAMES_BEHIND_COPULA.match(" ".join(found)) is not None
    short = len(found) <= (_SHORT_WORDS if cased else _SHORT_WORDS_WITHOUT_CAPITALS)
    if short and not named and not names_behind_copula:
        return Dependence.DEPENDS
    cue = (
        _opens_as_follow_up(found, known)
        or _points_back(question, language, known)
        or not _NORMALISED_DEMONSTRATIVES.isdisjoint(found[1:])
    )
    if named:
        cue = cue or (len(found) <= _SHORT_WORDS and not known.asks(found[0]))
        return Dependence.POINTS_BACK if cue else Dependence.STANDS_ALONE
    if cue:
        return Dependence.DEPENDS if len(found) <= _LONG_WORDS else Dependence.POINTS_BACK
    few = len(found) <= (_LONG_WORDS if cased else _UNNAMED_WORDS_WITHOUT_CAPITALS)
    return Dependence.MAY_DEPEND if few and not names_behind_copula else Dependence.STANDS_ALONE


def points_back(question: str) -> bool:
    """Whether a pronoun or the like points at something that ``question`` has not named by then."""
    language = identify_language(question)
    demonstrates = not _NORMALISED_DEMONSTRATIVES.isdisjoint(words(question)[1:])
    return demonstrates or _points_back(question, language, question_words(language))


def naming_words(question: str) -> int:
    """How many words of ``question`` neither ask nor point: what it says of its subject by itself."""
    language = identify_language(question)
    known = question_words(language)
    pointers = _NORMALISED_POINTERS.get(language, frozenset()) | _NORMALISED_DEMONSTRATIVES
    return sum(
        known.carries(word) and pointers.isdisjoint((*word.split("'"), known.unjoined(word)))
        for word in words(question)
    )


def _opens_as_follow_up(found: list[str], known: QuestionWords) -> bool:
    if found[0] in _NORMALISED_OPENERS or " ".join(found[:2]) in _NORMALISED_OPENERS:
        return True
    joined = known.unjoined(found[0])
    if joined in known.asking:
        return True
    return joined in known.before and (len(found) <= _SHORT_WORDS or known.asks(found[1]))


def _points_back(question: str, language: str, known: QuestionWords) -> bool:
    """Whether a word points back before the question has said what it could point to itself."""
    pointers = _NORMALISED_POINTERS.get(language, frozenset())
    suffixes = language in {"ar", "fa", "ur"}
    carrying, previous = 0, ""
    for position, part in enumerate(question.split()):
        word = next(iter(words(part)), "")
        if not word:
            continue
        if carrying and (word in _NORMALISED_RELATIVES or carrying >= _MAX_WORDS_BEFORE_POINTER):
            return False
        is_copula = previous in _BEFORE_COPULA and word in _COPULAS
        if not is_copula and not pointers.isdisjoint([*word.split("'"), known.unjoined(word)]):
            return True
        if suffixes and _ARABIC_SUFFIX.match(word):
            return True
        if position and part[:1].isupper():
            return False
        carrying += known.carries(word)
        previous = word
    return False


def _names_something(question: str) -> bool:
    """Whether a word behind the first is written as a name, or holds a digit; Arabic and Hebrew write none so."""
    parts = question.split()
    return any(part[:1].isupper() for part in parts[1:]) or any(character.isdigit() for character in question)


def _normalised(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(words(entry.replace("_", " "))) for entry in entries)


_NORMALISED_OPENERS = _normalised(_OPENERS.split())
_NORMALISED_DEMONSTRATIVES = _normalised(_DEMONSTRATIVES.split())
_NORMALISED_RELATIVES = _normalised(_RELATIVES.split())
_NORMALISED_POINTERS = {language: _normalised(entries.split()) for language, entries in _POINTERS.items()}
