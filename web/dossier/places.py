"""Places of a paper in words: what a return can name, and what a place it named is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.dossier.paper_forms import SCORE_LOOK, answers_of, criteria_of, form_of, score_table, scored_list
from web.forms.shapes import Group, Leaf, Rows, Shape
from web.words import say

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.forms import Path
    from workflow.domain.kinds import AttachmentRule


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a paper that a return can name: its JSON pointer and its words."""

    path: str
    words: str


def spots_of(sight: Sight, rule: AttachmentRule) -> list[Spot]:
    """The places of a paper: its fields and lists, a score sheet by its criteria. The whole paper is not among them."""
    form = form_of(rule.schema_id)
    table, name = score_table(sight, rule), scored_list(form)
    answered = list(answers_of(sight, rule.code))
    found: list[Spot] = []
    for child in form.shape.children:
        if isinstance(child, Leaf) and child.kind == "hidden":
            continue
        if child.key == name and table is not None:
            found += [
                Spot(f"/{name}/{answered.index(one.code)}", say("spot.criterion", number=one.code, words=one.title))
                for one in table.lines
                if one.code in answered
            ]
        found.append(Spot(f"/{child.key}", child.title))
    return found


def place_label(sight: Sight, code: str, path: Path) -> str:
    """What the field at ``path`` of a paper is called; "" when the paper has no such field."""
    rule = sight.kind.attachments[code]
    shape: Shape | None = form_of(rule.schema_id).shape
    words: list[str] = []
    for depth, part in enumerate(path):
        if isinstance(shape, Rows) and isinstance(part, int):
            words[-1:] = [_row_words(sight, code, shape, part, is_top=depth == 1)]
            shape = shape.item
        elif isinstance(shape, Group):
            shape = next((child for child in shape.children if child.key == part), None)
            if shape is not None:
                words.append(shape.title)
        if shape is None:
            return ""
    return ", ".join(words)


def _row_words(sight: Sight, code: str, rows: Rows, index: int, *, is_top: bool) -> str:
    criteria = criteria_of(sight)
    if is_top and rows.look == SCORE_LOOK and criteria is not None:
        answered = list(answers_of(sight, code))
        criterion = criteria.criterion(answered[index]) if index < len(answered) else None
        if criterion is not None:
            return say("spot.criterion", number=criterion.code, words=criterion.label)
    return say("spot.row", words=rows.item.title or rows.title, number=index + 1)
