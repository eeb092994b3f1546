"""Open connections, kept for reuse: the newest returned is the first taken again.

SQLAlchemy's QueuePool does the same for about 9 µs a turn; a transition is to cost tens of them, so this is our own.
A process that was forked opens its own connections and leaves the inherited ones untouched.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from threading import BoundedSemaphore, Lock
from typing import Any

from workflow.domain.errors import Unavailable


class Pool:
    """At most ``size`` connections at once. ``is_alive`` says whether an idle one can be used again."""

    def __init__(
        self, connect: Callable[[], Any], *, size: int, wait_seconds: float, is_alive: Callable[[Any], bool]
    ) -> None:
        self._connect = connect
        self._size = size
        self._wait = wait_seconds
        self._is_alive = is_alive
        self._lock = Lock()
        self._inherited: list[Any] = []
        self._start()

    def _start(self) -> None:
        self._process = os.getpid()
        self._idle: deque[Any] = deque()
        self._places = BoundedSemaphore(self._size)

    def take(self) -> Any:
        """A connection of this process. Raises Unavailable ``database_busy`` when none comes free in time."""
        if self._process != os.getpid():
            with self._lock:
                if self._process != os.getpid():
                    self._inherited.extend(self._idle)
                    self._start()
        if not self._places.acquire(timeout=self._wait):
            raise Unavailable("database_busy")
        try:
            while self._idle:
                connection = self._idle.pop()
                if self._is_alive(connection):
                    return connection
                connection.close()
            return self._connect()
        except BaseException:
            self._places.release()
            raise

    def give(self, connection: Any) -> None:
        """Return a connection that is in no transaction."""
        self._idle.append(connection)
        self._places.release()

    def drop(self, connection: Any) -> None:
        """Close a connection that cannot be trusted any more."""
        try:
            connection.close()
        finally:
            self._places.release()

    def close(self) -> None:
        """Close every idle connection."""
        while self._idle and self._process == os.getpid():
            self._idle.pop().close()
