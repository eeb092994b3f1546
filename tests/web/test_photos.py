"""Photos of a paper's pages sent in one field: one PDF, in order; what cannot be used is named and nothing is lost."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

import pypdfium2 as pdfium
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage

from tests.support.pages import Page, filled
from tests.support.photos import photo, turned_photo
from tests.web.conftest import ClientAs
from workflow.bootstrap import House

STORY_UNTIL = "2026-11-11T10:05:00"
RED, GREEN, BLUE = (200, 20, 20), (20, 160, 20), (20, 20, 200)
WORDS = "Ghép các ảnh thành một tệp PDF"


def url_of(ids: Mapping[str, str], rest: str = "/sua", code: str = "head_letter") -> str:
    return f"/ho-so/{ids['thpt']}/giay-to/{code}{rest}"


def sent(client: FlaskClient, ids: Mapping[str, str], deed: str, files: Sequence[FileStorage], **more: object) -> Page:
    """The letter's form as it stands with files in its own copy, sent; what follows is opened."""
    form = Page(client.get(url_of(ids))).form()
    typed = {"d/number": "12/TTr-THPTVT", "d/date": "10/11/2026", "d/signer_office": "Hiệu trưởng"}
    typed |= {"d/addressee": "UBND xã Vĩnh Phong", "d/request": "Đề nghị xét, công nhận điển hình năm 2026."}
    data = filled(form, viec=deed, fields={**typed, "ban": list(files), **more})
    return Page(client.post(url_of(ids), data=data, content_type="multipart/form-data", follow_redirects=True))


def files_of(page: Page) -> list[str]:
    return [name.strip() for name in re.findall(r'<span class="name">(?:<a [^>]*>)?([^<]+)', page.main)]


def jpeg(name: str, content: bytes) -> FileStorage:
    return FileStorage(io.BytesIO(content), name)


def three() -> list[FileStorage]:
    return [
        jpeg("trang-2.jpg", photo(RED)),
        jpeg("trang-1.jpg", turned_photo(top=GREEN, rest=GREEN)),
        FileStorage(io.BytesIO(photo(BLUE, make="PNG")), "trang-3.png"),
    ]


def test_photos_of_pages_are_filed_as_one_pdf(house: House, client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    assert WORDS in Page(client.get(url_of(ids))).text
    sent(client, ids, "dua-vao", three())
    page = Page(client.get(url_of(ids, "")))
    assert files_of(page) == ["trang-2 (3 trang).pdf"]
    digest = re.search(r"/tep/([0-9a-f]{64})", page.main)
    assert digest is not None
    content = house.files.get(digest.group(1))
    document = pdfium.PdfDocument(content)
    middles = [one.render(scale=1).to_pil().convert("RGB").getpixel((297, 421)) for one in document]
    assert [max(range(3), key=lambda place: colour[place]) for colour in middles] == [0, 1, 2], "as chosen, not by name"
    assert b"Exif" not in content
    assert b"nha rieng" not in content


def test_photos_stay_single_without_the_tick_and_beside_other_files(
    client_as: ClientAs, ids: Mapping[str, str]
) -> None:
    client = client_as("thpt")
    page = sent(client, ids, "tai-len", three(), **{"ban~ghep": None})
    assert files_of(page) == ["trang-2.jpg", "trang-1.jpg", "trang-3.png"]
    one = sent(client_as("thpt"), ids, "tai-len", [jpeg("mot.jpg", photo(GREEN))])
    assert "mot.jpg" in files_of(one)


def test_broken_photo_is_named_and_the_rest_is_kept(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    whole = photo(GREEN)
    files = [*three()[:2], jpeg("hong.jpg", whole[: len(whole) // 2])]
    page = sent(client_as("thpt"), ids, "dua-vao", files)
    assert page.status == 422
    (told,) = page.errors
    assert told.startswith("Không mở được ảnh hong.jpg: ảnh hỏng hoặc bị cắt cụt, nên các ảnh chưa được ghép.")
    assert told.endswith("Chụp lại trang đó rồi chọn lại đủ các trang theo thứ tự.")
    assert files_of(page) == ["trang-2.jpg", "trang-1.jpg"]
    assert page.form()["d/number"] == ["12/TTr-THPTVT"]


def test_picture_of_too_many_points_is_refused(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    out = io.BytesIO()
    Image.new("1", (10_000, 5_001)).save(out, "PNG")
    files = [jpeg("trang-1.jpg", photo(RED)), FileStorage(io.BytesIO(out.getvalue()), "to.png")]
    page = sent(client_as("thpt"), ids, "dua-vao", files)
    assert page.status == 422
    assert page.errors[0].startswith("Ảnh to.png lớn quá 50 triệu điểm ảnh, nên các ảnh chưa được ghép.")
    assert files_of(page) == ["trang-1.jpg"]
    assert page.form()["d/request"] == ["Đề nghị xét, công nhận điển hình năm 2026."]
