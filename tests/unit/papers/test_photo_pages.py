"""Photos of pages as one PDF: order, A4, turned upright, nothing but pixels; what cannot be used is named."""

from __future__ import annotations

import re
import zlib
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.support.photos import photo, turned_photo
from workflow.domain.errors import InvalidDocument
from workflow.papers import photo_pages as subject
from workflow.papers.photo_pages import Photo, photo_pages

MOST = 20 * 1024 * 1024
RED, GREEN, BLUE = (200, 20, 20), (20, 160, 20), (20, 20, 200)


def pages_of(content: bytes) -> list[Image.Image]:
    """Every page of a PDF as a picture, a pixel a point."""
    document = pdfium.PdfDocument(content)
    return [page.render(scale=1).to_pil().convert("RGB") for page in document]


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    return isinstance(colour, tuple) and all(abs(a - b) < 30 for a, b in zip(colour, wanted, strict=True))


def test_photos_become_a4_pages_in_order() -> None:
    upright, across = photo(RED, (300, 400)), photo(GREEN, (400, 300), "PNG")
    pages = pages_of(photo_pages([Photo("1.jpg", upright), Photo("2.png", across)], most_bytes=MOST))
    assert [page.size for page in pages] == [(595, 842), (842, 595)]
    assert near(pages[0].getpixel((297, 421)), RED)
    assert near(pages[1].getpixel((421, 297)), GREEN)
    assert near(pages[0].getpixel((297, 5)), (255, 255, 255)), "what the photo does not reach stays white"


def test_photo_is_turned_as_the_camera_says() -> None:
    lying = turned_photo(top=RED, rest=BLUE)
    (page,) = pages_of(photo_pages([Photo("1.jpg", lying)], most_bytes=MOST))
    assert page.size == (595, 842)
    assert near(page.getpixel((297, 60)), RED)
    assert near(page.getpixel((297, 780)), BLUE)


def test_only_pixels_leave_a_photo() -> None:
    lying = turned_photo(top=RED, rest=BLUE)
    assert b"Exif" in lying
    assert b"nha rieng" in lying
    remarks = PngInfo()
    remarks.add_text("Comment", "nha rieng")
    drawn = BytesIO()
    Image.new("RGB", (30, 40), RED).save(drawn, "PNG", pnginfo=remarks)
    content = photo_pages([Photo("1.jpg", lying), Photo("2.png", drawn.getvalue())], most_bytes=MOST)
    assert b"Exif" not in content
    assert b"nha rieng" not in content
    assert not re.search(rb"/(CreationDate|Author|Producer)", content)


def test_same_photos_give_the_same_bytes() -> None:
    photos = [Photo("1.jpg", photo(RED, (300, 400))), Photo("2.jpg", photo(BLUE, (300, 400)))]
    assert photo_pages(photos, most_bytes=MOST) == photo_pages(photos, most_bytes=MOST)


def test_page_is_no_finer_than_a_scan_and_coarser_when_asked() -> None:
    noise = BytesIO()
    Image.effect_noise((2400, 3200), 90).convert("RGB").save(noise, "JPEG", quality=95)
    fine = photo_pages([Photo("1.jpg", noise.getvalue())], most_bytes=MOST)
    width = re.search(rb"/Width (\d+)", fine)
    assert width is not None
    assert int(width.group(1)) <= 1653
    assert len(fine) < len(noise.getvalue())
    coarse = photo_pages([Photo("1.jpg", noise.getvalue())], most_bytes=len(fine) - 1)
    assert len(coarse) < len(fine)


def test_see_through_picture_stands_on_white() -> None:
    drawn = BytesIO()
    Image.new("RGBA", (300, 424), (0, 0, 0, 0)).save(drawn, "PNG")
    (page,) = pages_of(photo_pages([Photo("1.png", drawn.getvalue())], most_bytes=MOST))
    assert near(page.getpixel((297, 421)), (255, 255, 255))


def test_broken_photos_are_all_named() -> None:
    whole = photo(RED, (300, 400))
    photos = [Photo("1.jpg", whole), Photo("2.jpg", whole[: len(whole) // 2]), Photo("3.png", b"\x89PNG\r\n\x1a\nxx")]
    with pytest.raises(InvalidDocument) as told:
        photo_pages(photos, most_bytes=MOST)
    assert told.value.code == "photo_broken"
    assert told.value.facts["names"] == ("2.jpg", "3.png")


def test_bomb_is_refused_before_it_is_unpacked() -> None:
    small = BytesIO()
    Image.new("L", (1, 1)).save(small, "PNG")
    big = (60_000).to_bytes(4, "big")
    header = b"IHDR" + big + big + b"\x08\x00\x00\x00\x00"
    bomb = _with_header(small.getvalue(), header)
    for content in (bomb, _large_png()):
        with pytest.raises(InvalidDocument) as told:
            photo_pages([Photo("1.png", photo(RED, (30, 40), "PNG")), Photo("2.png", content)], most_bytes=MOST)
        assert told.value.code == "photo_too_large"
        assert told.value.facts == {"names": ("2.png",), "limit": 50}


def _with_header(png: bytes, header: bytes) -> bytes:
    return png[:12] + header + zlib.crc32(header).to_bytes(4, "big") + png[33:]


def _large_png() -> bytes:
    """Just above what one photo may have, and below what the library itself warns of."""
    out = BytesIO()
    Image.new("1", (10_000, 5_001)).save(out, "PNG")
    return out.getvalue()


def test_endless_jpeg_is_refused() -> None:
    content = photo(RED, (300, 400))
    passes = b"\xff\xda" * (subject.MOST_SCANS + 1)
    with pytest.raises(InvalidDocument, match="photo_broken"):
        photo_pages([Photo("1.jpg", content + passes)], most_bytes=MOST)


def test_too_many_photos_are_refused_at_once() -> None:
    with pytest.raises(InvalidDocument) as told:
        photo_pages([Photo("1.jpg", b"")] * 41, most_bytes=MOST)
    assert told.value.code == "photos_too_many"
    assert told.value.facts == {"count": 41, "limit": 40}
