"""Lines of a web page that are not its article: back-to-top buttons, share bars, source lines, lists of other articles.

They stay in the article's text, where a reader sees them, and are not retrieved. Every rule matches a whole short
line, so that a sentence which only mentions such words is never touched.
"""

import re
from collections.abc import Iterator, Sequence

_MAX_LINE_CHARACTERS = 110
_MAX_RELATED_LINES = 25

_RELATED = (
    # Arabic
    "(?:مقالات|أخبار|اخبار|مواضيع|موضوعات|تقارير|مواد) (?:ذات صلة|مشابهة|متعلقة|مرتبطة|قد تهمك)",
    "(?:ال)?(?:مقالات|أخبار|مواضيع) ال(?:متعلقة|مشابهة|مرتبطة)", "ذات صلة",
    "(?:قد يعجبك|قد يهمك|ربما يعجبك|شاهد|اقرأ|إقرأ|اقرا) أيضا?ً?ا?",
    "(?:ال)?(?:أكثر|الأكثر) (?:قراءة|مشاهدة|تداولا|شعبية)", "آخر الأخبار", "المزيد من (?:الأخبار|المقالات|المواضيع)",
    "أحدث (?:الأخبار|المقالات)",
    # English
    "(?:related|similar|more|recommended|latest|popular|trending|top|most read|most popular|further) "
    "(?:articles?|stories|news|posts?|topics|content|reading)",
    "you (?:may|might) also (?:like|be interested in)", "read (?:also|next|more on this)", "also read", "see also",
    "most (?:read|popular|viewed)", "recommended(?: for you)?", "more from .{1,40}", "trending now",
    # Russian
    "читайте также", "похожие (?:статьи|новости|материалы)", "(?:материалы|статьи|новости) по теме", "по теме",
    "вам может (?:быть )?(?:понравиться|интересно)", "самое читаемое", "другие новости", "ещё по теме",
    # Hebrew
    "(?:כתבות|ידיעות|מאמרים|חדשות) (?:קשורות|קשורים|נוספות|נוספים|דומות)", "אולי יעניין אותך(?: גם)?",
    "קראו (?:גם|עוד)", "עוד בנושא", "הנקראות ביותר",
    # French, German, Spanish, Turkish, Persian
    "(?:articles?|sujets|actualités) (?:similaires|liés|connexes|associés|recommandés)", "(?:à lire|lire|voir) aussi",
    "sur le même (?:sujet|thème)", "les plus lus", "vous aimerez aussi",
    "(?:ähnliche|verwandte|weitere) (?:artikel|themen|beiträge|nachrichten)", "mehr zum thema", "lesen sie auch",
    "auch interessant", "das könnte (?:sie|dich) auch interessieren", "meistgelesen",
    "(?:artículos|noticias|temas|contenidos?) (?:relacionad[oa]s?|similares|recomendad[oa]s)",
    "(?:lea|lee|leer|ver|te puede interesar|también te puede interesar)(?: también)?", "lo más (?:leído|visto)",
    "más noticias", "(?:ilgili|benzer|önerilen|diğer|son) (?:haberler|yazılar|makaleler|içerikler)",
    "bunlar da ilginizi çekebilir", "ayrıca okuyun", "en çok okunanlar",
    "(?:مطالب|اخبار|مقالات|خبرهای) (?:مرتبط|مشابه|پیشنهادی)", "بیشتر بخوانید", "همچنین بخوانید",
    "پربازدیدترین(?:‌ها| ها)?", "پربیننده‌ترین",
)  # fmt: skip

_SOURCE = (
    "(?:ال)?(?:مصدر|مصادر)(?: ال(?:خبر|صورة|مقال))?", "نقلا عن", "المحرر", "إعداد", "تحرير", "تصوير", "الصورة",
    "(?:the )?sources?", "(?:photo|image|picture)(?: credits?)?", "credits?", "via", "edited by", "tags?", "topics?",
    "источники?", "фото", "источник фото", "теги", "метки", "מקור", "מקורות", "צילום", "תגיות", "sources?",
    "(?:crédit )?photos?", "mots[- ]clés", "quellen?", "foto", "bild", "schlagwörter", "fuentes?", "etiquetas",
    "kaynak(?:lar)?", "fotoğraf", "etiketler", "منبع", "منابع", "عکس", "برچسب(?:‌| )?ها", "الوسوم", "وسوم",
    "الكلمات المفتاحية", "كلمات مفتاحية", "الكلمات الدلالية", "keywords?", "categories", "filed under", "التصنيف",
    "التصنيفات",
)  # fmt: skip
_MAX_SOURCE_WORDS = 8

