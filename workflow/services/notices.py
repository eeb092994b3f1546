"""Who is told of what: events of a dossier -> notices for the outbox, written in the same transaction.

Nobody is told of what they may not see: the audience is always a role with jurisdiction over the dossier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workflow.domain import events as ev
from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, REPRESENTS_COMMUNE, Role
from workflow.domain.books import Notice
from workflow.domain.dossier import Dossier
from workflow.domain.kinds import DossierKind, Effect


def audience_organisation(dossier: Dossier, role: Role) -> str:
    """The organisation whose people of that role are meant: the unit, the commune or the province."""
    if role in COMMUNE_ROLES:
        return dossier.commune_id
    if role in PROVINCE_ROLES:
        return dossier.province_id
    return dossier.subject_id


def unit_side(dossier: Dossier) -> Role:
    """Who hears what a unit hears: on the commune's own dossier the committee."""
    return REPRESENTS_COMMUNE if dossier.own else Role.UNIT


def notices_for(kind: DossierKind, dossier: Dossier, events: Sequence[ev.Event]) -> list[Notice]:
    """The notices these (already applied) events give rise to."""
    return [notice for event in events for notice in _of(kind, dossier, event)]


def _of(kind: DossierKind, dossier: Dossier, event: ev.Event) -> Iterator[Notice]:
    match event:
        case ev.Moved():
            yield from _moved(kind, dossier, event)
        case ev.PaperFiled(holder=Role() as holder):
            yield _notice(dossier, holder, "notice.turn", state=dossier.state)
        case ev.HoldSet():
            yield _notice(dossier, unit_side(dossier), "notice.held")
        case ev.HoldLifted():
            yield _notice(dossier, unit_side(dossier), "notice.lifted")
        case _:
            return


def _moved(kind: DossierKind, dossier: Dossier, event: ev.Moved) -> Iterator[Notice]:
    step = kind.transition(event.transition).done_label
    if Effect.OPEN_RETURN.value in event.effects and event.holder is not None:
        yield _notice(
            dossier, event.holder, "notice.returned", step=step, items=len(event.items), mend_by=event.mend_by
        )
    elif event.holder is not None and event.holder != event.role:
        yield _notice(dossier, event.holder, "notice.turn", step=step, state=event.target)
    unit = unit_side(dossier)
    if unit not in (event.role, event.holder):
        yield _notice(dossier, unit, "notice.moved", step=step, state=event.target)


def _notice(dossier: Dossier, audience: Role, code: str, **facts: object) -> Notice:
    return Notice(
        dossier_id=dossier.id,
        audience=audience,
        organisation_id=audience_organisation(dossier, audience),
        code=code,
        facts={"number": dossier.number, **facts},
    )
