"""The procedure of a kind in plain Vietnamese, told from the definition alone.

What is said stands in ``messages/vi/procedure.json``; whoever asks brings the speaker (``Wording``) and the reader of
citations. The text is Markdown: a title, headings, paragraphs and lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from workflow.domain.awards import Asked
from workflow.domain.bounds import MONTH_END, Bound, Side
from workflow.domain.deadlines import DeadlineRule, Instead
from workflow.domain.guards.attempt import codes
from workflow.domain.guards.scope import DECIDES
from workflow.domain.kinds import Applies, AttachmentRule, DossierKind, GuardUse, Transition

Cite = Callable[[str], str]
"""A citation in words: what the register calls ``<id>#<place>``."""


class Speaker(Protocol):
    """Says sentences by code; ``workflow.wording.Wording`` is one."""

    def say(self, code: str, **fields: object) -> str:
        """The sentence with its fields."""

    def __contains__(self, code: object) -> bool:
        """Whether there is a sentence."""

    def working_days(self, n: int) -> str:
        """A number of working days in words."""


def procedure(kind: DossierKind, speaker: Speaker, cite: Cite) -> str:
    """The whole procedure as Markdown."""
    return Teller(kind, speaker, cite).text()


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the parts of a kind in words; the procedure is all of them, a guide those that concern one role."""

    kind: DossierKind
    speaker: Speaker
    cite: Cite

    def say(self, code: str, **fields: object) -> str:
        """A sentence of the procedure."""
        return self.speaker.say(f"procedure.{code}", **fields)

    def text(self) -> str:
        """All of it as Markdown."""
        parts = [f"# {self.say('title', label=self.kind.label)}", *self._head()]
        sections: tuple[tuple[str, Iterable[str]], ...] = (
            ("steps", self._steps()),
            ("other", self._others()),
            ("awards", (f"- {line}" for line in self._awards())),
            ("papers", (f"- {line}" for line in self._papers())),
            ("dates", (f"- {line}" for line in self.dates())),
            ("people", (f"- {line}" for line in self.separations())),
        )
        for heading, lines in sections:
            told = list(lines)
            if told:
                parts += [f"## {self.say(f'heading.{heading}')}", "\n".join(told)]
        return "\n\n".join(parts) + "\n"

    def _head(self) -> Iterator[str]:
        kind = self.kind
        yield self.say("version", version=str(kind.version), source=self.cite(kind.citation))
        yield self.say("subjects", subjects="; ".join(self._subject(code) for code in kind.subject_kinds))
        by_system = all(role.value == "system" for role in kind.opened_by)
        yield self.say("opened_by_system") if by_system else self.say("opened_by", roles=kind.opened_by)
        for item in kind.excludes:
            said = self.say("excluded", who=item.label, source=self.cite(item.source))
            yield said if item.verified else self.say("unverified", sentence=said)
        yield self.say("stages", stages=" → ".join(stage.label for stage in kind.stages))

    def _awards(self) -> Iterator[str]:
        """The forms of award with who proposes, appraises and decides; the table of conditions; what is preferred."""
        rules = self.kind.awards
        if rules is None:
            return
        for form in rules.forms:
            parts = {"proposer": form.proposer, "appraiser": form.appraiser, "decider": form.decider}
            source = self.cite(form.source)
            said = self.say("award_form", form=form.label, allots=form.allots, source=source, **parts)
            said = self.say("award_quota_blocks" if form.blocks else "award_quota_warns", sentence=said)
            said = self.say("award_until", sentence=said, until=form.until) if form.until is not None else said
            yield said if form.verified else self.say("unverified", sentence=said)
        codes_of = {Asked.SPECIAL: "award_row_special", Asked.YEAR_END: "award_row_year_end"}
        for row in rules.conditions:
            code = codes_of.get(row.asked, "award_row")
            yield self.say(code, row=row.row, condition=f"{row.label}.", source=self.cite(row.source))
        yield from (self.say("award_preference", label=item.label) for item in rules.preferences)
        yield self.say("award_sets", number=f"{rules.sets:02}")

    def _subject(self, code: str) -> str:
        known = f"subject_kind.{code}"
        return self.speaker.say(known) if known in self.speaker else code

    # --- steps of the straight path

    def _steps(self) -> Iterator[str]:
        forward = [move for move in self.kind.transitions if move.forward]
        order = sorted(forward, key=lambda move: (self.kind.state(move.source).depth, move.applies is Applies.OWN))
        for number, move in enumerate(order, 1):
            own = move.applies is Applies.OWN
            yield f"### {self._step_name(number, move, own=own)}"
            yield "\n".join(f"- {line}" for line in self._step(move))

    def _step_name(self, number: int, move: Transition, *, own: bool) -> str:
        state, target = self.kind.state(move.source).label, self.kind.state(move.target).label
        return self.say("step_own" if own else "step", n=number, label=move.label, state=state, target=target)

    def _step(self, move: Transition) -> Iterator[str]:
        yield self.say("who" if len(move.authorities) == 1 else "who_or", authority=move.authorities)
        stand_ins = sorted(move.recorders_on(own=move.applies is Applies.OWN) - set(move.authorities))
        if stand_ins:
            yield upper(self.say("recorded_by", recorders=stand_ins))
        if move.act:
            yield self.say("act")
        if move.choices:
            yield self.say("choices", choices=[label for _, label in self.choices_of(move)])
        if move.needs_reason:
            yield self.say("reason")
        papers = [f"“{self.kind.attachments[use.code].label}”" for use in move.papers]
        if papers:
            yield self.say("needs", papers=papers)
        yield from (self._condition(use) for use in move.guards)
        if move.deadline is not None:
            yield self.say("deadline", deadline=self.faces(self.kind.deadlines[move.deadline]))
        yield from self._turn(move)
        yield self.say("source", source=self.cite(move.citation))

    def _turn(self, move: Transition) -> Iterator[str]:
        """How long whoever is in turn after the step has, where a clock runs."""
        after = self.kind.state(move.target)
        if after.working_days is None or after.holder is None:
            return
        days = self.speaker.working_days(after.working_days)
        if after.hands_over is None:
            yield self.say("working_days", holder=after.holder, days=days)
        else:
            papers = [f"“{self.kind.attachments[code].label}”" for code in after.hands_over.papers]
            yield self.say("working_days_with_papers", papers=papers, holder=after.hands_over.to, days=days)

    def choices_of(self, move: Transition) -> Sequence[tuple[str, str]]:
        """Every choice of the fork that the move is a branch of."""
        same = (t for t in self.kind.from_state(move.source) if t.trigger == move.trigger)
        return tuple(dict.fromkeys(pair for t in same if t.applies is move.applies for pair in t.choices))

    def _condition(self, use: GuardUse) -> str:
        condition = self.guard(use)
        if use.choices:
            known = {code: label for move in self.kind.transitions for code, label in move.choices}
            chosen = [f"“{known.get(code, code)}”" for code in use.choices]
            code = "reminder_choices" if use.warns else "condition_choices"
            return self.say(code, choices=chosen, condition=condition)
        if use.warns:
            return self.say("reminder", condition=condition)
        scope = {Applies.OWN: "condition_own", Applies.OTHERS: "condition_others"}.get(use.applies, "condition")
        return self.say(scope, condition=condition)

    def guard(self, use: GuardUse) -> str:
        """What a guard asks for; a clause without its beginning."""
        facts: dict[str, object] = dict(use.params)
        for name in ("paper", "of", "not_before", "attested"):
            if name in facts:
                facts[name] = self.kind.attachments[str(facts[name])].label
        if use.name == "ledger_result":
            facts["when"] = self.say(f"when.{use.params.get('year', 0)}")
        if use.name == "managed_at":
            facts["decides"] = DECIDES[str(use.params["level"])]
        if self.kind.awards is not None and "any_of" in facts:
            wanted = codes(use.params, "any_of")
            facts["forms"] = [form.label for form in self.kind.awards.forms if form.code in wanted]
        if "share" in facts:
            facts["percent"] = f"{float(100 * Fraction(str(facts['share']))):g}"
        return self.say(self._guard_code(use, facts), **facts)

    @staticmethod
    def _guard_code(use: GuardUse, facts: dict[str, object]) -> str:
        """Which sentence tells the guard with these parameters."""
        code = f"guard.{use.name}"
        if "rows" in facts and use.name == "conditions_met":
            code = f"{code}_{facts['rows']}"
        for flag in ("meets", "below"):
            if use.params.get(flag):
                code = f"{code}_{flag}"
        if "not_before" in facts:
            code, facts["other"] = f"{code}_after", facts["not_before"]
        return code

    # --- other moves

    def _others(self) -> Iterator[str]:
        groups: dict[tuple[object, ...], list[Transition]] = {}
        for move in self.kind.transitions:
            if not move.forward:
                key = (move.label, move.trigger, move.authorities, move.target if move.is_return else None)
                groups.setdefault(key, []).append(move)
        yield from (f"- {self._other(moves)}" for moves in groups.values())

    def _other(self, moves: list[Transition]) -> str:
        first = moves[0]
        facts = {
            "label": first.label,
            "states": self.quoted(move.source for move in moves),
            "targets": self.quoted(move.target for move in moves),
            "authority": first.authorities,
        }
        if first.is_system:
            return self.say("by_system", **facts)
        if not first.is_return:
            return self.say("other", **facts)
        facts["target"] = self.kind.state(first.target).label
        redo = [code for move in moves for code in move.redo_targets]
        return self.say("return_redo", redo=self.quoted(redo), **facts) if redo else self.say("return", **facts)

    def quoted(self, states: Iterable[str]) -> list[str]:
        """The labels of states, each once, in quotation marks."""
        return [f"“{self.kind.state(code).label}”" for code in dict.fromkeys(states)]

    # --- papers, dates, people

    def _papers(self) -> Iterator[str]:
        for rule in self.kind.attachments.values():
            sentence = self.paper(rule)
            if rule.files.required:
                sentence = self.say("paper_scan", paper=sentence)
            yield sentence if rule.verified else self.say("unverified", sentence=sentence)

    def paper(self, rule: AttachmentRule) -> str:
        """Who files a paper and when, or with which step it comes."""
        if rule.by_act:
            asking = (t for t in self.kind.transitions if any(use.code == rule.code for use in t.papers))
            labels = (t.label for t in asking if t.trigger in rule.with_acts and _overlap(t.applies, rule.applies))
            steps = [f"“{label}”" for label in dict.fromkeys(labels)]
            return self.say("paper_act", paper=rule.label, steps=steps)
        states = [code for code in self.kind.states if code in rule.filed_in]
        return self.say("paper", paper=rule.label, who=sorted(rule.filed_by), states=self.quoted(states))

    def dates(self) -> Iterator[str]:
        """Every date with its faces and the words of its source."""
        for rule in self.kind.deadlines.values():
            sentence = self.say("date", label=rule.label, faces=self.faces(rule))
            if rule.words:
                sentence = self.say("date_words", sentence=sentence, words=rule.words.rstrip("."))
            yield sentence if rule.verified else self.say("unverified", sentence=sentence)

    def _instead(self, other: Instead) -> str:
        """A date that holds for some subjects, named by whom it is for."""
        whom = [self._subject(code) for code in other.subject_kinds]
        if other.managing_level:
            whom.append(self.say(f"when.{other.managing_level}"))
        return self.say("date_instead", whom=whom, deadline=self.kind.deadlines[other.code].label)

    def faces(self, rule: DeadlineRule) -> str:
        """When a date opens, falls due and closes."""
        faces = []
        if rule.opens is not None:
            faces.append(self.say("date.opens", bound=self._bound(rule.opens)))
        if rule.opens_after is not None:
            faces.append(self.say("date.opens_after", other=self.kind.deadlines[rule.opens_after].label))
        if rule.due is not None:
            faces.append(self.say("date.due", bound=self._bound(rule.due)))
        if rule.closes is not None:
            faces.append(self.say("date.closes", bound=self._bound(rule.closes)))
        faces += [self._instead(other) for other in rule.instead]
        return "; ".join(faces)

    def _bound(self, bound: Bound) -> str:
        end = bound.day == MONTH_END
        day = self.say("bound.month_end", month=f"{bound.month:02}") if end else f"{bound.day:02}/{bound.month:02}"
        side = {Side.BEFORE: "before", Side.THROUGH: "through", Side.FROM: "from"}[bound.side]
        said = self.say(f"bound.{side}", day=day)
        return (
            said
            if not bound.year_offset
            else self.say("bound.year_before" if bound.year_offset < 0 else "bound.year_after", bound=said)
        )

    def separations(self) -> Iterator[str]:
        """What one person may not both do."""
        for pair in self.kind.separations:
            yield self.say("separation_liftable" if pair.liftable else "separation", label=upper(pair.label))


def _overlap(first: Applies, second: Applies) -> bool:
    return any(first.to(own=own) and second.to(own=own) for own in (False, True))


def upper(text: str) -> str:
    """The sentence with its first letter as a sentence begins."""
    return text[:1].upper() + text[1:]
