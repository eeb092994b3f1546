"""Deadlines: when a step opens, is due and closes; extensions and late openings.

law.md, "Dates": *opens*, *due* (the words of the plan; later is late and flagged), *closes* (the engine
refuses). Every end is exclusive: ``before 18/01`` and ``through 17/01`` are the same instant, 00:00 of 18/01
in Vietnam. Dates of a plan never roll over weekends. The officers' working days are in ``step_clock``, bounds
in ``bounds``; both are offered here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workflow.domain.bounds import MONTH_END, Bound, Side
from workflow.domain.calendars import InvalidTime, aware
from workflow.domain.step_clock import CLOCK_FLOOR, NEAR_DAYS, Lateness, LatenessKind, StepClock, lateness

__all__ = [
    "CLOCK_FLOOR",
    "MONTH_END",
    "NEAR_DAYS",
    "Bound",
    "Deadline",
    "DeadlineRule",
    "Face",
    "Grant",
    "GrantKind",
    "Instead",
    "Lateness",
    "LatenessKind",
    "Scope",
    "Side",
    "StepClock",
    "Verdict",
    "closed_at",
    "extended",
    "grant_kind",
    "grant_problems",
    "judge",
    "lateness",
    "resolve",
]


@dataclass(frozen=True, slots=True)
class Instead:
    """Another deadline for some subjects: of these kinds (empty: any), of this managing level (empty: any)."""

    code: str
    subject_kinds: tuple[str, ...] = ()
    managing_level: str = ""

    def fits(self, subject_kind: str, managing_level: str) -> bool:
        """Whether the other deadline holds for such a subject."""
        by_kind = not self.subject_kinds or subject_kind in self.subject_kinds
        return by_kind and self.managing_level in ("", managing_level)


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """A deadline as a kind declares it. ``words`` are the plan's own; ``opens_after`` the deadline whose
    closing opens this one. Ships unverified unless somebody read ``source``. ``instead``: deadlines that hold in
    its place for some subjects; the first that fits counts.
    """

    code: str
    label: str
    words: str = ""
    opens: Bound | None = None
    due: Bound | None = None
    closes: Bound | None = None
    opens_after: str | None = None
    source: str = ""
    verified: bool = False
    note: str = ""
    instead: tuple[Instead, ...] = ()

    def code_for(self, subject_kind: str, managing_level: str) -> str:
        """The deadline that holds for a subject of this kind and managing level: this one's code or another's."""
        fitting = (other.code for other in self.instead if other.fits(subject_kind, managing_level))
        return next(fitting, self.code)

    def for_cycle(self, cycle: int) -> Deadline:
        """The instants of the rule in one cycle; PV01 then changes them per province, with a reason."""
        opens, due, closes = (b.instant(cycle) if b else None for b in (self.opens, self.due, self.closes))
        return Deadline(self.code, opens, due, closes, self.opens_after)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The three faces of a deadline in one province and cycle; ends exclusive, None: no such face."""

    code: str
    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    opens_after: str | None = None

    def __post_init__(self) -> None:
        for face in ("opens", "due", "closes"):
            if (instant := getattr(self, face)) is not None:
                aware(instant, face)

    def check(self) -> tuple[str, ...]:
        """Codes of what is wrong with opens ≤ due ≤ closes; a window without a moment is wrong too."""
        problems = []
        if self.opens and self.due and self.due < self.opens:
            problems.append("due_before_opens")
        if self.due and self.closes and self.closes < self.due:
            problems.append("closes_before_due")
        if self.opens and self.closes and self.closes <= self.opens:
            problems.append("never_open")
        if self.opens_after == self.code:
            problems.append("opens_after_itself")
        return tuple(problems)

    def opened_by(self, instant: datetime) -> Deadline:
        """The deadline once the one it waits for closes at ``instant``; the later of two openings counts."""
        opens = max(self.opens, aware(instant)) if self.opens else aware(instant)
        return replace(self, opens=opens, opens_after=None)


class Scope(StrEnum):
    """For whom a grant is: one subject, one commune, the whole province."""

    SUBJECT = "subject"
    COMMUNE = "commune"
    PROVINCE = "province"


class GrantKind(StrEnum):
    """An extension is granted before closing, a late opening after it (law.md)."""

    EXTENSION = "extension"
    LATE_OPENING = "late_opening"


@dataclass(frozen=True, slots=True)
class Grant:
    """More time given by PV01 until ``until`` (exclusive). ``reason_id`` names the reason kept in the books.

    ``kind`` was settled when it was granted and stays, even if the province moves the date afterwards.
    """

    id: str
    deadline_code: str
    kind: GrantKind
    scope: Scope
    scope_id: str
    until: datetime
    granted_at: datetime
    granted_by: str
    reason_id: str | None = None

    def __post_init__(self) -> None:
        if aware(self.until, "until") <= aware(self.granted_at, "granted_at"):
            raise InvalidTime("grant_already_expired", until=self.until, granted_at=self.granted_at)

    def covers(self, *, subject_id: str | None, commune_id: str | None, province_id: str | None) -> bool:
        """Whether the grant is for this subject, its commune or its province."""
        ids = {Scope.SUBJECT: subject_id, Scope.COMMUNE: commune_id, Scope.PROVINCE: province_id}
        return self.scope_id == ids[self.scope]


def grant_kind(deadline: Deadline, at: datetime) -> GrantKind:
    """What a grant made at ``at`` is; ``deadline`` as earlier extensions left it (``extended``)."""
    before_closing = deadline.closes is None or aware(at) < deadline.closes
    return GrantKind.EXTENSION if before_closing else GrantKind.LATE_OPENING


