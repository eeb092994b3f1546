"""Random lives of shipped kinds: whoever acts, whatever is brought, whenever; most steps lawful, many not.

A walk holds a dossier, its events and the books around it. ``attempt`` draws one step and tries it through the gate,
telling what was tried and how it went; a walk that only ever tried nonsense would never leave its first state, so half
of the steps prepare and make the next step of the straight path as it should be made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from tests.definitions import shipped
from workflow.definitions import strict_json
from workflow.definitions.scenario_papers import Moment, document_of
from workflow.domain import desk, filing, lifecycle
from workflow.domain import events as ev
from workflow.domain.actors import COMMUNE_ROLES, PROVINCE_ROLES, Actor, Role
from workflow.domain.awards import AwardFact, AwardRound, QuotaFact
from workflow.domain.calendars import HCM, local_day
from workflow.domain.deadlines import Grant, GrantKind, Scope, resolve
from workflow.domain.dossier import Dossier
from workflow.domain.errors import HosoError, InvalidDocument, StaleDossier, TransitionNotAvailable, TransitionRefused
from workflow.domain.guards import Books, LedgerFact, Supplied
from workflow.domain.guards.attempt import OtherDossier, UnitFact
from workflow.domain.kinds import DossierKind, Meaning, ReturnMode, Transition
from workflow.domain.lifecycle import Command
from workflow.domain.meetings import MeetingRule, Result
from workflow.domain.opening import open_dossier

T = TypeVar("T")
TEXT = ev.TextRef("t", "0" * 64)
SCAN = hashlib.sha256(b"scan").hexdigest()
DOCUMENTS: Mapping[str, Mapping[str, Any]] = {
    code: strict_json.read((shipped.LAW / "kinds" / code / "v1" / "scenarios" / "documents.json").read_bytes())  # type: ignore[misc]
    for code in shipped.KINDS
}
RESULTS = (
    LedgerFact("a", "an_toan_antt", 2025, "dat", "đạt", "1", None),
    LedgerFact("b", "phan_loai", 2025, "xuat_sac", "xuất sắc", "2", None),
)
UNITS = (UnitFact("u", "u", "khu_dan_cu", registered=True, result="dat", entry="e"), UnitFact("v", "v", "co_quan"))
ROLES = [Role.UNIT, Role.COMMUNE_POLICE, Role.COMMUNE_COMMITTEE, Role.PROVINCE_POLICE, Role.PROVINCE_COMMITTEE]


@dataclass
class Tried:
    """One step: what was asked for by whom, what the explanation said, what came, the dossier before it."""

    what: str
    actor: Actor
    before: Dossier
    move: Transition | None = None
    refusals: tuple[str, ...] = ()
    error: HosoError | None = None
    events: list[ev.Event] = field(default_factory=list)
    command: Command | None = None


class Walk:
    """One random life. ``dice`` decides everything, so that a failure comes back with its seed."""

    def __init__(self, kind: DossierKind, dice: Random) -> None:
        self.kind, self.dice = kind, dice
        pick = dice.choice
        usual = [one for one in ("co_so_giao_duc", "co_quan", "xa") if one in kind.subject_kinds]
        subject = pick(usual or list(kind.subject_kinds))
        own = subject in kind.own_subject_kinds
        self.at = datetime(2026, 1, pick([10, 17, 18]), 9, tzinfo=HCM)
        first = next((move for move in kind.from_state(kind.initial) if move.forward and move.deadline), None)
        opens = kind.deadlines[str(first.deadline)].for_cycle(2026).opens if first is not None else None
        self.at = self.at if opens is None or opens < self.at else opens + timedelta(days=pick([0, 9, 27]))
        criteria = max(
            (one for one in shipped.grounds().criteria.values() if one.code == kind.criteria.get(subject)),
            key=lambda one: one.version,
            default=None,
        )
        liftable = frozenset(pair.code for pair in kind.separations if pair.liftable)
        self.books = Books(
            calendar=shipped.grounds().calendar,
            cycle_opened_at=datetime(2025, 12, 1, tzinfo=HCM),
            deadlines={code: rule.for_cycle(2026) for code, rule in kind.deadlines.items()},
            connected=pick([True, True, True, False]),
            lifted=pick([frozenset(), liftable]),
            results=pick([RESULTS, RESULTS, RESULTS, RESULTS[:1], ()]),
            criteria=criteria.for_subject(subject) if criteria is not None else None,
            managing_level=pick(["commune", "commune", "province"]),
            units=pick([UNITS, UNITS, UNITS[:1], ()]),
            confirmed_sheets=frozenset({criteria.key} if criteria is not None and not self.chance(4) else ()),
        )
        self.documents: dict[str, dict[str, Any]] = {}
        if kind.awards is not None:
            self.books = self._award_books(kind)
        blank = Dossier(
            id="d",
            number="2026-DH-0001",
            kind=kind.code,
            subject_id="commune" if own else "subject",
            subject_kind=subject,
            commune_id="commune",
            province_id="p",
            cycle=2026,
            own=own,
            self_judged=own or self.chance(4),
        )
        self.dossier = Dossier()
        self.history: list[ev.Event] = []
        opener = kind.opened_by[0]
        actor = self.actor(Role.COMMUNE_COMMITTEE if own and opener is Role.UNIT else opener, blank=blank)
        self.apply([open_dossier(kind, blank, actor, at=self.at, books=self.books)])

    def _award_books(self, kind: DossierKind) -> Books:
        """What the books say of an award, mostly in its favour: its form, unit, quotas, other awards of the year."""
        forms = [form.code for form in kind.awards.forms] if kind.awards is not None else []
        opened, special = datetime(2026, 1, 1, tzinfo=HCM), self.chance(4)
        good = tuple(replace(fact, cycle=2026) for fact in RESULTS)
        worse = (good[0], replace(good[1], result="yeu"))
        return replace(
            self.books,
            results=self.pick([good, good, good, worse, ()]),
            unit_results=self.pick([good, good, good, worse, ()]),
            award_round=AwardRound("r", "p", self.pick(forms), 2026, "commune", opened, special=special),
            awards=self.pick([(), (), (), (AwardFact("l", "1", None, "2026"),), (AwardFact("l", "1", None),)]),
            quotas=self.pick([(), (QuotaFact("o", 2, 1),), (QuotaFact("o", 2, 1),), (QuotaFact("o", 2, 2),)]),
        )

    def pick(self, options: Sequence[T]) -> T:
        """One of the options; repeated ones are likelier."""
        return self.dice.choice(options)

    def chance(self, n: int) -> bool:
        """True once in ``n`` times."""
        return self.dice.randrange(n) == 0

    def apply(self, events: list[ev.Event]) -> None:
        """Take events into account, and remember them."""
        for event in events:
            self.history.append(event)
            self.dossier.apply(event)

    # --- who, when, what

    def actor(self, role: Role, *, blank: Dossier | None = None) -> Actor:
        """A person of the role: one of two, rarely one from elsewhere."""
        subject = (blank or self.dossier).subject_id
        if role is Role.SYSTEM:
            return Actor("system", role, "", "", door="job")
        name = f"{role.value}/{self.pick(['a', 'a', 'b'])}"
        elsewhere = blank is None and self.chance(30)
        commune = "elsewhere" if elsewhere else "commune"
        organisation = ("elsewhere" if elsewhere else subject) if role is Role.UNIT else "office"
        local = role in COMMUNE_ROLES or role is Role.UNIT
        return Actor(name, role, organisation, "p", commune if local else None)

    def later(self) -> None:
        """Time goes on: seconds, days, or to just before or after a date."""
        jump = self.pick([*["minute"] * 7, "day", "day", "edge"])
        if jump == "edge":
            ends = [
                end
                for d in self.books.deadlines.values()
                for end in (d.opens, d.due, d.closes)
                if end and end > self.at
            ]
            if ends:
                self.at = max(self.at, min(ends) + self.pick([-1, 0, 1]) * timedelta(seconds=1))
        else:
            self.at += timedelta(minutes=7) if jump == "minute" else timedelta(days=1)

    def document(self, code: str, choice: str | None, *, spoilt: bool) -> dict[str, Any]:
        """The paper as it should be, or with one thing wrong."""
        default = dict(DOCUMENTS[self.kind.code].get(code, {}))
        scores: dict[str, object] = {}
        over: dict[str, object] = {}
        evidence = True
        if spoilt:
            wrong = self.pick(["number", "date", "result", "evidence", "score", "quotes"])
            evidence = wrong != "evidence"
            if wrong == "score" and self.books.criteria is not None:
                first = self.books.criteria.criteria[0]
                scores[first.code] = self.pick([None, 0.0]) if not first.counts_met else False
            if wrong == "date" and "date" in default:
                over["date"] = local_day(self.at + timedelta(days=self.pick([-400, 1]))).isoformat()
            if wrong == "quotes" and "self_score_version" in default:
                over["self_score_version"] = 99
            over |= self._rows(default, wrong)
            over |= self._spoilt_proposal(default, wrong)
        carried = MeetingRule.from_data(self.kind.meeting).results.get(choice or "") is not Result.NOT_PROPOSE
        moment = Moment(self.dossier, local_day(self.at), choice, self.books.criteria, scores, {}, evidence, carried)
        return document_of(default, over, moment)

    def _spoilt_proposal(self, default: Mapping[str, Any], wrong: str) -> dict[str, object]:
        """A report of another group or without its grounds, a confirmation that denies or leaves out a row."""
        rows = default.get("attestations")
        if isinstance(rows, list):
            return {"attestations": rows[:-1] if wrong == "number" else [{**rows[0], "holds": False}, *rows[1:]]}
        if "group" in default and self.kind.awards is not None:
            groups = sorted({one for row in self.kind.awards.conditions for _, values in row.when for one in values})
            return {"group": self.pick(groups), "models": None, "achieved_on": "2026-04-30"}
        return {}

    @staticmethod
    def _rows(default: Mapping[str, Any], wrong: str) -> dict[str, object]:
        rows = default.get("items")
        if not isinstance(rows, list) or wrong not in ("number", "result"):
            return {}
        change = {"dossier": "2026-DH-9999"} if wrong == "number" else {"result": "postpone"}
        return {"items": [{**rows[0], **change}]}

    def reference(self, code: str, document: dict[str, Any], *, files: bool) -> ev.PaperRef:
        """The reference under which a document would be kept."""
        version = len(self.dossier.versions(code)) + 1
        schema = self.kind.attachments[code].schema_id
        digest = strict_json.digest(document)
        self.documents[f"{code}:{len(self.history)}"] = document
        return ev.PaperRef(f"{code}:{len(self.history)}", code, version, digest, schema, (SCAN,) if files else ())

    def signed(self) -> ev.SignedPaper | None:
        """A signed paper, whole, without its scan, or none."""
        paper = ev.SignedPaper("1/VB", "2026-01-01", "issuer", "office", (SCAN,))
        return self.pick([paper, paper, paper, None, replace(paper, scans=())])

    # --- one step

    def attempt(self) -> Tried:
        """Draw one step and try it."""
        self.later()
        self.turn_books()
        what = self.pick([*["forward"] * 7, "move", "move", "move", "file", "hold", "lift", "lift"])
        tries = {
            "forward": self.forward,
            "move": self.any_move,
            "file": self.any_paper,
            "hold": self.hold,
            "lift": self.lift,
        }
        tried = tries[what]()
        if tried.error is None:
            self.apply(tried.events)
        return tried

    def turn_books(self) -> None:
        """Now and then the books change: a grant, the cycle closes, another dossier turns up."""
        what = self.pick([*[""] * 20, "grant", "close", "close", "other"])
        if what == "close":
            closed = None if self.books.cycle_closed_at is not None else self.at  # rather a year that opens anew
            self.books = replace(self.books, cycle_closed_at=closed)
        elif what == "other":
            other = (OtherDossier("x", "2026-DH-0002", self.kind.initial),)
            self.books = replace(self.books, others=() if self.books.others else other)
        elif what == "grant" and self.books.deadlines:
            code = self.pick(sorted(self.books.deadlines))
            until = self.at + timedelta(days=3)
            grant = Grant(
                f"g{len(self.books.grants)}",
                code,
                GrantKind.LATE_OPENING,
                Scope.COMMUNE,
                "commune",
                until,
                self.at,
                "x",
                "r",
            )
            self.books = replace(self.books, grants=(*self.books.grants, grant))

    def forward(self) -> Tried:
        """The next step of the straight path, or the resubmission, as it should be made: its papers first."""
        moves = [
            move
            for move in self.kind.from_state(self.dossier.state)
            if move.applies.to(own=self.dossier.own) and (move.forward or move.mode is not None)
        ]
        moves = [move for move in moves if move.mode is None or self._answers(move)]
        returns = [move for move in self.kind.from_state(self.dossier.state) if move.is_return]
        late = self.kind.state(self.dossier.state).holder in PROVINCE_ROLES
        if returns and self.chance(3 if late else 20):
            move = self.pick(returns)
            return self.move(move, self.actor(self._stands_for(self.pick(move.authorities))), proper=True)
        if not moves:
            return self.any_move()
        move = self.pick(moves)
        self._wait_for(move)
        for use in move.papers:
            rule = self.kind.attachments[use.code]
            above = self.dossier.floor
            here = rule.applies.to(own=self.dossier.own) and use.applies.to(own=self.dossier.own)
            if here and not rule.by_act and self.dossier.newest(use.code, above=above) is None:
                who = min(rule.filed_by)
                return self.file(use.code, self.actor(self._stands_for(who)), spoilt=False)
        for item in self.dossier.newest_return.items if self.dossier.newest_return is not None else ():
            rule = self.kind.attachments.get(item.paper or "")
            if (
                item.paper
                and rule is not None
                and rule.filed_by
                and self.dossier.newest(item.paper, above=self.dossier.newest_return.seq) is None
            ):  # type: ignore[union-attr]
                return self.file(item.paper, self.actor(self._stands_for(min(rule.filed_by))), spoilt=False)
        return self.move(move, self.actor(self._stands_for(move.authorities[0])), proper=True)

    def _wait_for(self, move: Transition) -> None:
        """Let time go on until the move's date has opened."""
        if move.deadline is not None:
            date = resolve(
                self.books.deadlines, move.deadline, self.books.grants, commune_id="commune", province_id="p"
            )
            self.at = max(self.at, date.opens or self.at)

    def _answers(self, move: Transition) -> bool:
        newest = self.dossier.newest_return
        return newest is not None and newest.mode is move.mode

    def _stands_for(self, role: Role) -> Role:
        return Role.COMMUNE_COMMITTEE if self.dossier.own and role is Role.UNIT else role

    def any_move(self) -> Tried:
        """Any move of the kind, mostly from here, by anybody."""
        everyday = not self.chance(4)  # the scheduler, and moves into a void, would end most walks early
        from_here = [
            move
            for move in self.kind.from_state(self.dossier.state)
            if not everyday or self.kind.state(move.target).meaning is not Meaning.VOID
        ] or list(self.kind.transitions)
        pool = self.pick([from_here, from_here, from_here, list(self.kind.transitions)])
        move = self.pick(pool)
        likely = sorted({*move.recorders_on(own=self.dossier.own)})
        role = self.pick([*likely * 4, *ROLES, Role.SYSTEM, Role.ADMIN])
        return self.move(move, self.actor(role), proper=not self.chance(4))

    def move(self, move: Transition, actor: Actor, *, proper: bool) -> Tried:
        """Try a move; ``proper``: with all that it needs. Explanation and gate are both asked."""
        choices = [code for code, _ in move.choices] or [None]
        choice = move.branch or self.pick(choices if proper else [*choices, None])
        supplied = {}
        for use in move.papers:
            rule = self.kind.attachments[use.code]
            if move.trigger in rule.with_acts and rule.applies.to(own=self.dossier.own) and (proper or self.chance(2)):
                document = self.document(use.code, choice, spoilt=not proper)
                supplied[use.code] = Supplied(document, self.reference(use.code, document, files=proper))
        command = Command(
            trigger=move.trigger,
            seen_version=self.dossier.version - (0 if proper else self.pick([0, 0, 0, 1])),
            choice=choice,
            supplied=supplied,
            from_paper=self.signed(),
            reason=TEXT if proper else self.pick([TEXT, None]),
            **self._returning(move, proper=proper),
        )
        tried = Tried("move", actor, self._copy(), move, command=command)
        try:
            weighed = lifecycle.explain(self.kind, self.dossier, command, actor, at=self.at, books=self.books)
            tried.refusals = tuple(refusal.code for refusal in weighed.refusals)
        except TransitionNotAvailable:
            tried.refusals = ("transition_not_available",)
        try:
            tried.events = lifecycle.perform(self.kind, self.dossier, command, actor, at=self.at, books=self.books)
        except (TransitionNotAvailable, TransitionRefused, StaleDossier) as error:
            tried.error = error
        return tried

    def _returning(self, move: Transition, *, proper: bool) -> dict[str, Any]:
        if not move.is_return:
            return {}
        papers = [code for code, rule in self.kind.attachments.items() if rule.filed_by]
        paper = self.pick([None, *papers])
        redo = self.pick([None, *move.redo_targets, *([] if proper else ["nowhere"])])
        items = (ev.ReturnItem(TEXT, paper),) if proper or self.chance(2) else ()
        return {"items": items, "mode": ReturnMode.REDO if redo else ReturnMode.SUPPLEMENT, "redo_to": redo}

    def any_paper(self) -> Tried:
        """Any paper, by anybody."""
        code = self.pick(sorted(self.kind.attachments))
        return self.file(code, self.actor(self.pick(ROLES)), spoilt=self.chance(2))

    def file(self, code: str, actor: Actor, *, spoilt: bool) -> Tried:
        """Try to file a paper."""
        tried = Tried("file", actor, self._copy())
        rule, document = self.kind.attachments[code], self.document(code, None, spoilt=spoilt)
        files = not spoilt or self.chance(2)
        paper, signed = self.reference(code, document, files=files), self.signed()
        refusals = filing.filing_refusals(
            self.kind, self.dossier, rule, actor, books=self.books, from_paper=signed, files=paper.files
        )
        tried.refusals = tuple(refusal.code for refusal in refusals)
        try:
            tried.events = filing.file_paper(
                self.kind, self.dossier, rule, paper, document, actor=actor,
                seen_version=self.dossier.version, at=self.at, books=self.books, from_paper=signed,
            )  # fmt: skip
        except (TransitionRefused, InvalidDocument) as error:
            tried.error = error
        return tried

    def hold(self) -> Tried:
        """Try to put the dossier on hold."""
        return self._desk(desk.hold, TEXT)

    def lift(self) -> Tried:
        """Try to lift a hold."""
        return self._desk(desk.lift, None)

    def _desk(self, verb: Callable[..., list[ev.Event]], reason: ev.TextRef | None) -> Tried:
        actor = self.actor(self.pick(ROLES))
        tried = Tried("desk", actor, self._copy())
        try:
            tried.events = verb(
                self.kind, self.dossier, actor, reason=reason, paper=self.signed(),
                seen_version=self.dossier.version, at=self.at, books=self.books,
            )  # fmt: skip
        except TransitionRefused as error:
            tried.error = error
            tried.refusals = tuple(refusal.code for refusal in error.refusals)
        return tried

    def _copy(self) -> Dossier:
        """The dossier as its events make it: equal to the live one, and untouched by what follows."""
        return Dossier.replay(self.history)
