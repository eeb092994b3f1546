"""What the law says of a move, read from a kind's JSON and the plain facts of a life; no rule of the engine is used.

It answers for the outer conditions of every move: is there such a move from here, who may enter it and where, did the
same person make a separated step, is the signed paper there, is it in time, does a hold or a closed year stop it, is a
reason given, are the papers, results and other dossiers as asked for. What papers must contain is the engine's alone
and stands outside (see ``JUDGED`` and ``GROUNDS``).
"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support import award_oracle
from tests.unit.domain.walks import Tried, Walk
from workflow.domain.calendars import HCM
from workflow.domain.events import DossierOpened, Moved, PaperFiled

JUDGED = frozenset(
    {
        "guard.role",
        "guard.out_of_scope",
        "guard.signed_paper",
        "guard.on_hold",
        "guard.not_open",
        "guard.closed",
        "guard.cycle_closed",
        "guard.cycle_still_open",
        "guard.was_submitted",
        "guard.reason",
        "guard.return_items",
        "guard.separation",
    }
)
"""The refusals this oracle answers for; the walk's other refusals speak of papers and of persons."""

GROUNDS = frozenset(
    {
        "guard.already_filed",
        "guard.in_standing",
        "guard.other_dossier",
        "guard.paper_missing",
        "guard.result_missing",
        "guard.result_other",
        *award_oracle.GROUNDS,
    }
)
"""Answered for too, but not on the way back from a return, which repeats the grounds of the steps it leads into."""

COMMUNE = {"commune_police", "commune_committee"}
PROVINCE = {"province_police", "province_committee"}
Part = Mapping[str, Any]
_DAY = re.compile(r"(from|before|through) (\d\d)-(\d\d|end)( of year before)?")


