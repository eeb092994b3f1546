"""All lives a dossier of a kind can have, told apart only by what the kind itself asks about.

A *standing* is where a dossier may stand: its state, the returns that are open, the result of the last meeting, the
state last left, whether it was ever submitted. Guards that ask about the world (papers, dates, the ledger) are taken
to hold; those that ask about the life itself (the newest result, the open return, submitted or not) are followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from workflow.domain.actors import PROVINCE_ROLES, Role
from workflow.domain.guards.attempt import codes
from workflow.domain.kinds import ENDED, DossierKind, Effect, Meaning, ReturnMode, Transition

MOST_STANDINGS = 20_000


@dataclass(frozen=True, slots=True)
class OpenReturn:
    """A return not yet answered: where it came from, and where a redo asks to begin again."""

    origin: str
    redo_to: str | None = None

    @property
    def mode(self) -> ReturnMode:
        """Whether papers are to be mended, or steps to be made again."""
        return ReturnMode.SUPPLEMENT if self.redo_to is None else ReturnMode.REDO


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dossier may stand. ``been``: of the states a redo may lead to, those it has been in."""

    state: str
    returns: tuple[OpenReturn, ...] = ()
    left: str | None = None
    result: str | None = None
    been: frozenset[str] = frozenset()
    submitted: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """One step of a life: the move, and the two standings it joins."""

    before: Standing
    move: Transition
    after: Standing


class Lives:
    """Every standing that can be reached on one sort of dossier (the commune's own, or another), and every way."""

    def __init__(self, kind: DossierKind, *, own: bool) -> None:
        self.kind = kind
        self.own = own
        self.complete = True
        self._redo = {code for move in kind.transitions for code in move.redo_targets}
        self.start = self._note(Standing(kind.initial, pinned=kind.opened_by == (Role.SYSTEM,)))
        self.ways: dict[Standing, tuple[Way, ...]] = {}
        self._walk()
        self.into: dict[Standing, list[Way]] = {standing: [] for standing in self.ways}
        for way in self.all_ways():
            if way.after in self.into:
                self.into[way.after].append(way)

    def all_ways(self) -> Iterator[Way]:
        """Every way out of every standing."""
        for ways in self.ways.values():
            yield from ways

    def meaning(self, standing: Standing) -> Meaning:
        """What standing there means."""
        return self.kind.state(standing.state).meaning

    def ended(self, standing: Standing) -> bool:
        """Whether the life is over there, reopening aside."""
        return self.meaning(standing) in ENDED

    def from_which(self, goal: Iterable[Standing], *, by_people: bool) -> set[Standing]:
        """Every standing from which one of ``goal`` can still be reached, by moves of people only if so asked."""
        seen: set[Standing] = set()
        todo = list(goal)
        while todo:
            standing = todo.pop()
            if standing not in seen:
                seen.add(standing)
                todo += [way.before for way in self.into[standing] if not (by_people and way.move.is_system)]
        return seen

    # --- walking

    def _walk(self) -> None:
        todo = [self.start]
        while todo:
            standing = todo.pop()
            if standing in self.ways:
                continue
            if len(self.ways) >= MOST_STANDINGS:
                self.complete = False
                self.ways[standing] = ()
                continue
            self.ways[standing] = tuple(self._ways_from(standing))
            todo += [way.after for way in self.ways[standing]]

    def _ways_from(self, standing: Standing) -> Iterator[Way]:
        for move in self.kind.from_state(standing.state):
            if move.applies.to(own=self.own) and self._may(move, standing):
                for after in self._after(move, standing):
                    yield Way(standing, move, after)

    def _may(self, move: Transition, standing: Standing) -> bool:
        if move.to_left and move.target != standing.left:
            return False
        if move.mode is not None:
            newest = standing.returns[-1] if standing.returns else None
            if newest is None or newest.mode is not move.mode:
                return False
            if move.target != (newest.redo_to or newest.origin):
                return False
        asked = (use for use in move.guards if not use.warns and use.applies.to(own=self.own))
        return all(self._holds(use.name, codes(use.params, "any_of"), standing) for use in asked)

    @staticmethod
    def _holds(guard: str, any_of: tuple[str, ...], standing: Standing) -> bool:
        if guard == "result_is":
            return standing.result in any_of
        return not (guard == "never_submitted" and standing.submitted)

    def _after(self, move: Transition, standing: Standing) -> Iterator[Standing]:
        ended = self.kind.state(move.target).meaning in ENDED
        plain = replace(standing, state=move.target, left=standing.state if ended else None)
        if Effect.OPEN_RETURN in move.effects:
            if len(standing.returns) > len(self.kind.states):
                self.complete = False
                return
            asked = [None, *(code for code in move.redo_targets if code in standing.been)]
            for redo_to in asked:
                yield self._note(replace(plain, returns=(*plain.returns, OpenReturn(standing.state, redo_to))))
        elif Effect.RECORD_RESULT in move.effects and move.choices:
            for choice, _ in move.choices:
                yield self._note(self._with_effects(replace(plain, result=choice), move))
        else:
            yield self._note(self._with_effects(plain, move))

    @staticmethod
    def _with_effects(standing: Standing, move: Transition) -> Standing:
        for effect in move.effects:
            if effect is Effect.CLOSE_RETURN:
                standing = replace(standing, returns=standing.returns[:-1])
            elif effect is Effect.CLOSE_ALL_RETURNS:
                standing = replace(standing, returns=())
            elif effect is Effect.VOID_RESULT:
                standing = replace(standing, result=None)
            elif effect is Effect.PIN_KIND:
                standing = replace(standing, pinned=True)
        return standing

    def _note(self, standing: Standing) -> Standing:
        """The standing with what it adds to the past: a state a redo may lead to, a state the province holds."""
        state = self.kind.state(standing.state)
        been = standing.been | ({standing.state} & self._redo)
        return replace(standing, been=been, submitted=standing.submitted or state.holder in PROVINCE_ROLES)


def lives_of(kind: DossierKind) -> tuple[Lives, ...]:
    """The lives of every sort of dossier the kind knows: others, and the commune's own where it has them."""
    others = set(kind.subject_kinds) - set(kind.own_subject_kinds)
    sorts = ([False] if others or not kind.own_subject_kinds else []) + ([True] if kind.own_subject_kinds else [])
    return tuple(Lives(kind, own=own) for own in sorts)
