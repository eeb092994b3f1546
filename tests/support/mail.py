"""A real mail server on 127.0.0.1 for tests: it keeps what it takes, and can be told to refuse or to be gone."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast

from aiosmtpd.controller import Controller

TAKEN = "250 OK"


@dataclass
class MailBox:
    """What arrived, oldest first. ``answer``: what the server says to a message; ``before``: called with each first."""

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    answer: str = TAKEN
    recipient: str = TAKEN
    before: Callable[[int], None] = lambda _count: None

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take a recipient, or not."""
        if self.recipient == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the same
        """Take a message, or not."""
        if self.answer == TAKEN:
            self.messages.append(cast("EmailMessage", message_from_bytes(envelope.content, policy=default)))
        self.before(len(self.messages))
        return self.answer

    def to(self, address: str) -> list[EmailMessage]:
        """What arrived for an address."""
        return [message for message in self.messages if message["To"] == address]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def mail_server() -> Iterator[MailBox]:
    """A server that runs while the block does."""
    box = MailBox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def body_of(message: EmailMessage, kind: str) -> str:
    """The plain or the HTML part of a message."""
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())