class Oracle:
    """One kind as its ``kind.json`` spells it."""

    def __init__(self, file: Path) -> None:
        self.kind: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))

    def against(self, walk: Walk, tried: Tried) -> frozenset[str] | None:
        """The judged refusals of the move that was tried; None when the kind knows no such move from here."""
        move = self.move(tried)
        if move is None:
            return None
        found = set(self._who(walk, tried, move)) | set(self._when(walk, tried, move))
        if tried.before.hold is not None and not move.get("while_held"):
            found.add("guard.on_hold")
        command = tried.command
        assert command is not None
        if move.get("needs_reason") and command.reason is None and not command.items:
            found.add("guard.reason")
        if _is_return(move) and not command.items:
            found.add("guard.return_items")
        if Parts(self.kind, walk, tried).clash(move):
            found.add("guard.separation")
        return frozenset(found | set(self._grounds(walk, tried, move))) & self.judged(walk, tried)

    def judged(self, walk: Walk, tried: Tried) -> frozenset[str]:
        """The refusals this oracle answers for on that move."""
        move = self.move(tried)
        if move is None or move["to"].startswith("@"):
            return JUDGED
        redone = any(getattr(event, "mode", None) == "redo" for event in walk.history)
        return JUDGED | (GROUNDS - {"guard.paper_missing"} if redone else GROUNDS)

    def _grounds(self, walk: Walk, tried: Tried, move: Part) -> Iterator[str]:
        """What the step rests on: papers, results of the ledger, no other dossier of the year."""
        own, command = tried.before.own, tried.command
        assert command is not None
        filed = _filed(walk)
        for use in move.get("papers", ()):
            asked = {"code": use} if isinstance(use, str) else use
            rule = self.kind["attachments"][asked["code"]]
            there = command.supplied if move["trigger"] in rule.get("with_acts", ()) else filed
            its = _applies(asked, own) and _applies(rule, own) and self._where(rule, walk)
            if its and asked["code"] not in there:
                yield "guard.paper_missing"
        for guard in move.get("guards", ()):
            if _applies(guard, own) and not guard.get("warns") and self._where(guard, walk):
                yield from self._guarded(guard, walk, tried.before.cycle, filed)
                yield from award_oracle.Proposal(self.kind, walk, tried).against(guard)

    def _where(self, rule: Part, walk: Walk) -> bool:
        """Whether the rule is for a dossier of which its newest paper says this."""
        where = rule.get("where")
        if where is None:
            return True
        columns = {column["code"]: column for column in self.kind["roll"]["columns"]}
        column = columns[where["column"]]
        filed = [e.paper for e in walk.history if isinstance(e, PaperFiled) and e.paper.code == column["paper"]]
        said = filed[-1].facts.get("said", {}) if filed else {}
        return str(said.get(column["field"])).lower() in where["any_of"]

    def _guarded(self, guard: Part, walk: Walk, cycle: int, filed: set[str]) -> Iterator[str]:
        kind = guard.get("kind", self.kind["code"])
        rows = [row for row in walk.books.results if row.kind == kind and row.standing]
        match guard["guard"]:
            case "ledger_result":
                of_year = [row for row in rows if row.cycle == cycle + guard.get("year", 0)]
                if not any(row.result in guard["any_of"] for row in of_year):
                    yield "guard.result_other" if of_year else "guard.result_missing"
            case "not_standing" if rows:
                yield "guard.in_standing"
            case "only_dossier" if walk.books.others:
                yield "guard.other_dossier"
            case "before_first" if guard["paper"] in filed:
                yield "guard.already_filed"

    def move(self, tried: Tried) -> Part | None:
        """The transition of the JSON that the command means."""
        before, command = tried.before, tried.command
        assert command is not None
        for move in self.kind["transitions"]:
            whose = move.get("applies")
            if move["trigger"] != command.trigger or before.state not in move["from"]:
                continue
            if whose is not None and (whose == "own") is not before.own:
                continue
            if self._leads_on(move, tried):
                return move  # type: ignore[no-any-return]
        return None

    def _leads_on(self, move: Part, tried: Tried) -> bool:
        before, command = tried.before, tried.command
        assert command is not None
        if move["to"] in ("@returned_from", "@redo"):
            back = before.open_returns[-1] if before.open_returns else None
            wanted = "supplement" if move["to"] == "@returned_from" else "redo"
            return back is not None and back.mode.value == wanted and command.choice is None
        if "left" in move and before.left_state not in move["left"]:
            return False
        if "choices" in move:
            return command.choice in move["choices"]
        return command.choice == move.get("choice")

    def _who(self, walk: Walk, tried: Tried, move: Part) -> list[str]:
        before, actor, role = tried.before, tried.actor, tried.actor.role.value
        here = {
            "unit": actor.organisation_id == before.subject_id,
            "commune_police": actor.commune_id == before.commune_id,
            "commune_committee": actor.commune_id == before.commune_id,
        }
        if role == "admin" or not here.get(role, True):
            return ["guard.out_of_scope"]
        named = move["authority"]
        authorities = [named] if isinstance(named, str) else list(named)
        allowed = set(move["recorders"]) | (set(move.get("own_recorders", ())) if before.own else set())
        if not walk.books.connected and PROVINCE & set(authorities):
            allowed.add("commune_police")
        if role not in allowed:
            return ["guard.role"]
        stands_for_unit = before.own and role == "commune_committee" and "unit" in authorities
        if role in (*authorities, "system") or stands_for_unit:
            return []
        paper = tried.command.from_paper if tried.command is not None else None
        return [] if paper is not None and paper.scans else ["guard.signed_paper"]

    def _when(self, walk: Walk, tried: Tried, move: Part) -> list[str]:
        found = []
        guards = {item["guard"] for item in move.get("guards", ())}
        closed = walk.books.cycle_closed_at is not None
        submitted = any(self.kind["states"][state].get("holder") in PROVINCE for state in self._way(walk))
        if "cycle_open" in guards and closed and not submitted:
            found.append("guard.cycle_closed")
        if "cycle_ended" in guards and not closed:
            found.append("guard.cycle_still_open")
        if "never_submitted" in guards and submitted:
            found.append("guard.was_submitted")
        if "deadline" in move:
            opens, closes = self.window(move["deadline"], walk)
            if opens is not None and walk.at < opens:
                found.append("guard.not_open")
            elif closes is not None and walk.at >= closes and not self._opened_late(move["deadline"], walk):
                found.append("guard.closed")
        return found

    def _way(self, walk: Walk) -> set[str]:
        """Every state the life has been in, as its events tell."""
        return {self.kind["initial"], *(event.target for event in walk.history if hasattr(event, "target"))}

    def window(self, code: str, walk: Walk) -> tuple[datetime | None, datetime | None]:
        """From when and until when (exclusive) the definition lets the step be made in this life's year."""
        rule, year = self.kind["deadlines"][code], walk.dossier.cycle
        opens = instant(rule.get("opens"), year)
        if "opens_after" in rule:
            opens = instant(self.kind["deadlines"][rule["opens_after"]].get("closes"), year)
        return opens, instant(rule.get("closes"), year)

    @staticmethod
    def _opened_late(code: str, walk: Walk) -> bool:
        grants = [one for one in walk.books.grants if one.deadline_code == code]
        return any(one.granted_at <= walk.at < one.until for one in grants)


