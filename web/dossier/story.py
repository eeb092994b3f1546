"""What happened to a dossier, each event as one sentence: who did what, whose act it was, from which paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from flask import url_for

from web.formatting import digest_short, iso, moment, number, until_short
from web.forms.typed import typed_day
from web.words import has, say
from workflow.domain import events as ev
from workflow.domain.actors import Role
from workflow.domain.kinds import Meaning

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from workflow.domain.events import SignedPaper
    from workflow.domain.kinds import Transition
    from workflow.queries.dossier_record import Entry


_BAD = (Meaning.NEGATIVE, Meaning.VOID)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as ``macros/lists.html`` draws it; the full journal also shows number, office, door and digest."""

    at: str
    when: str
    text: str
    detail: str = ""
    url: str = ""
    link: str = ""
    kind: str = ""
    position: int = 0
    office: str = ""
    door: str = ""
    digest: str = ""


def story_of(sight: Sight) -> list[Happening]:
    """Everything that happened, newest first."""
    return [tell(sight, entry) for entry in reversed(sight.record.entries)]


def tell(sight: Sight, entry: Entry) -> Happening:
    """One entry of the journal in words."""
    event = entry.event
    told = _TELLERS[type(event)](sight, event, entry.seq)
    if isinstance(event, ev.Moved) and event.from_paper is not None and entry.seq in sight.look.desk.correctable:
        url = url_for("desk.correct", dossier_id=sight.dossier.id, seq=entry.seq)
        told = replace(told, url=url, link=say("story.correct", number=event.from_paper.number))
    return Happening(
        at=iso(event.at),
        when=_capital(moment(event.at, sight.today)),
        text=told.text,
        detail=told.detail,
        url=told.url,
        link=told.link,
        kind=told.kind,
        position=entry.position,
        office=sight.record.offices.get(event.person_id, ""),
        door=say(f"door.{entry.door}") if has(f"door.{entry.door}") else entry.door,
        digest=digest_short(entry.digest),
    )


def handed_over_by(sight: Sight) -> str:
    """What gave the present holder the turn, as the end of a sentence; empty when nothing on record did."""
    since = sight.dossier.holder_since
    found = [entry.event for entry in sight.record.entries if entry.event.at == since]
    if not found:
        return ""
    match found[-1]:
        case ev.Moved() as moved:
            return say("since.moved", step=transition_of(sight, moved).done_label)
        case ev.PaperFiled() as filed:
            return say("since.filed", paper=_label(sight, filed.paper.code))
        case ev.DossierOpened():
            return say("since.opened")
    return ""


@dataclass(frozen=True, slots=True)
class _Told:
    """What is said of one event; ``kind`` of its mark: back, no or nothing."""

    text: str
    detail: str = ""
    url: str = ""
    link: str = ""
    kind: str = ""


def _opened(sight: Sight, event: ev.DossierOpened, _seq: int) -> _Told:
    code = "story.opened_owed" if event.role is Role.SYSTEM else "story.opened"
    return _Told(
        say(code, who=sight.name_of(event.role), kind=sight.kind.called(sight.dossier.origin_id)), _from(event.for_unit)
    )


def _filed(sight: Sight, event: ev.PaperFiled, _seq: int) -> _Told:
    paper = event.paper
    text = say("story.filed", who=sight.name_of(event.role), paper=_label(sight, paper.code), version=paper.version)
    total, most = paper.facts.get("total"), paper.facts.get("maximum")
    if isinstance(total, str) and isinstance(most, str) and most != "0":
        text = say("story.filed_score", told=text, total=_points(total), maximum=_points(most))
    url = url_for("papers.view", dossier_id=sight.dossier.id, code=paper.code, ban=paper.version)
    link = say("story.see_version", version=paper.version)
    return _Told(say("story.end", told=text), _from(event.from_paper), url, link)


