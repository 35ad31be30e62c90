"""The conversations of every reader: they survive a reload, a restart of the server, and a rebuild of the index.

A reader sees only their own: all is read and written through ``Conversations.of_reader``, and the reader is part of
every key. What stands on disk is a digest of the reader's secret id, so the file alone opens nobody's list.

An answer that is still growing is held in memory and written once, when it ends. Where the file cannot be written, the
turns of this run stay in memory, and a line in the log says why.
"""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.analysis import normalise
from rag.errors import ConversationNotFound, ConversationsError
from rag.records import Answer
from rag.web.chat import Failure, Turn, TurnState
from rag.web.conversation_file import ConversationFile, Transaction
from rag.web.conversation_list import ConversationList, SharedConversation, shared_conversation
from rag.web.turn_rows import now, row_of

CONVERSATIONS_FILE = "conversations.sqlite"

_LOG = logging.getLogger(__name__)
_MOST_HELD = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class GrowingTurn:
    """Names a turn while it is answered. Once it ended, or was asked anew, nothing written to it has any effect."""

    conversation_id: str
    number: int
    serial: int


class _HeldTurns:
    """Turns in memory, by reader and conversation: those that are growing, and those that could not be written.

    Each has the serial number of its asking, so that a late draft of an earlier asking is known as such.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._turns: OrderedDict[tuple[str, str], dict[int, tuple[int, Turn]]] = OrderedDict()
        self._serial = 0

    def of(self, key: tuple[str, str]) -> Mapping[int, tuple[int, Turn]]:
        return self._turns.get(key, {})

    def add(self, key: tuple[str, str], number: int, turn: Turn) -> int:
        self._serial += 1
        self._turns.setdefault(key, {})[number] = (self._serial, turn)
        self._turns.move_to_end(key)
        while len(self._turns) > _MOST_HELD:
            self._turns.popitem(last=False)
        return self._serial

    def replace(self, key: tuple[str, str], number: int, turn: Turn) -> None:
        self._turns[key][number] = (self._turns[key][number][0], turn)

    def drop(self, key: tuple[str, str], *, first: int, last: int | None = None) -> int:
        held = self._turns.pop(key, {})
        kept = {number: each for number, each in held.items() if number < first or (last is not None and number > last)}
        if kept:
            self._turns[key] = kept
        return len(held) - len(kept)


class Conversations:
    """Every reader's conversations; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Keeps them in the file ``path``, which is made when the first one begins."""
        self._file = ConversationFile(path)
        self._held = _HeldTurns()

    def of_reader(self, reader_id: str) -> "ReaderConversations":
        """The conversations of the reader with that secret id."""
        digest = hashlib.sha256(reader_id.encode("utf-8", "replace")).hexdigest()
        return ReaderConversations(self._file, self._held, digest)

    def shared(self, share_id: str) -> SharedConversation:
        """What is shared under an id.

        Raises:
            ConversationNotFound: nothing is, or no longer.
            ConversationsError: the file cannot be read.
        """
        return shared_conversation(self._file, share_id)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class ReaderConversations(ConversationList):
    """One reader's conversations. Their ids are made by the browser; any text may be one."""

    def __init__(self, file: ConversationFile, held: _HeldTurns, reader: str) -> None:
        """Made by ``Conversations.of_reader``."""
        super().__init__(file, reader)
        self._held = held

    def turns(self, conversation_id: str) -> tuple[Turn, ...]:
        """The turns so far, oldest first, one that grows included; none for an unknown id."""
        with self._held.lock:
            try:
                found = self._numbered_turns(conversation_id)
            except ConversationsError as error:
                _LOG.error("%s", error)
                found = {}
            found |= {number: turn for number, (_, turn) in self._held.of(self._key(conversation_id)).items()}
            return tuple(found[number] for number in sorted(found))

    def begin(self, conversation_id: str, question: str, *, at: int | None = None) -> GrowingTurn:
        """Adds a turn that waits for its answer; with ``at``, in place of that turn, from 0, and of all after it."""
        key = self._key(conversation_id)
        with self._held.lock:
            count = len(self.turns(conversation_id))
            number = count if at is None else min(max(at, 0), count)
            self._held.drop(key, first=number)
            turn = Turn(question=question, asked_at=now())
            serial = self._held.add(key, number, turn)
            self._save(conversation_id, number, turn)
            return GrowingTurn(conversation_id=conversation_id, number=number, serial=serial)

    def draft(self, growing: GrowingTurn, answer: Answer) -> None:
        """Shows more of an answer that is still growing."""
        self._advance(growing, {"answer": answer})

    def complete(self, growing: GrowingTurn, answer: Answer, digests: Mapping[str, str]) -> None:
        """Ends a turn with its whole answer; ``digests`` are the SHA-256 of the cited articles, by article id."""
        self._advance(growing, {"answer": answer, "digests": dict(digests), "state": TurnState.COMPLETE})

    def fail(self, growing: GrowingTurn, failure: Failure, details: str) -> None:
        """Ends a turn without an answer."""
        self._advance(growing, {"answer": None, "state": TurnState.FAILED, "failure": failure, "details": details})

    def stop(self, growing: GrowingTurn) -> None:
        """Ends a turn with what was answered so far; one that has ended stays as it is."""
        self._advance(growing, {"state": TurnState.STOPPED})

    def stop_all(self, conversation_id: str) -> None:
        """Ends every turn of a conversation that still grows."""
        with self._held.lock:
            for number, (serial, _) in list(self._held.of(self._key(conversation_id)).items()):
                self.stop(GrowingTurn(conversation_id=conversation_id, number=number, serial=serial))

    def cut(self, conversation_id: str, number: int) -> None:
        """Takes turn ``number``, counted from 0, and all after it out; a conversation without turns is gone.

        Raises:
            ConversationsError: the file cannot be written.
        """
        key = self._key(conversation_id)
        with self._held.lock, self._file.writing() as transaction:
            self._held.drop(key, first=number)
            transaction.change(
                "DELETE FROM turns WHERE reader = ? AND conversation_id = ? AND number >= ?", (*key, number)
            )
            transaction.change(
                "DELETE FROM conversations WHERE reader = ? AND conversation_id = ?"
                " AND NOT EXISTS (SELECT 1 FROM turns t WHERE (t.reader, t.conversation_id) = (?, ?))",
                (*key, *key),
            )

    def delete(self, conversation_id: str) -> None:
        """Forgets it, and what was shared of it.

        Raises:
            ConversationNotFound: this reader has none with that id.
            ConversationsError: the file cannot be written.
        """
        with self._held.lock:
            unsaved = self._held.drop(self._key(conversation_id), first=0)
            try:
                super().delete(conversation_id)
            except ConversationNotFound:
                if not unsaved:
                    raise

    def _advance(self, growing: GrowingTurn, changes: dict[str, Any]) -> None:
        # An answer that was stopped, cut out or asked anew meanwhile takes no more drafts.
        key, number = self._key(growing.conversation_id), growing.number
        with self._held.lock:
            serial, turn = self._held.of(key).get(number, (0, None))
            if turn is None or serial != growing.serial or turn.state is not TurnState.BUSY:
                return
            turn = replace(turn, **changes)
            self._held.replace(key, number, turn)
            if turn.state is not TurnState.BUSY and self._save(growing.conversation_id, number, turn):
                self._held.drop(key, first=number, last=number)

    def _save(self, conversation_id: str, number: int, turn: Turn) -> bool:
        try:
            with self._file.writing() as transaction:
                self._write(transaction, conversation_id, number, turn)
        except ConversationsError as error:
            _LOG.error("%s", error)
            return False
        return True

    def _write(self, transaction: Transaction, conversation_id: str, number: int, turn: Turn) -> None:
        key, moment = self._key(conversation_id), now().isoformat()
        transaction.change(
            "INSERT INTO conversations VALUES (?, ?, '', '', ?, ?)"
            " ON CONFLICT DO UPDATE SET updated_at = excluded.updated_at",
            (*key, moment, moment),
        )
        if turn.state is TurnState.BUSY:  # it is asked now, perhaps in place of others
            transaction.change(
                "DELETE FROM turns WHERE reader = ? AND conversation_id = ? AND number >= ?", (*key, number)
            )
        said = turn.question if turn.answer is None else f"{turn.question}\n{turn.answer.text}"
        transaction.change(
            "INSERT OR REPLACE INTO turns (reader, conversation_id, number, question, answer, state, failure, details,"
            " asked_at, digests, liked, remark, words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*key, number, *row_of(turn), normalise(said)),
        )
