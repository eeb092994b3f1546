"""A score sheet as a table: out with what is scored, back into the draft; faults at their cells, evidence kept."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import pytest
import xlsxwriter
from flask.testing import FlaskClient

from tests.support.houses import Told
from tests.support.pages import Page
from workflow.bootstrap import House
from workflow.papers.workbook import Value, read_workbook

STORY_UNTIL = "2026-11-09T08:00:00"

ClientAs = Callable[[str], FlaskClient]


@pytest.fixture
def url(story: Told) -> str:
    """The table of the school's own score sheet."""
    return f"/ho-so/{story.ids['thpt']}/giay-to/self_score/bang"


def rows_of(client: FlaskClient, url: str) -> list[list[Value]]:
    """The table as it is taken along."""
    return [list(row) for row in read_workbook(client.get(f"{url}/mau.xlsx").data)[0].rows]


def book(rows: list[list[Value]]) -> bytes:
    """The table as its sender filled it in."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        page = made.add_worksheet("Bảng")
        for line, row in enumerate(rows):
            for at, value in enumerate(row):
                page.write(line, at, value)
    return out.getvalue()


def send(client: FlaskClient, url: str, content: bytes) -> Page:
    """The page that answers an upload, redirects followed."""
    data = {"bang": (io.BytesIO(content), "bang.xlsx")}
    return Page(client.post(url, data=data, content_type="multipart/form-data", follow_redirects=True))


def draft_of(house: House, story: Told) -> list[Mapping[str, object]]:
    """The rows of the draft."""
    look = house.looks.look(house.people.actor("thpt"), story.ids["thpt"])
    rows = look.drafts["self_score"].document["rows"]
    return list(rows) if isinstance(rows, list) else []


def test_table_holds_the_scores_and_comes_back_into_the_draft(
    client_as: ClientAs, house: House, story: Told, url: str
) -> None:
    client = client_as("thpt")
    rows = rows_of(client, url)
    assert rows[0][:4] == ["Tiêu chí", "Nội dung", "Điểm cao nhất", "Điểm"]
    at = next(line for line, row in enumerate(rows) if line and row[3] != "")
    before = rows[at][3]
    rows[at][3] = "0,5"
    page = send(client, url, book(rows))
    assert page.status == 200
    assert "Đã lưu" in page.text or "nháp" in page.text
    drafted = {str(row["criterion"]): row for row in draft_of(house, story)}
    assert drafted[str(rows[at][0])]["points"] == 0.5 != before
    assert any(row.get("evidence") for row in drafted.values()), "evidence stays with its criterion"
    assert [row[3] for row in rows_of(client, url)][at] == "0,5"


def test_faults_are_told_at_their_cells_and_nothing_is_kept(
    client_as: ClientAs, house: House, story: Told, url: str
) -> None:
    client = client_as("thpt")
    rows = rows_of(client, url)
    rows[1][3], rows[2][0], rows[3][0] = "9999", "khong-co", rows[4][0]
    page = send(client, url, book(rows))
    assert page.status == 422
    assert "Điểm cao nhất của tiêu chí này là" in page.text
    assert "Bộ tiêu chí không có tiêu chí “khong-co”." in page.text
    assert "đứng ở hai dòng" in page.text
    assert client.get(page.links["Tải bảng có đánh dấu các chỗ sai"]).data.startswith(b"PK")
    assert "self_score" not in house.looks.look(house.people.actor("thpt"), story.ids["thpt"]).drafts


def test_only_scored_papers_in_sight_have_a_table(client_as: ClientAs, story: Told, url: str) -> None:
    assert client_as("mttq").get(url).status_code == 404
    assert client_as("thpt").get(url.replace("self_score", "unit_plan")).status_code == 404
    assert "Tải bảng các tiêu chí" in Page(client_as("thpt").get(url)).links
    assert client_as("ubnd-1").get(f"{url}/mau.xlsx").status_code == 200
