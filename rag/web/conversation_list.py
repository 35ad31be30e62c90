"""A reader's list of conversations: to show, search, name, delete and share them."""

import datetime
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rag.analysis import normalise, words
from rag.errors import ConversationNotFound
from rag.web.chat import Turn, TurnState
from rag.web.conversation_file import ConversationFile
from rag.web.turn_rows import now, row_of, turn_of

LONGEST_TITLE, LONGEST_REMARK, LONGEST_SEARCH = 200, 1000, 200
_SHARE_BYTES = 24

_SUMMARIES = (
    "SELECT c.conversation_id, c.title, c.created_at, c.updated_at, coalesce(s.share_id, ''),"
    " (SELECT question FROM turns WHERE reader = c.reader AND conversation_id = c.conversation_id"
    " ORDER BY number LIMIT 1),"
    " (SELECT count(*) FROM turns WHERE reader = c.reader AND conversation_id = c.conversation_id)"
    " FROM conversations c LEFT JOIN shares s USING (reader, conversation_id) WHERE c.reader = ?"
)
_HOLDS_WORD = (
    " AND (instr(c.title_words, ?) OR EXISTS (SELECT 1 FROM turns WHERE reader = c.reader"
    " AND conversation_id = c.conversation_id AND instr(words, ?)))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """A conversation without its turns. ``title`` is what the reader called it, else its first question.

    ``turns`` counts them. Times are UTC. ``share_id`` is "" where it is not shared.
    """

    conversation_id: str
    title: str
    turns: int
    created_at: datetime.datetime
    updated_at: datetime.datetime
    share_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedConversation:
    """A conversation as it was when its reader shared it; what came later is not in it."""

    title: str
    shared_at: datetime.datetime
    turns: tuple[Turn, ...]


class ConversationList:
    """One reader's conversations, as far as they are kept in the file."""

    def __init__(self, file: ConversationFile, reader: str) -> None:
        """``reader`` is what the file knows the reader by."""
        self._file = file
        self._reader = reader

    def summaries(self, search: str = "", *, limit: int = 200, offset: int = 0) -> tuple[ConversationSummary, ...]:
        """The reader's conversations, the one touched last first.

        ``search`` keeps those whose title, questions or answers hold every word of it, whatever their diacritics and
        letter forms; a word may be a part of a longer one.

        Raises:
            ConversationsError: the file cannot be read.
        """
        wanted = _wanted(search)
        rows = self._file.rows(
            _SUMMARIES + _HOLDS_WORD * len(wanted) + " ORDER BY c.updated_at DESC LIMIT ? OFFSET ?",
            (self._reader, *(word for word in wanted for _ in range(2)), limit, offset),
        )
        return tuple(_summary(row) for row in rows)

    def summary(self, conversation_id: str) -> ConversationSummary:
        """One of them.

        Raises:
            ConversationNotFound: this reader has none with that id.
            ConversationsError: the file cannot be read.
        """
        rows = self._file.rows(_SUMMARIES + " AND c.conversation_id = ?", self._key(conversation_id))
        if not rows:
            raise _not_found()
        return _summary(rows[0])

    def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """Its turns, oldest first; none for an unknown id.

        Raises:
            ConversationsError: the file cannot be read.
        """
        return tuple(self._numbered_turns(conversation_id).values())

    def _numbered_turns(self, conversation_id: str) -> dict[int, Turn]:
        rows = self._file.rows(
            "SELECT number, question, answer, state, failure, details, asked_at, digests, liked, remark FROM turns"
            " WHERE reader = ? AND conversation_id = ? ORDER BY number",
            self._key(conversation_id),
        )
        return {number: turn_of(row) for number, *row in rows}

    def rename(self, conversation_id: str, title: str) -> None:
        """Calls it ``title``; "" calls it by its first question again.

        Raises:
            ConversationNotFound: this reader has none with that id.
            ConversationsError: the file cannot be written.
        """
        title = " ".join(title.split())[:LONGEST_TITLE]
        self._change_one(
            "UPDATE conversations SET title = ?, title_words = ? WHERE reader = ? AND conversation_id = ?",
            (title, normalise(title), *self._key(conversation_id)),
        )

    def delete(self, conversation_id: str) -> None:
        """Forgets it, and what was shared of it.

        Raises:
            ConversationNotFound: this reader has none with that id.
            ConversationsError: the file cannot be written.
        """
        self._change_one(
            "DELETE FROM conversations WHERE reader = ? AND conversation_id = ?", self._key(conversation_id)
        )

    def rate(self, conversation_id: str, number: int, *, liked: bool | None, remark: str = "") -> None:
        """Keeps what the reader thought of answer ``number``, counted from 0; None takes a thumb back.

        Raises:
            ConversationNotFound: there is no such turn.
            ConversationsError: the file cannot be written.
        """
        self._change_one(
            "UPDATE turns SET liked = ?, remark = ? WHERE reader = ? AND conversation_id = ? AND number = ?",
            (liked, remark[:LONGEST_REMARK], *self._key(conversation_id), number),
        )

    def share(self, conversation_id: str) -> str:
        """Shares it as it is now, and returns the id to read it under; sharing again keeps that id.

        Raises:
            ConversationNotFound: this reader has none with that id.
            ConversationsError: the file cannot be written.
        """
        summary = self.summary(conversation_id)
        ended = [turn for turn in self.turns(conversation_id) if turn.state is not TurnState.BUSY]
        rows = json.dumps([row_of(_without_private(turn)) for turn in ended], ensure_ascii=False)
        with self._file.writing() as transaction:
            transaction.change(
                "INSERT INTO shares VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (reader, conversation_id)"
                " DO UPDATE SET title = excluded.title, shared_at = excluded.shared_at, turns = excluded.turns",
                (
                    secrets.token_urlsafe(_SHARE_BYTES),
                    *self._key(conversation_id),
                    summary.title,
                    now().isoformat(),
                    rows,
                ),
            )
            ((share_id,),) = transaction.rows(
                "SELECT share_id FROM shares WHERE reader = ? AND conversation_id = ?", self._key(conversation_id)
            )
        return str(share_id)

    def revoke(self, conversation_id: str) -> None:
        """Shares it no longer; the link that was given out leads nowhere, for good.

        Raises:
            ConversationNotFound: it was not shared.
            ConversationsError: the file cannot be written.
        """
        self._change_one("DELETE FROM shares WHERE reader = ? AND conversation_id = ?", self._key(conversation_id))

    def _key(self, conversation_id: str) -> tuple[str, str]:
        return self._reader, conversation_id

    def _change_one(self, statement: str, parameters: Sequence[object]) -> None:
        with self._file.writing() as transaction:
            changed = transaction.change(statement, parameters)
        if not changed:
            raise _not_found()


def shared_conversation(file: ConversationFile, share_id: str) -> SharedConversation:
    """What is shared under an id.

    Raises:
        ConversationNotFound: nothing is, or no longer.
        ConversationsError: the file cannot be read.
    """
    rows = file.rows("SELECT title, shared_at, turns FROM shares WHERE share_id = ?", (share_id,))
    if not rows:
        raise ConversationNotFound("This link leads nowhere: what was shared here is shared no longer.")
    ((title, shared_at, turns),) = rows
    return SharedConversation(
        title=title,
        shared_at=datetime.datetime.fromisoformat(shared_at),
        turns=tuple(turn_of(row) for row in json.loads(turns)),
    )


def _without_private(turn: Turn) -> Turn:
    # The passages that were considered are not shown to others, nor is what the reader thought.
    answer = turn.answer and replace(turn.answer, hits=())
    return replace(turn, answer=answer, liked=None, remark="")


def _summary(row: Sequence[Any]) -> ConversationSummary:
    conversation_id, title, created_at, updated_at, share_id, question, turns = row
    return ConversationSummary(
        conversation_id=conversation_id,
        title=title or " ".join((question or "").split())[:LONGEST_TITLE],
        turns=turns,
        created_at=datetime.datetime.fromisoformat(created_at),
        updated_at=datetime.datetime.fromisoformat(updated_at),
        share_id=share_id,
    )


def _wanted(search: str) -> list[str]:
    search = search[:LONGEST_SEARCH]
    return words(search) or [each for each in [normalise(search).strip()] if each]


def _not_found() -> ConversationNotFound:
    return ConversationNotFound("There is no such conversation. GET /conversations lists them.")
