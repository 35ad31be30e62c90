"""Runs a question set against an assistant over the right articles: its own, if it brings some."""

import contextlib
import tempfile
from pathlib import Path

from rag.assistant import open_assistant
from rag.evaluation import Evaluation, evaluate
from rag.indexer import Progress
from rag.question_sets import QuestionSet
from rag.settings import Settings


def run(
    question_set: QuestionSet, settings: Settings, *, passage_given: bool = False, progress: Progress | None = None
) -> Evaluation:
    """Ask the questions of ``question_set`` over ``settings.data_dir``, or over the articles that the set brings.

    These are indexed in a temporary folder. ``progress`` is told of every stage, the last of which is "ask".

    Raises:
        MasdarError: the articles, the encoder or the index cannot be used; the message says what to do.
    """
    with contextlib.ExitStack() as stack:
        if question_set.articles:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="masdar-")))
            question_set.write_articles(folder / "data")
            settings = settings.model_copy(update={"data_dir": folder / "data", "index_dir": folder / "index"})
        assistant = open_assistant(settings, progress=progress)
        return evaluate(
            assistant,
            question_set.questions,
            passage_given=passage_given,
            progress=(lambda done, total: progress("ask", done, total)) if progress is not None else None,
        )
