"""A follow-up and the turns before it → a question that stands alone. No model: cues of ten languages.

A question is taken for a follow-up when it opens with a conjunction, is very short, or points back with a
pronoun and names nothing of its own. It is then asked together with the last question that did stand alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.analysis import words
from rag.languages import identify_language

History = Sequence[tuple[str, str]]

_SHORT_WORDS, _LONG_WORDS = 3, 8
# Where names are not written with a capital, three words may well name somebody: "من أسقط الطائرة؟".
_SHORT_WORDS_WITHOUT_CAPITALS = 2
_OPENERS = frozenset(
    """
    and but so then also what_about how_about а и но или тогда וגם אבל ואז et mais puis alors und aber dann
    y pero entonces ve ama peki و اما پس ولكن ثم
    """.split()
)
# Words that point back; a sentence may hold one and still stand alone, so length and names are asked too.
# By language: "es" is "it" in German and "is" in Spanish, and "این" is spelt as the Arabic "where".
_POINTERS = {
    "en": "it its he him his she her hers they them their theirs this that these those there then one same",
    "ru": "он его ему нём она её ей ней они их им это этот эта эти тот та те там тогда этом этого него",
    "he": "הוא היא הם הן שלו שלה שלהם שלהן אותו אותה אותם זה זאת זו אלה שם אז כך לו לה להם",
    "fr": "il elle ils elles lui leur leurs cela ça ce cette ces celui celle y",
    "de": "er sie es ihm ihr ihnen dies das diese dort",
    "es": "él ella ellos ellas su sus eso esto esa ese allí",
    "tr": "o onu onun ona bu şu onlar",
    "ar": "هو هي هم هما هن ذلك تلك هذا هذه هؤلاء هناك عنه عنها منه منها فيه فيها له لها لهم به بها اليه اليها عليه"
    " عليها معه معها",
    "fa": "او ان این آن آنها ایشان آنجا",
}
# "من هو", "מי הוא": behind these a pronoun is only the "is" of the question.
_BEFORE_COPULA = frozenset("من ما كم מי".split())
_COPULAS = frozenset("هو هي هم הוא היא הם".split())
# "من هو بوتين": short, and names whom it asks about; "من هو الرئيس" and "من هو قائدها" do not.
_NAMES_BEHIND_COPULA = re.compile(r"^من (?:هو|هي) (?!ال)\S*(?<!ها)(?<!هم)(?<!ه)$|^מי (?:הוא|היא) (?!ה)\S+$")
_ARABIC_OPENING = re.compile(r"^[وف](?:من|ما|ماذا|متي|اين|كيف|كم|لماذا|هل|اي|ايضا)(?:$|\s)")
_HEBREW_OPENING = re.compile(r"^ו(?:מה|מי|מתי|איפה|היכן|כמה|איך|למה|מדוע|האם|לאן)(?:$|\s)")
# Suffixed pronouns of Arabic question words: "عددهم", "موقفه".
_ARABIC_SUFFIX = re.compile(r"(?!(?:ال)?(?:تفاهم|مساهم|متهم|مبهم|درهم|دراهم|مهم|اهم)$).{3,}(?:هم|ها|هما)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedQuestion:
    """``query`` is what is searched; it differs from ``question`` only when ``is_follow_up``."""

    question: str
    query: str
    is_follow_up: bool


def resolve(question: str, history: History) -> ResolvedQuestion:
    """Complete ``question`` from ``history``, the (question, answer text) turns before it, oldest first."""
    question = question.strip()
    if not history or not depends_on_context(question):
        return ResolvedQuestion(question=question, query=question, is_follow_up=False)
    earlier: list[str] = []
    for asked, _ in reversed(history):
        earlier.append(asked.strip())
        if not depends_on_context(asked):
            break
    query = " ".join([*reversed(earlier), question]).strip()
    return ResolvedQuestion(question=question, query=query, is_follow_up=True)


def depends_on_context(question: str) -> bool:
    """Whether ``question`` cannot be understood without the one before it."""
    found = words(question)
    if not found:
        return False
    text = " ".join(found)
    if found[0] in _NORMALISED_OPENERS or _ARABIC_OPENING.match(text) or _HEBREW_OPENING.match(text):
        return True
    short = _SHORT_WORDS if question.upper() != question.lower() else _SHORT_WORDS_WITHOUT_CAPITALS
    if len(found) <= short and not _names_something(question) and not _NAMES_BEHIND_COPULA.match(text):
        return True
    if len(found) > _LONG_WORDS or _names_something(question):
        return False
    if found[0] in _BEFORE_COPULA and found[1] in _COPULAS:
        del found[1]
    pointers = _NORMALISED_POINTERS.get(identify_language(question), frozenset())
    return any(word in pointers for word in found) or any(_ARABIC_SUFFIX.match(word) for word in found[:3])


def _names_something(question: str) -> bool:
    """Whether a word behind the first is written as a name, or holds a digit; Arabic and Hebrew write none so."""
    parts = question.split()
    return any(part[:1].isupper() for part in parts[1:]) or any(character.isdigit() for character in question)


def _normalised(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(" ".join(words(entry.replace("_", " "))) for entry in entries)


_NORMALISED_OPENERS = _normalised(_OPENERS)
_NORMALISED_POINTERS = {language: _normalised(entries.split()) for language, entries in _POINTERS.items()}
