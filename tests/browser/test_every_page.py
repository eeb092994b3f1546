"""Every page of the sample province as every role reaches it: axe, nothing sideways at 320 px; none is left out.

The routes are the application's own. A role walks them from the addresses that need nothing, along the links. Chromium
opens the first page of each route, and every page on which something stands that none before it showed.
HOSO_SHOTS=folder keeps the pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zlib import crc32

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.support.crawling import Mark, Reached, Walk, get_endpoints
from tests.support.served import SIDEWAYS, faults_of, keep_picture
from tests.web.test_criteria import workbook
from web import create_app
from web.demo import demo_house, demo_people
from web.shots import served
from workflow.bootstrap import House
from workflow.domain.calendars import HCM
from workflow.services.requests import TimeRequest

pytestmark = pytest.mark.browser

PEOPLE = {
    "nobody": "",
    "unit": "thpt",
    "police": "cax-1",
    "committee": "ubnd-1",
    "pv01": "pv01-1",
    "province": "ubnd-tinh-1",
    "admin": "quan-tri",
}
ELSEWHERE = {
    "style_guide": "test_style_guide.py looks at each of its pages",
    "swagger": "drawn by a program that is not ours; test_swagger.py looks at it",
}
FILES = {
    "ledger.decision": "the scan of a decision",
    "reports.paper": "the signed report",
    "kinds.picture": "the diagram of a kind, inside its page",
    "day_tables.preview": "the preview of a table of days",
    "day_tables.template": "the table of days",
    "score_tables.template": "the table of a score sheet",
    "score_tables.fill": "its page, where a sheet is still to be filled in; test_score_table.py looks at it",
    "rolls.download": "a roll, to take along",
    "rolls.totals": "what a roll adds up to, to take along",
    "imports.marked_table": "a table given back with its faults",
    "registering.template": "the table of a kind",
    "registering.preview": "the preview of a table of registrations",
    "registering.done": "what such a table registered",
    "packages.year": "the package of a year, asked for by a form",
    "packages.preview": "the preview of a package that was sent",
    "packages.done": "what a package brought",
    "incoming.download": "the register of what came in",
    "obligations.put": "reports put together; the sample province opens no year of reports",
    "obligations.download": "the same as a file",
    "obligations.call": "the form that calls for a report, where reports are owed",
    "obligations.called": "what such a form called for",
    "prints.draft": "a paper as far as it is written, to take along",
    "numbers.void": "the page on which a number is cancelled; none is given in the sample province",
    "merging.done": "the page after two records of a unit became one",
    "imports.results_preview": "the template of imports.organisations_preview, over another table",
}
"""What no page of the sample province links to, or is no page of its own; proved in tests/web."""


@dataclass
class Sample:
    """The sample province, served; what was reached so far and which marks Chromium has seen."""

    house: House
    app: Flask
    address: str
    reached: set[str] = field(default_factory=set)
    opened: set[str] = field(default_factory=set)
    seen: set[Mark] = field(default_factory=set)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    house = demo_house(tmp_path_factory.mktemp("sample") / "demo")
    reason = "Kế hoạch của tỉnh về muộn."
    until = datetime(2026, 12, 20, tzinfo=HCM)
    asked = TimeRequest("dien_hinh", 2026, "results_report", "vinh-phong", until, reason)
    house.requests.ask(house.people.actor("cax-1"), asked)
    house.awards.open(house.people.actor("cax-1"), form="giay_khen_ubnd_xa", cycle=2026)
    config = {"TESTING": True, "DEMO": True, "DEMO_PEOPLE": demo_people(house), "SECRET_KEY": "k" * 40}
    app = create_app(house, {**config, "WTF_CSRF_ENABLED": False, "PAGES_PER_MINUTE": 0})
    with served(app) as address:
        yield Sample(house, app, address)
    house.close()


def beyond_links(house: House, *, every_state: bool) -> list[str]:
    """Pages that few links lead to: a dossier of each state, what follows an act, what shows more of something."""
    with house.engine.reading() as stores:
        dossiers = [stores.dossiers.get(one) for one in stores.dossiers.ids_where(province_id="tinh", cycle=2026)]
        grants = stores.books.grants("tinh", "dien_hinh", 2026)
    acts = sorted({made.act_id for one in dossiers for made in one.steps if made.act_id})
    own = next(one for one in dossiers if one.subject_id == "thpt-vinh-thuan")
    states = {(one.kind, one.state): one.id for one in dossiers}
    return [
        *(f"/ho-so/{one}" for one in (states.values() if every_state else ())),
        f"/ho-so/{own.id}/da-ghi/{own.steps[-1].seq}",
        f"/ho-so/{own.id}/trao-doi",
        f"/ho-so/{own.id}/ket-thuc-tam-dung",
        f"/ho-so/{states['dien_hinh', 'returned_to_unit']}/tra-lai/",
        f"/ho-so/{states['dien_hinh', 'province_appraisal']}/tra-lai/return_to_commune",
        "/bao-cao/danh-sach/new",
        "/nguoi-va-vai/cax-vinh-phong",
        "/nam-xet/dien_hinh/2026",
        "/to-chuc/thpt-vinh-thuan/gop/",
        *(f"/thoi-han/da-mo/{grant.id}" for grant in grants),
        *(f"/viec-chung/da-ghi/{act}" for act in acts[:2]),
    ]


def tables_of(house: House, walk: Walk) -> list[str]:
    """What the province's tables would do: organisations as they are, the next version of a criteria set."""
    organisations = walk.client.get("/nhap-bang/to-chuc/mau.xlsx?dang-co=co").data
    return [
        walk.bring(organisations, "/nhap-bang/to-chuc"),
        walk.bring(workbook(house, ("Thông tin", "B3", 2)), "/bo-tieu-chi/cong-bo"),
    ]


