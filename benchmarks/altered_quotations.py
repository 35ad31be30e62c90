"""The ways in which a quotation is altered between an article and the box it is pasted into; each from a seed.

Every function of ``ALTERATIONS`` takes a random generator and a quotation and gives the altered one. Those of
``INVENTIONS`` give a text that is no quotation any more: half of its words are others, or stand in another order.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

Alter = Callable[[random.Random, str], str]

_ARABIC_LETTER = re.compile("[\u0621-\u063a\u0641-\u064a]")
_DIACRITICS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_HEBREW_LETTER = re.compile("[\u05d0-\u05ea]")
_HEBREW_POINTS = "\u05b0\u05b4\u05b5\u05b6\u05b7\u05b8\u05b9\u05bc"
_PUNCTUATION = ".,;:!?،؛؟«»“”\"'()[]-–—।"
_SPELLINGS = {
    "أ": "اإ", "إ": "اأ", "آ": "اأ", "ا": "أ", "ى": "ي", "ي": "ى", "ة": "ه", "ه": "ة", "ؤ": "و", "ئ": "ي",
    "ё": "е",
}  # fmt: skip
_DIGITS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "౦౧౨౩౪౫౬౭౮౯", "０１２３４５６７８９")
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u00ad\ufeff"
_ATTRIBUTIONS = {
    "arabic": ("وقال المتحدث: ", "وأضاف الوزير قائلا: «", "وبحسب البيان، "),
    "latin": ("He said: ", "According to the report, ", 'The minister added: "'),
    "cyrillic": ("Он сказал: ", "По словам министра: «", "Как сообщалось, "),
}
_CLOSING = {"«": "»", '"': '"'}


def _as_it_is(_: random.Random, text: str) -> str:
    return text


def _marks_removed(_: random.Random, text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(
        character
        for character in decomposed
        if unicodedata.category(character) != "Mn" or not unicodedata.name(character, "").startswith(("ARABIC", "HEBR"))
    )


def _marks_added(rng: random.Random, text: str) -> str:
    made = []
    for character in text:
        made.append(character)
        if _ARABIC_LETTER.match(character) and rng.random() < 0.6:
            made.append(rng.choice(_DIACRITICS))
        elif _HEBREW_LETTER.match(character) and rng.random() < 0.6:
            made.append(rng.choice(_HEBREW_POINTS))
    return "".join(made)


def _punctuation_removed(_: random.Random, text: str) -> str:
    return " ".join("".join(" " if character in _PUNCTUATION else character for character in text).split())


def _punctuation_changed(rng: random.Random, text: str) -> str:
    made = [rng.choice(_PUNCTUATION) if character in _PUNCTUATION else character for character in text]
    words = "".join(made).split()
    for _ in range(1 + len(words) // 6):
        at = rng.randrange(len(words))
        words[at] = rng.choice(("«{}»", "“{}”", "{},", "({})", "– {}", "{} –", "{}؛", "{}…")).format(words[at])
    return " ".join(words)


def _letter_forms(rng: random.Random, text: str) -> str:
    return "".join(
        rng.choice(_SPELLINGS[character]) if character in _SPELLINGS and rng.random() < 0.7 else character
        for character in text
    )


def _digit_forms(rng: random.Random, text: str) -> str:
    others = rng.choice(_DIGITS)
    return "".join(others[unicodedata.digit(letter)] if letter.isdecimal() else letter for letter in text)


def _case(rng: random.Random, text: str) -> str:
    return rng.choice((str.upper, str.lower, str.title))(text)


def _word_replaced(rng: random.Random, text: str) -> str:
    words = text.split()
    at = rng.randrange(len(words))
    letters = [letter for letter in text if letter.isalpha()] or ["x"]
    words[at] = "".join(rng.choice(letters) for _ in range(rng.randint(3, 7)))
    return " ".join(words)


def _word_deleted(rng: random.Random, text: str) -> str:
    words = text.split()
    del words[rng.randrange(1, len(words) - 1)]
    return " ".join(words)


def _word_inserted(rng: random.Random, text: str) -> str:
    words = text.split()
    words.insert(rng.randrange(1, len(words)), rng.choice(words))
    return " ".join(words)


def _words_swapped(rng: random.Random, text: str) -> str:
    words = text.split()
    at = rng.randrange(len(words) - 1)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


def _characters(share: float) -> Alter:
    def alter(rng: random.Random, text: str) -> str:
        letters = list(text)
        alphabet = sorted({letter for letter in text if not letter.isspace()})
        for _ in range(max(1, int(share * len(text)))):
            at = rng.randrange(len(letters))
            edit = rng.randrange(3)
            if edit == 0:
                letters[at] = rng.choice(alphabet)
            elif edit == 1:
                letters.insert(at, rng.choice(alphabet))
            else:
                del letters[at]
        return "".join(letters)

    return alter


def _middle_left_out(rng: random.Random, text: str) -> str:
    words = text.split()
    kept = max(3, len(words) // 3)
    ellipsis = rng.choice((" … ", "... ", " [...] ", " […] ", "… "))
    return " ".join(words[:kept]) + ellipsis + " ".join(words[-kept:])


def _form(name: str) -> Alter:
    def alter(_: random.Random, text: str) -> str:
        return unicodedata.normalize(name, text)  # type: ignore[arg-type]

    return alter


def _invisible_added(rng: random.Random, text: str) -> str:
    made = "".join(letter + (rng.choice(_INVISIBLE) if rng.random() < 0.15 else "") for letter in text)
    return f"\u202b{made}\u202c"


def _tatweel_added(rng: random.Random, text: str) -> str:
    return "".join(
        letter + ("\u0640" * rng.randint(1, 3) if _ARABIC_LETTER.match(letter) and rng.random() < 0.2 else "")
        for letter in text
    )


def _spaces_changed(rng: random.Random, text: str) -> str:
    return "".join(rng.choice(("\n", "  ", "\u00a0", "\t", " ")) if letter.isspace() else letter for letter in text)


def _attributed(rng: random.Random, text: str) -> str:
    script = "arabic" if _ARABIC_LETTER.search(text) else "cyrillic" if re.search("[а-я]", text) else "latin"
    opening = rng.choice(_ATTRIBUTIONS[script])
    return f"{opening}{text}{_CLOSING.get(opening[-1], '')}"


def _several(rng: random.Random, text: str) -> str:
    for alter in rng.sample((_marks_added, _punctuation_changed, _letter_forms, _digit_forms, _invisible_added), 3):
        text = alter(rng, text)
    return _characters(0.05)(rng, text)


ALTERATIONS: Mapping[str, Alter] = {
    "as it is": _as_it_is,
    "diacritics removed": _marks_removed,
    "diacritics added": _marks_added,
    "punctuation removed": _punctuation_removed,
    "punctuation changed": _punctuation_changed,
    "letter forms": _letter_forms,
    "digit forms": _digit_forms,
    "case": _case,
    "word replaced": _word_replaced,
    "word deleted": _word_deleted,
    "word inserted": _word_inserted,
    "words swapped": _words_swapped,
    "5 % of characters": _characters(0.05),
    "10 % of characters": _characters(0.10),
    "middle left out": _middle_left_out,
    "NFD": _form("NFD"),
    "NFKC": _form("NFKC"),
    "invisible characters": _invisible_added,
    "tatweel": _tatweel_added,
    "spaces and lines": _spaces_changed,
    "attribution before it": _attributed,
    "three of these and 5 %": _several,
}


def half_of_the_words_changed(rng: random.Random, text: str, others: list[str]) -> str:
    """Half of the words, numbers and names first, give way to ``others``."""
    words = text.split()
    telling = [at for at, word in enumerate(words) if word[:1].isupper() or any(map(str.isdigit, word))]
    rest = [at for at in range(len(words)) if at not in telling]
    rng.shuffle(telling)
    rng.shuffle(rest)
    for at in [*telling, *rest][: (len(words) + 1) // 2]:
        number = re.sub(r"\d", lambda _: str(rng.randrange(10)), words[at])
        words[at] = number if number != words[at] else rng.choice(others)
    return " ".join(words)


def words_shuffled(rng: random.Random, text: str, _: list[str]) -> str:
    """The same words in another order."""
    words = text.split()
    rng.shuffle(words)
    return " ".join(words)


INVENTIONS: Mapping[str, Callable[[random.Random, str, list[str]], str]] = {
    "half of the words changed": half_of_the_words_changed,
    "words shuffled": words_shuffled,
}
