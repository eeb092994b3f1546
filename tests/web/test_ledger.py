"""The ledger in the browser: who holds a title, the years of one recognition, results entered and confirmed, files."""

from __future__ import annotations

import csv
import html as html_of
import io
import re
from dataclasses import replace
from importlib import import_module

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from tests.support.photos import photo
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.seeding.papers import scan

STORY_UNTIL = "2026-12-11T12:00:00"
"""Five units are recognised; of three earlier recognitions two are kept up and one is not."""

LIST, ENTER, CONFIRM = "/so-dien-hinh/", "/so-dien-hinh/nhap", "/so-dien-hinh/cho-xac-nhan"
RESULT = {
    "noi": "tram y te",
    "ket-qua": "phan_loai:kha",
    "nam": "2024",
    "so": "118/QĐ-UBND",
    "ngay": "10/12/2024",
    "co-quan": "UBND xã Vĩnh Phong",
}


def text_of(page: str) -> str:
    """What a person reads in main, without mark-up."""
    main = page[page.find("<main") : page.find("</main>")]
    return re.sub(r"\s+", " ", html_of.unescape(re.sub(r"<[^>]+>", " ", main))).strip()


def read(client: FlaskClient, place: str) -> str:
    answer = client.get(place)
    assert answer.status_code == 200, place
    return text_of(answer.get_data(as_text=True))


def names_in(page: str) -> list[str]:
    """The units of a list, in its order."""
    found = re.findall(r'<th role="rowheader" scope="row"[^>]*><a href="/so-dien-hinh/[^"]+">([^<]+)', page)
    return [html_of.unescape(name) for name in found]


def entered(client: FlaskClient, **changed: object) -> str:
    """The place of a result that was entered."""
    answer = client.post(ENTER, data=RESULT | changed)
    assert answer.status_code == 302, text_of(answer.get_data(as_text=True))
    return answer.location


def lines_of(client: FlaskClient, query: str = "") -> list[list[str]]:
    body = client.get(f"/so-dien-hinh/tai/csv{query}").get_data()
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


def test_list_says_how_many_stand_and_what_is_owed(client_as: ClientAs) -> None:
    assert read(client_as("cax-1"), LIST).startswith("Sổ điển hình: 7 đơn vị đang giữ danh hiệu Danh hiệu")
    owed = read(client_as("cax-1"), f"{LIST}?nam=2027")
    assert owed.startswith("Sổ điển hình: 7 đơn vị đang giữ danh hiệu, 7 chưa ghi duy trì năm 2027")


def test_year_of_upkeep_stands_at_each_unit(client_as: ClientAs) -> None:
    page = read(client_as("ubnd-1"), LIST)
    assert "Trường Tiểu học Vĩnh Phong 3056/QĐ-UBND, 05/12/2025 2025 Đang giữ Duy trì" in page
    assert "Trường Mầm non Vĩnh Phong 2987/QĐ-UBND, 18/12/2024 2024 Không còn giữ từ 18/11/2026 Không duy trì" in page
    assert "Trường THPT Vĩnh Thuận 3120/QĐ-UBND, 07/12/2026 2026 Đang giữ Mới công nhận" in page


def test_unit_sees_its_own_results_alone(client_as: ClientAs) -> None:
    page = client_as("thpt").get(f"{LIST}?kind=tat-ca").get_data(as_text=True)
    assert set(names_in(page)) == {"Trường THPT Vĩnh Thuận"}
    assert len(lines_of(client_as("thpt"), "?kind=tat-ca")) == 4


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("cycle=2024", ["Trường Mầm non Vĩnh Phong"]),
        ("standing=no", ["Trường Mầm non Vĩnh Phong"]),
        ("subject=xa", ["Xã Vĩnh Phong"]),
        ("q=tieu+hoc", ["Trường Tiểu học Vĩnh Phong"]),
        ("subject=doanh_nghiep", []),
    ],
)
def test_list_is_narrowed_by_what_stands_in_the_address(client_as: ClientAs, query: str, names: list[str]) -> None:
    page = client_as("pv01-1").get(f"{LIST}?{query}").get_data(as_text=True)
    assert names_in(page) == names
    assert "Bỏ lọc" in text_of(page)


def test_filter_that_cannot_be_read_is_refused(client_as: ClientAs) -> None:
    assert client_as("cax-1").get(f"{LIST}?standing=maybe").status_code == 422


