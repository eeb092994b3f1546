"""Which moves of which kinds are acts, from which states, by whose hand; read from the definitions alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workflow.domain.kinds import Effect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from workflow.domain.actors import Role
    from workflow.domain.kinds import AttachmentRule, DossierKind, Transition


@dataclass(frozen=True, slots=True)
class ActMove:
    """An act by its trigger: the kinds that have it, the steps that make it, its papers in order.

    ``hands``: the roles that the reader enters steps for.
    """

    trigger: str
    label: str
    kinds: tuple[DossierKind, ...]
    transitions: tuple[Transition, ...]
    papers: tuple[AttachmentRule, ...]
    hands: frozenset[Role]

    def among(self, kinds: Collection[str]) -> ActMove:
        """The same act over dossiers of these kinds alone, with the papers that those ask for; of none: as it is."""
        pairs = [(kind, t) for kind in self.kinds if kind.code in kinds for t in kind.transitions]
        pairs = [(kind, t) for kind, t in pairs if t in self.transitions]
        return _act(self.trigger, pairs, self.hands) if pairs else self

    def sources(self, kind: DossierKind) -> tuple[str, ...]:
        """The states of one kind that the act starts from."""
        found = dict.fromkeys(t.source for t in self.transitions if t in kind.transitions)
        return tuple(found)

    def step(self, kind: DossierKind, state: str, *, own: bool) -> Transition | None:
        """The step that the reader enters on such a dossier; None where it is another's (``own``: the commune's)."""
        return next(
            (
                t
                for t in self.transitions
                if t in kind.transitions
                and t.source == state
                and t.applies.to(own=own)
                and self.hands & t.recorders_on(own=own)
            ),
            None,
        )

    def choice_for(self, kind: DossierKind, state: str, *, own: bool) -> str | None:
        """The answer to assume before the paper says another: the first one the kind offers from that state."""
        step = self.step(kind, state, own=own)
        if step is None:
            return None
        if step.branch is not None:
            return step.branch
        return step.choices[0][0] if step.choices else None


def act_moves(kinds: Iterable[DossierKind], role: Role, *, also: frozenset[Role] = frozenset()) -> tuple[ActMove, ...]:
    """The acts a role may enter, in the order the kinds tell them. Returns are made on their own page.

    ``also``: roles whose steps this role enters too (the commune police where the province is not connected).
    """
    hands = also | {role}
    found: dict[str, list[tuple[DossierKind, Transition]]] = {}
    for kind in kinds:
        for transition in kind.transitions:
            returning = Effect.OPEN_RETURN in transition.effects
            if transition.act and not returning and hands & transition.recorders_on(own=False):
                found.setdefault(transition.trigger, []).append((kind, transition))
    return tuple(_act(trigger, pairs, hands) for trigger, pairs in found.items())


def _act(trigger: str, pairs: list[tuple[DossierKind, Transition]], hands: frozenset[Role]) -> ActMove:
    papers: dict[str, AttachmentRule] = {}
    for kind, transition in pairs:
        for use in transition.papers:
            rule = kind.attachments[use.code]
            if trigger in rule.with_acts:
                papers.setdefault(use.code, rule)
    return ActMove(
        trigger=trigger,
        label=pairs[0][1].label,
        kinds=tuple(dict.fromkeys(kind for kind, _ in pairs)),
        transitions=tuple(transition for _, transition in pairs),
        papers=tuple(papers.values()),
        hands=hands,
    )
