"""The year's dates as a page shows them: faces with their grants, what comes next, the cycles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.calendars import InvalidTime
from workflow.domain.deadlines import Deadline, DeadlineRule, Grant, GrantKind, Scope, Verdict, judge, resolve
from workflow.domain.errors import NotFound
from workflow.domain.kinds import DossierKind
from workflow.queries.names import names_of, offices_of, texts_of
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple
from workflow.storage.tables import CYCLE, DEADLINE, ORGANISATION, TIME_GRANT

_C, _E, _G = CYCLE.c, DEADLINE.c, TIME_GRANT.c
_PROVINCE = bindparam("province", type_=_C.province_id.type)
_CYCLES = Statement(
    select(_C.kind, _C.cycle, _C.opened_at, _C.closed_at)
    .where(_C.province_id == _PROVINCE)
    .order_by(_C.cycle.desc(), _C.kind)
)
_DATES = Statement(
    select(_E.code, _E.opens, _E.due, _E.closes, _E.opens_after).where(
        _E.province_id == _PROVINCE, _E.kind == bindparam("kind"), _E.cycle == bindparam("cycle")
    )
)
_GRANTS = Statement(
    select(
        _G.id,
        _G.deadline_code,
        _G.grant_kind,
        _G.scope,
        _G.scope_id,
        _G.until,
        _G.granted_at,
        _G.granted_by,
        _G.reason_id,
        ORGANISATION.c.commune_id,
    )
    .select_from(TIME_GRANT.outerjoin(ORGANISATION, ORGANISATION.c.id == _G.scope_id))
    .where(_G.province_id == _PROVINCE, _G.kind == bindparam("kind"), _G.cycle == bindparam("cycle"))
    .order_by(_G.granted_at, _G.id)
)


class FaceName(StrEnum):
    """Which face of a date: it opens, falls due, closes."""

    OPENS = "opens"
    DUE = "due"
    CLOSES = "closes"


@dataclass(frozen=True, slots=True)
class CycleLine:
    """A cycle of a kind in the province; open while ``closed_at`` is None."""

    kind: str
    cycle: int
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class GrantLine:
    """An extension or late opening: for whom by name, by which office, why. ``in_force``: it has not run out."""

    grant: Grant
    name: str
    office: str
    reason: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date of the year. ``rule``: its words and source; ``verdict``: how it looks at the reader now.

    ``deadline`` is the province's row, its opening settled by the date it waits for; ``moved``: it is not the kind's
    own. Both are None of a date that the kind took on after the cycle was opened.
    """

    kind: str
    rule: DeadlineRule
    deadline: Deadline | None
    verdict: Verdict | None
    moved: bool
    grants: tuple[GrantLine, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """The dates of a kind in one cycle, in the order they come; those without any day last. Seen ``at``."""

    kind: str
    cycle: int
    opened_at: datetime
    closed_at: datetime | None
    at: datetime
    dates: tuple[DateLine, ...]

    @property
    def next(self) -> DateLine | None:
        """The first date that is still to open, fall due or close."""
        ahead = [line for line in self.dates if any(instant > self.at for _, instant in _faces(line.verdict))]
        return min(ahead, key=self._soonest, default=None)

    def _soonest(self, line: DateLine) -> datetime:
        return min(instant for _, instant in _faces(line.verdict) if instant > self.at)


@dataclass(frozen=True, slots=True)
class ComingDate:
    """A face of a date within the next days. ``at``: the instant; an end is exclusive."""

    at: datetime
    face: FaceName
    kind: str
    cycle: int
    rule: DeadlineRule


def cycles(db: Database, actor: Actor) -> tuple[CycleLine, ...]:
    """Every cycle of the actor's province, newest first."""
    with db.read() as connection:
        rows = connection.all(_CYCLES, province=actor.province_id)
    return tuple(
        CycleLine(kind, cycle, codec.instant(opened), codec.instant_or_none(closed))
        for kind, cycle, opened, closed in rows
    )


def year(
    db: Database, actor: Actor, kind: DossierKind, cycle: int, at: datetime, *, owed: DossierKind | None = None
) -> Year:
    """The year's dates as the actor stands to them, with the grants that concern the actor.

    ``owed``: the kind of what this kind's results owe; it lives in the same years, with dates of its own. A unit sees
    its own grants and those of its commune and province; people of a commune those within it. Raises NotFound
    ``cycle_not_found`` for a cycle that was never opened.
    """
    with db.snapshot() as connection:
        known = {row[:2]: row[2:] for row in connection.all(_CYCLES, province=actor.province_id)}
        if (kind.code, cycle) not in known:
            raise NotFound("cycle_not_found", cycle=cycle)
        dates = _dates(connection, actor, kind, cycle, at)
        if owed is not None:
            dates += _dates(connection, actor, owed, cycle, at)
    opened, closed = known[kind.code, cycle]
    lines = tuple(sorted(dates, key=_place))
    return Year(kind.code, cycle, codec.instant(opened), codec.instant_or_none(closed), at, lines)


def coming(
    db: Database, actor: Actor, kinds: Iterable[DossierKind], at: datetime, *, days: int = 30
) -> tuple[ComingDate, ...]:
    """What opens, falls due or closes for the actor in the next ``days`` days, in the open cycles of these kinds."""
    by_code = {kind.code: kind for kind in kinds}
    until = at + timedelta(days=days)
    found: list[ComingDate] = []
    with db.snapshot() as connection:
        for code, cycle, _, closed in connection.all(_CYCLES, province=actor.province_id):
            if closed is not None or code not in by_code:
                continue
            owed = by_code[code].owes
            for kind in filter(None, (by_code[code], by_code.get(owed.kind) if owed is not None else None)):
                for line in _dates(connection, actor, kind, cycle, at):
                    found += [
                        ComingDate(instant, face, kind.code, cycle, line.rule)
                        for face, instant in _faces(line.verdict)
                        if at < instant <= until
                    ]
    return tuple(sorted(found, key=lambda date: (date.at, date.kind, date.rule.code, date.face)))


def deadlines_of(connection: SqlConnection, province_id: str, kind: str, cycle: int) -> dict[str, Deadline]:
    """The province's dates of a kind and cycle, by code."""
    rows = connection.all(_DATES, province=province_id, kind=kind, cycle=cycle)
    return {row[0]: _deadline(row) for row in rows}


def grants_of(
    connection: SqlConnection, province_id: str, kind: str, cycle: int, at: datetime
) -> tuple[GrantLine, ...]:
    """Every extension and late opening of a kind and cycle, whomever it concerns."""
    return tuple(_grant_lines(connection, connection.all(_GRANTS, province=province_id, kind=kind, cycle=cycle), at))


def _dates(connection: SqlConnection, actor: Actor, kind: DossierKind, cycle: int, at: datetime) -> list[DateLine]:
    its = {"province": actor.province_id, "kind": kind.code, "cycle": cycle}
    deadlines = deadlines_of(connection, actor.province_id, kind.code, cycle)
    rows = [row for row in connection.all(_GRANTS, **its) if _concerns(actor, row)]
    grants = _grant_lines(connection, rows, at)
    return [_date(actor, kind, rule, deadlines, grants, cycle, at) for rule in kind.deadlines.values()]


def _date(
    actor: Actor,
    kind: DossierKind,
    rule: DeadlineRule,
    deadlines: Mapping[str, Deadline],
    grants: Iterable[GrantLine],
    cycle: int,
    at: datetime,
) -> DateLine:
    own = tuple(line for line in grants if line.grant.deadline_code == rule.code)
    kept = deadlines.get(rule.code)
    if kept is None:
        return DateLine(kind.code, rule, None, None, moved=False, grants=own)
    moved = _is_moved(kept, rule.for_cycle(cycle))
    given = [line.grant for line in grants]
    subject = actor.organisation_id if actor.role is Role.UNIT else None
    commune, province = actor.commune_id, actor.province_id
    try:
        deadline = resolve(deadlines, rule.code, given, commune_id=commune, province_id=province, at=at)
    except InvalidTime:  # it waits for a date that never closes: shown as it stands, without a verdict
        return DateLine(kind.code, rule, kept, None, moved=moved, grants=own)
    verdict = judge(deadline, given, subject_id=subject, commune_id=commune, province_id=province, at=at)
    return DateLine(kind.code, rule, deadline, verdict, moved=moved, grants=own)


def _is_moved(kept: Deadline, plain: Deadline) -> bool:
    """Whether the province changed the date; without an opening of its own it opens with the cycle."""
    opens_elsewhere = plain.opens is not None and kept.opens != plain.opens
    return opens_elsewhere or (kept.due, kept.closes) != (plain.due, plain.closes)


def _concerns(actor: Actor, row: Tuple) -> bool:
    """Whether a grant is the actor's to see."""
    scope, scope_id, commune = Scope(row[3]), row[4], row[9]
    if actor.role is Role.UNIT:
        return scope_id in {actor.organisation_id, actor.commune_id, actor.province_id}
    if actor.role in COMMUNE_ROLES:
        return scope is Scope.PROVINCE or actor.commune_id in {scope_id, commune}
    return True


def _grant_lines(connection: SqlConnection, rows: list[Tuple], at: datetime) -> list[GrantLine]:
    names = names_of(connection, (row[4] for row in rows))
    offices = offices_of(connection, (row[7] for row in rows))
    texts = texts_of(connection, (row[8] for row in rows))
    lines = []
    for grant_id, code, kind, scope, scope_id, until, granted, person, reason, _ in rows:
        grant = Grant(
            id=grant_id,
            deadline_code=code,
            kind=GrantKind(kind),
            scope=Scope(scope),
            scope_id=scope_id,
            until=codec.instant(until),
            granted_at=codec.instant(granted),
            granted_by=person,
            reason_id=reason,
        )
        name, office = names.get(scope_id) or scope_id, offices.get(person, "")
        lines.append(GrantLine(grant, name, office, texts.get(reason, ""), in_force=at < grant.until))
    return lines


def _deadline(row: Tuple) -> Deadline:
    code, opens, due, closes, after = row
    ends = [codec.instant_or_none(end) for end in (opens, due, closes)]
    return Deadline(code, ends[0], ends[1], ends[2], after)


def _faces(verdict: Verdict | None) -> list[tuple[FaceName, datetime]]:
    if verdict is None:
        return []
    faces = {FaceName.OPENS: verdict.opens, FaceName.DUE: verdict.due, FaceName.CLOSES: verdict.closes}
    return [(name, instant) for name, instant in faces.items() if instant is not None]


def _place(line: DateLine) -> tuple[bool, float, str]:
    """Dates in the order they end; without an end, in the order they open."""
    known = line.verdict or line.deadline
    first = (known.due or known.closes or known.opens) if known is not None else None
    return first is None, first.timestamp() if first is not None else 0.0, line.rule.code
