"""Anaphora: words that point back at something said before. Pronouns, suffixes, demonstratives of ten languages."""

import itertools
import re
from collections.abc import Iterable, Sequence

from rag.analysis import words
from rag.languages import identify_language
from rag.question_words import question_words

# By language: "es" is "it" in German and "is" in Spanish, and "این" is spelt as the Arabic "where".
_POINTERS = {
    "ar": "هو هي هم هما هن ذلك تلك هذا هذه هؤلاء بذلك بهذا هناك هنالك ذاك عنه عنها عنهم منه منها منهم فيه فيها فيهم له"
    " لها لهم لهما به بها بهم بهما اليه اليها اليهم عليه عليها عليهم معه معها معهم بينهم بينهما خلاله خلالها بعده"
    " بعدها قبله قبلها بحسبه بحسبها لديه لديها كلاهما نفسه نفسها",
    "de": "er sie es ihm ihr ihnen dies das diese dort",
    "en": "it its he him his she her hers they them their theirs this that these those there then one same else"
    " himself herself itself themselves",
    "es": "él ella ellos ellas su sus eso esto esa ese allí",
    "fa": "او ان این آن آنها ایشان آنجا",
    "fr": "il elle ils elles lui leur leurs cela ça ce cette ces celui celle y",
    "he": "הוא היא הם הן שלו שלה שלהם שלהן אותו אותה אותם אותן זה זאת זו אלה הללו כאלה ההוא ההיא שם לשם אז כך לו לה"
    " להם להן לפיו לפיה לפיהם לדבריו לדבריה לדבריהם עליו עליה עליהם נגדו נגדה נגדם בו בה בהם בהן מהם מהן ממנו ממנה"
    " איתו אתו איתה איתם עמו אליו אליה אליהם לעומתו לעומתה ביניהם אחריו אחריה לפניו שמו שמה שמם שמותיהם",
    "ru": "он его ему нём него нему ним она её ей неё ней оно они их им них ними это этот эта эти эту тот та те там"
    " тогда этом этого своего",
    "tr": "o onu onun ona bu şu onlar",
}
# "This", before a noun: it points back wherever it stands, but for "this year".
_DEMONSTRATIVES = """
    this these those этот эта это эти эту этого этой этом этому этих этим هذا هذه هؤلاء ذلك تلك הזה הזאת הזו האלה האלו
    cette ces dieser dieses diesem diesen
    """
_TIMES = """
    time year month week morning summer autumn winter spring année semaine fois год году года месяц месяце неделе раз
    лето летом лета весну осень зиму утро המרה العام السنة الشهر الأسبوع اليوم الصيف الشتاء المرة الأيام השנה החודש
    השבוע הפעם הקיץ Jahr Monat Woche Sommer Mal
    """
# Behind these, what looks like pointing back belongs to the question itself.
_RELATIVES = (
    "الذي التي الذين اللذين اللتين which that who whose который которая которое которые которых которой которого"
    " которым которую которому"
)
_MAX_WORDS_BEFORE_POINTER = 4
_MAX_WORDS_BEFORE_HIS = 2
# "How did the company answer that?": at the end of an English question even behind many words.
_FINAL = frozenset("it that this there them him then".split())
# "من هو", "מי הוא", "מי זה": behind these a pronoun is only the "is" of the question.
_BEFORE_COPULA = frozenset("من ما كم מי".split())
_COPULAS = frozenset("هو هي هم הוא היא הם זה זאת זו".split())
# "שם" is "there", and "name": "מה שם השר".
_NAME_OR_THERE, _BEFORE_NAME = "שם", frozenset({"", "מה"})
# "מה שמו של השר", his name, of the minister; "לשם מה", to what end.
_NAMED = frozenset("שמו שמה שמם".split())
_TO_WHAT_END = ("לשם", "מה")
# Suffixed pronouns of Arabic: "عددهم"; and, where it is written with care, "عمله": many write ة with the same letter.
_ARABIC_SUFFIX = re.compile(r"(?!(?:ال)?(?:تفاهم|مساهم|متهم|مبهم|درهم|دراهم|مهم|اهم)$).{3,}(?:هم|ها|هما)$")
_ARABIC_HIS = re.compile(r"(?![وف]?(?:[بك]?ال|لل)).{3,}ه$")
_ARABIC_CARELESS = re.compile(r"[وف]?(?:[بك]?ال|لل).{2,}ه$")
_ENDS_IN_THAT_LETTER = re.compile(
    r".*(?:اتجاه|تجه|توجه|واجه|نتبه|شتبه|تشابه|انتباه|اشتباه|مشبوه|اكراه|عبدالله)$"
    r"|[وفبلك]?(?:ال|ل)?(?:مياه|تجاه|وجه|شبه|تنبيه|توجيه|ترفيه|تشويه|له|اله|طه|نزيه|وجيه|فقيه|شبيه|عبده|رفاه|شفاه|فواكه"
    r"|هذه|حتفه)$"
)
# "كم قرية غمرها النيل": right behind what is counted the pronoun is that of the question; so behind "ما الذي" a "به".
_COUNTS, _NOT_COUNTED = re.compile(r"[وفب]?كم$"), frozenset("كان كانت بلغ بلغت".split())
_RESUMED = frozenset({"الذي", "اللي"})
_RESUMING = frozenset("به اليه عليه منه فيه عنه له".split())
# "Où doit-il": unless it repeats a noun that the question has named by then, "où le ministre doit-il".
_FRENCH_INVERTED = re.compile(r"(?!faudrait|fallait|faut).+-(?:il|elle|ils|elles|lui|leur)\W*$")
_FRENCH_ARTICLES = frozenset("le la les un une du des chaque aucun aucune".split())
_ARABIC_SCRIPT = frozenset({"ar", "fa", "ur"})
_PUNCTUATION = "؟?!.،,؛:«»\"'()"


