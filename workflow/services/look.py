"""One look at one dossier, of one moment: where it stands, every move with what stands against it, papers, drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from workflow.domain import desk, lifecycle
from workflow.domain.actors import Actor, Role
from workflow.domain.books import Organisation
from workflow.domain.calendars import local_day
from workflow.domain.deadlines import Deadline, Verdict, resolve
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound, TransitionRefused
from workflow.domain.events import SignedPaper, TextRef
from workflow.domain.filing import filing_refusals
from workflow.domain.guards import Books, Refusal
from workflow.domain.guards.scope import is_elsewhere
from workflow.domain.guards.time import code_for, verdict_for
from workflow.domain.kinds import DossierKind, Transition
from workflow.domain.lifecycle import Option
from workflow.domain.notes import keeps_internal
from workflow.domain.opening import opening_refusals
from workflow.domain.shared_papers import part_of
from workflow.services.awards import RoundChoice, round_for
from workflow.services.dossiers import FilingOption
from workflow.services.engine import Engine
from workflow.services.facts import gather
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Draft:
    """An unfinished paper: when it was saved and what stands in it."""

    at: datetime
    document: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Desk:
    """What moves nothing. ``hold``, ``lift``: what stands against them beside what they themselves must bring.

    ``correctable``: places of the steps whose paper this actor may correct.
    """

    hold: tuple[Refusal, ...] = ()
    lift: tuple[Refusal, ...] = ()
    correctable: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Look:
    """A dossier as one actor sees it at ``at``. ``moves``, ``papers``: what could be done, with all refusals.

    ``hidden``: codes of papers that officers keep among themselves and this actor does not see. ``forward``: the next
    step of the straight path, ``verdict`` how its date looks at this dossier, ``figures`` the window for evidence.
    """

    dossier: Dossier
    kind: DossierKind
    at: datetime
    books: Books
    moves: tuple[Option, ...]
    papers: tuple[FilingOption, ...]
    drafts: Mapping[str, Draft] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    forward: Transition | None = None
    verdict: Verdict | None = None
    figures: Deadline | None = None
    desk: Desk = field(default_factory=Desk)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What stands against beginning a dossier of a kind for a subject, beside the signed paper the form asks for.

    ``first``: the first step; ``verdict``: how its date looks at the subject, None where it has none or no year is
    open.
    """

    kind: DossierKind
    subject: Organisation
    refusals: tuple[Refusal, ...]
    first: Transition | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class DossierSight:
    """One dossier within an actor's sight. ``hidden``: codes of filed papers that this actor does not see."""

    dossier_id: str
    commune_id: str
    hidden: frozenset[str]


