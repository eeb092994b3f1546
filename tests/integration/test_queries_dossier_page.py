"""One dossier as it is shown, to each reader, now and as of any instant; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support import postgres
from tests.support.reading import ADMIN, POLICE, PROVINCE
from tests.support.told import ToldHouse, as_unit_of, told_in
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.calendars import HCM, day_end
from workflow.domain.deadlines import Face
from workflow.domain.dossier import Dossier
from workflow.domain.errors import NotFound
from workflow.domain.events import SignedPaper
from workflow.domain.kinds import DossierKind, Meaning, ReturnMode
from workflow.queries.dossier_page import dossier
from workflow.queries.dossier_view import DossierView, Happening, PaperStatus, StageStatus
from workflow.services.inputs import ItemInput, MoveInput

SCAN = ("ab" * 32,)


def view(told: ToldHouse, name: str, actor: Actor | None = None, as_of: datetime | None = None) -> DossierView:
    house = told.house

    def kinds(code: str, version: int | None) -> DossierKind:
        return told.kind(code, version)

    return dossier(
        house.database,
        actor or told.actor("cax-1"),
        told.ids[name],
        kinds=kinds,
        calendar=house.calendar(),
        at=house.clock.now(),
        as_of=as_of,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HCM)


def test_page_says_whose_dossier_it_is_and_where_it_stands(told: ToldHouse) -> None:
    seen = view(told, "thpt")
    assert (seen.number, seen.subject.name, seen.commune.name) == (
        told.numbers["thpt"],
        "Trường THPT Vĩnh Thuận",
        "Xã Vĩnh Phong",
    )
    assert (seen.kind.id, seen.kind_version, seen.cycle, seen.pinned) == ("dien_hinh", 1, 2026, True)
    assert (seen.state.name, seen.meaning, seen.turn) == ("Đã công nhận", Meaning.POSITIVE, None)
    assert seen.made is not None
    assert (seen.made.number, seen.made.standing) == ("3120/QĐ-UBND", True)
    assert sorted(result.kind for result in seen.used) == ["an_toan_antt", "phan_loai"]


@pytest.mark.parametrize(
    ("name", "instant", "statuses"),
    [
        ("thpt", "2026-01-15T08:10:00", "now later later later later"),
        ("thpt", "2026-01-15T08:30:00", "now later later later later"),
        ("thpt", "2026-01-20T16:00:00", "done now later later later"),  # chosen: it is being assessed
        ("thcs", "2026-02-24T12:00:00", "done now later later later"),  # returned: it keeps its place
        ("thpt", "2026-11-25T08:40:00", "done done done done now"),  # its decision is awaited
        ("thpt", "2026-12-09T08:00:00", "done done done done done"),
        ("thuy-san", "2026-01-20T16:00:00", "now later later later later"),  # not chosen
    ],
)
def test_stepper_shows_the_stage_at_work(told: ToldHouse, name: str, instant: str, statuses: str) -> None:
    seen = view(told, name, as_of=at(instant))
    assert " ".join(stage.status for stage in seen.stepper) == statuses
    done = [stage for stage in seen.stepper if stage.status is StageStatus.DONE]
    assert all(stage.at is not None for stage in done)


def test_turn_says_since_when_by_what_and_until_when(told: ToldHouse) -> None:
    seen = view(told, "thpt", as_of=at("2026-11-25T08:40:00"))
    turn = seen.turn
    assert turn is not None
    assert (turn.holder, turn.since) == (Role.PROVINCE_COMMITTEE, at("2026-11-25T08:35:00"))
    assert seen.story[turn.by - 1].label == "thẩm định, đề xuất công nhận"
    assert turn.clock is not None
    assert turn.clock.working_days == 15
    assert turn.clock.due == day_end(date(2026, 12, 16))
    assert len(turn.clock.skipped) == 6


def test_returned_dossier_says_what_to_mend_and_until_when(told: ToldHouse) -> None:
    seen = view(told, "thcs", as_of=at("2026-02-24T12:00:00"))
    (opened,) = seen.returns
    assert (opened.mode, opened.closed_at) == (ReturnMode.SUPPLEMENT, None)
    assert opened.items[0].text == "Kế hoạch chưa có số, ký hiệu."
    assert not opened.items[0].mended
    assert seen.turn is not None
    assert (seen.turn.holder, seen.turn.mend_by) == (Role.UNIT, opened.mend_by)
    plan = next(paper for paper in seen.papers if paper.code == "unit_plan")
    assert plan.status is PaperStatus.AGAIN
    mended = view(told, "thcs", as_of=at("2026-03-02T16:05:00"))
    assert all(item.mended for item in mended.returns[0].items)
    answered = view(told, "thcs", as_of=at("2026-03-02T16:10:00"))
    assert answered.returns[0].closed_at == at("2026-03-02T16:10:00")


def statuses(seen: DossierView) -> dict[str, str]:
    return {paper.code: paper.status.value for paper in seen.papers}


def test_papers_say_whether_they_count_are_missing_or_come_later(told: ToldHouse) -> None:
    chosen = statuses(view(told, "thpt", as_of=at("2026-02-10T09:30:00")))
    assert chosen["registration"] == "counts"
    assert chosen["unit_plan"] == "counts"
    assert chosen["self_score"] == "missing"
    assert chosen["assessment_sheet"] == "missing"
    assert chosen["minutes"] == "later"
    assert chosen["head_letter"] == "later"
    whole = view(told, "thpt")
    assert {code for code, status in statuses(whole).items() if status == "counts"} >= {
        "registration",
        "selection_list",
        "unit_plan",
        "self_score",
        "assessment_sheet",
        "minutes",
        "result_report",
        "head_letter",
        "submission_letter",
        "opinion",
        "decision",
    }
    sheet = next(paper for paper in whole.papers if paper.code == "self_score")
    assert [version.version for version in sheet.versions] == list(range(1, len(sheet.versions) + 1))
    assert len({version.digest for version in sheet.versions}) == len(sheet.versions)
    assert sheet.locked
    decision = next(paper for paper in whole.papers if paper.code == "decision")
    assert decision.with_act
    assert decision.versions[-1].files


def test_needed_paper_names_its_step(told: ToldHouse) -> None:
    papers = {paper.code: paper for paper in view(told, "thpt", as_of=at("2026-02-10T09:30:00")).papers}
    assert papers["self_score"].needed_for == "Xác nhận đánh giá"
    assert papers["minutes"].needed_for == "Ghi kết quả họp xét"
    assert papers["decline_paper"].needed_for is None
    assert not papers["decline_paper"].verified


def test_own_dossier_has_no_letter_of_a_head(told: ToldHouse) -> None:
    codes = {paper.code for paper in view(told, "thpt").papers}
    assert "head_letter" in codes
    owed = {paper.code for paper in view(told, "duy_tri/2026/vinh-phong", told.actor("pv01-1")).papers}
    assert owed == {"maintenance_report", "result_paper"}


def test_date_of_the_next_step_is_weighed(told: ToldHouse) -> None:
    (remark,) = view(told, "thpt", as_of=at("2026-01-15T08:10:00")).dates
    assert (remark.rule.code, remark.verdict.face, remark.verdict.due) == (
        "registration",
        Face.ON_TIME,
        day_end(date(2026, 1, 17)),
    )
    late = view(told, "mttq", as_of=at("2026-01-21T09:12:00")).dates[0]
    assert late.verdict.face is Face.LATE
    assert late.verdict.grant is not None


def test_story_tells_each_event_in_the_words_of_the_kind(told: ToldHouse) -> None:
    story = view(told, "mttq").story
    assert [line.seq for line in story] == list(range(1, len(story) + 1))
    assert [line.journal for line in story] == sorted(line.journal for line in story)
    registered = next(line for line in story if line.label == "đăng ký xây dựng điển hình")
    assert (registered.late, registered.what) == (True, Happening.MOVED)
    assert registered.grant is not None
    assert registered.grant.reason.startswith("Kế hoạch số 26/KH-CAT-PV01")
    meeting = next(line for line in story if line.label == "họp xét ở xã")
    assert (meeting.choice, meeting.act_id is not None) == ("Đề nghị", True)
    assert [paper.name for paper in meeting.papers] == ["Biên bản họp xét"]
    returned = next(line for line in story if line.items)
    assert returned.items == 2
    assert all(line.by.office for line in story)


def test_story_says_whose_act_it_was_and_who_entered_it(told: ToldHouse) -> None:
    story = view(told, "tram-y-te").story
    opened, filed, registered = story[:3]
    for line in (opened, filed, registered):
        assert (line.by.role, line.by.authority, line.by.is_recorded) == (Role.COMMUNE_POLICE, Role.UNIT, True)
        assert line.by.from_paper is not None
        assert line.by.from_paper.number == "08/ĐK-TYT"
    assessed = next(line for line in story if line.label == "xác nhận kết quả đánh giá")
    assert not assessed.by.is_recorded


def test_story_tells_a_correction_with_the_step_it_mends(told: ToldHouse) -> None:
    corrected = next(line for line in view(told, "thpt").story if line.what is Happening.CORRECTED)
    assert corrected.label == "quyết định công nhận điển hình"
    assert corrected.reason == "Nhập nhầm số quyết định: 3102, đúng là 3120."
    assert corrected.step is not None
    assert view(told, "thpt").story[corrected.step - 1].label == corrected.label


def test_owed_entry_names_the_recognition_it_comes_from(told: ToldHouse) -> None:
    seen = view(told, "duy_tri/2026/tieu-hoc-vinh-phong")
    assert seen.origin is not None
    assert (seen.origin.number, seen.origin.standing) == ("3056/QĐ-UBND", True)
    assert seen.made is None


def test_findings_name_the_note_that_made_them(told: ToldHouse) -> None:
    for name in told.ids:
        seen = view(told, name, system_actor("tinh"))
        notes = {version.paper_id for paper in seen.papers if paper.code == "visit_note" for version in paper.versions}
        assert {finding.paper_id for finding in seen.findings} <= notes


# --- as of an instant ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mttq", "thcs", "duy_tri/2026/vinh-phong"])
def test_any_instant_is_rebuilt_from_the_journal(told: ToldHouse, name: str) -> None:
    """As of every event: the story up to it and no further, the state the replay gives, the papers filed by then."""
    system = system_actor("tinh")
    now = view(told, name, system)
    with told.house.engine.reading() as stores:
        history = stores.journal.events_of(now.id)
    for line in now.story:
        then = view(told, name, system, as_of=line.at)
        stood = Dossier.replay(event for event in history if event.at <= line.at)
        assert (then.version, then.state.id, then.late) == (stood.version, stood.state, stood.late)
        assert then.story == now.story[: then.version]
        shown = {version.paper_id for paper in then.papers for version in paper.versions}
        assert shown == {filed.paper.id for filed in stood.papers}
    with pytest.raises(NotFound, match="dossier_not_found"):
        view(told, name, system, as_of=now.opened_at - timedelta(microseconds=1))


def test_page_as_of_now_is_the_page(told: ToldHouse) -> None:
    present, system = told.house.clock.now(), system_actor("tinh")
    for name in told.ids:
        assert replace(view(told, name, system, as_of=present), as_of=None) == view(told, name, system)


def test_view_holds_values_alone(told: ToldHouse) -> None:
    """Nothing in it can be changed, and nothing in it is an entity."""

    def walk(value: Any) -> Iterator[Any]:
        yield value
        if is_dataclass(value):
            for field in fields(value):
                yield from walk(getattr(value, field.name))
        elif isinstance(value, tuple):
            for item in value:
                yield from walk(item)

    for value in walk(view(told, "mttq")):
        assert not isinstance(value, (Dossier, list, set))
        if is_dataclass(value):
            assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]


# --- who sees what ---------------------------------------------------------------------------------


def test_page_out_of_sight_is_not_found(told: ToldHouse) -> None:
    for stranger in (
        as_unit_of(told, "thcs"),
        replace(POLICE, commune_id="xa-2"),
        replace(PROVINCE, province_id="tinh-2"),
        ADMIN,
    ):
        with pytest.raises(NotFound, match="dossier_not_found"):
            view(told, "thpt", stranger)


@pytest.fixture(params=["sqlite", "postgresql"])
def spring(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ToldHouse]:
    """The story up to the first day of March, to go on with; THCS is returned, the others were chosen."""
    until = "2026-03-01T08:00:00"
    if request.param == "sqlite":
        with told_in(f"sqlite:///{tmp_path / 'hoso.sqlite'}", tmp_path / "files", until=until) as told:
            yield told
        return
    server = request.getfixturevalue("postgres_url")
    with postgres.fresh_database(server) as url, told_in(url, tmp_path / "files", until=until) as told:
        yield told


def test_internal_notes_and_reasons_of_a_hold_are_never_the_units(spring: ToldHouse) -> None:
    house, police, unit = spring.house, spring.actor("cax-1"), as_unit_of(spring, "thpt")
    dossier_id = spring.ids["thpt"]
    house.notes.write(police, dossier_id, "Đối chiếu sổ trực ban trước khi chấm.", internal=True)
    house.notes.write(unit, dossier_id, "Trường sẽ bổ sung biên bản.")
    version = spring.dossier("thpt").version
    officer = spring.actor("ubnd-1")
    plain = SignedPaper("7/CV", "2026-03-01", "UBND xã", "Chủ tịch", SCAN)
    house.dossiers.hold(officer, dossier_id, reason="Có đơn tố cáo đang xác minh.", seen_version=version, signed=plain)
    shown, hidden = view(spring, "thpt", police), view(spring, "thpt", unit)
    assert {note.text for note in shown.notes} == {
        "Đối chiếu sổ trực ban trước khi chấm.",
        "Trường sẽ bổ sung biên bản.",
    }
    assert [(note.text, note.mine, note.internal) for note in hidden.notes] == [
        ("Trường sẽ bổ sung biên bản.", True, False)
    ]
    assert shown.hold is not None
    assert hidden.hold is not None
    assert (shown.hold.reason, hidden.hold.reason) == ("Có đơn tố cáo đang xác minh.", None)
    assert "tố cáo" in str(shown)
    assert "tố cáo" not in str(hidden)
    assert "trực ban" not in str(hidden)


def test_notes_are_told_as_of_their_instant(spring: ToldHouse) -> None:
    unit = as_unit_of(spring, "thpt")
    before = spring.house.clock.now()
    spring.house.clock.advance_to(before + timedelta(hours=1))  # type: ignore[attr-defined]
    spring.house.notes.write(unit, spring.ids["thpt"], "Muộn hơn.")
    assert view(spring, "thpt", unit, as_of=before).notes == ()
    assert len(view(spring, "thpt", unit).notes) == 1


def test_nested_return_keeps_its_place_and_both_returns(spring: ToldHouse) -> None:
    house, police = spring.house, spring.actor("cax-1")
    items = (ItemInput("Thiếu ngày ban hành.", "unit_plan", "/date"),)
    move = MoveInput("return_to_unit", spring.dossier("doan").version, items=items, mode=ReturnMode.SUPPLEMENT)
    house.dossiers.perform(police, spring.ids["doan"], move)
    seen = view(spring, "doan")
    assert (seen.meaning, seen.stage.name) == (Meaning.RETURNED, "Đánh giá")
    assert seen.returns[0].origin.name == "Được lựa chọn xây dựng điển hình"
    assert seen.returns[0].items[0].paper is not None
    assert seen.returns[0].items[0].paper.name == "Kế hoạch của đơn vị"
