"""One writer at a time on a SQLite file, in the order they came.

SQLite's own waiting sleeps and tries again, which starves some writers under load; the kernel's file lock wakes them
one by one and frees itself when a process ends in whatever way.
"""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

from workflow.domain.errors import Unavailable

try:
    import fcntl
except ImportError:  # not a POSIX system: SQLite's own waiting keeps other processes apart
    fcntl = None  # type: ignore[assignment]


class WriterGate:
    """The gate of one database file; threads of the process queue before it, processes at the file lock."""

    def __init__(self, path: Path, *, wait_seconds: float) -> None:
        self._path = path
        self._wait = wait_seconds
        self._process = 0
        self._file = -1
        self._threads = Lock()
        self._starting = Lock()

    def enter(self) -> None:
        """Wait for the turn. Raises Unavailable ``database_busy`` when it does not come in time."""
        if self._process != os.getpid():
            self._start()
        if not self._threads.acquire(timeout=self._wait):
            raise Unavailable("database_busy")
        if fcntl is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX)
            except BaseException:
                self._threads.release()
                raise

    def leave(self) -> None:
        """Let the next one in."""
        try:
            if fcntl is not None:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Close the lock file."""
        if self._file >= 0 and self._process == os.getpid():
            os.close(self._file)
        self._process, self._file = 0, -1

    def _start(self) -> None:
        """Locks of this process: a file inherited by a fork would share its lock with the parent.

        Several threads may come first; were each to open the file, one would unlock what another had locked.
        """
        with self._starting:
            if self._process != os.getpid():
                self._threads = Lock()
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                self._process = os.getpid()
