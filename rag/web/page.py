"""The Gradio page: its components, and the events between them. Each event carries ids, never the conversation."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag.web.chat import Turn, TurnState, history, safe_conversation_id
from rag.web.conversations import Conversations, ReaderConversations
from rag.web.corpus_face import CorpusFaces
from rag.web.follow_ups import follow_up_questions
from rag.web.markup import question_html, turn_html
from rag.web.protocol import PageAssistant
from rag.web.readers import reader_id_of
from rag.web.restriction import restriction_of
from rag.web.shell import report_html, welcome_html
from rag.web.starters import Starter
from rag.web.strings import FALLBACK_LANGUAGE, STRINGS
from rag.web.talk import answer_question

_LONGEST_QUESTION = 2000
_ANSWERS_AT_ONCE = 8
_QUESTIONS_WAITING = 64

# `masdar` is defined in static/js/main.js. Gradio learns the events' names from their quotes here.
_ON_LOAD = "() => [masdar.conversation(), masdar.language()]"
_ON_SUBMIT = """(question, conversation, language) =>
[question, masdar.conversation(), language, masdar.replaced(), masdar.restriction()]"""
_ON_OPENED = "() => { masdar.opened(); return []; }"
_BRIDGE = """
const events = ["ask_question", "drop_turns", "open_conversation", "speak_language"];
masdar.connect((name, data) => { if (events.includes(name)) trigger(name, data); });
"""


@dataclass(frozen=True, slots=True)
class _Parts:
    bridge: gr.HTML
    welcome: gr.HTML
    chat: gr.Chatbot
    question: gr.Textbox
    report: gr.HTML
    conversation: gr.Textbox
    language: gr.Textbox
    replaced: gr.Textbox
    restriction: gr.Textbox


def build_page(assistant: PageAssistant, conversations: Conversations, faces: CorpusFaces) -> gr.Blocks:
    """The page over ``assistant``; nothing on it is a public endpoint."""
    page = gr.Blocks(title="مصدر · Masdar", analytics_enabled=False, fill_height=True, fill_width=True)
    with page:
        parts = _lay_out()
        _Events(assistant, conversations, faces, parts).connect(page)
    page.queue(default_concurrency_limit=_ANSWERS_AT_ONCE, max_size=_QUESTIONS_WAITING, api_open=False)
    return page


def _lay_out() -> _Parts:
    # Values that the browser holds for the server: components without a place on the page.
    conversation = gr.Textbox(visible=False)
    language = gr.Textbox(value=FALLBACK_LANGUAGE, visible=False)
    replaced = gr.Textbox(visible=False)
    restriction = gr.Textbox(visible=False)
    # What the page's own buttons ask of the server passes through here.
    bridge = gr.HTML(elem_id="bridge", js_on_load=_BRIDGE, apply_default_css=False)
    with gr.Column(elem_id="main"):
        welcome = gr.HTML(elem_id="welcome", js_on_load=None, apply_default_css=False)
        chat = gr.Chatbot(
            elem_id="chat",
            show_label=False,
            container=False,
            buttons=[],
            latex_delimiters=[],
            feedback_options=None,
            group_consecutive_messages=False,
            autoscroll=False,  # to the end: the page keeps the question and the beginning of its answer in view
            layout="bubble",
            height=None,
        )
        question = gr.Textbox(
            elem_id="question",
            show_label=False,
            container=False,
            lines=1,
            max_lines=6,
            max_length=_LONGEST_QUESTION,
            submit_btn=True,
            autofocus=True,
        )
        report = gr.HTML(elem_id="below", js_on_load=None, apply_default_css=False)
    return _Parts(bridge, welcome, chat, question, report, conversation, language, replaced, restriction)


class _Events:
    """What happens on the page, and which parts show it."""

    def __init__(
        self, assistant: PageAssistant, conversations: Conversations, faces: CorpusFaces, parts: _Parts
    ) -> None:
        self._assistant = assistant
        self._faces = faces
        self._conversations = conversations
        self._parts = parts

    def connect(self, page: gr.Blocks) -> None:
        parts = self._parts
        shown = [parts.question, parts.chat, parts.welcome]
        whole = [parts.conversation, parts.language, *shown, parts.report]
        held = [parts.conversation, parts.language]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        arrived = page.load(self.arrive, held, whole, js=_ON_LOAD, queue=False, **private)
        typed = [parts.question, *held, parts.replaced, parts.restriction]
        asked = parts.question.submit(self.ask, typed, shown, js=_ON_SUBMIT, **private)
        offered = parts.bridge.ask_question(self.ask_offered, held, shown, **private)
        going_on = [answered.then(self.offer, held, [parts.chat], **private) for answered in (asked, offered)]
        # Else what was found for one conversation would be drawn over the one opened meanwhile.
        running = [asked, offered, *going_on]
        parts.bridge.drop_turns(self.drop, held, shown, cancels=running, queue=False, **private)
        parts.question.stop(self.stop, held, shown, cancels=running, queue=False, **private)
        parts.bridge.speak_language(self.speak, held, whole, queue=False, **private)
        renewed = parts.bridge.open_conversation(self.renew, held, whole, cancels=running, queue=False, **private)
        for opened in (arrived, renewed):
            opened.then(None, js=_ON_OPENED, **private)

    def arrive(self, conversation: str, language: str, request: gr.Request) -> tuple[Any, ...]:
        """The page for a browser that just loaded it; an answer that was on its way there has lost its reader."""
        self._of(request).stop_all(conversation)
        return self.open(conversation, language, request)

    def open(self, conversation: str, language: str, request: gr.Request) -> tuple[Any, ...]:
        """Everything on the page, for a reader's language and conversation."""
        conversation = safe_conversation_id(conversation)
        language = _known(language)
        strings = STRINGS[language]
        report = report_html(language, self._faces.now().articles, self._assistant.report)
        question = gr.Textbox(placeholder=strings.question_placeholder, label=strings.question)
        talk = self._talk(self._of(request), conversation, language)
        return (conversation, language, question, *talk, report)

    async def ask(
        self, question: str, conversation: str, language: str, replaced: str, restriction: str, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """The growing conversation while ``question`` is answered, in place of turn ``replaced`` if that is not "".

        ``restriction`` says which articles are asked; see ``restriction_of``.
        """
        question = question.strip()[:_LONGEST_QUESTION]
        if not question:
            yield gr.skip(), gr.skip(), gr.skip()
            return
        conversations = self._of(request)
        box: Any = gr.Textbox(value="", submit_btn=False, stop_btn=True)
        filters = restriction_of(restriction, self._assistant.sources()) if restriction else None
        async for _ in answer_question(
            self._assistant, conversations, conversation, question, at=_turn_number(replaced), filters=filters
        ):
            yield (box, *self._talk(conversations, conversation, language))
            box = gr.skip()
        yield gr.Textbox(submit_btn=True, stop_btn=False), gr.skip(), gr.skip()

    async def ask_offered(
        self, conversation: str, language: str, event: gr.EventData, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """As ``ask``, for a question that the page offered, or that is asked again."""
        # What the browser has open, which the page's own components may not have heard of yet.
        opened = safe_conversation_id(str(event.conversation))
        question, replaced, restriction = str(event.question), str(event.replaced), str(event.restriction)
        async for update in self.ask(question, opened, language, replaced, restriction, request):
            yield update

    async def offer(self, conversation: str, language: str, request: gr.Request) -> Any:
        """The conversation with questions to go on with under its last answer."""
        conversations = self._of(request)
        turns = conversations.turns(conversation)
        if not turns or turns[-1].state is not TurnState.COMPLETE or turns[-1].answer is None:
            return gr.skip()
        answer = turns[-1].answer
        found = await asyncio.to_thread(follow_up_questions, self._assistant, answer, history(turns), _known(language))
        now = conversations.turns(conversation)
        if not found or len(now) != len(turns) or now[-1].answer != answer:
            return gr.skip()
        return _messages(now, _known(language), found)

    def drop(self, conversation: str, language: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The conversation without a turn and all after it."""
        conversations = self._of(request)
        conversations.stop_all(conversation)
        number = _turn_number(str(event.first))
        if number is not None:
            conversations.cut(conversation, number)
        return gr.Textbox(submit_btn=True, stop_btn=False), *self._talk(conversations, conversation, language)

    def stop(self, conversation: str, language: str, request: gr.Request) -> tuple[Any, ...]:
        """The conversation with its last answer left as far as it came."""
        conversations = self._of(request)
        conversations.stop_all(conversation)
        return gr.Textbox(submit_btn=True, stop_btn=False), *self._talk(conversations, conversation, language)

    def speak(self, conversation: str, language: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """Everything on the page, in the language now chosen."""
        return self.open(conversation, str(event.language), request)

    def renew(self, conversation: str, language: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        """The page with an empty conversation."""
        self._of(request).stop_all(conversation)
        conversation, language, _, *talk, report = self.open(str(event.conversation), language, request)
        # The browser has emptied the box itself: what was typed since must not be lost.
        question = gr.Textbox(submit_btn=True, stop_btn=False)
        return (conversation, language, question, *talk, report)

    def _of(self, request: gr.Request) -> ReaderConversations:
        return self._conversations.of_reader(reader_id_of(request.cookies))

    def _talk(self, conversations: ReaderConversations, conversation: str, language: str) -> tuple[Any, str]:
        turns = conversations.turns(conversation)
        return _messages(turns, _known(language)), "" if turns else self._welcome(_known(language))

    def _welcome(self, language: str) -> str:
        return welcome_html(language, self._faces.now(), str(self._assistant.settings.data_dir))


def _messages(turns: tuple[Turn, ...], language: str, follow_ups: tuple[Starter, ...] = ()) -> list[dict[str, str]]:
    messages = []
    for number, turn in enumerate(turns):
        offered = follow_ups if number + 1 == len(turns) else ()
        messages.append({"role": "user", "content": question_html(turn.question, number, language)})
        messages.append({"role": "assistant", "content": turn_html(turn, language, number, offered)})
    return messages


def _turn_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


def _known(language: str) -> str:
    return language if language in STRINGS else FALLBACK_LANGUAGE
