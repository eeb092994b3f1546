"""Several years of results side by side: by result, by kind of subject, by commune (S30 of seeds.md).

A result counts in the cycle it is for, once it is confirmed and unless its own decision was cancelled; a recognition
that was not kept up later was a result all the same. Read from the ledger when somebody asks; no page lists by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import bindparam, func, or_, select

from workflow.domain.actors import OFFICER_ROLES, Actor
from workflow.domain.errors import InvalidInput, NotAllowed
from workflow.queries.names import names_of
from workflow.queries.scope import ledger_of, me, only_role
from workflow.storage.database import Database
from workflow.storage.statements import Statement
from workflow.storage.tables import LEDGER

MOST_YEARS = 12

_L = LEDGER.c


@dataclass(frozen=True, slots=True)
class YearsLine:
    """How many results of one result, kind of subject or commune (``code``), year by year.

    ``name``: of a commune, as the books call it; empty for codes whose words are the definition's.
    """

    code: str
    counts: tuple[int, ...]
    name: str = ""

    @property
    def change(self) -> int:
        """The last year less the one before it; 0 where there is none before."""
        return self.counts[-1] - self.counts[-2] if len(self.counts) > 1 else 0


@dataclass(frozen=True, slots=True)
class Review:
    """The years looked back on, oldest first, and what each brought. Lines without any result are left out."""

    kind: str
    years: tuple[int, ...]
    whole: YearsLine
    by_result: tuple[YearsLine, ...]
    by_subject: tuple[YearsLine, ...]
    by_commune: tuple[YearsLine, ...]


def review(db: Database, actor: Actor, kind: str, *, first: int, last: int) -> Review:
    """Results of a kind (or of an earlier programme) from cycle ``first`` to ``last`` within the actor's sight.

    Raises NotAllowed ``review_role`` for anybody but officers, InvalidInput ``review_years`` when the years run
    backwards or are more than ``MOST_YEARS``.
    """
    if actor.role not in OFFICER_ROLES:
        raise NotAllowed("review_role", role=actor.role)
    if not 0 <= last - first < MOST_YEARS:
        raise InvalidInput("review_years", first=first, last=last, most=MOST_YEARS)
    with db.read() as connection:
        rows = connection.all(_counted(only_role(actor)), **me(actor), kind=kind, first=first, last=last)
        names = names_of(connection, (row[2] for row in rows))
    years = tuple(range(first, last + 1))
    whole = Counter[int]()
    parts: tuple[dict[str, Counter[int]], ...] = ({}, {}, {})
    for cycle, subject_kind, commune_id, result, number in rows:
        whole[cycle] += number
        for part, code in zip(parts, (result, subject_kind, commune_id), strict=True):
            part.setdefault(code, Counter())[cycle] += number
    by_result, by_subject, by_commune = (_lines(part, years, names) for part in parts)
    return Review(kind, years, _line("", whole, years), by_result, by_subject, by_commune)


def _lines(part: Mapping[str, Counter[int]], years: tuple[int, ...], names: Mapping[str, str]) -> tuple[YearsLine, ...]:
    lines = (_line(code, counted, years, names.get(code, "")) for code, counted in part.items())
    return tuple(sorted(lines, key=lambda line: (-sum(line.counts), line.name, line.code)))


def _line(code: str, counted: Counter[int], years: tuple[int, ...], name: str = "") -> YearsLine:
    return YearsLine(code, tuple(counted[year] for year in years), name)


@lru_cache(maxsize=16)
def _counted(actor: Actor) -> Statement:
    by = (_L.cycle, _L.subject_kind, _L.commune_id, _L.result)
    return Statement(
        select(*by, func.count().label("results"))
        .where(
            ledger_of(actor),
            _L.kind == bindparam("kind"),
            _L.cycle.between(bindparam("first"), bindparam("last")),
            _L.confirmed_by.is_not(None),
            or_(_L.ended_by.is_(None), _L.dossier_id.is_(None), _L.ended_by != _L.dossier_id),
        )
        .group_by(*by)
    )
