"""The province as a matrix of communes by stage, from counts kept in the transactions that move dossiers.

What is late is read from the index on holder and date: as many rows as are late, whatever the number of dossiers.
A returned dossier stands beside the stages until it is handed in again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, select

from workflow.domain.actors import COMMUNE_ROLES, Actor, Role
from workflow.domain.calendars import local_day
from workflow.domain.errors import NotAllowed
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.turn import stage_at_work
from workflow.queries.communes import Commune, communes_of
from workflow.queries.moment import Moment
from workflow.queries.names import names_of
from workflow.queries.scope import Beside
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement
from workflow.storage.tables import DOSSIER, TALLY

LATE_HOLDERS = (
    Role.COMMUNE_POLICE,
    Role.COMMUNE_COMMITTEE,
    Role.PROVINCE_POLICE,
    Role.PROVINCE_COMMITTEE,
)

_D, _T = DOSSIER.c, TALLY.c
_ITS = (
    _T.province_id == bindparam("province_id"),
    _T.kind == bindparam("kind"),
    _T.cycle == bindparam("cycle"),
    _T.dossiers > 0,
)
_COUNTED = Statement(select(_T.commune_id, _T.state, _T.dossiers).where(*_ITS))
_COUNTED_HERE = Statement(
    select(_T.commune_id, _T.state, _T.dossiers).where(*_ITS, _T.commune_id == bindparam("commune_id"))
)


def _late(place: str) -> Statement:
    """How many dossiers of a holder are late, by commune and state."""
    query = select(_D.commune_id, _D.state, func.count().label("dossiers")).where(
        _D[place] == bindparam(place),
        Beside(_D.province_id) == bindparam("province_id"),
        _D.holder == bindparam("holder"),
        _D.due_at <= bindparam("now", type_=_D.due_at.type),
        Beside(_D.kind) == bindparam("kind"),
        Beside(_D.cycle) == bindparam("cycle", type_=_D.cycle.type),
    )
    return Statement(query.group_by(_D.commune_id, _D.state))


_LATE = _late("province_id")
_LATE_HERE = _late("commune_id")


@dataclass(frozen=True, slots=True)
class StageCell:
    """One commune at one stage: how many dossiers stand there, and how many of them are late with whom.

    ``reached``: so many of them came to a positive end there; the others are under way.
    """

    dossiers: int = 0
    late: Mapping[Role, int] = field(default_factory=dict)
    reached: int = 0

    @property
    def under_way(self) -> int:
        """How many are still worked on."""
        return self.dossiers - self.reached

    @property
    def late_dossiers(self) -> int:
        """How many are late, whoever holds them."""
        return sum(self.late.values())

    @classmethod
    def of(cls, cells: Iterable[StageCell]) -> StageCell:
        """The sum of cells."""
        dossiers = reached = 0
        late: dict[Role, int] = {}
        for cell in cells:
            dossiers += cell.dossiers
            reached += cell.reached
            for role, number in cell.late.items():
                late[role] = late.get(role, 0) + number
        return cls(dossiers, late, reached)


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One commune of the matrix: ``cells`` by stage; beside them what is returned and what ended negative or void."""

    commune: Commune
    cells: Mapping[str, StageCell]
    returned: int = 0
    negative: int = 0
    void: int = 0

    @property
    def sum(self) -> StageCell:
        """All stages together."""
        return StageCell.of(self.cells.values())

    @property
    def is_silent(self) -> bool:
        """Nobody there has a dossier that left its draft and still counts."""
        return not self.sum.dossiers and not self.returned and not self.negative


@dataclass(frozen=True, slots=True)
class Matrix:
    """The matrix: every commune of the province, those with nothing named too. ``stages`` in the kind's order.

    A dossier is counted at the stage that is being worked on (``domain.turn.stage_at_work``), as its stepper shows it.
    """

    stages: tuple[str, ...]
    rows: tuple[CommuneRow, ...]

    def total(self, stage: str) -> StageCell:
        """The sum of a column."""
        return StageCell.of(row.cells[stage] for row in self.rows)

    @property
    def sum(self) -> StageCell:
        """Everything together."""
        return StageCell.of(row.sum for row in self.rows)

    @property
    def late(self) -> tuple[CommuneRow, ...]:
        """The communes in which some are late, most first."""
        return tuple(sorted((row for row in self.rows if row.sum.late), key=lambda row: -row.sum.late_dossiers))

    @property
    def silent(self) -> tuple[CommuneRow, ...]:
        """The communes in which nobody has registered: named, never left out."""
        return tuple(row for row in self.rows if row.is_silent)


