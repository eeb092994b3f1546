"""Use cases on one dossier: open, file a paper, move, explain, hold, lift, correct, rebind."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from workflow.domain import desk, lifecycle
from workflow.domain import events as ev
from workflow.domain.actors import Actor
from workflow.domain.calendars import local_day
from workflow.domain.dossier import Dossier
from workflow.domain.errors import (
    InvalidInput,
    NotFound,
    TransitionNotAvailable,
    TransitionRefused,
)
from workflow.domain.filing import file_paper, filing_refusals
from workflow.domain.guards import Refusal, Supplied, Weighed
from workflow.domain.kinds import AttachmentRule, DossierKind
from workflow.domain.lifecycle import Command, Option
from workflow.domain.opening import open_dossier
from workflow.services.awards import RoundChoice, round_for
from workflow.services.effects import settle
from workflow.services.engine import Engine, Receipt, fresh_number
from workflow.services.facts import gather
from workflow.services.inputs import (
    MoveInput,
    PaperInput,
    check_draft,
    check_files,
    check_sent,
    keep_items,
    keep_reason,
    read_papers,
    reference,
    signed_by_act,
)
from workflow.services.inspecting import elsewhere_of, findings_of, read_ahead, refuse, refuse_scans
from workflow.services.ports import UnitOfWork
from workflow.services.rolls import check_links, keep_roll, keep_supplied

ANY_SIGNED = ev.SignedPaper("", "", "", "", ("",))
"""Stands for a signed paper that is still to come: who may file a paper may leave it unfinished."""


@dataclass(frozen=True, slots=True)
class FilingOption:
    """A paper of the kind and whether this actor could file it now."""

    rule: AttachmentRule
    refusals: tuple[Refusal, ...]


class DossierService:
    """One public method, one transaction. Moves of many dossiers by one paper are ``acts.ActService``'s."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(
        self,
        actor: Actor,
        *,
        kind_code: str,
        subject_id: str,
        cycle: int,
        for_unit: ev.SignedPaper | None = None,
        award: RoundChoice | None = None,
        key: str | None = None,
    ) -> Receipt:
        """Begin a draft for a subject; ``award`` says of an award its form, and whether it is an unexpected one.

        Raises ``NotFound`` for a kind or subject unknown or out of jurisdiction, ``TransitionRefused`` when the
        window is not open, the subject's kind is not taken or another dossier stands; what ``round_for`` raises.
        """
        request = ["open", kind_code, subject_id, cycle, for_unit and asdict(for_unit)]
        request += [asdict(award)] if award is not None else []

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            return self._open(uow, actor, kind_code, subject_id, cycle, for_unit, award, at).as_answer()

        return Receipt.from_answer(self._engine.once(actor, key, request, work))

    def _open(
        self,
        uow: UnitOfWork,
        actor: Actor,
        kind_code: str,
        subject_id: str,
        cycle: int,
        for_unit: ev.SignedPaper | None,
        award: RoundChoice | None,
        at: datetime,
    ) -> Receipt:
        subject = uow.organisations.get(subject_id)
        commune_id = subject.commune_id or subject.id
        if not actor.covers(subject_id=subject.id, commune_id=commune_id, province_id=subject.province_id):
            raise NotFound("organisation_not_found")
        kind = self._engine.catalogue.newest(kind_code, province_id=subject.province_id, on=local_day(at))
        offices = {office.id for office in uow.organisations.offices_of(commune_id)}
        award_round = round_for(self._engine, uow, kind, uow.organisations.get(commune_id), cycle, award)
        blank = Dossier(
            id=self._engine.new_id(),
            kind=kind.code,
            subject_id=subject.id,
            subject_kind=subject.kind,
            commune_id=commune_id,
            province_id=subject.province_id,
            cycle=cycle,
            own=subject.id == commune_id,
            self_judged=subject.id == commune_id or subject.id in offices,
            origin_id=award_round.id if award_round is not None else None,
        )
        if award_round is not None and award_round.special:
            uow.awards.put_round(award_round)
        first = [t for t in kind.from_state(kind.initial) if t.applies.to(own=blank.own) and t.forward]
        books = gather(self._engine, uow, kind, blank, moves=first)
        blank.number = fresh_number(uow, subject.province_id, kind, cycle)
        event = open_dossier(kind, blank, actor, at=at, books=books, for_unit=for_unit)
        dossier = Dossier.replay([event])
        uow.journal.append(dossier, [event], actor)
        uow.dossiers.add(dossier, kind, self._engine.calendar(uow))
        return _receipt(dossier, uow.journal.number_of(dossier), at)

    def file_paper(
        self,
        actor: Actor,
        dossier_id: str,
        code: str,
        paper: PaperInput,
        *,
        seen_version: int,
        signed: ev.SignedPaper | None = None,
        key: str | None = None,
    ) -> Receipt:
        """File one version of a paper (a document its schema accepts, with its files).

        Raises ``InvalidDocument`` with every fault, ``TransitionRefused``, ``StaleDossier``, ``NotFound``.
        """
        request = [
            "file",
            dossier_id,
            code,
            seen_version,
            paper.raw.decode(errors="replace"),
            [f.digest for f in paper.files],
            signed and asdict(signed),
        ]

        read_ahead(self._engine, paper.files)
        refuse_scans(self._engine, signed)

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            dossier, kind = self._engine.load(uow, actor, dossier_id, at)
            journal = self._file(
                uow, actor, dossier, kind, code, paper, seen_version=seen_version, signed=signed, at=at
            )
            return _receipt(dossier, journal, at).as_answer()

        return Receipt.from_answer(self._engine.once(actor, key, request, work))

    def _file(
        self,
        uow: UnitOfWork,
        actor: Actor,
        dossier: Dossier,
        kind: DossierKind,
        code: str,
        paper: PaperInput,
        *,
        seen_version: int,
        signed: ev.SignedPaper | None,
        at: datetime,
    ) -> int:
        rule = _rule(kind, code)
        document = self._engine.papers.validate(rule.schema_id, paper.raw)
        check_files(rule, paper.files)
        elsewhere = elsewhere_of(uow, paper.files, dossier.id)
        refuse(findings_of(self._engine, rule, paper.files, document, signed=signed, elsewhere=elsewhere))
        check_links(uow, dossier, rule, document)
        ref, content = reference(self._engine, rule, document, paper.files, version=len(dossier.versions(code)) + 1)
        books = gather(self._engine, uow, kind, dossier, moves=(), criteria=rule.scored)
        events = file_paper(
            kind,
            dossier,
            rule,
            ref,
            document,
            actor=actor,
            seen_version=seen_version,
            at=at,
            books=books,
            from_paper=signed,
        )
        uow.papers.add(ref, dossier_id=dossier.id, document=content, files=paper.files, at=at)
        uow.papers.drop_draft(dossier_id=dossier.id, code=code)
        keep_roll(uow, kind, dossier, rule, document, version=ref.version)
        return self._engine.keep(uow, dossier, kind, events, actor)

    def save_draft(self, actor: Actor, dossier_id: str, code: str, document: bytes) -> datetime:
        """Keep an unfinished paper (any JSON object); it is not part of the dossier until it is filed.

        Raises ``TransitionRefused`` when the actor could not file it now, whatever is in it; ``InvalidDocument`` for
        what is no JSON object of at most ``inputs.MAX_DRAFT_BYTES``.
        """
        check_draft(document)
        with self._engine.uow() as uow:
            at = self._engine.clock.now()
            dossier, kind = self._engine.load(uow, actor, dossier_id, at)
            rule = _rule(kind, code)
            books = gather(self._engine, uow, kind, dossier, moves=())
            against = filing_refusals(kind, dossier, rule, actor, books=books, from_paper=ANY_SIGNED, files=("",))
            if against:
                raise TransitionRefused(against, trigger="attach", step=rule.label)
            uow.papers.save_draft(dossier_id=dossier.id, code=code, person_id=actor.person_id, document=document, at=at)
            uow.commit()
            return at

    def perform(self, actor: Actor, dossier_id: str, move: MoveInput, *, key: str | None = None) -> Receipt:
        """Make one move of one dossier. A move that is an act on many goes through ``ActService``.

        Raises ``TransitionRefused`` with every unmet condition, ``StaleDossier``, ``TransitionNotAvailable``,
        ``InvalidDocument``, ``NotFound``.
        """
        request = ["perform", dossier_id, _plain(move)] if key is not None else None
        read_ahead(self._engine, (file for paper in move.papers.values() for file in paper.files))
        refuse_scans(self._engine, move.signed)

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            dossier, kind = self._engine.load(uow, actor, dossier_id, at)
            lifecycle.check_fresh(dossier, move.seen_version)  # first: who was quicker, not "no such step from here"
            command = self.command_of(uow, kind, dossier, move)
            transition = lifecycle.choose(kind, dossier, command)
            if transition.act:
                raise TransitionNotAvailable("move_is_act", trigger=move.trigger, state=dossier.state, choices=())
            return self.move(uow, actor, dossier, kind, command, at).as_answer()

        return Receipt.from_answer(self._engine.once(actor, key, request, work))

    def move(
        self, uow: UnitOfWork, actor: Actor, dossier: Dossier, kind: DossierKind, command: Command, at: datetime
    ) -> Receipt:
        """One move within a transaction that is already open: gather, perform, keep, settle its effects."""
        transition = lifecycle.choose(kind, dossier, command)
        books = gather(self._engine, uow, kind, dossier, moves=(transition,))
        events, warnings = lifecycle.perform_warned(kind, dossier, command, actor, at=at, books=books)
        journal = self._engine.keep(uow, dossier, kind, events, actor)
        keep_supplied(uow, kind, dossier, command.supplied)
        settle(self._engine, uow, kind, dossier, transition, command, at)
        return _receipt(dossier, journal, at, act_id=command.act_id, warnings=warnings)

    def command_of(self, uow: UnitOfWork, kind: DossierKind, dossier: Dossier, move: MoveInput) -> Command:
        """The domain's command behind a door's input: papers validated and kept, words kept as texts."""
        check_sent(move.sent_at, self._engine.clock.now())
        supplied: dict[str, Supplied] = {}
        for code, (rule, document, paper) in read_papers(self._engine, kind, move.trigger, move.papers).items():
            ref, content = reference(self._engine, rule, document, paper.files, version=len(dossier.versions(code)) + 1)
            uow.papers.add(ref, dossier_id=dossier.id, document=content, files=paper.files, at=self._engine.clock.now())
            supplied[code] = Supplied(document, ref)
        return Command(
            trigger=move.trigger,
            seen_version=move.seen_version,
            choice=move.choice,
            supplied=supplied,
            from_paper=move.signed or signed_by_act(kind, move.trigger, supplied),
            reason=keep_reason(uow, move.reason, dossier.id),
            items=keep_items(uow, move.items, dossier.id),
            mode=move.mode,
            redo_to=move.redo_to,
            mend_by=move.mend_by,
            sent_at=move.sent_at,
        )

    def explain(self, actor: Actor, dossier_id: str, move: MoveInput) -> Weighed:
        """Everything that stands against this very move now; empty exactly when ``perform`` would succeed."""
        with self._engine.uow() as uow:  # never committed: papers and texts of the question are not kept
            at = self._engine.clock.now()
            dossier, kind = self._engine.load(uow, actor, dossier_id, at)
            command = self.command_of(uow, kind, dossier, move)
            transition = lifecycle.choose(kind, dossier, command)
            books = gather(self._engine, uow, kind, dossier, moves=(transition,))
            return lifecycle.explain(kind, dossier, command, actor, at=at, books=books)

    def options(self, actor: Actor, dossier_id: str) -> tuple[tuple[Option, ...], tuple[FilingOption, ...]]:
        """Every move that leaves the present state with all that stands against it, and every paper likewise."""
        with self._engine.reading() as uow:
            at = self._engine.clock.now()
            dossier, kind = self._engine.load(uow, actor, dossier_id, at)
            books = gather(self._engine, uow, kind, dossier, moves=kind.from_state(dossier.state))
            moves = lifecycle.available(kind, dossier, actor, at=at, books=books)
            papers = tuple(
                FilingOption(rule, filing_refusals(kind, dossier, rule, actor, books=books, files=("",)))
                for rule in kind.attachments.values()
                if not rule.by_act and rule.belongs_to(dossier)
            )
            return moves, papers

    def hold(
        self,
        actor: Actor,
        dossier_id: str,
        *,
        reason: str | None,
        seen_version: int,
        signed: ev.SignedPaper | None = None,
        key: str | None = None,
    ) -> Receipt:
        """Put the dossier on hold with its reason."""
        request = ["hold", dossier_id, reason, seen_version, signed and asdict(signed)]

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            dossier, kind = self._engine.load(uow, actor, dossier_id, at)
            events = desk.hold(
                kind,
                dossier,
                actor,
                reason=keep_reason(uow, reason, dossier.id),
                paper=signed,
                seen_version=seen_version,
                at=at,
                books=gather(self._engine, uow, kind, dossier, moves=()),
            )
            return _receipt(dossier, self._engine.keep(uow, dossier, kind, events, actor), at).as_answer()

        return Receipt.from_answer(self._engine.once(actor, key, request, work))

    def lift(
        self,
        actor: Actor,
        dossier_id: str,
        *,
        signed: ev.SignedPaper | None,
        seen_version: int,
        reason: str | None = None,
        key: str | None = None,
    ) -> Receipt:
        """Lift the hold with the concluding paper."""
        request = ["lift", dossier_id, reason, seen_version, signed and asdict(signed)]

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            dossier, kind = self._engine.load(uow, actor, dossier_id, at)
            events = desk.lift(
                kind,
                dossier,
                actor,
                paper=signed,
                reason=keep_reason(uow, reason, dossier.id),
                seen_version=seen_version,
                at=at,
                books=gather(self._engine, uow, kind, dossier, moves=()),
            )
            return _receipt(dossier, self._engine.keep(uow, dossier, kind, events, actor), at).as_answer()

        return Receipt.from_answer(self._engine.once(actor, key, request, work))


