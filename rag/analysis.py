"""Text → normalised text and terms, per script and language: what counts as "the same word" is decided here.

Normalisation of Arabic: no diacritics, no tatweel; أ إ آ ٱ → ا; ى → ي; ة → ه; ؤ → و; ئ → ي; Arabic-Indic and Persian
digits → 0-9. Hebrew: no points. Cyrillic: ё → е. All scripts: NFKC, case folded, accents removed; marks that are
letters of their own stay: й, ї, ў, the voiced kana, the vowel signs of Indic scripts and Thai.
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
        "ё": "е", "’": "'", "‘": "'", "״": '"', "׳": "'", "٫": ".", "٬": ",", _TATWEEL: "",
    }
)  # fmt: skip
_CYRILLIC_WITH_MARK = frozenset("йїў")
_SPELLING_MARKS = "".join(
    chr(code)
    for first, last in ((0x0900, 0x1AAF), (0x3099, 0x309A), (0xA800, 0xAAFF))
    for code in range(first, last + 1)
    if unicodedata.category(chr(code)) in {"Mn", "Mc"}
)
# Letters may be joined by an apostrophe or, in a Hebrew acronym, a double quote; digits by a decimal sign.
_LETTERS = rf"[\w{_SPELLING_MARKS}]+"
_WORD = re.compile(rf"\d+(?:[.,]\d+)+|{_LETTERS}(?:['\"](?=\w){_LETTERS})*")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_HEBREW = re.compile(r"[\u0590-\u05ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
_STEMMERS = {
    "ar": "arabic", "ru": "russian", "en": "english", "fr": "french", "de": "german", "es": "spanish", "tr": "turkish",
    "it": "italian", "pt": "portuguese", "nl": "dutch", "sv": "swedish", "fi": "finnish", "ro": "romanian",
    "hu": "hungarian", "da": "danish", "no": "norwegian", "el": "greek", "id": "indonesian",
}  # fmt: skip
_GRAM = 4
_UNSPACED_GRAM = 2


def normalise(text: str) -> str:
    """``text`` as it is compared: equal for spellings that a reader takes for the same."""
    return normalise_with_offsets(text)[0]


def normalise_with_offsets(text: str) -> tuple[str, list[int]]:
    """``normalise(text)``, and for each of its characters the offset in ``text`` that it came from."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for folded in _fold(character):
            characters.append(folded)
            offsets.append(offset)
    return "".join(characters), offsets


@functools.lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).casefold().translate(_FOLDED)
    if folded in _CYRILLIC_WITH_MARK:
        return folded
    decomposed = unicodedata.normalize("NFD", folded).translate(_FOLDED)
    kept = [
        str(unicodedata.digit(part)) if part.isdigit() else part
        for part in decomposed
        if unicodedata.category(part) not in {"Mn", "Cf"} or part in _SPELLING_MARKS
    ]
    # Hangul syllables come apart above and are one letter again below.
    return unicodedata.normalize("NFC", "".join(kept)).translate(_FOLDED)


def words(text: str) -> list[str]:
    """The normalised words of ``text``; a number with its decimal point is one word."""
    return _WORD.findall(normalise(text))


def stems(text: str, language: str) -> list[str]:
    """Each word's stem: Snowball's for the word's script and ``language``, else the word itself."""
    return [_stem(word, language) for word in words(text)]


def grams(word: str) -> list[str]:
    """The character grams of a normalised word, marked so that no gram equals a stem."""
    if _UNSPACED.search(word):
        size, padded = _UNSPACED_GRAM, word
    else:
        size, padded = _GRAM, f"_{word}_"
    if len(padded) <= size:
        return [f"#{padded}"]
    return [f"#{padded[start : start + size]}" for start in range(len(padded) - size + 1)]


def _stem(word: str, language: str) -> str:
    if _ARABIC.search(word):
        name = "arabic" if language not in {"fa", "ur"} else ""
    elif _CYRILLIC.search(word):
        name = "russian"
    elif _HEBREW.search(word) or not word.isascii():
        name = _STEMMERS.get(language, "") if not _HEBREW.search(word) and language not in {"ar", "ru"} else ""
    else:
        name = _STEMMERS.get(language, "english") if language not in {"ar", "ru", "he", "und"} else "english"
    return _snowball(name, word) if name else word


_lock = threading.Lock()


@functools.lru_cache(maxsize=200_000)
def _snowball(name: str, word: str) -> str:
    with _lock:  # PyStemmer's objects are not safe to share between threads
        return str(_stemmer(name).stemWord(word))


@functools.cache
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(name)