def _moved(sight: Sight, event: ev.Moved, seq: int) -> _Told:
    transition = transition_of(sight, event)
    choice = "" if transition.branch is not None else dict(transition.choices).get(event.choice or "", "")
    text = say("story.moved", who=sight.name_of(event.authority), step=transition.done_label)
    if choice:
        text = say("story.with_choice", told=text, choice=choice)
    if event.late:
        text = say("story.late", told=text)
    if event.items:
        text = say("story.with_items", told=text, count=len(event.items))
    detail = " ".join(filter(None, (_quoted(sight.text(event.reason)), _entered(sight, event))))
    text = say("story.end", told=text)
    if event.items:
        url = url_for("returns.one", dossier_id=sight.dossier.id, seq=seq)
        return _Told(text, detail, url, say("story.see_items"), "back")
    return _Told(text, detail, kind="no" if transition.target in sight.kind.states_meaning(*_BAD) else "")


def _entered(sight: Sight, event: ev.Moved) -> str:
    """Who entered the step, when it was not whose act it is, and the signed paper it rests on."""
    if event.role is event.authority or event.role is Role.SYSTEM:
        return _from(event.from_paper)
    paper = paper_words(event.from_paper) if event.from_paper is not None else ""
    code = "story.by_disconnected" if event.by_disconnected else "story.recorded"
    return say(code, who=sight.name_of(event.role), paper=paper)


def _held(sight: Sight, event: ev.HoldSet, _seq: int) -> _Told:
    return _Told(say("story.held", who=sight.name_of(event.role)), _quoted(sight.text(event.reason)))


def _lifted(sight: Sight, event: ev.HoldLifted, _seq: int) -> _Told:
    return _Told(say("story.lifted", who=sight.name_of(event.role)), _from(event.paper))


def _corrected(sight: Sight, event: ev.StepCorrected, _seq: int) -> _Told:
    step = next((made for made in sight.dossier.steps if made.seq == event.step), None)
    label = label_of_step(sight, step.trigger) if step is not None else ""
    text = say("story.corrected", who=sight.name_of(event.role), step=label, paper=paper_words(event.paper))
    return _Told(text, _quoted(sight.text(event.reason)))


def _rebound(sight: Sight, event: ev.KindRebound, _seq: int) -> _Told:
    text = say("story.rebound", who=sight.name_of(event.role), version=event.kind_version)
    return _Told(text, _quoted(sight.text(event.reason)))


def _dated(_sight: Sight, event: ev.TurnDated, _seq: int) -> _Told:
    until = event.clock.until if event.clock is not None else None
    if until is None:
        return _Told(say("story.undated"))
    return _Told(say("story.dated", until=until_short(until)))


_TELLERS: dict[type[ev.Event], Callable[[Sight, Any, int], _Told]] = {
    ev.DossierOpened: _opened,
    ev.PaperFiled: _filed,
    ev.Moved: _moved,
    ev.HoldSet: _held,
    ev.HoldLifted: _lifted,
    ev.StepCorrected: _corrected,
    ev.KindRebound: _rebound,
    ev.TurnDated: _dated,
}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def label_of_step(sight: Sight, trigger: str) -> str:
    """What a step is called."""
    return next((t.label for t in sight.kind.transitions if t.trigger == trigger), trigger)


def transition_of(sight: Sight, event: ev.Moved) -> Transition:
    """The transition of the kind that was made; a version that was left knew it under the same trigger."""
    named = [t for t in sight.kind.transitions if t.trigger == event.trigger]
    exact = [t for t in named if t.id == event.transition]
    alike = [t for t in named if (t.source, t.target) == (event.source, event.target)]
    return (exact or alike or named)[0]


def _label(sight: Sight, code: str) -> str:
    rule = sight.kind.attachments.get(code)
    return rule.label if rule is not None else code


def paper_words(paper: SignedPaper) -> str:
    """A signed paper in words: number, day, office."""
    return say("paper.signed", number=paper.number, date=typed_day(paper.date), issuer=paper.issuer)


def _from(paper: SignedPaper | None) -> str:
    return say("story.from_paper", paper=paper_words(paper)) if paper is not None else ""


def _quoted(words: str) -> str:
    return say("story.quoted", words=words) if words else ""


def _points(text: str) -> str:
    return number(float(text)) if "." in text else number(int(text))