class Parts:
    """The parts that persons took in a life, and whether one more would be one too many (law.md, separation)."""

    def __init__(self, kind: Part, walk: Walk, tried: Tried) -> None:
        self.kind, self.walk, self.tried = kind, walk, tried

    def clash(self, move: Part) -> bool:
        """Whether the person who tries the move made a step that must be another's."""
        role = self.tried.actor.role.value
        mine = self.tried.before.self_judged and role in COMMUNE
        if role == "system" or _is_return(move) or mine:
            return False
        return any(self._clash(pair, move) for pair in self.kind.get("separations", ()))

    def _clash(self, pair: Part, move: Part) -> bool:
        lifted = bool(pair.get("liftable")) and pair["code"] in self.walk.books.lifted
        paper = pair.get("unless_paper", "second")
        if self._is_second(pair, move["trigger"], move):
            if paper == "second" and not self._own_act(move, self.tried.actor.role.value):
                return False
            if pair["first"] == "@unit_side":
                return any(role != "commune_police" or not lifted for role in self._unit_side())
            return not lifted and any(
                event.trigger == pair["first"] and not (paper == "first" and _entered(event)) for event in self._made()
            )
        first = move.get("unit_side") if pair["first"] == "@unit_side" else move["trigger"] == pair["first"]
        return (
            bool(first)
            and not lifted
            and any(
                self._was_second(pair, event) and not (paper == "second" and _entered(event)) for event in self._made()
            )
        )

    def _is_second(self, pair: Part, trigger: str, move: Part) -> bool:
        if pair["second"] != "@officer":
            return bool(trigger == pair["second"])
        ours = not (move.get("unit_side") or _is_return(move) or "system" in move["authority"])
        return ours and trigger not in pair.get("excepted", ())

    def _was_second(self, pair: Part, event: Moved) -> bool:
        role = event.role.value
        if role in ("unit", "system") or (self.tried.before.self_judged and role in COMMUNE):
            return bool(event.trigger == pair["second"] != "@officer")
        move = next(m for m in self.kind["transitions"] if m["trigger"] == event.trigger and event.source in m["from"])
        return self._is_second(pair, event.trigger, move)

    def _own_act(self, move: Part, role: str) -> bool:
        named = move["authority"]
        authorities: list[str] = [named] if isinstance(named, str) else named
        stands_for_unit = self.tried.before.own and role == "commune_committee" and "unit" in authorities
        return role in authorities or stands_for_unit

    def _made(self) -> list[Moved]:
        return [e for e in self.walk.history if isinstance(e, Moved) and e.person_id == self.tried.actor.person_id]

    def _unit_side(self) -> Iterator[str]:
        """The roles in which the person stood for the unit."""
        for event in self.walk.history:
            if event.person_id != self.tried.actor.person_id or event.role.value == "system":
                continue
            role = event.role.value
            if isinstance(event, Moved):
                mine = self.tried.before.self_judged and role in COMMUNE
                if event.unit_side or mine:
                    yield role
            elif isinstance(event, PaperFiled):
                if "unit" in self.kind["attachments"][event.paper.code].get("filed_by", ()):
                    yield role
            elif isinstance(event, DossierOpened):
                yield role


def _filed(walk: Walk) -> set[str]:
    """The codes of all papers that came into the dossier, filed or with an act."""
    filed = {event.paper.code for event in walk.history if isinstance(event, PaperFiled)}
    return filed | {paper.code for event in walk.history if isinstance(event, Moved) for paper in event.papers}


def _is_return(move: Part) -> bool:
    return "open_return" in move.get("effects", ())


def _entered(event: Moved) -> bool:
    """The step was entered from the signed paper of another."""
    return event.from_paper is not None and event.role != event.authority


def _applies(part: Part, own: bool) -> bool:
    whose = part.get("applies")
    return whose is None or (whose == "own") is own


def instant(words: str | None, year: int) -> datetime | None:
    """The instant that ``from``, ``before`` or ``through`` a day means; a day ends as the next one begins."""
    if words is None:
        return None
    found = _DAY.fullmatch(words)
    if found is None:
        raise ValueError(f"not a day of a cycle: {words}")
    how, month, day, earlier = found.groups()
    if day == "end":
        day = str(monthrange(year - bool(earlier), int(month))[1])
    begins = datetime(year - bool(earlier), int(month), int(day), tzinfo=HCM)
    return begins + timedelta(days=1) if how == "through" else begins


def disagreement(oracle: Oracle, walk: Walk, tried: Tried) -> str:
    """What engine and oracle see differently about a move that was tried; "" when they agree."""
    if tried.what != "move":
        return ""
    said = oracle.against(walk, tried)
    stale = tried.command is not None and tried.command.seen_version != tried.before.version
    made = tried.error is None
    if made and (said is None or said or stale):
        return f"made against the law: {'no such move' if said is None else sorted(said)}{' stale' if stale else ''}"
    if said is None:
        return "" if tried.refusals == ("transition_not_available",) else "weighed a move the kind does not know"
    if stale:
        return "" if type(tried.error).__name__ == "StaleDossier" else "a stale version was not told"
    if "transition_not_available" in tried.refusals:
        return "a move of the kind was not found"
    engine = frozenset(tried.refusals) & oracle.judged(walk, tried)
    if "guard.out_of_scope" in engine:  # whether a stranger's paper is whole is nobody's question
        engine -= {"guard.signed_paper"}
    return "" if engine == said else f"engine refuses {sorted(engine)}, the law {sorted(said)}"
