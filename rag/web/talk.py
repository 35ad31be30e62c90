"""A question on its way: drafts drawn from the assistant in a thread, shown no faster than a browser can draw them."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Iterator

from rag.errors import MasdarError
from rag.records import Answer, Filters
from rag.web.chat import Failure, failure_of, history
from rag.web.conversations import ReaderConversations
from rag.web.protocol import PageAssistant
from rag.web.source_state import digests_of

_logger = logging.getLogger(__name__)

# Each change makes the browser draw the whole message again: faster than this, a long answer freezes the page.
_SECONDS_BETWEEN_DRAFTS = 0.12


async def answer_question(
    assistant: PageAssistant,
    conversations: ReaderConversations,
    conversation_id: str,
    question: str,
    *,
    at: int | None = None,
    filters: Filters | None = None,
) -> AsyncGenerator[None, None]:
    """Asks, and yields whenever the conversation has something new to show; first the question itself.

    With ``at`` the question is asked in place of that turn, from 0, and of all after it; with ``filters``, of the
    articles within them.
    """
    growing = conversations.begin(conversation_id, question, at=at)
    earlier = history(conversations.turns(conversation_id)[: growing.number])
    try:
        yield
        drafts = assistant.stream(question, earlier, filters=filters)
        answer: Answer | None = None
        shown_at = time.monotonic()
        while (draft := await asyncio.to_thread(_next, drafts)) is not None:
            answer = draft
            if time.monotonic() - shown_at >= _SECONDS_BETWEEN_DRAFTS:
                shown_at = time.monotonic()
                conversations.draft(growing, answer)
                yield
        if answer is None:
            raise RuntimeError("the assistant's stream ended without an answer")
        conversations.complete(growing, answer, digests_of(assistant, answer))
    except MasdarError as error:
        conversations.fail(growing, failure_of(error), str(error))
    except Exception:
        _logger.exception("the assistant failed on a question")
        conversations.fail(growing, Failure.OTHER, "")
    finally:
        # A reader who went away finds the answer stopped, not in progress for ever.
        conversations.stop(growing)
    yield


def _next(drafts: Iterator[Answer]) -> Answer | None:
    # StopIteration cannot cross from a thread into a coroutine.
    return next(drafts, None)