_NETWORK = (
    "facebook|twitter|x|whatsapp|telegram|linkedin|instagram|youtube|pinterest|reddit|e-?mail|mail|messenger|viber|tumblr"
    "|vk|ok|odnoklassniki|tiktok|threads|snapchat|rss|copy link|print|share"
    "|في ?سبوك|فايسبوك|تويتر|[إا]كس|واتس ?[اآ]ب|تلغرام|تي?لي?[جق]رام|لينكد ?[إا]ن|[إا]نست[غق]رام|يوتيوب|بينتي?ريست"
    "|ماسنجر|سناب شات|تيك توك|(?:ال)?بريد(?: ال[إا]لكتروني)?|[إا]يميل|طباعة|نسخ الرابط|مشاركة(?: عبر البريد)?"
    "|شاركها|شارك|فايبر|رديت"
    "|фейсбук|твиттер|телеграм|вконтакте|одноклассники|ватсап|вотсап|поделиться|печать"
    "|פייסבוק|טוויטר|וואטסאפ|ווטסאפ|טלגרם|שתפו|שיתוף|הדפסה|אימייל"
    "|partager|imprimer|teilen|drucken|compartir|imprimir|paylaş|yazdır"
    "|فیس‌?بوک|توییتر|واتس‌اپ|تلگرام|اشتراک‌گذاری|چاپ"
)

