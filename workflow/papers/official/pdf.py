"""An official paper as PDF/A-2b with tags. The only room of typst.

Data goes in as JSON and is never pasted into the program; no package is fetched, no font of the machine is used that
was not named: the same paper gives the same bytes. A look-alike of Times is taken where one of the folders has it,
else Libertinus, which comes with typst and covers Vietnamese.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path

from workflow.papers.official.model import OfficialPaper

FONTS = ("Times New Roman", "Liberation Serif", "Tinos", "Libertinus Serif")
"""Tried in order; the last is built in."""

USUAL_FOLDERS = ("/usr/share/fonts/truetype/liberation", "/usr/share/fonts/truetype/tinos")

_TEMPLATE = Path(__file__).with_name("official.typ")


def pdf_file(paper: OfficialPaper, *, made_on: date, fonts: Sequence[Path] = ()) -> bytes:
    """The PDF. ``made_on`` dates it where the paper has no date yet; ``fonts``: further folders of fonts."""
    import typst  # noqa: PLC0415 - 80 MB that most processes never need

    day = paper.day or made_on
    folders = [str(folder) for folder in (*fonts, *map(Path, USUAL_FOLDERS)) if folder.is_dir()]
    inputs = {
        "data": json.dumps(paper.as_data(), ensure_ascii=False),
        "fonts": json.dumps(list(FONTS)),
        "day": json.dumps([day.year, day.month, day.day]),
    }
    stamp = int(datetime.combine(day, time(), tzinfo=UTC).timestamp())
    return typst.compile(
        str(_TEMPLATE),
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=["a-2b"],
        ignore_system_fonts=True,
        font_paths=folders,
        timestamp=stamp,
    )
