"""What kind of answer a question asks for, and whether a sentence holds one: numbers and times."""

import enum
import re

from rag.analysis import words


class AnswerKind(enum.StrEnum):
    """The kinds that can be told by their look; any other answer is OTHER."""

    NUMBER = "number"
    TIME = "time"
    OTHER = "other"


# These are looked for in normalised text: ي for ی and ى, ه for ة, no accents but on й.
_ASKS_NUMBER = re.compile(
    r"\b(?:how many|how much|what number|[وفب]?كم|كام|ما عدد|عدد|сколько|каково число|скольких|ו?[בל]?כמה|combien"
    r"|wie viele?|cuantos?|cuantas?|kac|چند|چقدر|quanti|quante|quantos|quantas|скільки|كتنے|كتني)\b|多少|几个"
)
_ASKS_TIME = re.compile(
    r"\b(?:when|what (?:year|date|day|month|time)|which (?:year|date|day|month)|since when"
    r"|[وف]?متي|في اي (?:عام|سنه|يوم|شهر|تاريخ)|منذ متي|تاريخ"
    r"|когда|в каком году|в каком месяце|какого числа|в какой день|с каких пор|с какого года"
    r"|ו?מתי|באיזו שנה|באיזה (?:יום|תאריך|חודש)"
    r"|quand|en quelle annee|depuis quand|wann|seit wann|in welchem (?:jahr|monat)|cuando|desde cuando|en que ano"
    r"|ne zaman|چه زمان|quando|коли)\b|什么时候|何时"
)
_NUMBER_WORDS = frozenset(
    word
    for entry in """
    one two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds thousand
    thousands million billion
    واحد واحدة اثنان اثنين اثنتين ثلاثة ثلاث اربعة اربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني تسعة تسع عشرة
    عشر عشرون عشرين ثلاثون
    ثلاثين اربعون اربعين خمسون خمسين مئة مائة مئات المئات الاف الالاف آلاف الآلاف الف مليون ملايين مليار عشرات
    العشرات جنديان جنديين قتيلين
    один одна два две двое три трое четыре пять шесть семь восемь девять десять десятки сотни сто тысяча
    тысячи миллион
    אחד אחת שני שניים שתי שלושה שלוש ארבעה ארבע חמישה חמש שישה שש שבעה שבע שמונה תשעה עשרה עשרות מאה מאות אלף
    אלפים אלפי מיליון
    un une deux trois quatre cinq six sept huit neuf dix cent mille million
    """.split()
    for word in words(entry)
)
_TIME_WORDS = frozenset(
    word
    for entry in """
    january february march april may june july august september october november december monday tuesday
    wednesday thursday
    friday saturday sunday yesterday today evening morning year month week
    يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر كانون شباط اذار نيسان ايار
    حزيران تموز اب ايلول تشرين
    الاحد الاثنين الثلاثاء الاربعاء الخميس الجمعة السبت امس اليوم مساء صباح صباحا عام العام سنة شهر الشهر
    منتصف الماضي الجاري
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря понедельник вторник
    среду четверг пятницу
    субботу воскресенье вчера сегодня году года месяца вечером утром
    ינואר פברואר מרץ מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר ראשון שני שלישי רביעי חמישי
    שישי שבת אתמול היום שנת בשנת חודש
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi
    jeudi vendredi
    samedi dimanche hier annee
    """.split()
    for word in words(entry)
)
_QUESTION_MARK = re.compile(r"[?؟？]")
_DIGIT = re.compile(r"\d")


def answer_kind(question: str) -> AnswerKind:
    """The kind of answer ``question`` asks for."""
    # A follow-up comes behind the question that it completes; the last of the two that asks for a kind decides.
    asked = (_kind_asked(sentence) for sentence in reversed(_QUESTION_MARK.split(question)))
    return next((kind for kind in asked if kind is not AnswerKind.OTHER), AnswerKind.OTHER)


def _kind_asked(sentence: str) -> AnswerKind:
    text = " ".join(words(sentence))
    # A question of time may hold "how many" words no more than the reverse, so the first of the two decides.
    time, number = _ASKS_TIME.search(text), _ASKS_NUMBER.search(text)
    if time and (not number or time.start() < number.start()):
        return AnswerKind.TIME
    return AnswerKind.NUMBER if number else AnswerKind.OTHER


def holds(kind: AnswerKind, sentence: str) -> bool:
    """Whether ``sentence`` holds an answer of that kind; true of OTHER, which any sentence may hold."""
    if kind is AnswerKind.OTHER:
        return True
    named = _NUMBER_WORDS if kind is AnswerKind.NUMBER else _TIME_WORDS
    return any(_names(word, named) for word in words(sentence))


def is_number(word: str) -> bool:
    """Whether a normalised word is a figure or spells one, a clitic of one letter before it or not."""
    return _names(word, _NUMBER_WORDS)


def _names(word: str, named: frozenset[str]) -> bool:
    # Arabic and Hebrew write "and", "in", "the" as a letter before the word; "done" is not one with a letter before it.
    return _DIGIT.search(word) is not None or word in named or (not word.isascii() and word[1:] in named)
