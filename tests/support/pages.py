"""A page as a person reads it: title, headings, links, sentences, what a form would send."""

from __future__ import annotations

import html as html_of
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from werkzeug.test import TestResponse

from tests.support.face import PageReader

_TAG = re.compile(r"<[^>]+>")
_HEADING = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL)
_LINK = re.compile(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_MAIN = re.compile(r'class="btn btn-main[^>]*>(.*?)</(?:a|button)>', re.DOTALL)
_ERRORS = re.compile(r'<section class="errors".*?</section>', re.DOTALL)


def words(html: str) -> str:
    """Text without mark-up, blanks joined."""
    return re.sub(r"\s+", " ", html_of.unescape(_TAG.sub(" ", html))).strip()


@dataclass
class Page:
    """One answer of the application."""

    answer: TestResponse
    html: str = field(init=False)

    def __post_init__(self) -> None:
        self.html = self.answer.get_data(as_text=True)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.answer.status_code

    @property
    def title(self) -> str:
        """The title without the name of the site."""
        found = re.search(r"<title>(.*?)</title>", self.html, re.DOTALL)
        return words(found.group(1)).removesuffix(" · hoso") if found else ""

    @cached_property
    def main(self) -> str:
        """The HTML of main."""
        return self.html[self.html.find("<main") : self.html.find("</main>")]

    @property
    def text(self) -> str:
        """Everything that main says."""
        return words(self.main)

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Headings of main with their levels, in order."""
        return [(int(level), words(text)) for level, text in _HEADING.findall(self.main)]

    @property
    def links(self) -> dict[str, str]:
        """Addresses by the words of their links; the first of equal words counts."""
        found: dict[str, str] = {}
        for url, text in _LINK.findall(self.main):
            found.setdefault(words(text), html_of.unescape(url))
        return found

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        found = _ERRORS.search(self.main)
        return [words(line) for line in re.findall(r"<li>(.*?)</li>", found.group(0), re.DOTALL)] if found else []

    def form(self, form_id: str = "f") -> dict[str, list[str]]:
        """What the form would send if it were sent as it stands, without its buttons."""
        reader = PageReader(form_id)
        reader.feed(self.html)
        return reader.posted

    def section(self, heading: str) -> str:
        """The words from a heading to the next one of its level or above."""
        for found in _HEADING.finditer(self.main):
            if words(found.group(2)) == heading:
                rest = self.main[found.end() :]
                following = next((m.start() for m in _HEADING.finditer(rest) if m.group(1) <= found.group(1)), None)
                return words(rest[:following])
        raise AssertionError(f"no heading {heading!r} among {[text for _, text in self.headings]}")

    def main_button(self) -> list[str]:
        """The words of every filled button or link: there is to be one at most."""
        return [
            words(text) for text in re.findall(r'class="btn btn-main[^>]*>(.*?)</(?:a|button)>', self.main, re.DOTALL)
        ]


def filled(form: Mapping[str, list[str]], **changes: object) -> dict[str, object]:
    """A form with some fields changed; names with a slash come as keys of a dict under ``fields``."""
    data: dict[str, object] = dict(form)
    extra = changes.pop("fields", {})
    assert isinstance(extra, dict)
    data.update(changes)
    data.update(extra)
    return {name: value for name, value in data.items() if value is not None}
