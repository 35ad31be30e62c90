"""The page's counted phrases in Arabic, which has all six forms of each."""

from rag.web.strings.fields import Plural

COUNT_ARTICLES = Plural(
    zero="لا مقالات",
    one="مقال واحد",
    two="مقالان",
    few="{count} مقالات",
    many="{count} مقالًا",
    other="{count} مقال",
)
COUNT_SKIPPED = Plural(
    zero="لا ملفات متروكة",
    one="ملف واحد لم يُقرأ",
    two="ملفان لم يُقرآ",
    few="{count} ملفات لم تُقرأ",
    many="{count} ملفًا لم يُقرأ",
    other="{count} ملف لم يُقرأ",
)
COUNT_DUPLICATES = Plural(
    zero="لا مكررات",
    one="مقال مكرر واحد",
    two="مقالان مكرران",
    few="{count} مقالات مكررة",
    many="{count} مقالًا مكررًا",
    other="{count} مقال مكرر",
)
COUNT_FURNITURE = Plural(
    zero="لا أسطر مستبعدة",
    one="استُبعد سطر واحد من هيكل الصفحات",
    two="استُبعد سطران من هيكل الصفحات",
    few="استُبعدت {count} أسطر من هيكل الصفحات",
    many="استُبعد {count} سطرًا من هيكل الصفحات",
    other="استُبعد {count} سطر من هيكل الصفحات",
)
LOOKUP_EXACT = Plural(
    zero="لا يرد بنصّه",
    one="ورد بنصّه في موضع واحد",
    two="ورد بنصّه في موضعين",
    few="ورد بنصّه في {count} مواضع",
    many="ورد بنصّه في {count} موضعًا",
    other="ورد بنصّه في {count} موضع",
)
LOOKUP_ALTERED = Plural(
    zero="لا يرد بكلمات أخرى",
    one="ورد بكلمات مختلفة في موضع واحد",
    two="ورد بكلمات مختلفة في موضعين",
    few="ورد بكلمات مختلفة في {count} مواضع",
    many="ورد بكلمات مختلفة في {count} موضعًا",
    other="ورد بكلمات مختلفة في {count} موضع",
)
REMOVE_HOLDS = Plural(
    zero="لا مقالات فيه.",
    one="فيه مقال واحد لن يُعثر عليه بعدها.",
    two="فيه مقالان لن يُعثر عليهما بعدها.",
    few="فيه {count} مقالات لن يُعثر عليها بعدها.",
    many="فيه {count} مقالًا لن يُعثر عليها بعدها.",
    other="فيه {count} مقال لن يُعثر عليها بعدها.",
)
UPLOAD_ROWS = Plural(
    zero="لم يُترك أي صف",
    one="تُرك صف واحد",
    two="تُرك صفان",
    few="تُركت {count} صفوف",
    many="تُرك {count} صفًّا",
    other="تُرك {count} صف",
)
COUNT_ADDED = Plural(
    zero="لم يُضف مقال",
    one="أُضيف مقال واحد",
    two="أُضيف مقالان",
    few="أُضيفت {count} مقالات",
    many="أُضيف {count} مقالًا",
    other="أُضيف {count} مقال",
)
COUNT_CHANGED = Plural(
    zero="لم يتغيّر مقال",
    one="تغيّر مقال واحد",
    two="تغيّر مقالان",
    few="تغيّرت {count} مقالات",
    many="تغيّر {count} مقالًا",
    other="تغيّر {count} مقال",
)
COUNT_REMOVED = Plural(
    zero="لم يُزل مقال",
    one="أُزيل مقال واحد",
    two="أُزيل مقالان",
    few="أُزيلت {count} مقالات",
    many="أُزيل {count} مقالًا",
    other="أُزيل {count} مقال",
)
DROPPED_SENTENCES = Plural(
    zero="لم تُحذف جملة",
    one="حُذفت جملة واحدة لأن المقالات لا تسندها",
    two="حُذفت جملتان لأن المقالات لا تسندهما",
    few="حُذفت {count} جمل لأن المقالات لا تسندها",
    many="حُذفت {count} جملة لأن المقالات لا تسندها",
    other="حُذفت {count} جملة لأن المقالات لا تسندها",
)
ALSO_IN = Plural(
    zero="وليس في مقال آخر",
    one="وفي مقال آخر",
    two="وفي مقالين آخرين",
    few="وفي {count} مقالات أخرى",
    many="وفي {count} مقالًا آخر",
    other="وفي {count} مقال آخر",
)
