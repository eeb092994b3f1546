"""Handing a message to a mail server. What goes wrong becomes a code; neither addresses nor passwords are told."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage

from workflow.domain.telling import NotPosted

SECONDS = 20
"""How long a server may keep silent."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes mail. ``security``: ``starttls``, ``tls`` or ``none``."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)

    def hand_over(self, message: EmailMessage) -> None:
        """Give a message to the server. Raises ``NotPosted``."""
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            raise NotPosted("recipient", lasting=all(code >= 500 for code in codes)) from None
        except smtplib.SMTPSenderRefused:
            raise NotPosted("sender", everybody=True) from None
        except smtplib.SMTPNotSupportedError:  # no STARTTLS there, or no sign-in without it
            raise NotPosted("tls", everybody=True) from None
        except smtplib.SMTPAuthenticationError:
            raise NotPosted("sign_in", everybody=True) from None
        except smtplib.SMTPResponseException as error:
            lasting = error.smtp_code >= 500
            raise NotPosted("refused" if lasting else "later", lasting=lasting) from None
        except ssl.SSLError:
            raise NotPosted("tls", everybody=True) from None
        except (smtplib.SMTPException, OSError):
            raise NotPosted("connection", everybody=True) from None

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            if self.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server
