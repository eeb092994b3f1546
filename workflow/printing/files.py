"""A printed paper as a file: PDF or DOCX, and what the file is called."""

from __future__ import annotations

import re
from collections.abc import Callable

from workflow.bootstrap import House
from workflow.domain.calendars import local_day
from workflow.domain.errors import NotFound
from workflow.papers.official.docx import docx_file
from workflow.papers.official.model import OfficialPaper
from workflow.papers.official.pdf import pdf_file
from workflow.wording import fold

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""What a paper can be printed as, with the media type."""


def paper_file(house: House, paper: OfficialPaper, ending: str) -> tuple[bytes, str]:
    """The bytes and the name of the file. Raises ``NotFound`` ``unknown_print_type``."""
    makers: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: pdf_file(
            paper, made_on=local_day(house.clock.now()), fonts=[house.settings.fonts] if house.settings.fonts else ()
        ),
        "docx": lambda: docx_file(paper, made_on=local_day(house.clock.now())),
    }
    if ending not in makers:
        raise NotFound("unknown_print_type", ending=ending)
    return makers[ending](), f"{file_name(paper)}.{ending}"


def file_name(paper: OfficialPaper) -> str:
    """The paper's name in plain letters, with its number where it has one."""
    words = fold(paper.name)
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")[:60] or "van-ban"
