"""Dates, ledger and report in a real Chromium: axe on every page and state, nothing sideways at 320 px, the keyboard.

HOSO_SHOTS=folder writes a picture of every page at desktop and phone width.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.support.houses import Told, tell_story
from tests.support.served import enter, look
from web import create_app
from workflow.seeding.script import moment

pytestmark = pytest.mark.browser

REGISTRATION, REPORT = "2026-01-20T14:00:00", "2026-12-11T09:00:00"
WISH = {
    "moc": "dien_hinh:selection",
    "pham-vi": "commune",
    "noi": "xa vinh phong",
    "den": "23/01/2026",
    "ly-do": "Kế hoạch của tỉnh về đến xã ngày 19/01.",
}

Served = Callable[[str], str]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """The story up to an instant, played once a module."""
    known: dict[str, Told] = {}

    def tell(until: str) -> Told:
        if until not in known:
            known[until] = tell_story(tmp_path_factory.mktemp("story"), moment(until))
        return known[until]

    return tell


@pytest.fixture
def served(told: Callable[[str], Told], tmp_path: Path) -> Iterator[Served]:
    """The application over a house of the test's own, on 127.0.0.1 with the check against foreign sites on."""
    ends: list[Callable[[], None]] = []

    def serve(until: str) -> str:
        story = told(until)
        house = story.copy(tmp_path)
        people = [{"id": one["id"], "label": one["id"], "office": one["office"]} for one in story.script["people"]]
        config = {"TESTING": True, "DEMO": True, "DEMO_PEOPLE": people, "SECRET_KEY": "k" * 40, "PAGES_PER_MINUTE": 0}
        server = make_server("127.0.0.1", 0, create_app(house, config), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()

        def stop() -> None:
            server.shutdown()
            thread.join()
            server.server_close()
            house.close()

        ends.append(stop)
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for stop in ends:
        stop()


def test_dates_of_the_year_at_both_widths(page: Page, served: Served) -> None:
    site = served(REGISTRATION)
    enter(page, site, "pv01-1")
    for place, name in (("/thoi-han/", "thoi-han"), ("/thoi-han/nam", "chon-nam"), ("/thoi-han/?nam=2030", "chua-mo")):
        page.goto(site + place)
        look(page, name)


def test_giving_time_by_keyboard_and_with_errors(page: Page, served: Served) -> None:
    site = served(REGISTRATION)
    enter(page, site, "pv01-1")
    page.goto(f"{site}/thoi-han/mo-muon")
    look(page, "mo-muon")
    page.locator("button[value=xem]").press("Enter")
    assert page.title().startswith("Lỗi: ")
    assert page.evaluate("document.activeElement.classList.contains('errors')")
    look(page, "mo-muon-loi")
    page.locator("#moc").select_option(WISH["moc"])
    page.locator("input[name='pham-vi'][value='commune']").check()
    page.locator("#noi").fill(WISH["noi"])
    page.locator("#den").fill(WISH["den"])
    page.locator("#ly-do").fill(WISH["ly-do"])
    page.locator("button[value=xem]").press("Enter")
    look(page, "mo-muon-xem-truoc")
    page.locator("button[value=ghi]").press("Enter")
    assert page.locator("h1").inner_text() == "Đã gia hạn cho Xã Vĩnh Phong"
    look(page, "mo-muon-da-ghi")


def test_unit_asks_and_the_request_is_listed(page: Page, served: Served, browser: Browser) -> None:
    site = served(REGISTRATION)
    enter(page, site, "luong-thuc")
    page.goto(f"{site}/thoi-han/de-nghi")
    look(page, "de-nghi")
    page.locator("#moc").select_option("dien_hinh:registration")
    page.locator("#den").fill("23/01/2026")
    page.locator("#ly-do").fill("Đơn vị nhận kế hoạch ngày 19/01.")
    page.get_by_role("button", name="Gửi đề nghị tới PV01").click()
    look(page, "da-de-nghi")
    with browser.new_context() as other:
        pv01 = other.new_page()
        enter(pv01, site, "pv01-1")
        pv01.goto(f"{site}/thoi-han/")
        look(pv01, "thoi-han-co-de-nghi")
        pv01.get_by_role("link", name=re.compile("Không chấp thuận")).click()
        look(pv01, "khong-chap-thuan")
        pv01.goto(f"{site}/thoi-han/doi-moc/dien_hinh/registration")
        look(pv01, "doi-moc")


def test_ledger_at_both_widths(page: Page, served: Served, browser: Browser) -> None:
    site = served(REPORT)
    enter(page, site, "cax-1")
    for place, name in (
        ("/so-dien-hinh/", "so"),
        ("/so-dien-hinh/?nam=2027", "so-con-no"),
        ("/so-dien-hinh/?kind=tat-ca&standing=yes&q=truong", "so-loc"),
        ("/so-dien-hinh/?q=khong-co", "so-khong-khop"),
        ("/so-dien-hinh/nhap", "so-nhap"),
        ("/so-dien-hinh/cho-xac-nhan", "so-khong-cho"),
    ):
        page.goto(site + place)
        look(page, name)
    page.goto(f"{site}/so-dien-hinh/")
    page.get_by_role("link", name="Trường Tiểu học Vĩnh Phong").click()
    look(page, "so-mot-danh-hieu")
    page.goto(f"{site}/so-dien-hinh/nhap")
    page.get_by_role("button", name="Ghi kết quả, chờ xác nhận").click()
    look(page, "so-nhap-loi")
    page.locator("#noi").fill("tram y te")
    page.locator("#ket-qua").select_option("phan_loai:kha")
    page.locator("#nam").fill("2024")
    page.locator("#so").fill("118/QĐ-UBND")
    page.locator("#ngay").fill("10/12/2024")
    page.locator("#co-quan").fill("UBND xã Vĩnh Phong")
    page.get_by_role("button", name="Ghi kết quả, chờ xác nhận").click()
    look(page, "so-da-nhap")
    with browser.new_context() as other:
        second = other.new_page()
        enter(second, site, "cax-3")
        second.goto(f"{site}/so-dien-hinh/cho-xac-nhan")
        look(second, "so-xac-nhan")


def test_report_at_both_widths(page: Page, served: Served, browser: Browser) -> None:
    site = served(REPORT)
    enter(page, site, "cax-1")
    for place, name in (
        ("/bao-cao/", "bao-cao-vuong"),
        ("/bao-cao/?nam=2027", "bao-cao-nam-sau"),
        ("/bao-cao/danh-sach/new", "bao-cao-danh-sach"),
    ):
        page.goto(site + place)
        look(page, name)
    with browser.new_context() as other:
        province = other.new_page()
        enter(province, site, "pv01-1")
        province.goto(f"{site}/bao-cao/")
        look(province, "bao-cao-tinh")


def test_report_is_filed_and_printed(page: Page, served: Served) -> None:
    site = served("2026-12-11T12:00:00")
    enter(page, site, "cax-1")
    page.goto(f"{site}/bao-cao/")
    look(page, "bao-cao-gui-duoc")
    page.locator("#doi-chieu").press("Space")
    page.get_by_role("button", name="Gửi báo cáo tới Công an tỉnh").press("Enter")
    assert page.locator("h1").inner_text() == "Đã gửi báo cáo kết quả năm 2026"
    look(page, "bao-cao-da-gui")
    page.goto(f"{site}/bao-cao/")
    page.emulate_media(media="print")
    assert not page.locator(".nav").is_visible()
    assert page.locator(".print-foot").is_visible()
    if folder := os.environ.get("HOSO_SHOTS"):
        page.pdf(path=f"{folder}/bao-cao.pdf")
