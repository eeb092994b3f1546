"""One meeting over ten units in a browser: quorum, votes, preview, all or nothing, the result on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser

from tests.support.houses import tell_story
from tests.support.served import Live, Seat, keep_picture, live_site
from tests.support.ten_units import MORE, with_ten_units
from workflow.seeding.script import moment

pytestmark = pytest.mark.browser

EVE = "2026-11-18T08:00:00"
"""Nine dossiers of two kinds are ready for the meeting, one is on hold."""

CHAIR = "Chủ tịch UBND xã"
OFFICES = (
    CHAIR,
    "Trưởng Công an xã",
    "Bí thư Đoàn Thanh niên xã",
    "Chủ tịch Hội Nông dân xã",
    "Trưởng phòng Kinh tế xã",
)
ON_HOLD = "Đoàn Thanh niên xã Vĩnh Phong"


@pytest.fixture
def live(tmp_path: Path, browser: Browser) -> Iterator[Live]:
    """The eve of the meeting with ten units."""
    told = tell_story(tmp_path, moment(EVE), script=with_ten_units(tmp_path, until=EVE))
    folder = tmp_path / "live"
    folder.mkdir()
    with live_site(told, folder, browser) as live:
        yield live


def minutes(present: int) -> dict[str, object]:
    """The head of the minutes, five members, the first ``present`` of them there."""
    return {
        "number": "41/BB-UBND",
        "date": date(2026, 11, 18),
        "issuer": "UBND xã Vĩnh Phong",
        "signer_office": CHAIR,
        "held_on": date(2026, 11, 18),
        "held_at": "Hội trường UBND xã",
        "chair_office": CHAIR,
        "secretary_office": "Văn phòng UBND xã",
        "members_total": len(OFFICES),
        "attendance": [{"office": office, "present": place < present} for place, office in enumerate(OFFICES)],
        "conclusion": "Thống nhất kết quả như trên.",
    }


def vote(seat: Seat, present: int) -> None:
    """The votes of every dossier: all for it, but against the second and the last."""
    units = seat.page.locator("#f-items tr:has([name$='/votes_for']) th").all_inner_texts()
    for row, unit in enumerate(units):
        at = f"d/items/{row}"
        good, bad = ("maintained", "not_maintained") if "Duy trì" in unit else ("propose", "not_propose")
        against = row == 1 or row == len(units) - 1
        votes = {"votes_for": 0 if against else present, "votes_against": present if against else 0}
        seat.type({**votes, "votes_other": 0, "not_voting": 0, "result": bad if against else good}, at)
        if against:
            seat.type({"remark": "Mô hình tự quản chưa hoạt động đều."}, at)


def states(live: Live) -> list[str]:
    """The state of every dossier there is, always in the same order."""
    with live.site.house.engine.reading() as stores:
        return [stores.dossiers.get(one).state for one in sorted(stores.dossiers.ids_where(province_id="tinh"))]


def test_meeting_over_ten_units(live: Live) -> None:
    live.at("2026-11-18T16:00:00")
    before = states(live)
    committee = live.sit("ubnd-1")
    committee.open("/viec-chung/record_meeting")
    assert committee.heading == "Ghi kết quả họp xét: 10 hồ sơ đang chờ"
    keep_picture(committee.page, "hop-1-chon")
    boxes = committee.page.locator("[name=ho-so]")
    assert [boxes.nth(n).is_checked() for n in range(10)].count(False) == 1
    for box in boxes.all():
        box.check()
    committee.press("Nhập văn bản cho các hồ sơ đã chọn")
    committee.type(minutes(2))
    vote(committee, 2)
    committee.attach("bien ban", "#scan")
    keep_picture(committee.page, "hop-2-bien-ban")
    committee.press("Đi tiếp")
    assert committee.heading == "Xem trước: ghi kết quả họp xét, 10 hồ sơ", committee.errors
    assert "Còn 10 hồ sơ chưa ghi được." in committee.text
    keep_picture(committee.page, "hop-3-thieu-thanh-vien")
    committee.press("Sửa Biên bản họp xét")
    assert committee.value("d/conclusion") == "Thống nhất kết quả như trên."
    committee.type(minutes(5))
    vote(committee, 5)
    committee.press("Đi tiếp")
    assert "Còn 1 hồ sơ chưa ghi được." in committee.text
    assert committee.page.get_by_role("button", name="Ghi 10 hồ sơ").count() == 0
    assert states(live) == before
    committee.tick(f"Để {ON_HOLD} ngoài")
    committee.press("Xem lại với lựa chọn này")
    keep_picture(committee.page, "hop-4-xem-truoc")
    assert "9 hồ sơ được ghi cùng một lúc." in committee.text
    committee.press("Ghi 9 hồ sơ, để ngoài 1")
    assert committee.page.title().startswith("Lỗi: ")
    committee.tick("Tôi đã đối chiếu với văn bản có chữ ký.")
    committee.press("Ghi 9 hồ sơ, để ngoài 1")
    assert committee.heading.startswith("Đã ghi 9 hồ sơ: ")
    keep_picture(committee.page, "hop-5-ket-qua")
    changed = [new for old, new in zip(before, states(live), strict=True) if old != new]
    assert sorted(changed) == ["commune_meeting"] * 7 + ["maintained", "not_maintained"]
    printed = text_of(committee.page.pdf(format="A4"))
    assert all(name in printed for name in MORE.values())
    assert ON_HOLD not in printed
    assert "Về Việc cần làm" not in printed


def text_of(pdf: bytes) -> str:
    """The words of a PDF, blanks joined."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())
