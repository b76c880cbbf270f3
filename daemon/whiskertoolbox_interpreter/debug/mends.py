"""Where pydevd itself does other than its users are told, it is mended here, once, after its import.

Messages that only need another word are changed in `dap.py`. Importing this module imports pydevd.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

import pydevd
from _pydevd_bundle import (
    pydevd_api,
    pydevd_comm,
    pydevd_process_net_command_json,
    pydevd_vars,
)
from _pydevd_bundle._debug_adapter.pydevd_base_schema import build_response
from _pydevd_bundle._debug_adapter.pydevd_schema import SetVariableResponseBody
from _pydevd_bundle.pydevd_additional_thread_info_regular import PyDBAdditionalThreadInfo
from _pydevd_bundle.pydevd_comm_constants import CMD_RETURN, CMD_SET_BREAK, CMD_STEP_INTO_MY_CODE
from _pydevd_bundle.pydevd_constants import (
    PYDEVD_USE_SYS_MONITORING,
    STATE_RUN,
    STATE_SUSPEND,
    get_global_debugger,
    get_thread_id,
)
from _pydevd_bundle.pydevd_net_command import NetCommand
from _pydevd_bundle.pydevd_utils import ScopeRequest
from _pydevd_sys_monitoring import pydevd_sys_monitoring

from whiskertoolbox_interpreter.debug import monitoring
from whiskertoolbox_interpreter.debug.breakpoints import log_expression
from whiskertoolbox_interpreter.debug.values import show_as_the_variables_view_does

_mended: list[bool] = []


def mend() -> None:
    """Mend what is wrong in every program; done once."""
    if _mended:
        return
    _mended.append(True)
    # pydevd hides its threads and ours from `threading.enumerate`, and then does not know which to leave alone.
    pydevd.threadingEnumerate = lambda: list(threading._active.values())  # type: ignore[attr-defined]
    show_as_the_variables_view_does()
    _wake_the_thread_that_steps()
    if PYDEVD_USE_SYS_MONITORING:
        monitoring.mend()
    _take_lines_as_they_are()
    pydevd_process_net_command_json.convert_dap_log_message_to_expression = log_expression
    _offer_what_can_be_reached()
    _assign_where_the_name_lives()
    _answer_what_cannot_be_set()
    _forget_function_breakpoints()


def mend_debugger(debugger: Any) -> None:
    """Mend what hangs on the debugger's one object."""
    debugger.handle_breakpoint_condition = _stops
    debugger.handle_breakpoint_expression = print_logpoint


def _wake_the_thread_that_steps() -> None:
    """`update_stepping_info` wakes any one of the threads; the one meant finds out after 200 ms."""
    update = PyDBAdditionalThreadInfo.update_stepping_info

    def update_and_wake(info: Any) -> None:
        update(info)
        debugger = get_global_debugger()
        thread = info.weak_thread() if info.weak_thread is not None else None
        if debugger is not None and thread is not None:
            _queue, event = debugger.get_internal_queue_and_event(get_thread_id(thread))
            event.set()

    PyDBAdditionalThreadInfo.update_stepping_info = update_and_wake


def _take_lines_as_they_are() -> None:
    """pydevd moves breakpoints by the file on disk; ours have been moved by the text in the editor."""
    add = pydevd_api.PyDevdAPI.add_breakpoint

    def add_breakpoint(self: Any, *arguments: Any, **keywords: Any) -> Any:
        return add(self, *arguments, **{**keywords, "adjust_line": False})

    pydevd_api.PyDevdAPI.add_breakpoint = add_breakpoint


def _offer_what_can_be_reached() -> None:
    """Calls of the line to step into, and lines of the function to go on at; pydevd offers all calls and all lines."""
    variants = pydevd_comm.pydevd_bytecode_utils.calculate_smart_step_into_variants

    def variants_of_line(frame: FrameType, _start: int, _end: int, *arguments: Any, **keywords: Any) -> Any:
        return variants(frame, frame.f_lineno, frame.f_lineno, *arguments, **keywords)

    pydevd_comm.pydevd_bytecode_utils.calculate_smart_step_into_variants = variants_of_line
    processor = pydevd_process_net_command_json.PyDevJsonCommandProcessor
    offer = processor.on_gototargets_request

    def offer_reachable(self: Any, debugger: Any, request: Any) -> Any:
        line = request.arguments.line
        if any(line in _lines_of(frame) for frame in _stopped_frames(debugger)):
            return offer(self, debugger, request)
        answer = build_response(
            request,
            kwargs={
                "body": {"targets": []},
                "success": False,
                "message": f"Line {line} is not in the function where the code stands, or nothing runs there.",
            },
        )
        return NetCommand(CMD_RETURN, 0, answer, is_json=True)

    processor.on_gototargets_request = offer_reachable


