"""Where pydevd's use of `sys.monitoring`, since Python 3.12, does other than it should, it is mended here.

Importing this module imports pydevd.
"""

from __future__ import annotations

import _weakrefset
import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any

from _pydev_bundle import pydev_monkey
from _pydevd_bundle.pydevd_additional_thread_info import any_thread_stepping
from _pydevd_sys_monitoring import _pydevd_sys_monitoring as pydevds


def mend() -> None:
    """Mend what is wrong in every program; to be done once."""
    _take_no_thread_for_one_that_has_ended()
    _disable_what_nobody_waits_for()


def _take_no_thread_for_one_that_has_ended() -> None:
    """A thread that starts is itself, and none that had its number before.

    What runs when a thread has ended, callbacks of weak references say, makes pydevd enter a dummy for it among the
    threads. The next thread that gets the number is taken for the dummy: one of ours would stand with the user's code.
    """
    create = pydevds._create_thread_info
    starting = {threading.__file__, pydev_monkey.__file__}

    def create_for_itself(depth: int) -> Any:
        frame = sys._getframe()
        while frame.f_back is not None:
            frame = frame.f_back
        number, outermost = threading.get_ident(), frame.f_code.co_filename
        known = threading._active.get(number)  # type: ignore[attr-defined]
        if known is None and outermost == _weakrefset.__file__:
            return None
        if isinstance(known, threading._DummyThread) and outermost in starting:
            threading._active.pop(number, None)  # type: ignore[attr-defined]
        return create(depth + 1)

    pydevds._create_thread_info = create_for_itself


def _disable_what_nobody_waits_for() -> None:
    """What is of no use is reported once, until breakpoints change or something is stepped through.

    pydevd goes on being told of each call in threads of ours, as another thread may stop there, and of each return
    from functions that a step has passed: a console line costs a quarter more, and several times as much after a step.
    """

    def wrap(report: Callable[..., object]) -> Callable[..., object]:
        def reported(code: CodeType, *event: object) -> object:
            known = pydevds._get_thread_info(False, 1)
            is_hidden = known is not None and getattr(known.thread, "is_pydev_daemon_thread", False)
            answer = None if is_hidden else report(code, *event)
            if answer is not None or any_thread_stepping():
                return answer
            info = None if report is returned else pydevds._get_func_code_info(code, sys._getframe(1))
            may_stop = info is not None and (info.breakpoint_found or info.function_breakpoint_found)
            return None if may_stop else pydevds.monitor.DISABLE

        wrappers.add(reported.__code__)
        return reported

    def frame_of_code(depth: int) -> FrameType:
        frame = sys._getframe(depth + 1)
        return frame.f_back if frame.f_back is not None and frame.f_code in wrappers else frame

    wrappers: set[CodeType] = set()
    returned = pydevds._return_event
    pydevds._getframe = frame_of_code
    for name in ("_start_method_event", "_line_event", "_jump_event", "_return_event"):
        setattr(pydevds, name, wrap(getattr(pydevds, name)))
