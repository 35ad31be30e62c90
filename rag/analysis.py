"""Text → normalised text and terms, per script and language: what counts as "the same word" is decided here.

Normalisation of Arabic: no diacritics, no tatweel; أ إ آ ٱ → ا; ى → ي; ة and the forms of ه → ه; ؤ → و; ئ → ي;
Arabic-Indic and Persian digits → 0-9. Hebrew: no points. Cyrillic: ё → е. All scripts: NFKC, case folded, accents
removed; marks that are letters of their own stay: й, ї, ў, the voiced kana, the vowel signs of Indic scripts and Thai.

An Arabic word gives the stem behind its proclitics (و ف ب ل ك ال); one of a script without spaces every two letters.
What each rule is worth: docs/decisions/0015-lexical-engine.md.
"""

import functools
import re
import threading
import unicodedata

import Stemmer

_TATWEEL = "\u0640"
_FOLDED = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ہ": "ه",
        "ھ": "ه", "ە": "ه", "ۃ": "ه", "\u06e5": "", "\u06e6": "",
        "ё": "е", "’": "'", "‘": "'", "״": '"', "׳": "'", "٫": ".", "٬": ",", _TATWEEL: "",
    }
)  # fmt: skip
_CYRILLIC_WITH_MARK = frozenset("йїў")
# Marks that are letters of their own, which Python does not count as parts of a word.
SPELLING_MARKS = "".join(
    chr(code)
    for first, last in ((0x0900, 0x1AAF), (0x3099, 0x309A), (0xA800, 0xAAFF))
    for code in range(first, last + 1)
    if unicodedata.category(chr(code)) in {"Mn", "Mc"}
)
# Letters of scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, kana and Han.
UNSPACED_LETTERS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_HANGUL_LETTERS = "\u1100-\u11ff\uac00-\ud7ff"
# Arabic and Hebrew letters, which share no word with a figure: و2018 is "and 2018".
_RIGHT_TO_LEFT_LETTERS = (
    "\u05d0-\u05f2\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9"
)
_OTHER_LETTERS = rf"[^\W{UNSPACED_LETTERS}{_RIGHT_TO_LEFT_LETTERS}]"
_OTHERS = rf"{_OTHER_LETTERS}+(?:[{SPELLING_MARKS}]+{_OTHER_LETTERS}*)*"
# Letters may be joined by an apostrophe or, in a Hebrew acronym, a double quote; digits by a decimal sign.
_WORD = re.compile(
    rf"\d+(?:[.,]\d+)+|[{UNSPACED_LETTERS}]+"
    rf"|[{_RIGHT_TO_LEFT_LETTERS}]+(?:['\"][{_RIGHT_TO_LEFT_LETTERS}]+)*"
    rf"|{_OTHERS}(?:['\"]{_OTHERS})*"
)
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08c9]")
_HEBREW = re.compile(r"[\u0590-\u05ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_UNSPACED = re.compile(f"[{UNSPACED_LETTERS}]")
_HANGUL = re.compile(f"[{_HANGUL_LETTERS}]")
# The article is told from the first letters of a root by what is left; a single letter cannot be.
_ARABIC_ARTICLE = re.compile(r"^[وف]?(?:[بك]?ال|لل)(?=..)")
_ARABIC_PARTICLES = re.compile(r"^(?:[وف][بكل]?|[بكل])(?=...)")
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_OWN_SCRIPT_ONLY = frozenset({"ar", "fa", "he", "ru", "und", "yi"})  # their Latin words are foreign: taken for English
_ARABIC_SCRIPT_LANGUAGES = frozenset({"azb", "ckb", "fa", "ku", "pnb", "ps", "sd", "ug", "ur"})  # but not Arabic
_GRAM = 4
_SYLLABLE_GRAM = 2  # of Hangul syllables and of scripts without spaces
_REMEMBERED_CHARACTERS = 1 << 16
_REMEMBERED_WORDS = 200_000


def normalise(text: str) -> str:
    """``text`` as it is compared: equal for spellings that a reader takes for the same."""
    return text.translate(_FOLDS)


def normalise_with_offsets(text: str) -> tuple[str, list[int]]:
    """``normalise(text)``, and for each of its characters the offset in ``text`` that it came from."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for folded in _FOLDS[ord(character)]:
            characters.append(folded)
            offsets.append(offset)
    return "".join(characters), offsets


class _Folds(dict[int, str]):
    """What each character is compared as, by its code point; ``str.translate`` reads it."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _REMEMBERED_CHARACTERS:
            self.clear()
        folded = self[code] = _fold(chr(code))
        return folded


_FOLDS = _Folds()


def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).casefold().translate(_FOLDED)
    if folded in _CYRILLIC_WITH_MARK:
        return folded
    decomposed = unicodedata.normalize("NFD", folded).translate(_FOLDED)
    kept = [
        str(unicodedata.digit(part)) if part.isdigit() else part
        for part in decomposed
        if unicodedata.category(part) not in {"Mn", "Cf"} or part in SPELLING_MARKS
    ]
    # Hangul syllables come apart above and are one letter again below.
    return unicodedata.normalize("NFC", "".join(kept)).translate(_FOLDED)


