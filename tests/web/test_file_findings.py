"""What is found in uploaded files: said on the form before filing and beside the paper after; what blocks, blocks."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import docx

from tests.support import pdfs
from tests.support.pages import Page
from tests.web.conftest import ClientAs
from workflow.bootstrap import House

STORY_UNTIL = "2026-11-11T10:05:00"
FILLER = [f"Noi dung cua ke hoach nam 2026, muc {n}, giao cho tung to phu trach." for n in range(8)]


def place_of(ids: Mapping[str, str], code: str = "unit_plan") -> str:
    return f"/ho-so/{ids['thpt']}/giay-to/{code}"


def sent(client_as: ClientAs, ids: Mapping[str, str], content: bytes, name: str, deed: str) -> Page:
    client = client_as("thpt")
    form = Page(client.get(f"{place_of(ids)}/sua")).form()
    data: dict[str, object] = {**form, "viec": deed, "ban": (BytesIO(content), name)}
    return Page(
        client.post(f"{place_of(ids)}/sua", data=data, content_type="multipart/form-data", follow_redirects=True)
    )


def test_secret_and_locked_papers_are_refused_with_every_reason(
    client_as: ClientAs, house: House, ids: Mapping[str, str]
) -> None:
    written = docx.Document()
    for line in ("CÔNG AN TỈNH", "TỐI MẬT", "Kế hoạch"):
        written.add_paragraph(line)
    out = BytesIO()
    written.save(out)
    before = house.looks.look(house.people.actor("thpt"), ids["thpt"]).dossier.version
    page = sent(client_as, ids, out.getvalue(), "ke-hoach.docx", "dua-vao")
    assert page.status == 422
    assert any("có dấu độ mật “TỐI MẬT”" in line for line in page.errors)
    locked = sent(client_as, ids, pdfs.locked(pdfs.written("x"), user="mo"), "khoa.pdf", "dua-vao")
    assert any("bị khóa bằng mật khẩu" in line for line in locked.errors)
    assert house.looks.look(house.people.actor("thpt"), ids["thpt"]).dossier.version == before


def test_a_number_that_the_text_does_not_hold_is_said_before_and_after_filing(
    client_as: ClientAs, ids: Mapping[str, str]
) -> None:
    content = pdfs.written(*FILLER)
    page = sent(client_as, ids, content, "ke-hoach.pdf", "luu-nhap")
    assert "trong chữ của tệp “ke-hoach.pdf”" in page.text
    sent(client_as, ids, content, "ke-hoach.pdf", "dua-vao")
    shown = Page(client_as("cax-1").get(place_of(ids)))
    assert "ke-hoach.pdf" in shown.text
    assert "trong chữ của tệp “ke-hoach.pdf”" in shown.text


def test_an_ordinary_scan_has_nothing_said_about_it(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = sent(client_as, ids, pdfs.written("Ban quet"), "quet.pdf", "luu-nhap")
    assert "trong chữ của tệp" not in page.text
    assert "quet.pdf" in page.text


def test_a_file_of_another_dossier_is_said_without_naming_it(
    client_as: ClientAs, house: House, ids: Mapping[str, str]
) -> None:
    content = pdfs.written("Ban quet dung chung")
    sent(client_as, ids, content, "chung.pdf", "dua-vao")
    other = {**ids, "thpt": ids["tram-y-te"]}
    client = client_as("cax-1")
    form = Page(client.get(f"{place_of(other)}/sua")).form()
    data = {**form, "viec": "luu-nhap", "ban": (BytesIO(content), "chung.pdf")}
    page = Page(
        client.post(f"{place_of(other)}/sua", data=data, content_type="multipart/form-data", follow_redirects=True)
    )
    assert "Tệp “chung.pdf” đã có trong hồ sơ khác." in page.text
