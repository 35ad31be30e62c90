"""The words of what is served beside the page: exported and shared conversations, and the door that asks a password."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentStrings:
    """These words in one language; ``{…}`` names what is filled in."""

    exported: str
    shared: str
    read_only: str
    not_shared: str
    open_masdar: str
    instead: str
    closed: str
    password: str
    enter: str
    wrong: str
    wait: str


_ARABIC = DocumentStrings(
    exported="صُدّرت من مصدر في {date}",
    shared="شوركت من مصدر في {date}",
    read_only="للقراءة فقط: الاقتباسات محفوظة كما كانت يوم الإجابة.",
    not_shared="هذا الرابط لا يؤدي إلى شيء: لم تعد المحادثة مشاركة.",
    open_masdar="افتح مصدر",
    instead="يمكن أن تسأل:",
    closed="هذه الصفحة محمية بكلمة مرور",
    password="كلمة المرور",  # noqa: S106
    enter="دخول",
    wrong="كلمة المرور غير صحيحة.",
    wait="محاولات كثيرة. أعد المحاولة بعد {seconds} ث.",
)
_ENGLISH = DocumentStrings(
    exported="Exported from Masdar on {date}",
    shared="Shared from Masdar on {date}",
    read_only="Read only: the quotations stand as they were when it was answered.",
    not_shared="This link leads nowhere: the conversation is shared no longer.",
    open_masdar="Open Masdar",
    instead="You can ask:",
    closed="This page asks for a password",
    password="Password",  # noqa: S106
    enter="Enter",
    wrong="That is not the password.",
    wait="Too many tries. Try again in {seconds} s.",
)
_RUSSIAN = DocumentStrings(
    exported="Выгружено из Masdar {date}",
    shared="Открыто для чтения в Masdar {date}",
    read_only="Только для чтения: цитаты сохранены такими, какими были в день ответа.",
    not_shared="Эта ссылка никуда не ведёт: беседа больше не открыта для чтения.",
    open_masdar="Открыть Masdar",
    instead="Можно спросить:",
    closed="Эта страница защищена паролем",
    password="Пароль",  # noqa: S106
    enter="Войти",
    wrong="Пароль неверен.",
    wait="Слишком много попыток. Повторите через {seconds} с.",
)
_HEBREW = DocumentStrings(
    exported="יוצא ממסדר בתאריך {date}",
    shared="שותף ממסדר בתאריך {date}",
    read_only="לקריאה בלבד: הציטוטים שמורים כפי שהיו ביום התשובה.",
    not_shared="הקישור הזה אינו מוביל לדבר: השיחה כבר אינה משותפת.",
    open_masdar="פתיחת מסדר",
    instead="אפשר לשאול:",
    closed="הדף הזה מוגן בסיסמה",
    password="סיסמה",  # noqa: S106
    enter="כניסה",
    wrong="הסיסמה שגויה.",
    wait="יותר מדי ניסיונות. אפשר לנסות שוב בעוד {seconds} שנ׳.",
)
_FRENCH = DocumentStrings(
    exported="Exporté de Masdar le {date}",
    shared="Partagé depuis Masdar le {date}",
    read_only="En lecture seule : les citations sont telles qu’elles étaient le jour de la réponse.",
    not_shared="Ce lien ne mène nulle part : la conversation n’est plus partagée.",
    open_masdar="Ouvrir Masdar",
    instead="Vous pouvez demander :",
    closed="Cette page demande un mot de passe",
    password="Mot de passe",  # noqa: S106
    enter="Entrer",
    wrong="Ce n’est pas le mot de passe.",
    wait="Trop d’essais. Réessayez dans {seconds} s.",
)

DOCUMENT_STRINGS: Mapping[str, DocumentStrings] = MappingProxyType(
    {"ar": _ARABIC, "en": _ENGLISH, "ru": _RUSSIAN, "he": _HEBREW, "fr": _FRENCH}
)
