"""The lists in a real Chromium: axe on every page and state, nothing sideways at 320 px, menu, counting, print.

HOSO_SHOTS=folder writes a picture of every page at desktop and phone width.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.houses import Told, tell_story
from tests.support.neighbours import with_neighbours
from tests.support.served import enter, look
from tests.support.sites import open_site
from web.shots import served
from workflow.seeding.script import moment

pytestmark = pytest.mark.browser

DECEMBER, FEBRUARY = "2026-12-02T09:00:00", "2026-02-24T09:00:00"
"""Two communes have let their dates pass; seven units have papers to hand in."""

PAGES = (
    ("", "/dang-nhap", "dang-nhap"),
    ("cax-1@tan-hoa-dong", "/viec-can-lam", "viec-cong-an-xa-qua-han"),
    ("cax-1", "/viec-can-lam", "viec-cong-an-xa"),
    ("cax-1", "/viec-can-lam?phan=noi-khac", "viec-noi-khac"),
    ("cax-1", "/viec-can-lam?phan=da-xong", "viec-da-xong"),
    ("cax-1", "/viec-can-lam?q=khong+co&lateness=late", "viec-khong-thay"),
    ("ubnd-1@binh-an", "/viec-can-lam", "viec-ubnd-xa"),
    ("pv01-1", "/viec-can-lam", "viec-pv01"),
    ("pv01-1", "/viec-can-lam?phan=cho-tinh", "viec-pv01-cho-tinh"),
    ("ubnd-tinh-1", "/viec-can-lam", "viec-ubnd-tinh"),
    ("thpt", "/viec-can-lam", "viec-don-vi"),
    ("thpt", "/viec-can-lam?nam=2027", "viec-don-vi-nam-sau"),
    ("pv01-1", "/ho-so", "ho-so"),
    ("pv01-1", "/ho-so?lateness=late&commune=binh-an&kind=dien_hinh", "ho-so-loc"),
    ("pv01-1", "/ho-so?tab=done", "ho-so-xong"),
    ("pv01-1", "/ho-so?q=khong+co", "ho-so-khong-thay"),
    ("pv01-1", "/toan-tinh/", "toan-tinh"),
    ("pv01-1", "/toan-tinh/?q=khong+co", "toan-tinh-khong-thay"),
    ("pv01-1", "/don-doc/", "don-doc-tinh"),
    ("pv01-1", "/don-doc/cong-van", "cong-van-tinh"),
)
EARLY_PAGES = (
    ("cax-1", "/viec-can-lam", "viec-thang-hai"),
    ("cax-1", "/viec-can-lam?phan=noi-khac", "viec-thang-hai-noi-khac"),
    ("thcs", "/viec-can-lam", "viec-don-vi-bi-tra-lai"),
    ("mttq", "/viec-can-lam", "viec-don-vi-den-luot"),
    ("cax-1", "/don-doc/", "don-doc-xa"),
    ("cax-1", "/don-doc/cong-van", "cong-van-xa"),
)


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("december")
    return tell_story(folder, moment(DECEMBER), script=with_neighbours(folder))


@pytest.fixture(scope="module")
def february(tmp_path_factory: pytest.TempPathFactory) -> Told:
    return tell_story(tmp_path_factory.mktemp("february"), moment(FEBRUARY))


def _site(told: Told, folder: Path) -> Iterator[str]:
    site = open_site(told, folder)
    site.app.config["WTF_CSRF_ENABLED"] = True
    with served(site.app) as address:
        yield address
    site.house.close()


@pytest.fixture
def late_site(december: Told, tmp_path: Path) -> Iterator[str]:
    yield from _site(december, tmp_path)


@pytest.fixture
def early_site(february: Told, tmp_path: Path) -> Iterator[str]:
    yield from _site(february, tmp_path)


@pytest.fixture(scope="module")
def december_site(december: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for all who only read."""
    yield from _site(december, tmp_path_factory.mktemp("december-site"))


