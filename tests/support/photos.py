"""Photos as phones make them, drawn for tests."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

Colour = tuple[int, int, int]

_ORIENTATION, _GPS, _MAKER = 0x0112, 0x8825, 0x010F
_QUARTER_TURN = 6


def photo(colour: Colour, size: tuple[int, int] = (300, 400), make: str = "JPEG") -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, make)
    return out.getvalue()


def turned_photo(*, top: Colour, rest: Colour) -> bytes:
    """A phone held upright: pixels lie on their side, the camera says so, and where it was."""
    lying = Image.new("RGB", (424, 300), rest)
    lying.paste(top, (0, 0, 100, 300))
    marks = Image.Exif()
    marks[_ORIENTATION] = _QUARTER_TURN
    marks[_MAKER] = "may cua toi"
    marks.get_ifd(_GPS).update({1: "N", 2: (9.0, 30.0, 0.0), 3: "E", 4: (105.0, 15.0, 0.0)})
    out = BytesIO()
    lying.save(out, "JPEG", exif=marks, comment="nha rieng")
    return out.getvalue()
