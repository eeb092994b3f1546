"""The year of Vinh Phong, played whole on both databases: what it ends with, to the last figure (issue, point 1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

import pytest

from tests.support.played import Played
from workflow import installation
from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.dossier import Dossier
from workflow.domain.kinds import Meaning
from workflow.queries.ledger import entries
from workflow.queries.ledger_filters import LedgerFilters
from workflow.queries.reports import results_report
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, ScriptBroken, moment, read_script
from workflow.seeding.steps import VERBS
from workflow.seeding.told import Told
from workflow.settings import Settings
from workflow.storage import schema
from workflow.storage.verification import verify

NUMBERS = {
    "thpt": "2026-DH-0003",
    "thcs": "2026-DH-0006",
    "mttq": "2026-DH-0009",
    "phu-nu": "2026-DH-0007",
    "doan": "2026-DH-0002",
    "nong-dan": "2026-DH-0001",
    "tram-y-te": "2026-DH-0004",
    "thuy-san": "2026-DH-0005",
    "luong-thuc": "2026-DH-0008",
}
RECOGNISED = ("thpt", "thcs", "mttq", "phu-nu", "doan")


@dataclass(frozen=True)
class Year:
    """The year as it was told, and the house it happened in."""

    told: list[Told]
    story: Played


@pytest.fixture
def year(database_url: str) -> Iterator[Year]:
    script = read_script(STORY)
    schema.create(database_url, at=moment(script["begins"]), practice=True).close()
    house = House(
        Settings(database=database_url, files="memory:", province=script["province"]),
        clock=PracticeClock(moment(script["begins"])),
    )
    try:
        player = Player(house, script)
        yield Year(list(player.play()), Played(player))
    finally:
        house.close()


def test_the_year_ends_as_it_should(year: Year) -> None:
    _ends_in_these_states(year)
    _tells_every_refusal_with_its_reasons(year)
    _the_ledger_stands(year)
    _the_report_counts(year)
    _every_dossier_can_be_rebuilt(year)


def _ends_in_these_states(year: Year) -> None:
    states = {name: year.story.dossier(name).state for name in NUMBERS}
    assert states == {
        **dict.fromkeys(RECOGNISED, "recognized"),
        "nong-dan": "declined",
        "tram-y-te": "awaiting_decision",
        "thuy-san": "not_selected",
        "luong-thuc": "lapsed",
    }
    assert {name: year.story.dossier(name).number for name in NUMBERS} == NUMBERS
    assert {name for name in NUMBERS if year.story.dossier(name).late} == {"phu-nu", "mttq"}
    with year.story.house.engine.reading() as stores:
        owed = [stores.dossiers.get(i) for i in stores.dossiers.ids_where(province_id="tinh", kind="duy_tri")]
    assert {(d.cycle, d.subject_id, d.state) for d in owed} == {
        (2026, "tieu-hoc-vinh-phong", "maintained"),
        (2026, "mam-non-vinh-phong", "not_maintained"),
        (2026, "vinh-phong", "maintained"),
        (2027, "tieu-hoc-vinh-phong", "owed"),
        (2027, "vinh-phong", "owed"),
        (2027, "thpt-vinh-thuan", "owed"),
        (2027, "thcs-vinh-phong", "owed"),
        (2027, "mttq-vinh-phong", "owed"),
        (2027, "phu-nu-vinh-phong", "owed"),
        (2027, "doan-vinh-phong", "owed"),
    }


def _tells_every_refusal_with_its_reasons(year: Year) -> None:
    refused = [
        (told.at, told.person, told.doing, tuple(sorted({item.refusal.code for item in told.refusals})) or told.error)
        for told in year.told
        if told.error is not None
    ]
    assert refused == [
        (moment("2025-12-22T09:20:00"), "cax-1", "confirm", "confirm_same_person"),
        (moment("2025-12-23T09:00:00"), "cax-1", "enter_results", "ledger_role"),
        (moment("2026-01-15T14:00:00"), "cax-2", "open", ("open.signed_paper",)),
        (moment("2026-01-19T00:00:00"), "luong-thuc", "move", ("guard.closed",)),
        (moment("2026-01-19T08:30:00"), "mttq", "open", ("guard.closed",)),
        (moment("2026-01-19T09:00:00"), "cax-1", "grant", "books_role"),
        (moment("2026-01-20T14:30:00"), "ubnd-1", "act", ("guard.result_other",)),
        (moment("2026-02-26T09:00:00"), "thcs", "move", ("guard.not_mended",)),
        (moment("2026-10-08T09:00:00"), "cax-3", "move", ("guard.on_hold", "guard.paper_missing")),
        (moment("2026-10-20T08:30:00"), "cax-1", "lift", ("hold.same_person",)),
        (moment("2026-11-11T10:00:00"), "cax-1", "move", ("guard.finding_open", "guard.unexplained")),
        (moment("2026-11-12T09:40:00"), "cax-1", "move", ("guard.finding_answered",)),
        (moment("2026-11-17T16:30:00"), "cax-2", "move", ("guard.paper_missing", "guard.separation")),
        (moment("2026-11-18T16:05:00"), "ubnd-1", "act", ("act.no_such_move",)),
        (moment("2026-11-20T09:00:00"), "cax-1", "act", ("guard.paper_missing",)),
        (moment("2026-12-08T08:30:00"), "pv01-1", "act", ("guard.separation",)),
        (moment("2026-12-11T08:30:00"), "cax-1", "file_report", ("report.owed",)),
        (moment("2026-12-11T16:00:00"), "pv01-2", "close_cycle", "cycle_too_early"),
    ]
    words = year.story.house.wording
    for told in year.told:
        assert told.tell
        for item in told.refusals:
            facts = {name: value for name, value in item.refusal.facts.items() if value is not None}
            assert words.say(item.refusal.code, **facts)


def _the_ledger_stands(year: Year) -> None:
    house = year.story.house
    page = entries(house.database, year.story.actor("pv01-1"), LedgerFilters(kind="dien_hinh"), limit=50)
    assert {
        (item.subject_id, item.cycle, item.number, item.standing, tuple((u.cycle, u.meaning) for u in item.upkeep))
        for item in page.items
    } == {
        *(
            (subject, 2026, "3120/QĐ-UBND", True, ((2027, Meaning.OPEN),))
            for subject in (
                "thpt-vinh-thuan",
                "thcs-vinh-phong",
                "mttq-vinh-phong",
                "phu-nu-vinh-phong",
                "doan-vinh-phong",
            )
        ),
        *(
            (subject, 2025, "3056/QĐ-UBND", True, ((2026, Meaning.POSITIVE), (2027, Meaning.OPEN)))
            for subject in ("vinh-phong", "tieu-hoc-vinh-phong")
        ),
        ("mam-non-vinh-phong", 2024, "2987/QĐ-UBND", False, ((2026, Meaning.NEGATIVE),)),
    }


def _the_report_counts(year: Year) -> None:
    house = year.story.house
    kind = house.catalogue.newest("dien_hinh", province_id="tinh", on=datetime(2026, 12, 31, tzinfo=UTC).date())
    for reader, commune in (("cax-1", None), ("pv01-1", "vinh-phong"), ("pv01-1", None)):
        report = results_report(house.database, year.story.actor(reader), kind, 2026, commune)
        assert {name: (figure.count, figure.of) for name, figure in report.figures.items()} == {
            "new": (5, 8),
            "maintained": (2, 3),
            "not_maintained": (1, 3),
            "owed": (0, 3),
            "not_assessed": (0, 3),
            "not_assessed_before": (0, 0),
        }
        assert report.figures["not_maintained"].numerator == ("mam-non-vinh-phong",)
        assert report.is_complete
        (part,) = report.parts
        assert part.filing is not None
        assert (part.filing.at, part.filing.late) == (moment("2026-12-11T14:30:00"), False)


def _every_dossier_can_be_rebuilt(year: Year) -> None:
    house = year.story.house
    with house.engine.reading() as stores:
        ids = stores.dossiers.ids_where(province_id="tinh")
        assert len(ids) == 19
        for dossier_id in ids:
            stored = stores.dossiers.get(dossier_id)
            assert Dossier.replay(stores.journal.events_of(dossier_id)) == stored
    assert verify(house.database).ok
    proof = installation.verify_state(house)
    assert proof.faults == []
    assert (proof.dossiers, bool(proof.papers), bool(proof.files)) == (19, True, True)


def test_the_script_uses_every_verb_and_every_role(year: Year) -> None:
    steps = year.story.player.script["steps"]
    others = [read_script(STORY.with_name(f"{name}_2026.json"))["steps"] for name in ("three_kinds", "awards")]
    assert {step["do"] for step in chain(steps, *others)} == set(VERBS)
    assert len(year.told) == len(steps) == 136
    assert Counter(told.role.value for told in year.told).keys() == {
        "unit",
        "commune_police",
        "commune_committee",
        "province_police",
        "province_committee",
    }
    assert [told.at for told in year.told] == sorted(moment(step["at"]) for step in steps)


@pytest.fixture
def house(sqlite_database: str) -> Iterator[House]:
    begins = moment(read_script(STORY)["begins"])
    schema.create(sqlite_database, at=begins, practice=True).close()
    empty = House(Settings(database=sqlite_database, files="memory:", province="tinh"))
    yield empty
    empty.close()


def test_a_play_stops_before_the_first_step_that_is_too_late(house: House) -> None:
    told = list(Player(house, read_script(STORY)).play(until=moment("2025-12-22T09:15:00")))
    assert [item.at for item in told] == [moment("2025-12-01T08:00:00"), moment("2025-12-22T09:10:00")]
    assert house.clock.now() == told[-1].at


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (0, {"facts": {"owed": 7}}),
        (0, {"error": "books_role"}),
        (1, {"refused": ["guard.closed"]}),
        (2, {"error": "another"}),
        (2, {}),
    ],
)
def test_a_script_that_says_what_did_not_happen_is_broken_off(
    house: House, place: int, said: dict[str, object]
) -> None:
    script = read_script(STORY)
    steps = [dict(step) for step in script["steps"][: place + 1]]
    steps[-1]["expect"] = said
    with pytest.raises(ScriptBroken):
        list(Player(house, {**script, "steps": steps}).play())


def test_a_real_house_is_no_stage(sqlite_database: str) -> None:
    schema.create(sqlite_database, at=datetime.now(UTC)).close()
    real = House(Settings(database=sqlite_database, files="memory:", province="tinh"))
    try:
        with pytest.raises(ScriptBroken, match="practice clock"):
            list(Player(real, read_script(STORY)).play())
    finally:
        real.close()
