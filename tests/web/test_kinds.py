"""Kinds of dossier for readers: procedure, picture, criteria, what the checker found."""

from __future__ import annotations

import pytest

from tests.web.conftest import ClientAs
from tests.web.test_acts import text_of


def test_kinds_and_criteria_are_listed_with_samples_marked(client_as: ClientAs) -> None:
    page = text_of(client_as("thpt").get("/loai-ho-so/").get_data(as_text=True))
    assert "Điển hình về phong trào Toàn dân bảo vệ an ninh Tổ quốc bản 1" in page
    assert "Mẫu (giả định)" in page


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


def test_criteria_set_says_that_it_is_a_sample(client_as: ClientAs) -> None:
    page = text_of(client_as("cax-1").get("/loai-ho-so/bo-tieu-chi/dien_hinh_xa/1").get_data(as_text=True))
    assert "Đây là bộ mẫu (giả định)" in page
    assert "Mức đạt: từ 80 điểm trên 100. Mức này chưa kiểm chứng." in page


@pytest.mark.parametrize("address", ["/loai-ho-so/khong-co", "/loai-ho-so/bo-tieu-chi/dien_hinh_xa/9"])
def test_unknown_kind_is_not_found(client_as: ClientAs, address: str) -> None:
    assert client_as("thpt").get(address).status_code == 404
