"""Answers that may call user code: made on a thread of their own, and waited for no longer than somebody who types."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from whiskertoolbox_interpreter.interrupts import start_hidden_thread

LIMIT_S = 1.0

T = TypeVar("T")
_Question = tuple[Callable[[], Any], Callable[[], Any], "Future[Any]"]


class InTime:
    """Asks the thorough way first, and the quick way when that takes too long or fails."""

    def __init__(self) -> None:
        self._questions: SimpleQueue[_Question] = SimpleQueue()
        self._thorough: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        start_hidden_thread("completion", self._answer_forever)
        start_hidden_thread("completion by IPython", self._work_forever)

    def ask(self, thorough: Callable[[], T], quick: Callable[[], T]) -> Future[T]:
        """Ask for an answer; `quick` must not call what user code can define."""
        answer: Future[T] = Future()
        self._questions.put((thorough, quick, answer))
        return answer

    def _answer_forever(self) -> None:
        while True:
            thorough, quick, answer = self._questions.get()
            worked: Future[Any] = Future()
            self._thorough.put((thorough, worked))
            try:
                answer.set_result(worked.result(LIMIT_S))
            except (Exception, concurrent.futures.CancelledError):
                worked.cancel()  # if it has not begun: the other thread is busy with an older one
                try:
                    answer.set_result(quick())
                except Exception as error:
                    answer.set_exception(error)

    def _work_forever(self) -> None:
        while True:
            thorough, worked = self._thorough.get()
            if worked.set_running_or_notify_cancel():
                try:
                    worked.set_result(thorough())
                except Exception as error:  # `_answer_forever` has another way
                    worked.set_exception(error)
