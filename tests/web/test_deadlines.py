"""The dates of a year in the browser: faces in words, more time asked for, previewed, given and declined."""

from __future__ import annotations

import html as html_of
import re

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from tests.web.conftest import ClientAs
from workflow.bootstrap import House

STORY_UNTIL = "2026-01-20T14:00:00"
"""Registration has closed; one late opening for the Fatherland Front runs until 23/01."""

GRANT = "/thoi-han/mo-muon"
ASK = "/thoi-han/de-nghi"
WISH = {
    "moc": "dien_hinh:registration",
    "pham-vi": "subject",
    "noi": "luong thuc phong phu",
    "den": "23/01/2026",
    "ly-do": "Kế hoạch của tỉnh về đến xã ngày 19/01.",
}


def text_of(page: str) -> str:
    """What a person reads in main, without mark-up."""
    main = page[page.find("<main") : page.find("</main>")]
    return re.sub(r"\s+", " ", html_of.unescape(re.sub(r"<[^>]+>", " ", main))).strip()


def read(client: FlaskClient, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200, place
    return text_of(answer.get_data(as_text=True))


def key_in(page: str) -> str:
    found = re.search(r'name="idempotency_key" value="(\w+)"', page)
    assert found is not None
    return found.group(1)


def grants(house: House) -> list[str]:
    with house.engine.reading() as uow:
        return [grant.scope_id for grant in uow.books.grants("tinh", "dien_hinh", 2026)]


def test_year_says_the_last_moment_in_words_with_the_rest_day(client_as: ClientAs) -> None:
    page = read(client_as("thpt"), "/thoi-han/")
    assert page.startswith("Thời hạn năm 2026, điển hình")
    assert "hết ngày 17/01/2026, thứ Bảy" in page
    assert "hết ngày 18/01/2026, Chủ nhật" in page
    assert "ngày làm việc cuối là thứ Sáu 16/01" in page
    assert "Gửi về Công an tỉnh trước ngày 18/01 hàng năm." in page


def test_year_names_what_comes_next_in_its_title(client_as: ClientAs) -> None:
    page = client_as("cax-1").get("/thoi-han/").get_data(as_text=True)
    told = "Thời hạn năm 2026: tiếp theo là lựa chọn đơn vị, hết ngày 20/01/2026, thứ Ba"
    assert f"<title>{told}" in page
    assert text_of(page).count("Tiếp theo") == 2, "over the lead sentence and at the row"


def test_year_tells_short_spans_of_the_plan(client_as: ClientAs) -> None:
    page = read(client_as("cax-1"), "/thoi-han/")
    assert "Từ khi mở (19/01) đến ngày cuối (20/01) chỉ có 2 ngày làm việc." in page
    assert "Từ khi mở (11/12) đến ngày cuối (11/12) chỉ có 1 ngày làm việc." in page


def test_year_marks_what_nobody_verified(client_as: ClientAs) -> None:
    page = read(client_as("ubnd-1"), "/thoi-han/")
    assert page.count("Chưa kiểm chứng") == 1
    assert page.count("Đã đối chiếu") == 5


def test_grants_in_force_are_named_with_their_reason(client_as: ClientAs) -> None:
    page = read(client_as("mttq"), "/thoi-han/")
    assert "Mở nhận muộn cho Mặt trận Tổ quốc Việt Nam xã Vĩnh Phong" in page
    assert "hết ngày 23/01/2026, thứ Sáu" in page


def test_grant_of_another_unit_is_not_shown_to_a_unit(client_as: ClientAs) -> None:
    assert "Mở nhận muộn cho" not in read(client_as("thcs"), "/thoi-han/")


@pytest.mark.parametrize("person", ["thpt", "cax-1", "ubnd-1", "ubnd-tinh-1", "quan-tri"])
def test_giving_time_is_closed_to_everybody_but_pv01(client_as: ClientAs, person: str) -> None:
    client = client_as(person)
    assert client.get(GRANT).status_code == 403
    assert client.post(GRANT, data=WISH | {"viec": "ghi"}).status_code == 403
    assert client.get("/thoi-han/doi-moc/dien_hinh/registration").status_code == 403


def test_preview_says_whose_dossiers_and_writes_nothing(client_as: ClientAs, house: House) -> None:
    before = grants(house)
    page = text_of(client_as("pv01-1").post(GRANT, data=WISH).get_data(as_text=True))
    assert "Thêm thời gian cho Công ty TNHH Lương thực Phong Phú" in page
    assert "Chưa có gì được ghi." in page
    assert "Nơi còn để bản nháp hoặc chưa lập hồ sơ gửi được trong thời gian này" in page
    assert grants(house) == before


def test_preview_for_a_commune_lists_its_dossiers(client_as: ClientAs) -> None:
    wish = WISH | {"moc": "dien_hinh:selection", "pham-vi": "commune", "noi": "Xã Vĩnh Phong"}
    page = text_of(client_as("pv01-1").post(GRANT, data=wish).get_data(as_text=True))
    assert "7 hồ sơ đang ở bước này được nhận đến hết ngày 23/01/2026, thứ Sáu." in page
    assert "Trường THPT Vĩnh Thuận" in page


def test_grant_is_given_once_and_opens_the_way(client_as: ClientAs, house: House) -> None:
    client = client_as("pv01-1")
    preview = client.post(GRANT, data=WISH).get_data(as_text=True)
    form = WISH | {"viec": "ghi", "noi-id": "luong-thuc-phong-phu", "idempotency_key": key_in(preview)}
    first, again = client.post(GRANT, data=form), client.post(GRANT, data=form)
    assert (first.status_code, again.status_code) == (302, 302)
    assert first.location == again.location
    assert grants(house).count("luong-thuc-phong-phu") == 1
    told = read(client, first.location)
    assert told.startswith("Đã mở nhận muộn cho Công ty TNHH Lương thực Phong Phú")
    assert "Mở nhận muộn cho Công ty TNHH Lương thực Phong Phú" in read(client_as("luong-thuc"), "/thoi-han/")


def test_grant_form_keeps_what_was_typed_and_says_what_is_wrong(client_as: ClientAs) -> None:
    answer = client_as("pv01-1").post(GRANT, data=WISH | {"den": "32/01/2026", "ly-do": "", "noi": "khong co"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Có 3 chỗ cần sửa trước khi xem tác dụng" in text_of(page)
    assert "Không có ngày 32/01/2026 trong lịch." in text_of(page)
    assert "Không tìm thấy “khong co”" in text_of(page)
    assert 'value="32/01/2026"' in page
    assert "<title>Lỗi: " in page


def test_grant_of_a_name_that_several_bear_asks_which(client_as: ClientAs) -> None:
    page = client_as("pv01-1").post(GRANT, data=WISH | {"noi": "truong"}).get_data(as_text=True)
    assert "nơi tên như “truong”. Chọn một." in text_of(page)
    assert 'name="noi-id" value="thpt-vinh-thuan"' in page


def test_grant_that_gives_no_time_is_refused_in_words(client_as: ClientAs) -> None:
    client = client_as("pv01-1")
    form = WISH | {"moc": "dien_hinh:results_report", "den": "01/02/2026", "pham-vi": "province", "viec": "ghi"}
    answer = client.post(GRANT, data=form)
    assert answer.status_code == 422
    assert 'value="01/02/2026"' in answer.get_data(as_text=True)


def test_unit_asks_and_pv01_answers_by_giving(client_as: ClientAs, house: House) -> None:
    unit, pv01 = client_as("luong-thuc"), client_as("pv01-1")
    form = {"moc": WISH["moc"], "den": "23/01/2026", "ly-do": "Đơn vị nhận kế hoạch ngày 19/01."}
    answer = unit.post(ASK, data=form)
    assert answer.status_code == 302
    assert "Đã gửi đề nghị." in read(unit, answer.location)
    page = pv01.get("/thoi-han/").get_data(as_text=True)
    assert "Công ty TNHH Lương thực Phong Phú (giả định) đề nghị đăng ký xây dựng điển hình" in text_of(page)
    found = re.search(r'href="(/thoi-han/mo-muon\?[^"]*de-nghi=[^"]+)"', page)
    assert found is not None
    start = pv01.get(html_of.unescape(found.group(1))).get_data(as_text=True)
    assert 'value="23/01/2026"' in start
    request = re.search(r'name="de-nghi" value="(\w+)"', start)
    assert request is not None
    given = WISH | {"viec": "ghi", "noi-id": "luong-thuc-phong-phu", "de-nghi": request.group(1)}
    assert pv01.post(GRANT, data=given).status_code == 302
    told = read(pv01, "/thoi-han/")
    assert "Đề nghị đang chờ trả lời" not in told
    assert "Đề nghị đã trả lời, năm 2026" in told
    assert "Chấp thuận đến hết ngày 23/01/2026, thứ Sáu" in told
    assert "Lý do đề nghị: Đơn vị nhận kế hoạch ngày 19/01." in told
    assert f"Trả lời: {WISH['ly-do']}" in told
    assert "Đề nghị đã trả lời" in read(unit, "/thoi-han/"), "the asker reads the answer"
    assert "Đề nghị đã trả lời" not in read(client_as("thcs"), "/thoi-han/")
    with house.engine.reading() as uow:
        given_ids = {grant.id for grant in uow.books.grants("tinh", "dien_hinh", 2026)}
        assert uow.requests.get(request.group(1)).answer in given_ids


def test_request_reaches_the_commune_too_and_no_other_unit(client_as: ClientAs) -> None:
    client_as("luong-thuc").post(ASK, data={"moc": WISH["moc"], "den": "23/01/2026", "ly-do": "Nhận muộn."})
    assert "Lý do: Nhận muộn." in read(client_as("cax-1"), "/thoi-han/")
    assert "Nhận muộn." not in read(client_as("thcs"), "/thoi-han/")


def test_commune_asks_for_a_unit_and_pv01_declines_in_words(client_as: ClientAs) -> None:
    assert client_as("cax-1").post(ASK, data=WISH).status_code == 302
    pv01 = client_as("pv01-1")
    page = pv01.get("/thoi-han/").get_data(as_text=True)
    found = re.search(r'href="(/thoi-han/de-nghi/\w+/khong-chap-thuan[^"]*)"', page)
    assert found is not None
    place = html_of.unescape(found.group(1))
    empty = pv01.post(place, data={"ly-do": " "})
    assert empty.status_code == 422
    assert "Ghi lý do." in text_of(empty.get_data(as_text=True))
    answer = pv01.post(place, data={"ly-do": "Đơn vị đã có kế hoạch từ ngày 10/01."})
    assert "Đã trả lời: không chấp thuận." in read(pv01, answer.location)
    assert pv01.post(place, data={"ly-do": "Lần nữa."}).status_code == 422
    told = read(client_as("cax-1"), "/thoi-han/")
    assert "Không chấp thuận Lý do đề nghị: Kế hoạch của tỉnh về đến xã ngày 19/01." in told
    assert "Trả lời: Đơn vị đã có kế hoạch từ ngày 10/01." in told
    assert "Đề nghị đã trả lời" not in read(pv01, "/thoi-han/?nam=2025")


def test_waiting_request_is_met_whatever_year_is_looked_at(client_as: ClientAs) -> None:
    client_as("luong-thuc").post(ASK, data={"moc": WISH["moc"], "den": "23/01/2026", "ly-do": "Nhận muộn."})
    pv01 = client_as("pv01-1")
    for place in ("/thoi-han/?nam=2030", "/thoi-han/?nam=2026"):
        assert "Đề nghị đang chờ trả lời" in read(pv01, place), place
    page = pv01.get("/viec-can-lam?nam=2030").get_data(as_text=True)
    assert "Đề nghị thêm thời gian, chờ trả lời" in text_of(page)
    found = re.search(r'href="(/thoi-han/mo-muon\?[^"]*de-nghi=[^"]+)"', page)
    assert found is not None
    assert 'value="23/01/2026"' in pv01.get(html_of.unescape(found.group(1))).get_data(as_text=True)
    assert "chờ trả lời" not in read(client_as("cax-1"), "/viec-can-lam"), "the province keeps its own dates"


def test_ask_for_a_day_gone_by_is_refused_and_kept(client_as: ClientAs) -> None:
    answer = client_as("thpt").post(ASK, data={"moc": WISH["moc"], "den": "17/01/2026", "ly-do": "Chậm."})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Ngày cuối không thể trước hôm nay" in text_of(page)
    assert 'value="17/01/2026"' in page


def test_ask_of_a_dossier_starts_with_its_unit_and_date(client_as: ClientAs, ids: dict[str, str]) -> None:
    page = client_as("luong-thuc").get(f"{ASK}?dossier={ids['luong-thuc']}").get_data(as_text=True)
    assert '<option value="dien_hinh:registration" selected>' in page
    assert client_as("thcs").get(f"{ASK}?dossier={ids['luong-thuc']}").status_code == 404


def test_pv01_moves_a_date_with_its_reason(client_as: ClientAs) -> None:
    client, place = client_as("pv01-1"), "/thoi-han/doi-moc/dien_hinh/results_report"
    start = client.get(place).get_data(as_text=True)
    assert 'value="11/12/2026"' in start
    form = {"opens": "11/12/2026", "due": "14/12/2026", "closes": "", "ly-do": "Công văn của Công an tỉnh."}
    answer = client.post(place, data=form)
    assert answer.status_code == 302
    page = read(client, answer.location)
    assert "hết ngày 14/12/2026, thứ Hai" in page
    assert "Tỉnh đã đặt lại ngày của mốc" in page


def test_moving_a_date_out_of_order_is_refused_and_kept(client_as: ClientAs) -> None:
    form = {"opens": "11/12/2026", "due": "01/12/2026", "closes": "", "ly-do": "Thử."}
    answer = client_as("pv01-1").post("/thoi-han/doi-moc/dien_hinh/results_report", data=form)
    assert answer.status_code == 422
    assert 'value="01/12/2026"' in answer.get_data(as_text=True)


def test_moving_an_unknown_date_is_not_found(client_as: ClientAs) -> None:
    assert client_as("pv01-1").get("/thoi-han/doi-moc/dien_hinh/khong-co").status_code == 404


def test_year_that_was_never_opened_says_from_when(client_as: ClientAs) -> None:
    page = read(client_as("cax-1"), "/thoi-han/?nam=2028")
    assert "Năm xét 2028 chưa mở." in page
    assert client_as("cax-1").get("/thoi-han/lich.ics?nam=2028").status_code == 404


def test_years_are_listed_and_chosen(client_as: ClientAs) -> None:
    page = client_as("thpt").get("/thoi-han/nam").get_data(as_text=True)
    assert "Đang mở" in text_of(page)
    assert 'href="/thoi-han/?nam=2026&amp;loai=dien_hinh"' in page


def test_calendar_file_holds_the_last_days(client_as: ClientAs) -> None:
    answer = client_as("thpt").get("/thoi-han/lich.ics?nam=2026")
    assert answer.mimetype == "text/calendar"
    events = Calendar.from_ical(answer.get_data()).walk("VEVENT")
    days = {str(event["uid"]): event.decoded("dtstart").isoformat() for event in events}
    assert days["dien_hinh-2026-registration-due@hoso"] == "2026-01-17"
    assert days["dien_hinh-2026-results_report-due@hoso"] == "2026-12-11"
