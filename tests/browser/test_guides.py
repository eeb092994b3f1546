"""Guides to print and tables to bring in, in a real Chromium: two sheets of A4 each, axe on previews and faults."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.support.served import SIDEWAYS, Live, Seat, faults_of
from tests.web.test_imports import HEADS, MARKET, SCHOOL, table

pytestmark = pytest.mark.browser

LiveAt = Callable[[str], Live]
NOVEMBER = "2026-11-11T10:05:00"


def look(seat: Seat, name: str) -> None:
    """The page as it stands: axe finds nothing, nothing stands out sideways on the smallest phone."""
    assert (name, faults_of(seat.page)) == (name, [])
    seat.page.set_viewport_size({"width": 320, "height": 700})
    assert (name, seat.page.evaluate(SIDEWAYS)) == (name, 0)
    seat.page.set_viewport_size({"width": 1280, "height": 900})


def bring(seat: Seat, url: str, content: bytes) -> None:
    """Choose a table and send it."""
    seat.open(url)
    seat.page.set_input_files("#bang", {"name": "bang.xlsx", "mimeType": "application/zip", "buffer": content})
    seat.page.click("main form .btn-main")
    seat.page.wait_for_load_state()


@pytest.mark.slow
def test_every_guide_is_two_sheets_of_paper(live_at: LiveAt) -> None:
    seat = live_at(NOVEMBER).sit("cax-1")
    seat.open("/huong-dan/")
    look(seat, "listing")
    urls = seat.page.eval_on_selector_all(".guide-list a", "all => all.map(one => one.getAttribute('href'))")
    assert len(urls) > len({url.split("/")[2] for url in urls}) > 3
    sheets = {}
    for url in urls:
        seat.open(url)
        paper = seat.page.pdf(prefer_css_page_size=True)
        sheets[url] = len(re.findall(rb"/Type\s*/Page[^s]", paper))
    look(seat, urls[-1])
    assert set(sheets.values()) == {2}, sheets


def test_table_of_organisations_is_brought_in_at_the_screen(live_at: LiveAt) -> None:
    seat = live_at(NOVEMBER).sit("cax-1")
    bring(seat, "/nhap-bang/to-chuc", table(HEADS, ("", "Chợ", "bến xe", "", "", "31/02/2025")))
    look(seat, "faults")
    assert seat.page.title().startswith("Lỗi: ")
    bring(seat, "/nhap-bang/to-chuc", table(HEADS, ("sai ma", "Trạm bơm", "cơ quan, tổ chức"), MARKET))
    look(seat, "wrong rows")
    bring(seat, "/nhap-bang/to-chuc", table(HEADS, MARKET, SCHOOL))
    look(seat, "preview")
    seat.page.get_by_label("Là tổ chức khác, vẫn thêm").check()
    seat.page.click("main form .btn-main")
    assert seat.page.locator("h1").inner_text() == "Đã ghi 2 tổ chức từ bảng tính"
    look(seat, "done")
