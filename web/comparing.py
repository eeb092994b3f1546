"""Two versions of a criteria set side by side, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.formatting import number
from web.results.kinds import subject_words
from web.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workflow.domain.criteria import CriteriaSet, Criterion, Group


Change = dict[str, str]
"""One place that differs, as ``macros/compare.html`` draws it: label, was, is; empty text: not there."""


def changes_of(old: CriteriaSet, new: CriteriaSet) -> list[Change]:
    """What a new version changes: the whole first, then groups, criteria, classes in the order of the new one."""
    return [change for change in _changes(old, new) if change["was"] != change["is"]]


def _changes(old: CriteriaSet, new: CriteriaSet) -> Iterator[Change]:
    for name, was, now in zip(("label", "status", "subjects", "scale", "pass"), _whole(old), _whole(new), strict=True):
        yield {"label": say(f"criteria.change.{name}"), "was": was, "is": now}
    for what, rows in (("group", _groups), ("criterion", _criteria), ("class", _classes)):
        yield from _listed(rows(old), rows(new), what)


def _listed(old: dict[str, str], new: dict[str, str], what: str) -> Iterator[Change]:
    for code in dict.fromkeys([*new, *old]):
        label = say(f"criteria.change.{what}", row=code)
        yield {"label": label, "was": old.get(code, ""), "is": new.get(code, "")}


def _groups(one: CriteriaSet) -> dict[str, str]:
    return {group.code: _group(group) for group in one.groups}


def _criteria(one: CriteriaSet) -> dict[str, str]:
    return {criterion.code: _criterion(criterion) for criterion in one.criteria}


def _classes(one: CriteriaSet) -> dict[str, str]:
    return {threshold.label: number(threshold.at_least) for threshold in one.thresholds.classes}


def _whole(one: CriteriaSet) -> tuple[str, ...]:
    mark = one.thresholds.pass_mark
    passes = []
    if mark is not None and mark.total is not None:
        passes.append(say("criteria.pass_total", total=number(mark.total)))
    if mark is not None and mark.met is not None:
        passes.append(say("criteria.pass_met", met=mark.met))
    status = "sample" if one.sample else "verified" if one.verified else "unverified"
    return (
        one.label,
        say(f"criteria.status.{status}"),
        ", ".join(subject_words(kind) for kind in one.subject_kinds),
        number(one.scale) if one.scale is not None else say("criteria.no_scale"),
        "; ".join(passes) or say("criteria.no_pass"),
    )


def _group(one: Group) -> str:
    return one.label + (say("criteria.minimum", minimum=number(one.minimum)) if one.minimum is not None else "")


def _criterion(one: Criterion) -> str:
    worth = say("criteria.met") if one.maximum is None else say("criteria.maximum", maximum=number(one.maximum))
    parts = [one.label, worth]
    if one.minimum is not None:
        parts.append(say("criteria.minimum_short", minimum=number(one.minimum)))
    parts += [say(f"criteria.{name}") for name in ("required", "evidence_required") if getattr(one, name)]
    if one.applies_to:
        parts.append(", ".join(subject_words(kind) for kind in one.applies_to))
    return "; ".join(parts)
