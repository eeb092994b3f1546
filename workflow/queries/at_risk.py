"""Recognised units whose conditions of the year no longer hold: still standing, at risk by name.

The conditions are those under which the kind selects: results of other kinds, of a year counted from the cycle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from workflow.domain.actors import Actor
from workflow.domain.guards.attempt import codes
from workflow.domain.kinds import DossierKind, GuardUse, Meaning
from workflow.queries.scope import ledger_of, me
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection, Statement, among
from workflow.storage.tables import DOSSIER, LEDGER, ORGANISATION

_D, _L, _O = DOSSIER.c, LEDGER.c, ORGANISATION.c
_C = ORGANISATION.alias("commune")
_CONFIRMED = or_(_L.source == "dossier", _L.confirmed_by.is_not(None))
_RESULTS = Statement(
    select(_L.subject_id, _L.kind, _L.cycle, _L.result, _L.label, _L.standing).where(
        among(_L.subject_id, "subjects"), among(_L.kind, "kinds"), _CONFIRMED
    )
)
_REFUSED = Statement(
    select(_D.subject_id, _D.kind, _D.cycle, _D.id).where(
        among(_D.subject_id, "subjects"), among(_D.kind, "kinds"), _D.meaning == Meaning.NEGATIVE.value
    )
)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a recognised unit in one year. ``has``: the result it holds instead, in words; empty: none.

    ``refused``: id of the dossier in which it was refused, where one was.
    """

    kind: str
    label: str
    wanted: str
    year: int
    has: str = ""
    refused: str = ""

    @property
    def is_failed(self) -> bool:
        """Whether another result, or a refusal, is on record; else the year has no result yet."""
        return bool(self.has or self.refused)


@dataclass(frozen=True, slots=True)
class RecognisedUnit:
    """A standing recognition with the conditions of the year that do not hold for it."""

    entry_id: str
    subject_id: str
    name: str
    commune_id: str
    commune: str
    number: str
    cycle: int
    unmet: tuple[Condition, ...]

    @property
    def is_at_risk(self) -> bool:
        """Whether a condition was decided against it, not merely undecided."""
        return any(one.is_failed for one in self.unmet)


def recognised_at_risk(
    db: Database, actor: Actor, kind: DossierKind, *, cycle: int, commune_id: str | None = None
) -> tuple[RecognisedUnit, ...]:
    """Standing recognitions with an unmet condition of the year, those decided against first, then by name."""
    asked = conditions_of(kind)
    with db.snapshot() as connection:
        rows = connection.all(_standing(actor), **me(actor), kind=kind.code)
        here = [row for row in rows if commune_id is None or row[3] == commune_id]
        subjects = sorted({row[1] for row in here})
        held, refused = _held(connection, subjects, asked), _refused(connection, subjects, asked)
    units = [
        RecognisedUnit(*row, unmet=_unmet(asked, row[1], cycle, held, refused))
        for row in (
            (entry, who, name or who, at, place or at, no, year) for entry, who, name, at, place, no, year in here
        )
    ]
    return tuple(sorted((one for one in units if one.unmet), key=lambda one: not one.is_at_risk))


def conditions_of(kind: DossierKind) -> tuple[GuardUse, ...]:
    """The results of other kinds that the kind asks for on its straight path, each once."""
    found: dict[tuple[str, object, tuple[str, ...]], GuardUse] = {}
    for move in kind.transitions:
        for use in move.guards:
            if use.name == "ledger_result" and not use.warns and move.forward:
                found.setdefault((str(use.params["kind"]), use.params.get("year", 0), codes(use.params, "any_of")), use)
    return tuple(found.values())


def _standing(actor: Actor) -> Statement:
    return Statement(
        select(_L.id, _L.subject_id, _O.name, _L.commune_id, _C.c.name.label("commune_name"), _L.number, _L.cycle)
        .select_from(LEDGER.outerjoin(ORGANISATION, _O.id == _L.subject_id).outerjoin(_C, _C.c.id == _L.commune_id))
        .where(ledger_of(actor), _L.kind == bindparam("kind"), _L.standing == 1, _CONFIRMED)
        .order_by(_O.name_folded, _L.id)
    )


_Held = Mapping[tuple[str, str, int], list[tuple[str, str]]]


def _held(connection: SqlConnection, subjects: list[str], asked: tuple[GuardUse, ...]) -> _Held:
    kinds = sorted({str(use.params["kind"]) for use in asked})
    found: dict[tuple[str, str, int], list[tuple[str, str]]] = {}
    for subject, kind, year, result, label, standing in connection.all(_RESULTS, subjects=subjects, kinds=kinds):
        if standing:
            found.setdefault((subject, kind, year), []).append((result, label))
    return found


def _refused(
    connection: SqlConnection, subjects: list[str], asked: tuple[GuardUse, ...]
) -> dict[tuple[str, str, int], str]:
    kinds = sorted({str(use.params["kind"]) for use in asked})
    rows = connection.all(_REFUSED, subjects=subjects, kinds=kinds)
    return {(subject, kind, year): dossier for subject, kind, year, dossier in rows}


def _unmet(
    asked: tuple[GuardUse, ...],
    subject: str,
    cycle: int,
    held: _Held,
    refused: Mapping[tuple[str, str, int], str],
) -> tuple[Condition, ...]:
    found = []
    for use in asked:
        kind, year = str(use.params["kind"]), cycle + int(str(use.params.get("year", 0)))
        there = held.get((subject, kind, year), [])
        if any(result in codes(use.params, "any_of") for result, _ in there):
            continue
        label, wanted = str(use.params.get("label", kind)), str(use.params.get("wanted", ""))
        has = there[0][1] if there else ""
        found.append(Condition(kind, label, wanted, year, has, refused.get((subject, kind, year), "")))
    return tuple(found)
