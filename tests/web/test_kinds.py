"""Kinds of dossier for readers: procedure, picture, what the checker found."""

from __future__ import annotations

import json

import pytest

from tests.support.pages import Page
from tests.support.tree import ROOT
from tests.web.conftest import ClientAs
from tests.web.test_acts import text_of
from workflow.bootstrap import House


def test_kinds_are_listed(client_as: ClientAs) -> None:
    page = text_of(client_as("thpt").get("/loai-ho-so/").get_data(as_text=True))
    assert "Điển hình về phong trào Toàn dân bảo vệ an ninh Tổ quốc bản 1" in page
    assert "Bộ tiêu chí để chấm điểm" in page


def test_procedure_is_told_in_words_with_its_sources(client_as: ClientAs) -> None:
    page = text_of(client_as("thpt").get("/loai-ho-so/dien_hinh").get_data(as_text=True))
    assert "1. Đăng ký (từ “Nháp” sang “Đã đăng ký”)" in page
    assert "Thời hạn: hạn trước ngày 18/01; đóng hết ngày 18/01." in page
    assert "Kết quả kiểm tra định nghĩa: 0 lỗi, 2 lưu ý đã ký nhận" in page


def test_picture_is_an_image_that_cannot_act(client_as: ClientAs) -> None:
    answer = client_as("thpt").get("/loai-ho-so/dien_hinh/so-do.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Đã công nhận" in answer.get_data(as_text=True)


def test_version_of_the_province_is_told_against_the_one_before(client_as: ClientAs, house: House) -> None:
    body = json.loads((ROOT / "dossier_schemas/kinds/dien_hinh/v1/kind.json").read_text(encoding="utf-8"))
    body |= {"version": 2, "short_label": "Điển hình (bản 2)"}
    for code, paper in body["attachments"].items():
        paper.setdefault("schema", f"hoso:kinds/dien_hinh/v1/attachments/{code}")
    body["deadlines"]["registration"] |= {"label": "Đăng ký phấn đấu"}
    house.definitions.publish(house.people.actor("pv01-1"), "kind", body, reason="Đổi cách gọi.")
    page = Page(client_as("thpt").get("/loai-ho-so/dien_hinh"))
    assert "So với bản 1" in page.links
    assert "Mới: Đăng ký phấn đấu: hạn trước ngày 18/01" in page.text
    assert "Kết quả kiểm tra định nghĩa: 0 lỗi" in page.text


@pytest.mark.parametrize("address", ["/loai-ho-so/khong-co", "/loai-ho-so/khong-co/so-do.svg"])
def test_unknown_kind_is_not_found(client_as: ClientAs, address: str) -> None:
    assert client_as("thpt").get(address).status_code == 404
