"""The province as a table: communes by stage at work, what is late with whom, each number leading to its list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from web.access import actor
from web.context import cycle, house
from web.formatting import lower_first
from web.lists.filters import RETURNED
from web.lists.places import listing_url
from web.words import has, say
from workflow.domain.actors import COMMUNE_ROLES
from workflow.domain.kinds import Meaning
from workflow.domain.step_clock import LatenessKind
from workflow.domain.turn import stage_at_work
from workflow.queries.filters import Filters, Tab
from workflow.queries.province import CommuneRow, Matrix, StageCell, matrix
from workflow.wording import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from web.lists.present import Present
    from workflow.domain.actors import Role
    from workflow.domain.kinds import DossierKind


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: dossiers at work at a stage, or (``reached``) those that came to their good end there."""

    stage: str
    label: str
    reached: bool = False

    def of(self, cell: StageCell) -> int:
        """Its figure."""
        return cell.reached if self.reached else cell.under_way

    def late(self, cell: StageCell) -> int:
        """How many of them are late; what has ended is not."""
        return 0 if self.reached else cell.late_dossiers


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell: how many, how many of them late, the list of them."""

    count: int
    late: int = 0
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One commune. ``held``: who holds what is late there, in words; ``is_silent``: nobody has registered."""

    id: str
    name: str
    url: str
    figures: tuple[Figure, ...]
    returned: Figure
    late: int
    held: tuple[str, ...]
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The whole page. ``places``: how many communes the province has; ``chased``: how many of them can be asked."""

    kind: DossierKind
    cycle: int
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    sums: tuple[Figure, ...]
    returned: int
    late: int
    late_places: int
    chased: int
    ended: int
    places: int


def table(kind: DossierKind, now: Present, *, text: str = "", by_name: bool = False) -> Table:
    """The table of a kind in the year that is looked at: late ones first, or by name; narrowed to words of a name."""
    found = matrix(house().database, actor(), kind, cycle(), now.moment)
    rows = [row for row in found.rows if all(word in fold(row.commune.name) for word in fold(text).split())]
    if not by_name:
        rows.sort(key=lambda row: (-row.sum.late_dossiers, row.is_silent))
    columns = _columns(kind)
    shown = Matrix(found.stages, tuple(rows))
    return Table(
        kind=kind,
        cycle=cycle(),
        columns=columns,
        lines=tuple(_line(kind, columns, row) for row in rows),
        sums=tuple(_figure(kind, column, shown.total(column.stage)) for column in columns),
        returned=sum(row.returned for row in rows),
        late=shown.sum.late_dossiers,
        late_places=len(shown.late),
        chased=sum(1 for row in rows if _in_commune(row.sum.late)),
        ended=sum(row.negative + row.void for row in rows),
        places=len(found.rows),
    )


def _columns(kind: DossierKind) -> tuple[Column, ...]:
    """Stage by stage: what is at work there; where a kind comes to its good end, that too."""
    at_work = {stage_at_work(kind, s) for s in kind.states.values() if s.meaning is Meaning.OPEN}
    good = {stage_at_work(kind, s): s.label for s in kind.states.values() if s.meaning is Meaning.POSITIVE}
    found = []
    for stage in kind.stages:
        both = stage.code in at_work and stage.code in good
        if stage.code in at_work:
            found.append(
                Column(stage.code, say("matrix.waiting", stage=lower_first(stage.label)) if both else stage.label)
            )
        if stage.code in good:
            found.append(Column(stage.code, good[stage.code], reached=True))
    return tuple(found)


def _line(kind: DossierKind, columns: Sequence[Column], row: CommuneRow) -> Line:
    where = Filters(kind=kind.code, cycle=cycle(), commune=row.commune.id)
    returned = Filters(kind=kind.code, cycle=cycle(), commune=row.commune.id, stage=RETURNED)
    return Line(
        id=row.commune.id,
        name=row.commune.name,
        url=listing_url(where),
        figures=tuple(_figure(kind, column, row.cells[column.stage], row.commune.id) for column in columns),
        returned=Figure(row.returned, url=listing_url(returned), label=say("filter.returned")),
        late=row.sum.late_dossiers,
        held=_held(row.sum.late, row.commune.kind),
        is_silent=row.is_silent,
    )


def _figure(kind: DossierKind, column: Column, cell: StageCell, commune: str | None = None) -> Figure:
    tab = Tab.DONE if column.reached else Tab.MINE
    filters = Filters(tab, kind=kind.code, stage=column.stage, cycle=cycle(), commune=commune)
    if column.reached:
        good = [code for code, state in kind.states.items() if state.meaning is Meaning.POSITIVE]
        filters = Filters(
            tab, kind=kind.code, state=good[0] if len(good) == 1 else None, cycle=cycle(), commune=commune
        )
    return Figure(column.of(cell), column.late(cell), listing_url(filters), column.label)


def _held(late: Mapping[Role, int], commune_kind: str) -> tuple[str, ...]:
    """Who holds what is late, most first; the offices of a ward are called as such."""
    ranked = sorted(late.items(), key=lambda one: -one[1])
    said = [say("matrix.held", holder=_holder(role, commune_kind), count=count) for role, count in ranked]
    return tuple(words[:1].upper() + words[1:] for words in said)


def _holder(role: Role, commune_kind: str) -> str:
    own = f"holder.{commune_kind}.{role}"
    return say(own) if has(own) else house().wording.speak(role)


def _in_commune(late: Mapping[Role, int]) -> int:
    return sum(count for role, count in late.items() if role in COMMUNE_ROLES)


def late_url(kind: DossierKind) -> str:
    """The list of everything that is late."""
    return listing_url(Filters(kind=kind.code, cycle=cycle(), lateness=LatenessKind.LATE))
