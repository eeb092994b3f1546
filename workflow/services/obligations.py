"""What organisations owe in every cycle: opened by the system, passed on to successors, called for by a receiver.

Every part can be done twice and equals once: an obligation of a cycle that a dossier of the organisation answers is
never opened again, and what was left undone by a crash is done by the next sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Answering, Organisation
from workflow.domain.calendars import local_day
from workflow.domain.deadlines import Deadline
from workflow.domain.dossier import Dossier
from workflow.domain.errors import InvalidInput, NotAllowed, NotFound
from workflow.domain.events import SignedPaper
from workflow.domain.kinds import DossierKind, Meaning
from workflow.domain.obligation_rules import MARK, Obligation, Obliges
from workflow.domain.obligations import COMMUNE, heir_of, owed_by, stands
from workflow.domain.turn import redated
from workflow.services.dossiers import DossierService
from workflow.services.effects import end_by_system, open_by_system
from workflow.services.engine import Engine
from workflow.services.facts import gather
from workflow.services.inputs import PaperInput
from workflow.services.ports import UnitOfWork
from workflow.services.together import together

CHUNK = 100
"""Organisations for which obligations are opened in one transaction."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling did: obligations opened, passed on to a successor or another commune, turns dated anew."""

    opened: int = 0
    passed: int = 0
    dated: int = 0


@dataclass(frozen=True, slots=True)
class Called:
    """A report that was called for: whose, and under which number."""

    dossier_id: str
    number: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class _Year:
    """One open cycle of a kind that obliges, with everybody in the province whom it may concern."""

    kind: DossierKind
    obliges: Obliges
    province_id: str
    cycle: int
    known: Mapping[str, Organisation]
    deadlines: Mapping[str, Deadline]

    def owed(self, organisation: Organisation, at: datetime, inherited: Iterable[str] = ()) -> tuple[Obligation, ...]:
        """What the organisation owes at this instant."""
        return owed_by(self.obliges, organisation, self.deadlines, on=local_day(at), inherited=inherited)


def settle_obligations(engine: Engine, province_id: str) -> Settled:
    """Open, pass on and date what is owed in every open cycle of the province. Twice equals once."""
    total = Settled()
    with engine.reading() as uow:
        years = list(_years(engine, uow, province_id, engine.clock.now()))
    for year in years:
        passed = _pass_on(engine, year)
        opened = sum(_open(engine, year, chunk) for chunk in _chunks(year, engine.clock.now()))
        total = Settled(total.opened + opened, total.passed + passed, total.dated + date_turns(engine, year))
    return total


def _years(engine: Engine, uow: UnitOfWork, province_id: str, at: datetime) -> Iterator[_Year]:
    for kind in engine.catalogue.kinds():
        newest = engine.catalogue.newest(kind.code, province_id=province_id, on=local_day(at))
        if newest.obliges is None:
            continue
        known = {one.id: one for one in uow.organisations.of_province(province_id, newest.subject_kinds)}
        for row in uow.books.cycles(province_id):
            if row.kind == newest.code and row.closed_at is None:
                dates = uow.books.deadlines(province_id, newest.code, row.cycle)
                yield _Year(newest, newest.obliges, province_id, row.cycle, known, dates)


def _chunks(year: _Year, at: datetime) -> Iterator[list[Organisation]]:
    """Those who owe something now, a few at a time."""
    owing = [one for one in year.known.values() if year.owed(one, at)]
    for start in range(0, len(owing), CHUNK):
        yield owing[start : start + CHUNK]


def _open(engine: Engine, year: _Year, organisations: Sequence[Organisation]) -> int:
    with engine.uow() as uow:
        uow.journal.hold_books(year.province_id)
        at = engine.clock.now()
        answered = _answered(uow, year)
        count = 0
        for organisation in organisations:
            for obligation in year.owed(organisation, at):
                if (organisation.id, _place(organisation), obligation.code) not in answered:
                    open_by_system(engine, uow, year.kind, _blank(year, organisation, obligation.code), at)
                    count += 1
        uow.commit()
    return count