_BUTTONS = (
    # Arabic
    "زر الذهاب إلى الأعلى",
    "(?:العودة|الرجوع|الذهاب|الصعود) (?:إلى|الى) (?:الأعلى|الاعلى|أعلى(?: الصفحة)?|الرئيسية|الصفحة الرئيسية)",
    "(?:شارك(?:ها|وا|نا)?|انشر|مشاركة|نشر)(?: (?:هذا |هذه )?(?:المقال|الخبر|الموضوع|المقالة|الصفحة|المحتوى))?"
    "(?: (?:عبر|على|مع) (?:فيسبوك|تويتر|واتس ?[اآ]ب|تلغرام|تيليجرام|أصدقائك|(?:مواقع|وسائل|شبكات) التواصل.{0,20}))?",
    "(?:تابعنا|تابعونا)(?: (?:في|على|عبر).{0,60})?", "(?:اشترك|اشتركوا|انضم|انضموا)",
    "(?:اشترك|اشتركوا|انضم|انضموا) (?:في|عبر|على|إلى) "
    "(?:نشرتنا|النشرة|قناتنا|القناة|صفحتنا|مجموعتنا|القائمة البريدية).{0,40}",
    "(?:انضم|انضموا) إلينا.{0,40}",
    "[إا]علان(?:ات)?",
    "إعلان ممول", "مساحة إعلانية", "(?:اقرأ|إقرأ|أكمل|تابع|شاهد|لقراءة|عرض) (?:المزيد|القراءة|الكل)(?: .{0,20})?",
    "المزيد", "التعليقات", "أضف تعليق(?:ا|اً)?", "اترك (?:تعليقا?ً?|ردا?ً?)", "اكتب تعليقا?ً?", r"\d+ تعليق(?:ات)?",
    "الرئيسية", "نسخ الرابط", "تم نسخ الرابط", "طباعة", "(?:المقال|الخبر|المقالة) (?:السابقة?|التالية?).{0,80}",
    "القائمة", "البحث", "بحث", "اتصل بنا", "من نحن", "سياسة الخصوصية", "شروط الاستخدام", "تسجيل الدخول",
    "قبول(?: الكل)?",
    "وقت القراءة.{0,20}", r"\d+ (?:دقيقة|دقائق|دقيقتان)(?: قراءة)?", "أقل من دقيقة",
    # English
    "(?:back|return|go|scroll) to (?:the )?top(?: button)?",
    "share(?: (?:this|the|it))?(?: (?:article|story|post|page|news))?(?: (?:on|via|with).{0,40})?",
    "share (?:on|via) .{1,30}", "follow (?:us|me)(?: (?:on|at).{0,60})?",
    "(?:subscribe|sign up)(?: (?:to|for|now|here|today).{0,60})?",
    "join (?:us|our) (?:on|newsletter|channel|telegram|whatsapp).{0,40}", "advertisements?",
    "sponsored(?: content)?", "advert", "ads?",
    "(?:read|show|load|view|see) (?:more|all)(?: .{0,30})?", "continue reading",
    "read the full (?:story|article).{0,30}", "click here.{0,40}", "(?:leave|post|add|write) a (?:comment|reply)",
    r"(?:\d+ |no )?comments?", "print(?: this)?(?: (?:article|page))?", "copy link",
    "(?:previous|next) (?:article|post|story).{0,80}", "skip to (?:main )?content", r"\d+ min(?:ute)?s? read",
    "accept (?:all )?cookies",
    "(?:cookie|privacy) (?:policy|settings)", "terms (?:of (?:use|service)|and conditions)", "contact us", "about us",
    "menu", "search", "home", "log ?in", "newsletter",
    # Russian
    "(?:наверх|вверх|к началу(?: страницы)?)", "поделиться(?: (?:в|с|этой|ссылкой|статьей|новостью).{0,40})?",
    "подпис(?:ывайтесь|аться|ка|итесь)(?: (?:на|в).{0,60})?", "реклама", "на правах рекламы",
    "(?:читать|показать|узнать) (?:далее|дальше|ещё|еще|больше|полностью|все)",
    "(?:оставить|добавить) комментарий", r"комментарии(?: \(?\d+\)?)?", "версия для печати", "главная(?: страница)?",
    "предыдущая (?:статья|новость).{0,80}", "следующая (?:статья|новость).{0,80}",
    # Hebrew
    "(?:חזרה|חזור|בחזרה) (?:למעלה|לראש (?:הדף|העמוד)|לדף הבית)", "שתפו?(?: (?:את|ב|עם|כתבה|הכתבה).{0,40})?",
    "(?:עקבו אחרינו|הצטרפו (?:אלינו|לערוץ|לקבוצ[הת])|היי?רשמו ל(?:ניוזלטר|עדכונים|ערוץ)).{0,40}",
    "פרסומת", "תוכן (?:שיווקי|ממומן)",
    "(?:קרא|קראו|לקריאה|המשך) (?:עוד|לקרוא|נוספת|קריאה)", "(?:הוסף|הוסיפו|כתוב) תגובה", r"תגובות(?: \(?\d+\)?)?",
    "דף הבית", "הדפסה",
    # French
    "(?:retour|revenir|remonter) en haut(?: de (?:la )?page)?", "haut de page",
    "partager(?: (?:cet article|sur|via|cette page).{0,40})?", "(?:suivez|rejoignez)-nous.{0,60}", "s'abonner.{0,60}",
    "abonnez-vous.{0,60}", "publicité", "lire (?:la suite|plus|l'article.{0,20})",
    "en savoir plus", "laisser un commentaire", r"(?:\d+ )?commentaires?", "imprimer", "accueil",
    # German
    "(?:zurück )?nach oben", "zum seitenanfang", "(?:artikel|beitrag|seite)? ?teilen(?: (?:auf|via|per).{0,40})?",
    "folgen sie uns.{0,60}", "(?:jetzt )?abonnieren.{0,60}", "anzeige", "werbung",
    "(?:weiterlesen|mehr (?:lesen|erfahren|anzeigen))", r"(?:\d+ )?kommentare?",
    "kommentar (?:schreiben|hinterlassen)", "drucken", "startseite", "impressum", "datenschutz(?:erklärung)?",
    # Spanish
    "(?:volver|ir|subir) (?:arriba|al inicio)", "compartir(?: (?:en|este|esta|por|vía).{0,40})?",
    "comparte(?: (?:en|este|esta) .{0,30})?",
    "síguenos.{0,60}", "suscr[íi]be(?:te|tse)?.{0,60}", "publicidad", "anuncio",
    "(?:leer|ver|seguir) (?:más|leyendo)", "dej[ae] un comentario",
    r"(?:\d+ )?comentarios?", "imprimir", "inicio",
    # Turkish
    "(?:yukarı|başa|sayfa başına) (?:çık|dön|git)", "başa dön", "paylaş(?:ın)?(?: .{0,30})?",
    "(?:bizi )?takip edin.{0,60}", "abone ol(?:un)?.{0,60}", "reklam",
    "(?:devamını|daha fazla|tümünü) (?:oku|göster|gör)(?:yun)?", "yorum (?:yap|yaz|ekle)(?:ın)?",
    r"(?:\d+ )?yorum(?:lar)?", "yazdır", "ana ?sayfa",
    # Persian
    "بازگشت به (?:بالا|صفحه اصلی|خانه)", "اشتراک(?:‌| )?گذاری(?: .{0,40})?", "ما را .{1,40}دنبال کنید.{0,20}",
    "عضویت در (?:خبرنامه|کانال).{0,30}", "مشترک شوید", "تبلیغات", "آگهی", "ادامه (?:مطلب|خبر)",
    "بیشتر بدانید", "(?:ارسال |ثبت )?نظر(?:ات|ها)?", "چاپ", "صفحه اصلی",
)  # fmt: skip

