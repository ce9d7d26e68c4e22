"""Ctrl-C where something must not be left half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeAlias

Handler: TypeAlias = Callable[[int, FrameType | None], object]


class Interrupts:
    """Keeps Ctrl-C waiting, except where it is let in; once it came, what tidies up is left in peace."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._open = self._waiting = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Receive the signal."""
        if self._open:
            self._open = False
            self._handler(number, frame)
            self._open = True
        else:
            self._waiting = True

    @contextmanager
    def let_in(self) -> Iterator[None]:
        """Let an interruption in."""
        self.deliver()
        try:
            self._open = True
            yield
        finally:
            self._open = False

    def deliver(self) -> None:
        """Have what waits take effect."""
        if self._waiting:
            self._waiting = False
            self._handler(signal.SIGINT, None)


@contextmanager
def uninterrupted() -> Iterator[Interrupts]:
    """Keep Ctrl-C waiting to the end of the block.

    Outside the main thread, where Python interrupts nothing, and in a program that leaves the signal to the
    system, nothing changes.

    Examples
    --------
    >>> with uninterrupted() as interrupts:
    ...     with interrupts.let_in():
    ...         done = "as ever"
    >>> done
    'as ever'
    """
    before = signal.getsignal(signal.SIGINT)
    if not callable(before) or threading.current_thread() is not threading.main_thread():
        yield Interrupts(_nothing)
        return
    interrupts = Interrupts(before)
    try:
        signal.signal(signal.SIGINT, interrupts)
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)
        interrupts.deliver()


def _nothing(_number: int, _frame: FrameType | None) -> None: ...
