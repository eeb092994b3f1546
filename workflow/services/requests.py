"""Requests for more time: a unit or the commune police asks for an extension or late opening; PV01 answers.

The request moves nothing. A grant that answers it names it (``GrantInput.request_id``), in the same transaction.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from workflow.domain.actors import Actor, Role
from workflow.domain.books import Notice, Request
from workflow.domain.errors import InvalidInput, NotAllowed, NotFound
from workflow.domain.notes import LONGEST_NOTE
from workflow.services.cycles import check_keeps_books
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

MORE_TIME = "more_time"
"""What such a request is called among the requests."""

ASKERS = frozenset({Role.UNIT, Role.COMMUNE_POLICE})


@dataclass(frozen=True, slots=True)
class TimeRequest:
    """More time as asked for: for whom, which date of which year, until when (exclusive end), why."""

    kind_code: str
    cycle: int
    deadline: str
    subject_id: str
    until: datetime
    reason: str


class RequestService:
    """Asking for more time, and declining it; giving it is ``DateService.grant``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, actor: Actor, wish: TimeRequest, *, key: str | None = None) -> str:
        """Ask for an extension or late opening; the request's id. Whoever keeps the dates is told.

        A unit asks for itself, the commune police for any subject of its commune or the commune itself. Raises
        ``NotAllowed`` (``request_role``), ``NotFound`` (cycle, date, subject), ``InvalidInput``
        (``request_without_reason``, ``request_past_end``, ``note_too_long``).
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            if actor.role not in ASKERS:
                raise NotAllowed("request_role", role=actor.role)
            subject = uow.organisations.get(wish.subject_id)
            commune_id = subject.commune_id or subject.id
            if not actor.covers(subject_id=subject.id, commune_id=commune_id, province_id=subject.province_id):
                raise NotFound("organisation_not_found")
            if wish.deadline not in uow.books.deadlines(actor.province_id, wish.kind_code, wish.cycle):
                raise NotFound("deadline_not_found", deadline=wish.deadline, cycle=wish.cycle)
            if wish.until <= at:
                raise InvalidInput("request_past_end", until=wish.until)
            reason = uow.texts.put(_reason(wish.reason), dossier_id=None)
            facts = {
                "kind": wish.kind_code,
                "cycle": wish.cycle,
                "deadline": wish.deadline,
                "until": wish.until.isoformat(),
            }
            request = Request(
                id=self._engine.new_id(),
                what=MORE_TIME,
                dossier_id=None,
                subject_id=subject.id,
                commune_id=commune_id,
                province_id=subject.province_id,
                at=at,
                person_id=actor.person_id,
                role=actor.role,
                text_id=reason.id,
                facts=facts,
            )
            uow.requests.add(request)
            uow.outbox.put([_asked(uow, actor, request, subject.name)], at=at)
            return {"id": request.id}

        return str(self._engine.once(actor, key, ["ask-time", asdict(wish)], work)["id"])

    def decline(self, actor: Actor, request_id: str, answer: str, *, key: str | None = None) -> None:
        """Answer a request with no, in words; the asker is told.

        Raises ``NotAllowed``, ``NotFound``, ``InvalidInput`` (``request_without_reason``), ``Conflict``
        (``request_answered``).
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            check_keeps_books(uow, actor)
            asked = open_request(uow, actor, request_id)
            uow.requests.answer(request_id, _reason(answer), at=at, person_id=actor.person_id)
            organisation = asked.subject_id if asked.role is Role.UNIT else asked.commune_id
            told = Notice(None, asked.role, organisation, "notice.time_declined", {"cycle": asked.facts["cycle"]})
            uow.outbox.put([told], at=at)
            return {}

        self._engine.once(actor, key, ["decline-time", request_id, answer], work)

    def get(self, actor: Actor, request_id: str) -> Request:
        """A request for more time within the actor's jurisdiction. Raises ``NotFound``."""
        with self._engine.reading() as uow:
            return open_request(uow, actor, request_id)


def open_request(uow: UnitOfWork, actor: Actor, request_id: str) -> Request:
    """A request for more time that this actor may see. Raises ``NotFound`` for any other."""
    found = uow.requests.get(request_id)
    covered = actor.covers(subject_id=found.subject_id, commune_id=found.commune_id, province_id=found.province_id)
    if found.what != MORE_TIME or not covered:
        raise NotFound(request=request_id)
    return found


def _reason(text: str) -> str:
    words = text.strip()
    if not words:
        raise InvalidInput("request_without_reason")
    if len(words) > LONGEST_NOTE:
        raise InvalidInput("note_too_long", limit=LONGEST_NOTE, count=len(words))
    return words


def _asked(uow: UnitOfWork, actor: Actor, request: Request, name: str) -> Notice:
    """To PV01; to the commune police where the province is not connected."""
    connected = uow.books.settings(actor.province_id).connected
    audience = Role.PROVINCE_POLICE if connected else Role.COMMUNE_POLICE
    organisation = request.province_id if connected else request.commune_id
    return Notice(None, audience, organisation, "notice.time_asked", {"name": name, "cycle": request.facts["cycle"]})
