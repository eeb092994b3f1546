"""Kinds beside the first: every page, act and explanation takes them as they are told in their definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.houses import Told, tell_story
from tests.support.pages import Page
from tests.support.sites import Site, open_site
from workflow.seeding.script import moment
from workflow.settings import FIXTURES

STORY = FIXTURES / "story" / "three_kinds_2026.json"
MEETING, SUBMITTED = "2026-10-27T08:00:00", "2026-11-16T10:00:00"

SiteOf = Callable[[str], Site]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Told]:
    """The story of three kinds up to an instant, each played once."""
    kept: dict[str, Told] = {}

    def tell(until: str) -> Told:
        if until not in kept:
            kept[until] = tell_story(tmp_path_factory.mktemp("three"), moment(until), script=STORY)
        return kept[until]

    return tell


@pytest.fixture
def site_of(told: Callable[[str], Told], tmp_path: Path) -> Iterator[SiteOf]:
    opened: list[Site] = []

    def open_at(until: str) -> Site:
        folder = tmp_path / f"site-{len(opened)}"
        folder.mkdir()
        opened.append(open_site(told(until), folder))
        return opened[-1]

    yield open_at
    for site in opened:
        site.house.close()


def page(site: Site, person: str, address: str) -> Page:
    found = site.enter(person).get(address)
    assert found.status == 200
    return found


def test_one_meeting_offers_dossiers_of_three_kinds(site_of: SiteOf) -> None:
    text = page(site_of(MEETING), "ubnd-1", "/viec-chung/record_meeting").text
    assert "11 hồ sơ đang chờ" in text
    assert all(number in text for number in ("2026-DH-0001", "2026-AT-0001", "2026-PL-0001"))
    assert "tiêu chí 3.e không đạt" in text


def test_a_commune_reads_which_of_its_units_are_missing(site_of: SiteOf, told: Callable[[str], Told]) -> None:
    until = "2026-10-29T08:10:00"
    text = page(site_of(until), "ubnd-1", f"/ho-so/{told(until).ids['at-xa']}").text
    assert "Mới có 0 trên 5 đơn vị đã đăng ký được công nhận, cần 4 (70%, làm tròn lên)." in text
    assert "Thông tư 124/2021/TT-BCA, Điều 5 khoản 4" in text


def test_the_class_that_was_earned_is_weighed_and_unread_thresholds_are_said(
    site_of: SiteOf, told: Callable[[str], Told]
) -> None:
    before = page(site_of(MEETING), "ubnd-1", f"/ho-so/{told(MEETING).ids['pl-doan']}").text
    assert "Đã đủ điều kiện" in before
    assert "chưa kiểm chứng" in before
    after = page(site_of(SUBMITTED), "ubnd-2", f"/ho-so/{told(SUBMITTED).ids['pl-thcs']}").text
    assert "Bước “Ghi quyết định xếp loại” còn thiếu 1 điều kiện." in after
    assert "PV01 xác nhận ngưỡng của bộ phan_loai_co_quan@1 một lần" in after


def test_a_unit_is_told_the_date_that_holds_for_it(site_of: SiteOf) -> None:
    """004:307-311 for units of the province, QD 510 for those of the commune: 16/11 is late for one of them only."""
    site = site_of(SUBMITTED)
    assert (
        "năm 2026 Đã qua hạn nhưng vẫn nhận, hồ sơ sẽ ghi là nộp muộn." in page(site, "chi-cuc", "/viec-can-lam").text
    )
    assert "năm 2026 Hạn: hết ngày 29/11/2026, Chủ nhật." in page(site, "mttq", "/viec-can-lam").text


@pytest.mark.parametrize("person", ["pv01-1", "cax-1", "ubnd-1", "thon-tay"])
def test_every_page_of_every_kind_can_be_read(site_of: SiteOf, told: Callable[[str], Told], person: str) -> None:
    site, seen = site_of(MEETING), 0
    client = site.enter(person)
    for dossier_id in told(MEETING).ids.values():
        first = client.get(f"/ho-so/{dossier_id}")
        assert first.status in (200, 404)
        if first.status == 404:
            continue
        seen += 1
        for rest in ("nhat-ky", "to-theo-doi", "giay-to/self_score", "giay-to/assessment_sheet", "buoc/record_meeting"):
            assert client.get(f"/ho-so/{dossier_id}/{rest}").status < 500
    assert seen
