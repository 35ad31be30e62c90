"""A real assistant over a small folder of real files, with an encoder that needs no model: for tests of the page."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fakes import KeywordEncoder, make_settings

from rag import assistant as wiring
from rag.assistant import Assistant, open_assistant

ARABIC_NAME = "أخبار/افتتاح الميناء #2.txt"
ARABIC_SENTENCE = "وبلغت كلفة الميناء الجديد تسعة ملايين دينار بحسب بيان نشرته البلدية يوم الخميس."
ENGLISH_NAME = "en/bridge.txt"
ENGLISH_SENTENCE = "Engineers had repaired the old bridge for two years, and a band played on the day it opened."
HOSTILE_NAME = "hostile/<img src=x onerror=hacked=1> ${hacked=2}.txt"
HOSTILE_SENTENCE = "The <b>museum</b> ![x](https://evil.example/x.png) of the marsh counted 812 visitors in spring."
CORPUS: Mapping[str, str] = {
    ARABIC_NAME: (
        f"2024-05-02\n\nافتتاح الميناء الجديد في المدينة\n\nافتتح الوزير سامي الحداد الميناء. {ARABIC_SENTENCE}\n"
    ),
    ENGLISH_NAME: f"3 March 2020\n\nBridge over the Ortan opens\n\nThe bridge opened again. {ENGLISH_SENTENCE}\n",
    "en/budget.txt": "Council passes its budget\n\nThe council passed the budget of 40 million on Friday evening.\n",
    HOSTILE_NAME: f"<script>window.hacked=3</script> museum\n\n{HOSTILE_SENTENCE}\n",
    "ru/museum.txt": (
        "Музей закрыт на ремонт\n\nГородской музей закрыли на ремонт в марте. Музей откроют снова осенью.\n"
    ),
}


@contextlib.contextmanager
def small_assistant(
    folder: Path, articles: Mapping[str, str] = CORPUS, encoder: KeywordEncoder | None = None, **settings: Any
) -> Iterator[Assistant]:
    """An assistant over ``articles`` written below ``folder``; later builds use the same encoder."""
    chosen = encoder or KeywordEncoder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "open_encoder", lambda *_, **__: chosen)
        yield open_assistant(make_settings(folder, articles, min_confidence=0.0, **settings))
