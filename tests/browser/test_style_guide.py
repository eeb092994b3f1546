"""The style guide in a real Chromium: axe, narrow screens, the keyboard, rows and sums, no request off the host, print.

HOSO_SHOTS=folder writes a picture of every page at desktop and phone width.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.support.crawling import Mark, marks_of
from tests.support.face import guide_app
from tests.support.served import faults_of
from web.views.style_guide import paper_names, sample

pytestmark = pytest.mark.browser

PATTERNS = ("", *(one["code"] for one in sample()["pages"]))
PAPERS = tuple(f"giay-to/{name}" for name in paper_names())
SHEET = "/giao-dien/cham-diem?trong"
PLAN = "/giao-dien/giay-to/kinds/dien_hinh/v1/attachments/unit_plan"


@pytest.fixture(scope="module")
def guide() -> Iterator[str]:
    """The guide on 127.0.0.1 with the check against foreign sites on; gone with the module."""
    server = make_server("127.0.0.1", 0, guide_app(WTF_CSRF_ENABLED=True), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def seen(page: Page) -> Iterator[list[str]]:
    """What the page asked for and what went wrong on it; the test fails when anything did."""
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield asked
    assert wrong == []


def width_beyond(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def look_at(page: Page, guide: str, place: str) -> None:
    """One page at the desk and on the phone: nothing for axe to find, nothing sideways; pictures when asked for."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{guide}/giao-dien/{place}")
    assert (place, faults_of(page)) == (place, [])
    keep_picture(page, place, "may-ban")
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 700})
        assert (place, width, width_beyond(page)) == (place, width, 0)
    keep_picture(page, place, "dien-thoai")


def keep_picture(page: Page, place: str, name: str) -> None:
    """A picture of the whole page in the folder HOSO_SHOTS, when that is set."""
    if folder := os.environ.get("HOSO_SHOTS"):
        page.evaluate("document.fonts.ready")
        file = Path(folder) / f"giao-dien-{place.replace('/', '-') or 'muc-luc'}-{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(full_page=True, path=file)


