"""A site in the middle of a story, open to real browsers: who sits at them, what they read, press and type."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.houses import Told
from tests.support.sites import Site, open_site
from web.forms.paths import NAME_PREFIX
from web.shots import served
from workflow.clock import PracticeClock
from workflow.domain.calendars import HCM
from workflow.seeding.papers import scan
from workflow.seeding.script import moment

PATIENCE = 20_000
"""Milliseconds until something that does not come is a failure, on a machine that is busy with other things."""
expect.set_options(timeout=PATIENCE)

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_SMALL = """() => {
  const kinds = `button, summary, input:not([type=hidden]), select, textarea,
    .acts a, .tbl a, .work a, .tasks a, .dates a`;
  const high = (e) => e.getBoundingClientRect().height;
  return [...document.querySelectorAll(kinds)]
    .filter((e) => e.checkVisibility() && e.tabIndex >= 0 && high(e) > 1 && high(e) < 23.5)
    .map((e) => e.outerHTML.slice(0, 80));
}"""
"""What can be pressed and is lower than 24 px."""
OPEN_ABOVE = "(e) => { for (let d = e.closest('details'); d; d = d.parentElement.closest('details')) d.open = true }"


_AXE = Axe().axe_script
_MARKS = """() => {
  const name = (e) => e === null ? "" : [e.tagName, ...[...e.classList].sort()].join(".");
  return [...new Set([...document.body.querySelectorAll("*")].map((e) => name(e.parentElement) + ">" + name(e)))];
}"""
"""What stands on a page: each element by its classes, with those of the one around it."""
_SEEN: set[str] = set()
"""What this process has weighed for contrast."""
_FAULTS = """(rules) => axe.run({ resultTypes: ["violations"], rules })
  .then((found) => found.violations.map((one) => [one.id, one.nodes.map((node) => node.target)]))"""


@dataclass
class Live:
    """A site open at an address, with a browser to enter it; its clock stands where the story stopped."""

    site: Site
    address: str
    browser: Browser

    def at(self, text: str) -> None:
        """Move the clock on."""
        clock = self.site.house.clock
        assert isinstance(clock, PracticeClock)
        clock.advance_to(moment(text))

    def sit(self, person: str = "", *, phone: bool = False, **window: Any) -> Seat:
        """A window of its own in which that person signs in by role; without a person, nobody does."""
        size = {"width": 390, "height": 800} if phone else {"width": 1280, "height": 900}
        context = self.browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport=size, **window)
        context.set_default_timeout(PATIENCE)
        seat = Seat(context.new_page(), self)
        if person:
            seat.enter(person)
        return seat

    def state_of(self, dossier_id: str) -> str:
        """The state a dossier is in."""
        with self.site.house.engine.reading() as stores:
            return stores.dossiers.get(dossier_id).state

    def version_of(self, dossier_id: str) -> int:
        """How many things have happened to a dossier: what a second effect would raise."""
        with self.site.house.engine.reading() as stores:
            return stores.dossiers.get(dossier_id).version


@contextmanager
def live_site(told: Told, folder: Path, browser: Browser) -> Iterator[Live]:
    """A copy of a told house, served on 127.0.0.1 with every guard on, until the block ends."""
    site = open_site(told, folder)
    site.app.config["WTF_CSRF_ENABLED"] = True
    with served(site.app) as address:
        yield Live(site, address, browser)
    for context in browser.contexts:
        context.close()
    site.house.close()


@dataclass
class Seat:
    """One person at one browser window."""

    page: Page
    live: Live

    def enter(self, person: str) -> None:
        """Sign in by role, as the practice site offers it; whoever sat here before is gone."""
        enter(self.page, self.live.address, person)

    def open(self, path: str) -> None:
        """Go to an address of the site."""
        self.page.goto(self.live.address + path)

    # --- reading

    @property
    def heading(self) -> str:
        """The words of the page's heading."""
        return self.page.locator("h1").inner_text()

    @property
    def text(self) -> str:
        """Everything that main says, blanks joined."""
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return self.page.locator(".errors li").all_inner_texts()

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.page.locator(f'[name="{name}"]').first.input_value()

    # --- pressing and typing

    def link(self, name: str) -> None:
        """Follow the first link with these words."""
        self.page.get_by_role("link", name=name).first.click()

    def press(self, name: str) -> None:
        """Press the first button whose words begin so; the one that Enter presses has none."""
        self.page.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.click()

    def tick(self, label: str) -> None:
        """Tick a box by its words."""
        self.page.get_by_label(label).check()

    def type(self, document: Mapping[str, Any], at: str = NAME_PREFIX) -> None:
        """Type a document into the fields of its form, rows added by their button; dates as people write them."""
        for key, value in document.items():
            self._type(f"{at}/{key}", value)

    def _type(self, name: str, value: Any) -> None:
        if isinstance(value, Mapping):
            self.type(value, name)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                self._add_row(name, number)
                self._type(f"{name}/{number}", item)
        elif isinstance(value, datetime):
            local = value.astimezone(HCM)
            self._fill(self.page.locator(f'[name="{name}~ngay"]'), f"{local:%d/%m/%Y}")
            self._fill(self.page.locator(f'[name="{name}~gio"]'), f"{local:%H:%M}")
        else:
            self._fill(self.page.locator(f'[name="{name}"]:not([type=hidden])'), value)

    def _fill(self, field: Locator, value: Any) -> None:
        first = field.first
        first.evaluate(OPEN_ABOVE)
        kind = first.evaluate("(e) => e.type")
        if kind == "radio":
            self.page.locator(f'[name="{first.get_attribute("name")}"][value="{value}"]').check()
        elif kind == "checkbox":
            first.set_checked(bool(value))
        elif kind == "select-one":
            first.select_option(value)
        else:
            first.fill(value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value).replace(".0", ""))

    def _add_row(self, name: str, number: int) -> None:
        count = self.page.locator(f'[name="{name}/#"]')
        count.evaluate(OPEN_ABOVE)
        if int(count.input_value()) <= number:
            self.page.locator(f'button[name="_dong"][value="add:{name}"]').click()
            self.page.locator(f'[name="{name}/#"][value="{number + 1}"]').wait_for(state="attached")

    def score(self, **points: str) -> None:
        """Give every criterion its full points (met, where it has none) but where ``points`` says otherwise."""
        table = self.page.locator("table.score")
        codes = table.locator("tr.crit .code").all_inner_texts()
        most = table.locator("tr.crit td:first-of-type").all_inner_texts()
        for field, code, full in zip(table.locator("[data-mine]").all(), codes, most, strict=True):
            if full:
                field.fill(points.get("_" + code.replace(".", "_"), full))
            else:
                field.select_option("co")

    def attach(self, title: str, field: str = "#ban") -> None:
        """Choose a scan for a file field."""
        self.page.set_input_files(field, [pdf(title)])


