"""One move as its form asks for it: choices, reason, signed paper, the paper that comes with it, what is handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from web.context import house
from web.dossier.choices import is_mine, options_of, told, unmet_of
from web.dossier.filings import filed_mark
from web.dossier.paper_forms import ENTERED, form_of, setting_of
from web.formatting import VIETNAM
from web.forms import id_of
from web.forms.typed import UnreadableError, read_day
from web.words import say
from workflow.domain.errors import TransitionNotAvailable
from workflow.domain.guards.papers import floor_for
from workflow.domain.kinds import ENDED, Meaning

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.dossier.trouble import Trouble
    from web.dossier.turns import Mark
    from web.refusals import Reason
    from workflow.domain.dossier import Filed
    from workflow.domain.kinds import AttachmentRule, Transition
    from workflow.domain.lifecycle import Option


@dataclass(frozen=True, slots=True)
class Line:
    """One line of "check your answers": a value, and where to mend it."""

    label: str
    text: str
    change: str


@dataclass(frozen=True, slots=True)
class Handed:
    """A paper that is handed in with the step: its version, how it stands, its values in words."""

    code: str
    title: str
    version: int
    mark: Mark
    url: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One move for its page. ``options``: its answers; ``paper``: what comes with it.

    ``records``: the reader enters it for another; ``checks``: the unit hands in, so all is shown again before.
    """

    trigger: str
    label: str
    options: tuple[Option, ...]
    who: str
    mine: bool
    unmet: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    needs_reason: bool
    records: bool
    paper: AttachmentRule | None
    checks: bool
    grave: bool
    after: str

    @property
    def choices(self) -> tuple[tuple[str, str, str], ...]:
        """The answers to choose from; empty when there is one way only."""
        named = [(code, words, "") for option in self.options for code, words in _answers(option)]
        return tuple(dict.fromkeys(named)) if len(named) > 1 else ()

    @property
    def leads_one_way(self) -> bool:
        """Whether every answer leads into the same state."""
        return len({option.transition.target for option in self.options}) == 1

    @property
    def only_choice(self) -> str | None:
        """The answer when there is one only."""
        return self.options[0].choice

    @property
    def transition(self) -> Transition:
        """The first of its transitions."""
        return self.options[0].transition


def _answers(option: Option) -> tuple[tuple[str, str], ...]:
    choices = option.transition.choices
    branch = option.transition.branch
    return tuple(pair for pair in choices if branch is None or pair[0] == branch)


def step_of(sight: Sight, trigger: str) -> Step:
    """The move of that trigger from the present state. Raises ``TransitionNotAvailable`` when there is none."""
    options = tuple(options_of(sight).get(trigger, ()))
    if not options:
        raise TransitionNotAvailable(trigger=trigger, state=sight.dossier.state, choices=())
    best = min(options, key=lambda option: len(unmet_of(sight, option)))
    transition = best.transition
    authority = transition.authority_of(sight.reader.role, own=sight.dossier.own)
    papers = [rule for rule in sight.kind.attachments.values() if _comes_along(sight, rule, transition)]
    target = sight.kind.state(transition.target)
    return Step(
        trigger=trigger,
        label=transition.label,
        options=options,
        who=sight.name_of(authority),
        mine=is_mine(best),
        unmet=told(sight, unmet_of(sight, best)),
        warnings=told(sight, best.weighed.warnings),
        needs_reason=any(option.transition.needs_reason for option in options),
        records=authority is not sight.reader.role,
        paper=papers[0] if papers else None,
        checks=transition.unit_side and target.meaning not in ENDED,
        grave=target.meaning in ENDED - {Meaning.POSITIVE},
        after=target.label,
    )


def _comes_along(sight: Sight, rule: AttachmentRule, transition: Transition) -> bool:
    """Whether the paper is asked for by the step and comes with it, instead of being filed before."""
    asked = {use.code for use in transition.papers if use.applies.to(own=sight.dossier.own)}
    return rule.code in asked and transition.trigger in rule.with_acts and rule.belongs_to(sight.dossier)


def handed_in(sight: Sight, step: Step) -> list[Handed]:
    """The papers that count for the step, each with its values and the way to mend every one of them."""
    above = floor_for(sight.kind, sight.dossier, step.transition.target)
    rules = sight.kind.attachments
    asked = (use for use in step.transition.papers if use.applies.to(own=sight.dossier.own))
    codes = [use.code for use in asked if rules[use.code].belongs_to(sight.dossier)]
    newest = sight.dossier.newest_return
    if newest is not None and step.transition.mode is not None:
        codes += [item.paper for item in newest.items if item.paper is not None]
        above = 0
    found = []
    for code in dict.fromkeys(codes):
        filed, rule = sight.dossier.newest(code, above=above), sight.kind.attachments[code]
        if filed is not None and not rule.by_act and code not in sight.look.hidden:
            found.append(_handed(sight, rule, filed))
    return found


def signed_before(sight: Sight, handed: list[Handed]) -> Filed | None:
    """The handed paper that was entered from a signed one: the step is usually entered from the same."""
    found = [sight.dossier.newest(one.code) for one in handed]
    return next((filed for filed in found if filed is not None and filed.from_paper is not None), None)


def _handed(sight: Sight, rule: AttachmentRule, filed: Filed) -> Handed:
    document = house().looks.document(sight.reader, sight.dossier.id, filed.paper.id)
    facts = form_of(rule.schema_id).facts(document, setting_of(sight, rule, hidden={ENTERED}))
    dossier_id = sight.dossier.id

    def change(path: Any) -> str:
        pointer = "".join(f"/{part}" for part in path)
        return url_for("papers.edit", dossier_id=dossier_id, code=rule.code, o=pointer, _anchor=id_of(path))

    return Handed(
        code=rule.code,
        title=rule.label,
        version=filed.paper.version,
        mark=filed_mark(sight, rule, filed),
        url=url_for("papers.view", dossier_id=dossier_id, code=rule.code),
        lines=tuple(Line(fact.label, fact.text, change(fact.path)) for fact in facts),
    )


def sent_at(trouble: Trouble) -> datetime | None:
    """When the unit sent a paper that is typed in later; None when it was not said."""
    typed = request.form.get("gui_ngay", "")
    if not typed.strip():
        return None
    try:
        return datetime.combine(datetime.fromisoformat(read_day(typed)).date(), time(12), VIETNAM)
    except UnreadableError as error:
        trouble.add(say(error.code, **error.facts), "gui_ngay")
        return None
