"""The SQLite file that conversations are kept in: made when first needed, checked when opened, set aside if damaged."""

import contextlib
import logging
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.errors import ConversationsError

SCHEMA_VERSION = 1

_LOG = logging.getLogger(__name__)
_SECONDS_TO_WAIT = 5.0
_SCHEMA = f"""
BEGIN;
CREATE TABLE conversations (
    reader TEXT NOT NULL, conversation_id TEXT NOT NULL, title TEXT NOT NULL, title_words TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (reader, conversation_id)
);
CREATE TABLE turns (
    reader TEXT NOT NULL, conversation_id TEXT NOT NULL, number INTEGER NOT NULL, question TEXT NOT NULL,
    answer TEXT, state TEXT NOT NULL, failure TEXT NOT NULL, details TEXT NOT NULL, asked_at TEXT NOT NULL,
    digests TEXT NOT NULL, liked INTEGER, remark TEXT NOT NULL, words TEXT NOT NULL,
    PRIMARY KEY (reader, conversation_id, number),
    FOREIGN KEY (reader, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
CREATE TABLE shares (
    share_id TEXT PRIMARY KEY, reader TEXT NOT NULL, conversation_id TEXT NOT NULL, title TEXT NOT NULL,
    shared_at TEXT NOT NULL, turns TEXT NOT NULL, UNIQUE (reader, conversation_id),
    FOREIGN KEY (reader, conversation_id) REFERENCES conversations ON DELETE CASCADE
);
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""


class _Damage(sqlite3.DatabaseError):
    """SQLite's own check found the file damaged."""


class ConversationFile:
    """One connection that threads take turns with. Several processes may have the same file open."""

    def __init__(self, path: Path) -> None:
        """Opens ``path`` if it is there; else nothing is written before the first conversation."""
        self.path = path
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        if path.exists():
            with contextlib.suppress(ConversationsError), self._translated():
                self._open()

    def close(self) -> None:
        """Closes the file; what is asked afterwards opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a SELECT; none where there is no file yet.

        Raises:
            ConversationsError: the file cannot be read.
        """
        with self._lock, self._translated():
            if self._connection is None and not self.path.exists():
                return []
            return self._open().execute(statement, _storable(parameters)).fetchall()

    @contextlib.contextmanager
    def writing(self) -> Iterator["Transaction"]:
        """A transaction: what is done in it is kept whole, or not at all.

        Raises:
            ConversationsError: the file cannot be written.
        """
        with self._lock, self._translated():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(connection)
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = self._connect()
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._set_aside("is damaged")
                self._connection = self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_SECONDS_TO_WAIT, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, connection.close)
        try:
            return self._prepared(connection)
        except BaseException:
            connection.close()
            raise

    def _prepared(self, connection: sqlite3.Connection) -> sqlite3.Connection:
        ((version,),) = connection.execute("PRAGMA user_version").fetchall()
        if version > SCHEMA_VERSION:
            raise ConversationsError(
                f"{self.path} was written by a newer version of Masdar. Use that version, or move the file away."
            )
        ((state,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
        if state != "ok":
            raise _Damage(state)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        if version == 0:
            connection.executescript(_SCHEMA)
        # Whatever was being answered when the server ended is not answered any more.
        connection.execute("UPDATE turns SET state = 'stopped' WHERE state = 'busy'")
        return connection

    def _set_aside(self, what: str) -> None:
        self.close()
        kept = self.path.with_name(f"{self.path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{time.monotonic_ns():x}")
        self.path.replace(kept)
        # What belongs to the damaged file must not be taken for the new one's.
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                self.path.with_name(self.path.name + ending).replace(kept.with_name(kept.name + ending))
        _LOG.error("%s %s: it was set aside as %s, and conversations begin anew.", self.path, what, kept.name)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if _is_damage(error):
                with contextlib.suppress(OSError):
                    self._set_aside("is damaged")
            raise ConversationsError(
                f"The conversations in {self.path} cannot be kept ({error}). Mend the rights of its folder, or make "
                "room on its disk."
            ) from error
        except OSError as error:
            raise ConversationsError(
                f"The conversations in {self.path} cannot be kept ({error.strerror}). Mend the rights of its folder, "
                "or make room on its disk."
            ) from error


class Transaction:
    """What can be done within one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a SELECT, as this transaction sees them."""
        return self._connection.execute(statement, _storable(parameters)).fetchall()

    def change(self, statement: str, parameters: Sequence[object] = ()) -> int:
        """Executes a statement; returns how many rows it changed."""
        return self._connection.execute(statement, _storable(parameters)).rowcount


def _is_damage(error: sqlite3.Error) -> bool:
    # The low byte is the kind of error, what is above it the details.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    return isinstance(error, _Damage) or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _storable(parameters: Sequence[object]) -> tuple[object, ...]:
    # A lone surrogate, which JSON can carry, has no UTF-8.
    return tuple(
        each.encode("utf-8", "replace").decode("utf-8") if isinstance(each, str) and not each.isascii() else each
        for each in parameters
    )