@pytest.fixture(scope="module")
def february_site(february: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One for all who only read."""
    yield from _site(february, tmp_path_factory.mktemp("february-site"))


@pytest.mark.parametrize(("person", "url", "name"), PAGES, ids=[name for _, _, name in PAGES])
def test_page_is_clean_and_narrow(december_site: str, page: Page, person: str, url: str, name: str) -> None:
    enter(page, december_site, person)
    page.goto(december_site + url)
    look(page, name)


@pytest.mark.parametrize(("person", "url", "name"), EARLY_PAGES, ids=[name for _, _, name in EARLY_PAGES])
def test_page_of_february_is_clean_and_narrow(february_site: str, page: Page, person: str, url: str, name: str) -> None:
    enter(page, february_site, person)
    page.goto(february_site + url)
    look(page, name)


def test_folded_parts_are_clean_when_open(early_site: str, page: Page) -> None:
    enter(page, early_site, "cax-1")
    for url, name in (("/don-doc/", "don-doc-mo"), ("/viec-can-lam", "viec-mo"), ("/ho-so", "ho-so-mo")):
        page.goto(early_site + url)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        look(page, name)


def test_menu_opens_on_the_phone_by_script_and_without(late_site: str, browser: Browser) -> None:
    for script in (True, False):
        context = browser.new_context(java_script_enabled=script, viewport={"width": 390, "height": 800})
        page = context.new_page()
        enter(page, late_site, "pv01-1")
        assert page.get_by_role("link", name="Toàn tỉnh", exact=True).is_hidden()
        page.get_by_role("button" if script else "link", name="Danh mục", exact=True).click()
        page.get_by_role("link", name="Toàn tỉnh", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Toàn tỉnh: 4 hồ sơ quá hạn ở 2 xã, phường")
        context.close()


def test_matrix_is_walked_by_keyboard_down_to_a_dossier(late_site: str, page: Page) -> None:
    enter(page, late_site, "pv01-1")
    page.goto(f"{late_site}/toan-tinh/")
    page.locator(".matrix tbody tr").first.locator("a.cell").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 hồ sơ đang giải quyết")
    page.locator(".register tbody a").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bình An")
    assert "/ho-so/" in page.url


def test_late_rows_are_told_without_colour(late_site: str, page: Page) -> None:
    enter(page, late_site, "cax-1@tan-hoa-dong")
    page.emulate_media(forced_colors="active")
    mark = page.locator(".work .mark-late").first
    assert mark.inner_text() == "Quá hạn 7 ngày làm việc"
    assert mark.locator("svg").is_visible()


def test_button_of_the_chase_counts_what_is_ticked(early_site: str, page: Page) -> None:
    enter(page, early_site, "cax-1")
    page.goto(f"{early_site}/don-doc/")
    button = page.get_by_role("button", name="Ghi đã nhắc")
    assert button.inner_text() == "Ghi đã nhắc 7 hồ sơ"
    page.get_by_label("Chọn Trường THCS Vĩnh Phong", exact=False).uncheck()
    assert button.inner_text() == "Ghi đã nhắc 6 hồ sơ"
    page.get_by_label("Gọi điện").check()
    page.get_by_label("Nội dung đã nói", exact=False).fill("Hẹn gửi trong tuần này.")
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã ghi nhắc 6 hồ sơ")
    look(page, "don-doc-da-ghi")


def test_error_of_the_chase_takes_the_focus_and_keeps_what_was_typed(early_site: str, page: Page) -> None:
    enter(page, early_site, "cax-1")
    page.goto(f"{early_site}/don-doc/")
    for box in page.locator("[data-pick]").all():
        box.uncheck()
    page.get_by_label("Nội dung đã nói", exact=False).fill("Đã gặp Hiệu trưởng.")
    page.get_by_role("button", name="Ghi đã nhắc").click()
    expect(page.locator(".errors")).to_be_focused()
    assert page.get_by_label("Nội dung đã nói", exact=False).input_value() == "Đã gặp Hiệu trưởng."
    look(page, "don-doc-loi")


def test_words_to_send_are_copied(early_site: str, browser: Browser) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    enter(page, early_site, "cax-1")
    page.goto(f"{early_site}/don-doc/")
    page.locator(".work details summary").first.click()
    page.locator("[data-copy]").first.click()
    page.wait_for_selector("[data-copied]:not([hidden])")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Công an xã Vĩnh Phong đề nghị Trường THCS Vĩnh Phong, hồ sơ 2026-DH-0006")
    context.close()


def test_chase_works_without_a_script(early_site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    enter(page, early_site, "cax-1")
    page.goto(f"{early_site}/don-doc/")
    page.get_by_role("button", name="Ghi đã nhắc 7 hồ sơ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã ghi nhắc 7 hồ sơ")
    context.close()


def test_letter_prints_on_one_sheet_without_the_frame(early_site: str, page: Page) -> None:
    enter(page, early_site, "cax-1")
    page.goto(f"{early_site}/don-doc/cong-van")
    document = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    text = document[0].get_textpage().get_text_range()
    assert "Cộng hòa xã hội chủ nghĩa Việt Nam" in text
    assert "Kính gửi: Các đơn vị có tên dưới đây" in text
    assert "Đăng xuất" not in text
    assert "In công văn" not in text
    assert len(document) <= 2
    document.close()