def grant_problems(deadline: Deadline, grant: Grant) -> tuple[str, ...]:
    """Codes of all that forbids the grant; empty when it may be made. ``deadline`` as for ``grant_kind``."""
    end = deadline.due or deadline.closes
    problems = []
    if grant.deadline_code != deadline.code:
        problems.append("grant_other_deadline")
    if grant.kind is not grant_kind(deadline, grant.granted_at):
        is_extension = grant.kind is GrantKind.EXTENSION
        problems.append("extension_after_closing" if is_extension else "late_opening_before_closing")
    if end is None:
        problems.append("grant_without_end")
    elif grant.until <= end:
        problems.append("grant_gives_no_time")
    if not grant.reason_id:
        problems.append("grant_without_reason")
    return tuple(problems)


def extended(
    deadline: Deadline,
    grants: Iterable[Grant],
    *,
    subject_id: str | None = None,
    commune_id: str | None,
    province_id: str | None,
    at: datetime | None = None,
) -> Deadline:
    """The deadline with ``due`` and ``closes`` moved by the latest extension that covers these ids.

    ``at``: only grants made by then count. An extension never shortens.
    """
    ids = {"subject_id": subject_id, "commune_id": commune_id, "province_id": province_id}
    extension = _latest(g for g in _in_force(deadline, grants, ids, at) if g.kind is GrantKind.EXTENSION)
    return _moved(deadline, extension)


class Face(StrEnum):
    """How a deadline looks at someone who comes now."""

    NOT_OPEN = "not_open"
    ON_TIME = "on_time"
    LATE = "late"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The face and the three instants as they stand for this subject, grants included.

    ``grant``: the one without which the face would be another. In a late opening ``closes`` is its end.
    """

    face: Face
    opens: datetime | None
    due: datetime | None
    closes: datetime | None
    grant: Grant | None = None

    @property
    def accepts(self) -> bool:
        """Whether the step may be made now, late or not."""
        return self.face in (Face.ON_TIME, Face.LATE)


def judge(
    deadline: Deadline,
    grants: Iterable[Grant],
    *,
    subject_id: str | None,
    commune_id: str | None,
    province_id: str | None,
    at: datetime,
) -> Verdict:
    """How the deadline looks at this subject at ``at``; only grants made by then count, expired ones do
    nothing.

    An extension moves ``closes``, and ``due`` with it: within it one is on time. A late opening accepts,
    flagged late. Raises InvalidTime ``opening_unresolved`` while ``opens_after`` waits for another deadline
    (see ``resolve``).
    """
    if deadline.opens_after is not None:
        raise InvalidTime("opening_unresolved", deadline=deadline.code, opens_after=deadline.opens_after)
    ids = {"subject_id": subject_id, "commune_id": commune_id, "province_id": province_id}
    given = _in_force(deadline, grants, ids, aware(at, "at"))
    extension = _latest(g for g in given if g.kind is GrantKind.EXTENSION)
    late = _latest(g for g in given if g.kind is GrantKind.LATE_OPENING and at < g.until)
    now = _moved(deadline, extension)
    face = _face(now, at)
    if face is Face.CLOSED and late is not None:
        return Verdict(Face.LATE, now.opens, now.due, late.until, late)
    return Verdict(face, now.opens, now.due, now.closes, extension if face is not _face(deadline, at) else None)


def closed_at(
    deadline: Deadline,
    grants: Iterable[Grant],
    *,
    commune_id: str | None,
    province_id: str | None,
    at: datetime | None = None,
) -> datetime | None:
    """When the deadline has closed for those that wait for it: its ``closes``, with any extension for the
    whole commune or province; a late opening and an extension for one subject hold nothing up. None: it never
    closes.

    ``at``: only grants made by then count.
    """
    return extended(deadline, grants, commune_id=commune_id, province_id=province_id, at=at).closes


def resolve(
    deadlines: Mapping[str, Deadline],
    code: str,
    grants: Iterable[Grant],
    *,
    commune_id: str | None,
    province_id: str | None,
    at: datetime | None = None,
) -> Deadline:
    """The deadline ``code`` with its opening settled by the closing of the one it waits for.

    Raises InvalidTime ``opening_unknown`` or ``opening_never`` when that one is missing or never closes.
    """
    deadline = deadlines[code]
    if deadline.opens_after is None:
        return deadline
    awaited = deadlines.get(deadline.opens_after)
    if awaited is None:
        raise InvalidTime("opening_unknown", deadline=code, opens_after=deadline.opens_after)
    closing = closed_at(awaited, grants, commune_id=commune_id, province_id=province_id, at=at)
    if closing is None:
        raise InvalidTime("opening_never", deadline=code, opens_after=deadline.opens_after)
    return deadline.opened_by(closing)


def _in_force(
    deadline: Deadline, grants: Iterable[Grant], ids: Mapping[str, str | None], at: datetime | None
) -> list[Grant]:
    return [
        g for g in grants if g.deadline_code == deadline.code and g.covers(**ids) and (at is None or g.granted_at <= at)
    ]


def _latest(grants: Iterable[Grant]) -> Grant | None:
    return max(grants, key=lambda g: (g.until, g.id), default=None)


def _moved(deadline: Deadline, extension: Grant | None) -> Deadline:
    if extension is None:
        return deadline
    due, closes = (end and max(end, extension.until) for end in (deadline.due, deadline.closes))
    return replace(deadline, due=due, closes=closes)


def _face(deadline: Deadline, at: datetime) -> Face:
    if deadline.opens is not None and at < deadline.opens:
        return Face.NOT_OPEN
    if deadline.closes is not None and at >= deadline.closes:
        return Face.CLOSED
    return Face.LATE if deadline.due is not None and at >= deadline.due else Face.ON_TIME
