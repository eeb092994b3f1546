"""What goes wrong between a person and the site: another was quicker, a session ended, the line was cut, a wrong file,
a button pressed twice, the way back. Nothing typed is lost, and the page says what to do.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import LiveAt
from tests.support.served import Live, Seat, keep_picture, pdf

pytestmark = pytest.mark.browser

ASSESSED = "2026-11-13T08:35:00"
"""The commune's police have the score sheet of the women's union in the dossier; nobody has confirmed it yet."""

REGISTERING = "2026-01-15T08:10:00"
"""A school has opened its dossier; its registration is not written."""

REASON = "Bảng tự chấm chưa có minh chứng cho tiêu chí 5.1."
PROMISES = "Xây dựng đơn vị an toàn; duy trì tổ tự quản; không để xảy ra cháy, nổ."


def page_of(live: Live, name: str) -> str:
    return f"/ho-so/{live.site.told.ids[name]}"


def registration(live: Live) -> Seat:
    """The school at the form of its registration, with what it promises typed."""
    school = live.sit("thpt")
    school.open(f"{page_of(live, 'thpt')}/giay-to/registration/sua")
    school.type({"school_level": "thpt", "head_office": "Hiệu trưởng", "commitments": PROMISES})
    return school


def filed(live: Live) -> int:
    """How many versions of the registration the dossier has."""
    with live.site.house.engine.reading() as stores:
        return len(stores.dossiers.get(live.site.told.ids["thpt"]).versions("registration"))


# --- others ---------------------------------------------------------------------------------------


def test_of_two_officers_one_wins_and_the_other_keeps_what_was_typed(live_at: LiveAt) -> None:
    live = live_at(ASSESSED)
    first, second = live.sit("cax-1"), live.sit("cax-3")
    second.open(f"{page_of(live, 'phu-nu')}/tra-lai/return_to_unit")
    second.page.fill("#loi-1", REASON)
    first.open(f"{page_of(live, 'phu-nu')}/giay-to/visit_note/sua")
    first.type({"met_office": "Chủ tịch Hội", "content": "Kiểm tra lần cuối trước khi họp xét."})
    first.press("Đưa vào hồ sơ")
    assert first.heading.startswith("Đã đưa “"), first.errors
    second.press("Trả lại đơn vị")
    assert "Hồ sơ vừa được Công an xã Vĩnh Phong cập nhật lúc" in second.text
    assert second.value("loi-1") == REASON
    keep_picture(second.page, "hai-can-bo-1-vua-doi")
    first.open(f"{page_of(live, 'phu-nu')}/tra-lai/return_to_unit")
    first.page.fill("#loi-1", "Bổ sung minh chứng.")
    first.press("Trả lại đơn vị")
    assert live.state_of(live.site.told.ids["phu-nu"]) == "returned_to_unit"
    second.press("Trả lại đơn vị")
    assert "Công an xã Vĩnh Phong trả lại đơn vị để sửa" in second.text
    assert REASON in second.text
    keep_picture(second.page, "hai-can-bo-2-da-chuyen")


def test_session_that_was_ended_elsewhere_loses_nothing_typed(live_at: LiveAt) -> None:
    live = live_at(ASSESSED)
    officer, elsewhere = live.sit("cax-1"), live.sit("cax-1")
    officer.open(f"{page_of(live, 'phu-nu')}/tra-lai/return_to_unit")
    officer.page.fill("#loi-1", REASON)
    officer.press("Thêm nội dung")
    officer.page.fill("#loi-2", "Kế hoạch chưa ghi người phụ trách.")
    elsewhere.open("/tai-khoan/")
    elsewhere.press("Kết thúc phiên này")
    version = live.version_of(live.site.told.ids["phu-nu"])
    officer.press("Trả lại đơn vị 2 nội dung")
    assert officer.heading == "Đăng nhập lại"
    assert "Nội dung đang nhập đã được giữ" in officer.text
    keep_picture(officer.page, "het-phien-1-dang-nhap-lai")
    officer.page.locator('button[name="person"][value="cax-1"]').click()
    assert officer.heading == "Nội dung đang nhập vẫn còn"
    keep_picture(officer.page, "het-phien-2-van-con")
    officer.press("Tiếp tục với nội dung đã nhập")
    assert [officer.value("loi-1"), officer.value("loi-2")] == [REASON, "Kế hoạch chưa ghi người phụ trách."]
    assert live.version_of(live.site.told.ids["phu-nu"]) == version
    officer.press("Trả lại đơn vị 2 nội dung")
    assert officer.heading == "Đã trả lại đơn vị để sửa", officer.errors


def test_what_one_person_typed_is_not_shown_to_another(live_at: LiveAt) -> None:
    live = live_at(ASSESSED)
    officer, elsewhere = live.sit("cax-1"), live.sit("cax-1")
    officer.open(f"{page_of(live, 'phu-nu')}/tra-lai/return_to_unit")
    officer.page.fill("#loi-1", REASON)
    elsewhere.open("/tai-khoan/")
    elsewhere.press("Kết thúc phiên này")
    officer.press("Trả lại đơn vị")
    officer.page.locator('button[name="person"][value="cax-3"]').click()
    expect(officer.page.locator("h1")).to_contain_text("Việc cần làm")
    assert REASON not in officer.page.content()


# --- the line -------------------------------------------------------------------------------------


def test_line_cut_while_a_file_is_sent(live_at: LiveAt) -> None:
    live = live_at(REGISTERING)
    school = registration(live)
    school.page.route("**/giay-to/registration/sua", cut)
    school.attach("ban dang ky")
    school.press("Tải tệp lên")
    said = school.page.locator("#chua-gui")
    expect(said).to_contain_text("Chưa gửi được: không có kết nối mạng.")
    keep_picture(school.page, "mat-mang")
    assert school.value("d/commitments") == PROMISES
    school.page.unroute("**/giay-to/registration/sua")
    school.press("Tải tệp lên")
    school.page.get_by_role("link", name="ban-dang-ky.pdf").wait_for()
    expect(said).to_have_count(0)
    school.page.context.set_offline(True)
    school.press("Đưa vào hồ sơ")
    expect(said).to_contain_text("Có mạng lại thì bấm lần nữa.")
    school.page.context.set_offline(False)
    school.press("Đưa vào hồ sơ")
    assert school.heading.startswith("Đã đưa “")
    assert filed(live) == 1


def cut(route: Route) -> None:
    """The line breaks while the answer is waited for."""
    if route.request.method == "POST":
        route.abort("connectionreset")
    else:
        route.continue_()


def test_form_opened_again_after_a_cut_line_shows_what_was_typed(live_at: LiveAt) -> None:
    live = live_at(ASSESSED)
    officer = live.sit("cax-1")
    officer.open(f"{page_of(live, 'phu-nu')}/tra-lai/return_to_unit")
    officer.page.fill("#loi-1", REASON)
    officer.page.fill("#ly_do", "Đề nghị sửa sớm.")
    officer.page.route("**/tra-lai/return_to_unit", cut)
    officer.page.get_by_role("button", name="Trả lại đơn vị").last.click(no_wait_after=True)
    expect(officer.page).to_have_url(re.compile("^chrome-error:"))
    officer.page.unroute("**/tra-lai/return_to_unit")
    officer.page.go_back()
    officer.open(f"{page_of(live, 'phu-nu')}/tra-lai/return_to_unit")
    expect(officer.page.locator("#chua-gui")).to_contain_text("Nội dung đã nhập được đưa lại.")
    assert [officer.value("loi-1"), officer.value("ly_do")] == [REASON, "Đề nghị sửa sớm."]
    officer.page.get_by_role("button", name="Trả lại đơn vị").last.click()
    assert officer.heading == "Đã trả lại đơn vị để sửa", officer.errors
    officer.open(f"{page_of(live, 'phu-nu')}/tra-lai/return_to_unit")
    assert REASON not in officer.page.content()


# --- files ----------------------------------------------------------------------------------------


def test_files_that_cannot_be_taken_are_said_at_their_field(live_at: LiveAt, tmp_path: Path) -> None:
    live = live_at(REGISTERING)
    school = registration(live)
    hint = school.page.locator("#ban-h")
    expect(hint).to_contain_text("mỗi tệp không quá 20 MB")
    heavy = tmp_path / "ban-quet.pdf"
    with heavy.open("wb") as file:
        file.truncate(34 * 1024 * 1024)
    school.page.set_input_files("#ban", heavy)
    school.press("Đưa vào hồ sơ")
    expect(school.page.locator("#chua-gui")).to_have_text(
        "Tệp ban-quet.pdf nặng 34 MB, quá mức 20 MB. Quét lại ở 150 dpi hoặc tách làm hai tệp."
    )
    assert filed(live) == 0
    wrong = {"name": "ban-quet.pdf", "mimeType": "application/pdf", "buffer": b"<html>khong phai PDF</html>"}
    school.page.set_input_files("#ban", [pdf("ban dung"), wrong])
    school.press("Tải tệp lên")
    expect(school.page.locator("#khoi-ban .err")).to_contain_text("bên trong khác với đuôi tệp")
    expect(school.page.get_by_role("link", name="ban-dung.pdf")).to_be_visible()
    keep_picture(school.page, "tep-sai")
    assert school.value("d/commitments") == PROMISES
    school.press("Đưa vào hồ sơ")
    assert filed(live) == 1


# --- twice, back, too late ------------------------------------------------------------------------


def test_button_pressed_twice_has_one_effect(live_at: LiveAt) -> None:
    live = live_at(REGISTERING)
    school = registration(live)
    school.page.get_by_role("button", name="Đưa vào hồ sơ").dblclick()
    expect(school.page.locator("h1")).to_contain_text("Đã đưa “")
    assert filed(live) == 1
    school.link("Đăng ký")
    school.tick("Tôi đã xem lại")
    school.page.get_by_role("button", name="Đăng ký", exact=True).dblclick()
    expect(school.page.locator("h1")).to_have_text("Đã đăng ký xây dựng điển hình")
    assert live.state_of(live.site.told.ids["thpt"]) == "registered"
    school.page.go_back()
    expect(school.page.locator("h1")).to_have_text("Hồ sơ không có bước này lúc này")
    keep_picture(school.page, "bam-lui")


def test_form_opened_twice_is_told_in_the_second_window(live_at: LiveAt) -> None:
    live = live_at(REGISTERING)
    school = registration(live)
    other = second_window(school)
    school.press("Đưa vào hồ sơ")
    assert filed(live) == 1
    other.type({"head_office": "Phó Hiệu trưởng phụ trách", "commitments": PROMISES})
    other.press("Đưa vào hồ sơ")
    assert other.errors == ["Ô “Cấp học” còn trống."]
    other.type({"school_level": "thpt"})
    other.press("Đưa vào hồ sơ")
    assert "Nội dung đã nhập vẫn còn ở dưới." in other.text
    assert other.value("d/head_office") == "Phó Hiệu trưởng phụ trách"
    assert filed(live) == 1
    keep_picture(other.page, "hai-cua-so")
    other.press("Đưa vào hồ sơ, bản 2")
    assert filed(live) == 2


def second_window(seat: Seat) -> Seat:
    """Another window of the same person on the same page."""
    page: Page = seat.page.context.new_page()
    page.goto(seat.page.url)
    return Seat(page, seat.live)


# --- the keyboard alone ---------------------------------------------------------------------------


def test_return_is_written_and_sent_by_keyboard_alone(live_at: LiveAt) -> None:
    live = live_at(ASSESSED)
    officer = live.sit("cax-1")
    officer.open(f"{page_of(live, 'phu-nu')}/tra-lai/return_to_unit")
    keys = officer.page.keyboard
    walk_to(officer.page, "cho-1")
    keys.press("ArrowDown")
    walk_to(officer.page, "loi-1")
    keys.press("Control+A")
    keys.type(REASON)
    walk_to(officer.page, "ly_do")
    keys.type("Đề nghị sửa sớm.")
    keys.press("Tab")
    keys.press("Enter")
    expect(officer.page.locator("h1")).to_have_text("Đã trả lại đơn vị để sửa")


def walk_to(page: Page, element: str) -> None:
    """Press Tab until that element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == element:
            return
    raise AssertionError(f"{element} is not reached by Tab")