@pytest.mark.parametrize("place", PATTERNS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(place: str, guide: str, page: Page, seen: list[str]) -> None:
    look_at(page, guide, place)
    page.get_by_role("button", name="Danh mục").click()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert faults_of(page) == []
    assert width_beyond(page) == 0
    assert {url for url in seen if not url.startswith(guide)} == set()


def test_a_shipped_paper_with_something_new_is_drawn_so_that_axe_finds_nothing(
    guide: str, page: Page, seen: list[str]
) -> None:
    """Each paper whose form is made of something that none before it showed; the heavy proof draws all of them."""
    shown: set[Mark] = set()
    looked_at = 0
    for place in PAPERS:
        marks = marks_of(page.request.get(f"{guide}/giao-dien/{place}").text())
        if not marks <= shown:
            shown |= marks
            looked_at += 1
            look_at(page, guide, place)
    assert 5 < looked_at < len(PAPERS)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_shipped_paper_is_drawn_so_that_axe_finds_nothing(guide: str, page: Page, seen: list[str]) -> None:
    assert len(PAPERS) > 50
    for place in PAPERS:
        look_at(page, guide, place)


def test_a_planted_fault_is_found_by_axe(guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/bieu-mau")
    page.evaluate("document.querySelector('label').remove()")
    assert "label" in {one["id"] for one in Axe().run(page).response["violations"]}


def test_a_planted_pale_word_is_found_where_something_new_stands(guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/bieu-mau")
    faults_of(page)
    page.evaluate(
        """() => { const it = document.createElement('p'); it.className = 'planted'; it.textContent = 'Nhạt';
        it.style.color = '#ccc'; document.querySelector('main').append(it) }"""
    )
    assert [rule for rule, _ in faults_of(page)] == ["color-contrast"]


def test_a_planted_inline_script_does_not_run(guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/")
    page.evaluate(
        """() => { const it = document.createElement('script'); it.textContent = 'window.ran = 1';
        document.body.append(it) }"""
    )
    assert page.evaluate("window.ran") is None


# --- what the eye sees ------------------------------------------------------------------------------------------------


def test_the_pages_are_set_in_their_own_font(guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/nen-tang")
    loaded = page.evaluate(
        "document.fonts.ready.then(() => [...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.weight))"
    )
    assert {"400", "600"} <= set(loaded)
    assert page.evaluate("document.fonts.check('600 28px \"Be Vietnam Pro\"', 'Ẩ')")


def test_stacked_capitals_are_not_cut_by_their_line(guide: str, page: Page) -> None:
    """A heading with the tallest and lowest letters needs no more room than its line gives."""
    page.goto(f"{guide}/giao-dien/nen-tang")
    room = page.evaluate(
        """() => { const h = document.querySelector('.t-2xl');
        const c = document.createElement('canvas').getContext('2d');
        const s = getComputedStyle(h); c.font = `${s.fontWeight} ${s.fontSize} ${s.fontFamily}`;
        const m = c.measureText('ẨỄặộ');
        return [parseFloat(s.lineHeight), m.actualBoundingBoxAscent + m.actualBoundingBoxDescent] }"""
    )
    assert room[0] >= room[1]


def test_lateness_is_told_without_colour(guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/nen-tang")
    late, near = page.locator(".mark-late").first, page.locator(".mark-near").first
    grey = """(e) => { const [r, g, b] = getComputedStyle(e).backgroundColor.match(/[0-9.]+/g).map(Number);
        return 0.299 * r + 0.587 * g + 0.114 * b }"""
    assert near.evaluate(grey) - late.evaluate(grey) > 120


# --- the keyboard -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PATTERNS)
def test_everything_that_can_be_pressed_is_reached_by_tab(place: str, guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/{place}")
    wanted = page.evaluate(
        """() => { const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')];
        const stops = all.filter((e) => e.tabIndex >= 0 && e.type !== 'hidden' && e.checkVisibility());
        stops.forEach((e, n) => { e.dataset.stop = n }); return stops.length }"""
    )
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    reached: set[str] = set()
    last = -1
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        stop = page.evaluate("document.activeElement.dataset.stop")
        if stop is None:
            continue
        assert int(stop) > last or stop in reached, "the order of focus is the order of the page"
        last = max(last, int(stop))
        reached.add(stop)
    radios = page.evaluate(
        """() => { const names = new Map();
        const radios = document.querySelectorAll('input[type=radio][data-stop]');
        radios.forEach((e) => names.set(e.name, (names.get(e.name) || 0) + 1));
        return [...names.values()].reduce((sum, n) => sum + n - 1, 0) }"""
    )
    assert len(reached) == wanted - radios


def test_the_first_tab_offers_the_way_past_the_menu(guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Đến nội dung chính"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "noi-dung"


def test_errors_take_the_focus_and_lead_to_their_fields(guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/bieu-mau")
    assert page.evaluate("document.activeElement.className") == "errors"
    page.get_by_role("link", name="Ngày ban hành không thể sau hôm nay (02/12/2026).").first.click()
    assert page.evaluate("document.activeElement.id") == "f-date"


def test_every_target_is_large_enough_on_the_phone(guide: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for place in PATTERNS:
        page.goto(f"{guide}/giao-dien/{place}")
        small = page.evaluate(
            """() => [...document.querySelectorAll('a[href], button, summary, input, select, textarea')]
            .filter((e) => e.checkVisibility() && e.tabIndex >= 0 && !e.matches('p a, li p a, .hint a'))
            .filter((e) => { const high = e.getBoundingClientRect().height; return high > 1 && high < 23.5 })
            .map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert small == [], place


# --- rows, sums, menu -------------------------------------------------------------------------------------------------


def test_a_row_comes_by_htmx_with_the_focus_in_it_and_the_page_stays(guide: str, page: Page, seen: list[str]) -> None:
    page.goto(guide + PLAN)
    page.fill("#f-issuer", "Trường THPT Vĩnh Thuận")
    page.fill("#f-measures-0-group", "Nhóm I")
    page.evaluate("window.stays = true")
    page.get_by_role("button", name="Thêm nhóm việc").click()
    page.wait_for_selector("#f-measures-1-group")
    assert page.evaluate("document.activeElement.id") == "f-measures-1-group"
    assert page.evaluate("window.stays")
    assert page.input_value("#f-measures-0-group") == "Nhóm I"
    page.get_by_role("button", name="Xóa nhóm việc 1").click()
    page.wait_for_selector(".undo")
    page.get_by_role("button", name="Khôi phục dòng này").click()
    page.wait_for_selector("#f-measures-1-group")
    assert page.input_value("#f-measures-0-group") == "Nhóm I"
    assert page.input_value("#f-issuer") == "Trường THPT Vĩnh Thuận"


def test_the_same_without_a_script(guide: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(guide + PLAN)
    page.fill("#f-issuer", "Trường THPT Vĩnh Thuận")
    page.fill("#f-date", "27/02/2026")
    page.fill("#f-measures-0-group", "Nhóm I")
    page.get_by_role("button", name="Thêm nhóm việc").click()
    page.fill("#f-measures-1-group", "Nhóm II")
    page.get_by_role("button", name="Xóa nhóm việc 1").click()
    assert page.input_value("#f-measures-0-group") == "Nhóm II"
    page.get_by_role("button", name="Khôi phục dòng này").click()
    assert page.input_value("#f-measures-0-group") == "Nhóm I"
    page.get_by_role("button", name="Lưu giấy tờ").click()
    said = page.locator("pre").inner_text()
    assert '"date": "2026-02-27"' in said
    assert '"group": "Nhóm II"' in said
    page.get_by_role("link", name="Danh mục").click()
    assert page.get_by_role("link", name="Sổ điển hình").is_visible()
    context.close()


def test_enter_in_a_field_saves_and_removes_no_row(guide: str, page: Page) -> None:
    page.goto(guide + PLAN)
    page.fill("#f-measures-0-group", "Nhóm I")
    page.press("#f-measures-0-group", "Enter")
    page.wait_for_selector("pre")
    assert '"group": "Nhóm I"' in page.locator("pre").inner_text()


def test_sums_and_reasons_follow_while_typing_as_the_server_says_them(guide: str, page: Page, seen: list[str]) -> None:
    page.goto(guide + SHEET)
    page.fill("#f-rows-8-points", "7,5")
    page.fill("#f-rows-9-points", "3,5")
    mine, done = page.locator("[data-sum-mine]"), page.locator("[data-sum-done]")
    assert (mine.inner_text(), done.inner_text()) == ("90", "10")
    reason = page.locator("#f-rows-9-reason")
    assert reason.is_visible()
    assert "Vì sao thấp hơn đơn vị 0,5 điểm?" in page.locator("label[for=f-rows-9-reason]").inner_text()
    assert page.locator("#f-rows-8-reason").is_hidden()
    page.get_by_role("button", name="Lưu bảng chấm").click()
    page.wait_for_selector("pre")
    assert (mine.inner_text(), done.inner_text()) == ("90", "10")
    assert reason.is_visible()


def test_the_sum_bar_never_hides_the_field_that_has_the_focus(guide: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    page.emulate_media(reduced_motion="reduce")
    page.goto(guide + SHEET)
    for number in range(10):
        page.focus(f"#f-rows-{number}-points")
        bottom = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
        top = page.evaluate("document.querySelector('.sum').getBoundingClientRect().top")
        assert bottom <= top


def test_a_draft_is_saved_when_a_field_is_left_and_the_page_stays(guide: str, page: Page, seen: list[str]) -> None:
    page.goto(f"{guide}/giao-dien/bieu-mau?trong")
    assert page.locator("#luu").inner_text() == "Nháp lưu gần nhất lúc 09:40."
    page.locator("#f-addressee").press_sequentially("Công an tỉnh")
    with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
        page.locator("#f-submitted_by_office").focus()
    assert saved.value.status == 200
    page.wait_for_function("document.querySelector('#luu').textContent === 'Đã lưu nháp lúc 09:41.'")
    assert page.evaluate("document.activeElement.id") == "f-submitted_by_office"
    assert page.input_value("#f-addressee") == "Công an tỉnh"
    assert page.evaluate("document.querySelector('#f').dataset.typed") is None


def test_a_field_that_is_not_asked_is_put_away_only_while_it_is_blank(guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/bieu-mau?trong")
    level, size = page.locator("#f-school_level"), page.locator("#f-enterprise_size")
    assert (level.is_visible(), size.is_visible()) == (True, False)
    page.select_option("#f-subject_kind", "doanh_nghiep")
    assert size.is_visible()
    assert level.is_visible()  # something stands in it
    page.select_option("#f-school_level", "")
    assert level.is_hidden()


def test_a_file_that_is_too_large_is_named_before_it_is_sent(guide: str, page: Page, tmp_path: Path) -> None:
    heavy = tmp_path / "ban-quet.pdf"
    with heavy.open("wb") as file:
        file.truncate(34 * 1024 * 1024)
    page.goto(f"{guide}/giao-dien/bieu-mau?trong")
    page.set_input_files("#tep", heavy)
    said = page.locator("#tep-nang").inner_text()
    assert said == "Tệp ban-quet.pdf nặng 34 MB, quá mức 20 MB. Quét lại ở 150 dpi hoặc tách làm hai tệp."


def test_the_menu_is_a_button_on_the_phone(guide: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{guide}/giao-dien/")
    button = page.get_by_role("button", name="Danh mục")
    assert button.get_attribute("aria-expanded") == "false"
    assert page.get_by_role("link", name="Sổ điển hình").is_hidden()
    button.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    assert page.get_by_role("link", name="Sổ điển hình").is_visible()
    assert page.get_by_role("button", name="Đăng xuất").is_visible()


def test_leaving_typed_text_behind_is_asked_about(guide: str, page: Page) -> None:
    page.goto(guide + PLAN)
    page.locator("#f-issuer").press_sequentially("Trường")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{guide}/giao-dien/")
    assert asked == ["beforeunload"]


# --- paper ------------------------------------------------------------------------------------------------------------


def pages_of(pdf: bytes) -> list[str]:
    """The text of every page of a PDF."""
    with pypdfium2.PdfDocument(pdf) as document:
        texts = []
        for number in range(len(document)):
            part = document[number]
            text = part.get_textpage()
            texts.append(text.get_text_range())
            text.close()
            part.close()
        return texts


def test_a_printed_page_has_its_head_foot_and_opened_details_and_no_buttons(guide: str, page: Page) -> None:
    page.goto(f"{guide}/giao-dien/ban-in")
    pages = pages_of(page.pdf(prefer_css_page_size=True))
    first = " ".join(pages[0].split())
    assert "2026-DH-0117 · Trường THPT Vĩnh Thuận" in first
    for number, text in enumerate(pages, 1):
        said = " ".join(text.split())
        assert f"trang {number}/{len(pages)}" in said
        assert "In lúc 09:45 ngày 02/12/2026" in said
        assert "mã đối chiếu 3f9a 12c4 77b0" in said
    whole = " ".join(" ".join(pages).split())
    assert "7 ngày làm việc" in whole  # inside "Cách tính hạn"
    assert "Năm 2025 đạt “An toàn về an ninh, trật tự”" in whole  # inside the conditions that are met
    assert "Chấm tiếp" not in whole
    assert "Danh mục" not in whole
    assert "Đăng xuất" not in whole