def _rule(kind: DossierKind, code: str) -> AttachmentRule:
    rule = kind.attachments.get(code)
    if rule is None:
        raise InvalidInput("unknown_paper", paper=code, kind=kind.code)
    return rule


def _receipt(
    dossier: Dossier, journal: int, at: datetime, *, act_id: str | None = None, warnings: tuple[Refusal, ...] = ()
) -> Receipt:
    return Receipt(
        dossier_id=dossier.id,
        number=dossier.number,
        state=dossier.state,
        version=dossier.version,
        journal=journal,
        at=at,
        late=bool(dossier.steps and dossier.steps[-1].seq == dossier.version and dossier.steps[-1].late),
        act_id=act_id,
        warnings=warnings,
    )


def _plain(move: MoveInput) -> dict[str, object]:
    """A move as plain values, for the idempotency digest."""
    return {
        "trigger": move.trigger,
        "seen": move.seen_version,
        "choice": move.choice,
        "papers": {
            code: [paper.raw.decode(errors="replace"), [file.digest for file in paper.files]]
            for code, paper in move.papers.items()
        },
        "signed": move.signed and asdict(move.signed),
        "reason": move.reason,
        "items": [asdict(item) for item in move.items],
        "mode": move.mode,
        "redo": move.redo_to,
        "mend_by": move.mend_by,
        "sent": move.sent_at,
    }
