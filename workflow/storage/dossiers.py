"""Dossiers: the aggregate in one row, its key columns, its number, its claim and the counts by state."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from workflow.domain.books import Answering
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.dossier import Dossier
from workflow.domain.errors import Conflict, NotFound
from workflow.domain.guards.attempt import OtherDossier
from workflow.domain.kinds import DossierKind, Meaning
from workflow.storage import codec
from workflow.storage.chain import dossier_stream, genesis
from workflow.storage.dossier_row import columns_of, due_at
from workflow.storage.faults import refusing_duplicates
from workflow.storage.staleness import stale_dossier
from workflow.storage.statements import Statement, Tuple, Write, among, insert_into, upsert
from workflow.storage.tables import CLAIM, DOSSIER, NUMBERING
from workflow.storage.transaction import Store

_D = DOSSIER.c
_LOAD = select(_D.id, _D.body, _D.journal_head, _D.state, _D.meaning)
_GET = Statement(_LOAD.where(_D.id == bindparam("dossier")))
_GET_MANY = Statement(_LOAD.where(among(_D.id, "dossiers")).order_by(_D.id).with_for_update())
_ID_OF = Statement(select(_D.id).where(_D.province_id == bindparam("province"), _D.number == bindparam("number")))
_INSERT = insert_into(DOSSIER)
_LASTING = frozenset(
    {
        *("id", "number", "province_id", "commune_id", "subject_id", "subject_kind", "own"),
        *("kind", "cycle", "origin_id", "opened_at", "opened_by_role"),
    }
)
"""What a dossier is opened with and no event changes."""
_CHANGING = tuple(
    name
    for name in DOSSIER.c.keys()  # noqa: SIM118 - a collection of columns, not a dict
    if name not in _LASTING
)
_UPDATE = Statement(
    update(DOSSIER)
    .where(_D.id == bindparam("dossier"), _D.version == bindparam("seen"))
    .values({name: bindparam(name) for name in _CHANGING})
)
_WITH_CLOCK = Statement(
    select(_D.id, _D.body, _D.due_at)
    .where(_D.province_id == bindparam("province"), _D.due_at.is_not(None))
    .order_by(_D.id)
)
_SET_DUE = Statement(update(DOSSIER).where(_D.id == bindparam("dossier")).values(due_at=bindparam("due")))
_OTHERS = Statement(
    select(_D.id, _D.number, _D.state, _D.origin_id)
    .where(_D.subject_id == bindparam("subject"), _D.kind == bindparam("kind"), _D.cycle == bindparam("cycle"))
    .order_by(_D.number)
)
_CLAIM = insert_into(CLAIM)
_RELEASE = Statement(
    delete(CLAIM).where(
        CLAIM.c.subject_id == bindparam("subject_id"),
        CLAIM.c.kind == bindparam("kind"),
        CLAIM.c.cycle == bindparam("cycle"),
        CLAIM.c.origin_id == bindparam("origin_id"),
        CLAIM.c.dossier_id == bindparam("dossier_id"),
    )
)


_ANSWERING = Statement(
    select(_D.id, _D.subject_id, _D.commune_id, func.coalesce(_D.origin_id, ""), _D.state).where(
        _D.province_id == bindparam("province"), _D.kind == bindparam("kind"), _D.cycle == bindparam("cycle")
    )
)


def _next_number(make: str) -> Any:
    first: Any = upsert(NUMBERING, add="last").clause_for(make)
    return first.returning(NUMBERING.c.last)


_NEXT_NUMBER = Statement(_next_number)


NUMBERS_IN_BLOCK = 10_000


class Loaded(NamedTuple):
    """What the row said when it was read."""

    state: str
    meaning: str


class DossierStore(Store):
    """See ``services.ports.DossierStore``."""

    __slots__ = ("_loaded",)

    def __init__(self, transaction: Any) -> None:
        super().__init__(transaction)
        self._loaded: dict[str, Loaded] = {}

    # --- reading

    def get(self, dossier_id: str) -> Dossier:
        """The dossier, or ``NotFound``."""
        row = self._tx.one(_GET, dossier=dossier_id)
        if row is None:
            raise NotFound(dossier=dossier_id)
        return self._take(row)

    def get_many(self, dossier_ids: Iterable[str]) -> dict[str, Dossier]:
        """Dossiers by id, locked in one order; ids that do not exist are left out."""
        rows = self._tx.all(_GET_MANY, dossiers=sorted(set(dossier_ids)))
        return {row[0]: self._take(row) for row in rows}

    def _take(self, row: Tuple) -> Dossier:
        dossier_id, body, head, state, meaning = row
        self._tx.heads[dossier_id] = head
        self._loaded[dossier_id] = Loaded(state, meaning)
        return codec.unpack_dossier(body)

    def id_of(self, number: str, *, province_id: str) -> str | None:
        """The id behind a number."""
        row = self._tx.one(_ID_OF, province=province_id, number=number)
        return None if row is None else row[0]

    def others(
        self, *, subject_id: str, kind: str, cycle: int, void: frozenset[str], origin_id: str | None = None
    ) -> tuple[OtherDossier, ...]:
        """Dossiers of the subject, kind, cycle and origin that stand, by number: those that claim the same place."""
        rows = self._tx.all(_OTHERS, subject=subject_id, kind=kind, cycle=cycle)
        return tuple(OtherDossier(*row[:3]) for row in rows if row[2] not in void and row[3] == origin_id)

    def ids_where(
        self,
        *,
        province_id: str,
        kind: str | None = None,
        cycle: int | None = None,
        states: frozenset[str] | None = None,
        commune_id: str | None = None,
        origin_id: str | None = None,
    ) -> list[str]:
        """Ids by key columns, ordered by number."""
        given = {
            "kind": kind,
            "cycle": cycle,
            "commune_id": commune_id,
            "origin_id": origin_id,
            "states": None if states is None else sorted(states),
        }
        values = {name: value for name, value in given.items() if value is not None}
        rows = self._tx.all(_ids_where(tuple(values)), province_id=province_id, **values)
        return [row[0] for row in rows]

    def answering(self, *, province_id: str, kind: str, cycle: int) -> list[Answering]:
        """Every dossier of a kind and cycle with what it answers, ended ones too."""
        return [Answering(*row) for row in self._tx.all(_ANSWERING, province=province_id, kind=kind, cycle=cycle)]

    # --- writing

    def next_number(self, *, province_id: str, kind: DossierKind, cycle: int, block: int = 0) -> str:
        """The next free number ``<cycle>-<abbreviation>-<4+ digits>`` of the province, without gaps in its block."""
        row = self._tx.one(_NEXT_NUMBER, province_id=province_id, abbreviation=kind.abbreviation, cycle=cycle, last=1)
        if row is None:
            raise RuntimeError("no number was given out")
        return f"{cycle}-{kind.abbreviation}-{block * NUMBERS_IN_BLOCK + row[0]:04d}"

    def add(self, dossier: Dossier, kind: DossierKind, calendar: WorkingCalendar) -> None:
        """A new dossier. Raises Conflict ``other_dossier``, or ``dossier_exists`` for a taken id or number."""
        row = columns_of(dossier, kind, calendar)
        head = self._tx.appended.get(dossier.id, (0, genesis(dossier_stream(dossier.id))))[1]
        with refusing_duplicates(Conflict("dossier_exists", dossier=dossier.id, number=dossier.number)):
            self._tx.flush(Write(_INSERT, {**row, "journal_head": head}))
        self._tx.saved[dossier.id] = (dossier.version, head)
        self._tx.heads[dossier.id] = head
        if row["meaning"] != Meaning.VOID:
            self._claim(dossier, kind)
        self._count(dossier, dossier.state, 1)
        self._loaded[dossier.id] = Loaded(dossier.state, str(row["meaning"]))

    def save(self, dossier: Dossier, kind: DossierKind, calendar: WorkingCalendar, *, seen_version: int) -> None:
        """Write the changed dossier where its version is still ``seen_version``; else ``StaleDossier``.

        Raises Conflict ``other_dossier`` when it comes back to life while another one of its subject stands.
        """
        before = self._loaded.get(dossier.id) or self._look(dossier.id)
        row = columns_of(dossier, kind, calendar)
        head = self._tx.heads[dossier.id]
        row.update(journal_head=head, dossier=dossier.id, seen=seen_version)
        if self._tx.flush(Write(_UPDATE, row)) != [1]:
            raise stale_dossier(self._tx.connection, dossier.id, seen_version)
        self._tx.saved[dossier.id] = (dossier.version, head)
        was_void, is_void = before.meaning == Meaning.VOID, row["meaning"] == Meaning.VOID
        if is_void and not was_void:
            self._tx.run(_RELEASE, **_claim_of(dossier, kind))
        elif was_void and not is_void:
            self._claim(dossier, kind)
        if before.state != dossier.state:
            self._count(dossier, before.state, -1)
            self._count(dossier, dossier.state, 1)
        self._loaded[dossier.id] = Loaded(dossier.state, str(row["meaning"]))

    def refresh_due(self, *, province_id: str, calendar: WorkingCalendar) -> int:
        """Write anew when turns are due, after the calendar changed; how many changed. Versions stay as they are."""
        changed = 0
        for dossier_id, body, due in self._tx.all(_WITH_CLOCK, province=province_id):
            newer = due_at(codec.unpack_dossier(body), calendar)
            if newer != due:
                changed += self._tx.run(_SET_DUE, dossier=dossier_id, due=newer)
        return changed

    def _look(self, dossier_id: str) -> Loaded:
        self.get(dossier_id)
        return self._loaded[dossier_id]

    def _claim(self, dossier: Dossier, kind: DossierKind) -> None:
        subject, cycle = dossier.subject_id, dossier.cycle
        with refusing_duplicates(Conflict("other_dossier", subject=subject, kind=kind.code, cycle=cycle)):
            self._tx.run(_CLAIM, **_claim_of(dossier, kind))

    def _count(self, dossier: Dossier, state: str, change: int) -> None:
        self._tx.count((dossier.province_id, dossier.kind, dossier.cycle, dossier.commune_id, state), change)


@lru_cache(maxsize=64)
def _ids_where(names: tuple[str, ...]) -> Statement:
    """SELECT of ids with exactly these conditions."""
    query = select(_D.id).where(_D.province_id == bindparam("province_id"))
    for name in names:
        query = query.where(among(_D.state, "states") if name == "states" else _D[name] == bindparam(name))
    return Statement(query.order_by(_D.number))


def _claim_of(dossier: Dossier, kind: DossierKind) -> dict[str, object]:
    """What a dossier claims for itself alone; of a kind with many to a subject, only its own id."""
    return {
        "subject_id": dossier.subject_id,
        "kind": dossier.kind,
        "cycle": dossier.cycle,
        "origin_id": dossier.id if kind.many else dossier.origin_id or "",
        "dossier_id": dossier.id,
    }
