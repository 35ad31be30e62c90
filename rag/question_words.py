"""The words that only ask, by language, and what a question is about once they are taken away."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.analysis import words
from rag.languages import identify_language

_PUNCTUATION = " \t\n?؟!.。？！…"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionWords:
    """Normalised words of one language.

    ``asking`` are "who" and "when"; ``behind`` is what may follow them and says nothing: "did", "is", "many";
    ``before`` are the words that may precede them: "and to whom". ``joined`` are the letters that are written together
    with the next word and mean "and".
    """

    asking: frozenset[str]
    behind: frozenset[str]
    before: frozenset[str]
    joined: str = ""

    def asks(self, word: str) -> bool:
        """Whether a normalised word asks, an "and" joined to it or not."""
        return word in self.asking or self.unjoined(word) in self.asking

    def precedes(self, word: str) -> bool:
        """Whether a normalised word may stand before one that asks."""
        return word in self.before or self.unjoined(word) in self.before

    def unjoined(self, word: str) -> str:
        """``word`` without the "and" joined to it; "" where there is none."""
        return word[1:] if self.joined and word[:1] in self.joined else ""

    def carries(self, word: str) -> bool:
        """Whether a normalised word says something of what is asked about."""
        return not (self.asks(word) or self.precedes(word) or word in self.behind)


def _set(listed: str) -> frozenset[str]:
    return frozenset(word for entry in listed.split() for word in words(entry))


def _of(asking: str, behind: str, before: str, joined: str = "") -> QuestionWords:
    return QuestionWords(asking=_set(asking), behind=_set(behind), before=_set(before), joined=joined)


QUESTION_WORDS: Mapping[str, QuestionWords] = {
    "ar": _of(
        "من ما ماذا متى أين كيف كم لماذا هل أي أية بماذا لمن ممن عم عمن علام إلام بم ماهو ماهي لأي بأي حدثني أخبرني",
        "هو هي هم هما هن الذي التي الذين عن",
        "ثم لكن مع على إلى عن في من منذ حول بعد قبل ضد",
        joined="وف",
    ),
    "en": _of(
        "who whom whose what when where why how which tell",
        "did do does is are was were has have had will would can could many much long often s me about",
        "and but so then in on at to from by with for of about since",
    ),
    "ru": _of(
        "кто кого кому кем ком что чего чему чем чём когда где куда откуда почему зачем как какой какая какое какие"
        " какого каких каким какими какую какому каком каков какова каково каковы сколько скольких чей чья чьё чьи"
        " расскажи расскажите",
        "такой такая такое такие это же ли бы часто долго о об про",
        "а и но или о об обо в во на с со к ко по из у от до за для при против про",
    ),
    "he": _of(
        "מי מה מתי איפה היכן כמה איך כיצד למה מדוע האם לאן מאין איזה איזו אילו באיזה באיזו באילו לאיזה לאיזו מאיזה"
        " מאיזו מאילו מהי מהו מהם למי ממי ספר ספרי",
        "הוא היא הם הן זה זאת זו אלה לי",
        "אז אבל ואז על עם אל את של נגד לפי בגלל לאורך",
        joined="ו",
    ),
    "fr": _of(
        "qui que quoi quand où pourquoi comment combien quel quelle quels quelles lequel laquelle qu'est",
        "est ce c'est est-ce que qui qu a ont sont était fut de d",
        "et mais puis à de avec par pour sur dans en depuis contre",
    ),
    "de": _of(
        "wer wen wem wessen was wann wo wohin woher warum weshalb wieso wie welche welcher welches welchen welchem"
        " wieviel wieviele",
        "hat haben ist sind war waren wird werden viele viel",
        "und aber mit von zu für über in im aus seit auf gegen",
    ),
    "es": _of(
        "quién quiénes qué cuándo dónde adónde cómo cuánto cuánta cuántos cuántas cuál cuáles",
        "es son fue fueron era ha han",
        "y pero con de a por para en sobre desde contra",
    ),
    "it": _of(
        "chi che cosa quando dove perché come quanto quanta quanti quante quale quali",
        "è sono fu era ha hanno",
        "e ma con di a da per in su contro",
    ),
    "pt": _of(
        "quem que quê quando onde porquê como quanto quanta quantos quantas qual quais",
        "é são foi foram era tem têm",
        "e mas com de a por para em sobre desde contra",
    ),
    "tr": _of("kim kime kimi kimin ne neden niçin nerede nereye nasıl kaç hangi", "zaman kadar", "ve peki ama"),
    "fa": _of("چه چرا چند کجا کی چگونه آیا کدام چطور چقدر", "است بود", "و اما پس از به با در"),
}
_NONE = _of("", "", "")


def question_words(language: str) -> QuestionWords:
    """Those of ``language``, ISO 639-1; none where it is not known here."""
    return QUESTION_WORDS.get(language, _NONE)


def subject_of(question: str) -> str:
    """``question`` without the words at its head that only ask, and without its closing mark.

    "When did Putin receive Bennett?" → "Putin receive Bennett"; "" where nothing else is left ("And why?").
    """
    known = question_words(identify_language(question))
    parts = question.strip(_PUNCTUATION).split()
    normalised = [next(iter(words(part)), "") for part in parts]
    first, asked = 0, False
    while first < len(parts):
        word = normalised[first]
        if known.asks(word):
            asked = True
        elif not (word in known.behind if asked else _leads_to_asking(normalised[first:], known)):
            break
        first += 1
    return " ".join(parts[first:])


def _leads_to_asking(normalised: Sequence[str], known: QuestionWords) -> bool:
    """Whether the words open with some that may precede an asking one, and then one asks: "and of which"."""
    leading = itertools.takewhile(lambda pair: known.precedes(pair[0]), itertools.pairwise(normalised))
    return any(known.asks(following) for _, following in leading)