def test_list_goes_on_by_key(client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = names_in(client_as("cax-1").get(f"{LIST}?kind=tat-ca").get_data(as_text=True))
    monkeypatch.setattr(import_module("web.views.ledger"), "LIMIT", 5)
    client, place, seen = client_as("cax-1"), f"{LIST}?kind=tat-ca", list[str]()
    while place:
        page = client.get(place).get_data(as_text=True)
        seen += names_in(page)
        found = re.search(r'<p class="acts more"><a class="btn" href="([^"]+)">', page)
        place = html_of.unescape(found.group(1)) if found else ""
    assert seen == whole
    assert len(whole) == 24


def test_recognition_has_its_own_page_with_its_years(client_as: ClientAs) -> None:
    client = client_as("cax-1")
    page = client.get(LIST).get_data(as_text=True)
    found = re.search(r'href="(/so-dien-hinh/[0-9a-z-]+)">Trường Tiểu học', page)
    assert found is not None
    told = read(client, found.group(1))
    assert told.startswith("Điển hình · năm 2025 Trường Tiểu học Vĩnh Phong Đang giữ")
    assert "Số, ký hiệu 3056/QĐ-UBND" in told
    assert told.index("Năm 2027 Chưa ghi") < told.index("Năm 2026 Duy trì")


def test_result_of_another_unit_is_not_found(client_as: ClientAs) -> None:
    page = client_as("cax-1").get(LIST).get_data(as_text=True)
    found = re.search(r'href="(/so-dien-hinh/[0-9a-z-]+)">Trường Tiểu học', page)
    assert found is not None
    assert client_as("thpt").get(found.group(1)).status_code == 404
    assert client_as("thpt").get("/so-dien-hinh/khong-co").status_code == 404


@pytest.mark.parametrize("person", ["thpt", "ubnd-1", "ubnd-tinh-1", "quan-tri"])
def test_entering_and_confirming_are_closed_to_others(client_as: ClientAs, person: str) -> None:
    client = client_as(person)
    assert [client.get(place).status_code for place in (ENTER, CONFIRM)] == [403, 403]
    assert client.post(ENTER, data=RESULT).status_code == 403
    assert client.post(CONFIRM, data={"ket-qua": "x"}).status_code == 403


def test_entered_result_counts_only_when_a_second_person_confirmed_it(client_as: ClientAs, house: House) -> None:
    first, second = client_as("cax-1"), client_as("cax-3")
    place = entered(first)
    told = read(first, place)
    assert "Đã ghi kết quả của Trạm Y tế xã Vĩnh Phong. Kết quả được tính khi người thứ hai xác nhận." in told
    assert "Chờ xác nhận" in told
    assert "Xác nhận kết quả này" not in told, "whoever entered it does not confirm it"
    entry_id = place.split("?")[0].rsplit("/", 1)[1]
    waiting = second.get(CONFIRM).get_data(as_text=True)
    assert "Đồng chí xác nhận được 1 kết quả" in text_of(waiting)
    answer = second.post(CONFIRM, data={"ket-qua": entry_id})
    assert answer.status_code == 302
    assert "Đã xác nhận 1 kết quả." in read(second, answer.location)
    with house.engine.reading() as uow:
        assert uow.ledger.get(entry_id).confirmed_by == "cax-3"


def test_own_entry_is_listed_apart_and_refused(client_as: ClientAs) -> None:
    client = client_as("cax-1")
    entry_id = entered(client).split("?")[0].rsplit("/", 1)[1]
    assert "Do đồng chí nhập, người khác xác nhận" in read(client, CONFIRM)
    answer = client.post(CONFIRM, data={"ket-qua": entry_id})
    assert answer.status_code == 403
    assert "Người khác xác nhận." in text_of(answer.get_data(as_text=True))


def test_waiting_results_are_told_over_the_list_and_not_in_it(client_as: ClientAs) -> None:
    entered(client_as("cax-1"))
    page = client_as("cax-3").get(f"{LIST}?kind=phan_loai&cycle=2024").get_data(as_text=True)
    assert "1 kết quả đã nhập đang chờ người thứ hai xác nhận" in text_of(page)
    assert names_in(page) == []


def test_nothing_chosen_to_confirm_is_said(client_as: ClientAs) -> None:
    answer = client_as("cax-3").post(CONFIRM, data={})
    assert answer.status_code == 422
    assert "Chọn ít nhất một kết quả để xác nhận." in text_of(answer.get_data(as_text=True))


def test_form_keeps_what_was_typed_and_says_what_is_wrong(client_as: ClientAs) -> None:
    wrong = {"noi": "khong co", "ket-qua": "", "nam": "24", "so": "", "ngay": "10/12/2027", "co-quan": "UBND xã"}
    answer = client_as("cax-1").post(ENTER, data=wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Có 5 chỗ cần sửa trước khi ghi kết quả" in text_of(page)
    assert "Ngày ban hành không thể sau hôm nay (11/12/2026)." in text_of(page)
    assert 'value="10/12/2027"' in page
    assert 'value="khong co"' in page


def test_unit_of_the_province_is_refused_to_the_commune(client_as: ClientAs) -> None:
    answer = client_as("cax-1").post(ENTER, data=RESULT | {"noi": "THPT Vĩnh Thuận"})
    assert answer.status_code == 403
    assert 'value="118/QĐ-UBND"' in answer.get_data(as_text=True)


def test_same_form_sent_twice_enters_once(client_as: ClientAs) -> None:
    client, key = client_as("cax-1"), "k" * 32
    assert entered(client, idempotency_key=key) == entered(client, idempotency_key=key)
    again = client.post(ENTER, data=RESULT)
    assert again.status_code == 409
    assert "Sổ đã có kết quả này" in text_of(again.get_data(as_text=True))


def test_files_hold_what_the_list_holds(client_as: ClientAs) -> None:
    client = client_as("cax-1")
    rows = lines_of(client, "?standing=no")
    assert [row[0] for row in rows] == ["Đơn vị", "Trường Mầm non Vĩnh Phong"]
    answer = client.get("/so-dien-hinh/tai/xlsx?standing=no")
    assert answer.headers["Content-Disposition"] == "attachment; filename=so-dien-hinh-2026.xlsx"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.get_data())).get_sheet_by_index(0).to_python()
    assert sheet[1][0] == "Trường Mầm non Vĩnh Phong"
    assert client.get("/so-dien-hinh/tai/exe").status_code == 404


