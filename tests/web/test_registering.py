"""Many units registered from a table on the page: looked at row by row, kept with their scan, or given back marked."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.support.houses import Told
from tests.support.pages import Page
from tests.support.sites import Site, open_site
from workflow.papers.registration_sheet import columns_of, first_paper
from workflow.papers.table_template import table_template
from workflow.papers.workbook import read_workbook
from workflow.seeding.papers import scan

JANUARY = "2026-01-16T09:00:00"
URL = "/nhap-bang/dang-ky/dien_hinh"
ROW = {
    "head_office": "Chủ tịch",
    "commitments": "Xây dựng đơn vị an toàn.",
    "number": "12/ĐK-ĐV",
    "signer_office": "Chủ tịch",
}


@pytest.fixture
def site(stories: Callable[[str], Told], tmp_path: Path) -> Iterator[Site]:
    """Registration is open."""
    (tmp_path / "site").mkdir()
    found = open_site(stories(JANUARY), tmp_path / "site")
    yield found
    found.house.close()


def table(site: Site, *rows: dict[str, str]) -> bytes:
    """A table as its sender filled it in."""
    house = site.house
    rule = first_paper(house.catalogue.version("dien_hinh", 1))
    assert rule is not None
    columns = columns_of(house.schemas.plain(rule.schema_id))
    filled = [{**ROW, "date": "10/01/2026", **row} for row in rows]
    return table_template("Đăng ký", columns, house.wording, rows=filled)


def upload(client: FlaskClient, content: bytes) -> Page:
    """The page that answers an upload, redirects followed."""
    data = {"bang": (io.BytesIO(content), "bang.xlsx")}
    return Page(client.post(URL, data=data, content_type="multipart/form-data", follow_redirects=True))


def confirm(client: FlaskClient, page: Page, **more: object) -> Page:
    """The page after the preview's form was sent as it stands."""
    hidden = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', page.main))
    answer = client.post(
        page.answer.request.path, data=hidden | more, content_type="multipart/form-data", follow_redirects=True
    )
    return Page(answer)


def test_units_of_a_table_are_registered_together_and_once(site: Site) -> None:
    client = site.enter("cax-2").client
    assert Page(client.get("/nhap-bang/dang-ky/")).links["Điển hình"].startswith(URL)
    assert client.get(f"{URL}/mau.xlsx").data.startswith(b"PK")
    sheet = table(site, {"subject": "mttq-vinh-phong"}, {"subject": "Hội Liên hiệp Phụ nữ xã Vĩnh Phong"})
    page = upload(client, sheet)
    assert page.title == "Xem trước bảng “bang.xlsx”"
    assert "Thêm mới: 2 đơn vị" in page.text
    done = confirm(client, page, **{"ban-quet": (io.BytesIO(scan("Danh sách")), "danh-sach.pdf")})
    assert done.title == "Đã đăng ký 2 đơn vị, điển hình"
    again = upload(client, sheet)
    assert "Mọi đơn vị của bảng đã có hồ sơ: không có gì để ghi." in again.text


def test_without_the_scan_nobody_is_registered(site: Site) -> None:
    client = site.enter("cax-2").client
    page = upload(client, table(site, {"subject": "mttq-vinh-phong"}))
    refused = confirm(client, page)
    assert refused.status == 422
    assert "Chưa đăng ký đơn vị nào: 1 dòng của bảng còn sai." in refused.text


def test_wrong_rows_are_told_at_their_cells_and_given_back_marked(site: Site) -> None:
    client = site.enter("cax-2").client
    page = upload(
        client, table(site, {"subject": "Hội Phụ nữ xã Vĩnh Phong"}, {"subject": "mttq-vinh-phong", "number": "mười"})
    )
    assert "Chưa ghi được: 2 đơn vị" in page.text
    assert "Gần giống: Hội Liên hiệp Phụ nữ xã Vĩnh Phong, " in page.text
    marked = client.get(page.links["Tải bảng có đánh dấu các chỗ sai"])
    assert [row[0] for row in read_workbook(marked.data)[0].rows[1:]] == ["Hội Phụ nữ xã Vĩnh Phong", "mttq-vinh-phong"]
    half = upload(client, table(site, {"subject": ""}))
    assert half.status == 422
    assert "Tải bảng có đánh dấu các chỗ sai" in half.links


def test_table_is_for_who_may_begin_the_kind(site: Site) -> None:
    assert site.enter("pv01-1").client.get(URL).status_code == 404
    assert site.enter("thpt").client.get(URL).status_code == 403
    assert site.enter("cax-2").client.get("/nhap-bang/dang-ky/khong-co").status_code == 404
    assert site.enter("cax-2").client.get(f"{URL}/{'0' * 64}").status_code == 404
    assert site.enter("cax-1").client.get("/nhap-bang/danh-dau.xlsx").status_code == 404
