"""Every planted defect is found by its code at its place, and nothing else; the shipped kinds are clean."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.definitions import shipped
from tests.definitions.planted import PLANTED, Planted
from tests.support import tree
from workflow.definitions.checks import Finding, Severity, check_body, check_together
from workflow.definitions.checks.guard_forms import FORMS
from workflow.domain.actors import Role
from workflow.domain.guards import NAMED_GUARDS
from workflow.domain.kinds import Effect, Meaning
from workflow.wording import Wording

ENGLISH = re.compile(r"\b(?:does not|is not|should|required|expected|too short|property)\b")
DEFINITIONS = tree.ROOT / "workflow" / "definitions"


@pytest.mark.parametrize("code", shipped.KINDS)
def test_a_shipped_kind_is_clean_but_for_its_signed_waivers(code: str) -> None:
    findings = check_body(shipped.body(code), shipped.grounds())
    assert [item for item in findings if item.stands] == []


def test_the_conflicts_of_the_plan_are_found_and_signed_for() -> None:
    findings = check_body(shipped.body("dien_hinh"), shipped.grounds())
    signed = {(item.code, item.about, item.severity, item.facts["days"], item.facts["year"]) for item in findings}
    assert signed == {
        ("short_slack", "registration<selection", Severity.WARNING, 1, 2024),
        ("short_slack", "figures<results_report", Severity.WARNING, 0, 2027),
    }
    assert all(item.waived_by is not None and item.waived_by.approved_by == "PV01" for item in findings)


def test_shipped_kinds_fit_together() -> None:
    kinds = {code: shipped.kind(code) for code in shipped.KINDS}
    assert check_together(kinds) == dict.fromkeys(kinds, ())


def test_there_are_enough_defects_and_each_is_another() -> None:
    assert len(PLANTED) >= 60
    assert len({defect.name for defect in PLANTED}) == len(PLANTED)


@cache
def found_in(name: str) -> tuple[Finding, ...]:
    defect = next(defect for defect in PLANTED if defect.name == name)
    body = shipped.body(defect.kind)
    defect.bend(body)
    return check_body(body, shipped.grounds())


@pytest.mark.parametrize("defect", PLANTED, ids=lambda defect: defect.name)
def test_a_planted_defect_is_found_and_nothing_else(defect: Planted) -> None:
    found = [item for item in found_in(defect.name) if item.stands]
    assert {(item.code, item.about) for item in found} == defect.expect


@pytest.mark.parametrize("defect", PLANTED, ids=lambda defect: defect.name)
def test_a_planted_defect_is_said_in_words(defect: Planted) -> None:
    wording = Wording()
    for item in found_in(defect.name):
        said = wording.say(item.message, **item.facts)
        assert said.endswith(".")
        assert not ENGLISH.search(said), "the validator's own words are for the record alone"


def test_a_defect_is_said_as_a_clerk_would_say_it() -> None:
    said = [Wording().say(item.message, **item.facts) for item in found_in("cycle_closes_over_an_open_state")]
    assert said[0] == "Khi đóng năm xét, hồ sơ ở “Đã đánh giá” chưa trình tỉnh sẽ nằm lại mãi."


# --- every code has a sentence, every sentence a code ---------------------------------------------


def literals(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def sources() -> list[tuple[str, ast.Module]]:
    names = ["checks", "catalogue.py", "examiner.py", "sealing.py"]
    paths = [path for name in names for path in sorted((DEFINITIONS / name).rglob("*.py")) or [DEFINITIONS / name]]
    return [(path.name, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def test_every_finding_has_its_sentence_and_its_facts() -> None:
    wording, faults, seen = Wording(), [], 0
    for name, module in sources():
        for call in ast.walk(module):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "found"):
                continue
            if not (isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)):
                continue
            seen += 1
            code, given = f"check.{call.args[0].value}", {word.arg for word in call.keywords}
            if code not in wording:
                faults.append(f"{name}:{call.lineno}: no sentence for {code}")
            elif None not in given and (missing := wording.fields(code) - given):
                faults.append(f"{name}:{call.lineno}: {code} needs {sorted(missing)}")
    assert faults == []
    assert seen > 70


def test_no_sentence_is_left_without_its_finding() -> None:
    used = {text for _, module in sources() for text in literals(module)}
    codes = {code.removeprefix("check.") for code in Wording().codes() if code.startswith("check.")}
    assert sorted(codes - used) == []


def test_every_named_guard_has_its_form() -> None:
    assert set(FORMS) == set(NAMED_GUARDS)


def test_every_effect_and_meaning_stands_in_the_meta_schema() -> None:
    defs = shipped.grounds().meta.kind["$defs"]
    assert set(defs["transition"]["properties"]["effects"]["items"]["enum"]) == {effect.value for effect in Effect}
    assert set(defs["state"]["properties"]["meaning"]["enum"]) == {meaning.value for meaning in Meaning}
    assert set(defs["role"]["enum"]) == {role.value for role in Role} - {"admin"}
