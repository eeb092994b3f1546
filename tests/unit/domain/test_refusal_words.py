"""Every refusal of the domain has its Vietnamese sentence, and passes the facts that the sentence names."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import tree
from workflow.domain.actors import Role
from workflow.wording import MESSAGES, Wording

DOMAIN = tree.ROOT / "workflow" / "domain"
CODE = re.compile(r"(?:guard|filing|hold|correct|rebind|open)\.[a-z_]+")


class Said:
    """One place that refuses: the codes it may use, and the facts it passes."""

    def __init__(self, where: str, codes: set[str], facts: set[str]) -> None:
        self.where, self.codes, self.facts = where, codes, facts


def refusals_in(name: str, text: str) -> Iterator[Said]:
    """Every ``Refusal(...)`` of a source text. A code held in a variable stands for all codes of its function."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    for function in functions:
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Refusal":
                yield Said(f"{name}:{call.lineno}", _codes(call.args[0], function), _facts(call))


def _codes(node: ast.expr, function: ast.FunctionDef) -> set[str]:
    where: ast.AST = function if isinstance(node, ast.Name) else node
    literals = {n.value for n in ast.walk(where) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    literals -= {
        n.value
        for t in ast.walk(node)
        if isinstance(t, ast.IfExp)
        for n in ast.walk(t.test)
        if isinstance(n, ast.Constant)
    }
    if isinstance(node, ast.Name):  # of the function's codes those that no other Refusal of it spells out
        spelt = {
            n.value
            for call in ast.walk(function)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Refusal"
            if not isinstance(call.args[0], ast.Name)
            for n in ast.walk(call.args[0])
            if isinstance(n, ast.Constant)
        }
        literals = {text for text in literals - spelt if CODE.fullmatch(str(text))}
    return {str(text) for text in literals}


def _facts(call: ast.Call) -> set[str]:
    given = call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "facts"), None)
    if not isinstance(given, ast.Dict):
        return set()
    return {key.value for key in given.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def all_refusals() -> list[Said]:
    files = sorted(DOMAIN.rglob("*.py"))
    found = [said for path in files for said in refusals_in(path.name, path.read_text(encoding="utf-8"))]
    return [said for said in found if not any(code.startswith("meeting.") for code in said.codes)]


def unspoken(found: list[Said], wording: Wording) -> list[str]:
    """Codes without a sentence, and fields of sentences that the code does not pass."""
    faults = []
    for said in found:
        if not said.codes:
            faults.append(f"{said.where}: no code")
        for code in sorted(said.codes):
            if code not in wording:
                faults.append(f"{said.where}: no sentence for {code}")
            elif missing := wording.fields(code) - said.facts:
                faults.append(f"{said.where}: {code} needs {', '.join(sorted(missing))}")
    return faults


def test_every_refusal_has_its_sentence_and_its_facts() -> None:
    found = all_refusals()
    assert len(found) > 45
    assert unspoken(found, Wording()) == []


def test_no_sentence_is_left_without_its_refusal() -> None:
    used = {code for said in all_refusals() for code in said.codes}
    written = json.loads(Path(MESSAGES, "guards.json").read_text(encoding="utf-8"))
    assert sorted(code for code in written if CODE.fullmatch(code) and code not in used) == []


def test_every_role_has_a_word_and_is_spoken_by_it() -> None:
    wording = Wording()
    assert {role.value: wording.speak(role) for role in Role} == {
        "unit": "đơn vị",
        "commune_police": "Công an xã",
        "commune_committee": "UBND xã",
        "province_police": "PV01 (Công an tỉnh)",
        "province_committee": "UBND tỉnh",
        "admin": "người quản trị",
        "system": "hệ thống",
    }


def test_a_sentence_names_the_role_as_people_say_it() -> None:
    said = Wording().say("guard.role", step="Đánh giá", authority=Role.COMMUNE_POLICE, role=Role.UNIT)
    assert said == "Bước “Đánh giá” là việc của Công an xã; đơn vị không nhập được bước này."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('def f():\n    Refusal("guard.unheard_of")', "x.py:2: no sentence for guard.unheard_of"),
        ('def f():\n    Refusal("guard.reason")', "x.py:2: guard.reason needs step"),
        ('def f(y):\n    Refusal("hold.none" if y == "a" else "guard.x")', "x.py:2: no sentence for guard.x"),
        (
            'def f():\n    for m in ("guard.unscored",):\n        Refusal(m, {"paper": 1})',
            "x.py:3: guard.unscored needs criteria",
        ),
    ],
)
def test_a_planted_silent_refusal_is_found(text: str, fault: str) -> None:
    assert unspoken(list(refusals_in("x.py", text)), Wording()) == [fault]
