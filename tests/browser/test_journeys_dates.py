"""Registration on 19 January: refused with its reason, asked for, opened late by PV01, then taken in as late."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import LiveAt
from tests.support.served import keep_picture

pytestmark = pytest.mark.browser

CLOSED = "2026-01-19T08:00:00"
"""A firm has its registration in hand, but not sent: registration closed at midnight."""

WHY = "Kế hoạch của tỉnh ký ngày 14/01, đến xã sau ngày 17/01."


def test_late_registration_is_refused_then_opened_then_taken_in(live_at: LiveAt) -> None:
    live = live_at("2026-01-18T23:55:00")
    dossier = live.site.told.ids["luong-thuc"]
    live.at(CLOSED)
    unit = live.sit("luong-thuc")
    unit.open(f"/ho-so/{dossier}/buoc/register")
    assert "Vì sao chưa chuyển được?" in unit.text
    assert "đã đóng" in unit.text.lower()
    assert unit.page.get_by_role("button", name=re.compile("^Đăng ký")).count() == 0
    keep_picture(unit.page, "muon-1-da-dong")
    unit.link("Đề nghị mở nhận muộn")
    assert unit.value("moc") == "dien_hinh:registration"
    unit.page.fill("#den", "23/01/2026")
    unit.page.fill("#ly-do", WHY)
    unit.press("Gửi đề nghị tới PV01")
    keep_picture(unit.page, "muon-2-da-de-nghi")

    live.at("2026-01-19T15:00:00")
    pv01 = live.sit("pv01-1")
    pv01.open("/thoi-han/")
    assert WHY in pv01.text
    keep_picture(pv01.page, "muon-3-thoi-han")
    pv01.page.get_by_role("link", name="Xem và chấp thuận").click()
    keep_picture(pv01.page, "muon-3-pv01")
    assert pv01.value("den") == "23/01/2026"
    pv01.page.fill("#ly-do", "Kế hoạch của tỉnh ban hành ngày 14/01.")
    pv01.press("Xem tác dụng trước khi ghi")
    assert "Chưa có gì được ghi." in pv01.text
    keep_picture(pv01.page, "muon-4-tac-dung")
    pv01.page.locator("button[value=ghi]").click()
    assert pv01.heading.startswith("Đã mở nhận muộn cho Công ty TNHH Lương thực Phong Phú"), pv01.errors

    live.at("2026-01-20T09:00:00")
    unit = live.sit("luong-thuc")
    unit.open(f"/ho-so/{dossier}")
    keep_picture(unit.page, "muon-5-don-vi")
    unit.link("Đăng ký")
    unit.tick("Tôi đã xem lại")
    unit.press("Đăng ký")
    assert unit.heading == "Đã đăng ký xây dựng điển hình"
    assert "muộn" in unit.text
    keep_picture(unit.page, "muon-6-da-dang-ky")
    assert live.state_of(dossier) == "registered"
