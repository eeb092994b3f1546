"""A school registers and is recognised: every move of its dossier made in a browser, by the person whose it is."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LiveAt
from tests.support.served import Seat, keep_picture
from workflow.domain.calendars import HCM

pytestmark = pytest.mark.browser

SCHOOL, COMMITTEE, POLICE = "Trường THPT Vĩnh Thuận", "UBND xã Vĩnh Phong", "Công an xã Vĩnh Phong"
CHAIR = "Chủ tịch UBND xã"
PROMISES = "Xây dựng đơn vị an toàn về an ninh, trật tự; duy trì tổ tự quản; không để xảy ra cháy, nổ."

UNPROVED = 11
"""The one among a school's first fifteen criteria that asks for no evidence."""
MINUTES = {
    "held_on": date(2026, 11, 18),
    "held_at": "Hội trường UBND xã",
    "chair_office": CHAIR,
    "secretary_office": "Văn phòng UBND xã",
    "members_total": 3,
    "attendance": [{"office": CHAIR, "present": True}, {"office": "Trưởng Công an xã", "present": True}],
    "items": [{"votes_for": 2, "votes_against": 0, "votes_other": 0, "not_voting": 0, "result": "propose"}],
    "conclusion": "Đề nghị công nhận.",
}


@pytest.mark.timeout(300)
def test_school_registers_and_is_recognised(live_at: LiveAt) -> None:
    desk = live_at("2026-01-14T08:00:00").sit()
    dossier = registered(desk)
    selected(desk, dossier)
    planned(desk, dossier)
    scored(desk, dossier)
    assessed(desk, dossier)
    proposed(desk, dossier)
    reported(desk, dossier)
    submitted(desk, dossier)
    appraised(desk, dossier)
    recognised(desk, dossier)


def come(desk: Seat, person: str, at: str) -> Seat:
    """Time has passed; that person sits down at the desk."""
    desk.live.at(at)
    desk.enter(person)
    return desk


def registered(desk: Seat, *, script: bool = True) -> str:
    """The unit opens its dossier, files its registration with a scan, looks at it again and hands it in; its id."""
    school = come(desk, "thpt", "2026-01-15T08:05:00")
    school.link("Đăng ký")
    school.press("Mở hồ sơ nháp")
    assert school.heading == f"Đã mở hồ sơ nháp của {SCHOOL}"
    school.link("Lập giấy tờ này")
    assert "mỗi tệp không quá 20 MB" in school.text
    school.type({"school_level": "thpt", "head_office": "Hiệu trưởng", "commitments": PROMISES})
    school.attach("ban dang ky co chu ky")
    if script:
        watch_progress(school)
    school.press("Tải tệp lên")
    school.page.get_by_role("link", name="ban-dang-ky-co-chu-ky.pdf").wait_for()
    assert not script or school.page.evaluate("window.sawBar")
    keep_picture(school.page, "dang-ky-1-bieu-mau")
    assert school.value("d/commitments") == PROMISES
    school.press("Đưa vào hồ sơ, bản 1")
    assert school.heading == "Đã đưa “Bản đăng ký xây dựng điển hình” vào hồ sơ, bản 1"
    school.link("Đăng ký")
    assert school.heading == "Kiểm tra lại trước khi đăng ký"
    assert PROMISES in school.text
    keep_picture(school.page, "dang-ky-2-kiem-tra")
    school.press("Đăng ký")
    assert school.errors
    school.tick("Tôi đã xem lại")
    school.live.at("2026-01-15T08:20:07")
    school.press("Đăng ký")
    assert school.heading == "Đã đăng ký xây dựng điển hình"
    assert "Số hồ sơ 2026-DH-0003. Ghi lúc 08:20:07 ngày 15/01/2026" in school.text
    keep_picture(school.page, "dang-ky-3-da-ghi")
    school.link("Về hồ sơ")
    return school.page.url.rsplit("/", 1)[1]


def watch_progress(seat: Seat) -> None:
    """Let the page remember that the bar of the upload was shown."""
    seat.page.evaluate(
        """() => new MutationObserver(() => {
        window.sawBar ||= !document.querySelector('progress')?.hidden }).observe(document.body,
        { subtree: true, attributes: true, childList: true })"""
    )


