"""What a paper's reader should see although it stops nothing: evidence dated outside the window of figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from web.dossier.paper_forms import form_of
from web.dossier.places import place_label
from web.formatting import day
from web.forms import id_of
from web.forms.shapes import Group, Leaf, Rows, Shape
from web.words import say
from workflow.domain.calendars import last_day, local_day

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.forms import Path
    from workflow.domain.kinds import AttachmentRule


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark: where it belongs, and its sentence."""

    place: str
    sentence: str
    target: str


def remarks_of(sight: Sight, rule: AttachmentRule, document: Mapping[str, Any]) -> list[Remark]:
    """Evidence that is dated before or after the year's window."""
    figures = sight.look.figures
    if figures is None or figures.opens is None or figures.closes is None:
        return []
    first, last = local_day(figures.opens), last_day(figures.closes)
    found = []
    for path, dated in _evidence(form_of(rule.schema_id).shape, document, ()):
        if not first <= dated <= last:
            code, bound = ("remark.before", first) if dated < first else ("remark.after", last)
            place = place_label(sight, rule.code, path[:-1])
            found.append(Remark(place, say(code, date=day(dated), bound=day(bound)), id_of(path)))
    return found


def _evidence(shape: Shape, value: object, path: Path) -> Iterator[tuple[Path, date]]:
    """The dates of pieces of evidence: rows that hold both a date and files."""
    match shape, value:
        case Group(), Mapping():
            names = {child.key: child for child in shape.children}
            if _is_evidence(names) and isinstance(value.get("date"), str):
                try:
                    yield (*path, "date"), date.fromisoformat(str(value["date"]))
                except ValueError:
                    return
            for key, child in names.items():
                if key in value:
                    yield from _evidence(child, value[key], (*path, key))
        case Rows(), list():
            for index, row in enumerate(value):
                yield from _evidence(shape.item, row, (*path, index))


def _is_evidence(names: Mapping[str, Shape]) -> bool:
    files = names.get("files")
    return "date" in names and isinstance(files, Leaf) and files.kind == "file"
