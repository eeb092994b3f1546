"""One year of a commune with three kinds: one meeting, one set of minutes, its own criterion, results that count on.

Played from ``fixtures/story/three_kinds_2026.json`` on both databases; every step of it already says how it must end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.support import postgres
from workflow import installation
from workflow.bootstrap import House
from workflow.domain.calendars import last_day
from workflow.domain.errors import NotAllowed
from workflow.domain.events import Moved
from workflow.queries.coverage import coverage
from workflow.seeding.player import Player
from workflow.seeding.script import moment, read_script
from workflow.settings import FIXTURES, Settings

STORY = FIXTURES / "story" / "three_kinds_2026.json"
COMMUNE, RECOGNISED = "phong-an", {"thon-tay", "thcs", "mttq", "doan"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    """The whole year, played once on each database; tests only read it."""
    folder = tmp_path_factory.mktemp("three-kinds")
    if request.param == "sqlite":
        yield from _played(f"sqlite:///{folder / 'hoso.sqlite'}", folder)
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield from _played(url, folder)


def _played(url: str, folder: Path) -> Iterator[Player]:
    script = read_script(STORY)
    settings = Settings(database=url, files=f"file:{folder / 'files'}", province=script["province"], _env_file=None)  # type: ignore[call-arg]
    installation.make(settings, at=moment(script["begins"]), practice=True)
    house = House(settings)
    try:
        player = Player(house, script)
        assert sum(1 for _ in player.play()) == len(script["steps"])
        yield player
    finally:
        house.close()


def test_one_meeting_and_one_paper_carry_three_kinds(year: Player) -> None:
    """002:91: once a year, in the meetings on "An toan ve ANTT" and on the classification of the movement."""
    names = ["dh-mttq-2026", "at-thon-tay", "at-thon-dong", "at-xa", "pl-thcs", "pl-doan"]
    met = [year.stage.dossier(year.stage.id_of(name)) for name in names]
    steps = [dossier.made("record_meeting")[0] for dossier in met]
    assert {dossier.kind for dossier in met} == {"dien_hinh", "an_toan_antt", "phan_loai"}
    assert len({step.act_id for step in steps}) == 1
    papers = {filed.paper.id for dossier in met for filed in dossier.papers if filed.paper.code == "minutes"}
    assert len(papers) == 1
    assert [dossier.result for dossier in met] == ["propose", "propose", "not_propose", "propose", "xuat_sac", "kha"]


def test_the_commune_counts_its_own_units_and_names_the_results_it_counted(year: Player) -> None:
    """TT 124/2021, art. 5.4: a nursery school is not counted, a unit that was refused is, and is not recognised."""
    kind = next(kind for kind in year.house.catalogue.kinds() if kind.code == "an_toan_antt")
    with year.house.engine.reading() as stores:
        units = stores.units.of_commune(kind, commune_id=COMMUNE, cycle=2026, on=date(2026, 11, 30))
        before = stores.units.of_commune(kind, commune_id=COMMUNE, cycle=2027, on=date(2026, 11, 30))
        events = stores.journal.events_of(year.stage.id_of("at-xa"))
    assert {unit.id for unit in units if unit.registered} == {"thon-tay", "thon-dong", "thcs", "mttq", "doan"}
    assert {unit.id for unit in units if unit.result} == RECOGNISED
    assert not any(unit.registered or unit.result for unit in before)
    submitted = next(event for event in events if isinstance(event, Moved) and event.trigger == "submit_to_province")
    assert set(submitted.ledger_facts) == {unit.entry for unit in units if unit.result}


def test_results_stand_in_the_ledger_as_they_were_decided(year: Player) -> None:
    with year.house.engine.reading() as stores:
        facts = {unit: stores.ledger.facts(unit) for unit in ("thcs", "doan", "thon-dong", COMMUNE)}
    told = {
        unit: sorted((f.kind, f.result, f.number) for f in found if f.cycle == 2026) for unit, found in facts.items()
    }
    assert told == {
        "thcs": [("an_toan_antt", "dat", "120/QĐ-UBND"), ("phan_loai", "xuat_sac", "121/QĐ-UBND")],
        "doan": [("an_toan_antt", "dat", "120/QĐ-UBND"), ("phan_loai", "kha", "121/QĐ-UBND")],
        "thon-dong": [],
        COMMUNE: [("an_toan_antt", "dat", "3100/QĐ-UBND")],
    }


def test_a_result_of_the_year_before_makes_a_unit_eligible(year: Player) -> None:
    """002:65: a unit of class "kha" is refused by name (told in the story), one of class "xuat sac" is selected."""
    selected = year.stage.dossier(year.stage.id_of("dh-thcs-2027"))
    with year.house.engine.reading() as stores:
        used = {fact.id: fact for fact in stores.ledger.facts("thcs")}
    assert {(used[fact].kind, used[fact].cycle) for fact in selected.ledger_facts} == {
        ("an_toan_antt", 2026),
        ("phan_loai", 2026),
    }
    assert year.stage.dossier(year.stage.id_of("dh-doan-2027")).state == "registered"


def test_the_report_is_drawn_from_the_ledger(year: Player) -> None:
    """004:304-306: results before 15/11, drawn from what stands, never typed again."""
    with year.house.engine.reading() as stores:
        filed = stores.reports.get(province_id="tinh", kind="an_toan_antt", cycle=2026, commune_id=COMMUNE)
    assert filed is not None
    assert not filed.late
    figure = filed.report.figures["new"]
    assert set(figure.numerator) == RECOGNISED | {COMMUNE}
    assert set(figure.denominator) == RECOGNISED | {COMMUNE, "thon-dong", "chi-cuc"}


def test_coverage_tells_the_distribution_with_both_bases(year: Player) -> None:
    """001:135 and A19: 80 % of class "trung binh" or better; 50 % and 30 % of all, and of those 80 %."""
    kind = next(kind for kind in year.house.catalogue.kinds() if kind.code == "phan_loai")
    officer = year.house.people.actor("cax-1")
    report = coverage(year.house.database, officer, kind, cycle=2026, on=date(2026, 12, 31))
    assert report.whole.results == (("xuat_sac", 2), ("kha", 1), ("trung_binh", 0), ("yeu", 0))
    told = {
        figure.rule.code: [(len(read.counted), len(read.out_of), read.met) for read in figure.readings]
        for figure in report.whole.shares
    }
    assert told == {
        "average_up": [(3, 5, False)],
        "good": [(1, 5, False), (1, 3, False)],
        "excellent": [(2, 5, True), (2, 3, True)],
    }
    assert not report.whole.shares[1].rule.verified
    with pytest.raises(NotAllowed):
        coverage(year.house.database, year.house.people.actor("thcs"), kind, cycle=2026, on=date(2026, 12, 31))


def test_a_unit_of_the_province_is_led_the_way_of_the_province(year: Player) -> None:
    """Who decides follows the managing level: the commune's step stands first, and is no way on for this unit."""
    committee, dossier_id = year.house.people.actor("ubnd-1"), year.stage.id_of("at-chi-cuc")
    look = year.house.looks.look(committee, dossier_id)
    outlook = year.house.outlooks.of(committee, [dossier_id])[dossier_id]
    assert look.forward is not None
    assert outlook.step is not None
    assert (look.dossier.state, look.forward.trigger) == ("commune_meeting", "submit_to_province")
    assert (outlook.step.trigger, outlook.missing) == ("submit_to_province", ())
    with year.house.engine.reading() as stores:
        units = stores.units.of_commune(look.kind, commune_id=COMMUNE, cycle=2026, on=date(2026, 11, 30))
    assert "chi-cuc" not in {unit.id for unit in units}


def test_the_window_for_evidence_is_that_of_the_kind_of_subject(year: Player) -> None:
    """TT 124/2021, art. 8.2: residential areas 01/11 to 31/10; the others 15/11 to 14/11 (not verified)."""
    officer = year.house.people.actor("cax-1")
    ends = {}
    for name in ("at-thon-tay", "at-thcs"):
        figures = year.house.looks.look(officer, year.stage.id_of(name)).figures
        assert figures is not None
        assert figures.closes is not None
        ends[name] = last_day(figures.closes)
    assert ends == {"at-thon-tay": date(2026, 10, 31), "at-thcs": date(2026, 11, 14)}
