"""The table of conditions: a data row that fails refuses, a missing attestation holds, else it passes (seeds.md, 6)."""

from __future__ import annotations

from datetime import date

import pytest

from tests.definitions import shipped
from workflow.domain.award_lists import minutes_paper, on_the_list, quota_facts, table_papers, tied_at
from workflow.domain.award_table import Answer, Statement, achievement_of, answers, report_facts
from workflow.domain.awards import AwardRules, Candidate, Quota, QuotaFact
from workflow.domain.guards import LedgerFact

COLLECTIVE, INDIVIDUAL = "khen_thuong_tap_the", "khen_thuong_ca_nhan"
SAFE = LedgerFact("a", "an_toan_antt", 2026, "dat", "Đạt", "61/QĐ", None)
GOOD = LedgerFact("b", "phan_loai", 2026, "kha", "Loại khá", "72/QĐ", None)
POOR = LedgerFact("c", "phan_loai", 2026, "trung_binh", "Loại trung bình", "73/QĐ", None)


def rules(code: str) -> AwardRules:
    found = shipped.kind(code).awards
    assert found is not None
    return found


def told(
    code: str,
    group: str,
    *,
    attested: tuple[str, ...] = (),
    denied: tuple[str, ...] = (),
    filled: tuple[str, ...] = (),
    special: bool = False,
    results: tuple[LedgerFact, ...] = (),
    unit_results: tuple[LedgerFact, ...] = (),
) -> dict[str, tuple[Answer, str]]:
    said = Statement(
        {"group": group}, frozenset(filled), {**dict.fromkeys(attested, True), **dict.fromkeys(denied, False)}
    )
    found = answers(rules(code), said, cycle=2026, special=special, results=results, unit_results=unit_results)
    return {one.condition.row: (one.answer, one.why) for one in found}


PASS = (Answer.PASS, "")


@pytest.mark.parametrize(
    ("results", "safe", "classed"),
    [
        ((SAFE, GOOD), PASS, PASS),
        ((), (Answer.FAIL, "result_missing"), (Answer.FAIL, "result_missing")),
        ((SAFE, POOR), PASS, (Answer.FAIL, "result_other")),
        ((LedgerFact("a", "an_toan_antt", 2025, "dat", "Đạt", "1", None), GOOD), (Answer.FAIL, "result_missing"), PASS),
        ((LedgerFact("a", "an_toan_antt", 2026, "dat", "Đạt", "1", None, standing=False), GOOD),
         (Answer.FAIL, "result_missing"), PASS),
    ],
)  # fmt: skip
def test_a_residential_area_is_safe_and_of_class_kha_in_the_year(
    results: tuple[LedgerFact, ...], safe: tuple[Answer, str], classed: tuple[Answer, str]
) -> None:
    """E2.4 and E2.5 (001:199, 001:201): results of the year itself, that stand."""
    every = ("E2.1", "E2.2", "E2.3")
    found = told(COLLECTIVE, "khu_dan_cu", attested=every, filled=("models",), results=results)
    assert found == {**dict.fromkeys(every, PASS), "E2.4": safe, "E2.5": classed}


def test_a_leader_answers_for_the_results_of_the_unit() -> None:
    """E7.2 and E7.3 (001:267, 001:269): the unit's results, never the person's own."""
    every = ("E6.1", "E6.2", "E7.1")
    found = told(INDIVIDUAL, "lanh_dao", attested=every, results=(SAFE, GOOD), unit_results=(SAFE, POOR))
    assert found == {**dict.fromkeys(every, PASS), "E7.2": PASS, "E7.3": (Answer.FAIL, "result_other")}
    assert set(told(INDIVIDUAL, "nguoi_lao_dong", attested=every)) == {"E6.1", "E6.2"}


@pytest.mark.parametrize("group", ["khu_dan_cu", "doanh_nghiep", "doan_the"])
def test_an_unexpected_proposal_needs_no_result_of_the_year_but_its_day(group: str) -> None:
    usual, special = told(COLLECTIVE, group), told(COLLECTIVE, group, special=True)
    assert set(usual) - set(special) <= {"E2.4", "E2.5", "E3.5", "E3.6"}
    assert len(set(usual) - set(special)) == 2
    assert set(special) - set(usual) == {"E11"}
    assert special["E11"] == (Answer.HOLD, "unfilled")


