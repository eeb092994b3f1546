"""How a dossier begins: a draft by a person, or an owed entry by the system."""

from __future__ import annotations

from datetime import datetime

from workflow.domain import events as ev
from workflow.domain.actors import REPRESENTS_COMMUNE, Actor, Role
from workflow.domain.dossier import Dossier
from workflow.domain.errors import TransitionRefused
from workflow.domain.guards import Books, Refusal
from workflow.domain.guards.time import window
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.turn import clock_for, holder_in, stage_in


def open_dossier(
    kind: DossierKind,
    blank: Dossier,
    actor: Actor,
    *,
    at: datetime,
    books: Books,
    for_unit: ev.SignedPaper | None = None,
) -> ev.DossierOpened:
    """The first event of a dossier whose identity stands in ``blank``.

    A draft needs an open window and no other standing dossier of the subject, kind and cycle (law.md, state
    ``draft``). Raises ``TransitionRefused`` with every reason against it.
    """
    refusals = opening_refusals(kind, blank, actor, at=at, books=books, for_unit=for_unit)
    if refusals:
        raise TransitionRefused(refusals, trigger="open", step=kind.label)
    state = kind.state(kind.initial)
    return ev.DossierOpened(
        at=at,
        person_id=actor.person_id,
        role=actor.role,
        dossier_id=blank.id,
        number=blank.number,
        kind=kind.code,
        kind_version=kind.version,
        pinned=state.meaning is not Meaning.DRAFT,
        subject_id=blank.subject_id,
        subject_kind=blank.subject_kind,
        commune_id=blank.commune_id,
        province_id=blank.province_id,
        cycle=blank.cycle,
        own=blank.own,
        self_judged=blank.self_judged,
        state=state.code,
        holder=holder_in(kind, blank, state),
        stage=stage_in(blank, state),
        clock=clock_for(kind, blank, state, books, at),
        origin_id=blank.origin_id,
        for_unit=for_unit,
    )


def opening_refusals(
    kind: DossierKind,
    blank: Dossier,
    actor: Actor,
    *,
    at: datetime,
    books: Books,
    for_unit: ev.SignedPaper | None = None,
) -> tuple[Refusal, ...]:
    """Everything that stands against this actor opening this dossier now."""
    found: list[Refusal] = []
    allowed = set(kind.opened_by) | ({REPRESENTS_COMMUNE} if blank.own and Role.UNIT in kind.opened_by else set())
    if actor.role not in allowed:
        found.append(
            Refusal(
                "open.role", {"role": actor.role, "kind": kind.short_label}, kind.opened_by[0], source=kind.citation
            )
        )
    elif for_the_unit(kind, actor.role) and (for_unit is None or not for_unit.scans):
        found.append(Refusal("open.signed_paper", cleared_by=actor.role, source="hoso#people"))
    if blank.subject_kind not in kind.subject_kinds:
        found.append(Refusal("open.subject_kind", {"kind": kind.short_label}, source=kind.citation))
    first = next((t for t in kind.from_state(kind.initial) if t.forward and t.applies.to(own=blank.own)), None)
    if first is not None and first.deadline is not None:
        found += window(kind, blank, books, first.deadline, at)
    found += [
        Refusal("guard.other_dossier", {"number": other.number, "state": other.state}, source="hoso#one-dossier")
        for other in books.others
    ]
    return tuple(found)


def for_the_unit(kind: DossierKind, role: Role) -> bool:
    """Whether this role begins such a dossier only in a unit's place, from its signed paper."""
    return role is Role.COMMUNE_POLICE and Role.UNIT in kind.opened_by