def selected(desk: Seat, dossier: str) -> None:
    """The committee selects it by its own paper, on the proposal of the commune's police."""
    committee = come(desk, "ubnd-1", "2026-01-20T14:00:00")
    committee.link("Lựa chọn đơn vị")
    take(committee, dossier)
    advice = {"tt124_result": "dat", "qd510_class": "xuat_sac", "advice": "selected"}
    paper(committee, "12/ĐX-CAX", date(2026, 1, 19), POLICE, "Trưởng Công an xã", items=[advice])
    paper(committee, "07/QĐ-UBND", date(2026, 1, 20), COMMITTEE, CHAIR, items=[{"result": "selected"}])
    record(committee)
    assert desk.live.state_of(dossier) == "selected"


def take(seat: Seat, dossier: str) -> None:
    """Tick this dossier alone and go on."""
    for box in seat.page.locator("[name=ho-so]").all():
        box.set_checked(box.get_attribute("value") == dossier)
    seat.press("Nhập văn bản cho các hồ sơ đã chọn")


def paper(seat: Seat, number: str, day: date, issuer: str, office: str, **rest: object) -> None:
    """One of an act's papers, with its scan."""
    seat.type({"number": number, "date": day, "issuer": issuer, "signer_office": office, **rest})
    seat.attach(number, "#scan")
    seat.press("Đi tiếp")


def record(seat: Seat) -> None:
    """Compare and record the act of one dossier."""
    assert "Chưa có gì được ghi." in seat.text, seat.errors
    seat.tick("Tôi đã đối chiếu với văn bản có chữ ký.")
    seat.press("Ghi 1 hồ sơ")
    assert seat.heading.startswith("Đã ghi 1 hồ sơ: ")


def edit(seat: Seat, dossier: str, code: str, **document: object) -> None:
    """Open the form of a paper and type it."""
    seat.open(f"/ho-so/{dossier}/giay-to/{code}/sua")
    seat.type(document)


def put_in(seat: Seat) -> None:
    """File the paper that is open; the page after it says so."""
    seat.press("Đưa vào hồ sơ")
    assert seat.heading.startswith("Đã đưa “"), seat.errors


def planned(desk: Seat, dossier: str) -> None:
    """The unit's plan, in rows."""
    school = come(desk, "thpt", "2026-02-10T09:00:00")
    measures = [
        {"group": "1", "measure": "Phân công người phụ trách, ký quy chế phối hợp.", "office": "Hiệu trưởng"},
        {"group": "5", "measure": "Tự kiểm tra phòng cháy, chữa cháy mỗi quý.", "finish_by": date(2026, 3, 31)},
    ]
    signed = {"number": "15/KH-THPTVT", "date": date(2026, 2, 10), "signer_office": "Hiệu trưởng"}
    edit(school, dossier, "unit_plan", **signed, measures=measures)
    put_in(school)


def scored(desk: Seat, dossier: str) -> None:
    """In November the unit scores itself, each criterion with its evidence."""
    school = come(desk, "thpt", "2026-11-05T09:00:00")
    proof = {"label": "Tài liệu kèm theo kế hoạch năm 2026", "date": date(2026, 11, 5), "kind": "document"}
    edit(school, dossier, "self_score", rows=[{"evidence": [proof]} if n != UNPROVED else {} for n in range(15)])
    school.score(_1_3="5", _4_2="9")
    keep_picture(school.page, "tu-cham")
    put_in(school)