def matrix(
    db: Database,
    actor: Actor,
    kind: DossierKind,
    cycle: int,
    moment: Moment,
    *,
    older: Iterable[DossierKind] = (),
) -> Matrix:
    """Communes by stage for PV01; for people of a commune its own row alone. Drafts are nobody's but their unit's.

    ``kind``: the newest version; ``older``: versions that dossiers of the cycle still follow, for states it no longer
    knows. Raises NotAllowed ``matrix_role`` for anybody else: the provincial committee sees what was submitted alone.
    """
    if actor.role not in {*COMMUNE_ROLES, Role.PROVINCE_POLICE}:
        raise NotAllowed("matrix_role", role=actor.role)
    here = actor.commune_id if actor.role in COMMUNE_ROLES else None
    counted = _Counted(tuple(stage.code for stage in kind.stages), (*older, kind))
    values = {"kind": kind.code, "cycle": cycle, "province_id": actor.province_id, "commune_id": here}
    with db.snapshot() as connection:
        for row in connection.all(_COUNTED if here is None else _COUNTED_HERE, **values):
            counted.count(*row)
        now = codec.micros(moment.at)
        for holder in LATE_HOLDERS:
            late = _LATE if here is None else _LATE_HERE
            for row in connection.all(late, **values, holder=holder.value, now=now):
                counted.be_late(holder, *row)
        communes = _communes(connection, actor, moment, counted.communes, here)
    return Matrix(counted.stages, tuple(counted.row(commune) for commune in communes))


class _Counted:
    """What the counts found by state, put together by commune and the stage at work."""

    def __init__(self, stages: tuple[str, ...], kinds: Iterable[DossierKind]) -> None:
        self.stages = stages
        self.communes: set[str] = set()
        self._states = {code: (kind, state) for kind in kinds for code, state in kind.states.items()}
        self._standing: Counter[tuple[str, str]] = Counter()
        self._reached: Counter[tuple[str, str]] = Counter()
        self._beside: Counter[tuple[str, Meaning]] = Counter()
        self._late: dict[tuple[str, str], Counter[Role]] = {}

    def count(self, commune: str, code: str, dossiers: int) -> None:
        """So many dossiers stand in a state; drafts are not counted."""
        self.communes.add(commune)
        if code not in self._states:
            return
        kind, state = self._states[code]
        if state.meaning in {Meaning.RETURNED, Meaning.NEGATIVE, Meaning.VOID}:
            self._beside[commune, state.meaning] += dossiers
        elif state.meaning is not Meaning.DRAFT:
            at_stage = commune, stage_at_work(kind, state) or ""
            self._standing[at_stage] += dossiers
            if state.meaning is Meaning.POSITIVE:
                self._reached[at_stage] += dossiers

    def be_late(self, holder: Role, commune: str, code: str, dossiers: int) -> None:
        """So many in a state are late with this holder."""
        if code in self._states:
            stage = stage_at_work(*self._states[code]) or ""
            self._late.setdefault((commune, stage), Counter())[holder] += dossiers

    def row(self, commune: Commune) -> CommuneRow:
        """The commune's row."""
        cells = {
            stage: StageCell(
                self._standing[commune.id, stage],
                dict(self._late.get((commune.id, stage), {})),
                self._reached[commune.id, stage],
            )
            for stage in self.stages
        }
        returned, negative, void = (
            self._beside[commune.id, meaning] for meaning in (Meaning.RETURNED, Meaning.NEGATIVE, Meaning.VOID)
        )
        return CommuneRow(commune, cells, returned, negative, void)


def _communes(
    connection: SqlConnection, actor: Actor, moment: Moment, counted: Iterable[str], here: str | None
) -> list[Commune]:
    """Every commune of today, and any other that has dossiers: one that was merged is not left out."""
    today = [
        commune
        for commune in communes_of(connection, actor.province_id, on=local_day(moment.at))
        if here is None or commune.id == here
    ]
    gone = sorted(set(counted) - {commune.id for commune in today})
    names = names_of(connection, gone)
    return [*today, *(Commune(item, names.get(item, item), "") for item in gone)]