def words(text: str) -> list[str]:
    """The normalised words of ``text``; a number with its decimal point is one word."""
    # Marks that stand apart from their letter, as some keyboards and file systems write them, are joined to it first.
    return _WORD.findall(normalise(unicodedata.normalize("NFC", text)))


def stems(text: str, language: str) -> list[str]:
    """The stems of the words of ``text``, in order; see ``stems_of``."""
    return [stem for word in words(text) for stem in stems_of(word, language)]


@functools.lru_cache(maxsize=_REMEMBERED_WORDS)
def stems_of(word: str, language: str) -> tuple[str, ...]:
    """What a normalised word is found by: Snowball's stem for its script and ``language``, else the word itself.

    An Arabic word with an article, or with what may be a particle, gives two, so that it meets the bare word. A word
    of a script without spaces, where only a reader sees the words, gives every two letters.
    """
    if _UNSPACED.search(word):
        return tuple(_runs(word, _SYLLABLE_GRAM))
    name = _stemmer_name(word, language)
    if not name:
        return (word,)
    if name != "arabic":
        return (_snowball(name, word),)
    behind_article = _ARABIC_ARTICLE.sub("", word)
    if behind_article != word:
        # With the article Snowball takes other endings off than without: both ways of writing the noun are to meet.
        spellings = (f"ال{behind_article}", behind_article)
    else:
        spellings = (word, _ARABIC_PARTICLES.sub("", word))
    return tuple(dict.fromkeys(_snowball(name, spelling) for spelling in spellings))


def grams(word: str) -> list[str]:
    """The character grams of a normalised word, marked so that no gram equals a stem."""
    if _UNSPACED.search(word):
        return [f"#{gram}" for gram in _runs(word, _SYLLABLE_GRAM)]
    return [f"#{gram}" for gram in _runs(f"_{word}_", _SYLLABLE_GRAM if _HANGUL.search(word) else _GRAM)]


def _runs(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(max(1, len(text) - size + 1))]


def _stemmer_name(word: str, language: str) -> str:
    if _ARABIC.search(word):
        return _STEMMERS.get(language, "") if language in _ARABIC_SCRIPT_LANGUAGES else "arabic"
    if _CYRILLIC.search(word):
        return "serbian" if language == "sr" else "russian"
    if _HEBREW.search(word):
        return "yiddish" if language == "yi" else ""
    if language in _OWN_SCRIPT_ONLY or language not in _STEMMERS:
        return "english" if word.isascii() else ""
    return _STEMMERS[language]


_lock = threading.Lock()


def _snowball(name: str, word: str) -> str:
    with _lock:  # PyStemmer's objects are not safe to share between threads
        stem = str(_stemmer(name).stemWord(word))
    return stem if stem.isascii() else normalise(stem)  # some stemmers have a spelling of their own


@functools.cache
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(name)
