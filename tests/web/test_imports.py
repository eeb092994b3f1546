"""Tables that people bring: looked at row by row, then all of it or nothing; the same table twice changes nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
import xlsxwriter
from flask.testing import FlaskClient

from tests.support.pages import Page
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.papers.workbook import read_workbook
from workflow.seeding.papers import scan

HEADS = ("Mã", "Tên", "Loại", "Trực thuộc", "Xã", "Từ ngày")
MARKET = ("cho-vp", "Ban Quản lý chợ", "cơ quan, tổ chức", "", "", "01/07/2025")
SCHOOL = ("thpt-2", "Trường THPT Vĩnh Thuận", "cơ sở giáo dục", "", "", "")


def table(*rows: Sequence[object]) -> bytes:
    """A spreadsheet with these rows."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": True}) as book:
        sheet = book.add_worksheet("Bảng")
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(line, column, value)
    return content.getvalue()


def upload(client: FlaskClient, url: str, content: bytes, name: str = "bang.xlsx") -> Page:
    """The page that answers an upload, redirects followed."""
    data = {"bang": (io.BytesIO(content), name)}
    answer = client.post(url, data=data, content_type="multipart/form-data", follow_redirects=True)
    answer.request.environ["wsgi.input"].close()  # a large one stands in a file of the test's own
    return Page(answer)


def confirm(client: FlaskClient, page: Page, **more: object) -> Page:
    """The page after the preview's form was sent as it stands."""
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page.main))
    return Page(client.post(page.answer.request.path, data=hidden | more, follow_redirects=True))


def named(house: House, *ids: str) -> dict[str, str]:
    """The names of those organisations that are there."""
    with house.engine.reading() as uow:
        return {one.id: one.name for one in uow.organisations.get_many(list(ids)).values()}


# --- organisations --------------------------------------------------------------------------------


