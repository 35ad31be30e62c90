"""Masdar: questions over a folder of articles, answered in their own words, every sentence with its source.

from rag import Settings, build_index, open_assistant

settings = Settings(data_dir="data", index_dir="index")
build_index(settings)
answer = open_assistant(settings).ask("من هي المواطنة الإسرائيلية المعتقلة في روسيا؟")
"""

from typing import TYPE_CHECKING, Any

from rag.errors import MasdarError
from rag.records import (
    Answer,
    AnswerStatus,
    Article,
    ArticleSummary,
    BuildReport,
    Citation,
    Disagreement,
    Duplicate,
    Filters,
    Hit,
    Passage,
    to_json,
)
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.assistant import Assistant, build_index, open_assistant

__all__ = [
    "Answer",
    "AnswerStatus",
    "Article",
    "ArticleSummary",
    "Assistant",
    "BuildReport",
    "Citation",
    "Disagreement",
    "Duplicate",
    "Filters",
    "Hit",
    "MasdarError",
    "Passage",
    "Settings",
    "build_index",
    "open_assistant",
    "to_json",
]


def __getattr__(name: str) -> Any:
    # Imported on first use: what stands behind these loads FAISS and more, and `import rag` should cost nothing.
    if name in {"Assistant", "build_index", "open_assistant"}:
        from rag import assistant

        return getattr(assistant, name)
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