def points_back(question: str) -> bool:
    """Whether a pronoun or the like points at something that ``question`` has not named by then."""
    return demonstrates(words(question)) or pronoun_points_back(question)


def demonstrates(found: Sequence[str]) -> bool:
    """Whether any but the first of these normalised words is a "this" that is not one of time."""
    return any(
        word in _NORMALISED_DEMONSTRATIVES and not _is_of_time(found, place)
        for place, word in enumerate(found)
        if place
    )


def is_pointer(word: str, language: str) -> bool:
    """Whether a normalised word by itself points back."""
    listed = _NORMALISED_POINTERS.get(language, _NORMALISED_DEMONSTRATIVES)
    return not listed.isdisjoint((*word.split("'"), question_words(language).unjoined(word)))


def without_first_pointers(text: str, language: str) -> str:
    """``text`` without those of its words at its head that point back."""
    rest = itertools.dropwhile(lambda part: any(is_pointer(word, language) for word in words(part)[:1]), text.split())
    return " ".join(rest)


def pronoun_points_back(question: str) -> bool:
    """Whether a pronoun points back before the question has said what it could point to itself."""
    language = identify_language(question)
    known = question_words(language)
    spoken = [(part, words(part)[0]) for part in question.split() if words(part)]
    if language == "en" and _ends_in_pointer(spoken):
        return True
    found = [word for _, word in spoken]
    careless = any(_is_careless(part) for part, _ in spoken)
    carrying = 0
    for place, (part, word) in enumerate(spoken):
        before = found[:place]
        if carrying and (word in _NORMALISED_RELATIVES or carrying >= _MAX_WORDS_BEFORE_POINTER):
            return False
        if is_pointer(word, language) and not _is_no_pronoun(place, found):
            return True
        if language in _ARABIC_SCRIPT and _has_suffix(word, before):
            return True
        if language == "ar" and not careless and carrying < _MAX_WORDS_BEFORE_HIS and _is_his(part, word, before):
            return True
        if language == "fr" and _is_inverted(part, before):
            return True
        if place and part[:1].isupper():
            return False
        carrying += known.carries(word)
    return False


def _ends_in_pointer(spoken: Sequence[tuple[str, str]]) -> bool:
    named = any(part[:1].isupper() for part, _ in spoken[1:])
    return not named and len(spoken) > 1 and spoken[-1][1] in _FINAL


def _is_no_pronoun(place: int, found: Sequence[str]) -> bool:
    """Whether what may be a pronoun, at ``place``, is the "is" of the question, a name, or points within it."""
    word, previous, following = found[place], "".join(found[:place][-1:]), "".join(found[place + 1 :][:1])
    return (
        (word in _COPULAS and previous in _BEFORE_COPULA)
        or (word == _NAME_OR_THERE and previous in _BEFORE_NAME)
        or (word, following) == _TO_WHAT_END
        or (word in _NAMED and following == "של")
        or (word in _RESUMING and not _RESUMED.isdisjoint(found[1:place]))
        or _is_of_time(found, place)
    )


def _has_suffix(word: str, before: Sequence[str]) -> bool:
    """Whether a word in Arabic script ends in a pronoun that cannot be mistaken."""
    return _ARABIC_SUFFIX.match(word) is not None and not _is_counted(before)


def _is_his(part: str, word: str, before: Sequence[str]) -> bool:
    """Whether a word of careful Arabic ends in "his", and not right behind what asks: "من اتهمه المفتش"."""
    asked = not before or _only_asks(before) or not _RESUMED.isdisjoint(before)
    ends_so = _ARABIC_HIS.match(part.strip(_PUNCTUATION)) is not None and not _ENDS_IN_THAT_LETTER.match(word)
    return ends_so and not asked and not _is_counted(before)


def _only_asks(before: Sequence[str]) -> bool:
    """Whether the last of these words asks; behind another "من" is "of" and not "who"."""
    return question_words("ar").asks(before[-1]) and (len(before) == 1 or before[-1] != "من")


def _is_counted(before: Sequence[str]) -> bool:
    """Whether the last of these words is what "how many" asks for."""
    return len(before) > 1 and _COUNTS.match(before[-2]) is not None and before[-1] not in _NOT_COUNTED


def _is_inverted(part: str, before: Sequence[str]) -> bool:
    """Whether a French verb has its pronoun behind it, and no noun before it that the pronoun repeats."""
    named = any(word in _FRENCH_ARTICLES or word.startswith(("l'", "d'")) for word in before)
    return not named and _FRENCH_INVERTED.match(part.lower()) is not None


def _is_careless(part: str) -> bool:
    written = part.strip(_PUNCTUATION)
    return _ARABIC_CARELESS.match(written) is not None and not _ENDS_IN_THAT_LETTER.match(words(part)[0])


def _is_of_time(found: Sequence[str], place: int) -> bool:
    """Whether the word at ``place`` belongs to one such as "year" beside it."""
    return found[place] in _NORMALISED_DEMONSTRATIVES and not _NORMALISED_TIMES.isdisjoint(
        (*found[max(0, place - 1) : place], *found[place + 1 : place + 2])
    )


def _normalised(entries: Iterable[str]) -> frozenset[str]:
    return frozenset(word for entry in entries for word in words(entry))


_NORMALISED_DEMONSTRATIVES = _normalised(_DEMONSTRATIVES.split())
_NORMALISED_TIMES = _normalised(_TIMES.split())
_NORMALISED_RELATIVES = _normalised(_RELATIVES.split())
_NORMALISED_POINTERS = {
    language: _normalised(entries.split()) | _NORMALISED_DEMONSTRATIVES for language, entries in _POINTERS.items()
}
