"""The columns of a dossier's row, each told by the aggregate alone, by its kind, or by the calendar."""

from __future__ import annotations

from workflow.domain.actors import PROVINCE_ROLES
from workflow.domain.calendars import WorkingCalendar
from workflow.domain.dossier import Dossier
from workflow.domain.kinds import DossierKind
from workflow.storage import codec


def columns_of(dossier: Dossier, kind: DossierKind, calendar: WorkingCalendar) -> dict[str, object]:
    """Every column but ``journal_head``."""
    return {
        **own_columns(dossier),
        **kind_columns(dossier, kind),
        "due_at": due_at(dossier, calendar),
        "body": codec.pack_dossier(dossier),
    }


def own_columns(dossier: Dossier) -> dict[str, object]:
    """What the aggregate alone tells."""
    return {
        "id": dossier.id,
        "number": dossier.number,
        "province_id": dossier.province_id,
        "commune_id": dossier.commune_id,
        "subject_id": dossier.subject_id,
        "subject_kind": dossier.subject_kind,
        "kind": dossier.kind,
        "kind_version": dossier.kind_version,
        "cycle": dossier.cycle,
        "origin_id": dossier.origin_id,
        "state": dossier.state,
        "stage": dossier.stage,
        "holder": None if dossier.holder is None else dossier.holder.value,
        "holder_since": codec.micros_or_none(dossier.holder_since),
        "own": int(dossier.own),
        "late": int(dossier.late),
        "on_hold": int(dossier.hold is not None),
        "opened_at": codec.micros_or_none(dossier.opened_at),
        "opened_by_role": "" if dossier.opened_by_role is None else dossier.opened_by_role.value,
        "updated_at": codec.micros_or_none(dossier.updated_at),
        "version": dossier.version,
    }


def kind_columns(dossier: Dossier, kind: DossierKind) -> dict[str, object]:
    """What the kind says of the state and of the way so far: its meaning; whether the province ever held it."""
    held_by_province = any(
        code in kind.states and kind.states[code].holder in PROVINCE_ROLES for code in dossier.visited
    )
    return {"meaning": kind.state(dossier.state).meaning.value, "submitted": int(held_by_province)}


def due_at(dossier: Dossier, calendar: WorkingCalendar) -> int | None:
    """The exclusive end of what runs: the clock, or in a returned dossier the day set for mending; None while none."""
    clock, returned = dossier.clock, dossier.newest_return
    if clock is not None and not clock.is_stopped:
        return codec.micros(clock.due(calendar))
    if returned is None or returned.state != dossier.state or dossier.hold is not None:
        return None
    return codec.micros_or_none(returned.mend_by)
