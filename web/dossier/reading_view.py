"""A filed paper drawn as its form with nothing open, and nothing shown that nobody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from web.access import actor
from web.context import house
from web.dossier.paper_forms import form_of, score_table, scored_list, setting_of
from web.forms import GivenRow, GivenRows, Opening
from web.forms.nodes import FieldNode, GroupNode, Node, RowsNode
from workflow.queries.dossier_numbers import units_by_number

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.forms import BoundForm
    from workflow.domain.kinds import AttachmentRule


NUMBER = "dossier"
"""Under which name a row of an act's paper says whose it is."""


def to_read(sight: Sight, rule: AttachmentRule, document: Mapping[str, Any]) -> BoundForm:
    """The paper to read: every column of a score sheet as text, empty fields left out."""
    form = form_of(rule.schema_id)
    name, table = scored_list(form), score_table(sight, rule, typed=False, document=document)
    scores = {name: table} if name is not None and table is not None else {}
    given = _named_dossiers(sight, document)
    setting = replace(setting_of(sight, rule, typed=False), opening=Opening(()), scores=scores, given=given)
    bound = form.bind(document, setting=setting, raw=form.fill(document, setting))
    bound.nodes = _written(bound.nodes)
    return bound


def _named_dossiers(sight: Sight, document: Mapping[str, Any]) -> dict[str, GivenRows]:
    """The lists of an act's paper that tell of dossiers by number: each row by the name of its unit."""
    lists = {name: [one.get(NUMBER) for one in rows] for name, rows in document.items() if _tells_of_dossiers(rows)}
    numbers = {number for row in lists.values() for number in row}
    names = units_by_number(house().database, actor(), sight.dossier.province_id, numbers) if numbers else {}
    return {
        name: GivenRows(NUMBER, tuple(GivenRow(one, names.get(one, one), one if one in names else "") for one in row))
        for name, row in lists.items()
    }


def _tells_of_dossiers(rows: object) -> bool:
    return (
        isinstance(rows, list)
        and bool(rows)
        and all(isinstance(r, dict) and isinstance(r.get(NUMBER), str) for r in rows)
    )


def _written(nodes: list[Node]) -> list[Node]:
    """The nodes in which something stands."""
    return [node for node in nodes if _is_written(node)]


def _is_written(node: Node) -> bool:
    """Whether something stands in the node; the hints on how to fill it in, which are for forms, are taken off."""
    node.need, node.hint = None, ""
    if isinstance(node, FieldNode):
        return node.is_filled
    if isinstance(node, GroupNode):
        node.children, node.shared, node.either = _written(node.children), None, ()
        return bool(node.children)
    rows = node.rows if isinstance(node, RowsNode) else [row for group in node.groups for row in group.rows]
    for row in rows:
        row.more = _written(row.more)
    return bool(rows)