def _answered(uow: UnitOfWork, year: _Year) -> set[tuple[str, str, str]]:
    rows = uow.dossiers.answering(province_id=year.province_id, kind=year.kind.code, cycle=year.cycle)
    return {(row.subject_id, row.commune_id, row.origin_id) for row in rows}


def _place(organisation: Organisation) -> str:
    return organisation.commune_id or organisation.id


def _blank(year: _Year, organisation: Organisation, origin_id: str) -> Dossier:
    place = _place(organisation)
    own = organisation.id == place
    return Dossier(
        subject_id=organisation.id,
        subject_kind=organisation.kind,
        commune_id=place,
        province_id=year.province_id,
        cycle=year.cycle,
        own=own,
        self_judged=own,
        origin_id=origin_id,
    )


# --- successors -----------------------------------------------------------------------------------


def _pass_on(engine: Engine, year: _Year) -> int:
    """End what a dissolved body still owes, or a unit owes where it no longer is, and open it where it belongs."""
    with engine.uow() as uow:
        uow.journal.hold_books(year.province_id)
        at = engine.clock.now()
        rows = uow.dossiers.answering(province_id=year.province_id, kind=year.kind.code, cycle=year.cycle)
        unfinished = year.kind.states_meaning(Meaning.OPEN, Meaning.RETURNED)
        strayed = [row for row in rows if row.state in unfinished and _strayed(year, row, at)]
        count = sum(_pass(engine, uow, year, row, at) for row in strayed)
        uow.commit()
    return count


def _strayed(year: _Year, row: Answering, at: datetime) -> bool:
    organisation = year.known.get(row.subject_id)
    gone = organisation is None or not stands(organisation, local_day(at))
    return gone or (organisation is not None and _place(organisation) != row.commune_id)


def _pass(engine: Engine, uow: UnitOfWork, year: _Year, row: Answering, at: datetime) -> int:
    if not end_by_system(engine, uow, row.id, at):
        return 0
    organisation = year.known.get(row.subject_id)
    if organisation is None:
        return 1
    heir = organisation if stands(organisation, local_day(at)) else heir_of(organisation, year.known, local_day(at))
    if heir is None or (heir.id, _place(heir), row.origin_id) in _answered(uow, year):
        return 1
    if row.origin_id in {one.code for one in year.owed(heir, at, [row.origin_id])}:
        open_by_system(engine, uow, year.kind, _blank(year, heir, row.origin_id), at)
    return 1


# --- dates ----------------------------------------------------------------------------------------


def date_turns(engine: Engine, year: _Year) -> int:
    """Turns that go by a date the province changed meanwhile, dated anew; how many."""
    states = frozenset(code for code, state in year.kind.states.items() if state.due_by is not None)
    with engine.reading() as uow:
        ids = uow.dossiers.ids_where(province_id=year.province_id, kind=year.kind.code, cycle=year.cycle, states=states)
        at = engine.clock.now()
        changed = [dossier_id for dossier_id in ids if _redate(engine, uow, dossier_id, at, keep=False)]
    for start in range(0, len(changed), CHUNK):
        with engine.uow() as uow:
            at = engine.clock.now()
            for dossier_id in changed[start : start + CHUNK]:
                _redate(engine, uow, dossier_id, at, keep=True)
            uow.commit()
    return len(changed)


def _redate(engine: Engine, uow: UnitOfWork, dossier_id: str, at: datetime, *, keep: bool) -> bool:
    dossier = uow.dossiers.get(dossier_id)
    kind = engine.kind_of(dossier, at)
    actor = system_actor(dossier.province_id)
    books = gather(engine, uow, kind, dossier, moves=())
    event = redated(kind, dossier, books, at=at, person_id=actor.person_id, role=actor.role)
    if event is not None and keep:
        engine.keep(uow, dossier, kind, [event], actor)
    return event is not None


# --- calls ----------------------------------------------------------------------------------------


