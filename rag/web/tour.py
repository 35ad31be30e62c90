"""The guided tour: six questions over the shipped articles, put to the assistant like any other."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from fastapi import APIRouter, HTTPException

from rag.errors import ArticleNotFound
from rag.web.protocol import PageAssistant
from rag.web.tour_strings import TOUR_STRINGS

STEPS = ("short", "across", "differ", "follow", "silence", "lookup")

# The articles that the questions were written for: without them the tour would show nothing.
ARTICLES = ("ar/idlib-demilitarised-zone-agreement.md", "ru/zakharova-sochinskiy-memorandum-idlib.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class TourQuestions:
    """What the tour asks in one language, a question for each of ``STEPS``.

    ``follow`` follows ``differ`` in the same conversation. ``silence`` is answered by no article. ``lookup`` is no
    question but a quotation, some of its words altered.
    """

    short: str
    across: str
    differ: str
    follow: str
    silence: str
    lookup: str


TOUR: Mapping[str, TourQuestions] = MappingProxyType(
    {
        "ar": TourQuestions(
            short="أين استقبل بوتين بينيت؟",
            across="كيف وصف بيسكوف العملية التركية في إدلب؟",
            differ="كم يبلغ عمق المنطقة المنزوعة السلاح في إدلب؟",
            follow="ومتى اتفق عليها بوتين وأردوغان؟",
            silence="من فاز بكأس العالم؟",
            lookup="رأى بوتين أن العلاقة بين روسيا وإسرائيل علاقة نادرة تحكمها الثقة المتبادلة.",
        ),
        "en": TourQuestions(
            short="Which Israeli newspaper reported a hotline between Russia and Israel?",
            across="When did security coordination between Russia and Israel begin?",
            differ="How many kilometres deep is the demilitarised zone that Putin and Erdogan agreed on in Idlib?",
            follow="And when was it agreed?",
            silence="Who won the World Cup?",
            lookup="Israel relies on selective raids to remove particular dangers and avoids expanding its bombing.",
        ),
        "ru": TourQuestions(
            short="Каким числом датирован сочинский меморандум по Идлибу?",
            across="Где Путин принял Беннета?",
            differ="Сколько километров составляет глубина демилитаризованной зоны в Идлибе?",
            follow="А когда о ней договорились?",
            silence="Кто выиграл чемпионат мира по футболу?",
            lookup="Лавров сказал, что Турция не исполнила ряд важных обещаний по урегулированию кризиса в Идлибе.",
        ),
        "he": TourQuestions(
            short="היכן אירח פוטין את בנט?",
            across="כמה חיילים סורים נהרגו באידליב מתחילת דצמבר 2019?",
            differ="כמה קילומטרים עומקו של האזור המפורז שעליו הסכימו פוטין וארדואן באידליב?",
            follow="ומתי הוסכם עליו?",
            silence="מי זכה בגביע העולם בכדורגל?",
            lookup="פוטין תיאר את היחסים בין רוסיה לישראל כיחסים מיוחדים הנשענים על אמון הדדי.",
        ),
        "fr": TourQuestions(
            short="Où Poutine a-t-il reçu Bennett ?",
            across="Combien de militaires syriens ont été tués à Idleb depuis début décembre 2019 ?",
            differ="Sur combien de kilomètres s’étend la zone démilitarisée décidée par Poutine et Erdogan à Idleb ?",
            follow="Et quand l’accord a-t-il été conclu ?",
            silence="Qui a gagné la Coupe du monde ?",
            lookup="La Russie s'efforce, selon Vladimir Poutine, de restaurer l'autorité de l'État en Syrie.",
        ),
    }
)


def has_tour(assistant: PageAssistant) -> bool:
    """Whether the corpus holds the articles that the tour is about."""
    try:
        return all(assistant.article(article_id) is not None for article_id in ARTICLES)
    except ArticleNotFound:
        return False


def tour_routes(assistant: PageAssistant) -> APIRouter:
    """The address that the tour's script calls."""
    router = APIRouter(include_in_schema=False)

    @router.get("/page/tour/{language}")
    def tour(language: str) -> dict[str, Any]:
        if language not in TOUR:
            raise HTTPException(404, f"The page does not speak {language!r}.")
        if not has_tour(assistant):
            raise HTTPException(404, TOUR_STRINGS[language].elsewhere)
        questions, words = TOUR[language], TOUR_STRINGS[language]
        steps = [
            {
                "name": name,
                "question": getattr(questions, name),
                "title": getattr(words, f"{name}_title"),
                "sentence": getattr(words, name),
            }
            for name in STEPS
        ]
        return {"steps": steps, "words": dataclasses.asdict(words)}

    return router
