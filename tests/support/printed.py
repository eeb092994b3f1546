"""A printed paper as a reader of the file sees it: its words, where they stand, and what the file says of itself."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2

POINTS_A_MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Margins:
    """The space around the words of a page, in millimetres."""

    left: float
    right: float
    top: float
    bottom: float


class PrintedPdf:
    """A PDF that was opened to be read."""

    def __init__(self, content: bytes) -> None:
        with pypdfium2.PdfDocument(content) as opened:
            pages = [opened[place] for place in range(len(opened))]
            self.sizes = [tuple(round(side / POINTS_A_MM) for side in page.get_size()) for page in pages]
            texts = [page.get_textpage() for page in pages]
            self.pages = [" ".join(text.get_text_bounded().split()) for text in texts]
            self.margins = [_margins(page, text) for page, text in zip(pages, texts, strict=True)]
            for one in (*texts, *pages):
                one.close()

    @property
    def text(self) -> str:
        """All words, with single spaces."""
        return " ".join(self.pages)


def _margins(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> Margins:
    width, height = page.get_size()
    boxes = [text.get_charbox(place) for place in range(text.count_chars()) if text.get_text_range(place, 1).strip()]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return Margins(*(side / POINTS_A_MM for side in (left, width - right, height - top, bottom)))
