"""Units and communes found by a name that somebody typed, within the reader's jurisdiction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.access import actor
from web.context import house, today
from workflow.domain.actors import COMMUNE_ROLES
from workflow.domain.errors import NotFound
from workflow.queries.tree import Node, branch, find
from workflow.wording import fold

if TYPE_CHECKING:
    from collections.abc import Collection

Choice = tuple[str, str, str]
"""An organisation to choose: its id, its name, the name of its commune."""


def search(text: str, kinds: Collection[str]) -> list[Node]:
    """Organisations of these kinds that exist today and bear the name: the one that bears it exactly, else all."""
    found = [
        node
        for node in find(house().database, actor(), text, on=today())
        if node.kind in kinds and node.stands and _is_within(node)
    ]
    exact = [node for node in found if fold(node.name) == fold(text)]
    return exact if len(exact) == 1 else found


def choices(nodes: list[Node]) -> tuple[Choice, ...]:
    """The same as choices of a form."""
    communes = {one: name_of(one) for one in {node.commune_id or "" for node in nodes}}
    return tuple((node.id, node.name, communes[node.commune_id or ""]) for node in nodes)


def fits(organisation_id: str, text: str) -> str:
    """The name of the organisation chosen before, when what is typed is still about it; else nothing."""
    known = name_of(organisation_id)
    return known if known and all(word in fold(known) for word in fold(text).split()) else ""


def name_of(organisation_id: str) -> str:
    """The name of an organisation of the reader's province; empty for any other."""
    if not organisation_id:
        return ""
    try:
        return branch(house().database, actor(), organisation_id, on=today()).node.name
    except NotFound:
        return ""


def _is_within(node: Node) -> bool:
    who = actor()
    return who.role not in COMMUNE_ROLES or who.commune_id in {node.commune_id, node.id}