def test_a_row_holds_for_what_is_missing_and_fails_when_it_is_denied() -> None:
    found = told(COLLECTIVE, "luc_luong", attested=("E1.1", "E1.3"), denied=("E1.2",))
    assert found == {
        "E1.1": PASS,
        "E1.2": (Answer.FAIL, "denied"),
        "E1.3": (Answer.HOLD, "unfilled"),
        "E1.4": (Answer.HOLD, "unattested"),
    }


def test_a_police_officer_is_marked_for_whoever_decides() -> None:
    found = told(INDIVIDUAL, "cong_an", attested=("E4.1", "E4.2", "E4.3"), filled=("achievements", "initiatives"))
    assert found["E8"] == (Answer.HOLD, "noted")


def test_rows_say_their_type() -> None:
    types = {row.row: row.type for code in (COLLECTIVE, INDIVIDUAL) for row in rules(code).conditions}
    assert {row for row, kind in types.items() if kind == "data"} == {"E2.4", "E2.5", "E3.5", "E3.6", "E7.2", "E7.3"}
    assert {row for row, kind in types.items() if kind == "both"} == {"E1.3", "E2.1", "E3.2", "E4.1", "E4.2", "E11"}
    assert {row for row, kind in types.items() if kind == "note"} == {"E8"}


def test_both_kinds_know_the_same_forms() -> None:
    assert rules(COLLECTIVE).forms == rules(INDIVIDUAL).forms
    ended = {form.code for form in rules(COLLECTIVE).forms if form.ended_on(date(2025, 7, 1))}
    assert ended == {"giay_khen_ubnd_huyen"}
    assert not any(form.ended_on(date(2025, 6, 30)) for form in rules(COLLECTIVE).forms)


def test_no_free_text_becomes_a_fact() -> None:
    facts = report_facts(
        rules(COLLECTIVE),
        {
            "group": "khu_dan_cu",
            "small_collective": True,
            "models": "Mô hình",
            "summary": "Lời kể",
            "initiatives": "",
            "achieved_on": "2026-04-30",
            "attestations": [{"row": "E2.1", "holds": True, "evidence": "Lời"}, {"row": "E2.2", "holds": False}],
        },
    )
    assert facts == {
        "said": {"group": "khu_dan_cu", "small_collective": "true"},
        "filled": ["achieved_on", "models"],
        "attested": {"E2.1": True, "E2.2": False},
        "achievement": "2026-04-30",
    }
    assert achievement_of(facts, cycle=2026, special=True) == "2026-04-30"
    assert achievement_of(facts, cycle=2026, special=False) == "2026"
    assert achievement_of(None, cycle=2026, special=True) == ""


# --- lists ----------------------------------------------------------------------------------------


def test_a_proposal_is_on_the_list_from_the_step_that_weighs_the_quota() -> None:
    kind = shipped.kind(COLLECTIVE)
    assert on_the_list(kind) == {"awaiting_commune_decision", "province_appraisal", "awaiting_decision", "awarded"}
    assert on_the_list(shipped.kind("dien_hinh")) == frozenset()
    assert table_papers(kind) == ("achievement_report", "confirmation")
    assert minutes_paper(kind) == "council_minutes"


def candidate(number: int, state: str, unit: str, *, special: bool = False) -> Candidate:
    return Candidate(f"d{number}", str(number), "k", state, f"s{number}", unit, "commune", special)


def test_a_quota_is_used_up_by_those_on_the_list_and_asked_for_by_those_of_the_same_act() -> None:
    mine = candidate(1, "ready", "school")
    others = [
        candidate(2, "listed", "school"),
        candidate(3, "listed", "village"),
        candidate(4, "ready", "school"),
        candidate(5, "listed", "school", special=True),
        candidate(6, "gone", "school"),
    ]
    quotas = [Quota("p", "f", 2026, place, 2) for place in ("school", "commune", "village", "s1")]
    found = quota_facts(
        mine,
        [mine, *others],
        quotas,
        {"k": frozenset({"listed"})},
        names={"school": "School"},
        beside=frozenset({"d4"}),
    )
    assert found == (QuotaFact("School", 2, 1, 2), QuotaFact("", 2, 2, 2), QuotaFact("", 2, 0, 1))
    assert [fact.is_spent for fact in found] == [True, True, False]


@pytest.mark.parametrize(
    ("number", "tied"),
    [(0, set()), (1, {"a", "b"}), (2, set()), (3, {"c", "d"}), (4, set()), (9, set())],
)
def test_equals_are_named_only_where_the_quota_ends(number: int, tied: set[str]) -> None:
    assert tied_at(number, {"a": 7, "b": 7, "c": 5, "d": 5}) == tied
