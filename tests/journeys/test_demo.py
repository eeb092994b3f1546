"""The sample province: the same every time, in all stages at its chosen day, and quickly made."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from workflow import installation
from workflow.bootstrap import House
from workflow.domain.actors import Role
from workflow.domain.dossier import Dossier
from workflow.domain.errors import Conflict, InvalidInput
from workflow.domain.step_clock import LatenessKind, lateness
from workflow.seeding.demo import DEMO_SCRIPT, PROVINCE, RECORDS, build_demo, demo_script, demo_script_on
from workflow.seeding.script import STORY, moment, read_script
from workflow.settings import Settings

PROCESSOR_SECONDS = 20


@dataclass(frozen=True)
class Province:
    """The house of the sample province and its dossiers."""

    house: House
    settings: Settings
    dossiers: tuple[Dossier, ...]
    seconds: float
    steps: int


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    folder: Path = tmp_path_factory.mktemp("demo")
    settings = Settings(database=f"sqlite:///{folder / 'demo.sqlite'}", files=f"file:{folder / 'files'}")
    begun = time.process_time()
    steps = build_demo(settings)
    seconds = time.process_time() - begun
    house = House(settings)
    with house.engine.reading() as stores:
        found = tuple(stores.dossiers.get(item) for item in stores.dossiers.ids_where(province_id="tinh"))
    yield Province(house, settings, found, seconds, steps)
    house.close()


def test_the_province_is_made_quickly_and_stands_at_its_day(province: Province) -> None:
    assert province.steps == len(DEMO_SCRIPT["steps"])
    assert province.seconds < PROCESSOR_SECONDS
    assert province.house.clock.now() == moment(DEMO_SCRIPT["until"]) == moment("2026-12-02T08:00:00")
    with pytest.raises(Conflict):
        build_demo(province.settings)


def test_the_province_stands_at_any_day_of_its_year(tmp_path: Path) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'demo.sqlite'}", files="memory:")
    assert 0 < build_demo(settings, on=date(2026, 1, 18)) < len(DEMO_SCRIPT["steps"])
    house = House(settings)
    assert house.clock.now() == moment("2026-01-18T08:00:00")
    house.close()


@pytest.mark.parametrize("day", [date(2025, 11, 30), date(2026, 12, 3)])
def test_day_outside_the_year_of_the_province_is_refused(day: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        demo_script_on(day)
    assert refused.value.code == "demo_day"


def test_the_script_is_the_same_every_time(province: Province) -> None:
    again = demo_script(read_script(STORY), read_script(PROVINCE), read_script(RECORDS))
    assert again == DEMO_SCRIPT
    assert repr(again) == repr(DEMO_SCRIPT)


def _in_a_roll(province: Province, dossier: Dossier) -> bool:
    return province.house.catalogue.version(dossier.kind, dossier.kind_version, province_id="tinh").roll is not None


def test_the_commune_of_the_story_keeps_its_other_records_too(province: Province) -> None:
    kept = Counter(d.kind for d in province.dossiers if _in_a_roll(province, d))
    assert kept == {
        "chuong_trinh_phoi_hop": 1,
        "hoat_dong": 3,
        "kiem_tra": 1,
        "kinh_phi": 2,
        "mo_hinh": 2,
        "phan_cong": 2,
        "vuong_mac": 1,
    }


def test_dossiers_stand_in_every_stage(province: Province) -> None:
    judged = [d for d in province.dossiers if not _in_a_roll(province, d)]
    assert Counter((d.kind, d.cycle, d.state) for d in judged) == {
        ("dien_hinh", 2026, "draft"): 2,
        ("dien_hinh", 2026, "selected"): 13,
        ("dien_hinh", 2026, "not_selected"): 3,
        ("dien_hinh", 2026, "assessed"): 3,
        ("dien_hinh", 2026, "commune_meeting"): 9,
        ("dien_hinh", 2026, "province_appraisal"): 8,
        ("dien_hinh", 2026, "awaiting_decision"): 5,
        ("dien_hinh", 2026, "recognized"): 4,
        ("dien_hinh", 2026, "returned_to_unit"): 2,
        ("dien_hinh", 2026, "returned_to_commune"): 2,
        ("dien_hinh", 2026, "declined"): 2,
        ("dien_hinh", 2026, "withdrawn"): 1,
        ("duy_tri", 2026, "owed"): 3,
        ("duy_tri", 2026, "maintained"): 3,
        ("duy_tri", 2026, "not_maintained"): 2,
        ("duy_tri", 2027, "owed"): 10,
    }
    assert Counter(d.own for d in province.dossiers if d.kind == "dien_hinh") == {False: 52, True: 2}
    assert [d.subject_id for d in province.dossiers if d.hold is not None] == ["tyt-phuoc-my"]
    assert sum(d.late for d in province.dossiers) == 5


def test_some_turns_are_late_some_near_and_some_neither(province: Province) -> None:
    now, calendar = province.house.clock.now(), province.house.calendar()
    judged = [d for d in province.dossiers if not _in_a_roll(province, d)]
    running = [d.clock.due(calendar) for d in judged if d.clock is not None and not d.clock.is_stopped]
    assert Counter(lateness(due, now, calendar).kind for due in running) == {
        LatenessKind.LATE: 8,
        LatenessKind.NEAR: 14,
        LatenessKind.NONE: 13,
    }


def test_everybody_has_an_office_and_a_login_and_every_role_can_sign_in(province: Province) -> None:
    people = DEMO_SCRIPT["people"]
    assert len({person["login"] for person in people}) == len(people) == len({person["id"] for person in people})
    roles = [person["role"] for person in people if person.get("on_sign_in")]
    assert sorted(roles) == sorted(role.value for role in Role if role is not Role.SYSTEM)
    for person in people:
        assert province.house.people.actor(person["id"]).role == person["role"]


def test_invented_places_and_units_say_so(province: Province) -> None:
    story = {row["id"] for row in read_script(STORY)["organisations"]}
    invented = [row["name"] for row in DEMO_SCRIPT["organisations"] if row["id"] not in story]
    assert len(invented) == 85
    assert [name for name in invented if "(giả định)" not in name] == []


def test_the_province_is_whole(province: Province) -> None:
    assert installation.verify_journal(province.house, None).ok
    assert installation.verify_state(province.house).faults == []
