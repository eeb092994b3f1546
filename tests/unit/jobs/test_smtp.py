"""Handing a message to a real server: what goes wrong is a code, and whether others need be tried."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.support.mail import MailBox, free_port, mail_server
from workflow.domain.telling import NotPosted
from workflow.jobs.smtp import MailServer


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_server() as found:
        yield found


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "hoso@tinh.example", "cax@vinh-phong.example", "Thử"
    made.set_content("Hồ sơ đã đến lượt.")
    return made


def refusal(server: MailServer) -> tuple[str, bool, bool]:
    with pytest.raises(NotPosted) as caught:
        server.hand_over(message())
    return caught.value.reason, caught.value.lasting, caught.value.everybody


def test_a_message_arrives_whole(box: MailBox) -> None:
    MailServer("127.0.0.1", box.port, "none").hand_over(message())
    [found] = box.messages
    assert (found["Subject"], found.get_content().strip()) == ("Thử", "Hồ sơ đã đến lượt.")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("550 unknown", ("recipient", True, False)), ("450 busy", ("recipient", False, False))],
)
def test_a_refused_recipient(box: MailBox, said: str, wanted: tuple[str, bool, bool]) -> None:
    box.recipient = said
    assert refusal(MailServer("127.0.0.1", box.port, "none")) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"), [("554 spam", ("refused", True, False)), ("452 full", ("later", False, False))]
)
def test_a_refused_message(box: MailBox, said: str, wanted: tuple[str, bool, bool]) -> None:
    box.answer = said
    assert refusal(MailServer("127.0.0.1", box.port, "none")) == wanted


def test_a_server_that_is_not_there() -> None:
    assert refusal(MailServer("127.0.0.1", free_port(), "none")) == ("connection", False, True)


def test_a_server_that_cannot_encrypt_gets_nothing(box: MailBox) -> None:
    assert refusal(MailServer("127.0.0.1", box.port, "starttls")) == ("tls", False, True)
    assert refusal(MailServer("127.0.0.1", box.port, "tls"))[2]
    assert box.messages == []


def test_a_wrong_password_is_said_and_not_shown() -> None:
    port = free_port()
    controller = Controller(
        MailBox(port),
        hostname="127.0.0.1",
        port=port,
        auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False, handled=False),
    )
    controller.start()
    try:
        server = MailServer("127.0.0.1", port, "none", "hoso", "mật-khẩu-sai")
        assert refusal(MailServer("127.0.0.1", port, "none", "hoso", "wrong")) == ("sign_in", False, True)
    finally:
        controller.stop()
    assert "mật-khẩu-sai" not in repr(server)
