"""Rows of a worklist under headings: by whoever holds them, by commune and the paper they came with, as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.access import actor
from web.context import house
from web.formatting import day
from web.lists.rows import ended_row, holder_words, kind_of, task_row, waiting_row
from web.lists.tasks import Group
from web.words import say
from workflow.domain.actors import PROVINCE_ROLES
from workflow.queries.act_papers import newest_acts
from workflow.queries.worklist import HOLDERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from web.lists.present import Present
    from web.lists.rows import WorkRow
    from workflow.queries.act_papers import ActPaper
    from workflow.queries.worklist import WorkItem
    from workflow.services.outlook import Outlook


def by_holder(items: Sequence[WorkItem], now: Present) -> tuple[Group, ...]:
    """What waits for others, under whoever holds it, in the order a dossier passes through their hands."""
    commune = actor().role in PROVINCE_ROLES
    groups = []
    for holder in HOLDERS:
        held = [item for item in items if item.holder is holder]
        rows = [waiting_row(item, now, commune=commune) for item in held]
        if rows:
            groups.append(_group(f"cho-{holder}", say("group.held", holder=holder_words(holder)), rows))
    return tuple(groups)


def by_commune(items: Sequence[WorkItem], now: Present, outlooks: Mapping[str, Outlook]) -> tuple[Group, ...]:
    """What waits for the province, by commune and the paper of its newest act, in the order of the first date."""
    papers = newest_acts(house().database, actor(), [item.id for item in items])
    groups: dict[tuple[str, str], list[WorkItem]] = {}
    for item in items:
        paper = papers.get(item.id)
        groups.setdefault((item.commune_name, paper.act_id if paper is not None else ""), []).append(item)
    return tuple(
        _group(
            f"xa-{number}",
            name,
            [task_row(item, now, outlooks.get(item.id)) for item in own],
            _paper_words(own[0], papers.get(own[0].id)),
        )
        for number, ((name, _), own) in enumerate(groups.items(), start=1)
    )


def ended(items: Sequence[WorkItem]) -> tuple[Group, ...]:
    """What is done, the newest first."""
    if not items:
        return ()
    commune = actor().role in PROVINCE_ROLES
    return (_group("da-xong", say("group.done"), [ended_row(item, commune=commune) for item in items]),)


def _group(anchor: str, title: str, rows: Sequence[WorkRow], note: str = "") -> Group:
    count = say("group.dossiers", count=len(rows))
    return Group(anchor, title, say("group.noted", note=note, count=count) if note else count, tuple(rows))


def _paper_words(item: WorkItem, paper: ActPaper | None) -> str:
    """The paper that brought it here: what it is, number, date."""
    if paper is None or not paper.number:
        return ""
    rule = kind_of(item).attachments.get(paper.code)
    label = rule.label if rule is not None else ""
    if paper.date is None:
        return say("group.paper_undated", label=label, number=paper.number)
    return say("group.paper", label=label, number=paper.number, day=day(paper.date))