def test_table_of_organisations_is_previewed_confirmed_and_told(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    page = upload(client, "/nhap-bang/to-chuc", table(HEADS, MARKET, SCHOOL))
    assert page.headings[0][1] == "Xem trước: 2 dòng của bảng “bang.xlsx”"
    assert "Thêm mới: 1 tổ chức sẽ được thêm Ban Quản lý chợ cơ quan, tổ chức cho-vp" in page.text
    assert "Đã có “Trường THPT Vĩnh Thuận”, mã thpt-vinh-thuan." in page.text
    assert named(house, "cho-vp", "thpt-2") == {}
    done = confirm(client, page)
    assert done.headings[0][1] == "Đã ghi 1 tổ chức từ bảng tính"
    assert "Bỏ qua 1 dòng gần giống tổ chức đã có." in done.text
    assert named(house, "cho-vp", "thpt-2") == {"cho-vp": "Ban Quản lý chợ"}


def test_near_duplicate_is_added_when_it_is_said_to_be_another(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    page = upload(client, "/nhap-bang/to-chuc", table(HEADS, SCHOOL))
    confirm(client, page, khac="thpt-2")
    assert named(house, "thpt-2") == {"thpt-2": "Trường THPT Vĩnh Thuận"}


def test_same_table_twice_changes_nothing(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    content = table(HEADS, MARKET)
    confirm(client, upload(client, "/nhap-bang/to-chuc", content))
    with house.engine.reading() as uow:
        before = uow.organisations.get("cho-vp")
    again = upload(client, "/nhap-bang/to-chuc", content)
    assert "Mọi dòng đã có đúng như vậy: không có gì để ghi." in again.text
    assert "btn-main" not in again.main
    with house.engine.reading() as uow:
        assert uow.organisations.get("cho-vp") == before


def test_form_sent_twice_ends_on_the_same_page(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    page = upload(client, "/nhap-bang/to-chuc", table(HEADS, MARKET))
    confirm(client, page)
    twice = confirm(client, page)
    assert twice.headings[0][1] == "Đã ghi 1 tổ chức từ bảng tính"
    assert named(house, "cho-vp") == {"cho-vp": "Ban Quản lý chợ"}


def test_change_says_what_was_and_what_will_be(client_as: ClientAs, house: House) -> None:
    client = client_as("quan-tri")
    page = upload(client, "/nhap-bang/to-chuc", client.get("/nhap-bang/to-chuc/mau.xlsx?dang-co=co").data)
    assert "Mọi dòng đã có đúng như vậy" in page.text
    row = ("mttq-vinh-phong", "Mặt trận xã Vĩnh Phong", "co_quan", "vinh-phong", "vinh-phong", "01/07/2025")
    changed = upload(client, "/nhap-bang/to-chuc", table(HEADS, row))
    assert "Tên: từ “Mặt trận Tổ quốc Việt Nam xã Vĩnh Phong” thành “Mặt trận xã Vĩnh Phong”" in changed.text
    confirm(client, changed)
    assert named(house, "mttq-vinh-phong") == {"mttq-vinh-phong": "Mặt trận xã Vĩnh Phong"}


def test_column_that_is_lacking_leaves_what_is_there(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    page = upload(
        client, "/nhap-bang/to-chuc", table(HEADS[:3], ("thpt-vinh-thuan", "Trường Vĩnh Thuận", "co_so_giao_duc"))
    )
    assert "Tên: từ “Trường THPT Vĩnh Thuận” thành “Trường Vĩnh Thuận”" in page.text
    assert "Cấp quản lý" not in page.text
    before = house.organisations.known(["thpt-vinh-thuan"])["thpt-vinh-thuan"]
    confirm(client, page)
    assert house.organisations.known(["thpt-vinh-thuan"]) == {
        "thpt-vinh-thuan": replace(before, name="Trường Vĩnh Thuận")
    }


def test_every_wrong_row_is_told_at_its_cell_and_nothing_can_be_kept(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    rows = (
        MARKET,
        ("sai ma", "Trạm bơm", "cơ quan, tổ chức"),
        ("cho-vp", "Chợ thứ hai", "cơ quan, tổ chức"),
        ("tru-so", "Trụ sở", "cơ quan, tổ chức", "khong-co"),
        ("xa-khac", "Xã Khác", "xã"),
        ("pv01", "Phòng khác", "cơ quan, tổ chức"),
    )
    page = upload(client, "/nhap-bang/to-chuc", table(HEADS, *rows))
    assert "Chưa ghi được: 5 tổ chức" in page.text
    for words in (
        "Ô A3: Mã “sai ma” sai mẫu.",
        "Ô A4: Mã “cho-vp” đứng ở hai dòng.",
        "Ô D5: Không có tổ chức nào mang mã “khong-co”.",
        "không sửa được phần này của danh sách tổ chức.",
        "Ô A7: Mã “pv01” đã dùng cho tổ chức khác. Chọn mã khác.",
    ):
        assert words in page.text
    assert "btn-main" not in page.main
    confirm(client, page)
    assert named(house, "cho-vp", "pv01") == {"pv01": "Phòng PV01, Công an tỉnh"}


def test_long_table_is_kept_whole_and_shown_in_part(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    page = upload(
        client, "/nhap-bang/to-chuc", table(HEADS[:3], *((f"to-{n}", f"Tổ {n}", "khu dân cư") for n in range(230)))
    )
    assert "Thêm mới: 230 tổ chức" in page.text
    assert "và 30 dòng khác" in page.text
    assert confirm(client, page).headings[0][1] == "Đã ghi 230 tổ chức từ bảng tính"
    assert named(house, "to-229") == {"to-229": "Tổ 229"}


def test_unreadable_cells_are_told_together(client_as: ClientAs) -> None:
    rows = (("", "Chợ", "bến xe", "", "", "31/02/2025"), ("x", "", "xã"))
    page = upload(client_as("cax-1"), "/nhap-bang/to-chuc", table(HEADS, *rows))
    assert page.status == 422
    assert page.title == "Lỗi: Nhập tổ chức từ bảng tính"
    assert "Bảng có 4 chỗ cần sửa, chưa có gì được ghi" in page.text
    for cell in ("ô A2", "ô C2", "ô F2", "ô B3"):
        assert f"Trang “Bảng”, {cell}" in page.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp này không phải bảng tính .xlsx"),
        (b"PK\x03\x04 not a workbook", "Tệp này không phải bảng tính .xlsx"),
        (b"MZ\x90\x00" * 50, "Tệp này không phải bảng tính .xlsx"),
        (b"ma;ten;loai\n", "Tệp này không phải bảng tính .xlsx"),
        (b"x" * (5 * 1024 * 1024 + 1), "Bảng tính quá lớn. Tệp nhiều nhất 5 MB"),
        (table(HEADS, ("a", "=1+1", "xã")), "Ô có công thức. Thay bằng giá trị."),
        (table(("Tên",), ("Chợ",)), "Bảng thiếu cột “Mã”."),
        (table(HEADS), "Bảng không có dòng nào."),
    ],
    ids=["empty", "broken", "program", "text", "large", "formula", "column", "rows"],
)
def test_broken_table_is_refused_with_its_reason(client_as: ClientAs, house: House, content: bytes, words: str) -> None:
    page = upload(client_as("cax-1"), "/nhap-bang/to-chuc", content)
    assert page.status == 422
    assert words in page.text


def test_no_table_chosen_is_said(client_as: ClientAs) -> None:
    page = Page(client_as("cax-1").post("/nhap-bang/to-chuc", data={}))
    assert (page.status, "Chọn một bảng tính." in page.text) == (422, True)


def test_table_of_another_session_is_not_found(client_as: ClientAs) -> None:
    page = upload(client_as("cax-1"), "/nhap-bang/to-chuc", table(HEADS, MARKET))
    address = page.answer.request.path
    assert client_as("cax-2").get(address).status_code == 404
    assert client_as("cax-2").post(address, data={}).status_code == 404


def test_template_holds_what_the_commune_keeps_and_no_more(client_as: ClientAs) -> None:
    client = client_as("cax-1")
    sheets = read_workbook(client.get("/nhap-bang/to-chuc/mau.xlsx?dang-co=co").data)
    codes = {str(row[0]) for row in sheets[0].rows[1:]}
    assert {"thpt-vinh-thuan", "cax-vinh-phong"} <= codes
    assert not {"vinh-phong", "pv01", "tinh"} & codes
    assert "Mỗi tổ chức giữ một mã" in " ".join(str(row[0]) for row in sheets[1].rows)
    assert len(read_workbook(client.get("/nhap-bang/to-chuc/mau.xlsx").data)[0].rows) == 1


@pytest.mark.parametrize("person", ["thpt", "ubnd-1", "ubnd-tinh-1"])
def test_tables_of_organisations_are_their_keepers(client_as: ClientAs, person: str) -> None:
    assert client_as(person).get("/nhap-bang/to-chuc").status_code == 403


# --- earlier results ------------------------------------------------------------------------------

RESULT_HEADS = ("Đơn vị", "Kết quả", "Năm", "Số quyết định", "Ngày quyết định", "Cơ quan quyết định")
EARLIER = ("Trường THCS Vĩnh Phong", "Công nhận điển hình", 2024, "99/QĐ-UBND", "20/12/2024", "UBND tỉnh")


def test_table_of_results_waits_for_a_second_person(client_as: ClientAs) -> None:
    client = client_as("cax-1")
    page = upload(client, "/nhap-bang/ket-qua", table(RESULT_HEADS, EARLIER))
    assert "Thêm mới: 1 kết quả" in page.text
    assert "Công nhận điển hình, 2024" in page.text
    done = confirm(client, page)
    assert done.headings[0][1] == "Đã ghi 1 kết quả từ bảng tính"
    waiting = Page(client_as("cax-2").get("/so-dien-hinh/cho-xac-nhan"))
    assert "99/QĐ-UBND" in waiting.text
    again = upload(client, "/nhap-bang/ket-qua", table(RESULT_HEADS, EARLIER))
    assert "Giữ nguyên: 1 kết quả" in again.text
    assert "btn-main" not in again.main


def test_scan_of_the_decision_goes_with_every_result(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    page = upload(client, "/nhap-bang/ket-qua", table(RESULT_HEADS, EARLIER))
    wrong = confirm(client, page, **{"quyet-dinh": (io.BytesIO(b"not a scan"), "quyet-dinh.pdf")})
    assert "Chưa ghi" in wrong.text
    content = scan("Quyết định 99/QĐ-UBND")
    confirm(client, wrong, **{"quyet-dinh": (io.BytesIO(content), "quyet-dinh.pdf")})
    with house.engine.reading() as uow:
        known = {"subject_id": "thcs-vinh-phong", "kind": "dien_hinh", "cycle": 2024, "number": "99/QĐ-UBND"}
        entered = uow.ledger.standing_of(**known)
    assert entered is not None
    assert house.files.get(entered.paper_digest or "") == content


def test_wrong_results_are_told_at_their_rows(client_as: ClientAs) -> None:
    client = client_as("cax-1")
    confirm(client, upload(client, "/nhap-bang/ket-qua", table(RESULT_HEADS, EARLIER)))
    rows = (
        ("Trường không có", *EARLIER[1:]),
        (EARLIER[0], "Giải nhất", *EARLIER[2:]),
        (*EARLIER[:4], "20/12/2027", EARLIER[5]),
        (*EARLIER[:5], "UBND xã"),
    )
    page = upload(client, "/nhap-bang/ket-qua", table(RESULT_HEADS, *rows))
    assert "Chưa ghi được: 4 kết quả" in page.text
    assert "Ô A2: Không tìm thấy đơn vị này" in page.text
    assert "Ô B3: Không có kết quả nào tên “Giải nhất”." in page.text
    assert "btn-main" not in page.main


def test_template_of_results_can_be_read_back(client_as: ClientAs) -> None:
    content = client_as("pv01-1").get("/nhap-bang/ket-qua/mau.xlsx").data
    assert [str(cell) for cell in read_workbook(content)[0].rows[0]] == list(RESULT_HEADS)
