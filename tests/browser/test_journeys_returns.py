"""PV01 returns a dossier item by item; the commune passes on what is the unit's, mends the rest, sends it up again."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.browser.conftest import LiveAt
from tests.support.served import keep_picture
from workflow.bootstrap import House
from workflow.domain.calendars import HCM

pytestmark = pytest.mark.browser

APPRAISED = "2026-11-25T10:00:00"
"""PV01 has the dossier of the Front: its letter lists no enclosures, the committee's names the wrong kind of unit."""

UNITS_PART = "Tờ trình của Thủ trưởng chưa liệt kê Báo cáo kết quả gửi kèm."
COMMUNES_PART = "Lập Tờ trình mới, ghi đúng loại đối tượng."


def test_what_pv01_returns_is_mended_and_sent_up_again(live_at: LiveAt) -> None:
    live = live_at(APPRAISED)
    dossier = live.site.told.ids["mttq"]
    page = f"/ho-so/{dossier}"
    pv01 = live.sit("pv01-1")
    pv01.open(f"{page}/tra-lai/return_to_commune")
    pv01.page.select_option("#cho-1", "head_letter|/enclosures")
    pv01.page.fill("#loi-1", UNITS_PART)
    pv01.press("Thêm nội dung")
    pv01.page.select_option("#cho-2", "submission_letter|")
    pv01.page.fill("#loi-2", COMMUNES_PART)
    keep_picture(pv01.page, "tra-lai-1-pv01")
    pv01.press("Trả lại xã 2 nội dung")
    assert pv01.heading == "Đã trả lại xã để sửa", pv01.errors
    assert live.state_of(dossier) == "returned_to_commune"

    live.at("2026-11-26T08:30:00")
    commune = live.sit("ubnd-1")
    commune.open(page)
    assert UNITS_PART in commune.text
    assert COMMUNES_PART in commune.text
    keep_picture(commune.page, "tra-lai-2-xa")
    commune.link("Trả lại đơn vị để sửa")
    assert commune.value("loi-1") == UNITS_PART
    commune.press("Trả lại đơn vị")
    assert live.state_of(dossier) == "returned_to_unit", commune.errors

    live.at("2026-11-27T09:00:00")
    unit = live.sit("mttq")
    unit.open(page)
    unit.link("Sửa chỗ này")
    assert UNITS_PART in unit.text
    assert unit.page.locator('[name="d/request"]').count() == 0
    unit.type({"enclosures": ["Báo cáo kết quả số 33/BC-MTTQ"]})
    keep_picture(unit.page, "tra-lai-3-don-vi")
    unit.press("Đưa vào hồ sơ, bản 2")
    assert unit.heading.startswith("Đã đưa “"), unit.errors
    unit.open(f"{page}/buoc/resubmit")
    unit.tick("Tôi đã xem lại")
    unit.press("Nộp lại")
    assert live.state_of(dossier) == "returned_to_commune", unit.errors

    live.at("2026-11-30T08:30:00")
    commune = live.sit("ubnd-1")
    commune.open(page)
    keep_picture(commune.page, "tra-lai-4-xa-trinh-lai")
    commune.open("/viec-chung/resubmit")
    commune.press("Nhập văn bản cho các hồ sơ đã chọn")
    signed = {"number": "104/TTr-UBND", "date": date(2026, 11, 30), "signer_office": "Chủ tịch UBND xã"}
    sent = {"addressee": "UBND tỉnh", "via": "Công an tỉnh", "sent_at": datetime(2026, 11, 30, 8, 0, tzinfo=HCM)}
    commune.type({**signed, **sent, "issuer": "UBND xã Vĩnh Phong", "request": "Xét lại hồ sơ (cơ quan, tổ chức)."})
    commune.attach("to trinh 104", "#scan")
    commune.press("Đi tiếp")
    commune.tick("Tôi đã đối chiếu với văn bản có chữ ký.")
    commune.press("Ghi 1 hồ sơ")
    assert live.state_of(dossier) == "province_appraisal", commune.text

    pv01 = live.sit("pv01-1")
    pv01.open(f"{page}/tra-lai/lan/{returned_at(live.site.house, dossier)}")
    assert "Lần trả lại này đã được nộp lại." in pv01.text
    pv01.link("Xem cũ và mới")
    assert "Báo cáo kết quả số 33/BC-MTTQ" in pv01.text
    keep_picture(pv01.page, "tra-lai-5-so-sanh")


def returned_at(house: House, dossier_id: str) -> int:
    """Where in the dossier PV01's return stands."""
    with house.engine.reading() as stores:
        return stores.dossiers.get(dossier_id).returns[0].seq
