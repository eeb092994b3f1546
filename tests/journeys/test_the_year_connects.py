"""The year connects: a result of one kind is a fact for another, over three years of one province, and duties follow.

2025: a district and an old commune owe reports; on 01/07 the district tier vanishes. 2026 is the story of Vinh Phong:
the results of 2025 make eligible, or refuse; five units are recognised. 2027: their upkeep is owed, and one of them,
classed lower in 2026, is named at risk. Opening a year twice equals once, every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.support.played import Played
from tests.support.reporting import owed
from workflow import installation
from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.books import Organisation
from workflow.queries.at_risk import recognised_at_risk
from workflow.queries.moment import Moment
from workflow.queries.targets import target_sheet
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, moment, read_script
from workflow.services.awards import RoundChoice
from workflow.services.ledger import ResultInput
from workflow.settings import Settings
from workflow.storage import schema

REPORTS = "bao_cao"
PV01 = Actor("pv01-1", Role.PROVINCE_POLICE, "pv01", "tinh")


@pytest.fixture
def story(sqlite_database: str) -> Iterator[Played]:
    schema.create(sqlite_database, at=moment("2024-12-01T08:00:00"), practice=True).close()
    settings = Settings(database=sqlite_database, files="memory:", province="tinh")
    house = House(settings, clock=PracticeClock(moment("2024-12-02T08:00:00")))
    yield Played(Player(house, read_script(STORY)))
    house.close()


def place(code: str, kind: str, **more: object) -> Organisation:
    values: dict[str, object] = {"parent_id": "tinh", "commune_id": None, "province_id": "tinh", **more}
    return Organisation(code, f"{code} (giả định)", kind, managing_level="province", **values)  # type: ignore[arg-type]


def opened(house: House, kind: str, cycle: int) -> None:
    """Open a year, and once more: the second time opens nothing."""
    house.cycles.open(PV01, kind_code=kind, cycle=cycle)
    again = house.cycles.open(PV01, kind_code=kind, cycle=cycle)
    assert (again.is_new, again.owed, again.obliged) == (False, (), 0)


def answering(house: House, kind: str, cycle: int) -> set[tuple[str, str]]:
    with house.engine.reading() as uow:
        rows = uow.dossiers.answering(province_id="tinh", kind=kind, cycle=cycle)
    return {(row.subject_id, row.origin_id) for row in rows if row.state != "passed_on"}


def test_three_years_of_one_province_connect(story: Played) -> None:
    _the_district_tier_vanishes(story)
    _results_of_the_year_before_make_eligible(story)
    _recognition_owes_its_upkeep(story)
    _recognition_speaks_for_an_award(story)
    _a_lost_condition_is_named(story)
    _the_targets_are_told(story)
    proof = installation.verify_state(story.house)
    assert proof.faults == []


def _the_district_tier_vanishes(story: Played) -> None:
    house = story.house
    tree = [
        Organisation("tinh", "Tỉnh (giả định)", "province", None, None, "tinh", managing_level="province"),
        place("huyen", "huyen"),
        place("xa-cu", "xa", parent_id="huyen", commune_id="xa-cu"),
    ]
    house.organisations.import_rows(system_actor("tinh"), tree)
    opened(house, REPORTS, 2025)
    before = {"plan", "half_year", "an_toan_antt", "annual"}
    assert {code for who, code in answering(house, REPORTS, 2025) if who == "huyen"} == before
    story.at("2025-07-01T08:00:00")
    new = place("vinh-phong", "xa", commune_id="vinh-phong", valid_from=date(2025, 7, 1))
    house.organisations.import_rows(system_actor("tinh"), [new])
    for code, heir in (("huyen", "tinh"), ("xa-cu", "vinh-phong")):
        house.organisations.dissolve(PV01, code, on=date(2025, 6, 30), successor_id=heir, reason="Sắp xếp")
    house.cycles.sweep("tinh")
    assert answering(house, REPORTS, 2025) == {("vinh-phong", code) for code in (*before, "dien_hinh")}
    assert house.cycles.sweep("tinh").opened == 0


def _results_of_the_year_before_make_eligible(story: Played) -> None:
    """The story tells it: who lacks a result of 2025 is refused by the guard that names it; five are recognised."""
    told = list(story.player.play())
    assert [one for one in told if any(item.refusal.code == "guard.result_other" for item in one.refusals)]
    facts = story.dossier("thpt").ledger_facts
    with story.house.engine.reading() as uow:
        used = {(entry.kind, entry.cycle, entry.result) for entry in map(uow.ledger.get, facts)}
    assert {("an_toan_antt", 2025, "dat"), ("phan_loai", 2025, "xuat_sac")} <= used


def _recognition_owes_its_upkeep(story: Played) -> None:
    opened(story.house, "dien_hinh", 2027)
    with story.house.engine.reading() as uow:
        ids = uow.dossiers.ids_where(province_id="tinh", kind="duy_tri", cycle=2027)
        assert {"thpt-vinh-thuan", "mttq-vinh-phong"} <= {uow.dossiers.get(one).subject_id for one in ids}
    opened(story.house, REPORTS, 2027)
    assert owed(story.house, 2027, "vinh-phong", "dien_hinh").state == "owed"


def _recognition_speaks_for_an_award(story: Played) -> None:
    """An exemplar of the year before is told as such beside its proposal (S29, 001 III)."""
    house, form = story.house, "giay_khen_ubnd_xa"
    house.awards.open(story.actor("cax-1"), form=form, cycle=2027)
    unit = story.actor("mttq")
    house.dossiers.open(
        unit, kind_code="khen_thuong_tap_the", subject_id="mttq-vinh-phong", cycle=2027, award=RoundChoice(form)
    )
    (proposal,) = house.award_lists.explained(unit, form=form, cycle=2027).proposals
    assert ("dien_hinh", 2026) in {(result.kind, result.cycle) for result in proposal.results}


def _a_lost_condition_is_named(story: Played) -> None:
    house = story.house
    kind = house.catalogue.newest("dien_hinh", province_id="tinh", on=date(2027, 1, 1))
    rows = [
        ResultInput("mttq-vinh-phong", of, 2026, result, label, f"{n}/QĐ-UBND", date(2026, 12, 1), "UBND xã")
        for n, (of, result, label) in enumerate(
            [("an_toan_antt", "dat", "Đạt tiêu chuẩn An toàn về ANTT"), ("phan_loai", "kha", "Loại khá")], start=900
        )
    ]
    ids = house.ledger.enter(story.actor("cax-1"), rows)
    house.ledger.confirm(story.actor("cax-3"), ids)
    units = {one.subject_id: one for one in recognised_at_risk(house.database, story.actor("cax-1"), kind, cycle=2027)}
    assert {who for who, one in units.items() if one.is_at_risk} == {"mttq-vinh-phong"}
    (lost,) = units["mttq-vinh-phong"].unmet
    assert (lost.kind, lost.year, lost.has) == ("phan_loai", 2026, "Loại khá")
    assert {one.kind for one in units["doan-vinh-phong"].unmet} == {"an_toan_antt", "phan_loai"}


def _the_targets_are_told(story: Played) -> None:
    house, actor = story.house, story.actor("pv01-1")
    moment_now = Moment.of(house.clock.now(), house.calendar())
    sheet = target_sheet(
        house.database,
        actor,
        house.reporting.targets(),
        {kind.code: kind for kind in house.catalogue.kinds()},
        house.reporting.kind(province_id="tinh", on=date(2026, 12, 31)),
        moment_now,
        cycle=2026,
        on=date(2026, 12, 31),
    )
    told = {one.target.code: one for one in sheet.targets}
    assert (told["eligible"].reading.numerator, told["eligible"].reading.denominator) == (5, 5)
    assert told["one_meeting"].reading.denominator == 1
    assert told["exemplars"].reading.numerator == 7