# Notices are sentences; everything above is none.
_NOTICES = (
    "(?:جميع|كل|كافة) الحقوق محفوظة.{0,60}", r"حقوق (?:النشر|الطبع)(?: (?:محفوظة|©|\d{4}).{0,60})?",
    "(?:نستخدم|يستخدم (?:هذا )?الموقع|هذا الموقع يستخدم) ملفات تعريف الارتباط.{0,60}",
    r"(?:©|\(c\)|copyright (?:©|\(c\)|\d{4}|holder)).{0,90}", r"all rights reserved\.?.{0,60}",
    "(?:we|this (?:web)?site) uses? cookies.{0,90}", "все права защищены.{0,60}",
    "(?:мы|сайт) использу(?:ем|ет) (?:файлы )?cookie.{0,80}", "כל הזכויות שמורות.{0,60}",
    "tous droits réservés.{0,60}", "(?:ce site|nous) utilis(?:e|ons) des cookies.{0,80}",
    "alle rechte vorbehalten.{0,60}", "(?:wir verwenden|diese (?:web)?seite verwendet) cookies.{0,80}",
    "todos los derechos reservados.{0,60}", "(?:usamos|utilizamos|este sitio (?:usa|utiliza)) cookies.{0,80}",
    "(?:tüm|her) hakk(?:ı|ları) saklıdır.{0,60}", "(?:bu site|sitemiz(?:de)?) .{0,20}çerez.{0,60}",
    "تمام(?:ی)? حقوق .{0,40}محفوظ است.{0,20}",
)  # fmt: skip

# A colon, arrows and dots around a rule's words, as themes draw them.
_DRESS_BEFORE, _DRESS_AFTER = r"[\W_]*", r"[\s:.…!؟?»>›→←↑▲⬆|\-–—)\]]*"


def _whole_line(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(f"{_DRESS_BEFORE}(?:{'|'.join(patterns)}){_DRESS_AFTER}", re.IGNORECASE)


_RELATED_LINE = _whole_line(_RELATED)
_RELATED_LINK = re.compile(rf"{_DRESS_BEFORE}(?:{'|'.join(_RELATED)})\s*[:：].{{1,100}}", re.IGNORECASE)
_BUTTON_LINE = _whole_line(_BUTTONS)
_NOTICE_LINE = _whole_line(_NOTICES)
_SOURCE_LINE = re.compile(rf"{_DRESS_BEFORE}(?:{'|'.join(_SOURCE)})\s*[:：|]\s*(?P<name>\S.*)", re.IGNORECASE)
_SHARE_BAR = re.compile(rf"\W*(?:{_NETWORK})(?:[\s|,،/•·+\-–—0-9]+(?:{_NETWORK}))*[\W\d]*", re.IGNORECASE)
_BREADCRUMBS = re.compile(
    r"[^.!?؟>»›/|]{1,30}(?:\s*[>»›]\s*[^.!?؟>»›/|]{1,60}){1,6}|[^.!?؟|/]{1,25}(?:\s+[|/]\s+[^.!?؟|/]{1,25}){2,9}"
)
_SENTENCE_END = re.compile(r"[.!?؟。…][\"'”“»«)\]]*$")
_HEAD_LINES = 3
_MAX_STOPPED_WORDS = 4  # "All rights reserved." is a button, a longer line with a full stop is a sentence


def furniture_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The lines of ``text`` that are page furniture, as sorted disjoint half-open spans without their line ends."""
    lines = list(_lines(text))
    filled = [position for position, (_, _, line) in enumerate(lines) if line]
    marked = {position for position in filled if _is_furniture(lines[position][2], position in filled[:_HEAD_LINES])}
    marked |= _related_tail([position for position in filled if position not in marked], lines, filled)
    return tuple((lines[position][0], lines[position][1]) for position in sorted(marked))


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line), line.strip()
        start += len(line) + 1


def _is_furniture(line: str, at_head: bool) -> bool:
    if len(line) > _MAX_LINE_CHARACTERS:
        return False
    if _NOTICE_LINE.fullmatch(line):
        return True
    if _SENTENCE_END.search(line) and len(line.split()) > _MAX_STOPPED_WORDS:
        return False
    source = _SOURCE_LINE.fullmatch(line)
    if source is not None:
        return len(source["name"].split()) <= _MAX_SOURCE_WORDS
    rules = (_BUTTON_LINE, _RELATED_LINE, _RELATED_LINK, _SHARE_BAR)
    return any(rule.fullmatch(line) for rule in rules) or (at_head and _BREADCRUMBS.fullmatch(line) is not None)


def _related_tail(unmarked: Sequence[int], lines: Sequence[tuple[int, int, str]], filled: Sequence[int]) -> set[int]:
    """The titles of other articles after a heading such as "related articles", if nothing else follows it."""
    headings = [position for position in filled if _RELATED_LINE.fullmatch(lines[position][2])]
    for heading in headings:
        following = [position for position in unmarked if position > heading]
        if len(following) <= _MAX_RELATED_LINES and all(_is_title_like(lines[position][2]) for position in following):
            return set(following)
    return set()


def _is_title_like(line: str) -> bool:
    return len(line) <= _MAX_LINE_CHARACTERS and _SENTENCE_END.search(line) is None
