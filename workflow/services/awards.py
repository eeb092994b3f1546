"""Rounds of awards and their quotas: opened, closed and allotted by whoever the form says (law.md, decision 15)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from workflow.domain.actors import Actor, Role
from workflow.domain.awards import AwardForm, AwardRound, Quota
from workflow.domain.books import BooksEvent, Organisation
from workflow.domain.calendars import local_day
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from workflow.domain.guards.time import was_submitted
from workflow.domain.kinds import DossierKind, Meaning
from workflow.services.award_facts import award_kinds
from workflow.services.effects import end_by_system
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

CHUNK = 200
"""Proposals ended in one transaction when a round closes; a crash in between is finished by the next sweep."""

MOST = 10_000
"""The largest quota."""


@dataclass(frozen=True, slots=True)
class RoundChoice:
    """In which round a proposal is made: the year's end round of a form, or (``special``) one of its own."""

    form: str
    special: bool = False


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A proposal that closing its round would end."""

    dossier_id: str
    number: str
    subject_id: str
    state: str


class AwardService:
    """Opening and closing rounds, allotting quotas."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, actor: Actor, *, form: str, cycle: int, key: str | None = None) -> bool:
        """Open the year's end round of a form for the actor's commune or province; whether it is new.

        Raises ``NotFound`` for an unknown form, ``NotAllowed`` unless the actor allots its quota, ``Conflict`` when
        the round was closed or the form no longer exists.
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            found = form_named(self._engine, form)
            check_allots(uow, actor, found)
            existing = self._round(uow, actor, found, cycle)
            if existing is not None and existing.closed_at is not None:
                raise Conflict("award_round_closed", form=found.label, cycle=cycle)
            if found.ended_on(local_day(at)):
                raise Conflict("award_form_ended", form=found.label, until=found.until)
            if existing is None:
                made = AwardRound(self._engine.new_id(), actor.province_id, form, cycle, whose(actor, found), at)
                uow.awards.put_round(made)
                _journal(uow, actor, "AwardRoundOpened", made, at)
            return {"is_new": existing is None}

        answer = self._engine.once(actor, key, ["open-round", form, cycle], work, books=actor.province_id)
        return bool(answer["is_new"])

    def closing(self, actor: Actor, *, form: str, cycle: int) -> tuple[RoundLine, ...]:
        """By name, the proposals that closing the round would end. Nothing is kept."""
        with self._engine.reading() as uow:
            found = form_named(self._engine, form)
            check_allots(uow, actor, found)
            standing = self._standing(uow, actor, found, cycle)
            at = self._engine.clock.now()
            lines = []
            for dossier_id in _unfinished(self._engine, uow, standing):
                dossier = uow.dossiers.get(dossier_id)
                kind = self._engine.kind_of(dossier, at)
                if not was_submitted(kind, dossier):
                    label = kind.state(dossier.state).label
                    lines.append(RoundLine(dossier.id, dossier.number, dossier.subject_id, label))
            return tuple(lines)

    def close(self, actor: Actor, *, form: str, cycle: int, key: str | None = None) -> int:
        """Close a round; every proposal that never reached the province lapses. How many ended; twice equals once."""

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            found = form_named(self._engine, form)
            check_allots(uow, actor, found)
            standing = self._standing(uow, actor, found, cycle)
            if standing.closed_at is None:
                closed = replace(standing, closed_at=at)
                uow.awards.put_round(closed)
                _journal(uow, actor, "AwardRoundClosed", closed, at)
            return {}

        self._engine.once(actor, key, ["close-round", form, cycle], work, books=actor.province_id)
        return lapse_closed(self._engine, actor.province_id)

    def allot(
        self, actor: Actor, *, form: str, cycle: int, organisation_id: str, number: int, key: str | None = None
    ) -> int | None:
        """Set how many awards of a form an organisation may propose in a year; what it was before (None: not set).

        Raises ``NotAllowed`` unless the actor allots this form, ``NotFound`` for an organisation out of its reach,
        ``InvalidInput`` for a number that is none.
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            found = form_named(self._engine, form)
            check_allots(uow, actor, found)
            if not 0 <= number <= MOST:
                raise InvalidInput("quota_number", number=number, most=MOST)
            _check_reach(actor, found, uow.organisations.get(organisation_id))
            quotas = uow.awards.quotas(province_id=actor.province_id, form=form, cycle=cycle)
            before = next((one.number for one in quotas if one.organisation_id == organisation_id), None)
            if before != number:
                uow.awards.put_quota(Quota(actor.province_id, form, cycle, organisation_id, number))
                payload = {"form": form, "cycle": cycle, "organisation": organisation_id, "number": number}
                uow.journal.append_books(actor.province_id, [BooksEvent("QuotaAllotted", payload)], actor, at)
            return {"before": before}

        request = ["quota", form, cycle, organisation_id, number]
        before = self._engine.once(actor, key, request, work, books=actor.province_id)["before"]
        return before if isinstance(before, int) else None

    @staticmethod
    def _round(uow: UnitOfWork, actor: Actor, form: AwardForm, cycle: int) -> AwardRound | None:
        return uow.awards.round_of(
            province_id=actor.province_id, form=form.code, cycle=cycle, organisation_id=whose(actor, form)
        )

    def _standing(self, uow: UnitOfWork, actor: Actor, form: AwardForm, cycle: int) -> AwardRound:
        found = self._round(uow, actor, form, cycle)
        if found is None:
            raise NotFound("award_round_not_found", form=form.label, cycle=cycle)
        return found


