"""What organisations owe in a cycle, as a list shows it: who owes what until when, what came, who is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, select

from workflow.domain.actors import Actor, Role
from workflow.domain.books import Organisation
from workflow.domain.calendars import local_day
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.obligation_rules import Obligation, Obliges
from workflow.domain.obligations import receiver_of
from workflow.domain.step_clock import LatenessKind
from workflow.queries.moment import Moment
from workflow.queries.scope import me, only_role, visible_to
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, Tuple
from workflow.storage.tables import DOSSIER, ORGANISATION

_D = DOSSIER.c
_O, _C = ORGANISATION.c, ORGANISATION.alias("commune")
_COLUMNS = (
    _D.id,
    _D.number,
    _D.subject_id,
    _O.name,
    _D.subject_kind,
    _O.managing_level,
    _D.commune_id,
    _C.c.name.label("commune_name"),
    _D.state,
    _D.meaning,
    _D.origin_id,
    _D.due_at,
    _D.late,
    _D.own,
    _D.body,
)


_TREE = Statement(
    select(
        _O.id,
        _O.name,
        _O.kind,
        _O.parent_id,
        _O.commune_id,
        _O.valid_from,
        _O.valid_to,
        _O.managing_level,
    ).where(_O.province_id == bindparam("province"))
)


class Standing:
    """How one obligation stands: still owed, handed in, or let go."""

    MISSING = "missing"
    HANDED_IN = "handed_in"
    LET_GO = "let_go"


@dataclass(frozen=True, slots=True)
class ObligationLine:
    """One obligation of one organisation. ``standing`` is one of ``Standing``; ``due``: exclusive end of its turn.

    ``to_commune``: its receiver is the commune; else the province. ``call``: number of the paper that called for it.
    ``receiver``: the body it goes to, by the tree as it stands (or stood when it was handed in).
    ``paper_id``: the newest version of what was handed in; ``filed_at``: when it was.
    """

    dossier_id: str
    number: str
    subject_id: str
    subject: str
    subject_kind: str
    commune_id: str
    commune: str
    obligation: Obligation
    state: str
    standing: str
    due: datetime | None
    lateness: LatenessKind
    late: bool
    own: bool
    to_commune: bool
    filed_at: datetime | None = None
    paper_id: str | None = None
    call: str = ""
    receiver: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether it should still come."""
        return self.standing == Standing.MISSING


@dataclass(frozen=True, slots=True)
class ObligationSum:
    """One obligation over everybody who owes it: how many came, how many of them late, who is missing, overdue."""

    obligation: Obligation
    owed: int
    handed_in: int
    late: int
    missing: int
    overdue: int


def obligation_lines(
    db: Database,
    actor: Actor,
    kind: DossierKind,
    moment: Moment,
    *,
    cycle: int,
    code: str | None = None,
    commune_id: str | None = None,
) -> tuple[ObligationLine, ...]:
    """Every obligation of the cycle that the actor may see, missing ones first, then by date and name.

    Raises ``NotFound`` for a kind that obliges nobody, or an obligation it has not (``obligation_not_found``).
    """
    obliges = obliges_of(kind, code)
    with db.read() as connection:
        return lines_in(connection, actor, kind, obliges, moment, cycle=cycle, code=code, commune_id=commune_id)


def obliges_of(kind: DossierKind, code: str | None = None) -> Obliges:
    """The obligations of a kind. Raises ``NotFound`` where it has none, or none of that code."""
    if kind.obliges is None or (code is not None and kind.obliges.of(code) is None):
        raise NotFound("obligation_not_found", kind=kind.short_label)
    return kind.obliges


def lines_in(
    connection: SqlConnection,
    actor: Actor,
    kind: DossierKind,
    obliges: Obliges,
    moment: Moment,
    *,
    cycle: int,
    code: str | None = None,
    commune_id: str | None = None,
) -> tuple[ObligationLine, ...]:
    """The same on a connection."""
    rows = connection.all(_lines(only_role(actor)), **me(actor), kind=kind.code, cycle=cycle)
    known = _tree(connection, actor.province_id)
    found = (_line(row, kind, obliges, moment) for row in rows)
    kept = [
        line
        for line in found
        if line is not None
        and (code is None or line.obligation.code == code)
        and (commune_id is None or line.commune_id == commune_id)
    ]
    kept = [replace(line, receiver=_receiver(line, known, moment)) for line in kept]
    return tuple(sorted(kept, key=lambda one: (not one.is_missing, one.due is None, one.due or moment.at)))


