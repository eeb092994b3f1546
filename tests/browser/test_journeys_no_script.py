"""The main path without a script: a school registers on a phone with its scan, is selected, files its plan in rows."""

from __future__ import annotations

from datetime import date

import pytest

from tests.browser.conftest import LiveAt
from tests.browser.test_journeys_recognition import come, planned, registered, selected
from tests.support.served import keep_picture

pytestmark = pytest.mark.browser


def test_main_path_without_a_script(live_at: LiveAt) -> None:
    live = live_at("2026-01-14T08:00:00")
    phone = live.sit(phone=True, java_script_enabled=False)
    dossier = registered(phone, script=False)
    selected(live.sit(java_script_enabled=False), dossier)
    planned(phone, dossier)
    officer = come(phone, "cax-1", "2026-02-24T08:30:00")
    officer.open(f"/ho-so/{dossier}/tra-lai/return_to_unit")
    officer.page.select_option("#cho-1", "unit_plan|/number")
    officer.page.fill("#loi-1", "Kế hoạch ghi sai số.")
    officer.press("Thêm nội dung")
    officer.page.fill("#loi-2", "Ghi rõ người phụ trách.")
    keep_picture(officer.page, "khong-script-tra-lai")
    officer.press("Trả lại đơn vị 2 nội dung")
    assert live.state_of(dossier) == "returned_to_unit", officer.errors
    unit = come(phone, "thpt", "2026-02-25T09:00:00")
    unit.open(f"/ho-so/{dossier}")
    unit.link("Sửa chỗ này")
    unit.type({"number": "16/KH-THPTVT"})
    unit.press("Đưa vào hồ sơ, bản 2")
    assert unit.heading.startswith("Đã đưa “"), unit.errors
    assert date(2026, 2, 25).strftime("%d/%m/%Y") in unit.text