def assessed(desk: Seat, dossier: str) -> None:
    """The commune's police visit, score beside the unit with a reason where they differ, and confirm."""
    police = come(desk, "cax-1", "2026-11-09T09:00:00")
    visit = {"visited_on": date(2026, 11, 9), "met_office": "Phó Hiệu trưởng", "content": "Kiểm tra minh chứng."}
    edit(police, dossier, "visit_note", **visit)
    put_in(police)
    come(desk, "cax-1", "2026-11-12T09:30:00")
    judged = {"assessed_on": date(2026, 11, 12), "conclusion": "met", "recommendation": "Đưa ra họp xét ở xã."}
    edit(police, dossier, "assessment_sheet", **judged)
    police.score(_1_3="5", _4_2="9", _5_1="6")
    police.page.get_by_label("(tiêu chí 5.1)").fill("Bình chữa cháy tầng 2 quá hạn kiểm định.")
    keep_picture(police.page, "danh-gia")
    put_in(police)
    police.open(f"/ho-so/{dossier}/buoc/assess")
    keep_picture(police.page, "xac-nhan")
    police.press("Xác nhận")
    assert desk.live.state_of(dossier) == "assessed", police.text


def proposed(desk: Seat, dossier: str) -> None:
    """The meeting of the commune proposes it."""
    committee = come(desk, "ubnd-1", "2026-11-18T16:00:00")
    committee.open("/viec-chung/record_meeting")
    take(committee, dossier)
    paper(committee, "41/BB-UBND", date(2026, 11, 18), COMMITTEE, CHAIR, **MINUTES)
    record(committee)
    assert desk.live.state_of(dossier) == "commune_meeting"


def reported(desk: Seat, dossier: str) -> None:
    """The unit's report and the letter of its head."""
    school = come(desk, "thpt", "2026-11-19T09:00:00")
    signed = {"date": date(2026, 11, 19), "signer_office": "Hiệu trưởng"}
    edit(school, dossier, "result_report", **signed, number="60/BC-THPTVT", results="Tự chấm 98 điểm.")
    put_in(school)
    enclosed = ["Báo cáo kết quả số 60/BC-THPTVT"]
    asked = {"number": "61/TTr-THPTVT", "addressee": COMMITTEE, "request": "Đề nghị xét, công nhận."}
    edit(school, dossier, "head_letter", **signed, **asked, enclosures=enclosed)
    put_in(school)


def submitted(desk: Seat, dossier: str) -> None:
    """The committee sends it up with its letter."""
    committee = come(desk, "ubnd-1", "2026-11-23T08:10:00")
    committee.open("/viec-chung/submit_to_province")
    take(committee, dossier)
    sent = datetime(2026, 11, 23, 8, 0, tzinfo=HCM)
    letter = {"addressee": "UBND tỉnh", "via": "Công an tỉnh", "sent_at": sent, "request": "Xét, công nhận."}
    paper(committee, "101/TTr-UBND", date(2026, 11, 23), COMMITTEE, CHAIR, **letter)
    record(committee)
    assert desk.live.state_of(dossier) == "province_appraisal"


def appraised(desk: Seat, dossier: str) -> None:
    """PV01 writes its opinion and proposes recognition."""
    pv01 = come(desk, "pv01-1", "2026-11-25T08:30:00")
    signed = {"number": "5021/CAT-PV01", "date": date(2026, 11, 25), "signer_office": "Trưởng phòng PV01"}
    edit(pv01, dossier, "opinion", **signed, conclusion="propose_recognition", summary="Hồ sơ đủ thành phần.")
    put_in(pv01)
    pv01.open(f"/ho-so/{dossier}/buoc/approve")
    pv01.press("Đề xuất công nhận")
    assert desk.live.state_of(dossier) == "awaiting_decision", pv01.text


def recognised(desk: Seat, dossier: str) -> None:
    """The province decides; the dossier tells its whole way, the ledger has the school."""
    province = come(desk, "ubnd-tinh-1", "2026-12-08T09:00:00")
    province.open("/viec-chung/recognize")
    take(province, dossier)
    paper(province, "3120/QĐ-UBND", date(2026, 12, 7), "UBND tỉnh", "Chủ tịch UBND tỉnh")
    record(province)
    assert desk.live.state_of(dossier) == "recognized"
    province.open(f"/ho-so/{dossier}")
    keep_picture(province.page, "da-cong-nhan")
    assert "Đã công nhận" in province.text
    province.open("/so-dien-hinh/")
    expect(province.page.get_by_role("link", name=SCHOOL)).to_be_visible()
