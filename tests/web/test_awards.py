"""Awards on the pages: the form is chosen where a dossier begins, rounds and quotas are kept, the list explains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.houses import Told, tell_story
from tests.support.pages import Page
from tests.support.sites import Site, Visitor, open_site
from workflow.seeding.script import moment
from workflow.settings import FIXTURES

STORY = FIXTURES / "story" / "awards_2026.json"
XA, CAT = "giay_khen_ubnd_xa", "giay_khen_giam_doc_cat"
LIST = f"/khen-thuong/{XA}?nam=2026"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell_story(tmp_path_factory.mktemp("awards"), moment("2026-11-30T08:35:00"), script=STORY)


@pytest.fixture
def site(told: Told, tmp_path: Path) -> Iterator[Site]:
    opened = open_site(told, tmp_path)
    yield opened
    opened.house.close()


def posted(visitor: Visitor, url: str, **fields: str) -> Page:
    """The answer to a form, whose fields have underscores of their own."""
    return Page(visitor.client.post(url, data=fields, follow_redirects=True))


def test_the_list_explains_who_is_on_it_and_who_is_not(site: Site) -> None:
    page = site.enter("cax-1").get(LIST)
    assert page.status == 200
    assert page.headings == [
        (1, "Giấy khen của Chủ tịch UBND xã"),
        (2, "Trong danh sách trình 2 hồ sơ"),
        (3, "Tổ viên Tổ bảo vệ an ninh, trật tự Thôn Tây (giả định)"),
        (3, "Thôn Tây (giả định)"),
        (2, "Đủ điều kiện, chưa vào danh sách 1 hồ sơ"),
        (3, "Thôn Đông (giả định)"),
        (2, "Còn thiếu 2 hồ sơ"),
        (3, "Hiệu trưởng Trường THCS Phong An (giả định)"),
        (3, "Trường THCS Phong An (giả định)"),
        (2, "Diện quan tâm"),
        (2, "Chỉ tiêu"),
        (2, "Đợt cuối năm 2026"),
    ]
    assert "Điều kiện E7.3 không đạt" in page.text
    assert "mục III.2.1.3" in page.text
    assert "Điều kiện E3.4 chờ xác nhận" in page.text
    assert page.text.count("Ngang phiếu ở chỗ hết chỉ tiêu: Hội đồng quyết định") == 2
    assert "02 bộ" in page.text
    assert "Tập thể nhỏ: 1 trên 2" in page.text


def test_only_whoever_allots_is_offered_to(site: Site) -> None:
    for person, url, offered in (
        ("cax-1", LIST, True),
        ("ubnd-1", LIST, False),
        ("pv01-1", LIST, False),
        ("pv01-1", f"/khen-thuong/{CAT}?nam=2026", True),
        ("cax-1", f"/khen-thuong/{CAT}?nam=2026", False),
    ):
        assert ("Ghi chỉ tiêu" in site.enter(person).get(url).text) is offered, (person, url)
    assert site.enter("thon-tay").get(LIST).status == 403
    assert site.enter("ubnd-1").send(f"/khen-thuong/{XA}/mo").status == 403
    assert site.enter("cax-1").get("/khen-thuong/huan_chuong").status == 404


def test_a_quota_is_allotted_and_a_wrong_one_keeps_what_was_typed(site: Site) -> None:
    officer = site.enter("cax-1")
    wrong = posted(officer, f"/khen-thuong/{XA}/chi-tieu?nam=2026", to_chuc="Thôn Đông (giả định)", so="hai")
    assert (wrong.status, wrong.errors) == (422, ["Chỉ tiêu là số nguyên, ví dụ 3."])
    assert 'value="hai"' in wrong.html
    unknown = posted(officer, f"/khen-thuong/{XA}/chi-tieu?nam=2026", to_chuc="Thôn Nam", so="2")
    assert unknown.status == 404
    assert len(unknown.errors) == 1
    done = posted(officer, f"/khen-thuong/{XA}/chi-tieu?nam=2026", to_chuc="Thôn Đông (giả định)", so="2")
    assert "Đã ghi chỉ tiêu." in done.text
    assert "Thôn Đông (giả định) 2 0 1" in done.text
    refused = posted(site.enter("pv01-1"), f"/khen-thuong/{XA}/chi-tieu?nam=2026", to_chuc="phong-an", so="9")
    assert refused.status == 403
    assert "do Công an xã phân bổ chỉ tiêu" in refused.text


def test_a_round_is_closed_with_every_dossier_named_first(site: Site, told: Told) -> None:
    officer = site.enter("cax-1")
    before = officer.get(f"/khen-thuong/{XA}/dong?nam=2026")
    assert "4 hồ sơ chưa từng trình tỉnh sẽ hết hiệu lực" in before.text
    assert all(told.numbers[name] in before.text for name in ("kt-dong", "kt-thcs", "kc-ht", "kt-tay"))
    unticked = posted(officer, f"/khen-thuong/{XA}/dong?nam=2026")
    assert unticked.status == 422
    done = posted(officer, f"/khen-thuong/{XA}/dong?nam=2026", hieu="co")
    assert "Đã đóng đợt khen" in done.text
    assert "Không đi tiếp" in done.text


def test_the_form_is_chosen_where_a_dossier_begins(site: Site) -> None:
    unit = site.enter("thon-dong")
    begin = "/dang-ky/khen_thuong_tap_the"
    form = unit.get(f"{begin}?nam=2026")
    assert "Giấy khen của Chủ tịch UBND xã" in form.text
    assert "Giấy khen của Chủ tịch UBND huyện" not in form.text
    none = posted(unit, begin, don_vi="thon-dong", nam="2026")
    assert (none.status, none.errors) == (422, ["Chọn hình thức khen trước khi mở hồ sơ Khen thưởng tập thể."])
    closed = posted(unit, begin, don_vi="thon-dong", nam="2026", hinh_thuc="bang_khen_bo_truong_bca")
    assert closed.status == 422
    assert "chưa mở hoặc đã đóng" in closed.errors[0]
    twice = posted(unit, begin, don_vi="thon-dong", nam="2026", hinh_thuc=XA)
    assert twice.status == 409
    made = posted(unit, begin, don_vi="thon-dong", nam="2026", hinh_thuc="bang_khen_bo_truong_bca", dot_xuat="co")
    assert made.status == 200
    assert "2026-KTT-" in made.text


@pytest.mark.parametrize("person", ["cax-1", "ubnd-1", "thon-tay"])
def test_every_page_of_an_award_can_be_read(site: Site, told: Told, person: str) -> None:
    client, seen = site.enter(person), 0
    for dossier_id in told.ids.values():
        first = client.get(f"/ho-so/{dossier_id}")
        assert first.status in (200, 404)
        if first.status == 404:
            continue
        seen += 1
        for rest in (
            "nhat-ky", "to-theo-doi", "giay-to/achievement_report", "giay-to/confirmation",
            "buoc/submit_to_province", "buoc/award",
        ):  # fmt: skip
            assert client.get(f"/ho-so/{dossier_id}/{rest}").status < 500, rest
    assert seen


def test_the_explanation_of_a_dossier_names_the_rows_that_fail(site: Site, told: Told) -> None:
    text = site.enter("ubnd-1").get(f"/ho-so/{told.ids['kc-ht']}").text
    assert "Điều kiện E7.3 không đạt" in text
    assert "Phân loại phong trào: loại trung bình (206/QĐ-UBND)" in text
    waiting = site.enter("ubnd-1").get(f"/ho-so/{told.ids['kt-dong']}").text
    assert "Danh sách vượt chỉ tiêu Giấy khen của Chủ tịch UBND xã của Xã Phong An (giả định)" in waiting
