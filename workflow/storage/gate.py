"""One writer at a time on a SQLite file.

SQLite's own waiting sleeps and tries again, which starves some writers under load; the kernel's file lock wakes them,
and frees itself when a process ends in whatever way.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Event, Lock, Thread

from workflow.domain.errors import Unavailable

HAS_FILE_LOCKS = os.name == "posix"
"""Elsewhere SQLite's own waiting keeps other processes apart."""

if HAS_FILE_LOCKS:
    import fcntl

_NOTHING = -1


class WriterGate:
    """The gate of one database file; threads of the process queue before it, processes at the file lock."""

    def __init__(self, path: Path, *, wait_seconds: float) -> None:
        self._path = path
        self._wait = wait_seconds
        self._process = 0
        self._file = self._held = _NOTHING
        self._threads = Lock()
        self._starting = Lock()

    def enter(self) -> None:
        """Wait for the turn. Raises Unavailable ``database_busy`` when it does not come in time."""
        if self._process != os.getpid():
            self._start()
        end = time.monotonic() + self._wait
        if not self._threads.acquire(timeout=self._wait):
            raise Unavailable("database_busy")
        try:
            self._held = self._lock_file(end)
        except BaseException:
            self._threads.release()
            raise

    def leave(self) -> None:
        """Let the next one in."""
        held, self._held = self._held, _NOTHING
        try:
            if held != self._file:
                os.close(held)
            elif HAS_FILE_LOCKS:
                fcntl.flock(held, fcntl.LOCK_UN)
        finally:
            self._threads.release()

    def close(self) -> None:
        """Close the lock file."""
        if self._file != _NOTHING and self._process == os.getpid():
            os.close(self._file)
        self._process, self._file = 0, _NOTHING

    def _lock_file(self, end: float) -> int:
        """The descriptor that holds the lock: mostly the gate's own, at once."""
        if not HAS_FILE_LOCKS:
            return self._file
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _Waiter(self._path).wait(max(end - time.monotonic(), 0))
        return self._file

    def _start(self) -> None:
        """Locks of this process: a file inherited by a fork would share its lock with the parent.

        Several threads may come first; were each to open the file, one would unlock what another had locked.
        """
        with self._starting:
            if self._process != os.getpid():
                self._threads = Lock()
                self._file = _open(self._path)
                self._process = os.getpid()


class _Waiter:
    """Waits for the file lock in a thread of its own, since the kernel's waiting has no end that one could set."""

    def __init__(self, path: Path) -> None:
        self._file = _open(path)
        self._came = Event()
        self._settling = Lock()
        self._is_given_up = False
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        with self._settling:
            if self._is_given_up:
                os.close(self._file)
            else:
                self._came.set()

    def wait(self, seconds: float) -> int:
        """The descriptor with the lock. Raises Unavailable ``database_busy`` when it does not come in time."""
        if not self._came.wait(seconds):
            with self._settling:
                if not self._came.is_set():
                    self._is_given_up = True
                    raise Unavailable("database_busy")
        return self._file


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