def _forget_function_breakpoints() -> None:
    """At the end of a session pydevd forgets breakpoints in files, and keeps those on functions."""
    processor = pydevd_process_net_command_json.PyDevJsonCommandProcessor
    disconnect = processor.on_disconnect_request

    def forget_and_disconnect(self: Any, debugger: Any, request: Any) -> Any:
        debugger.function_breakpoint_name_to_breakpoint = {}
        return disconnect(self, debugger, request)

    processor.on_disconnect_request = forget_and_disconnect


def _stopped_frames(debugger: Any) -> list[FrameType]:
    """The innermost frame of each thread that stands."""
    threads = (get_thread_id(thread) for thread in threading.enumerate())
    lists = (debugger.suspended_frames_manager.get_frames_list(thread) for thread in threads)
    return [next(iter(frames)) for frames in lists if frames]


def _lines_of(frame: FrameType) -> set[int]:
    return {line for _start, _end, line in frame.f_code.co_lines() if line}


def forget_pending(debugger: Any) -> None:
    """Between runs: forget hits of breakpoints, and steps and pauses of the main thread that nothing came of."""
    of_files = (item for of_file in debugger.breakpoints.values() for item in of_file.values())
    for breakpoint_ in (*of_files, *debugger.function_breakpoint_name_to_breakpoint.values()):
        breakpoint_._hit_count = 0
    info = getattr(threading.main_thread(), "additional_info", None)
    if info is None or (info.pydev_step_cmd == -1 and info.pydev_state != STATE_SUSPEND):
        return
    info.pydev_step_cmd = info.pydev_original_step_cmd = -1
    info.pydev_step_stop = None
    info.pydev_state = STATE_RUN
    info.update_stepping_info()
    debugger._threads_suspended_single_notification._pause_requested = False
    if PYDEVD_USE_SYS_MONITORING:
        pydevd_sys_monitoring.update_monitor_events()
        pydevd_sys_monitoring.restart_events()


def resume_all() -> None:
    """Let every thread that stands go on."""
    pydevd_api.PyDevdAPI().request_resume_thread("*")


@contextlib.contextmanager
def untraced(debugger: Any) -> Iterator[None]:
    """Within, what this thread runs does not stop; it stands already."""
    info = debugger.set_additional_thread_info(threading.current_thread())
    info.is_tracing += 1  # where code is traced, and at the calls in it
    was_monitored = PYDEVD_USE_SYS_MONITORING and pydevd_sys_monitoring.suspend_current_thread_tracing()
    try:
        yield
    finally:
        info.is_tracing -= 1
        if was_monitored:
            pydevd_sys_monitoring.resume_current_thread_tracing()


def stop_at(debugger: Any, frame: FrameType) -> None:
    """Stop this thread in a frame of it, or in the one of the user's that has called it; nothing need follow there."""
    shown: FrameType | None = frame
    while shown is not None and debugger.apply_files_filter(shown, shown.f_code.co_filename, False):
        shown = shown.f_back
    if shown is None:
        print("Not stopped: this was called by no code of yours.", file=sys.stderr)
        return
    thread = threading.current_thread()
    with untraced(debugger):
        debugger.set_suspend(thread, CMD_SET_BREAK)
        debugger.do_wait_suspend(thread, shown, "line", None)


def step_into_user_code(debugger: Any) -> None:
    """Stop this thread at the next line of code that is no library's."""
    info = debugger.set_additional_thread_info(threading.current_thread())
    info.pydev_step_cmd = info.pydev_original_step_cmd = CMD_STEP_INTO_MY_CODE
    info.pydev_step_stop = None
    info.pydev_state = STATE_RUN
    info.update_stepping_info()
    if PYDEVD_USE_SYS_MONITORING:
        pydevd_sys_monitoring.update_monitor_events(suspend_requested=True)
        pydevd_sys_monitoring.restart_events()


# Conditions and logpoints --------------------------------------------------------------------------------------------
_decided: dict[int, object] = {}
"""By thread, the breakpoint at which it shall stop."""