def test_name_that_is_a_formula_stays_text_in_the_files(client_as: ClientAs, house: House) -> None:
    keeper = Actor("pv01-1", Role.PROVINCE_POLICE, "pv01", "tinh")
    with house.engine.reading() as uow:
        unit = uow.organisations.get("tram-y-te-vinh-phong")
    house.organisations.import_rows(keeper, [replace(unit, id="la", name="=HYPERLINK(1)")])
    entry_id = entered(client_as("cax-1"), noi="=HYPERLINK(1)", **{"ket-qua": "dien_hinh:dien_hinh"}).split("?")[0]
    client_as("cax-3").post(CONFIRM, data={"ket-qua": entry_id.rsplit("/", 1)[1]})
    assert [row[0] for row in lines_of(client_as("cax-1")) if "HYPER" in row[0]] == ["'=HYPERLINK(1)"]


def test_decision_of_an_entered_result_is_fetched_by_whoever_sees_it(client_as: ClientAs) -> None:
    content = scan("118/QĐ-UBND")
    place = entered(client_as("cax-1"), **{"quyet-dinh": (io.BytesIO(content), "qd.pdf")}).partition("?")[0]
    page = client_as("cax-1").get(place).get_data(as_text=True)
    assert f'<a href="{place}/quyet-dinh" download>Bản quét quyết định</a>' in page
    answer = client_as("pv01-1").get(f"{place}/quyet-dinh")
    assert (answer.status_code, answer.get_data()) == (200, content)
    assert answer.headers["Content-Disposition"].endswith("UBND.pdf")
    assert answer.mimetype == "application/octet-stream"
    assert client_as("thpt").get(f"{place}/quyet-dinh").status_code == 404
    assert client_as("quan-tri").get(f"{place}/quyet-dinh").status_code == 403


def test_result_without_a_scan_says_so(client_as: ClientAs) -> None:
    place = entered(client_as("cax-1")).partition("?")[0]
    assert "Chưa có bản quét quyết định." in read(client_as("cax-1"), place)
    assert client_as("cax-1").get(f"{place}/quyet-dinh").status_code == 404


def test_decision_of_a_dossier_leads_to_the_file_of_its_paper(client_as: ClientAs) -> None:
    for person in ("cax-1", "thpt"):
        client = client_as(person)
        page = client.get(f"{LIST}?q=vinh thuan").get_data(as_text=True)
        place = re.search(r'href="(/so-dien-hinh/[0-9a-f]+)">Trường THPT Vĩnh Thuận', page)
        assert place is not None
        shown = client.get(place.group(1)).get_data(as_text=True)
        link = re.search(r'<a href="(/ho-so/[^"]+/tep/[0-9a-f]{64})" download>([^<]+\.pdf)', shown)
        assert link is not None, text_of(shown)
        answer = client.get(link.group(1))
        assert answer.status_code == 200
        assert answer.get_data().startswith(b"%PDF")


def test_photos_of_a_decision_are_kept_as_one_file(client_as: ClientAs) -> None:
    def photos() -> list[tuple[io.BytesIO, str]]:
        return [(io.BytesIO(photo(colour)), f"{n}.jpg") for n, colour in enumerate(((200, 0, 0), (0, 0, 200)))]

    client = client_as("cax-1")
    place = entered(client, **{"quyet-dinh": photos(), "quyet-dinh~ghep": "co"}).partition("?")[0]
    assert client.get(f"{place}/quyet-dinh").get_data().startswith(b"%PDF")
    answer = client.post(ENTER, data=RESULT | {"quyet-dinh": photos(), "so": "119/QĐ-UBND"})
    assert answer.status_code == 422
    assert "Một quyết định kèm một tệp." in text_of(answer.get_data(as_text=True))