def _tree(connection: SqlConnection, province_id: str) -> dict[str, Organisation]:
    return {
        code: Organisation(
            code,
            name,
            kind,
            parent,
            commune,
            province_id,
            codec.day_of(begins),
            codec.day_of(ends),
            managing_level=level,
        )
        for code, name, kind, parent, commune, begins, ends, level in connection.all(_TREE, province=province_id)
    }


def _receiver(line: ObligationLine, known: Mapping[str, Organisation], moment: Moment) -> str:
    subject = known.get(line.subject_id)
    found = receiver_of(subject, known, local_day(line.filed_at or moment.at)) if subject is not None else None
    return found.name if found is not None else ""


def sums(kind: DossierKind, lines: Iterable[ObligationLine]) -> tuple[ObligationSum, ...]:
    """The lines added up by obligation, in the kind's order; what nobody owes is left out."""
    every = tuple(lines)
    found = []
    for obligation in kind.obliges.each if kind.obliges is not None else ():
        own = [line for line in every if line.obligation.code == obligation.code and line.standing != Standing.LET_GO]
        missing = [line for line in own if line.is_missing]
        found.append(
            ObligationSum(
                obligation=obligation,
                owed=len(own),
                handed_in=len(own) - len(missing),
                late=sum(line.late for line in own if not line.is_missing),
                missing=len(missing),
                overdue=sum(line.lateness is LatenessKind.LATE for line in missing),
            )
        )
    return tuple(one for one in found if one.owed)


@lru_cache(maxsize=16)
def _lines(actor: Actor) -> Statement:
    joined = DOSSIER.outerjoin(ORGANISATION, _O.id == _D.subject_id).outerjoin(_C, _C.c.id == _D.commune_id)
    return Statement(
        select(*_COLUMNS)
        .select_from(joined)
        .where(visible_to(actor), _D.kind == bindparam("kind"), _D.cycle == bindparam("cycle"))
        .order_by(_O.name_folded, _D.number)
    )


def _line(row: Tuple, kind: DossierKind, obliges: Obliges, moment: Moment) -> ObligationLine | None:
    (dossier_id, number, subject_id, subject, subject_kind, level, commune_id, commune, state, meaning, origin) = row[
        :11
    ]
    due_at, late, own, body = row[11:]
    obligation = obliges.of(origin)
    if obligation is None:
        return None
    due = codec.instant_or_none(due_at)
    line = ObligationLine(
        dossier_id=dossier_id,
        number=number,
        subject_id=subject_id,
        subject=subject or subject_id,
        subject_kind=subject_kind,
        commune_id=commune_id,
        commune=commune or commune_id,
        obligation=obligation,
        state=state,
        standing=_standing(kind, state, Meaning(meaning)),
        due=due,
        lateness=LatenessKind.NONE,
        late=late == 1,
        own=own == 1,
        to_commune=own != 1 and level == "commune",
    )
    if line.is_missing:
        line = replace(line, lateness=moment.lateness(due))
    dossier = codec.unpack_dossier(body)
    return _with_papers(line, obliges, dossier)


def _standing(kind: DossierKind, state: str, meaning: Meaning) -> str:
    if meaning is Meaning.VOID:
        return Standing.LET_GO
    owed = kind.state(state).due_by is not None or meaning in (Meaning.RETURNED, Meaning.NEGATIVE)
    return Standing.MISSING if owed else Standing.HANDED_IN


def _with_papers(line: ObligationLine, obliges: Obliges, dossier: Dossier) -> ObligationLine:
    """With the paper handed in and the one that called for it; a filed version that was not handed in is none."""
    call = dossier.newest(obliges.call)
    paper = dossier.newest(obliges.paper)
    number = str(call.paper.facts.get("number", "")) if call is not None else ""
    if line.standing != Standing.HANDED_IN or paper is None:
        return replace(line, call=number)
    by_unit = [step for step in dossier.steps if step.unit_side]
    return replace(line, call=number, paper_id=paper.paper.id, filed_at=by_unit[-1].at if by_unit else paper.at)


def receives(line: ObligationLine, actor: Actor) -> bool:
    """Whether the actor is who receives it: the commune's police, or PV01."""
    return actor.role is (Role.COMMUNE_POLICE if line.to_commune else Role.PROVINCE_POLICE)
