"""The books around one story: dates, grants, the cycle, results in the ledger, other dossiers of the subject."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow.domain import events as ev
from workflow.domain.awards import AwardFact, AwardRound, QuotaFact
from workflow.domain.calendars import HCM, WorkingCalendar
from workflow.domain.criteria import CriteriaSet
from workflow.domain.deadlines import Deadline, Grant, GrantKind, Scope, grant_problems
from workflow.domain.dossier import Dossier
from workflow.domain.errors import InvalidInput
from workflow.domain.guards import Books, LedgerFact
from workflow.domain.guards.attempt import OtherDossier, UnitFact
from workflow.domain.kinds import DossierKind, Effect
from workflow.domain.obligations import with_own_date

OWN = "own"
ROUND = "round"
_STANDING = {Effect.LEAVE_LEDGER: False, Effect.END_STANDING: False, Effect.RESTORE_STANDING: True}


def local(text: str) -> datetime:
    """The instant of a story's local time."""
    return datetime.fromisoformat(text).replace(tzinfo=HCM)


class StoryBooks:
    """The books of one story; ``now`` is how they stand. A cycle is open from the first day of the December before."""

    def __init__(
        self, kind: DossierKind, story: Mapping[str, Any], criteria: CriteriaSet | None, calendar: WorkingCalendar
    ) -> None:
        self._kind = kind
        self._cycle = int(story["cycle"])
        self.now = Books(
            calendar=calendar,
            cycle_opened_at=datetime(self._cycle - 1, 12, 1, tzinfo=HCM),
            deadlines={code: self._deadline(code, story.get("dates", {})) for code in kind.deadlines},
            connected=story.get("connected", True),
            lifted=frozenset(story.get("lifted", ())),
            results=tuple(self._fact(row) for row in story.get("results", ())),
            criteria=criteria,
            managing_level=story.get("managing_level", "commune"),
            attributes=story.get("attributes", {}),
            units=tuple(self._unit(row) for row in story.get("units", ())),
            confirmed_sheets=frozenset(story.get("confirmed_sheets", ())),
            **self._award(story.get("merit")),
            instead={
                code: rule.code_for(story["subject_kind"], story.get("managing_level", "commune"))
                for code, rule in kind.deadlines.items()
                if rule.instead
            },
        )

    def _award(self, told: Mapping[str, Any] | None) -> dict[str, Any]:
        """What the story tells of an award: its round, its unit's results, other awards of the year, quotas."""
        if told is None:
            return {}
        opened = datetime(self._cycle, 1, 1, tzinfo=HCM)
        special = bool(told.get("special"))
        return {
            "award_round": AwardRound(ROUND, "province", told["form"], self._cycle, "commune", opened, special=special),
            "unit_results": tuple(self._fact(row) for row in told.get("unit_results", ())),
            "awards": tuple(
                AwardFact(row["label"], row["number"], None, row.get("achievement", ""))
                for row in told.get("earlier", ())
            ),
            "quotas": tuple(QuotaFact(**row) for row in told.get("quotas", ())),
        }

    def _deadline(self, code: str, set_otherwise: Mapping[str, Mapping[str, str]]) -> Deadline:
        faces = {face: local(text) for face, text in set_otherwise.get(code, {}).items()}
        deadline = self._kind.deadlines[code].for_cycle(self._cycle)
        return replace(
            deadline,
            opens=faces.get("opens", deadline.opens),
            due=faces.get("due", deadline.due),
            closes=faces.get("closes", deadline.closes),
        )

    def _fact(self, row: Mapping[str, Any]) -> LedgerFact:
        cycle = self._cycle + int(row["year"])
        name = f"{row['kind']}:{cycle}:{row['number']}"
        standing = bool(row.get("standing", True))
        return LedgerFact(name, row["kind"], cycle, row["result"], row["label"], row["number"], None, standing)

    @staticmethod
    def _unit(row: Mapping[str, Any]) -> UnitFact:
        name, result = str(row["name"]), str(row.get("result", ""))
        registered = bool(row.get("joined", True))
        return UnitFact(name, name, row.get("kind", ""), registered, result=result, entry=f"{name}:{result}")

    def about(self, dossier: Dossier) -> Books:
        """The books as they concern the dossier: with the date of its own obligation, where its kind obliges."""
        now = self.now
        dates = with_own_date(self._kind, dossier, now.deadlines, now.managing_level, now.calendar)
        return replace(now, deadlines=dates)

    # --- what a step may do to the books

    def turn(self, step: Mapping[str, Any], at: datetime, dossier: Dossier) -> bool:
        """Change the books as the step asks; False when the step is none of theirs.

        Raises InvalidInput for a grant that may not be made.
        """
        what = step["do"]
        if what == "open_cycle":
            self.now = replace(self.now, cycle_opened_at=at)
        elif what == "close_cycle":
            self.now = replace(self.now, cycle_closed_at=at)
        elif what in ("extend", "open_late"):
            self.now = replace(self.now, grants=(*self.now.grants, self._grant(step, at, dossier)))
        elif what == "confirm_sheet" and self.now.criteria is not None:
            self.now = replace(self.now, confirmed_sheets=self.now.confirmed_sheets | {self.now.criteria.key})
        elif what == "units":
            known = {unit.name: unit for unit in (*self.now.units, *map(self._unit, step["units"]))}
            self.now = replace(self.now, units=tuple(known.values()))
        elif what == "result":
            self.now = replace(self.now, results=(*self.now.results, self._fact(step["result"])))
        elif what == "other_dossier":
            other = OtherDossier("other", f"{self._cycle}-{self._kind.abbreviation}-0002", self._kind.initial)
            self.now = replace(self.now, others=(other,))
        else:
            return False
        return True

    def _grant(self, step: Mapping[str, Any], at: datetime, dossier: Dossier) -> Grant:
        scope = Scope(step.get("scope", "subject"))
        whose = {"subject": dossier.subject_id, "commune": dossier.commune_id, "province": dossier.province_id}
        kind = GrantKind.EXTENSION if step["do"] == "extend" else GrantKind.LATE_OPENING
        number, until = f"grant-{len(self.now.grants) + 1}", local(step["until"])
        grant = Grant(number, step["deadline"], kind, scope, whose[scope], until, at, "province", "reason")
        problems = grant_problems(self.now.deadlines[grant.deadline_code], grant)
        if problems:
            raise InvalidInput(problems[0])
        return grant

    def enter(self, moved: ev.Moved) -> None:
        """The ledger as the effects of a move leave it; an ending or restored standing is that of every result."""
        facts = list(self.now.results)
        effects = [Effect(name) for name in moved.effects]
        if Effect.ENTER_LEDGER in effects and self._kind.ledger is not None:
            result, label = self._kind.ledger.of(moved.choice)
            facts.append(LedgerFact(OWN, self._kind.code, self._cycle, result, label, "1", moved.at.date()))
        for effect in effects:
            if effect in _STANDING:
                facts = [replace(fact, standing=_STANDING[effect]) for fact in facts]
        self.now = replace(self.now, results=tuple(facts))
