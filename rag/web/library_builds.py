"""Builds that readers set off: one at a time in a thread of their own, while the old index goes on answering."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from rag.errors import MasdarError
from rag.records import BuildReport

Progress = Callable[[str, int, int], None]

_LOG = logging.getLogger(__name__)
# Files arrive one after another: a build waits until none has come for so long.
_QUIET_SECONDS = 0.8
# However many come, what came first is not kept waiting for longer.
_LONGEST_WAIT_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildState:
    """``busy`` from when a build is asked for until it ended; ``done`` of ``total`` at ``stage`` ("" before the first).

    ``ended`` counts the builds so far. ``failed`` says why the last one did not succeed, "" if it did.
    """

    busy: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    ended: int = 0
    failed: str = ""


class LibraryBuilds:
    """Sets off builds, and says how far they are; safe to use from several threads."""

    def __init__(self, refresh: Callable[[Progress], BuildReport], *, quiet_seconds: float = _QUIET_SECONDS) -> None:
        """``refresh`` brings the index in step; see ``Assistant.refresh``."""
        self._refresh = refresh
        self._quiet_seconds = quiet_seconds
        self._lock = threading.Lock()
        self._wanted_at: float | None = None
        self._latest = 0.0
        self._running = False
        self._state = BuildState()

    @property
    def state(self) -> BuildState:
        """How far it is now."""
        return self._state

    def soon(self) -> None:
        """Build once nothing more was asked for a moment; what comes while a build runs is in the next one."""
        with self._lock:
            now = time.monotonic()
            if self._wanted_at is None:
                self._latest = now + _LONGEST_WAIT_SECONDS
            self._wanted_at = min(now + self._quiet_seconds, self._latest)
            if not self._state.busy:
                self._state = replace(self._state, busy=True, stage="", done=0, total=0, failed="")
            if not self._running:
                self._running = True
                # A build that dies with the process leaves the old index as it was.
                threading.Thread(target=self._run, name="library-build", daemon=True).start()

    def _run(self) -> None:
        while True:
            self._wait_for_quiet()
            failed = self._build()
            with self._lock:
                again = self._wanted_at is not None
                self._state = replace(self._state, busy=again, ended=self._state.ended + 1, failed=failed)
                if not again:
                    self._running = False
                    return

    def _wait_for_quiet(self) -> None:
        while True:
            with self._lock:
                wait = (self._wanted_at or 0) - time.monotonic()
                if wait <= 0:
                    self._wanted_at = None
                    return
            time.sleep(wait)

    def _build(self) -> str:
        try:
            self._refresh(self._progress)
        except MasdarError as error:
            return str(error)
        except Exception:
            _LOG.exception("a build that a reader set off failed")
            return "Something unexpected went wrong. The server's log says what."
        return ""

    def _progress(self, stage: str, done: int, total: int) -> None:
        self._state = replace(self._state, stage=stage, done=done, total=total)
