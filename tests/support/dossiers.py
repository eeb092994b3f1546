"""Dossiers for tests of the storage: opened and moved by events of the domain, kept through a unit of work."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from tests.support.kinds import CALENDAR, small_kind
from workflow.domain.actors import Actor, Role
from workflow.domain.dossier import Dossier
from workflow.domain.events import DossierOpened, Event, Moved, PaperFiled, PaperRef, ReturnItem, SignedPaper, TextRef
from workflow.domain.kinds import DossierKind, Effect
from workflow.domain.step_clock import StepClock
from workflow.storage.unit_of_work import SqlUnitOfWork

KIND = small_kind()
START = datetime(2026, 1, 5, 2, 30, tzinfo=UTC)
UNIT = Actor("p-unit", Role.UNIT, "org-1", "tinh", "xa")
POLICE = Actor("p-police", Role.COMMUNE_POLICE, "ca-xa", "tinh", "xa", door="web", os_user="hoso")
PROVINCE = Actor("p-pv01", Role.PROVINCE_POLICE, "pv01", "tinh")

ACTOR_OF = {Role.UNIT: UNIT, Role.COMMUNE_POLICE: POLICE, Role.PROVINCE_POLICE: PROVINCE}


def opened(
    number: int = 1,
    *,
    kind: DossierKind = KIND,
    subject_id: str = "org-1",
    commune_id: str = "xa",
    cycle: int = 2026,
    origin_id: str | None = None,
) -> tuple[Dossier, list[Event]]:
    """A new draft and its first event."""
    event = DossierOpened(
        at=START,
        person_id=UNIT.person_id,
        role=UNIT.role,
        dossier_id=f"d-{number}",
        number=f"{cycle}-{kind.abbreviation}-{number:04d}",
        kind=kind.code,
        kind_version=kind.version,
        pinned=False,
        subject_id=subject_id,
        subject_kind="co_quan",
        commune_id=commune_id,
        province_id="tinh",
        cycle=cycle,
        own=False,
        self_judged=False,
        state=kind.initial,
        holder=kind.state(kind.initial).holder,
        stage="first",
        origin_id=origin_id,
    )
    return Dossier.replay([event]), [event]


def move(
    dossier: Dossier,
    trigger: str,
    *,
    kind: DossierKind = KIND,
    after: timedelta = timedelta(hours=1),
    scans: tuple[str, ...] = (),
) -> list[Event]:
    """Apply the only transition of that trigger from the present state; its event. `submit` is entered from paper."""
    transition = next(t for t in kind.from_state(dossier.state) if t.trigger == trigger)
    target = kind.state(transition.target)
    actor = ACTOR_OF[transition.authorities[0]]
    at = (dossier.updated_at or START) + after
    returning = Effect.OPEN_RETURN in transition.effects
    event = Moved(
        at=at,
        person_id=actor.person_id,
        role=actor.role,
        trigger=trigger,
        transition=transition.id,
        source=dossier.state,
        target=target.code,
        stage=target.stage or dossier.stage,
        holder=target.holder,
        authority=transition.authorities[0],
        effects=tuple(effect.value for effect in transition.effects),
        kind_version=kind.version if Effect.PIN_KIND in transition.effects else None,
        clock=StepClock(at, target.working_days) if target.working_days else None,
        mode="supplement" if returning else None,
        items=(ReturnItem(TextRef("t", "0" * 64), "plan", "/title"),) if returning else (),
        from_paper=SignedPaper("12/TTr", "2026-01-05", "UBND", "Chủ tịch", scans) if trigger == "submit" else None,
    )
    dossier.apply(event)
    return [event]


def paper_ref(
    document: bytes, *, paper_id: str = "paper-1", code: str = "plan", version: int = 1, files: tuple[str, ...] = ()
) -> PaperRef:
    """The reference under which a document is kept."""
    facts: dict[str, object] = {
        "total": "95.5",
        "met": None,
        "answers": {"1.1": "4.5", "1.2": True},
        "missing": ["2.1"],
    }
    return PaperRef(paper_id, code, version, hashlib.sha256(document).hexdigest(), f"small/{code}", files, None, facts)


def filed(dossier: Dossier, ref: PaperRef) -> list[Event]:
    """Apply the filing of a paper by the unit; its event."""
    at = (dossier.updated_at or START) + timedelta(minutes=5)
    event = PaperFiled(at=at, person_id=UNIT.person_id, role=UNIT.role, paper=ref, findings=(("f1", "open"),))
    dossier.apply(event)
    return [event]


def keep_new(uow: SqlUnitOfWork, number: int = 1, *, kind: DossierKind = KIND, **where: object) -> Dossier:
    """Open a dossier and add it to the unit of work, not yet committed."""
    dossier, events = opened(number, kind=kind, **where)  # type: ignore[arg-type]
    uow.dossiers.add(dossier, kind, CALENDAR)
    uow.journal.append(dossier, events, UNIT)
    return dossier


def keep_move(
    uow: SqlUnitOfWork,
    dossier: Dossier,
    trigger: str,
    *,
    kind: DossierKind = KIND,
    scans: tuple[str, ...] = (),
) -> Dossier:
    """Move a dossier and save it, not yet committed."""
    seen = dossier.version
    events = move(dossier, trigger, kind=kind, scans=scans)
    uow.journal.append(dossier, events, ACTOR_OF[events[0].role])
    uow.dossiers.save(dossier, kind, CALENDAR, seen_version=seen)
    return dossier
