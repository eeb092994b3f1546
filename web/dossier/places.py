"""Places of a paper in words: what a return can name, and what a place it named is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from web.dossier.paper_forms import ENTERED, SCORE_LOOK, answers_of, criteria_of, form_of, score_table, scored_list
from web.forms.shapes import Group, Leaf, Rows, Shape
from web.words import say

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.forms import Path
    from workflow.domain.kinds import AttachmentRule

_LONGEST = 60
_WORDS = frozenset({"text", "area"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a paper that a return can name: its JSON pointer and its words."""

    path: str
    words: str


def spots_of(sight: Sight, rule: AttachmentRule, document: Mapping[str, Any]) -> list[Spot]:
    """The places of a filed paper: its fields, its lists whole and row by row, a score sheet by its criteria.

    A field that this paper does not ask for (for schools only, say) is none of them, nor is the whole paper.
    """
    form = form_of(rule.schema_id)
    table, name = score_table(sight, rule), scored_list(form)
    answered = list(answers_of(sight, rule.code))
    found: list[Spot] = []
    for child in form.shape.children:
        if child.key == ENTERED or _is_off(child, document) or (isinstance(child, Leaf) and child.kind == "hidden"):
            continue
        if child.key == name and table is not None:
            found += [
                Spot(f"/{name}/{answered.index(one.code)}", say("spot.criterion", number=one.code, words=one.title))
                for one in table.lines
                if one.code in answered
            ]
        found.append(Spot(f"/{child.key}", child.title))
        if isinstance(child, Rows) and child.key != name:
            found += _row_spots(child, document.get(child.key))
    return found


def _is_off(shape: Shape, document: Mapping[str, Any]) -> bool:
    """Whether what stands in the paper leaves this field no place in it."""
    return shape.key not in document and any(
        all(name in document and (not values or document[name] in values) for name, values in condition.tests)
        for condition in shape.off_when
    )


def _row_spots(rows: Rows, value: object) -> list[Spot]:
    """Every row, called by its number and the first words in it."""
    found = []
    for index, row in enumerate(value if isinstance(value, list) else ()):
        words = say("spot.row", words=rows.item.title or rows.title, number=index + 1)
        begins = _first_words(rows.item, row)
        label = say("spot.of_row", row=words, begins=_short(begins)) if begins else words
        found.append(Spot(f"/{rows.key}/{index}", label))
    return found


def _first_words(item: Shape, row: object) -> str:
    if isinstance(row, str):
        return row
    names = (
        [one.key for one in item.children if isinstance(one, Leaf) and one.kind in _WORDS]
        if isinstance(item, Group)
        else []
    )
    texts = (str(row[name]) for name in names if name in row) if isinstance(row, Mapping) else iter(())
    return next((text for text in texts if any(letter.isalpha() for letter in text)), "")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(" ")[0] + "…"


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
