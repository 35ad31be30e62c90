"""Questions asked in a conversation that is kept, by its own reader or over HTTP."""

import asyncio

from starlette.testclient import TestClient
from web_fakes import FakeAssistant

from rag.web.conversations import CONVERSATIONS_FILE, Conversations, ReaderConversations
from rag.web.readers import READER_COOKIE
from rag.web.talk import answer_question


def ask(assistant: FakeAssistant, mine: ReaderConversations, conversation_id: str, question: str) -> None:
    async def run() -> None:
        async for _ in answer_question(assistant, mine, conversation_id, question):
            pass

    asyncio.run(run())


def keep(assistant: FakeAssistant, client: TestClient, *questions: str) -> ReaderConversations:
    """The conversations of this client, with one named "one" in which ``questions`` were asked."""
    client.get("/")
    cookie = client.cookies.get(READER_COOKIE)
    assert cookie is not None
    mine = Conversations(assistant.settings.index_dir / CONVERSATIONS_FILE).of_reader(cookie)
    for question in questions:
        ask(assistant, mine, "one", question)
    return mine
