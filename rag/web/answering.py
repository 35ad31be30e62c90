"""Threads of their own for what programs ask: however many ask at once, files and health are served beside them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from rag.errors import TooManyQuestions

# More at once would not be answered sooner: the encoder takes every core for each in turn.
_AT_ONCE = 8
_MOST_WAITING = 200

T = TypeVar("T")


class Answering:
    """Answers some at once, the others in the order they came."""

    def __init__(self, *, at_once: int = _AT_ONCE, most_waiting: int = _MOST_WAITING) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="answering")
        self._most = at_once + most_waiting
        self.count = 0  # of those that are answered or wait

    async def run(self, work: Callable[[], T]) -> T:
        """What ``work`` gives, done in one of the threads.

        Raises:
            TooManyQuestions: too many wait already.
        """
        if self.count >= self._most:
            raise TooManyQuestions("Too many questions at once. Ask again in a moment.")
        self.count += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self.count -= 1

    def close(self) -> None:
        """Takes nothing more and lets the threads end; what waits is not answered."""
        self._threads.shutdown(wait=False, cancel_futures=True)
