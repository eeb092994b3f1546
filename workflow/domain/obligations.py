"""When an obligation falls due, who receives it, and who comes to owe it: pure rules over organisations and dates.

law.md, "Kind bao_cao": what a commune receives falls due some working days earlier than what the province does
(internal offset); duties of a dissolved body pass to its successor; the receiver follows from the tree as it stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from workflow.domain.books import Organisation
from workflow.domain.calendars import WorkingCalendar, day_end, last_day
from workflow.domain.deadlines import Deadline
from workflow.domain.dossier import Dossier
from workflow.domain.kinds import DossierKind
from workflow.domain.obligation_rules import Obligation, Obliges

COMMUNE = "commune"


def date_of(
    obliges: Obliges, dossier: Dossier, deadlines: Mapping[str, Deadline], level: str, calendar: WorkingCalendar
) -> Deadline | None:
    """The date that this dossier's obligation goes by; None where there is none yet.

    One that was called for goes by the day its newest call says. ``level``: who manages the subject.
    """
    obligation = obliges.of(dossier.origin_id)
    if obligation is None:
        return None
    if obligation.called:
        call = dossier.newest(obliges.call)
        due = call.paper.facts.get("due") if call is not None else None
        return Deadline(obligation.deadline, due=day_end(date.fromisoformat(due))) if isinstance(due, str) else None
    dated = deadlines.get(obligation.deadline)
    if dated is None or dossier.own or level != COMMUNE:
        return dated
    return earlier(dated, obliges.offset_days, calendar)


def earlier(dated: Deadline, days: int, calendar: WorkingCalendar) -> Deadline:
    """A date so many working days earlier; the window it opens with stays."""
    if dated.due is None or not days:
        return dated
    return replace(dated, due=day_end(calendar.subtract_working_days(last_day(dated.due), days)))


def with_own_date(
    kind: DossierKind, dossier: Dossier, deadlines: Mapping[str, Deadline], level: str, calendar: WorkingCalendar
) -> Mapping[str, Deadline]:
    """The dates of a kind as one dossier meets them: its obligation's own date stands for the one the moves name."""
    if kind.obliges is None:
        return deadlines
    rest = {code: one for code, one in deadlines.items() if code != kind.obliges.deadline}
    own = date_of(kind.obliges, dossier, deadlines, level, calendar)
    return rest if own is None else {**rest, kind.obliges.deadline: own}


def owed_by(
    obliges: Obliges,
    organisation: Organisation,
    deadlines: Mapping[str, Deadline],
    *,
    on: date,
    inherited: Iterable[str] = (),
) -> tuple[Obligation, ...]:
    """What the organisation owes in a cycle with these dates, as of a day.

    Whoever came into being after a date owes nothing by it, unless it took the duty over (``inherited``, codes).
    """
    if not stands(organisation, on):
        return ()
    taken = set(inherited)
    return tuple(
        one
        for one in obliges.each
        if not one.called
        and one.concerns(organisation.kind, organisation.managing_level)
        and (one.code in taken or _was_there(organisation, deadlines.get(one.deadline)))
    )


def stands(organisation: Organisation, on: date) -> bool:
    """Whether the organisation exists on that day."""
    begun = organisation.valid_from is None or organisation.valid_from <= on
    return begun and (organisation.valid_to is None or on <= organisation.valid_to)


def _was_there(organisation: Organisation, dated: Deadline | None) -> bool:
    if organisation.valid_from is None or dated is None or dated.due is None:
        return True
    return organisation.valid_from <= last_day(dated.due)


def heir_of(organisation: Organisation, known: Mapping[str, Organisation], on: date) -> Organisation | None:
    """Who took over the duties of a body that is no more, over as many steps as it takes; None for nobody."""
    seen: set[str] = set()
    heir: Organisation | None = organisation
    while heir is not None and not stands(heir, on) and heir.id not in seen:
        seen.add(heir.id)
        heir = known.get(heir.successor_id or "")
    return heir if heir is not None and heir.id != organisation.id and stands(heir, on) else None


def receiver_of(organisation: Organisation, known: Mapping[str, Organisation], on: date) -> Organisation | None:
    """The body that receives what the organisation hands in, by the tree of that day (seeds.md 2.1, 3(g)).

    A commune's organisations report to the commune; a commune to the district it lies in, while there is one, else to
    the province; what the province manages, and a district, to the province.
    """
    commune = known.get(organisation.commune_id or "")
    if commune is not None and commune.id != organisation.id and organisation.managing_level == COMMUNE:
        return commune
    above = known.get(organisation.parent_id or "")
    if organisation.id == organisation.commune_id and above is not None and stands(above, on):
        return above
    return known.get(organisation.province_id)
