"""The administrator's pages: organisations as a dated tree, people and accounts, holidays."""

from __future__ import annotations

from datetime import date

import pyotp
import pytest

from tests.support.pages import Page
from tests.web.conftest import ClientAs
from tests.web.test_acts import text_of
from workflow.bootstrap import House
from workflow.domain.errors import NotFound

FORM = {"name": "Trường THCS mới (giả định)", "kind": "co_so_giao_duc"}


def test_tree_shows_one_level_with_the_way_down(client_as: ClientAs) -> None:
    page = text_of(client_as("quan-tri").get("/to-chuc/vinh-phong").get_data(as_text=True))
    assert "Hoạt động từ 01/07/2025" in page
    assert "Trường THPT Vĩnh Thuận cơ sở giáo dục đang hoạt động" in page


def test_organisation_is_found_without_diacritics(client_as: ClientAs) -> None:
    page = text_of(client_as("quan-tri").get("/to-chuc/?tim=vinh thuan").get_data(as_text=True))
    assert page.startswith("Tìm thấy 1 tổ chức khớp “vinh thuan”")


def test_organisation_before_it_began_is_told(client_as: ClientAs) -> None:
    page = text_of(client_as("quan-tri").get("/to-chuc/tinh?ngay=01/06/2025").get_data(as_text=True))
    assert "Xã Vĩnh Phong xã không hoạt động vào ngày này" in page


def test_new_subject_is_added_once(client_as: ClientAs, house: House) -> None:
    client = client_as("quan-tri")
    sent = FORM | {"idempotency_key": "a" * 32, "id": "thcs-moi"}
    assert client.post("/to-chuc/vinh-phong/them", data=sent).status_code == 302
    with house.engine.reading() as uow:
        assert uow.organisations.get("thcs-moi").commune_id == "vinh-phong"


def test_near_duplicate_asks_first_and_keeps_what_was_typed(client_as: ClientAs) -> None:
    client = client_as("quan-tri")
    client.post("/to-chuc/vinh-phong/them", data=FORM)
    answer = client.post("/to-chuc/vinh-phong/them", data=FORM | {"name": "truong thcs moi (gia dinh)"})
    assert answer.status_code == 409
    assert 'value="truong thcs moi (gia dinh)"' in answer.get_data(as_text=True)


def test_role_is_given_by_office(client_as: ClientAs, house: House) -> None:
    client = client_as("quan-tri")
    sent = {"person": "cax-9", "office": "Cán bộ Tổ Tổng hợp, Công an xã", "role": "commune_police"}
    found = client.get("/nguoi-va-vai/?tim=cong an xa").get_data(as_text=True)
    organisation = found.split("/nguoi-va-vai/")[-1].split('"')[0]
    assert client.post(f"/nguoi-va-vai/{organisation}/giao-vai", data=sent).status_code == 302
    assert house.people.actor("cax-9").commune_id == "vinh-phong"


def test_account_of_pv01_shows_its_second_factor_once(client_as: ClientAs) -> None:
    client = client_as("quan-tri")
    sent = {"person": "pv01-1", "login": "pv01.mot", "password": "mật khẩu dài của phòng"}
    page = text_of(client.post("/nguoi-va-vai/pv01/tai-khoan", data=sent).get_data(as_text=True))
    assert "Khóa chỉ hiện một lần này." in page


def test_account_is_not_made_over_one_that_is_used(client_as: ClientAs, house: House) -> None:
    client = client_as("quan-tri")
    sent = {"person": "pv01-1", "login": "pv01.mot", "password": "mật khẩu dài của phòng"}
    client.post("/nguoi-va-vai/pv01/tai-khoan", data=sent)
    answer = client.post("/nguoi-va-vai/pv01/tai-khoan", data=sent | {"password": "một mật khẩu khác hẳn"})
    assert answer.status_code == 422
    assert "Người này đã có tài khoản “pv01.mot”." in answer.get_data(as_text=True)
    assert house.accounts.sign_in("pv01.mot", "mật khẩu dài của phòng").needs_code


