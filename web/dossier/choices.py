"""What could be done with a dossier: the next step with all that is missing, every other act of the reader's role."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import current_app, url_for

from web.formatting import day, lower_first
from web.forms import id_of, parse_path
from web.refusals import Go, Reason, reasons
from web.words import has, say
from workflow.domain.actors import OFFICER_ROLES, Role
from workflow.domain.deadlines import Face
from workflow.domain.guards.papers import floor_for
from workflow.domain.guards.scope import is_elsewhere
from workflow.domain.kinds import ENDED, Effect, Meaning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from web.dossier.sight import Sight
    from workflow.domain.guards import Refusal
    from workflow.domain.kinds import Transition
    from workflow.domain.lifecycle import Option

_WITH_COMMAND = frozenset({"guard.reason", "guard.return_items", "guard.signed_paper"})
_WITH_ITS_PAPER = frozenset({"guard.paper_missing", "guard.file_required"})
_OF_THE_READER = frozenset({"guard.role", "guard.separation", "guard.out_of_scope"})
_RESULT_IS, _RESULT_OTHER = "result_is", "guard.meeting_result"
_FINDINGS = {"guard.finding_open": "answers", "guard.finding_answered": "closes"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One act. ``mine``: the reader's role may enter it; ``unmet``: what must be cleared before, complete.

    ``hint`` says what it brings about; ``grave``: it ends the dossier. ``who``: whose act it is.
    """

    label: str
    url: str
    mine: bool
    who: str
    unmet: tuple[Reason, ...] = ()
    warnings: tuple[str, ...] = ()
    hint: str = ""
    grave: bool = False
    trigger: str = ""
    after: str = ""
    met: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Nothing stands against it but what its own form asks for."""
        return not self.unmet


def options_of(sight: Sight) -> dict[str, list[Option]]:
    """The engine's options by trigger, in its order."""
    found: dict[str, list[Option]] = {}
    for option in sight.look.moves:
        found.setdefault(option.transition.trigger, []).append(option)
    return found


def next_step(sight: Sight) -> Choice | None:
    """The step of the straight path, or the resubmission of a returned dossier, for whoever looks at the page.

    When a meeting has decided otherwise, what its result leads to stands in the place of the straight path.
    """
    onward = [o for o in sight.look.moves if o.transition.forward or o.transition.mode is not None]
    found = ([o for o in onward if not is_elsewhere(o.weighed)] or onward)[:1]
    if found and _RESULT_OTHER in _codes(found[0]):
        found = [o for o in sight.look.moves if _by_result(o) and _RESULT_OTHER not in _codes(o)][:1] or found
    return _choice(sight, options_of(sight)[found[0].transition.trigger], is_next=True) if found else None


def _codes(option: Option) -> set[str]:
    return {refusal.code for refusal in option.weighed.refusals if refusal.facts.get("met", True)}


def _by_result(option: Option) -> bool:
    return any(use.name == _RESULT_IS for use in option.transition.guards)


def other_acts(sight: Sight) -> list[Choice]:
    """Every other move that the reader's role could make from here, those that are open first."""
    main = next_step(sight)
    found = [
        _choice(sight, options)
        for trigger, options in options_of(sight).items()
        if main is None or trigger != main.trigger
    ]
    mine = [choice for choice in found if choice.mine]
    return sorted([*mine, *_desk_acts(sight)], key=lambda choice: (not choice.is_open, choice.grave))


def unmet_of(sight: Sight, option: Option) -> tuple[Refusal, ...]:
    """What stands against a move beside what its own form will bring."""
    return tuple(refusal for refusal in option.weighed.refusals if not _is_brought(sight, refusal, option.transition))


def _is_brought(sight: Sight, refusal: Refusal, transition: Transition) -> bool:
    if refusal.code in _WITH_COMMAND:
        return True
    rule = sight.kind.attachments.get(refusal.paper or "")
    return refusal.code in _WITH_ITS_PAPER and rule is not None and transition.trigger in rule.with_acts


def is_mine(option: Option) -> bool:
    """Whether the reader's role may enter the step at all."""
    return not any(refusal.code in {"guard.role", "guard.out_of_scope"} for refusal in option.weighed.refusals)


def _choice(sight: Sight, options: list[Option], *, is_next: bool = False) -> Choice:
    """Options of one trigger as one act: it is open when one of its answers is."""
    best = min(options, key=lambda option: len(unmet_of(sight, option)))
    transition, mine = best.transition, is_mine(best)
    refusals = unmet_of(sight, best)
    if is_next and not mine:
        refusals = tuple(refusal for refusal in refusals if refusal.code not in _OF_THE_READER)
    target = sight.kind.state(transition.target)
    return Choice(
        label=transition.label,
        url=move_url(sight, transition),
        mine=mine,
        who=sight.name_of(transition.authority_of(sight.reader.role, own=sight.dossier.own)),
        unmet=told(sight, refusals),
        warnings=tuple(reason.what for reason in told(sight, best.weighed.warnings)),
        hint=_hint(sight, transition) if mine else "",
        grave=target.meaning in ENDED - {Meaning.POSITIVE},
        trigger=transition.trigger,
        after=_after(sight, options),
        met=_met(sight, best, mine=mine) if is_next else (),
    )


def _after(sight: Sight, options: list[Option]) -> str:
    """Where the step leads, whatever its answer."""
    targets = {option.transition.target for option in options}
    if len(targets) > 1:
        return say("choice.after_result")
    return say("choice.after", state=sight.kind.state(targets.pop()).label)


