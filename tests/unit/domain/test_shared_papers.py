"""What one unit reads of a paper that speaks of many."""

from __future__ import annotations

from workflow.domain.shared_papers import part_of

MINUTES = {
    "number": "12/BB-UBND",
    "attendance": [{"office": "Chủ tịch UBND xã", "present": True}],
    "items": [
        {"dossier": "2026-DH-0001", "votes_for": 9, "result": "propose"},
        {"dossier": "2026-DH-0002", "votes_for": 1, "result": "not_propose", "remark": "Có vụ việc."},
    ],
    "conclusion": "Thống nhất.",
}


def test_unit_reads_its_own_row_and_what_concerns_all() -> None:
    assert part_of(MINUTES, "2026-DH-0001") == {**MINUTES, "items": [MINUTES["items"][0]]}  # type: ignore[index]


def test_list_of_numbers_keeps_the_own_one() -> None:
    letter = {"number": "1/TTr", "dossiers": ["2026-DH-0001", "2026-DH-0002"], "enclosures": ["Biên bản"]}
    assert part_of(letter, "2026-DH-0002") == {**letter, "dossiers": ["2026-DH-0002"]}


def test_rows_under_that_name_are_kept_by_their_dossier() -> None:
    rows = {"dossiers": [{"dossier": "a", "n": 1}, {"dossier": "b", "n": 2}]}
    assert part_of(rows, "b") == {"dossiers": [{"dossier": "b", "n": 2}]}


def test_dossier_that_is_not_in_the_paper_sees_no_row() -> None:
    assert part_of(MINUTES, "2026-DH-0009")["items"] == []


def test_paper_of_one_dossier_stays_whole() -> None:
    plan = {"number": "1/KH", "goals": ["một", "hai"], "evidence": [{"title": "x"}]}
    assert part_of(plan, "2026-DH-0001") == plan
