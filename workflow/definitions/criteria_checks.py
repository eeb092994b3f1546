"""What a schema cannot say of a criteria set: sums, groups, thresholds in order and reach, honest marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from workflow.definitions.body import Fault
from workflow.domain.scoring import CriteriaSet, Criterion

_NOTHING = Decimal(0)


_OF_THE_GROUPS = "criteria.unknown_group"
_OF_THE_WHOLE = frozenset(
    {
        "criteria.empty_group",
        "criteria.minimum_over_maximum",
        "criteria.scale_differs",
        "criteria.threshold_out_of_reach",
    }
)
"""Faults that rest on every row: while some row could not be read they would only repeat what is said."""


def inner_faults(criteria: CriteriaSet, form: tuple[Fault, ...] = ()) -> tuple[Fault, ...]:
    """Every fault that the form does not show. ``form``: what was found wrong in the form of the same body.

    What follows from a fault of form is left out, so that each mistake is said once.
    """
    rows_read = not any(fault.path.startswith(("/criteria", "/scale", "/subject_kinds")) for fault in form)
    groups_read = not any(fault.path.startswith("/groups") for fault in form)
    said = {_row(fault.path) for fault in form}
    if "" in said:
        return ()
    return tuple(
        fault
        for fault in _all(criteria)
        if _row(fault.path) not in said
        and (rows_read or fault.code not in _OF_THE_WHOLE)
        and (groups_read or fault.code != _OF_THE_GROUPS)
    )


def _row(path: str) -> str:
    """The row of a fault: ``/criteria/3`` of ``/criteria/3/maximum``; outside of rows the field itself."""
    return "/".join(path.split("/")[:3])


def _all(criteria: CriteriaSet) -> Iterable[Fault]:
    yield from _repeated("groups", [group.code for group in criteria.groups])
    yield from _repeated("criteria", [criterion.code for criterion in criteria.criteria])
    yield from _repeated("thresholds/classes", [threshold.code for threshold in criteria.thresholds.classes])
    yield from _group_faults(criteria)
    for index, criterion in enumerate(criteria.criteria):
        yield from _row_faults(criterion, f"/criteria/{index}", criteria)
    yield from _sum_faults(criteria)
    yield from _threshold_faults(criteria)
    yield from _truth_faults(criteria)


def _repeated(where: str, codes: list[str]) -> Iterable[Fault]:
    times = Counter(codes)
    for index, code in enumerate(codes):
        if times[code] > 1:
            yield Fault("criteria.repeated_code", f"/{where}/{index}/code", {"value": code})


def _group_faults(criteria: CriteriaSet) -> Iterable[Fault]:
    for index, group in enumerate(criteria.groups):
        members = criteria.in_group(group.code)
        most = _worth(members)
        if not members:
            yield Fault("criteria.empty_group", f"/groups/{index}/code", {"group": group.code})
        elif group.minimum is not None and group.minimum > most:
            facts = {"group": group.code, "minimum": group.minimum, "maximum": most}
            yield Fault("criteria.minimum_over_maximum", f"/groups/{index}/minimum", facts)


def _row_faults(criterion: Criterion, path: str, criteria: CriteriaSet) -> Iterable[Fault]:
    about: Mapping[str, object] = {"criterion": criterion.code}
    if criterion.group not in {group.code for group in criteria.groups}:
        yield Fault("criteria.unknown_group", f"{path}/group", {**about, "group": criterion.group})
    for kind in criterion.applies_to:
        if kind not in criteria.subject_kinds:
            yield Fault("criteria.unknown_subject_kind", f"{path}/applies_to", {**about, "value": kind})
    if criterion.counts_met:
        for name, value in (("maximum", criterion.maximum), ("minimum", criterion.minimum)):
            if value is not None:
                yield Fault("criteria.points_on_met", f"{path}/{name}", about)
        return
    if not criterion.maximum:
        yield Fault("criteria.no_maximum", f"{path}/maximum", about)
    elif criterion.minimum is not None and criterion.minimum > criterion.maximum:
        facts = {**about, "minimum": criterion.minimum, "maximum": criterion.maximum}
        yield Fault("criteria.minimum_over_maximum", f"{path}/minimum", facts)
    if criterion.required and not criterion.minimum:
        yield Fault("criteria.required_without_minimum", f"{path}/minimum", about)


def _sum_faults(criteria: CriteriaSet) -> Iterable[Fault]:
    """For every subject kind the points add up to the scale; a set without points names none."""
    scale = _NOTHING if criteria.scale is None else criteria.scale
    sums = {_worth(criteria.for_subject(kind).criteria) for kind in criteria.subject_kinds}
    for worth in sorted(sums):
        if worth != scale or (criteria.scale is not None and not scale):
            yield Fault("criteria.scale_differs", "/scale", {"sum": worth, "scale": scale})


def _worth(criteria: Iterable[Criterion]) -> Decimal:
    return sum((c.maximum for c in criteria if c.maximum is not None), _NOTHING)


def _threshold_faults(criteria: CriteriaSet) -> Iterable[Fault]:
    mark, classes = criteria.thresholds.pass_mark, criteria.thresholds.classes
    if mark is None and not classes:
        yield Fault("criteria.no_threshold", "/thresholds")
    scale = _NOTHING if criteria.scale is None else criteria.scale
    sheets = [criteria.for_subject(kind).criteria for kind in criteria.subject_kinds]
    countable = min((sum(c.counts_met for c in sheet) for sheet in sheets), default=0)
    if mark is not None:
        if mark.total is None and mark.met is None:
            yield Fault("criteria.no_threshold", "/thresholds/pass_mark")
        if mark.total is not None and mark.total > scale:
            facts = {"value": mark.total, "most": scale}
            yield Fault("criteria.threshold_out_of_reach", "/thresholds/pass_mark/total", facts)
        if mark.met is not None and mark.met > countable:
            facts = {"value": Decimal(mark.met), "most": Decimal(countable)}
            yield Fault("criteria.threshold_out_of_reach", "/thresholds/pass_mark/met", facts)
    most = Decimal(countable) if criteria.scale is None else scale
    for index, threshold in enumerate(classes):
        path = f"/thresholds/classes/{index}/at_least"
        if threshold.at_least > most:
            facts = {"value": threshold.at_least, "most": most}
            yield Fault("criteria.threshold_out_of_reach", path, facts)
        if index and threshold.at_least >= classes[index - 1].at_least:
            yield Fault("criteria.classes_not_descending", path, {"value": threshold.code})


def _truth_faults(criteria: CriteriaSet) -> Iterable[Fault]:
    """A sample is never verified, and a verified set has no unverified row or threshold."""
    if not criteria.verified:
        return
    if criteria.sample:
        yield Fault("criteria.verified_sample", "/verified")
    for index, criterion in enumerate(criteria.criteria):
        if not criterion.verified:
            yield Fault("criteria.unverified_row", f"/criteria/{index}/verified", {"criterion": criterion.code})
    if not criteria.thresholds.verified:
        yield Fault("criteria.unverified_thresholds", "/thresholds/verified")