class ObligationService:
    """A receiver calls for a report that no plan names; the system opens one for each that is asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def settle(self, province_id: str) -> Settled:
        """What ``settle_obligations`` does, for a province."""
        return settle_obligations(self._engine, province_id)

    def call(
        self,
        actor: Actor,
        *,
        kind_code: str,
        cycle: int,
        subject_ids: Sequence[str],
        paper: PaperInput,
        signed: SignedPaper | None = None,
        key: str | None = None,
    ) -> tuple[Called, ...]:
        """Call for a report from every one of these organisations by one paper that says until when.

        The commune police asks the organisations of its commune, the provincial police communes and what the province
        manages. Raises ``NotFound`` (kind without calls, cycle, organisation), ``NotAllowed`` (``call_role``),
        ``InvalidInput`` (``call_nobody``, ``call_past``), ``InvalidDocument``.
        """
        request = [
            "call",
            kind_code,
            cycle,
            list(subject_ids),
            paper.raw.decode(errors="replace"),
            signed and asdict(signed),
        ]

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            made = self._call(uow, actor, kind_code, cycle, subject_ids, paper, signed, at)
            return {"called": [[one.dossier_id, one.number, one.subject_id] for one in made]}

        answer = self._engine.once(actor, key, request, work, books=actor.province_id)["called"]
        return tuple(Called(*row) for row in answer) if isinstance(answer, list) else ()

    def _call(
        self,
        uow: UnitOfWork,
        actor: Actor,
        kind_code: str,
        cycle: int,
        subject_ids: Sequence[str],
        paper: PaperInput,
        signed: SignedPaper | None,
        at: datetime,
    ) -> list[Called]:
        year = self._year(uow, actor, kind_code, cycle, at)
        obligation = next((one for one in year.obliges.each if one.called), None)
        if obligation is None:
            raise NotFound("call_unknown", kind=year.kind.short_label)
        if not subject_ids:
            raise InvalidInput("call_nobody")
        self._check_due(year, paper, at)
        dossiers = DossierService(together(self._engine, uow, at))
        origin = f"{obligation.code}{MARK}{self._engine.new_id()}"
        made = []
        for subject_id in dict.fromkeys(subject_ids):
            subject = year.known.get(subject_id)
            if subject is None or not stands(subject, local_day(at)):
                raise NotFound("organisation_not_found", organisation=subject_id)
            check_may_call(actor, subject, connected=uow.books.settings(actor.province_id).connected)
            if not obligation.concerns(subject.kind, subject.managing_level):
                raise NotFound("organisation_not_found", organisation=subject_id)
            opened = open_by_system(self._engine, uow, year.kind, _blank(year, subject, origin), at)
            receipt = dossiers.file_paper(actor, opened, year.obliges.call, paper, seen_version=1, signed=signed)
            made.append(Called(opened, receipt.number, subject_id))
        return made

    def _year(self, uow: UnitOfWork, actor: Actor, kind_code: str, cycle: int, at: datetime) -> _Year:
        found = _years(self._engine, uow, actor.province_id, at)
        year = next((one for one in found if (one.kind.code, one.cycle) == (kind_code, cycle)), None)
        if year is None:
            raise NotFound("cycle_not_found", cycle=cycle)
        return year

    def _check_due(self, year: _Year, paper: PaperInput, at: datetime) -> None:
        rule = year.kind.attachments[year.obliges.call]
        due = self._engine.papers.validate(rule.schema_id, paper.raw).get("due")
        if isinstance(due, str) and due < local_day(at).isoformat():
            raise InvalidInput("call_past", due=due)


def check_may_call(actor: Actor, subject: Organisation, *, connected: bool) -> None:
    """Raises ``NotAllowed`` unless the actor receives what this organisation hands in."""
    of_commune = subject.managing_level == COMMUNE and subject.id != subject.commune_id
    covers = actor.covers(subject_id=subject.id, commune_id=_place(subject), province_id=subject.province_id)
    if not covers:
        raise NotFound("organisation_not_found", organisation=subject.id)
    if of_commune and actor.role is Role.COMMUNE_POLICE:
        return
    if not of_commune and (actor.role is Role.PROVINCE_POLICE or (actor.role is Role.COMMUNE_POLICE and not connected)):
        return
    raise NotAllowed("call_role", role=actor.role)
