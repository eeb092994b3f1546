"""A dossier's journal as a story: each event in the words of the kind that was in force, whose act, entered by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from workflow.domain import events as ev
from workflow.domain.actors import REPRESENTS_COMMUNE, Role
from workflow.domain.errors import NotFound
from workflow.domain.kinds import AttachmentRule, DossierKind, Transition
from workflow.queries.dossier_record import Entry, Record
from workflow.queries.dossier_view import Doer, GrantView, Happening, Named, StoryLine

Kinds = Callable[[str, int | None], DossierKind]
"""A kind by code and version; version None: the newest in force, which a draft follows (law.md, Versions)."""


@dataclass(frozen=True, slots=True)
class Teller:
    """What telling needs: the dossier's kind today, older ones by version, the record, what the reader may not see."""

    kind: DossierKind
    kinds: Kinds
    record: Record
    grants: Mapping[str, GrantView]
    tells_holds: bool
    own: bool

    def story(self) -> Iterator[StoryLine]:
        """Every entry of the record, oldest first."""
        kind, told = self.kind, dict[int, str]()
        for entry in self.record.entries:
            kind = self._in_force(kind, entry.event)
            line = self._line(kind, entry, told)
            told[entry.seq] = line.label
            yield line

    def _in_force(self, kind: DossierKind, event: ev.Event) -> DossierKind:
        """The version after whose words an event is told; the present one where an old one is gone."""
        match event:
            case ev.DossierOpened() | ev.KindRebound():
                version: int | None = event.kind_version
            case ev.Moved():
                version = event.kind_version
            case _:
                version = None
        if version is None or version == kind.version:
            return kind
        try:
            return self.kinds(self.kind.code, version)
        except NotFound:
            return self.kind

    def _line(self, kind: DossierKind, entry: Entry, told: Mapping[int, str]) -> StoryLine:
        event = entry.event
        match event:
            case ev.DossierOpened():
                unit = Role.UNIT if event.for_unit is not None else None
                line = self._told(entry, Happening.OPENED, self.doer(event, unit, event.for_unit))
                return replace(line, state=_state(kind, event.state))
            case ev.PaperFiled():
                rule = kind.attachments.get(event.paper.code)
                paper = Named(event.paper.id, rule.label if rule else event.paper.code)
                by = self.doer(event, self.filer(rule, event.role), event.from_paper)
                return replace(self._told(entry, Happening.FILED, by), label=paper.name, papers=(paper,))
            case ev.Moved():
                return self._moved(kind, entry, event)
            case ev.HoldSet() | ev.HoldLifted():
                what = Happening.HELD if isinstance(event, ev.HoldSet) else Happening.LIFTED
                shown = event.paper if self.tells_holds else None
                reason = self._text(event.reason) if self.tells_holds else None
                return replace(self._told(entry, what, self.doer(event, None, shown)), reason=reason)
            case ev.StepCorrected():
                line = self._told(entry, Happening.CORRECTED, self.doer(event, None, event.paper))
                label, reason = told.get(event.step, ""), self._text(event.reason)
                return replace(line, label=label, reason=reason, act_id=event.act_id, step=event.step)
            case ev.KindRebound():
                line = self._told(entry, Happening.REBOUND, self.doer(event))
                state = None if event.target is None else _state(kind, event.target)
                return replace(line, label=kind.label, state=state, reason=self._text(event.reason))
            case _:
                raise TypeError(f"not an event of a dossier: {type(event).__name__}")

    @staticmethod
    def _told(entry: Entry, what: Happening, by: Doer) -> StoryLine:
        return StoryLine(entry.seq, entry.position, entry.event.at, what, by, door=entry.door)

    def _moved(self, kind: DossierKind, entry: Entry, event: ev.Moved) -> StoryLine:
        transition = _transition(kind, event) or _transition(self.kind, event)
        by = replace(self.doer(event, event.authority, event.from_paper), by_disconnected=event.by_disconnected)
        return replace(
            self._told(entry, Happening.MOVED, by),
            label=transition.done_label if transition is not None else event.trigger,
            choice=_choice(transition, event.choice),
            state=_state(kind, event.target),
            papers=tuple(Named(paper.id, _label(kind, paper.code)) for paper in event.papers),
            reason=self._text(event.reason),
            late=event.late,
            grant=self.grants.get(event.grant_id or ""),
            act_id=event.act_id,
            items=len(event.items),
            sent_at=event.sent_at,
        )

    def doer(self, event: ev.Event, authority: Role | None = None, paper: ev.SignedPaper | None = None) -> Doer:
        """Who did it, and whose act it is."""
        return Doer(event.role, self.record.offices.get(event.person_id, ""), authority or event.role, paper)

    def filer(self, rule: AttachmentRule | None, role: Role) -> Role:
        """Whose paper it is that somebody in ``role`` filed; on the commune's own dossier the committee is the unit."""
        if rule is None or not rule.filed_by or role in rule.filed_by or (self.own and role is REPRESENTS_COMMUNE):
            return role
        return min(rule.filed_by)

    def _text(self, ref: ev.TextRef | None) -> str | None:
        return None if ref is None else self.record.texts.get(ref.id)


def _state(kind: DossierKind, code: str) -> Named:
    return Named(code, kind.states[code].label if code in kind.states else code)


def _label(kind: DossierKind, code: str) -> str:
    return kind.attachments[code].label if code in kind.attachments else code


def _transition(kind: DossierKind, event: ev.Moved) -> Transition | None:
    """The transition that was made; by its ends where a version names it otherwise."""
    ends = (event.trigger, event.source, event.target)
    named = [t for t in kind.transitions if t.id == event.transition]
    return next(iter([*named, *(t for t in kind.transitions if (t.trigger, t.source, t.target) == ends)]), None)


def _choice(transition: Transition | None, choice: str | None) -> str | None:
    if choice is None or transition is None:
        return choice
    return dict(transition.choices).get(choice, choice)
