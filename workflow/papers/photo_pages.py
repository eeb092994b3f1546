"""Photos of a paper's pages as one PDF: A4 pages in the order given, turned as the camera says, pixels alone.

Only pixels leave a photo: no place, time, device, preview or remark goes along. The same photos give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from workflow.domain.errors import InvalidDocument

MOST_PAGES = 40
MOST_PIXELS = 50_000_000
"""Of one photo; a page read at 200 dpi needs 4 million, a good phone makes 12 to 50."""

MOST_SCANS = 100
"""Passes of a progressive JPEG: cameras make about ten; a file made to keep a reader busy has thousands."""

_FINENESS = ((200, 80), (150, 70), (110, 60))
"""Dots an inch and JPEG quality, tried in order until the PDF is small enough."""

_A4 = (595, 842)
_POINTS = 72
"""A4 upright in points, and points an inch."""

_START_OF_SCAN = b"\xff\xda"

_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_BROKEN = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, struct.error)
"""What a damaged picture makes the library raise."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo as it came: its name, for sentences only, and its bytes (JPEG or PNG)."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Page:
    """One picture ready for its page: size in pixels, JPEG bytes."""

    width: int
    height: int
    jpeg: bytes


def photo_pages(photos: Sequence[Photo], *, most_bytes: int) -> bytes:
    """The PDF, a page a photo; coarser when it would be larger than ``most_bytes`` otherwise.

    Raises InvalidDocument ``photos_too_many`` (facts: count, limit), ``photo_broken`` (names) or ``photo_too_large``
    (names, limit in millions of pixels).
    """
    if len(photos) > MOST_PAGES:
        raise InvalidDocument("photos_too_many", count=len(photos), limit=MOST_PAGES)
    found = b""
    for dots, quality in _FINENESS:
        found = _pdf(_pages(photos, dots, quality))
        if len(found) <= most_bytes:
            break
    return found


def _pages(photos: Sequence[Photo], dots: int, quality: int) -> list[_Page]:
    """Every photo, or what is wrong with all that cannot be used."""
    pages: list[_Page] = []
    broken: list[str] = []
    large: list[str] = []
    for photo in photos:
        try:
            pages.append(_page(photo.content, dots, quality))
        except _TOO_LARGE:
            large.append(photo.name)
        except _BROKEN:
            broken.append(photo.name)
    if broken:
        raise InvalidDocument("photo_broken", names=tuple(broken))
    if large:
        raise InvalidDocument("photo_too_large", names=tuple(large), limit=MOST_PIXELS // 1_000_000)
    return pages


def _page(content: bytes, dots: int, quality: int) -> _Page:
    """One photo turned upright, on white, no finer than its page needs."""
    if content.count(_START_OF_SCAN) > MOST_SCANS:
        raise ValueError(content[:4])
    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise Image.DecompressionBombError(opened.size)
        short, long = (side * dots // _POINTS for side in _A4)
        opened.draft("RGB", (long, long))
        upright = ImageOps.exif_transpose(opened).convert("RGBA")
    upright.thumbnail((short, long) if upright.width <= upright.height else (long, short))
    picture = Image.new("RGB", upright.size, "white")
    picture.paste(upright, mask=upright)
    out = BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return _Page(picture.width, picture.height, out.getvalue())


def _pdf(pages: Sequence[_Page]) -> bytes:
    """A PDF (ISO 32000-1) of one JPEG a page: catalogue, list of pages, then page, drawing and picture of each."""
    kids = b" ".join(b"%d 0 R" % (3 + 3 * index) for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%b] >>" % (len(pages), kids),
    ]
    for index, page in enumerate(pages):
        objects += _objects_of(page, 3 + 3 * index)
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def _objects_of(page: _Page, number: int) -> list[bytes]:
    """Page, drawing and picture; the picture as large as the sheet allows, in its middle."""
    across, up = _A4 if page.width <= page.height else _A4[::-1]
    scale = min(across / page.width, up / page.height)
    width, height = page.width * scale, page.height * scale
    drawing = b"q %.2f 0 0 %.2f %.2f %.2f cm /P Do Q" % (width, height, (across - width) / 2, (up - height) / 2)
    picture = (
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
        b" /Filter /DCTDecode /Length %d >>\nstream\n%b\nendstream"
    ) % (page.width, page.height, len(page.jpeg), page.jpeg)
    return [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Resources << /XObject << /P %d 0 R >> >>"
        b" /Contents %d 0 R >>" % (across, up, number + 2, number + 1),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawing), drawing),
        picture,
    ]
