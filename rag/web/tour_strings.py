"""The words of the guided tour, which only those fetch who take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class TourStrings:
    """These words in one language. Each step has a title, and a sentence on what it shows."""

    name: str
    start: str
    forward: str
    back: str
    end: str
    leave: str
    elsewhere: str
    short_title: str
    short: str
    across_title: str
    across: str
    differ_title: str
    differ: str
    follow_title: str
    follow: str
    silence_title: str
    silence: str
    lookup_title: str
    lookup: str


_ARABIC = TourStrings(
    name="جولة إرشادية",
    start="جولة في دقيقتين بستة أسئلة",
    forward="التالي",
    back="السابق",
    end="إنهاء",
    leave="مغادرة الجولة",
    elsewhere="الجولة معدّة لمقالات المجلد data، وتُفتح بالأمر make demo.",
    short_title="جواب قصير",
    short="الجواب منقول بنصّه من مقال، والرقم بعده يفتح ذلك المقال عند تلك الجملة.",
    across_title="من لغة إلى لغة",
    across="السؤال بلغة والجواب في مقال بلغة أخرى: يُنقل بلغته الأصلية كما هو، ولا يُترجم.",
    differ_title="مصادر لا تتفق",
    differ="حين لا تذكر المقالات الشيء نفسه، تُعرض الأقوال معًا، وكل قول مع مصدره.",
    follow_title="سؤال يكمل ما قبله",
    follow="السؤال ناقص وحده، فيُكمَل مما قبله، ويُكتب فوق الجواب كيف فُهم.",
    silence_title="لا جواب",
    silence="حين لا تجيب المقالات يُقال ذلك بوضوح، ولا يُختلق جواب.",
    lookup_title="هل قيل هذا؟",
    lookup="يُلصق اقتباس تغيّرت بعض كلماته، فيظهر موضعه في المقال وما تغيّر من كلماته.",
)
_ENGLISH = TourStrings(
    name="Guided tour",
    start="See it in two minutes: a tour of six questions",
    forward="Next",
    back="Back",
    end="Finish",
    leave="Leave the tour",
    elsewhere="The tour was made for the articles of data/. Open it with: make demo",
    short_title="A short answer",
    short="The answer is quoted word for word, and the number after it opens its article at that sentence.",
    across_title="From one language to another",
    across="The answer stands in an article in another language: it is quoted as it is, not translated.",
    differ_title="Sources that differ",
    differ="Where the articles do not say the same, what each of them says is shown, with its source.",
    follow_title="A question that goes on",
    follow="The question needs the one before it; above the answer stands how it was understood.",
    silence_title="No answer",
    silence="Where the articles do not answer, that is said plainly, and nothing is made up.",
    lookup_title="Was it said?",
    lookup="A quotation with words altered is pasted: its place is found, and the altered words are shown.",
)
_RUSSIAN = TourStrings(
    name="Экскурсия",
    start="Экскурсия на две минуты: шесть вопросов",
    forward="Дальше",
    back="Назад",
    end="Завершить",
    leave="Выйти из экскурсии",
    elsewhere="Экскурсия составлена для статей папки data. Откройте её командой make demo.",
    short_title="Короткий ответ",
    short="Ответ взят из статьи слово в слово, а число после него открывает статью на этом самом предложении.",
    across_title="С языка на язык",
    across="Вопрос на одном языке, а ответ нашёлся в статье на другом: он приводится как есть, без перевода.",
    differ_title="Источники расходятся",
    differ="Если статьи говорят разное, показано, что говорит каждая, с указанием источника.",
    follow_title="Вопрос в продолжение",
    follow="Сам по себе вопрос неполон: он дополнен из предыдущего, а над ответом написано, как он понят.",
    silence_title="Нет ответа",
    silence="Если в статьях нет ответа, так и сказано: ничего не выдумывается.",
    lookup_title="Было ли это сказано?",
    lookup="Вставлена цитата с изменёнными словами: найдено её место в статье и показано, что изменено.",
)
_HEBREW = TourStrings(
    name="סיור מודרך",
    start="סיור של שתי דקות בשש שאלות",
    forward="הבא",
    back="הקודם",
    end="סיום",
    leave="יציאה מהסיור",
    elsewhere="הסיור נכתב לכתבות שבתיקייה data, ונפתח בפקודה make demo.",
    short_title="תשובה קצרה",
    short="התשובה לקוחה מילה במילה מכתבה, והמספר שאחריה פותח את הכתבה באותו משפט.",
    across_title="משפה לשפה",
    across="השאלה בשפה אחת והתשובה בכתבה בשפה אחרת: היא מצוטטת כלשונה, בלי תרגום.",
    differ_title="מקורות שאינם מסכימים",
    differ="כשהכתבות אינן אומרות אותו דבר, מוצג מה שאומרת כל אחת, עם מקורה.",
    follow_title="שאלת המשך",
    follow="השאלה חסרה כשהיא לבדה: היא מושלמת מזו שלפניה, ומעל התשובה כתוב איך הובנה.",
    silence_title="אין תשובה",
    silence="כשאין בכתבות תשובה, זה נאמר בפשטות, ודבר אינו מומצא.",
    lookup_title="האם זה נאמר?",
    lookup="מודבק ציטוט שמילים בו שונו: נמצא מקומו בכתבה, ומוצגות המילים ששונו.",
)
_FRENCH = TourStrings(
    name="Visite guidée",
    start="Une visite de deux minutes en six questions",
    forward="Suivant",
    back="Retour",
    end="Terminer",
    leave="Quitter la visite",
    elsewhere="La visite est faite pour les articles de data/. Ouvrez-la avec make demo.",
    short_title="Une réponse brève",
    short="La réponse est citée mot pour mot, et le numéro qui la suit ouvre l’article à cette phrase.",
    across_title="D’une langue à l’autre",
    across="La réponse est dans un article d’une autre langue : elle est citée telle quelle, sans traduction.",
    differ_title="Des sources qui divergent",
    differ="Quand les articles ne disent pas la même chose, ce que dit chacun est montré, avec sa source.",
    follow_title="Une question qui suit",
    follow="La question dépend de la précédente ; au-dessus de la réponse est écrit comment elle a été comprise.",
    silence_title="Pas de réponse",
    silence="Quand les articles ne répondent pas, c’est dit clairement, et rien n’est inventé.",
    lookup_title="Cela a-t-il été dit ?",
    lookup="Une citation aux mots changés est collée : sa place est retrouvée, et les mots changés sont montrés.",
)

TOUR_STRINGS: Mapping[str, TourStrings] = MappingProxyType(
    {"ar": _ARABIC, "en": _ENGLISH, "ru": _RUSSIAN, "he": _HEBREW, "fr": _FRENCH}
)