def test_forgotten_password_and_lost_phone_are_mended_on_the_persons_page(client_as: ClientAs, house: House) -> None:
    admin = house.people.actor("quan-tri")
    old = house.accounts.create(admin, "pv01-1", login="pv01.mot", password="mật khẩu dài của phòng")
    client = client_as("quan-tri")
    assert "Tên đăng nhập pv01.mot , đang dùng." in text_of(client.get("/nguoi-va-vai/tai-khoan/pv01-1").text)
    short = client.post("/nguoi-va-vai/tai-khoan/pv01-1/mat-khau", data={"password": "ngắn"})
    assert (short.status_code, "Mật khẩu dài từ 12 đến 128 ký tự." in short.text) == (422, True)
    sent = {"password": "một mật khẩu mới dài", "new_key": "co"}
    page = text_of(client.post("/nguoi-va-vai/tai-khoan/pv01-1/mat-khau", data=sent).text)
    key = page.split("Khóa: ")[1].split()[0]
    assert "Đã cấp lại mật khẩu của tài khoản pv01.mot" in page
    assert key != old
    token = house.accounts.sign_in("pv01.mot", "một mật khẩu mới dài").token
    assert token is not None
    assert house.accounts.confirm(token, pyotp.TOTP(key).at(int(house.clock.now().timestamp()))).token == token


def test_closed_account_opens_nothing_until_it_is_opened_again(client_as: ClientAs, house: House) -> None:
    house.accounts.create(house.people.actor("quan-tri"), "thpt", login="truong", password="mật khẩu dài của trường")
    client = client_as("quan-tri")
    done = client.post("/nguoi-va-vai/tai-khoan/thpt/dong", data={"viec": "dong"}, follow_redirects=True)
    assert "Đã đóng tài khoản." in done.text
    assert house.accounts.sign_in("truong", "mật khẩu dài của trường").token is None
    client.post("/nguoi-va-vai/tai-khoan/thpt/dong", data={"viec": "mo"})
    assert house.accounts.sign_in("truong", "mật khẩu dài của trường").token is not None


def test_administrator_keeps_no_account_of_its_own_and_nobody_else_keeps_any(client_as: ClientAs) -> None:
    client = client_as("quan-tri")
    assert "/mat-khau" not in client.get("/nguoi-va-vai/tai-khoan/quan-tri").text
    assert client.post("/nguoi-va-vai/tai-khoan/quan-tri/dong", data={"viec": "dong"}).status_code == 422
    assert client.get("/nguoi-va-vai/tai-khoan/ai-do").status_code == 404
    assert client_as("pv01-1").post("/nguoi-va-vai/tai-khoan/thpt/dong", data={"viec": "dong"}).status_code == 403


def test_holiday_put_over_the_tables_counts_at_once(client_as: ClientAs, house: House) -> None:
    sent = {"day": "20/11/2026", "name": "Nghỉ thử", "kind": "holiday", "source": "Thông báo thử", "reason": "thử"}
    assert client_as("pv01-1").post("/ngay-nghi/", data=sent).status_code == 302
    assert not house.calendar().is_working_day(date(2026, 11, 20))


@pytest.mark.parametrize(
    "wrong", [{"day": "31/02/2026"}, {"name": ""}, {"kind": "compensatory", "day": "21/11/2026"}, {"reason": ""}]
)
def test_wrong_day_is_refused_and_changes_nothing(client_as: ClientAs, house: House, wrong: dict[str, str]) -> None:
    sent = {"day": "20/11/2026", "name": "Nghỉ thử", "kind": "holiday", "source": "Thông báo", "reason": "thử"} | wrong
    before = house.calendar().holidays
    assert client_as("pv01-1").post("/ngay-nghi/", data=sent).status_code == 422
    assert house.calendar().holidays == before


@pytest.mark.parametrize("person", ["thpt", "cax-1", "ubnd-1", "pv01-1"])
def test_people_are_the_administrators(client_as: ClientAs, person: str) -> None:
    assert client_as(person).get("/nguoi-va-vai/").status_code == 403