def pdf(title: str) -> dict[str, Any]:
    """A small real PDF, as a file field takes it."""
    return {
        "name": f"{re.sub('[^0-9a-z]+', '-', title.lower())}.pdf",
        "mimeType": "application/pdf",
        "buffer": scan(title),
    }


# --- looking --------------------------------------------------------------------------------------


def enter(page: Page, site: str, person: str) -> None:
    """Sign in by role, as the practice site offers it; nobody: the sign-in page itself."""
    page.context.clear_cookies()
    page.goto(f"{site}/dang-nhap")
    if person:
        page.locator(f'button[name="person"][value="{person}"]').click()
        page.wait_for_load_state()


def faults_of(page: Page, *, contrast: bool | None = None) -> list[list[object]]:
    """What axe finds, by rule, with the places.

    ``contrast``: its slowest rule, four fifths of its time; unless it is said, it is asked where something stands that
    was not weighed before.
    """
    if contrast is None:
        marks = set(page.evaluate(_MARKS))
        contrast = not marks <= _SEEN
        _SEEN.update(marks)
    page.evaluate(_AXE)
    found: list[list[object]] = page.evaluate(_FAULTS, {"color-contrast": {"enabled": contrast}})
    return found


def keep_picture(page: Page, name: str) -> None:
    """A picture of the whole page in the folder HOSO_SHOTS, when that is set."""
    if folder := os.environ.get("HOSO_SHOTS"):
        page.evaluate("document.fonts.ready")
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def look(page: Page, name: str) -> None:
    """The page as it stands: nothing wider than the window, targets large enough on the phone, and axe at the desk."""
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert (name, width, page.evaluate(SIDEWAYS)) == (name, width, 0)
        keep_picture(page, f"{name}-{width}")
    assert (name, page.evaluate(TOO_SMALL)) == (name, [])
    page.set_viewport_size({"width": 1280, "height": 900})
    keep_picture(page, f"{name}-1280")
    assert (name, faults_of(page)) == (name, [])