class LookService:
    """Looking changes nothing and waits for no writer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def look(self, actor: Actor, dossier_id: str) -> Look:
        """The dossier with everything the actor could do. Raises ``NotFound`` for one out of sight."""
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            dossier, kind = self._engine.load(uow, actor, dossier_id, at)
            books = gather(
                self._engine, uow, kind, dossier, moves=kind.from_state(dossier.state), criteria=bool(kind.criteria)
            )
            hidden = _hidden(kind, dossier, actor)
            moves = lifecycle.available(kind, dossier, actor, at=at, books=books)
            ahead = [option for option in moves if option.transition.forward]
            onward = [option for option in ahead if not is_elsewhere(option.weighed)] or ahead
            forward = onward[0].transition if onward else None
            return Look(
                dossier=dossier,
                kind=kind,
                at=at,
                books=books,
                moves=moves,
                papers=tuple(
                    FilingOption(rule, filing_refusals(kind, dossier, rule, actor, books=books, files=("",)))
                    for rule in kind.attachments.values()
                    if not rule.by_act and rule.code not in hidden and rule.belongs_to(dossier)
                ),
                drafts=_drafts(uow, kind, dossier, hidden, actor),
                hidden=hidden,
                forward=forward,
                verdict=_verdict(dossier, books, forward, at),
                figures=_figures(kind, dossier, books, at),
                desk=_desk(kind, dossier, actor, at, books),
            )

    def beginning(
        self, actor: Actor, *, kind_code: str, subject_id: str, cycle: int, award: RoundChoice | None = None
    ) -> Beginning:
        """What stands against this actor beginning a dossier now. Raises ``NotFound`` for what is out of sight."""
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            subject = uow.organisations.get(subject_id)
            commune_id = subject.commune_id or subject.id
            if not actor.covers(subject_id=subject.id, commune_id=commune_id, province_id=subject.province_id):
                raise NotFound("organisation_not_found")
            kind = self._engine.catalogue.newest(kind_code, province_id=subject.province_id, on=local_day(at))
            offices = {office.id for office in uow.organisations.offices_of(commune_id)}
            award_round = (
                round_for(self._engine, uow, kind, uow.organisations.get(commune_id), cycle, award) if award else None
            )
            blank = Dossier(
                kind=kind.code,
                subject_id=subject.id,
                subject_kind=subject.kind,
                commune_id=commune_id,
                province_id=subject.province_id,
                cycle=cycle,
                own=subject.id == commune_id,
                self_judged=subject.id == commune_id or subject.id in offices,
                state=kind.initial,
                origin_id=award_round.id if award_round is not None else None,
            )
            first = next((t for t in kind.from_state(kind.initial) if t.forward and t.applies.to(own=blank.own)), None)
            books = gather(
                self._engine, uow, kind, blank, moves=(first,) if first is not None else (), award_round=award_round
            )
            return Beginning(
                kind,
                subject,
                opening_refusals(kind, blank, actor, at=at, books=books, for_unit=_PAPER),
                first,
                _verdict(blank, books, first, at),
            )

    def sights(self, actor: Actor, dossier_ids: Iterable[str]) -> tuple[DossierSight, ...]:
        """What of these dossiers the actor does not see. Raises ``NotFound`` for one out of sight."""
        found = []
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            for dossier_id in dossier_ids:
                dossier, kind = self._engine.load(uow, actor, dossier_id, at)
                filed = {item.paper.code for item in dossier.papers}
                hidden = _hidden(kind, dossier, actor) & filed
                found.append(DossierSight(dossier.id, dossier.commune_id, hidden))
        return tuple(found)

    def document(self, actor: Actor, dossier_id: str, paper_id: str) -> dict[str, object]:
        """What stands in one filed version. Raises ``NotFound`` for a paper that is not of this dossier."""
        return self.documents(actor, dossier_id, (paper_id,))[paper_id]

    def documents(self, actor: Actor, dossier_id: str, paper_ids: tuple[str, ...]) -> dict[str, dict[str, object]]:
        """What stands in filed versions of one dossier, by id; a unit reads its own part of a paper shared by an act.

        Raises ``NotFound`` as ``document`` does.
        """
        with self._engine.reading() as uow:
            dossier, kind = self._engine.load(uow, actor, dossier_id, self._engine.clock.now())
            hidden = _hidden(kind, dossier, actor)
            known = {filed.paper.id: filed.paper for filed in dossier.papers if filed.paper.code not in hidden}
            found: dict[str, dict[str, object]] = {}
            for paper_id in paper_ids:
                if paper_id not in known:
                    raise NotFound(paper=paper_id)
                whole = uow.papers.document(paper_id)
                shared = actor.role is Role.UNIT and known[paper_id].act_id is not None
                found[paper_id] = part_of(whole, dossier.number) if shared else whole
            return found


_REASON = TextRef("", "")
_PAPER = SignedPaper("-", "-", "-", "-", ("-",))
"""Stand for what a command will bring, so that only what must be cleared before it is left among the refusals."""


def _refused(verb: Callable[[], object]) -> tuple[Refusal, ...]:
    """What a pure verb of the domain would refuse; the events it answers are thrown away."""
    try:
        verb()
    except TransitionRefused as error:
        return error.refusals
    return ()


def _desk(kind: DossierKind, dossier: Dossier, actor: Actor, at: datetime, books: Books) -> Desk:
    seen = dossier.version
    hold = partial(desk.hold, kind, dossier, actor, reason=_REASON, paper=None, seen_version=seen, at=at, books=books)
    lift = partial(desk.lift, kind, dossier, actor, paper=_PAPER, reason=None, seen_version=seen, at=at, books=books)
    correct = partial(
        desk.correct, kind, dossier, actor, reason=_REASON, corrected=None, seen_version=seen, at=at, books=books
    )
    return Desk(
        hold=_refused(hold),
        lift=_refused(lift),
        correctable=frozenset(
            step.seq
            for step in dossier.steps
            if step.from_paper is not None and not _refused(partial(correct, step_seq=step.seq, paper=_PAPER))
        ),
    )


def _hidden(kind: DossierKind, dossier: Dossier, actor: Actor) -> frozenset[str]:
    if keeps_internal(actor, self_judged=dossier.self_judged):
        return frozenset()
    return frozenset(code for code, rule in kind.attachments.items() if rule.internal)


def _drafts(
    uow: UnitOfWork, kind: DossierKind, dossier: Dossier, hidden: frozenset[str], actor: Actor
) -> dict[str, Draft]:
    """Unfinished papers that this role files itself; a draft of another side is nobody else's to read."""
    found: dict[str, Draft] = {}
    for code, rule in kind.attachments.items():
        writers = rule.filed_by | rule.recorders
        kept = uow.papers.draft(dossier_id=dossier.id, code=code) if actor.role in writers or dossier.own else None
        if kept is not None and code not in hidden:
            found[code] = Draft(kept[1], kept[0])
    return found


def _verdict(dossier: Dossier, books: Books, forward: Transition | None, at: datetime) -> Verdict | None:
    if forward is None or forward.deadline is None or code_for(books, forward.deadline) not in books.deadlines:
        return None
    return verdict_for(
        books,
        forward.deadline,
        subject_id=dossier.subject_id,
        commune_id=dossier.commune_id,
        province_id=dossier.province_id,
        at=at,
    )


def _figures(kind: DossierKind, dossier: Dossier, books: Books, at: datetime) -> Deadline | None:
    if kind.figures is None:
        return None
    code = code_for(books, kind.figures)
    if code not in books.deadlines:
        return kind.deadlines[code].for_cycle(dossier.cycle)
    return resolve(
        books.deadlines,
        code,
        books.grants,
        commune_id=dossier.commune_id,
        province_id=dossier.province_id,
        at=at,
    )