def move_url(sight: Sight, transition: Transition) -> str:
    """Where a move is made: returns have their page, acts on many theirs, every other move its own."""
    dossier_id = sight.dossier.id
    if Effect.OPEN_RETURN in transition.effects:
        return url_for("returns.begin", dossier_id=dossier_id, trigger=transition.trigger)
    if transition.act:
        return act_url(dossier_id, transition.trigger)
    return url_for("moves.begin", dossier_id=dossier_id, trigger=transition.trigger)


def act_url(dossier_id: str, trigger: str) -> str:
    """The page of an act on many dossiers, this one chosen."""
    return f"{url_for('acts.begin', trigger=trigger)}?{urlencode({'ho-so': dossier_id})}"


def told(sight: Sight, refusals: Iterable[Refusal]) -> tuple[Reason, ...]:
    """Refusals in words, with the names of whoever clears them; those the reader can clear first."""
    found = []
    for refusal in refusals:
        reason = reasons([refusal], dossier_id=sight.dossier.id, own_dossier=sight.dossier.own)[0]
        named = replace(reason, who=sight.name_of(refusal.cleared_by)) if refusal.cleared_by else reason
        found.append(replace(named, go=_go(sight, refusal, named)))
    return tuple(sorted(found, key=lambda reason: not reason.own))


def _go(sight: Sight, refusal: Refusal, reason: Reason) -> Go | None:
    """The one thing the reader can do about it: the very field, the answer to a finding, a reminder."""
    dossier_id = sight.dossier.id
    if refusal.code in _FINDINGS:
        papers = [code for code, rule in sight.kind.attachments.items() if rule.finding == _FINDINGS[refusal.code]]
        if papers and reason.own:
            finding = refusal.facts.get("finding")
            url = url_for("papers.edit", dossier_id=dossier_id, code=papers[0], kien_nghi=finding)
            return Go(url, say(f"go.{refusal.code}"))
    if reason.own and refusal.paper is not None and not sight.kind.attachments[refusal.paper].by_act:
        anchor = id_of(parse_path(refusal.path)) if refusal.path else None
        url = url_for("papers.edit", dossier_id=dossier_id, code=refusal.paper, o=refusal.path, _anchor=anchor)
        words = f"go.{refusal.code}"
        return Go(url, say(words if has(words) else "why.open_paper"))
    if not reason.own and refusal.cleared_by is Role.UNIT and sight.reader.role in OFFICER_ROLES:
        hidden = {"paper": refusal.paper} if refusal.paper else {}
        return Go(url_for("dossiers.remind", dossier_id=dossier_id), say("why.remind_unit"), post=True, hidden=hidden)
    if refusal.code == "guard.closed" and "deadlines.ask" in current_app.view_functions:
        return Go(url_for("deadlines.ask", dossier=dossier_id), say("go.ask_for_time"))
    return None if reason.go is not None and reason.go.post else reason.go


def _hint(sight: Sight, transition: Transition) -> str:
    """What the act brings about, in one line, and whose act it is when the reader only enters it."""
    hint = _effect_words(sight, transition)
    authority = transition.authority_of(sight.reader.role, own=sight.dossier.own)
    if authority is sight.reader.role:
        return hint
    return say("choice.hint.recorded", who=sight.name_of(authority), hint=hint)


def _effect_words(sight: Sight, transition: Transition) -> str:
    if Effect.OPEN_RETURN in transition.effects:
        return say("choice.hint.return")
    if transition.act:
        return say("choice.hint.act")
    target = sight.kind.state(transition.target)
    if target.meaning in ENDED:
        return say("choice.hint.end", state=lower_first(target.label))
    return say("choice.hint.to", state=lower_first(target.label))


def _desk_acts(sight: Sight) -> list[Choice]:
    """Hold and lift, for officers; corrections stand beside the steps they mend."""
    if sight.reader.role not in OFFICER_ROLES or (sight.is_ended and sight.dossier.hold is None):
        return []
    dossier_id = sight.dossier.id
    if sight.dossier.hold is None:
        url, code, refusals = url_for("desk.hold", dossier_id=dossier_id), "hold", sight.look.desk.hold
    else:
        url, code, refusals = url_for("desk.lift", dossier_id=dossier_id), "lift", sight.look.desk.lift
    return [
        Choice(
            label=say(f"choice.{code}"),
            url=url,
            mine=True,
            who=sight.name_of(sight.reader.role),
            unmet=told(sight, refusals),
            hint=say(f"choice.hint.{code}"),
            trigger=code,
        )
    ]


def _met(sight: Sight, option: Option, *, mine: bool) -> tuple[str, ...]:
    """What the step asks for and is there already: papers, time, closed findings, separation of duties."""
    transition, dossier = option.transition, sight.dossier
    missing = {refusal.paper for refusal in option.weighed.refusals}
    refused = {refusal.code for refusal in option.weighed.refusals}
    above = floor_for(sight.kind, dossier, transition.target)
    found = []
    for use in transition.papers:
        filed = dossier.newest(use.code, above=above)
        if filed is not None and use.code not in missing:
            rule = sight.kind.attachments[use.code]
            found.append(say("met.paper", paper=rule.label, version=filed.paper.version, day=day(filed.at)))
    verdict = sight.look.verdict
    if verdict is not None and verdict.face is Face.ON_TIME:
        found.append(say("met.in_time"))
    if dossier.findings and not dossier.open_findings:
        found.append(say("met.findings", count=len(dossier.findings)))
    if mine and sight.kind.separations and "guard.separation" not in refused and not transition.unit_side:
        found.append(say("met.separation"))
    return tuple(found)
