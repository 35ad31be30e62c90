"""A question → the form of the answer that a person wants: a fact, an explanation, or the sources side by side."""

import re

from rag.analysis import words
from rag.records import AnswerForm

# All are looked for in normalised text: ي for ى, ه for ة, ا for أ, no accents but on й.
_COMPARES = re.compile(
    r"\b(?:compar(?:e|es|ed|ison)|differ(?:s|ed|ences?)?|disagree(?:s|d|ments?)?|contradict(?:s|ed|ions?)?"
    r"|(?:sources|articles|newspapers|papers|outlets|reports|media) (?:say|said|report|reported|write|wrote|agree|tell)"
    r"|(?:each|every) (?:source|article|newspaper|outlet)|versions of|accounts of"
    r"|قارن|قارني|قارنوا|مقارنه|الفرق بين|الفروق|الاختلاف|الاختلافات|(?:ت|ي)?ختلف(?:ون)?|اختلفت|تتباين|تناقضت?|تتناقض"
    r"|تتفق|اتفقت|ما ?ذا (?:تقول|قالت|ذكرت|تذكر|كتبت|تكتب) (?:المصادر|المقالات|الصحف|التقارير|وسايل الاعلام)"
    r"|(?:المصادر|المقالات|الصحف) (?:تقول|تذكر|تكتب)|كل (?:مصدر|مقال|مقاله|صحيفه)|روايات"
    r"|сравни(?:те|ть)?|сравнени[ея]|различи[яе]|различа(?:ется|ются)|отлича(?:ется|ются)|расход(?:ится|ятся)"
    r"|противореч(?:ат|ит|ия)|(?:говорят|пишут|сообщают) (?:источники|статьи|газеты|сми)"
    r"|(?:источники|статьи|газеты|сми) (?:говорят|пишут|сообщают)|версии"
    r"|кажд(?:ый|ая|ом|ой) (?:источник|стать[яе]|газета)"
    r"|השווה|השוו|השוואה|ההבדל(?:ים)?|הבדלים|נבדלים|חלוקים|סותרים|סתירות?|גרסאות"
    r"|(?:אומרים|כותבים|מדווחים) (?:המקורות|המאמרים|העיתונים)|(?:המקורות|המאמרים|העיתונים) (?:אומרים|כותבים|מדווחים)"
    r"|compare[zr]?|comparaison|differences?|different|divergences?|divergent|contredisent"
    r"|disent les (?:sources|articles|journaux)|les (?:sources|articles|journaux) (?:disent|ecrivent|rapportent)"
    r"|vergleiche?n?|unterschiede?|unterscheiden|comparar?|diferencias?|difieren)\b"
)
_EXPLAINS = re.compile(
    r"^(?:[وف])?(?:لماذا|ليش|لم|كيف|اشرح|اشرحي|فسر)\b|\b(?:لماذا|ما (?:هو |هي )?(?:سبب|اسباب|السبب|موقف|راي|رد فعل)"
    r"|ما ?ذا (?:قال|قالت|قالوا|صرح|صرحت|اعلن|اعلنت|تضمن|تضمنت|بحث|بحثت|ناقش|ناقشت|جاء)"
    r"|ما الذي (?:قاله|قالته|دفع|جعل))\b"
    r"|\b(?:why|explain|what (?:did|does|do|has|have) .{1,60}\b(?:say|said|state|stated|announce|announced|discuss"
    r"|discussed|think|claim|claimed|explain|explained)|what was said|reasons? (?:for|why|behind))\b"
    r"|\bhow (?!many\b|much\b|long\b|old\b|far\b|often\b|big\b|large\b|high\b|tall\b|deep\b|wide\b|fast\b)"
    r"|^(?:[аи] )?(?:почему|зачем|отчего|как(?! (?:часто|долго|давно|зовут|звали|называ)))\b"
    r"|\b(?:почему|зачем|по какой причине|из-за чего|объясни(?:те)?|что (?:сказал|заявил|говорил|сообщил|ответил)"
    r"[аио]?|какова (?:позиция|реакция|причина)|в чем (?:причина|суть))\b"
    r"|\b(?:ו?למה|ו?מדוע|ו?איך|ו?כיצד|הסבר|הסבירי|מה (?:אמר|אמרה|אמרו|טען|טענה|הצהיר|הודיע|הסביר)|מה הסיבה|מהי עמדת)\b"
    r"|\b(?:pourquoi|comment(?! s appelle)|explique[rz]?|qu'a (?:dit|declare|annonce)|pour quelles? raisons?"
    r"|warum|weshalb|wieso|por que|como|perche)\b"
)


# What a comparison is about stands behind one of these: "what do the sources say about …".
_ABOUT = re.compile(
    r"(?:^|\s)(?:about|regarding|on|عن|حول|بشأن|بخصوص|про|об?|насчёт|על|לגבי|בנוגע ל|sur|à propos d[eu]|concernant|über"
    r"|sobre)"
    r"\s+(?P<topic>.+?)[\s?؟.!]*$",
    re.IGNORECASE,
)


def topic_of(question: str) -> str:
    """What a comparison is about, without the words that ask to compare; the question itself where none is named."""
    found = _ABOUT.search(question)
    return found["topic"] if found else question


def answer_form(question: str) -> AnswerForm:
    """The form that ``question`` asks for; a fact where nothing says otherwise."""
    text = " ".join(words(question))
    if _COMPARES.search(text):
        return AnswerForm.COMPARISON
    return AnswerForm.EXPLANATION if _EXPLAINS.search(text) else AnswerForm.FACT
