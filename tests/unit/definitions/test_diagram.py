"""A kind drawn as Mermaid text: stages as groups, the straight path thick, what would hide it left out."""

from __future__ import annotations

import re

import pytest

from tests.definitions import shipped
from workflow.definitions.diagram import mermaid
from workflow.definitions.loader import load_kind

NODE = re.compile(r' +(s_\w+)(?:\(\[|\[/|\[)"([^"]+)"(?:\]\)|/\]|\])')
ARROW = re.compile(r'  (s_\w+) (==>|-->|-\.->)\|"([^"]+)"\| (s_\w+)')


def parts(text: str) -> tuple[dict[str, str], list[tuple[str, ...]]]:
    """Nodes by name with their labels, and arrows; every other line is a group, its end, a class or the head."""
    nodes, arrows = {}, []
    for line in text.splitlines():
        if node := NODE.fullmatch(line):
            nodes[node[1]] = node[2]
        elif arrow := ARROW.fullmatch(line):
            arrows.append(arrow.groups())
        else:
            assert re.fullmatch(r'flowchart LR|  subgraph stage_\w+\["[^"]+"\]|  end|  class [\w,]+ \w+', line), line
    return nodes, arrows


@pytest.mark.parametrize("code", shipped.KINDS)
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("whole", [False, True])
def test_every_arrow_joins_states_that_are_drawn(code: str, own: bool, whole: bool) -> None:
    nodes, arrows = parts(mermaid(shipped.kind(code), own=own, whole=whole))
    assert {arrow[0] for arrow in arrows} | {arrow[3] for arrow in arrows} <= set(nodes)
    assert len({(arrow[0], arrow[3]) for arrow in arrows}) == len(arrows)


def test_the_whole_shows_every_state_and_every_move() -> None:
    kind = shipped.kind("dien_hinh")
    nodes, arrows = parts(mermaid(kind, whole=True))
    assert nodes == {f"s_{code}": state.label for code, state in kind.states.items()}
    moves = {(f"s_{t.source}", f"s_{t.target}") for t in kind.transitions if t.applies.to(own=False)}
    assert {(arrow[0], arrow[3]) for arrow in arrows} == moves


def test_the_plain_picture_leaves_out_voids_and_what_follows_an_end() -> None:
    nodes, _ = parts(mermaid(shipped.kind("dien_hinh")))
    assert {"s_withdrawn", "s_lapsed", "s_cancelled"} & set(nodes) == set()
    assert {"s_recognized", "s_declined", "s_not_selected"} <= set(nodes)


def test_the_straight_path_is_thick_and_returns_are_dashed() -> None:
    _, arrows = parts(mermaid(shipped.kind("dien_hinh")))
    drawn = {(source, target): line for source, line, _, target in arrows}
    assert drawn["s_assessed", "s_commune_meeting"] == "==>"
    assert drawn["s_province_appraisal", "s_returned_to_commune"] == "-.->"
    assert drawn["s_returned_to_commune", "s_province_appraisal"] == "-.->"
    assert drawn["s_awaiting_decision", "s_province_appraisal"] == "-->"


def test_the_own_dossier_goes_its_own_way() -> None:
    own, _ = parts(mermaid(shipped.kind("dien_hinh"), own=True))
    assert "s_not_selected" not in own
    assert ("s_draft", "==>", "Đăng ký", "s_selected") in parts(mermaid(shipped.kind("dien_hinh"), own=True))[1]


def test_a_label_cannot_break_out_of_its_quotes() -> None:
    body = shipped.body("duy_tri")
    body["states"]["owed"]["label"] = 'Chờ "xét" <b>\n#1'
    nodes, _ = parts(mermaid(load_kind(body)))
    assert nodes["s_owed"] == "Chờ #quot;xét#quot; #lt;b#gt; #35;1"