def walk_of(sample: Sample, role: str) -> Walk:
    """The way of the person in that role."""
    beyond = beyond_links(sample.house, every_state=role in {"unit", "police", "pv01"})
    walk = Walk(sample.app, role, PEOPLE[role], beyond, ELSEWHERE)
    if role == "pv01":
        walk.beyond = [*walk.beyond, *tables_of(sample.house, walk)]
    return walk


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", list(PEOPLE))
def test_every_page_of_a_role_is_clean_and_narrow(sample: Sample, browser: Browser, role: str) -> None:
    walk = walk_of(sample, role)
    pages = list(walk.pages())
    assert [one.address for one in pages if one.status >= 500] == []
    sample.reached |= {one.endpoint for one in pages}
    assert faults_on(sample, walk, browser, pages) == []


def new_ones(sample: Sample, pages: list[Reached]) -> Iterator[tuple[Reached, bool]]:
    """The first page of each route, and those with mark-up that Chromium has not seen; whether there is such."""
    for one in pages:
        if one.is_page:
            is_new = bool(one.marks - sample.seen)
            if is_new or one.endpoint not in sample.opened:
                sample.opened.add(one.endpoint)
                sample.seen |= one.marks
                yield one, is_new


def faults_on(sample: Sample, walk: Walk, browser: Browser, pages: list[Reached]) -> list[object]:
    """What is wrong with these pages, opened by the same person: everything folded is open."""
    context = browser.new_context(locale="vi-VN", viewport={"width": 320, "height": 700})
    cookie = walk.client.get_cookie("hoso")
    if cookie is not None:
        context.add_cookies([{"name": "hoso", "value": cookie.value, "url": sample.address}])
    page, wrong = context.new_page(), []
    for one, is_new in new_ones(sample, pages):
        page.goto(sample.address + one.address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        wrong += faults_at_both_widths(page, one, is_new)
    context.close()
    return wrong


def faults_at_both_widths(page: Page, one: Reached, is_new: bool) -> list[object]:
    """Sideways on the phone, axe at the desk."""
    name = f"{one.role}-{one.endpoint}-{crc32(one.address.encode()) % 1000}"
    page.set_viewport_size({"width": 320, "height": 700})
    beyond = page.evaluate(SIDEWAYS)
    keep_picture(page, f"{name}-320")
    page.set_viewport_size({"width": 1280, "height": 900})
    keep_picture(page, f"{name}-1280")
    faults: list[object] = [(one.role, one.address, *fault) for fault in faults_of(page, contrast=is_new)]
    return [*faults, (one.role, one.address, "sideways", beyond)] if beyond else faults


def test_no_page_is_left_out(sample: Sample) -> None:
    """Runs after the walks; alone it walks for itself."""
    for role in PEOPLE if not sample.reached else ():
        sample.reached |= {one.endpoint for one in walk_of(sample, role).pages()}
    assert left_out(sample.app, sample.reached) == set()


def left_out(app: Flask, reached: set[str]) -> set[str]:
    """Endpoints that nobody reached."""
    return {one for one in get_endpoints(app) - reached - FILES.keys() if one.partition(".")[0] not in ELSEWHERE}


def test_new_page_without_a_way_to_it_is_found(sample: Sample) -> None:
    app = create_app(sample.house, {"SECRET_KEY": "k" * 40})
    app.add_url_rule("/moi/<thing>", "new_page", lambda thing: thing)
    assert left_out(app, get_endpoints(app) - {"new_page"}) == {"new_page"}
