"""The quantitative targets as of a day: numerator, denominator, verdict, and the dossiers and documents behind them.

Figures of reports are those of each organisation's newest report handed in by that day; results are the ledger's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Actor, Role
from workflow.domain.calendars import day_end
from workflow.domain.errors import NotAllowed, NotFound
from workflow.domain.guards.attempt import UnitFact
from workflow.domain.kinds import DossierKind
from workflow.domain.targets import Behind, Measured, Reading, Target, none_happened, reduced, weighed
from workflow.queries.communes import communes_of
from workflow.queries.consolidation import documents_of, happenings_of, proof_of
from workflow.queries.moment import Moment
from workflow.queries.obligations import ObligationLine, lines_in
from workflow.queries.roll_demands import demand_figures
from workflow.queries.scope import me, only_role
from workflow.queries.target_rows import MEETINGS, PLACES, RESULTS, dossiers
from workflow.storage import codec
from workflow.storage.database import Database
from workflow.storage.statements import SqlConnection
from workflow.storage.units import units_of


@dataclass(frozen=True, slots=True)
class TargetSheet:
    """Every target of a cycle as of a day, for one commune or (``commune_id`` None) the province."""

    cycle: int
    as_of: date
    commune_id: str | None
    targets: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class _Report:
    """One organisation's newest report with its figures."""

    line: ObligationLine
    document: Mapping[str, object]
    proof: str

    def figure(self, code: str) -> int | None:
        value = self.document.get(code)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def behind(self, value: int) -> Behind:
        return Behind(self.line.subject, value, dossier_id=self.line.dossier_id, proof=self.proof)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the measures read, gathered once."""

    db: Database
    connection: SqlConnection
    actor: Actor
    kinds: Mapping[str, DossierKind]
    cycle: int
    on: date
    place: str | None
    communes: Mapping[str, str]
    lines: tuple[ObligationLine, ...]
    reports: tuple[_Report, ...]
    happenings: tuple[tuple[str, Behind], ...]

    @property
    def until(self) -> int:
        """The first microsecond after the day."""
        return codec.micros(day_end(self.on))

    def is_here(self, commune_id: str | None) -> bool:
        """Whether a commune is the one asked about, or any."""
        return self.place is None or commune_id == self.place


def target_sheet(
    db: Database,
    actor: Actor,
    targets: Sequence[Target],
    kinds: Mapping[str, DossierKind],
    reporting: DossierKind | None,
    moment: Moment,
    *,
    cycle: int,
    on: date,
    commune_id: str | None = None,
) -> TargetSheet:
    """Every target as of the end of a day. A commune sees itself, the province one commune or all of them.

    ``reporting``: the kind whose papers carry the figures. Raises NotAllowed (``report_reader``), NotFound
    (``organisation_not_found``).
    """
    place = _place(actor, commune_id)
    with db.snapshot() as connection:
        communes = {one.id: one.name for one in communes_of(connection, actor.province_id, on=on)}
        if place is not None and place not in communes:
            raise NotFound("organisation_not_found")
        facts = _Facts(db, connection, actor, kinds, cycle, on, place, communes, (), (), ())
        if reporting is not None:
            facts = _with_reports(facts, reporting, moment)
        measured = tuple(_MEASURES[target.by](target, facts) for target in targets)
    return TargetSheet(cycle, on, place, measured)


def _place(actor: Actor, commune_id: str | None) -> str | None:
    if actor.role in COMMUNE_ROLES:
        if commune_id not in {None, actor.commune_id}:
            raise NotFound("organisation_not_found")
        return actor.commune_id or ""
    if actor.role in PROVINCE_ROLES:
        return commune_id
    raise NotAllowed("report_reader", role=actor.role)


def _with_reports(facts: _Facts, kind: DossierKind, moment: Moment) -> _Facts:
    """With the newest report of every organisation that was handed in by the day."""
    if kind.obliges is None:
        return facts
    end = day_end(facts.on)
    lines = lines_in(
        facts.connection, facts.actor, kind, kind.obliges, moment, cycle=facts.cycle, commune_id=facts.place
    )
    by_then = [line for line in lines if line.filed_at is not None and line.filed_at < end]
    documents = documents_of(facts.connection, by_then)
    newest: dict[str, ObligationLine] = {}
    for line in sorted(by_then, key=lambda one: (one.filed_at or end, one.number)):
        document = documents.get(line.paper_id or "", {})
        if any(isinstance(value, int) and name != "cycle" for name, value in document.items()):
            newest[line.subject_id] = line
    field = kind.obliges.proof
    reports = [
        _Report(line, found := documents[line.paper_id or ""], proof_of(found, field)) for line in newest.values()
    ]
    told = happenings_of(list(newest.values()), documents, kind.obliges.happenings)
    events = tuple((f"{one.on:%d/%m/%Y} {one.what}", Behind(one.line.subject, 1, one.line.dossier_id)) for one in told)
    reports.sort(key=lambda one: one.line.subject)
    return replace(facts, lines=lines, reports=tuple(reports), happenings=events)


def _silent(facts: _Facts, subject_kinds: Iterable[str]) -> tuple[Behind, ...]:
    """Organisations of these kinds that owe a report and handed in none with figures, by name."""
    told, wanted = {report.line.subject_id for report in facts.reports}, set(subject_kinds)
    silent = {
        line.subject_id: Behind(line.subject, 0, dossier_id=line.dossier_id)
        for line in facts.lines
        if line.subject_kind in wanted and line.subject_id not in told
    }
    return tuple(sorted(silent.values(), key=lambda one: one.name))


def _kinds_telling(facts: _Facts, *figures: str) -> set[str]:
    """Kinds of subjects of whom some report carries one of these figures."""
    return {
        report.line.subject_kind for report in facts.reports if any(report.figure(code) is not None for code in figures)
    }


# --- measures of reports --------------------------------------------------------------------------


def _ratio(target: Target, facts: _Facts) -> Measured:
    of, out_of = str(target.measure["of"]), str(target.measure["out_of"])
    base = [report for report in facts.reports if report.figure(out_of)]
    counted = [
        report
        for report in base
        if report.figure(of) is not None and (report.proof or not target.measure.get("proved"))
    ]
    reading = Reading(
        sum(report.figure(of) or 0 for report in counted),
        sum(report.figure(out_of) or 0 for report in base),
        tuple(report.behind(report.figure(of) or 0) for report in counted),
    )
    lacking = tuple(report.behind(0) for report in base if report not in counted)
    return weighed(target, reading, lacking=lacking, missing=_silent(facts, _kinds_telling(facts, of, out_of)))


def _proved(target: Target, facts: _Facts) -> Measured:
    figures = _texts(target.measure["figures"])
    told = [report for report in facts.reports if any(report.figure(code) is not None for code in figures)]
    proved = [report for report in told if report.proof]
    reading = Reading(len(proved), len(told), tuple(report.behind(1) for report in proved))
    return weighed(target, reading, lacking=tuple(report.behind(0) for report in told if not report.proof))


def _reduction(target: Target, facts: _Facts) -> Measured:
    now, before = str(target.measure["now"]), str(target.measure["before"])
    told = [one for one in facts.reports if one.figure(now) is not None and one.figure(before) is not None]
    return reduced(
        target,
        sum(one.figure(now) or 0 for one in told),
        sum(one.figure(before) or 0 for one in told),
        tuple(one.behind(one.figure(now) or 0) for one in told),
        _silent(facts, _kinds_telling(facts, now, before)),
    )


def _none(target: Target, facts: _Facts) -> Measured:
    figures = _texts(target.measure["figures"])
    told = [report for report in facts.reports if any(report.figure(code) is not None for code in figures)]
    behind = tuple(report.behind(sum(report.figure(code) or 0 for code in figures)) for report in told)
    guilty = tuple(one for one in behind if one.value)
    events = facts.happenings if guilty else ()
    return none_happened(target, guilty, len(told), events, _silent(facts, _kinds_telling(facts, *figures)))


def _handed_in(target: Target, facts: _Facts) -> Measured:
    end = day_end(facts.on)
    came = [line for line in facts.lines if line.filed_at is not None and line.filed_at < end]
    late = [line for line in facts.lines if line.is_missing and line.due is not None and line.due <= end]
    due = [*came, *late]
    lacking = tuple(
        Behind(f"{x.subject}: {x.obligation.label}", 0, dossier_id=x.dossier_id) for x in due if x not in came
    )
    behind = tuple(Behind(f"{x.subject}: {x.obligation.label}", 1, dossier_id=x.dossier_id) for x in came)
    return weighed(target, Reading(len(came), len(due), behind), lacking=lacking)


# --- measures of the ledger and of dossiers -------------------------------------------------------


def _results(target: Target, facts: _Facts) -> Measured:
    kind = facts.kinds.get(str(target.measure["kind"]))
    if kind is None:
        return weighed(target, Reading(0, 0))
    units = _units(kind, facts)
    any_of, within = _texts(target.measure.get("any_of", ())), _texts(target.measure.get("also_within", ()))
    base = [unit for unit in units if unit.registered or target.measure["base"] == "units"]
    readings = [_counted(base, any_of)]
    if within:
        readings.append(_counted([unit for unit in units if unit.result in within], any_of))
    there = {unit.id for unit in base if _holds(unit, any_of)}
    lacking = tuple(Behind(unit.name, 0, entry_id=unit.entry) for unit in base if unit.id not in there)
    return weighed(target, *readings, lacking=lacking)


def _demand(target: Target, facts: _Facts) -> Measured:
    """What the roll of a kind asks of every unit or dossier in the year, as the place sees it."""
    kind, code = facts.kinds.get(str(target.measure["kind"])), target.measure["demand"]
    reader = facts.actor
    if facts.place is not None and reader.role not in COMMUNE_ROLES:
        reader = replace(reader, role=Role.COMMUNE_POLICE, commune_id=facts.place)
    asked = demand_figures(facts.db, reader, kind, cycle=facts.cycle) if kind is not None else ()
    figure = next((one for one in asked if one.demand.code == code), None)
    if figure is None:
        return weighed(target, Reading(0, 0))
    lacking = (Behind(f"{one.name}: {', '.join(one.missing)}", 0, dossier_id=one.dossier_id) for one in figure.lacking)
    return weighed(target, Reading(figure.met, figure.of), lacking=tuple(lacking))


def _units(kind: DossierKind, facts: _Facts) -> list[UnitFact]:
    places = [code for code in facts.communes if facts.is_here(code)]
    return [
        unit
        for place in places
        for unit in units_of(facts.connection, kind, commune_id=place, cycle=facts.cycle, on=facts.on)
    ]


def _holds(unit: UnitFact, any_of: Sequence[str]) -> bool:
    return unit.result in any_of if any_of else unit.registered


def _counted(base: Sequence[UnitFact], any_of: Sequence[str]) -> Reading:
    held = [unit for unit in base if _holds(unit, any_of)]
    return Reading(len(held), len(base), tuple(Behind(unit.name, 1, entry_id=unit.entry) for unit in held))


def _backed(target: Target, facts: _Facts) -> Measured:
    """Those who hold a result, out of whom those who also hold the results it rests on."""
    asked = _mappings(target.measure["with"])
    kind, any_of = str(target.measure["kind"]), _texts(target.measure["any_of"])
    years = [facts.cycle + int(str(item["year"])) for item in asked]
    kinds = sorted({kind, *(str(item["kind"]) for item in asked)})
    rows = facts.connection.all(
        RESULTS,
        province=facts.actor.province_id,
        kinds=kinds,
        first=min([facts.cycle, *years]),
        last=facts.cycle,
        until=facts.until,
        day=codec.day_text(facts.on),
    )
    held = {(subject, of, cycle, result) for _id, subject, _name, of, cycle, result, _no, _at in rows}
    owners = {
        subject: Behind(name or subject, 1, entry_id=entry)
        for entry, subject, name, of, cycle, result, _no, at in rows
        if (of, cycle) == (kind, facts.cycle) and result in any_of and facts.is_here(at)
    }

    def backed(subject: str) -> bool:
        return all(
            any((subject, str(item["kind"]), year, result) in held for result in _texts(item["any_of"]))
            for item, year in zip(asked, years, strict=True)
        )

    good = tuple(one for subject, one in owners.items() if backed(subject))
    lacking = tuple(replace(one, value=0) for subject, one in owners.items() if not backed(subject))
    return weighed(target, Reading(len(good), len(owners), good), lacking=lacking)


def _meetings(target: Target, facts: _Facts) -> Measured:
    rows = facts.connection.all(
        MEETINGS,
        province=facts.actor.province_id,
        kind=str(target.measure["kind"]),
        cycle=facts.cycle,
        trigger=str(target.measure["trigger"]),
        until=facts.until,
    )
    held = {place: count for place, count in rows if facts.is_here(place)}
    most = int(str(target.measure["most"]))
    named = {place: Behind(facts.communes.get(place, place), count) for place, count in held.items()}
    kept = tuple(one for one in named.values() if one.value <= most)
    return weighed(
        target,
        Reading(len(kept), len(held), kept),
        lacking=tuple(one for one in named.values() if one.value > most),
    )


def _passed(target: Target, facts: _Facts) -> Measured:
    kind = str(target.measure["kind"])
    trigger, choice = str(target.measure["trigger"]), target.measure.get("choice")
    rows = facts.connection.all(
        dossiers(only_role(facts.actor)), **me(facts.actor), kind=kind, cycle=facts.cycle, until=facts.until
    )
    here = [(dossier_id, name or "", body) for dossier_id, name, at, body in rows if facts.is_here(at)]
    passed = [
        Behind(name, 1, dossier_id=dossier_id)
        for dossier_id, name, body in here
        if any(
            step.trigger == trigger and choice in (None, step.choice) and step.at < day_end(facts.on)
            for step in codec.unpack_dossier(body).steps
        )
    ]
    return weighed(target, Reading(len(passed), len(here), tuple(passed)))


def _places(target: Target, facts: _Facts) -> Measured:
    rows = facts.connection.all(
        PLACES,
        province=facts.actor.province_id,
        kinds=sorted(_texts(target.measure["subject_kinds"])),
        day=codec.day_text(facts.on),
    )
    here = tuple(Behind(name) for _id, name, at in rows if facts.is_here(at))
    return weighed(target, Reading(len(here), len(here), here))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _mappings(value: object) -> tuple[Mapping[str, object], ...]:
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, list | tuple) else ()


_MEASURES: Mapping[str, Callable[[Target, _Facts], Measured]] = {
    "backed": _backed,
    "demand": _demand,
    "handed_in": _handed_in,
    "meetings": _meetings,
    "none": _none,
    "passed": _passed,
    "places": _places,
    "proved": _proved,
    "ratio": _ratio,
    "reduction": _reduction,
    "results": _results,
}
