"""Handing over when an officer or a unit's person moves: roles end and go on with another, from a day.

Open dossiers, notes, requests and what they wait for belong to offices and roles, so the successor in the same role
finds them at once. What hangs on the person is moved or ended here: roles, drafts, sessions, private links. Steps that
were made stay under the name of whoever made them: separation of duties looks at persons (law.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from workflow.domain.actors import Actor, Role
from workflow.domain.books import BooksEvent, Holding
from workflow.domain.calendars import ONE_DAY, local_day
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Post:
    """A role that is handed over: its organisation by name, and how many dossiers wait for it now."""

    holding: Holding
    organisation: str
    waiting: int


@dataclass(frozen=True, slots=True)
class HandoverPreview:
    """What a person leaves. ``drafts``: numbers of dossiers; ``unconfirmed``: results a second person must confirm."""

    person_id: str
    office: str
    posts: tuple[Post, ...]
    drafts: tuple[str, ...]
    unconfirmed: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Successor:
    """Who goes on: a known person, or a new one with the office it is shown by."""

    person_id: str
    office: str = ""


class HandoverService:
    """Handing over, by administrators; nobody their own (promises.md S6)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def preview(self, actor: Actor, person_id: str) -> HandoverPreview:
        """What the person holds from today on and what hangs on it. Nothing is kept.

        Raises ``NotAllowed`` (``people_role``), ``NotFound`` (no role from today on).
        """
        with self._engine.reading() as uow:
            return _look(uow, actor, person_id, local_day(self._engine.clock.now()))

    def hand_over(
        self,
        actor: Actor,
        person_id: str,
        successor: Successor,
        *,
        last_day: date,
        reason: str,
        key: str | None = None,
    ) -> None:
        """End every role of a person with ``last_day`` and give the same to the successor from the day after.

        A last day before today ends sessions and links at once; a later one lets the roles end by themselves. Raises
        ``NotAllowed``, ``NotFound``, ``InvalidInput`` (``handover_itself``, ``reason_missing``, ``office_missing`` for
        a new person, ``handover_nothing``), ``Conflict`` (``successor_busy``: it holds another role then).
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            today, first_day = local_day(at), last_day + ONE_DAY
            look = _look(uow, actor, person_id, today)
            if successor.person_id == person_id:
                raise InvalidInput("handover_itself")
            if not reason.strip():
                raise InvalidInput("reason_missing")
            holdings = [post.holding for post in look.posts if _lasts(post.holding, first_day)]
            if not holdings:
                raise InvalidInput("handover_nothing")
            _welcome(uow, successor, holdings, first_day)
            for holding in holdings:
                uow.people.end_assignment(holding.id, last_day=last_day)
            drafts = uow.holders.move_drafts(person_id, to=successor.person_id)
            if last_day < today:
                _shut_out(uow, person_id, at)
            payload = {
                "person": person_id,
                "successor": successor.person_id,
                "last_day": last_day.isoformat(),
                "roles": [[holding.role.value, holding.organisation_id] for holding in holdings],
                "drafts": drafts,
                "reason": uow.texts.put(reason.strip(), dossier_id=None).digest,
            }
            uow.journal.append_books(holdings[0].province_id, [BooksEvent("WorkHandedOver", payload)], actor, at)
            return {}

        request = ["hand-over", person_id, successor.person_id, successor.office, last_day.isoformat(), reason]
        self._engine.once(actor, key, request, work, books=actor.province_id)


def _look(uow: UnitOfWork, actor: Actor, person_id: str, today: date) -> HandoverPreview:
    if actor.role not in (Role.ADMIN, Role.SYSTEM) or actor.person_id == person_id:
        raise NotAllowed("people_role", role=actor.role)
    holdings = uow.holders.of_person(person_id, on=today)
    own = [one for one in holdings if actor.province_id in {"", one.province_id}]
    if not own:
        raise NotFound(person=person_id)
    names = uow.organisations.get_many([one.organisation_id for one in own])
    return HandoverPreview(
        person_id=person_id,
        office=own[0].office,
        posts=tuple(Post(one, names[one.organisation_id].name, uow.holders.waiting(one)) for one in own),
        drafts=tuple(uow.holders.drafts(person_id)),
        unconfirmed=uow.holders.unconfirmed(person_id),
        sessions=len(uow.accounts.sessions_of(person_id)),
    )


def _lasts(holding: Holding, day: date) -> bool:
    return holding.valid_to is None or holding.valid_to >= day


def _welcome(uow: UnitOfWork, successor: Successor, holdings: list[Holding], first_day: date) -> None:
    """The successor holds these roles from the day on; a colleague who holds one already goes on with it."""
    known = uow.people.offices([successor.person_id])
    if successor.person_id not in known:
        if not successor.person_id.strip() or not successor.office.strip():
            raise InvalidInput("office_missing")
        uow.people.add_person(successor.person_id, office=successor.office.strip())
    own = uow.holders.of_person(successor.person_id, on=first_day)
    wanted = {(one.role, one.organisation_id) for one in holdings}
    if any((one.role, one.organisation_id) not in wanted for one in own):
        raise Conflict("successor_busy", office=known.get(successor.person_id, successor.office))
    held = {(one.role, one.organisation_id) for one in own if one.valid_from is None or one.valid_from <= first_day}
    for one in holdings:
        if (one.role, one.organisation_id) not in held:
            uow.people.assign(
                successor.person_id,
                one.role,
                one.organisation_id,
                commune_id=one.commune_id,
                province_id=one.province_id,
                valid_from=first_day,
                valid_to=one.valid_to,
            )


def _shut_out(uow: UnitOfWork, person_id: str, at: datetime) -> None:
    """Every way in that is open now ends: browsers, and the link to the calendar."""
    for session in uow.accounts.sessions_of(person_id):
        uow.accounts.put_session(replace(session, revoked_at=at))
    uow.feeds.end(person_id, at=at)