def forms_of(engine: Engine) -> tuple[AwardForm, ...]:
    """Every form of award, each once, in the order the kinds tell them."""
    found: dict[str, AwardForm] = {}
    for kind in award_kinds(engine):
        for form in kind.awards.forms if kind.awards is not None else ():
            found.setdefault(form.code, form)
    return tuple(found.values())


def form_named(engine: Engine, code: str) -> AwardForm:
    """The form of that code. Raises NotFound ``award_form_not_found``."""
    for form in forms_of(engine):
        if form.code == code:
            return form
    raise NotFound("award_form_not_found", form=code)


def whose(actor: Actor, form: AwardForm) -> str:
    """Whose rounds of a form an actor opens: its commune's for a form of communes, else its province's."""
    return actor.commune_id or actor.organisation_id if form.level == "commune" else actor.province_id


def check_allots(uow: UnitOfWork, actor: Actor, form: AwardForm) -> None:
    """Raises ``NotAllowed`` unless the actor allots the form's quota, or keeps the province's books in its place."""
    if actor.role is form.allots:
        return
    stands_in = form.allots is Role.PROVINCE_POLICE and actor.role is Role.COMMUNE_POLICE
    if stands_in and not uow.books.settings(actor.province_id).connected:
        return
    raise NotAllowed("award_allots", role=actor.role, form=form.label, allots=form.allots)


def _check_reach(actor: Actor, form: AwardForm, organisation: Organisation) -> None:
    here = organisation.commune_id or organisation.id
    if organisation.province_id != actor.province_id or (form.level == "commune" and here != actor.commune_id):
        raise NotFound("organisation_not_found")


def round_for(
    engine: Engine, uow: UnitOfWork, kind: DossierKind, commune: Organisation, cycle: int, choice: RoundChoice | None
) -> AwardRound | None:
    """The round that a new proposal belongs to; None for a kind that is no award. A special one is not kept yet.

    Raises InvalidInput ``award_form_missing`` or ``award_form_unasked``, NotFound ``award_form_not_found``, Conflict
    ``award_round_not_open`` where the year's end round is not open, ``award_form_ended``.
    """
    if kind.awards is None:
        if choice is not None:
            raise InvalidInput("award_form_unasked", kind=kind.short_label)
        return None
    if choice is None:
        raise InvalidInput("award_form_missing", kind=kind.short_label)
    form, at = kind.awards.form(choice.form), engine.clock.now()
    if form is None:
        raise NotFound("award_form_not_found", form=choice.form)
    if form.ended_on(local_day(at)):
        raise Conflict("award_form_ended", form=form.label, until=form.until)
    owner = commune.id if form.level == "commune" else commune.province_id
    if choice.special:
        return AwardRound(engine.new_id(), commune.province_id, form.code, cycle, owner, at, special=True)
    found = uow.awards.round_of(province_id=commune.province_id, form=form.code, cycle=cycle, organisation_id=owner)
    if found is None or found.closed_at is not None:
        raise Conflict("award_round_not_open", form=form.label, cycle=cycle, allots=form.allots)
    return found


def lapse_closed(engine: Engine, province_id: str) -> int:
    """End every proposal that a closed round left behind; how many. Idempotent: the sweep runs it too."""
    with engine.reading() as uow:
        closed = [one for one in uow.awards.rounds(province_id) if one.closed_at is not None]
        ids = [dossier_id for one in closed for dossier_id in _unfinished(engine, uow, one)]
    ended = 0
    for start in range(0, len(ids), CHUNK):
        with engine.uow() as uow:
            at = engine.clock.now()
            ended += sum(end_by_system(engine, uow, dossier_id, at) for dossier_id in ids[start : start + CHUNK])
            uow.commit()
    return ended


def _unfinished(engine: Engine, uow: UnitOfWork, award_round: AwardRound) -> list[str]:
    return [
        dossier_id
        for kind in award_kinds(engine)
        for dossier_id in uow.dossiers.ids_where(
            province_id=award_round.province_id,
            kind=kind.code,
            cycle=award_round.cycle,
            origin_id=award_round.id,
            states=kind.states_meaning(Meaning.DRAFT, Meaning.OPEN, Meaning.RETURNED),
        )
    ]


def _journal(uow: UnitOfWork, actor: Actor, name: str, award_round: AwardRound, at: datetime) -> None:
    payload = {
        "round": award_round.id,
        "form": award_round.form,
        "cycle": award_round.cycle,
        "organisation": award_round.organisation_id,
    }
    uow.journal.append_books(award_round.province_id, [BooksEvent(name, payload)], actor, at)
