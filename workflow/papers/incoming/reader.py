"""Asking the process that reads uploaded files: one at a time, in limited time; what kills it is only a finding."""

from __future__ import annotations

import atexit
import base64
import json
import os
import ssl
import subprocess
import sys
import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path
from typing import Any

from workflow.domain.file_checks import FileLimits, FileReport, SignatureFound

_CHILD = Path(__file__).with_name("child.py")
_MOST_ASKED = 200
"""Files after which the process is replaced, so that nothing grows."""

_MOST_KEPT = 128
_LONGEST_LINE = 8 * 1024 * 1024
_KINDS = frozenset({"pdf", "docx"})


@cache
def file_reader(limits: FileLimits, trust: Path | None = None) -> FileReader:
    """The reader of this process for these limits; every house shares it."""
    return FileReader(limits, trust=trust)


class FileReader:
    """What files say of themselves, kept by digest; the file's own content decides alone."""

    def __init__(self, limits: FileLimits, *, trust: Path | None = None) -> None:
        self._limits = limits
        self._trust = _roots(trust) if trust is not None else []
        self._lock = threading.Lock()
        self._known: OrderedDict[str, FileReport] = OrderedDict()
        self._worker: _Worker | None = None

    def known(self, digest: str) -> FileReport | None:
        """What was read of this content before, or None."""
        with self._lock:
            return self._known.get(digest)

    def read(self, digest: str, content: bytes, kind: str) -> FileReport:
        """What the content says; one that cannot be read in time or memory says only that."""
        with self._lock:
            found = self._known.get(digest)
            if found is None:
                found = self._read(content, kind) if kind in _KINDS else FileReport()
                self._known[digest] = found
                if len(self._known) > _MOST_KEPT:
                    self._known.popitem(last=False)
            return found

    def _read(self, content: bytes, kind: str) -> FileReport:
        limits = self._limits
        order = {
            "kind": kind,
            "size": len(content),
            "most_pages": limits.text_pages,
            "most_text": limits.text_letters,
            "trust": self._trust,
        }
        told = self._ready().ask(json.dumps(order).encode() + b"\n" + content, limits.seconds)
        if told is None:
            self.close()
            return FileReport(unread=True)
        signatures = [SignatureFound(**one) for one in told.pop("signatures", ())]
        return FileReport(**told, signatures=tuple(signatures))

    def _ready(self) -> _Worker:
        """The process; a new one after a fork, after many files, and when there is none."""
        if self._worker is None or self._worker.is_used_up:
            self.close()
            self._worker = _Worker(self._limits.memory)
            atexit.register(self._worker.close)
        return self._worker

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            atexit.unregister(self._worker.close)
            self._worker.close()
            self._worker = None


class _Worker:
    def __init__(self, memory: int) -> None:
        self._owner, self._asked = os.getpid(), 0
        self._process = subprocess.Popen(  # noqa: S603 - our own file, no word from outside
            [sys.executable, "-I", str(_CHILD), str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            close_fds=True,
        )

    @property
    def is_used_up(self) -> bool:
        return self._owner != os.getpid() or self._asked >= _MOST_ASKED or self._process.poll() is not None

    def ask(self, order: bytes, seconds: float) -> dict[str, Any] | None:
        """The answer; None when it took too long or the process died of the file."""
        process = self._process
        if process.stdin is None or process.stdout is None:
            return None
        self._asked += 1
        over = threading.Timer(seconds, process.kill)
        over.start()
        try:
            process.stdin.write(order)
            process.stdin.flush()
            line = process.stdout.readline(_LONGEST_LINE)
        except OSError:
            return None
        finally:
            over.cancel()
        if not line.endswith(b"\n"):
            return None
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        if self._owner != os.getpid():
            return  # a forked copy: the process belongs to the one who started it
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue
        self._process.kill()
        self._process.wait()


def _roots(trust: Path) -> list[str]:
    """The certificates of a PEM file, or of every PEM file of a folder, as base64 of DER."""
    files = sorted(trust.glob("*.pem")) if trust.is_dir() else [trust]
    found = []
    for file in files:
        for part in file.read_text(encoding="ascii").split("-----END CERTIFICATE-----")[:-1]:
            pem = "-----BEGIN CERTIFICATE-----" + part.split("-----BEGIN CERTIFICATE-----")[-1]
            der = ssl.PEM_cert_to_DER_cert(pem + "-----END CERTIFICATE-----")
            found.append(base64.b64encode(der).decode())
    return found
