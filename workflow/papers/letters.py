"""Letters: notices as a message of plain text and simple HTML, from the templates in ``dossier_schemas/mail``."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from string import Template

from workflow.domain.calendars import WorkingCalendar, local_day
from workflow.domain.telling import Letter
from workflow.papers.notice_lines import notice_line
from workflow.wording import Wording

LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class LetterPaper:
    """What every letter is written on. ``address`` is where the web application stands, empty when nobody said."""

    wording: Wording
    folder: Path
    sender: str
    address: str

    def write(self, letter: Letter, calendar: WorkingCalendar, *, at: datetime) -> EmailMessage:
        """The message. Its id is the letter's own, so that the same letter sent again is known as the same."""
        lines = [
            (self.wording.moment(written, seconds=False), notice_line(self.wording, calendar, one.code, one.facts))
            for written, one in letter.items
        ]
        subject = self._subject(letter, lines, at)
        message = EmailMessage(policy=SMTP)
        message["From"] = self.sender
        message["To"] = letter.email
        message["Subject"] = subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{letter.id}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(self._text(lines), cte="base64")
        message.add_alternative(self._html(subject, lines), subtype="html", cte="base64")
        return message

    def _subject(self, letter: Letter, lines: list[tuple[str, str]], at: datetime) -> str:
        if letter.is_digest:
            return self.wording.say("mail.subject_digest", count=len(lines), day=local_day(at))
        if len(lines) > 1:
            return self.wording.say("mail.subject_many", count=len(lines))
        return " ".join(self.wording.say("mail.subject", first=lines[0][1]).split())[:LONGEST_SUBJECT]

    def _opening(self, lines: list[tuple[str, str]]) -> str:
        code = "mail.opening" if len(lines) == 1 else "mail.opening_many"
        return self.wording.say(code, count=len(lines))

    def _text(self, lines: list[tuple[str, str]]) -> str:
        url = self._url()
        say = self.wording.say
        return Template((self.folder / "letter.txt").read_text(encoding="utf-8")).substitute(
            opening=self._opening(lines),
            items="\n".join(f"- {say('mail.item', at=at, text=text)}" for at, text in lines),
            link=say("mail.link", url=url) if url else say("mail.no_link"),
            closing=say("mail.closing"),
        )

    def _html(self, subject: str, lines: list[tuple[str, str]]) -> str:
        say = self.wording.say
        items = (html.escape(say("mail.item", at=at, text=text)) for at, text in lines)
        url = html.escape(self._url())
        label = html.escape(say("mail.link_label" if url else "mail.no_link"))
        return Template((self.folder / "letter.html").read_text(encoding="utf-8")).substitute(
            subject=html.escape(subject),
            site=html.escape(say("mail.site")),
            opening=html.escape(self._opening(lines)),
            items="\n".join(f"<li>{item}</li>" for item in items),
            link=f'<p><a href="{url}">{label}</a></p>' if url else f"<p>{label}</p>",
            closing=html.escape(say("mail.closing")),
        )

    def _url(self) -> str:
        return f"{self.address.rstrip('/')}/thong-bao/" if self.address else ""
