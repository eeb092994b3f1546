"""Papers as they reach an office: the number and day that its clerk stamped on them.

They are the office's own, told beside the filed paper; what counts for deadlines is when a paper was filed. A later
note about the same paper replaces the one before; both stay in the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from workflow.domain.actors import OFFICER_ROLES, Actor
from workflow.domain.books import BooksEvent, Request
from workflow.domain.calendars import local_day
from workflow.domain.errors import InvalidInput, NotAllowed, NotFound
from workflow.domain.notes import keeps_internal
from workflow.services.engine import Engine
from workflow.services.ports import UnitOfWork

RECEIVED = "received"
"""What such a note is called among the requests."""

LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class Received:
    """The arrival of one filed version of a paper at the reader's own office. ``office``: who noted it."""

    paper: str
    version: int
    number: str
    day: date
    office: str
    at: datetime


class ReceivingService:
    """Noting arrivals, for officers; each office sees its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def note(
        self,
        actor: Actor,
        dossier_id: str,
        paper: str,
        version: int,
        *,
        number: str,
        day: date,
        key: str | None = None,
    ) -> None:
        """Note number and day of arrival of a filed paper.

        Raises ``NotFound`` (dossier, paper or version out of sight), ``NotAllowed`` (``receiving_role``),
        ``InvalidInput`` (``arrival_number``, ``future_date``).
        """

        def work(uow: UnitOfWork, at: datetime) -> dict[str, object]:
            if actor.role not in OFFICER_ROLES:
                raise NotAllowed("receiving_role", role=actor.role)
            dossier, kind = self._engine.load(uow, actor, dossier_id, at)
            rule = kind.attachments.get(paper)
            seen = rule is not None and (not rule.internal or keeps_internal(actor, self_judged=dossier.self_judged))
            if not seen or all(filed.paper.version != version for filed in dossier.versions(paper)):
                raise NotFound(paper=paper)
            if not 0 < len(number.strip()) <= LONGEST_NUMBER:
                raise InvalidInput("arrival_number", limit=LONGEST_NUMBER)
            if day > local_day(at):
                raise InvalidInput("future_date", date=day)
            facts: dict[str, object] = {
                "paper": paper,
                "version": version,
                "number": number.strip(),
                "day": day.isoformat(),
                "organisation": actor.organisation_id,
            }
            earlier = sum(item.what == RECEIVED for item in uow.requests.of_dossier(dossier.id))
            uow.requests.add(
                Request(
                    id=f"{earlier:06d}-{self._engine.new_id()}",  # of two notes at one instant the later comes later
                    what=RECEIVED,
                    dossier_id=dossier.id,
                    subject_id=dossier.subject_id,
                    commune_id=dossier.commune_id,
                    province_id=dossier.province_id,
                    at=at,
                    person_id=actor.person_id,
                    role=actor.role,
                    facts=facts,
                    answer=RECEIVED,
                    answered_at=at,
                    answered_by=actor.person_id,
                )
            )
            event = BooksEvent("PaperReceived", {"dossier": dossier.id, **facts})
            uow.journal.append_books(dossier.province_id, [event], actor, at)
            return {}

        self._engine.once(actor, key, ["receive", dossier_id, paper, version, number, day.isoformat()], work)

    def of(self, actor: Actor, dossier_id: str) -> dict[tuple[str, int], Received]:
        """What the actor's own office noted of a dossier's papers, by paper and version. Raises ``NotFound``."""
        with self._engine.reading() as uow:
            dossier, _ = self._engine.load(uow, actor, dossier_id, self._engine.clock.now())
            own = [
                item
                for item in uow.requests.of_dossier(dossier.id)
                if item.what == RECEIVED and item.facts["organisation"] == actor.organisation_id
            ]
            offices = uow.people.offices(item.person_id for item in own)
        found = (
            Received(
                paper=str(item.facts["paper"]),
                version=int(str(item.facts["version"])),
                number=str(item.facts["number"]),
                day=date.fromisoformat(str(item.facts["day"])),
                office=offices.get(item.person_id, ""),
                at=item.at,
            )
            for item in own
        )
        return {(one.paper, one.version): one for one in found}
