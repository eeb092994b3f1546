"""What waits for the reader as a list of tasks: single dossiers, and dossiers that one act carries as one task."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.formatting import until_short
from web.lists.places import act_url, dossier_url
from web.lists.rows import WorkRow, next_step, stage_place, task_row
from web.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from web.lists.present import Present
    from workflow.queries.worklist import WorkItem
    from workflow.services.outlook import Outlook

Dues = dict[tuple[str, int, str], "datetime"]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading. ``count``: what the heading says beside its title."""

    id: str
    title: str
    count: str
    rows: tuple[WorkRow, ...]


@dataclass(frozen=True, slots=True)
class _Task:
    due: datetime | None
    row: WorkRow


def tasks(items: Sequence[WorkItem], now: Present, outlooks: Mapping[str, Outlook], dues: Dues) -> tuple[Group, ...]:
    """The reader's tasks by lateness, the heaviest first. Dossiers whose next step is one act are one task."""
    acts = [_act_task(trigger, own, now, outlooks, dues) for trigger, own in _carried(items)]
    together = {item.id for _, own in _carried(items) for item in own}
    single: list[_Task] = []
    for item in items:
        if item.id in together:
            continue
        plan = _plan_due(item, dues)
        single.append(_Task(item.due or plan, task_row(item, now, outlooks.get(item.id), plan)))
    return by_lateness([*acts, *single], now)


def acts_only(
    items: Sequence[WorkItem], now: Present, outlooks: Mapping[str, Outlook], dues: Dues
) -> tuple[Group, ...]:
    """The acts that these dossiers wait for, as a group of its own; the dossiers are listed elsewhere."""
    made = [_act_task(trigger, own, now, outlooks, dues, named=False) for trigger, own in _carried(items)]
    rows = tuple(task.row for task in made)
    return (Group("viec-chung", say("group.acts"), say("group.tasks", count=len(rows)), rows),) if rows else ()


def _carried(items: Sequence[WorkItem]) -> list[tuple[str, list[WorkItem]]]:
    """Dossiers whose next step is an act the reader may record, by trigger, kind and year."""
    found: dict[tuple[str, str, int], list[WorkItem]] = defaultdict(list)
    for item in items:
        step = next_step(item)
        if step is not None and step.act and not item.on_hold and act_url(step.trigger, ()):
            found[step.trigger, item.kind, item.cycle].append(item)
    return [(trigger, own) for (trigger, _, _), own in found.items()]


def by_lateness(found: Iterable[_Task], now: Present) -> tuple[Group, ...]:
    """Tasks in their order under the headings late, near, later, undated; headings without a task are left out."""
    ordered = sorted(found, key=lambda task: (task.due is None, task.due or now.at))
    groups: dict[str, list[WorkRow]] = defaultdict(list)
    for task in ordered:
        groups[_weight(task.due, now)].append(task.row)
    return tuple(
        Group(
            f"nhom-{name}", say(f"group.{name}", days=now.near_days), say("group.tasks", count=len(rows)), tuple(rows)
        )
        for name in ("late", "near", "none", "undated")
        if (rows := groups[name])
    )


def _weight(due: datetime | None, now: Present) -> str:
    return "undated" if due is None else now.moment.lateness(due).value


def _act_task(
    trigger: str,
    items: Sequence[WorkItem],
    now: Present,
    outlooks: Mapping[str, Outlook],
    dues: Dues,
    *,
    named: bool = True,
) -> _Task:
    """One act on many dossiers: how many, how many of them lack something, the first date that falls."""
    first = items[0]
    step = next_step(first)
    plan = _plan_due(first, dues)
    due = min((end for end in (*(item.due for item in items), plan) if end is not None), default=None)
    lacking = sum(1 for item in items if (known := outlooks.get(item.id)) is not None and known.missing)
    row = WorkRow(
        url=act_url(trigger, [item.id for item in items]),
        title=say("work.act", step=step.label if step is not None else "", count=len(items)),
        until=until_short(due, now.today) if due is not None else "",
        mark=now.mark(due),
        stage=stage_place(first),
        meta=(say("work.act_year", cycle=first.cycle),),
        strong=say("work.act_lacking", count=len(items) - lacking, lacking=lacking)
        if lacking
        else say("work.act_ready"),
        names=tuple((item.subject_name, dossier_url(item.id)) for item in items) if named else (),
    )
    return _Task(due, row)


def _plan_due(item: WorkItem, dues: Dues) -> datetime | None:
    """The date of the plan for the next step of a dossier that nobody's clock runs for."""
    step = next_step(item)
    return dues.get((item.kind, item.cycle, step.deadline or "")) if step is not None else None