def decide(breakpoint_: Any, frame: FrameType) -> bool:
    """Whether a breakpoint stops the code that now comes to its line; pydevd, which asks then, is not to ask again."""
    if not _counts(breakpoint_, frame):
        return False
    _decided[threading.get_ident()] = breakpoint_
    return True


def _stops(_debugger_state: object, breakpoint_: Any, frame: FrameType) -> bool:
    """Whether to stop at a breakpoint that is not an unconditional one."""
    if _decided.pop(threading.get_ident(), None) is breakpoint_:
        return True
    return not breakpoint_.is_logpoint and _counts(breakpoint_, frame)


def _counts(breakpoint_: Any, frame: FrameType) -> bool:
    """Whether condition and hit count are met; a condition that raises is, and says so in the console."""
    if breakpoint_.condition:
        try:
            if not eval(breakpoint_.condition, frame.f_globals, frame.f_locals):
                return False
        except Exception as error:
            _tell(breakpoint_, frame, f"its condition {breakpoint_.condition!r} raised", error)
            return True
    return not breakpoint_.hit_condition or bool(breakpoint_.handle_hit_condition(frame))


def print_logpoint(breakpoint_: Any, _debugger_state: object, frame: FrameType) -> None:
    """Print the message of a logpoint among the output of the code that passes it."""
    if not _counts(breakpoint_, frame):
        return
    try:
        code: CodeType | None = getattr(breakpoint_, "compiled_message", None)
        if code is None:
            code = breakpoint_.compiled_message = compile(breakpoint_.expression, "<log message>", "eval")
        sys.stdout.write(eval(code, frame.f_globals, frame.f_locals))
    except Exception as error:
        _tell(breakpoint_, frame, "its message raised", error)


def _tell(breakpoint_: Any, frame: FrameType, what: str, error: Exception) -> None:
    place = f"{frame.f_code.co_filename}:{breakpoint_.line}"
    print(f"Breakpoint at {place}: {what} {type(error).__name__}: {error}", file=sys.stderr)


# Values --------------------------------------------------------------------------------------------------------------
def _assign_where_the_name_lives() -> None:
    """``G += 1`` in a function's frame changes the module's G, and makes no local of that name."""
    save = pydevd_vars.update_globals_and_locals

    def save_in_their_place(updated: dict[str, Any], initial: dict[str, Any], frame: FrameType) -> None:
        code = frame.f_code
        own = {*code.co_varnames, *code.co_cellvars, *code.co_freevars, *frame.f_locals}
        for name in updated.keys() & frame.f_globals.keys() - own:
            if updated[name] is not initial.get(name):
                frame.f_globals[name] = initial[name] = updated[name]
        save(updated, initial, frame)

    pydevd_vars.update_globals_and_locals = save_in_their_place


def _answer_what_cannot_be_set() -> None:
    """A value that is typed is evaluated once, in the frame; when it cannot be set, the answer says why."""

    def change_variable(debugger: Any, request: Any) -> None:
        try:
            body = _changed(debugger, request.arguments)
        except Exception as error:
            failed = {"body": SetVariableResponseBody(""), "success": False}
            answer = build_response(request, kwargs={**failed, "message": f"{type(error).__name__}: {error}"})
        else:
            answer = build_response(request, kwargs={"body": body})
        debugger.writer.add_command(NetCommand(CMD_RETURN, 0, answer, is_json=True))

    pydevd_api.internal_change_variable_json = change_variable


def _changed(debugger: Any, arguments: Any) -> Any:
    """Set a variable of a frame, or an element or attribute of what is shown; returns the answer's body."""
    reference, scope = arguments.variablesReference, None
    if isinstance(reference, ScopeRequest):
        reference, scope = reference.variable_reference, reference
    container = debugger.suspended_frames_manager.get_variable(reference)
    frame, name = container.frame, arguments.name
    names = {**frame.f_globals, **frame.f_locals}
    value = eval(arguments.value.strip(), names)
    if container.value is frame:
        pydevd_vars.change_attr_expression(frame, name, arguments.value, debugger, value=value, scope=scope)
    else:
        child = container.get_child_variable_named(name)
        if child is None or not child.evaluate_name:
            raise TypeError(f"{name} of {container.name} cannot be set here; assign to it in the console")
        exec(f"{child.evaluate_name} = _new_value", {**names, "_new_value": value})
    data = container.get_child_variable_named(name, scope=scope).get_var_data()
    shown = {key: data.get(key) for key in ("value", "type", "variablesReference", "indexedVariables")}
    return SetVariableResponseBody(**shown)
