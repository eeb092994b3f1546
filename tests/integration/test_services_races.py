"""Two people at once, through the services: exactly one wins, the other is told by whom; nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

import pytest

from tests.support.played import Played, played
from workflow.domain.errors import Conflict, HosoError, StaleDossier, TransitionRefused, Unavailable
from workflow.domain.events import SignedPaper
from workflow.services.acts import ActInput, ActItem
from workflow.services.inputs import ItemInput, MoveInput

SELECTED = ("thpt", "thcs", "phu-nu", "nong-dan", "doan", "tram-y-te")
T = TypeVar("T")


@pytest.fixture
def february(storage_url: str) -> Iterator[Played]:
    """10/02/2026: six units are selected."""
    with played(storage_url, "2026-02-09T08:00:00") as story:
        story.at("2026-02-09T08:00:00")
        yield story


def at_once(*commands: Callable[[], T]) -> list[T | HosoError]:
    """Run the commands at the same moment, one thread each; what was refused is an answer too."""
    gate = Barrier(len(commands))

    def run(command: Callable[[], T]) -> T | HosoError:
        gate.wait()
        try:
            return command()
        except HosoError as error:
            return error

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


def test_of_two_officers_on_one_dossier_exactly_one_wins_and_the_other_is_told_who(february: Played) -> None:
    service = february.house.dossiers
    officers = {person: february.actor(person) for person in ("cax-1", "ubnd-1")}
    for name in SELECTED:
        dossier_id = february.stage.id_of(name)
        seen = february.dossier(name).version
        back = MoveInput("return_to_unit", seen, items=(ItemInput("Bổ sung số.", "registration"),))

        def give_back(dossier_id: str = dossier_id, back: MoveInput = back) -> object:
            return service.perform(officers["cax-1"], dossier_id, back)

        def put_on_hold(dossier_id: str = dossier_id, seen: int = seen) -> object:
            return service.hold(officers["ubnd-1"], dossier_id, reason="Có đơn.", seen_version=seen)

        answers = dict(zip(("cax-1", "ubnd-1"), at_once(give_back, put_on_hold), strict=True))
        lost = {person: answer for person, answer in answers.items() if isinstance(answer, HosoError)}
        assert len(lost) == 1
        (loser, error), winner = next(iter(lost.items())), next(person for person in answers if person not in lost)
        assert isinstance(error, StaleDossier)
        assert error.facts["person"] == winner
        assert error.facts["role"] == officers[winner].role
        dossier = february.dossier(name)
        assert (dossier.version, dossier.updated_by) == (seen + 1, winner)
        assert loser != winner


def test_the_same_key_at_once_has_one_effect(february: Played) -> None:
    dossier_id, officer = february.stage.id_of("thpt"), february.actor("cax-1")
    seen = february.dossier("thpt").version

    def hold() -> object:
        return february.house.dossiers.hold(officer, dossier_id, reason="Có đơn.", seen_version=seen, key="k")

    answers = at_once(hold, hold, hold)
    kept = [answer for answer in answers if not isinstance(answer, HosoError)]
    refused = [answer for answer in answers if isinstance(answer, HosoError)]
    assert kept
    assert all(answer == kept[0] for answer in kept)
    assert all(isinstance(answer, Unavailable | StaleDossier) for answer in refused)
    assert february.dossier("thpt").version == seen + 1
    assert hold() == kept[0]


def test_two_officers_entering_one_unit_make_one_dossier(february: Played) -> None:
    february.at("2026-12-02T08:00:00")
    february.house.cycles.open(february.actor("pv01-1"), kind_code="dien_hinh", cycle=2027)
    scan = february.stage.files(["Bản đăng ký"])[0].digest
    signed = SignedPaper("01/ĐK-TYT", "2026-12-02", "Trạm Y tế", "Trưởng trạm", (scan,))

    def open_by(person: str) -> Callable[[], object]:
        actor = february.actor(person)
        return lambda: february.house.dossiers.open(
            actor, kind_code="dien_hinh", subject_id="tram-y-te-vinh-phong", cycle=2027, for_unit=signed
        )

    answers = at_once(open_by("cax-1"), open_by("cax-2"), open_by("cax-3"))
    assert sum(not isinstance(answer, HosoError) for answer in answers) == 1
    refused = [answer for answer in answers if isinstance(answer, HosoError)]
    assert all(isinstance(answer, TransitionRefused | Conflict | Unavailable) for answer in refused)
    with february.house.engine.reading() as stores:
        assert len(stores.dossiers.ids_where(province_id="tinh", kind="dien_hinh", cycle=2027)) == 1


def test_numbers_given_at_once_are_all_different(february: Played) -> None:
    february.at("2026-12-02T08:00:00")
    february.house.cycles.open(february.actor("pv01-1"), kind_code="dien_hinh", cycle=2027)

    def open_as(person: str, subject: str) -> Callable[[], str]:
        actor = february.actor(person)

        def work() -> str:
            while True:  # a busy database says so and is asked again, as a door would
                try:
                    return february.house.dossiers.open(
                        actor, kind_code="dien_hinh", subject_id=subject, cycle=2027
                    ).number
                except Unavailable:
                    continue

        return work

    units = (("thpt", "thpt-vinh-thuan"), ("thcs", "thcs-vinh-phong"), ("mttq", "mttq-vinh-phong"))
    answers = at_once(*(open_as(person, subject) for person, subject in units))
    assert sorted(str(answer) for answer in answers) == ["2027-DH-0001", "2027-DH-0002", "2027-DH-0003"]


def test_two_acts_on_the_same_dossiers_in_opposite_order_do_not_both_happen(storage_url: str) -> None:
    with played(storage_url, "2026-11-18T15:00:00") as story:
        step = story.step("2026-11-18T16:20:00")
        story.at(step["at"])
        papers = story.stage.papers(step)
        names = ["thpt", "thcs", "mttq", "phu-nu"]
        items = [ActItem(story.stage.id_of(name), story.dossier(name).version) for name in names]
        act = ActInput(trigger=step["trigger"], items=items, papers=papers)
        actors = story.actor("ubnd-1"), story.actor("ubnd-2")
        answers = at_once(
            lambda: story.house.acts.record(actors[0], act),
            lambda: story.house.acts.record(actors[1], replace(act, items=items[::-1])),
        )
        assert sum(not isinstance(answer, HosoError) for answer in answers) == 1
        refused = next(answer for answer in answers if isinstance(answer, HosoError))
        assert isinstance(refused, StaleDossier | Unavailable)
        for name, item in zip(names, items, strict=True):
            dossier = story.dossier(name)
            assert (dossier.version, dossier.state) == (item.seen_version + 1, "commune_meeting")
        assert len({story.dossier(name).steps[-1].act_id for name in names}) == 1


def test_a_year_opened_by_two_at_once_is_opened_once(february: Played) -> None:
    february.at("2026-12-01T08:00:00")
    keepers = february.actor("pv01-1"), february.actor("pv01-2")
    answers = at_once(
        *(lambda actor=actor: february.house.cycles.open(actor, kind_code="dien_hinh", cycle=2027) for actor in keepers)
    )
    opened = [answer for answer in answers if not isinstance(answer, HosoError)]
    assert sum(answer.is_new for answer in opened) == 1
    with february.house.engine.reading() as stores:
        owed = stores.dossiers.ids_where(province_id="tinh", kind="duy_tri", cycle=2027)
        assert len(owed) == 3


def test_a_decision_and_the_opening_of_the_year_at_once_leave_nothing_unowed(storage_url: str) -> None:
    with played(storage_url, "2026-11-30T18:00:00") as story:
        for name, at in (("mttq", "2026-12-03T08:30:00"), ("doan", "2026-12-03T09:00:00")):
            story.do(story.step(at))
            story.do(story.step(f"{at[:14]}{int(at[14:16]) + 5:02}:00"))
            assert story.dossier(name).state == "awaiting_decision"
        step = story.step("2026-12-08T09:00:00")
        story.at(step["at"])
        items = [ActItem(story.stage.id_of(name), story.dossier(name).version) for name in step["dossiers"]]
        act = ActInput(trigger=step["trigger"], items=items, papers=story.stage.papers(step))
        decider, keeper = story.actor("ubnd-tinh-1"), story.actor("pv01-2")
        answers = at_once(
            lambda: bool(story.house.acts.record(decider, act)),
            lambda: bool(story.house.cycles.open(keeper, kind_code="dien_hinh", cycle=2027)),
        )
        assert answers == [True, True]
        with story.house.engine.reading() as stores:
            assert len(stores.dossiers.ids_where(province_id="tinh", kind="duy_tri", cycle=2027)) == 7


def test_results_confirmed_by_two_at_once_are_confirmed_once(storage_url: str) -> None:
    with played(storage_url, "2025-12-22T09:30:00") as story:
        ids = story.stage.results["results-commune"]
        actors = story.actor("cax-2"), story.actor("cax-3")
        answers = at_once(
            lambda: story.house.ledger.confirm(actors[0], ids), lambda: story.house.ledger.confirm(actors[1], ids)
        )
        assert sorted(answers, key=str) == [0, len(ids)]
        with story.house.engine.reading() as stores:
            assert len({stores.ledger.get(item).confirmed_by for item in ids}) == 1


def test_two_changes_of_the_settings_at_once_are_both_kept(february: Played) -> None:
    keeper = february.actor("pv01-1")
    pairs = ("unit_side_x_assess", "assess_x_record_meeting")

    def lift(pair: str) -> Callable[[], None]:
        return lambda: february.house.dates.lift_separation(
            keeper, commune_id="vinh-phong", cycle=2026, separation=pair, reason="Xã ít cán bộ."
        )

    assert at_once(*(lift(pair) for pair in pairs)) == [None, None]
    with february.house.engine.reading() as stores:
        assert stores.books.settings("tinh").lifted == {("vinh-phong", 2026, pair) for pair in pairs}
