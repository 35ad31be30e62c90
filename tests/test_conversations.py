"""Conversations are kept, each for its own reader: their turns, their list and what was shared of them."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from kept_conversations import ask
from web_fakes import ARABIC_ID, FakeAssistant

from rag.errors import ConversationNotFound
from rag.web.chat import Failure, TurnState
from rag.web.conversations import Conversations, ReaderConversations


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


def names(mine: ReaderConversations, search: str = "") -> list[str]:
    return [summary.conversation_id for summary in mine.summaries(search)]


# Turns


def test_what_was_said_is_there_after_a_restart_with_citations_and_digests(
    assistant: FakeAssistant, mine: ReaderConversations, conversations_path: Path
) -> None:
    ask(assistant, mine, "one", "الجسر؟")
    ask(assistant, mine, "one", "library?")
    again = Conversations(conversations_path).of_reader("me").turns("one")
    assert again == mine.turns("one")
    assert [turn.answer for turn in again] == [assistant.answer("الجسر؟"), assistant.answer("library?")]
    assert again[0].digests == {ARABIC_ID: assistant.articles[ARABIC_ID].sha256}
    assert [turn.state for turn in again] == [TurnState.COMPLETE] * 2


def test_a_failure_is_kept_with_what_can_be_mended(
    assistant: FakeAssistant, mine: ReaderConversations, conversations_path: Path
) -> None:
    ask(assistant, mine, "one", "broken?")
    (turn,) = Conversations(conversations_path).of_reader("me").turns("one")
    assert (turn.state, turn.failure, turn.answer) == (TurnState.FAILED, Failure.INDEX, None)
    assert "vectors.npy" in turn.details


def test_a_stopped_answer_takes_no_more_drafts(assistant: FakeAssistant, mine: ReaderConversations) -> None:
    growing = mine.begin("one", "library?")
    draft = replace(assistant.answer("library"), text="The harbour")
    mine.draft(growing, draft)
    mine.stop_all("one")
    mine.complete(growing, assistant.answer("library"), {})
    (turn,) = mine.turns("one")
    assert (turn.state, turn.answer) == (TurnState.STOPPED, draft)


def test_an_answer_to_a_question_that_was_asked_anew_is_not_taken_for_the_new_ones(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    first = mine.begin("one", "library?")
    second = mine.begin("one", "hostile?", at=0)
    mine.complete(first, assistant.answer("library"), {})
    assert [(turn.question, turn.state) for turn in mine.turns("one")] == [("hostile?", TurnState.BUSY)]
    mine.complete(second, assistant.answer("hostile"), {})
    assert [turn.answer for turn in mine.turns("one")] == [assistant.answer("hostile")]


def test_two_questions_at_once_in_one_conversation_both_keep_their_answers(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    first, second = mine.begin("one", "library?"), mine.begin("one", "hostile?")
    mine.complete(second, assistant.answer("hostile"), {})
    mine.complete(first, assistant.answer("library"), {})
    assert [turn.answer for turn in mine.turns("one")] == [assistant.answer("library"), assistant.answer("hostile")]


def test_a_draft_is_shown_but_what_a_dead_server_was_answering_is_stopped(
    assistant: FakeAssistant, mine: ReaderConversations, conversations_path: Path
) -> None:
    growing = mine.begin("one", "library?")
    mine.draft(growing, assistant.answer("library"))
    (turn,) = mine.turns("one")
    assert (turn.state, turn.answer) == (TurnState.BUSY, assistant.answer("library"))
    (left,) = Conversations(conversations_path).of_reader("me").turns("one")
    assert (left.question, left.state) == ("library?", TurnState.STOPPED)


def test_cutting_takes_a_turn_and_all_after_it_and_an_empty_conversation_is_gone(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    for question in ("library?", "hostile?", "nothing?"):
        ask(assistant, mine, "one", question)
    mine.cut("one", 1)
    assert [turn.question for turn in mine.turns("one")] == ["library?"]
    mine.cut("one", 0)
    assert (mine.turns("one"), names(mine)) == ((), [])


def test_any_text_can_be_asked_and_any_text_can_be_an_id(assistant: FakeAssistant, mine: ReaderConversations) -> None:
    for text in ("\ud800", "\0 x", "'; DROP TABLE turns; --", "%", "../../etc", "م" * 5000):
        ask(assistant, mine, text, text)
        (turn,) = mine.turns(text)
        assert turn.question == text.replace("\ud800", "?")


def test_many_threads_lose_no_turn(assistant: FakeAssistant, conversations: Conversations) -> None:
    def talk(reader: int) -> None:
        mine = conversations.of_reader(f"reader {reader}")
        for number in range(10):
            mine.complete(mine.begin(f"talk {number % 2}", "library?"), assistant.answer("library"), {})

    threads = [threading.Thread(target=talk, args=(reader,)) for reader in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for reader in range(8):
        mine = conversations.of_reader(f"reader {reader}")
        for name in ("talk 0", "talk 1"):
            assert [turn.state for turn in mine.turns(name)] == [TurnState.COMPLETE] * 5


# The list


def test_the_list_has_the_one_touched_last_first_and_calls_each_by_its_first_question(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    for conversation_id, question in (("one", "library  \n now?"), ("two", "الجسر؟"), ("one", "hostile?")):
        ask(assistant, mine, conversation_id, question)
    listed = mine.summaries()
    assert [(each.conversation_id, each.title, each.turns) for each in listed] == [
        ("one", "library now?", 2),
        ("two", "الجسر؟", 1),
    ]
    assert listed[0].created_at < listed[1].created_at < listed[1].updated_at < listed[0].updated_at
    assert [each.conversation_id for each in mine.summaries(limit=1, offset=1)] == ["two"]


def test_a_name_replaces_the_first_question_and_an_empty_one_brings_it_back(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    ask(assistant, mine, "one", "library?")
    mine.rename("one", "  كتب\n المرفأ ")
    assert mine.summary("one").title == "كتب المرفأ"
    mine.rename("one", "")
    assert mine.summary("one").title == "library?"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["hostile", "harbour", "bridge"]),
        ("الحدّاد", ["bridge"]),
        ("الحداد البلديه", ["bridge"]),
        ("ٱلجِسْر", ["bridge"]),
        ("جسر", ["bridge"]),
        ("MONA reed", ["harbour"]),
        ("reed جسر", []),
        ("Évil.example", ["hostile"]),
        ("100%", []),
        ("_", []),
        ("مكتبة الميناء", ["harbour"]),
    ],
)
def test_a_search_holds_every_word_whatever_its_diacritics_and_letter_forms(
    assistant: FakeAssistant, mine: ReaderConversations, search: str, found: list[str]
) -> None:
    for conversation_id, question in (("bridge", "الجسر؟"), ("harbour", "library?"), ("hostile", "Hostile?")):
        ask(assistant, mine, conversation_id, question)
    mine.rename("harbour", "مَكتَبة الميناء")
    assert sorted(names(mine, search)) == sorted(found)


def test_what_is_deleted_is_gone_and_its_answer_on_the_way_does_not_bring_it_back(
    assistant: FakeAssistant, mine: ReaderConversations
) -> None:
    ask(assistant, mine, "one", "library?")
    growing = mine.begin("one", "hostile?")
    mine.delete("one")
    mine.complete(growing, assistant.answer("hostile"), {})
    assert (mine.turns("one"), names(mine)) == ((), [])
    with pytest.raises(ConversationNotFound):
        mine.delete("one")


def test_a_reader_reaches_only_their_own(assistant: FakeAssistant, conversations: Conversations) -> None:
    mine, other = conversations.of_reader("me"), conversations.of_reader("someone else")
    ask(assistant, mine, "one", "library?")
    assert (other.turns("one"), names(other), names(other, "library")) == ((), [], [])
    for reach in (
        lambda: other.summary("one"),
        lambda: other.rename("one", "stolen"),
        lambda: other.delete("one"),
        lambda: other.rate("one", 0, liked=True),
        lambda: other.share("one"),
        lambda: other.revoke("one"),
    ):
        with pytest.raises(ConversationNotFound):
            reach()
    ask(assistant, other, "one", "hostile?")
    other.cut("one", 0)
    assert [turn.question for turn in mine.turns("one")] == ["library?"]


def test_the_file_does_not_hold_what_would_let_somebody_in(
    assistant: FakeAssistant, conversations: Conversations, conversations_path: Path
) -> None:
    ask(assistant, conversations.of_reader("5ecre7-reader-id"), "one", "library?")
    conversations.close()
    kept = b"".join(each.read_bytes() for each in conversations_path.parent.iterdir())
    assert b"library?" in kept
    assert b"5ecre7-reader-id" not in kept


def test_a_thumb_and_a_word_are_kept_and_can_be_taken_back(
    assistant: FakeAssistant, mine: ReaderConversations, conversations_path: Path
) -> None:
    ask(assistant, mine, "one", "library?")
    mine.rate("one", 0, liked=False, remark="السنة خطأ")
    (turn,) = Conversations(conversations_path).of_reader("me").turns("one")
    assert (turn.liked, turn.remark) == (False, "السنة خطأ")
    mine.rate("one", 0, liked=None)
    assert (mine.turns("one")[0].liked, mine.turns("one")[0].remark) == (None, "")
    with pytest.raises(ConversationNotFound):
        mine.rate("one", 1, liked=True)


# Sharing


def test_what_is_shared_is_what_stood_there_then_and_nothing_private(
    assistant: FakeAssistant, conversations: Conversations, mine: ReaderConversations
) -> None:
    ask(assistant, mine, "one", "library?")
    mine.rate("one", 0, liked=False, remark="my own business")
    share_id = mine.share("one")
    ask(assistant, mine, "one", "hostile?")
    shared = conversations.shared(share_id)
    (turn,) = shared.turns
    assert shared.title == "library?"
    assert turn.answer == replace(assistant.answer("library?"), hits=())
    assert (turn.liked, turn.remark) == (None, "")
    assert mine.share("one") == share_id == mine.summary("one").share_id
    assert len(conversations.shared(share_id).turns) == 2


def test_a_link_that_is_revoked_or_whose_conversation_is_deleted_leads_nowhere(
    assistant: FakeAssistant, conversations: Conversations, mine: ReaderConversations
) -> None:
    ask(assistant, mine, "one", "library?")
    revoked = mine.share("one")
    mine.revoke("one")
    deleted = mine.share("one")
    assert revoked != deleted
    mine.delete("one")
    for share_id in (revoked, deleted, "", "\0", "../one"):
        with pytest.raises(ConversationNotFound):
            conversations.shared(share_id)
