"""One shared ``transitions`` machine per kind version: the only judge of which moves exist. Its only home.

Built without model and without automatic transitions (those would skip every guard); any object with a ``state``
can be fired. Facts about the library: house.md 1 to 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from transitions import EventData, Machine

from workflow.domain.kinds import DossierKind, Transition


@dataclass(slots=True)
class _Move:
    """What the machine is fired with: a state, and the one transition that was asked for and has no refusals."""

    state: str
    granted: str


def _is_granted(transition_id: str) -> Callable[[EventData], bool]:
    def condition(event: EventData) -> bool:
        move = event.model
        return isinstance(move, _Move) and move.granted == transition_id

    return condition


@lru_cache(maxsize=256)
def _machine(kind: DossierKind) -> Machine:
    machine = Machine(
        model=None, states=list(kind.states), initial=kind.initial, auto_transitions=False, send_event=True
    )
    for transition in kind.transitions:
        machine.add_transition(
            transition.trigger, transition.source, transition.target, conditions=[_is_granted(transition.id)]
        )
    return machine


def fire(kind: DossierKind, transition: Transition) -> str:
    """Fire the granted transition from its source; the state it leads to.

    Raises ``transitions.MachineError`` when the machine does not know the move, ValueError when it leads elsewhere:
    both would be faults of the engine, never of a user.
    """
    move = _Move(transition.source, transition.id)
    _machine(kind).events[transition.trigger].trigger(move)
    if move.state != transition.target:
        raise ValueError(f"{transition.id}: the machine led to {move.state}")
    return move.state
