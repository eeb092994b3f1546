"""By which paper dossiers last came along: the newest act of each, with the number and date of its shared paper."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select

from workflow.domain.actors import Actor, Role
from workflow.queries.scope import me, visible_to
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import Statement, among
from workflow.storage.tables import ACT, ACT_ITEM, DOSSIER, PAPER


@dataclass(frozen=True, slots=True)
class ActPaper:
    """An act and its shared paper; number and date are empty where the paper has none."""

    act_id: str
    trigger: str
    at: datetime
    code: str = ""
    number: str = ""
    date: date | None = None


_BODIES = Statement(select(PAPER.c.id, PAPER.c.code, PAPER.c.body).where(among(PAPER.c.id, "ids")))


def newest_acts(db: Database, actor: Actor, dossier_ids: Iterable[str]) -> dict[str, ActPaper]:
    """The newest act of each dossier that the actor may see, by dossier id; those of no act are left out."""
    wanted = sorted(set(dossier_ids))
    if not wanted:
        return {}
    with db.snapshot() as connection:
        newest = {row[0]: row[1:] for row in connection.all(_newest(actor.role), dossiers=wanted, **me(actor))}
        papers = {act_id: codec.from_json(ids) for act_id, _, _, ids in newest.values()}
        ids = sorted({paper_id for of_act in papers.values() for paper_id in of_act})
        read = {paper_id: _paper(code, body) for paper_id, code, body in connection.all(_BODIES, ids=ids)}
    return {
        dossier_id: ActPaper(act_id, trigger, codec.instant(at), *_first_numbered(papers[act_id], read))
        for dossier_id, (act_id, trigger, at, _) in newest.items()
    }


@lru_cache(maxsize=8)
def _newest(role: Role) -> Statement:
    """Every act of the dossiers given, oldest first."""
    return Statement(
        select(ACT_ITEM.c.dossier_id, ACT.c.id, ACT.c.trigger, ACT.c.at, ACT.c.papers)
        .join(ACT, ACT.c.id == ACT_ITEM.c.act_id)
        .join(DOSSIER, DOSSIER.c.id == ACT_ITEM.c.dossier_id)
        .where(among(ACT_ITEM.c.dossier_id, "dossiers"), visible_to(Actor("", role, "", "somewhere"), leads=False))
        .order_by(ACT.c.at, ACT.c.id)
    )


Numbered = tuple[str, str, "date | None"]


def _paper(code: str, body: bytes) -> Numbered:
    document = codec.object_from(codec.unpack(body))
    number, day = document.get("number"), document.get("date")
    return (
        code,
        number if isinstance(number, str) else "",
        codec.day_of(day) if isinstance(day, str) else None,
    )


def _first_numbered(ids: Iterable[str], read: dict[str, Numbered]) -> Numbered:
    """Of the papers of an act the first that has a number: an act may have a proposal beside its decision."""
    found = [read[paper_id] for paper_id in ids if paper_id in read]
    return next((one for one in found if one[1]), found[0] if found else ("", "", None))
