"""The 12/12 report as truth tables (law.md, "After recognition"; 002:87-89)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from workflow.domain.calendars import day_end, day_start
from workflow.domain.deadlines import Bound, Deadline, DeadlineRule
from workflow.domain.filed_report import from_document, to_document
from workflow.domain.yearly_report import (
    LISTS,
    Figure,
    Outcome,
    Recognition,
    ReportFacts,
    Upkeep,
    Window,
    YearlyReport,
    home_of,
    report_of,
    total,
    windows_around,
    yearly_report,
)

WINDOWS = {year: Window(date(year - 1, 12, 11), date(year, 12, 10)) for year in range(2024, 2029)}
FILED_2026 = datetime(2026, 12, 11, 8, tzinfo=UTC)


def recognition(
    name: str = "truong",
    decided: date | None = date(2026, 10, 1),
    *,
    recorded: datetime = datetime(2026, 10, 2, tzinfo=UTC),
    cycle: int = 2026,
    **more: object,
) -> Recognition:
    return Recognition(
        entry_id=f"e-{name}",
        subject_id=f"s-{name}",
        name=name,
        number="1/QĐ",
        cycle=cycle,
        decided_on=decided,
        recorded_at=recorded,
        **more,  # type: ignore[arg-type]
    )


def earlier(name: str = "cu", **more: object) -> Recognition:
    """A recognition of the year before."""
    return recognition(name, date(2025, 10, 1), recorded=datetime(2025, 10, 2, tzinfo=UTC), cycle=2025, **more)


def upkeep(outcome: Outcome, name: str = "cu", cycle: int = 2026, *, ended: date | None = None) -> Upkeep:
    reason = "Có vụ việc nghiêm trọng." if outcome is Outcome.NOT_MAINTAINED else ""
    return Upkeep(f"d-{name}-{cycle}", f"e-{name}", cycle, outcome, ended, reason)


def report(*recognitions: Recognition, upkeeps: tuple[Upkeep, ...] = (), **more: object) -> YearlyReport:
    facts = ReportFacts(2026, "xa", WINDOWS, recognitions, upkeeps)
    return yearly_report(replace(facts, **more))


def told(made: YearlyReport) -> dict[str, list[str]]:
    """Names by list, empty lists left out."""
    return {name: [line.name for line in getattr(made, name)] for name in LISTS if getattr(made, name)}


@pytest.mark.parametrize(
    ("decided", "cycle"),
    [
        (date(2025, 12, 10), 2025),  # the last day of the window before
        (date(2025, 12, 11), 2026),  # the first day of the window, in the calendar year before
        (date(2026, 12, 10), 2026),  # the last day, included
        (date(2026, 12, 11), 2027),  # one day later
        (date(2026, 12, 31), 2027),
    ],
)
def test_decision_date_names_the_report(decided: date, cycle: int) -> None:
    assert report_of(recognition(decided=decided), WINDOWS, {}) == (cycle, False)


@pytest.mark.parametrize(
    ("decided", "own", "home"),
    [
        (None, 2026, 2026),  # no date: the cycle it was entered for
        (date(2019, 5, 1), 2019, 2019),  # before every known window
        (date(2019, 5, 1), 2026, 2023),  # a wrong year of its own never makes an old decision new
        (date(2030, 5, 1), 2026, 2029),  # after every known window
    ],
)
def test_decision_outside_the_windows_stays_on_its_side(decided: date | None, own: int, home: int) -> None:
    assert home_of(recognition(decided=decided, cycle=own), WINDOWS) == home


def test_decision_in_a_gap_between_windows_is_not_lost() -> None:
    moved = {**WINDOWS, 2026: Window(date(2025, 12, 11), date(2026, 11, 30))}
    assert home_of(recognition(decided=date(2026, 12, 5)), moved) == 2027


def test_decision_without_any_window_belongs_to_its_own_cycle() -> None:
    assert home_of(recognition(cycle=2026), {}) == 2026


@pytest.mark.parametrize(
    ("recorded", "from_dossier", "filed", "answer"),
    [
        (datetime(2026, 12, 11, 7, tzinfo=UTC), True, {2026: FILED_2026}, (2026, False)),
        (FILED_2026, True, {2026: FILED_2026}, (2026, False)),  # recorded in the same instant: not after
        (datetime(2026, 12, 11, 9, tzinfo=UTC), True, {2026: FILED_2026}, (2027, True)),  # "bổ sung"
        (datetime(2026, 12, 11, 9, tzinfo=UTC), True, {}, (2026, False)),  # not filed yet
        (datetime(2026, 12, 11, 9, tzinfo=UTC), False, {2026: FILED_2026}, (2026, False)),  # an earlier decision
        (
            datetime(2028, 1, 5, tzinfo=UTC),
            True,
            {2026: FILED_2026, 2027: datetime(2027, 12, 11, tzinfo=UTC)},
            (2028, True),  # both reports were gone
        ),
    ],
)
def test_dossier_recorded_after_its_report_is_a_supplement_to_the_next(
    recorded: datetime, from_dossier: bool, filed: dict[int, datetime], answer: tuple[int, bool]
) -> None:
    late = recognition(recorded=recorded, from_dossier=from_dossier)
    assert report_of(late, WINDOWS, filed) == answer


@pytest.mark.parametrize(
    ("outcome", "ended", "closed", "expected"),
    [
        (Outcome.OWED, None, False, {"owed": ["cu"]}),
        (Outcome.MAINTAINED, date(2026, 12, 8), False, {"maintained": ["cu"]}),
        (Outcome.NOT_MAINTAINED, date(2026, 12, 8), False, {"not_maintained": ["cu"]}),
        (Outcome.ENDED, date(2026, 12, 31), True, {"not_assessed": ["cu"]}),  # the cycle closed over it
    ],
)
def test_owed_entry_is_told_by_its_outcome(
    outcome: Outcome, ended: date | None, closed: bool, expected: dict[str, list[str]]
) -> None:
    made = report(earlier(), upkeeps=(upkeep(outcome, ended=ended),), closed=closed)
    assert told(made) == expected


def test_new_recognition_is_never_kept_up_as_well() -> None:
    """A supplement whose entry the system had opened meanwhile counts as new, and its entry blocks nothing."""
    late = recognition("muon", date(2025, 12, 1), recorded=datetime(2025, 12, 20, tzinfo=UTC), cycle=2025)
    filed = {2025: datetime(2025, 12, 11, tzinfo=UTC)}
    for outcome in Outcome:
        made = report(late, upkeeps=(upkeep(outcome, "muon"),), filed=filed)
        assert told(made) == {"new": ["muon"]}
        assert made.new[0].supplement


def test_new_recognition_owes_nothing_in_its_own_report() -> None:
    assert told(report(recognition())) == {"new": ["truong"]}


def test_standing_recognition_without_an_opened_entry_blocks_by_name() -> None:
    made = report(earlier())
    assert told(made) == {"owed": ["cu"]}
    assert made.owed[0].dossier_id is None


@pytest.mark.parametrize(
    "gone",
    [
        {"cancelled_on": date(2026, 6, 1)},
        {"dissolved_on": date(2026, 6, 1)},
        {"ended_in": 2025},
    ],
)
def test_recognition_that_no_longer_stands_owes_nothing(gone: dict[str, object]) -> None:
    assert report(earlier(**gone)).owed == ()


def test_nothing_is_owed_any_more_when_the_cycle_is_closed() -> None:
    assert told(report(earlier(), closed=True)) == {}


@pytest.mark.parametrize(
    ("cancelled", "expected"),
    [
        (date(2026, 11, 1), {"cancelled": ["truong"]}),
        (date(2026, 12, 10), {"cancelled": ["truong"]}),  # the last day of the window
        (date(2026, 12, 11), {"new": ["truong"]}),  # stands through the window; the next report tells the rest
    ],
)
def test_recognition_cancelled_within_the_window_is_not_new(cancelled: date, expected: dict[str, list[str]]) -> None:
    assert told(report(recognition(cancelled_on=cancelled))) == expected


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        ({}, {"not_assessed_before": ["cu"]}),
        ({"cancelled_on": date(2025, 12, 31)}, {"cancelled": ["cu"]}),  # cancelled that very day
        ({"cancelled_on": date(2026, 2, 1)}, {"not_assessed_before": ["cu"], "cancelled": ["cu"]}),
        ({"dissolved_on": date(2025, 12, 30)}, {}),
        ({"dissolved_on": date(2025, 12, 31)}, {"not_assessed_before": ["cu"]}),  # still there on that day
    ],
)
def test_entry_the_closing_ended_is_named_in_the_next_report(
    gone: dict[str, object], expected: dict[str, list[str]]
) -> None:
    old = recognition("cu", date(2024, 10, 1), recorded=datetime(2024, 10, 2, tzinfo=UTC), cycle=2024, **gone)
    before = upkeep(Outcome.ENDED, cycle=2025, ended=date(2025, 12, 31))
    now = upkeep(Outcome.ENDED if gone else Outcome.MAINTAINED, ended=date(2026, 3, 1))
    made = report(old, upkeeps=(before, now))
    assert {name: lines for name, lines in told(made).items() if name != "maintained"} == expected


def test_entry_of_a_cycle_long_past_is_not_told_again() -> None:
    old = recognition("cu", date(2023, 10, 1), recorded=datetime(2023, 10, 2, tzinfo=UTC), cycle=2023)
    upkeeps = (
        upkeep(Outcome.ENDED, cycle=2024, ended=date(2024, 12, 31)),
        upkeep(Outcome.MAINTAINED, cycle=2025, ended=date(2025, 12, 8)),
        upkeep(Outcome.MAINTAINED, ended=date(2026, 12, 8)),
    )
    assert told(report(old, upkeeps=upkeeps)) == {"maintained": ["cu"]}


def test_reason_is_told_with_what_was_not_kept_up() -> None:
    made = report(earlier(), upkeeps=(upkeep(Outcome.NOT_MAINTAINED, ended=date(2026, 12, 8)),))
    assert made.not_maintained[0].reason == "Có vụ việc nghiêm trọng."


def test_figures_name_their_numerator_and_denominator() -> None:
    made = report(
        recognition("moi"),
        earlier("a"),
        earlier("b"),
        earlier("c"),
        upkeeps=(
            upkeep(Outcome.MAINTAINED, "a"),
            upkeep(Outcome.NOT_MAINTAINED, "b"),
            upkeep(Outcome.OWED, "c"),
        ),
        registered=("s-moi", "s-x", "s-x"),
    )
    owing = ("s-a", "s-b", "s-c")
    assert made.figures == {
        "new": Figure(("s-moi",), ("s-moi", "s-x")),
        "maintained": Figure(("s-a",), owing),
        "not_maintained": Figure(("s-b",), owing),
        "owed": Figure(("s-c",), owing),
        "not_assessed": Figure((), owing),
        "not_assessed_before": Figure((), ()),
    }
    assert (made.figures["new"].count, made.figures["new"].of) == (1, 2)


def test_lines_stand_in_the_order_a_reader_looks_for_names() -> None:
    made = report(recognition("Trường"), recognition("Đoàn"), recognition("doanh nghiệp"), recognition("Ăn"))
    assert told(made) == {"new": ["Ăn", "Đoàn", "doanh nghiệp", "Trường"]}


def test_empty_denominator_is_not_applicable() -> None:
    figures = report(recognition()).figures
    assert figures["new"].is_applicable
    assert not figures["maintained"].is_applicable


def test_province_is_the_sum_of_filed_reports_and_names_the_missing() -> None:
    one = report(earlier("a"), upkeeps=(upkeep(Outcome.MAINTAINED, "a"),))
    two = replace(report(recognition("moi"), registered=("s-z",)), commune_id="phuong")
    made = total(2026, {"xa": one, "phuong": two, "dac-khu": None})
    assert (made.filed, made.missing, made.is_complete) == (("phuong", "xa"), ("dac-khu",), False)
    assert made.figures["new"] == Figure(("s-moi",), ("s-moi", "s-z"))
    assert made.figures["maintained"] == Figure(("s-a",), ("s-a",))


def test_province_with_every_report_is_complete() -> None:
    assert total(2026, {"xa": report()}).is_complete


def test_report_comes_back_from_its_document() -> None:
    made = report(
        recognition(),
        earlier(),
        recognition("muon", None, cycle=2025),
        upkeeps=(upkeep(Outcome.NOT_MAINTAINED),),
        registered=("s-truong",),
    )
    assert from_document(json.loads(json.dumps(to_document(made)))) == made


def test_document_of_another_making_is_not_read() -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_document({**to_document(report()), "lists": []})


def test_windows_are_the_provinces_where_it_set_them() -> None:
    rule = DeadlineRule(
        "figures", "", opens=Bound.parse("from 12-11 of year before"), closes=Bound.parse("through 12-10")
    )
    own = Deadline("figures", day_start(date(2025, 12, 1)), None, day_end(date(2026, 11, 30)))
    made = windows_around(rule, 2026, {2026: own})
    assert made == {
        **{year: Window(date(year - 1, 12, 11), date(year, 12, 10)) for year in (2023, 2024, 2025, 2027)},
        2026: Window(date(2025, 12, 1), date(2026, 11, 30)),
    }


def test_window_is_read_from_the_provinces_date() -> None:
    figures = Deadline("figures", day_start(date(2025, 12, 11)), None, day_end(date(2026, 12, 10)))
    assert Window.of(figures) == WINDOWS[2026]
    assert Window.of(replace(figures, closes=None)) is None
