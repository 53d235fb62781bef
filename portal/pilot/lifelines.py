"""How a child learns that its parent is gone, also after `kill -9`. Linux only; elsewhere the watchdog does it."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def ends_with_parent(death_signal: signal.Signals, *, before: Callable[[], None] | None = None) -> Callable[[], None]:
    """What a new child runs before its program (`preexec_fn`): a session of its own, and a signal when we die.

    A session of its own, because a Ctrl-C typed in the terminal must reach the supervisor alone, which then ends
    its children in order. `before` (a change of user) comes first: the kernel forgets the death signal with it.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def prepare() -> None:
        os.setsid()
        if before is not None:
            before()
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != parent:
                os._exit(1)

    return prepare
