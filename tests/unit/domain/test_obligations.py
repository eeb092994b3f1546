"""Who owes what, when it falls due, who receives it, who takes it over: a table of the rules of law.md."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.definitions import shipped
from workflow.domain.books import Organisation
from workflow.domain.calendars import last_day
from workflow.domain.deadlines import Deadline
from workflow.domain.obligation_rules import Obliges
from workflow.domain.obligations import earlier, heir_of, owed_by, receiver_of

PROVINCE = Organisation("tinh", "Tỉnh", "province", None, None, "tinh", managing_level="province")
DISTRICT = Organisation("huyen", "Huyện", "huyen", "tinh", None, "tinh", managing_level="province")
TOWN = Organisation("thi-tran", "Thị trấn", "thi_tran", "huyen", "thi-tran", "tinh", managing_level="province")
QUARTER = Organisation("khu-pho", "Khu phố", "khu_dan_cu", "thi-tran", "thi-tran", "tinh")
OFFICE = Organisation("so", "Sở", "co_quan", "tinh", "thi-tran", "tinh", managing_level="province")
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def obliges() -> Obliges:
    found = shipped.kind("bao_cao").obliges
    assert found is not None
    return found


def dates(cycle: int = 2025) -> dict[str, Deadline]:
    return {code: rule.for_cycle(cycle) for code, rule in shipped.kind("bao_cao").deadlines.items()}


@pytest.mark.parametrize(
    ("who", "codes"),
    [
        (QUARTER, {"half_year", "annual"}),
        (OFFICE, {"plan", "half_year", "an_toan_antt", "annual"}),
        (replace(OFFICE, managing_level="commune"), {"plan", "half_year", "annual"}),
        (TOWN, {"plan", "half_year", "an_toan_antt", "annual"}),
        (replace(TOWN, kind="phuong"), {"plan", "half_year", "an_toan_antt", "annual", "dien_hinh"}),
        (replace(TOWN, valid_from=date(2025, 7, 1), kind="phuong"), {"an_toan_antt", "annual", "dien_hinh"}),
        (replace(QUARTER, valid_to=date(2025, 7, 1)), set()),
        (PROVINCE, set()),
    ],
)
def test_each_owes_what_is_its_own_and_still_to_come(who: Organisation, codes: set[str]) -> None:
    assert {one.code for one in owed_by(obliges(), who, dates(), on=date(2025, 8, 1))} == codes


def test_a_duty_taken_over_is_owed_although_its_date_has_passed() -> None:
    ward = replace(TOWN, kind="phuong", valid_from=AFTER)
    owed = owed_by(obliges(), ward, dates(), on=AFTER, inherited=["plan"])
    assert "plan" in {one.code for one in owed}
    assert "half_year" not in {one.code for one in owed}


def test_what_a_commune_receives_falls_due_some_working_days_earlier() -> None:
    calendar = shipped.grounds().calendar
    due = earlier(dates(2026)["half_year"], 5, calendar).due
    assert due is not None
    assert last_day(due) == date(2026, 5, 12)
    assert earlier(dates(2026)["half_year"], 0, calendar) == dates(2026)["half_year"]


def test_the_receiver_follows_from_the_tree_of_the_day() -> None:
    known = {one.id: one for one in (PROVINCE, DISTRICT, TOWN, QUARTER, OFFICE)}
    assert receiver_of(QUARTER, known, BEFORE) == TOWN
    assert receiver_of(TOWN, known, BEFORE) == DISTRICT
    assert receiver_of(DISTRICT, known, BEFORE) == PROVINCE
    assert receiver_of(OFFICE, known, BEFORE) == PROVINCE
    ended = known | {"huyen": replace(DISTRICT, valid_to=BEFORE)}
    assert receiver_of(TOWN, ended, AFTER) == PROVINCE


def test_the_heir_is_who_stands_at_the_end_of_the_chain() -> None:
    first = replace(TOWN, valid_to=BEFORE, successor_id="b")
    second = replace(TOWN, id="b", valid_to=AFTER, successor_id="c")
    third = replace(TOWN, id="c")
    known = {"thi-tran": first, "b": second, "c": third}
    assert heir_of(first, known, AFTER) == second
    assert heir_of(first, known, date(2026, 1, 1)) == third
    assert heir_of(replace(first, successor_id=None), known, AFTER) is None
    circle = {"thi-tran": first, "b": replace(second, successor_id="thi-tran")}
    assert heir_of(first, circle, date(2026, 1, 1)) is None
