"""Every word the page says of its own, in each interface language."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strings:
    """The words of one interface language; ``{…}`` names what is filled in."""

    endonym: str
    tagline: str
    language: str
    new_conversation: str
    conversation: str
    question: str
    question_placeholder: str
    ask: str
    stop: str
    welcome: str
    welcome_hint: str
    starter: str
    no_articles: str
    searching: str
    stopped: str
    source: str
    sources: str
    line: str
    lines: str
    unanswerable: str
    closest: str
    failed: str
    failed_index: str
    failed_chat_model: str
    failed_otherwise: str
    server_lost: str
    server_busy: str
    details: str
    article: str
    close: str
    open_text: str
    opening: str
    article_gone: str
    article_unreachable: str
    excerpt: str
    count_articles: str
    count_skipped: str
    count_duplicates: str
    count_furniture: str
    nothing_left_out: str
    duplicate_of: str


_ARABIC = Strings(
    endonym="العربية",
    tagline="لكل جملة مصدرها",
    language="لغة الصفحة",
    new_conversation="محادثة جديدة",
    conversation="المحادثة",
    question="السؤال",
    question_placeholder="اسأل عمّا ورد في المقالات",
    ask="إرسال السؤال",
    stop="إيقاف الجواب",
    welcome="ماذا تريد أن تعرف؟",
    welcome_hint="كل جملة في الجواب منقولة بنصّها من مقال، وبعدها رقم يفتح المقال عند تلك الجملة.",
    starter="ماذا تقول المقالات عن: «{title}»؟",
    no_articles="لا مقالات بعد في المجلد {folder}.",
    searching="أبحث في المقالات…",
    stopped="أُوقف الجواب هنا.",
    source="المصدر",
    sources="المصادر",
    line="السطر {start}",
    lines="الأسطر {start}–{end}",
    unanswerable="لا جواب في المقالات",
    closest="ليس جوابًا، لكنه أقرب ما في المقالات إلى السؤال:",
    failed="تعذّر الجواب",
    failed_index="فهرس المقالات غير صالح للإجابة. أعد بناءه ثم أعد السؤال.",
    failed_chat_model="تعذّر الوصول إلى نموذج المحادثة. راجع إعداداته أو ألغها.",
    failed_otherwise="وقع خطأ غير متوقع. سؤالك محفوظ أعلاه، فأعد إرساله.",
    server_lost="انقطع الاتصال بالخادم، وتُعاد المحاولة تلقائيًا.",
    server_busy="الأسئلة كثيرة الآن. أعد إرسال سؤالك بعد قليل.",
    details="التفاصيل",
    article="المقال",
    close="إغلاق المقال",
    open_text="النص الكامل",
    opening="أفتح المقال…",
    article_gone="لم يعد هذا المقال متاحًا.",
    article_unreachable="تعذّر فتح المقال. أعد المحاولة.",
    excerpt="المقال طويل، والمعروض منه ما حول الاقتباس.",
    count_articles="المقالات: {count}",
    count_skipped="ملفات لم تُقرأ: {count}",
    count_duplicates="مقالات مكررة: {count}",
    count_furniture="أسطر مستبعدة لأنها من هيكل الصفحات: {count}",
    nothing_left_out="لم يُستبعد شيء.",
    duplicate_of="تكرار لـ {article}",
)

_ENGLISH = Strings(
    endonym="English",
    tagline="A source for every sentence",
    language="Page language",
    new_conversation="New conversation",
    conversation="Conversation",
    question="Your question",
    question_placeholder="Ask about the articles",
    ask="Ask",
    stop="Stop the answer",
    welcome="What would you like to know?",
    welcome_hint="Every sentence of an answer is quoted word for word from an article. "
    "The number after it opens the article at that sentence.",
    starter="What do the articles say about: “{title}”?",
    no_articles="There are no articles in the folder {folder} yet.",
    searching="Searching the articles…",
    stopped="The answer was stopped here.",
    source="Source",
    sources="Sources",
    line="line {start}",
    lines="lines {start}–{end}",
    unanswerable="The articles do not answer this",
    closest="Not an answer, only what comes closest in the articles:",
    failed="No answer could be given",
    failed_index="The index of the articles cannot be used. Build it again, then ask again.",
    failed_chat_model="The chat model cannot be reached. Check its settings, or unset them.",
    failed_otherwise="Something unexpected went wrong. Your question is kept above: ask it again.",
    server_lost="The connection to the server is lost. Trying again by itself.",
    server_busy="Too many questions at once. Send yours again in a moment.",
    details="Details",
    article="Article",
    close="Close the article",
    open_text="Full text",
    opening="Opening the article…",
    article_gone="This article is no longer available.",
    article_unreachable="The article could not be opened. Try again.",
    excerpt="This article is long: only the part around the quotation is shown.",
    count_articles="Articles: {count}",
    count_skipped="Files not read: {count}",
    count_duplicates="Duplicate articles: {count}",
    count_furniture="Lines left out as page furniture: {count}",
    nothing_left_out="Nothing was left out.",
    duplicate_of="duplicate of {article}",
)

_RUSSIAN = Strings(
    endonym="Русский",
    tagline="У каждого предложения есть источник",
    language="Язык страницы",
    new_conversation="Новая беседа",
    conversation="Беседа",
    question="Ваш вопрос",
    question_placeholder="Спросите о том, что есть в статьях",
    ask="Спросить",
    stop="Остановить ответ",
    welcome="Что вы хотите узнать?",
    welcome_hint="Каждое предложение ответа дословно взято из статьи. "
    "Номер после него открывает статью на этом предложении.",
    starter="Что говорится в статьях на тему: «{title}»?",
    no_articles="В папке {folder} пока нет статей.",
    searching="Ищу в статьях…",
    stopped="Ответ остановлен здесь.",
    source="Источник",
    sources="Источники",
    line="строка {start}",
    lines="строки {start}–{end}",
    unanswerable="В статьях нет ответа",
    closest="Это не ответ, а самое близкое, что нашлось в статьях:",
    failed="Не удалось ответить",
    failed_index="Указатель статей непригоден. Постройте его заново и повторите вопрос.",
    failed_chat_model="Языковая модель недоступна. Проверьте её настройки или уберите их.",
    failed_otherwise="Произошла непредвиденная ошибка. Ваш вопрос сохранён выше: задайте его снова.",
    server_lost="Связь с сервером потеряна. Соединение восстанавливается само.",
    server_busy="Сейчас слишком много вопросов. Отправьте свой ещё раз чуть позже.",
    details="Подробности",
    article="Статья",
    close="Закрыть статью",
    open_text="Полный текст",
    opening="Открываю статью…",
    article_gone="Эта статья больше недоступна.",
    article_unreachable="Не удалось открыть статью. Попробуйте ещё раз.",
    excerpt="Статья длинная: показана только часть вокруг цитаты.",
    count_articles="Статей: {count}",
    count_skipped="Непрочитанных файлов: {count}",
    count_duplicates="Повторов статей: {count}",
    count_furniture="Строк оформления убрано: {count}",
    nothing_left_out="Ничего не пропущено.",
    duplicate_of="повтор статьи {article}",
)

_HEBREW = Strings(
    endonym="עברית",
    tagline="מקור לכל משפט",
    language="שפת הדף",
    new_conversation="שיחה חדשה",
    conversation="השיחה",
    question="השאלה שלך",
    question_placeholder="אפשר לשאול על הכתוב בכתבות",
    ask="שליחת השאלה",
    stop="עצירת התשובה",
    welcome="מה תרצו לדעת?",
    welcome_hint="כל משפט בתשובה מצוטט מילה במילה מכתבה. המספר שאחריו פותח את הכתבה במשפט הזה.",
    starter="מה נכתב בכתבות על: „{title}”?",
    no_articles="אין עדיין כתבות בתיקייה {folder}.",
    searching="מחפש בכתבות…",
    stopped="התשובה נעצרה כאן.",
    source="מקור",
    sources="מקורות",
    line="שורה {start}",
    lines="שורות {start}–{end}",
    unanswerable="אין תשובה בכתבות",
    closest="זו אינה תשובה, אלא הכתוב הקרוב ביותר לשאלה:",
    failed="לא ניתן היה להשיב",
    failed_index="מפתח הכתבות אינו שמיש. יש לבנות אותו מחדש ולשאול שוב.",
    failed_chat_model="אין גישה למודל השיחה. יש לבדוק את ההגדרות שלו או להסיר אותן.",
    failed_otherwise="אירעה שגיאה לא צפויה. השאלה נשמרה למעלה: אפשר לשלוח אותה שוב.",
    server_lost="החיבור לשרת אבד. מתבצע ניסיון חוזר.",
    server_busy="יש כרגע יותר מדי שאלות. אפשר לשלוח שוב עוד רגע.",
    details="פרטים",
    article="הכתבה",
    close="סגירת הכתבה",
    open_text="הטקסט המלא",
    opening="פותח את הכתבה…",
    article_gone="הכתבה הזאת כבר אינה זמינה.",
    article_unreachable="לא ניתן היה לפתוח את הכתבה. אפשר לנסות שוב.",
    excerpt="הכתבה ארוכה: מוצג רק החלק שסביב הציטוט.",
    count_articles="כתבות: {count}",
    count_skipped="קבצים שלא נקראו: {count}",
    count_duplicates="כתבות כפולות: {count}",
    count_furniture="שורות שהושמטו כי הן מעיצוב הדף: {count}",
    nothing_left_out="דבר לא הושמט.",
    duplicate_of="עותק של {article}",
)

_FRENCH = Strings(
    endonym="Français",
    tagline="Une source pour chaque phrase",
    language="Langue de la page",
    new_conversation="Nouvelle conversation",
    conversation="Conversation",
    question="Votre question",
    question_placeholder="Interrogez les articles",
    ask="Poser la question",
    stop="Arrêter la réponse",
    welcome="Que voulez-vous savoir ?",
    welcome_hint="Chaque phrase de la réponse est citée mot pour mot d’un article. "
    "Le numéro qui la suit ouvre l’article à cette phrase.",
    starter="Que disent les articles à propos de : « {title} » ?",
    no_articles="Il n’y a pas encore d’articles dans le dossier {folder}.",
    searching="Recherche dans les articles…",
    stopped="La réponse a été arrêtée ici.",
    source="Source",
    sources="Sources",
    line="ligne {start}",
    lines="lignes {start}–{end}",
    unanswerable="Les articles n’y répondent pas",
    closest="Ce n’est pas une réponse, seulement ce qui s’en approche le plus :",
    failed="Impossible de répondre",
    failed_index="L’index des articles est inutilisable. Reconstruisez-le, puis reposez la question.",
    failed_chat_model="Le modèle de conversation est injoignable. Vérifiez ses réglages, ou retirez-les.",
    failed_otherwise="Une erreur inattendue est survenue. Votre question est conservée ci-dessus : reposez-la.",
    server_lost="La connexion au serveur est perdue. Nouvelle tentative en cours.",
    server_busy="Trop de questions à la fois. Renvoyez la vôtre dans un instant.",
    details="Détails",
    article="Article",
    close="Fermer l’article",
    open_text="Texte intégral",
    opening="Ouverture de l’article…",
    article_gone="Cet article n’est plus disponible.",
    article_unreachable="L’article n’a pas pu être ouvert. Réessayez.",
    excerpt="Cet article est long : seule la partie autour de la citation est affichée.",
    count_articles="Articles : {count}",
    count_skipped="Fichiers non lus : {count}",
    count_duplicates="Articles en double : {count}",
    count_furniture="Lignes d’habillage de page écartées : {count}",
    nothing_left_out="Rien n’a été écarté.",
    duplicate_of="double de {article}",
)

STRINGS: Mapping[str, Strings] = MappingProxyType(
    {"ar": _ARABIC, "en": _ENGLISH, "ru": _RUSSIAN, "he": _HEBREW, "fr": _FRENCH}
)
