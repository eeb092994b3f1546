"""A kind as a Mermaid flow chart: states in the groups of their stages, moves as arrows. Text only, nothing is drawn.

The straight path is drawn thick, returns and resubmissions dashed. Moves into ends that are void, and moves out of any
end, would hide the rest; they are drawn only when the whole is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from workflow.domain.kinds import ENDED, DossierKind, Meaning, State, Transition

_SHAPES = {
    Meaning.DRAFT: ("([", "])"),
    Meaning.OPEN: ("[", "]"),
    Meaning.RETURNED: ("[/", "/]"),
    Meaning.POSITIVE: ("([", "])"),
    Meaning.NEGATIVE: ("[", "]"),
    Meaning.VOID: ("[", "]"),
}
_ESCAPED = str.maketrans({'"': "#quot;", "<": "#lt;", ">": "#gt;", "\n": " ", "#": "#35;"})


def mermaid(kind: DossierKind, *, own: bool = False, whole: bool = False) -> str:
    """The Mermaid text of a kind, of the commune's own dossier if so asked.

    ``whole``: also what is left out of the plain picture.
    """
    moves = [t for t in kind.transitions if t.applies.to(own=own) and (whole or _plain(kind, t))]
    drawn = {kind.initial, *(t.source for t in moves), *(t.target for t in moves)}
    states = [state for code, state in kind.states.items() if code in drawn]
    return "\n".join(["flowchart LR", *_groups(kind, states), *_arrows(moves), *_classes(states)]) + "\n"


def _plain(kind: DossierKind, move: Transition) -> bool:
    return kind.state(move.source).meaning not in ENDED and kind.state(move.target).meaning is not Meaning.VOID


def _groups(kind: DossierKind, states: list[State]) -> Iterator[str]:
    for stage in kind.stages:
        inside = [state for state in states if state.stage == stage.code]
        if inside:
            yield f'  subgraph stage_{stage.code}["{_text(stage.label)}"]'
            yield from (f"    {_node(state)}" for state in inside)
            yield "  end"
    yield from (f"  {_node(state)}" for state in states if state.stage is None)


def _node(state: State) -> str:
    left, right = _SHAPES[state.meaning]
    return f'{_id(state.code)}{left}"{_text(state.label)}"{right}'


def _arrows(moves: list[Transition]) -> Iterator[str]:
    """One arrow for each pair of states, with every label between them."""
    pairs: dict[tuple[str, str], list[Transition]] = {}
    for move in moves:
        pairs.setdefault((move.source, move.target), []).append(move)
    for (source, target), between in pairs.items():
        labels = " / ".join(dict.fromkeys(_text(_said(move)) for move in between))
        line = "==>" if any(move.forward for move in between) else "-.->" if _aside(between) else "-->"
        yield f'  {_id(source)} {line}|"{labels}"| {_id(target)}'


def _said(move: Transition) -> str:
    branch = dict(move.choices).get(move.branch or "")
    return f"{move.label}: {branch}" if branch else move.label


def _aside(between: list[Transition]) -> bool:
    return all(move.is_return or move.mode is not None or move.to_left for move in between)


def _classes(states: list[State]) -> Iterator[str]:
    for meaning in Meaning:
        codes = [_id(state.code) for state in states if state.meaning is meaning]
        if codes:
            yield f"  class {','.join(codes)} {meaning.value}"


def _id(code: str) -> str:
    """A node's name; a prefix keeps clear of Mermaid's own words (``end``, ``class`` …)."""
    return f"s_{code}"


def _text(label: str) -> str:
    return label.translate(_ESCAPED)
