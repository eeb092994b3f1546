"""The score sheet: criteria in groups, those who score side by side, sums, and the reason of a difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from web.formatting import number
from web.forms.nodes import (
    Choice,
    FieldNode,
    Node,
    ScoreCell,
    ScoreGroupNode,
    ScoreRowNode,
    ScoresNode,
    ScoreSum,
)
from web.forms.paths import Path, id_of, name_of
from web.forms.reading import NO, YES, Raw
from web.forms.setting import Answer, ScoreLine, ScoreTable
from web.forms.shapes import Group, Rows, SchemaError
from web.forms.typed import UnreadableError, read_number
from web.words import say

if TYPE_CHECKING:
    from web.forms.binding import Binder

SCORE_FIELDS = ("points", "met")
REASON_FIELD = "reason"


def bind_scores(binder: Binder, shape: Rows, path: Path, value: object, table: ScoreTable) -> ScoresNode:
    """The nodes of a score sheet whose rows are the criteria of `table`; SchemaError when its rows are no criteria."""
    item = shape.item
    if not isinstance(item, Group) or not {"criterion", *SCORE_FIELDS} & {child.key for child in item.children}:
        msg = f"{shape.key}: not the rows of a score sheet"
        raise SchemaError(msg)
    stored = value if isinstance(value, list) else []
    rows = {row.get("criterion"): row for row in stored if isinstance(row, Mapping)}
    is_typed = binder.opening.reaches(path)
    node = ScoresNode(
        "scores",
        id_of(path),
        name_of(path),
        shape.title,
        shape.description,
        columns=tuple((column.code, column.title, column.code == table.mine) for column in table.columns),
        groups=[],
        sums=(),
        filled=0,
        total=len(table.lines),
        is_typed=is_typed,
    )
    binder.made[path] = node
    typed: dict[str, Answer] = {}
    index = 0
    for group in table.groups:
        drawn = []
        for line in group.lines:
            typed[line.code] = typed_answer(binder.raw, (*path, index), line)
            drawn.append(_row(binder, item, (*path, index), line, table, rows.get(line.code, {}), typed[line.code]))
            index += 1
        node.groups.append(ScoreGroupNode(group.title, _most(group.lines), drawn))
    node.filled = sum(answer is not None for answer in typed.values())
    node.sums = sums_of(table, typed if table.mine else {})
    return node


def _row(
    binder: Binder, item: Group, path: Path, line: ScoreLine, table: ScoreTable, stored: Mapping[str, Any], mine: Answer
) -> ScoreRowNode:
    against = line.others.get(table.against) if table.against else None
    row = ScoreRowNode(
        id_of(path),
        line.code,
        line.title,
        "" if line.most is None else number(line.most),
        line.hint,
        line.url,
        cells=[_cell(column.code, column.title, line, table) for column in table.columns],
        score=None,
        highest="" if line.most is None else str(line.most),
        against=_plain(against),
    )
    binder.made[path] = row
    wanted = "points" if line.asks == "points" else "met"
    more: list[Node] = []
    for child in item.children:
        if child.key == "criterion" or (child.key in SCORE_FIELDS and child.key != wanted):
            continue
        node = binder.child(item, child, path, stored)
        if node is None:
            continue
        if child.key == wanted and isinstance(node, FieldNode):
            row.score = _as_score(node, line)
        elif child.key == REASON_FIELD and isinstance(node, FieldNode):
            row.reason = node if table.against else None
        else:
            more.append(node)
    row.more = more
    is_possible = line.most is None or mine is None or mine <= line.most
    row.difference, row.amount = difference(mine, against) if is_possible else ("", "")
    return row


def _as_score(node: FieldNode, line: ScoreLine) -> FieldNode:
    """The field of the typed column: a number, or met / not met as a list."""
    node.need = None
    if line.asks != "points" and node.look != "said":
        node.look = "select"
        words = {YES: say("score.met"), NO: say("score.not_met")}
        node.choices = tuple(Choice(c.value, words[c.value], is_chosen=c.is_chosen) for c in node.choices)
    return node


def typed_answer(raw: Raw, path: Path, line: ScoreLine) -> Answer:
    """What stands in the typed column for one criterion; None when it is blank or cannot be read."""
    text = raw.get(name_of((*path, "points" if line.asks == "points" else "met")), [""])[:1]
    if not text or not text[0].strip():
        return None
    if line.asks != "points":
        return {YES: True, NO: False}.get(text[0])
    try:
        return read_number(text[0])
    except UnreadableError:
        return None


def difference(mine: Answer, against: Answer) -> tuple[str, str]:
    """How the typed score differs: ("lower", "2"), ("higher", "1,5"), ("other", "") for met / not met, or ("", "")."""
    if mine is None or against is None or mine == against:
        return "", ""
    if isinstance(mine, bool) or isinstance(against, bool):
        return "other", ""
    gap = Decimal(str(mine)) - Decimal(str(against))
    return ("lower" if gap < 0 else "higher"), number(abs(gap))


def sums_of(table: ScoreTable, typed: Mapping[str, Answer]) -> tuple[ScoreSum, ...]:
    """The sum of each column that says anything, the typed one always; criteria without points are counted."""
    sums = []
    by_points = [line for line in table.lines if line.asks == "points"]
    highest = number(_total(line.most for line in by_points))
    for column in table.columns:
        is_mine = column.code == table.mine
        answers = {line.code: typed.get(line.code) if is_mine else line.others.get(column.code) for line in table.lines}
        if not is_mine and all(answer is None for answer in answers.values()):
            continue
        if by_points:
            text = number(_total(answers[line.code] for line in by_points))
            sums.append(ScoreSum(column.code, column.title, text, highest, is_mine))
        else:
            met = sum(answer is True for answer in answers.values())
            sums.append(ScoreSum(column.code, column.title, str(met), str(len(answers)), is_mine))
    return tuple(sums)


def _total(values: Iterable[Answer]) -> Decimal:
    return sum(
        (Decimal(str(value)) for value in values if value is not None and not isinstance(value, bool)), Decimal(0)
    )


def _most(lines: Iterable[ScoreLine]) -> str:
    points = [line.most for line in lines if line.most is not None]
    return number(_total(points)) if points else ""


def _cell(code: str, title: str, line: ScoreLine, table: ScoreTable) -> ScoreCell:
    answer = line.others.get(code)
    if isinstance(answer, bool):
        text = say("score.met" if answer else "score.not_met")
    else:
        text = "" if answer is None else number(answer)
    return ScoreCell(title, text, is_mine=code == table.mine, is_against=code == table.against)


def _plain(answer: Answer) -> str:
    """A score for the script: a plain decimal, or co / khong."""
    if answer is None:
        return ""
    return (YES if answer else NO) if isinstance(answer, bool) else str(answer)
