"""A short guide for one role, told from the definition alone: what it does, when, by which papers, what stops it.

Two printed pages: the steps in the order of the path, then everything that may happen beside them. The words stand in
``messages/vi/guide.json`` and, where the procedure says the same, in ``procedure.json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workflow.definitions.procedure import Cite, Speaker, Teller, upper
from workflow.domain.actors import Role
from workflow.domain.kinds import Applies, DossierKind, GuardUse, Transition


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One step of a role: what it is called, when, with which papers, what stops it, who has the dossier then.

    ``recorded_for``: the role only enters it from a signed paper of these others, whose guide says what stops it.
    ``act``: one paper decides on many dossiers.
    """

    label: str
    recorded_for: str
    act: bool
    when: tuple[str, ...]
    papers: tuple[str, ...]
    stops: tuple[str, ...]
    after: str
    source: str


@dataclass(frozen=True, slots=True)
class Guide:
    """All that one role must know of a kind."""

    steps: tuple[GuideStep, ...]
    others: tuple[str, ...]
    papers: tuple[str, ...]
    dates: tuple[str, ...]
    separations: tuple[str, ...]
    holders: tuple[str, ...]


def guide(kind: DossierKind, role: Role, speaker: Speaker, cite: Cite) -> Guide | None:
    """The guide of a role; None where it makes no step of the kind."""
    telling = _Guide(Teller(kind, speaker, cite), role)
    steps = tuple(telling.steps())
    if not steps:
        return None
    return Guide(
        steps=steps,
        others=tuple(telling.others()),
        papers=tuple(telling.papers()),
        dates=tuple(telling.teller.dates()),
        separations=tuple(telling.teller.separations()),
        holders=tuple(telling.holders()),
    )


@dataclass(frozen=True, slots=True)
class _Guide:
    teller: Teller
    role: Role

    def say(self, code: str, **fields: object) -> str:
        return self.teller.speaker.say(f"guide.{code}", **fields)

    def makes(self, move: Transition) -> bool:
        """Whether people of the role may make the move, for themselves or from a signed paper."""
        return self.role in move.recorders_on(own=False) | move.recorders_on(own=True) | set(move.authorities)

    def decides(self, move: Transition) -> bool:
        """Whether the move is the role's own, not only entered by it."""
        return self.role in move.authorities

    # --- the straight path

    def steps(self) -> Iterator[GuideStep]:
        kind = self.teller.kind
        forward = [move for move in kind.transitions if move.forward and self.makes(move)]
        order = sorted(forward, key=lambda move: (kind.state(move.source).depth, move.applies is Applies.OWN))
        named: dict[tuple[str, Applies], list[Transition]] = {}
        for move in order:
            named.setdefault((move.trigger, move.applies), []).append(move)
        yield from (self._step(moves) for moves in named.values())

    def _step(self, moves: list[Transition]) -> GuideStep:
        move = moves[0]
        own = move.applies is Applies.OWN
        decides = self.decides(move)
        stops = dict.fromkeys(self._stop(use) for one in moves for use in one.guards) if decides else ()
        return GuideStep(
            label=self.say("own", label=move.label) if own else move.label,
            recorded_for="" if decides else self.say("recorded", authority=move.authorities),
            act=move.act,
            when=tuple(self._when(move)),
            papers=tuple(dict.fromkeys(self.teller.kind.attachments[use.code].label for use in move.papers)),
            stops=tuple(stops),
            after=self._after(move),
            source=self.teller.cite(move.citation),
        )

    def _when(self, move: Transition) -> Iterator[str]:
        kind, before = self.teller.kind, self.teller.kind.state(move.source)
        if move.deadline is not None:
            yield upper(self.teller.faces(kind.deadlines[move.deadline]))
        if before.working_days is not None and before.holder in {self.role, *move.authorities}:
            yield self.say("turn", days=self.teller.speaker.working_days(before.working_days))

    def _stop(self, use: GuardUse) -> str:
        condition = upper(self.teller.guard(use))
        if use.warns:
            return self.say("reminds", condition=condition)
        code = {Applies.OWN: "only_own", Applies.OTHERS: "not_own"}.get(use.applies)
        return condition if code is None else self.say(code, condition=condition)

    def _after(self, move: Transition) -> str:
        target = self.teller.kind.state(move.target)
        if target.holder is None:
            return self.say("then", state=target.label)
        return self.say("then_held", state=target.label, holder=target.holder)

    # --- beside it

    def others(self) -> Iterator[str]:
        moves: dict[str, list[Transition]] = {}
        for move in self.teller.kind.transitions:
            if not move.forward and not move.is_system and self.makes(move):
                moves.setdefault(move.label, []).append(move)
        entered = [label for label, same in moves.items() if not any(map(self.decides, same))]
        for label, same in moves.items():
            if label not in entered:
                said = self.say("other", label=label, states=self.teller.quoted(move.source for move in same))
                yield self.say("with_reason", sentence=said) if any(move.needs_reason for move in same) else said
        if entered:
            yield self.say("entered", labels=[f"“{label}”" for label in entered])

    def papers(self) -> Iterator[str]:
        for rule in self.teller.kind.attachments.values():
            if self.role in rule.filed_by:
                yield self.teller.paper(rule)

    def holders(self) -> Iterator[str]:
        """Who has the dossier in every state on the way: whom to ask."""
        kind = self.teller.kind
        path = sorted((state for state in kind.states.values() if state.depth >= 0), key=lambda state: state.depth)
        yield from self._held((state.label, state.holder) for state in path)

    def _held(self, states: Iterable[tuple[str, Role | None]]) -> Iterator[str]:
        yield from (self.say("held", state=label, holder=holder) for label, holder in states if holder is not None)
