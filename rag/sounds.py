"""Words → consonant skeletons that agree across scripts, so that بوتين, Putin, Путин and פוטין meet.

Vowels are dropped, since Arabic and Hebrew write few of them, and consonants that the scripts confuse share a letter
(b p v f; k q; s z sh; h kh). Only skeletons of three consonants or more tell names apart; shorter ones are left out.
"""

import functools
import re

from rag.analysis import words

_MIN_CONSONANTS = 3

_CONSONANTS = (
    # Arabic script, Hebrew, Cyrillic, Latin: letters that sound alike, and the letter that stands for them
    ("بپفڤ" "בפף" "бпвф" "bpvf", "b"),
    ("تطةث" "תט" "т" "t", "t"),
    ("دضذ" "ד" "д" "d", "d"),
    ("سصزشظژ" "סזש" "сзшжщ" "sz", "s"),
    ("حخه" "חה" "х" "h", "h"),
    ("كقک" "כךק" "к" "ckq", "k"),
    ("جغگ" "ג" "г" "gj", "g"),
    ("چ" "צץ" "цч" "\u0001", "ts"),
    ("ر" "ר" "р" "r", "r"),
    ("ل" "ל" "л" "l", "l"),
    ("م" "מם" "м" "m", "m"),
    ("ن" "נן" "н" "n", "n"),
    ("x", "ks"),
)  # fmt: skip
_LETTERS = {letter: sound for letters, sound in _CONSONANTS for letter in letters}
# Letters that are one sound together; \u0001 stands for "ch".
_CLUSTERS = (
    ("tsch", "\u0001"), ("sch", "s"), ("tch", "\u0001"), ("tsh", "\u0001"), ("kh", "h"), ("ch", "\u0001"), ("sh", "s"),
    ("ph", "f"), ("th", "t"), ("zh", "s"), ("gh", "g"), ("ck", "k"), ("tz", "\u0001"), ("дж", "г"), ("تش", "چ"),
    ("טש", "צ"),
)  # fmt: skip
_ARABIC_CLITICS = re.compile(r"^(?:[وف]?(?:[بكل]?ال|لل)|[وفبكل])(?=.{3,})")
_HEBREW_CLITICS = re.compile(r"^(?:ו?[השבלמכ]|ו)(?=.{3,})")
# Endings of cases and adjectives that a name takes in Russian, and of the feminine in Hebrew and Arabic.
_RUSSIAN_ENDING = re.compile(
    r"(?:ого|его|ому|ему|ыми|ими|ой|ей|ом|ем|ым|им|ую|юю|ая|яя|ых|их|ами|ями|ах|ях|ов|а|я|у|ю|е|ы|и|о)$"
)
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_HEBREW = re.compile(r"[\u0590-\u05ff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")


def sounds(text: str) -> list[str]:
    """The skeletons of the words of ``text``; a word that may carry a clitic gives one with and one without it."""
    return [sound for word in words(text) for sound in sounds_of(word)]


def sounds_of(word: str) -> tuple[str, ...]:
    """The skeletons of one normalised word."""
    return tuple(f"~{skeleton}" for skeleton in _skeletons(word))


@functools.lru_cache(maxsize=100_000)
def _skeletons(word: str) -> tuple[str, ...]:
    spellings = [word]
    if _ARABIC.search(word):
        spellings.append(_ARABIC_CLITICS.sub("", word))
    elif _HEBREW.search(word):
        spellings.append(_HEBREW_CLITICS.sub("", word))
    elif _CYRILLIC.search(word) and len(word) > 4:
        spellings.append(_RUSSIAN_ENDING.sub("", word))
    found = dict.fromkeys(_skeleton(spelling) for spelling in spellings)
    return tuple(skeleton for skeleton in found if len(skeleton) >= _MIN_CONSONANTS)


def _skeleton(word: str) -> str:
    for cluster, letter in _CLUSTERS:
        word = word.replace(cluster, letter)
    if word and word[-1] in "هה" and len(word) > 3:
        word = word[:-1]
    letters: list[str] = []
    for character in word:
        letter = _LETTERS.get(character, "")
        if letter and (not letters or letters[-1] != letter):
            letters.append(letter)
    return "".join(letters)
