"""Guides to print: what each role does in each kind, told from the definition."""

from __future__ import annotations

import pytest

from tests.support.pages import Page
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.domain.actors import Role


def test_guides_are_listed_by_role_the_readers_own_first(client_as: ClientAs) -> None:
    page = Page(client_as("cax-1").get("/huong-dan/"))
    assert page.text.index("Công an xã (vai của đồng chí)") < page.text.index("PV01")
    assert "/huong-dan/cong-an-xa/dien_hinh" in page.links.values()


def test_every_listed_guide_opens_for_everybody(client_as: ClientAs) -> None:
    client = client_as("thpt")
    for url in Page(client.get("/huong-dan/")).links.values():
        page = Page(client.get(url))
        assert page.status == 200
        assert next(text for level, text in page.headings if level == 2).startswith("Việc của ")


def test_guide_says_what_when_with_which_papers_and_what_stops(client_as: ClientAs) -> None:
    page = Page(client_as("cax-1").get("/huong-dan/cong-an-xa/dien_hinh"))
    assert page.title == "Hướng dẫn cho Công an xã: điển hình"
    for words in (
        "Hạn trước ngày 18/01; đóng hết ngày 18/01",
        "Nhập thay đơn vị, từ văn bản đã ký.",
        "Xác nhận đánh giá Xong: hồ sơ ở “Đã đánh giá”, UBND xã giữ.",
        "Bảng đánh giá của Công an xã",
        "Không còn kiến nghị kiểm tra nào chưa kết thúc.",
        "Người đánh giá không ghi kết quả họp xét",
        "“Công an tỉnh đang thẩm định”: PV01",
    ):
        assert words in page.text


def test_guide_tells_every_step_that_the_role_decides(house: House) -> None:
    for kind in house.catalogue.kinds():
        for role in Role:
            own = {move.label for move in kind.transitions if move.forward and role in move.authorities}
            found = house.guide(kind, role)
            told = " ".join(step.label for step in found.steps) if found is not None else ""
            assert all(label in told for label in own), (kind.code, role)


@pytest.mark.parametrize(
    "address", ["/huong-dan/khong-co/dien_hinh", "/huong-dan/don-vi/khong-co", "/huong-dan/don-vi/duy_tri"]
)
def test_guide_that_there_is_not_is_not_found(client_as: ClientAs, address: str) -> None:
    assert client_as("cax-1").get(address).status_code == 404
