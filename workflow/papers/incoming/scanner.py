"""A virus scanner asked before a file is kept: clamd's INSTREAM. Configured and out of reach, nothing is taken."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable

from workflow.domain.errors import InvalidDocument, InvalidInput, Unavailable

_PIECE = 64 * 1024
_MOST_ANSWER = 4096
_SECONDS = 30.0

Scan = Callable[[bytes, str], None]


def clamd_scan(address: str, *, seconds: float = _SECONDS) -> Scan:
    """What is called with a file's bytes and name; ``address``: ``host:port``, or the path of a local socket.

    It raises InvalidDocument ``file_virus`` for an infected file, Unavailable ``scanner_down`` when the scanner does
    not answer, or answers anything but "clean".
    """
    host, _, port = address.rpartition(":")
    if not address.startswith("/") and not (host and port.isdecimal()):
        raise InvalidInput("clamd_address", value=address)

    def scan(content: bytes, name: str) -> None:
        try:
            with _connected(address, host, port, seconds) as talk:
                answer = _asked(talk, content)
        except OSError as error:
            raise Unavailable("scanner_down") from error
        if answer.endswith("FOUND"):
            raise InvalidDocument("file_virus", name=name)
        if not answer.endswith("OK"):
            raise Unavailable("scanner_down")

    return scan


def _connected(address: str, host: str, port: str, seconds: float) -> socket.socket:
    if address.startswith("/"):
        talk = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        talk.settimeout(seconds)
        talk.connect(address)
        return talk
    return socket.create_connection((host, int(port)), timeout=seconds)


def _asked(talk: socket.socket, content: bytes) -> str:
    talk.sendall(b"zINSTREAM\0")
    for start in range(0, len(content), _PIECE):
        piece = content[start : start + _PIECE]
        talk.sendall(struct.pack("!I", len(piece)) + piece)
    talk.sendall(struct.pack("!I", 0))
    answer = b""
    while len(answer) < _MOST_ANSWER and (more := talk.recv(_MOST_ANSWER)):
        answer += more
        if answer.endswith(b"\0"):
            break
    return answer.rstrip(b"\0\n").decode(errors="replace").strip()
