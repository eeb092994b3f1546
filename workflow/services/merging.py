"""A unit that was entered twice: one record stays, the other ends with it as its successor. Nothing is rewritten.

Dossiers and results keep the record they were made under: the journal names it. That record ends, takes the name of
the one that stays and points to it, so that lists, the ledger and guards (which follow successors) speak of one unit.
What was so far is kept beside it and in the journal. Its people hold the same roles in the one that stays from now on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from workflow.domain.actors import Actor
from workflow.domain.books import KEPT_BY_PROVINCE, BooksEvent, Holding, Organisation, OwnDossier
from workflow.domain.calendars import ONE_DAY, local_day
from workflow.domain.errors import Conflict, HosoError, InvalidInput
from workflow.domain.kinds import Meaning
from workflow.services.engine import Engine
from workflow.services.organisations import check_may_keep
from workflow.services.ports import UnitOfWork

OPEN = frozenset({Meaning.DRAFT, Meaning.OPEN, Meaning.RETURNED})
"""Meanings of states in which a dossier still waits for somebody of the unit or for an officer."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records: what stands under it."""

    organisation: Organisation
    dossiers: tuple[OwnDossier, ...]
    results: int
    people: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What merging would do: ``reasons`` against it, all of them; none: it can be done."""

    kept: Side
    gone: Side
    reasons: tuple[HosoError, ...]


class MergingService:
    """Merging, by whoever keeps that part of the tree."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def preview(self, actor: Actor, *, kept_id: str, gone_id: str) -> MergePreview:
        """Both records and everything that stands against merging them. Nothing is kept.

        Raises ``NotAllowed`` (``organisation_role``), ``NotFound``, ``InvalidInput`` (``merge_itself``,
        ``merge_unlike``: another kind or commune, ``merge_no_unit``), ``Conflict`` (``organisation_dissolved``).
        """
        with self._engine.reading() as uow:
            return self._weigh(uow, actor, kept_id, gone_id, local_day(self._engine.clock.now()))

    def merge(self, actor: Actor, *, kept_id: str, gone_id: str, reason: str, key: str | None = None) -> None:
        """Merge: the record ``gone_id`` ends yesterday and its people go on in ``kept_id`` from today.

        Raises as ``preview`` does, ``Conflict`` (``merge_refused``, fact ``count``) when there are reasons against it,
        ``InvalidInput`` ``reason_missing``.
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            today = local_day(at)
            weighed = self._weigh(uow, actor, kept_id, gone_id, today)
            if weighed.reasons:
                raise Conflict("merge_refused", count=len(weighed.reasons))
            if not reason.strip():
                raise InvalidInput("reason_missing")
            kept, gone = weighed.kept.organisation, weighed.gone.organisation
            last = max(today - ONE_DAY, gone.valid_from or date.min)
            merged = {"name": gone.name, "into": kept.id, "on": today.isoformat()}
            uow.organisations.replace(
                replace(
                    gone,
                    name=kept.name,
                    valid_to=last,
                    successor_id=kept.id,
                    attributes={**gone.attributes, "merged": merged},
                )
            )
            for holding in weighed.gone.people:
                _move(uow, holding, kept, today)
            payload = {
                "organisation": gone.id,
                "into": kept.id,
                "on": last.isoformat(),
                "people": [holding.person_id for holding in weighed.gone.people],
                "reason": uow.texts.put(reason.strip(), dossier_id=None).digest,
            }
            uow.journal.append_books(kept.province_id, [BooksEvent("OrganisationMerged", payload)], actor, at)
            return {}

        self._engine.once(actor, key, ["merge", kept_id, gone_id, reason], work, books=actor.province_id)

    def _weigh(self, uow: UnitOfWork, actor: Actor, kept_id: str, gone_id: str, today: date) -> MergePreview:
        if kept_id == gone_id:
            raise InvalidInput("merge_itself")
        kept, gone = (_side(uow, actor, one, today) for one in (kept_id, gone_id))
        first, second = kept.organisation, gone.organisation
        if (first.kind, first.commune_id, first.province_id) != (second.kind, second.commune_id, second.province_id):
            raise InvalidInput("merge_unlike", name=first.name, other=second.name)
        return MergePreview(kept, gone, tuple(self._reasons(kept, gone, today)))

    def _reasons(self, kept: Side, gone: Side, today: date) -> list[HosoError]:
        standing = {
            (one.kind, one.cycle, one.origin_id): one for one in kept.dossiers if one.meaning is not Meaning.VOID
        }
        found: list[HosoError] = []
        for one in gone.dossiers:
            other = standing.get((one.kind, one.cycle, one.origin_id))
            if one.meaning is Meaning.VOID:
                continue
            if other is not None:
                kind = self._engine.catalogue.newest(one.kind, province_id=gone.organisation.province_id, on=today)
                said = kind.short_label
                found.append(
                    Conflict("merge_same_dossier", kind=said, cycle=one.cycle, number=one.number, other=other.number)
                )
            elif one.meaning in OPEN:
                found.append(Conflict("merge_open_dossier", number=one.number, cycle=one.cycle))
        return found


def _side(uow: UnitOfWork, actor: Actor, organisation_id: str, today: date) -> Side:
    organisation = uow.organisations.get(organisation_id)
    check_may_keep(actor, organisation)
    if organisation.valid_to is not None:
        raise Conflict("organisation_dissolved", name=organisation.name, on=organisation.valid_to)
    offices = {office.id for office in uow.organisations.offices_of(organisation.commune_id or "")}
    if (
        organisation.kind in KEPT_BY_PROVINCE
        or organisation.id in offices
        or uow.organisations.children(organisation.id)
    ):
        raise InvalidInput("merge_no_unit", name=organisation.name)
    return Side(
        organisation,
        tuple(uow.merging.dossiers(organisation.id)),
        uow.merging.results(organisation.id),
        tuple(uow.holders.of_organisation(organisation.id, on=today)),
    )


def _move(uow: UnitOfWork, holding: Holding, kept: Organisation, today: date) -> None:
    """The person holds the same role in the unit that stays, from today, as long as it was to hold the other."""
    uow.people.end_assignment(holding.id, last_day=today - ONE_DAY)
    already = [one for one in uow.holders.of_organisation(kept.id, on=today) if one.person_id == holding.person_id]
    if not any(one.role is holding.role for one in already):
        uow.people.assign(
            holding.person_id,
            holding.role,
            kept.id,
            commune_id=holding.commune_id,
            province_id=holding.province_id,
            valid_from=today,
            valid_to=holding.valid_to,
        )
