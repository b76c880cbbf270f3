"""Who is told what the session's interpreter does, whichever process that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from whiskertoolbox_protocol.debug import DebuggerMessage
from whiskertoolbox_protocol.execution import LoopProgress
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.variables import VariablesChanged
from whiskertoolbox_protocol.views import ShowViews


@dataclass(frozen=True, kw_only=True)
class Listeners:
    """All are called on the event loop."""

    changed: Callable[[], None]
    """The state is another one."""
    debug_received: Callable[[DebuggerMessage], None]
    variables_changed: Callable[[VariablesChanged], None]
    loop_progressed: Callable[[LoopProgress], None]
    debug_wanted: Callable[[Empty], None]
    viewer_shown: Callable[[ShowViews], None]