def test_tree_is_shown_as_of_a_day_and_the_day_goes_along(client_as: ClientAs) -> None:
    page = Page(client_as("quan-tri").get("/to-chuc/vinh-phong?ngay=01/06/2025"))
    assert "tính đến ngày 01/06/2025" in page.text
    assert page.links["Trường THPT Vĩnh Thuận"].endswith("?ngay=01/06/2025")
    assert "Về hôm nay" in page.links


def test_day_that_is_none_is_said_and_what_was_typed_stays(client_as: ClientAs) -> None:
    client = client_as("quan-tri")
    page = Page(client.get("/to-chuc/vinh-phong?ngay=31/02/2025"))
    assert "Ghi ngày theo dạng ngày/tháng/năm" in page.text
    assert 'value="31/02/2025"' in page.html
    answer = Page(client.post("/to-chuc/vinh-phong/them", data=FORM | {"valid_from": "hôm qua"}))
    assert answer.status == 422
    assert 'value="hôm qua"' in answer.html
    answer = Page(client.post("/to-chuc/phu-nu-vinh-phong/giai-the", data={"on": "mai", "reason": "Sáp nhập"}))
    assert answer.status == 422
    assert "Sáp nhập</textarea>" in answer.html


def test_successor_and_those_before_it_are_linked(client_as: ClientAs) -> None:
    client = client_as("quan-tri")
    sent = {"on": "30/06/2026", "successor": "mttq-vinh-phong", "reason": "Sáp nhập"}
    assert client.post("/to-chuc/phu-nu-vinh-phong/giai-the", data=sent).status_code == 302
    page = Page(client.get("/to-chuc/mttq-vinh-phong"))
    assert "Trước đó: Hội Liên hiệp Phụ nữ xã Vĩnh Phong , đến hết 30/06/2026" in page.text


def test_successor_is_named_without_marks_and_must_be_the_only_one(client_as: ClientAs) -> None:
    client = client_as("quan-tri")
    sent = {"on": "30/06/2026", "successor": "xa vinh phong", "reason": "Sáp nhập"}
    unclear = client.post("/to-chuc/phu-nu-vinh-phong/giai-the", data=sent | {"successor": "truong vinh"})
    assert unclear.status_code == 422
    assert "Nhiều tổ chức khớp “truong vinh”: " in unclear.text
    assert 'value="truong vinh"' in unclear.text
    named = sent | {"successor": "mat tran to quoc viet nam xa vinh phong"}
    assert client.post("/to-chuc/phu-nu-vinh-phong/giai-the", data=named).status_code == 302
    assert "Trước đó: Hội Liên hiệp Phụ nữ" in Page(client.get("/to-chuc/mttq-vinh-phong")).text


def test_people_begin_with_the_offices_of_the_province(client_as: ClientAs) -> None:
    page = Page(client_as("quan-tri").get("/nguoi-va-vai/"))
    assert "Cấp tỉnh và các xã" in page.text
    assert '/nguoi-va-vai/vinh-phong"' in page.html


def test_role_has_a_first_and_a_last_day(client_as: ClientAs, house: House) -> None:
    client = client_as("quan-tri")
    sent = {"person": "cax-9", "office": "Cán bộ Công an xã", "role": "commune_police"}
    days = {"valid_from": "01/10/2026", "valid_to": "31/10/2026"}
    assert client.post("/nguoi-va-vai/cax-vinh-phong/giao-vai", data=sent | days).status_code == 302
    assert "từ 01/10/2026 đến 31/10/2026" in Page(client.get("/nguoi-va-vai/cax-vinh-phong")).text
    with pytest.raises(NotFound):
        house.people.actor("cax-9")


def test_day_of_a_role_that_is_none_loses_nothing(client_as: ClientAs) -> None:
    sent = {"person": "cax-9", "office": "Cán bộ Công an xã", "role": "commune_police", "valid_to": "30/02/2026"}
    page = Page(client_as("quan-tri").post("/nguoi-va-vai/cax-vinh-phong/giao-vai", data=sent))
    assert page.status == 422
    assert 'value="30/02/2026"' in page.html
    assert 'value="Cán bộ Công an xã"' in page.html
