"""The province's dates: extended, opened late, made stricter; separations lifted; a province that is not connected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.support.played import Played, played
from workflow.domain.actors import Role
from workflow.domain.calendars import CalendarDay, DayKind
from workflow.domain.deadlines import Deadline, GrantKind, Scope
from workflow.domain.errors import HosoError, InvalidInput, NotAllowed, NotFound, TransitionRefused
from workflow.seeding.script import moment
from workflow.services.dates import GrantInput

WISH = GrantInput(
    kind_code="dien_hinh",
    cycle=2026,
    deadline="registration",
    scope=Scope.SUBJECT,
    scope_id="luong-thuc-phong-phu",
    until=moment("2026-01-24T00:00:00"),
    reason="Đơn vị gửi bản giấy ngày 16/01/2026.",
)


@pytest.fixture
def january(storage_url: str) -> Iterator[Played]:
    """19/01/2026, 00:00: a company is refused at the very first second after the last day."""
    with played(storage_url, "2026-01-19T00:00:00") as story:
        yield story


def registered(story: Played, at: str) -> tuple[str, bool] | list[str]:
    """State and lateness after the company hands its form in; codes of the reasons when it cannot."""
    story.at(at)
    try:
        story.do(story.step("2026-01-19T00:00:00", at=at))
    except TransitionRefused as error:
        return [refusal.code for refusal in error.refusals]
    dossier = story.dossier("luong-thuc")
    return dossier.state, dossier.late


def test_after_the_last_second_only_a_late_opening_lets_in_and_flags_late(january: Played) -> None:
    keeper = january.actor("pv01-1")
    assert registered(january, "2026-01-19T00:00:01") == ["guard.closed"]
    january.at("2026-01-19T09:00:00")
    grant = january.house.dates.grant(keeper, WISH)
    assert (grant.kind, grant.granted_by) == (GrantKind.LATE_OPENING, "pv01-1")
    assert registered(january, "2026-01-23T23:59:59") == ("registered", True)
    assert january.dossier("luong-thuc").steps[-1].grant_id == grant.id


def test_a_late_opening_ends_at_its_own_last_second(january: Played) -> None:
    january.at("2026-01-19T09:00:00")
    january.house.dates.grant(january.actor("pv01-1"), WISH)
    assert registered(january, "2026-01-24T00:00:00") == ["guard.closed"]


def test_a_late_opening_for_another_unit_lets_nobody_else_in(january: Played) -> None:
    january.at("2026-01-19T09:00:00")
    january.house.dates.grant(january.actor("pv01-1"), replace(WISH, scope_id="mttq-vinh-phong"))
    assert registered(january, "2026-01-19T09:30:00") == ["guard.closed"]


@pytest.mark.parametrize(("scope", "scope_id"), [(Scope.COMMUNE, "vinh-phong"), (Scope.PROVINCE, "tinh")])
def test_an_extension_before_closing_moves_the_date_and_nobody_is_late(
    storage_url: str, scope: Scope, scope_id: str
) -> None:
    with played(storage_url, "2026-01-18T23:52:00") as story:
        grant = story.house.dates.grant(story.actor("pv01-1"), replace(WISH, scope=scope, scope_id=scope_id))
        assert grant.kind is GrantKind.EXTENSION
        assert registered(story, "2026-01-20T08:00:00") == ("registered", False)
        with pytest.raises(TransitionRefused) as refused:
            story.do(story.step("2026-01-20T15:30:00"))
        assert {refusal.code for refusal in refused.value.refusals} == {"guard.not_open"}


def test_what_a_grant_is_depends_on_the_closing_as_earlier_extensions_left_it(storage_url: str) -> None:
    """18/01: one unit is extended until 20/01. For it 19/01 lies before the closing, for all others after."""
    with played(storage_url, "2026-01-18T23:52:00") as story:

        def given(scope_id: str, until: str) -> GrantKind:
            wish = replace(WISH, scope_id=scope_id, until=moment(until))
            return story.house.dates.grant(story.actor("pv01-1"), wish).kind

        assert given("luong-thuc-phong-phu", "2026-01-21T00:00:00") is GrantKind.EXTENSION
        story.at("2026-01-19T09:00:00")
        with pytest.raises(InvalidInput, match="grant_gives_no_time"):
            given("luong-thuc-phong-phu", "2026-01-20T00:00:00")
        assert given("mttq-vinh-phong", "2026-01-24T00:00:00") is GrantKind.LATE_OPENING
        assert given("luong-thuc-phong-phu", "2026-01-24T00:00:00") is GrantKind.EXTENSION
        assert registered(story, "2026-01-23T08:00:00") == ("registered", False)
        story.at("2026-01-24T00:00:00")
        assert given("luong-thuc-phong-phu", "2026-01-26T00:00:00") is GrantKind.LATE_OPENING


def test_a_grant_needs_a_keeper_a_reason_a_known_date_and_time_to_give(january: Played) -> None:
    january.at("2026-01-19T09:00:00")
    before = january.rows()

    def asked(person: str, wish: GrantInput) -> str:
        with pytest.raises(HosoError) as refused:
            january.house.dates.grant(january.actor(person), wish)
        return refused.value.code

    assert asked("cax-1", WISH) == "books_role"
    assert asked("quan-tri", WISH) == "books_role"
    assert asked("pv01-1", replace(WISH, reason=" ")) == "grant_without_reason"
    assert asked("pv01-1", replace(WISH, deadline="nothing")) == "deadline_not_found"
    assert asked("pv01-1", replace(WISH, cycle=2031)) == "deadline_not_found"
    assert asked("pv01-1", replace(WISH, scope=Scope.PROVINCE)) == "organisation_not_found"
    assert asked("pv01-1", replace(WISH, until=moment("2026-01-19T08:00:00"))) == "grant_already_expired"
    assert january.rows() == before


def test_a_province_can_set_the_stricter_bound_with_a_reason(storage_url: str) -> None:
    with played(storage_url, "2026-01-17T23:59:59") as story:
        keeper = story.actor("pv01-1")
        with story.house.engine.reading() as stores:
            now = stores.books.deadlines("tinh", "dien_hinh", 2026)["registration"]
        strict = replace(now, closes=now.due)
        story.house.dates.set_date(
            keeper, kind_code="dien_hinh", cycle=2026, deadline=strict, reason="Theo kế hoạch của tỉnh."
        )
        with pytest.raises(TransitionRefused) as refused:
            story.do(story.step("2026-01-18T09:30:00"))
        assert [refusal.code for refusal in refused.value.refusals] == ["guard.closed"]
        with pytest.raises(InvalidInput, match="closes_before_due"):
            story.house.dates.set_date(
                keeper,
                kind_code="dien_hinh",
                cycle=2026,
                deadline=replace(now, closes=moment("2026-01-10T00:00:00")),
                reason="Sai.",
            )
        with pytest.raises(InvalidInput, match="reason_missing"):
            story.house.dates.set_date(keeper, kind_code="dien_hinh", cycle=2026, deadline=now, reason="")
        with pytest.raises(NotFound, match="deadline_not_found"):
            story.house.dates.set_date(
                keeper, kind_code="dien_hinh", cycle=2026, deadline=Deadline("nothing"), reason="Không có."
            )


def due_of(story: Played, name: str) -> datetime:
    """When the running clock of a dossier ends."""
    clock = story.dossier(name).clock
    assert clock is not None
    return clock.due(story.house.calendar())


def test_a_holiday_that_is_added_moves_the_officers_last_day(storage_url: str) -> None:
    with played(storage_url, "2026-11-13T09:00:00") as story:
        assert due_of(story, "phu-nu") == moment("2026-12-01T00:00:00")
        before = story.rows()
        extra = CalendarDay(
            date(2026, 11, 20), "Nghỉ của tỉnh (giả định)", DayKind.HOLIDAY, "QĐ của tỉnh", verified=True
        )
        with pytest.raises(NotAllowed, match="books_role"):
            story.house.dates.put_day(story.actor("cax-1"), extra, reason="Nghỉ.")
        assert story.rows() == before
        story.house.dates.put_day(story.actor("pv01-1"), extra, reason="Nghỉ theo quyết định của tỉnh.")
        assert due_of(story, "phu-nu") == moment("2026-12-02T00:00:00")


def test_working_days_set_by_the_province_count_from_then_on(storage_url: str) -> None:
    with played(storage_url, "2026-11-13T09:00:00") as story:
        keeper, running = story.actor("pv01-1"), due_of(story, "phu-nu")
        story.house.dates.set_working_days(keeper, kind_code="dien_hinh", state="assessed", days=3, reason="Rút ngắn.")
        assert due_of(story, "phu-nu") == running
        story.do(story.step("2026-11-13T10:00:00"))
        story.do(story.step("2026-11-13T10:10:00"))
        assert due_of(story, "mttq") == moment("2026-11-19T00:00:00")
        for state, days in (("nothing", 3), ("assessed", 0)):
            with pytest.raises(InvalidInput, match="working_days_invalid"):
                story.house.dates.set_working_days(keeper, kind_code="dien_hinh", state=state, days=days, reason="Sai.")


def test_a_lifted_separation_lets_a_small_commune_work_in_its_cycle_only(storage_url: str) -> None:
    with played(storage_url, "2026-11-17T16:10:00") as story:
        sheet = story.step("2026-11-20T14:00:00", at="2026-11-17T16:20:00")
        story.do({**sheet, "as": "cax-2"})
        assess = story.step("2026-11-20T14:10:00", at="2026-11-17T16:30:00")
        with pytest.raises(TransitionRefused) as refused:
            story.do({**assess, "as": "cax-2"})
        assert [refusal.code for refusal in refused.value.refusals] == ["guard.separation"]
        keeper = story.actor("pv01-1")
        wish = {"commune_id": "vinh-phong", "separation": "unit_side_x_assess", "reason": "Xã chỉ có một cán bộ."}
        story.house.dates.lift_separation(keeper, cycle=2027, **wish)
        with pytest.raises(TransitionRefused):
            story.do({**assess, "as": "cax-2"})
        story.house.dates.lift_separation(keeper, cycle=2026, **wish)
        story.do({**assess, "as": "cax-2"})
        assert story.dossier("tram-y-te").state == "assessed"
        with pytest.raises(InvalidInput, match="separation_not_liftable"):
            story.house.dates.lift_separation(keeper, cycle=2026, **{**wish, "separation": "approve_x_recognize"})


def test_where_the_province_is_not_connected_the_commune_enters_its_steps_from_the_papers(storage_url: str) -> None:
    with played(storage_url, "2026-11-24T09:00:00") as story:
        opinion = story.step("2026-11-25T08:30:00")
        signed = {
            "number": "5021/CAT-PV01",
            "date": "2026-11-25",
            "issuer": "Công an tỉnh",
            "signer_office": "Trưởng phòng PV01",
        }
        entered = {**opinion, "as": "cax-2", "signed": signed, "scans": ["Văn bản đề xuất số 5021/CAT-PV01"]}
        with pytest.raises(TransitionRefused) as refused:
            story.do(entered)
        assert "filing.role" in [refusal.code for refusal in refused.value.refusals]
        with story.house.engine.reading() as stores:
            settings = stores.books.settings("tinh")
        story.house.dates.set_settings(
            story.actor("quan-tri"), replace(settings, connected=False), reason="Chạy trên một máy của xã."
        )
        story.do(entered)
        move = story.step("2026-11-25T08:35:00", signed=signed, scans=entered["scans"])
        story.do({**move, "as": "cax-2"})
        step = story.dossier("thpt").steps[-1]
        assert (step.authority, step.role, step.by_disconnected) == (Role.PROVINCE_POLICE, Role.COMMUNE_POLICE, True)
        assert step.from_paper is not None
        assert step.from_paper.number == "5021/CAT-PV01"
