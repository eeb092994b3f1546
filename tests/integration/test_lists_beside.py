"""What lists say beside their rows: papers of acts, reminders, what is missing; both databases, within one's sight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.support.played import Played, played
from workflow.domain.actors import Role
from workflow.domain.errors import InvalidInput, NotAllowed, NotFound
from workflow.queries.act_papers import newest_acts
from workflow.queries.filters import Filters
from workflow.queries.moment import Moment
from workflow.queries.reminders import newest_reminders, reminders_at
from workflow.queries.worklist import worklist
from workflow.services.notes import Means, Target

UNTIL = "2026-11-27T15:00:00"
"""Three dossiers wait for the decision; one that the province sent back is with the commune again."""


@pytest.fixture
def november(storage_url: str) -> Iterator[Played]:
    """A house of the test's own, in November."""
    with played(storage_url, UNTIL) as story:
        yield story


def test_newest_act_is_told_with_the_number_and_date_of_its_paper(november: Played) -> None:
    db, pv01 = november.house.database, november.actor("pv01-1")
    wanted = [november.stage.id_of(name) for name in ("thpt", "doan", "luong-thuc")]
    found = newest_acts(db, pv01, wanted)
    assert set(found) == {november.stage.id_of("thpt"), november.stage.id_of("doan")}
    paper = found[november.stage.id_of("thpt")]
    assert (paper.number, paper.date) == ("101/TTr-UBND", date(2026, 11, 20))
    assert newest_acts(db, november.actor("thcs"), wanted) == {}
    assert newest_acts(db, pv01, []) == {}


def test_outlook_names_what_the_next_step_lacks_and_nothing_about_the_asker(november: Played) -> None:
    outlooks = november.house.outlooks
    returned, held = november.stage.id_of("mttq"), november.stage.id_of("doan")
    found = outlooks.of(november.actor("ubnd-1"), [returned, held, "0" * 32])
    assert set(found) == {returned, held}
    assert found[held].missing == ()
    assert found[held].step is not None
    assert found[held].step.act
    assert found[held].holder is Role.COMMUNE_COMMITTEE
    assert outlooks.of(november.actor("thcs"), [returned]) == {}
    ended = outlooks.of(november.actor("cax-1"), [november.stage.id_of("thuy-san")])
    assert ended[november.stage.id_of("thuy-san")].step is None


def test_a_returned_dossier_is_due_on_the_day_set_for_mending(november: Played) -> None:
    house, returned = november.house, november.dossier("mttq").newest_return
    assert returned is not None
    moment = Moment.of(house.clock.now(), house.calendar())
    listed = worklist(
        house.database, november.actor("cax-1"), Filters(), moment, held_by=frozenset(Role), limit=50
    ).items
    assert {item.due for item in listed if item.id == november.stage.id_of("mttq")} == {returned.mend_by}


def test_reminders_of_several_are_kept_at_one_instant_and_told_to_whom_they_concern(november: Played) -> None:
    house, police = november.house, november.actor("cax-1")
    ids = [november.stage.id_of("doan"), november.stage.id_of("tram-y-te")]
    first, second = Target(ids[0]), Target(ids[1], "result_report")
    at = house.notes.remind_all(police, (first, second), means=Means.CALL, text="Hẹn thứ Hai.")
    found = newest_reminders(house.database, police, ids)
    assert {one.at for one in found.values()} == {at}
    assert (found[ids[1]].paper, found[ids[1]].means, found[ids[1]].to) == ("result_report", "call", Role.UNIT)
    assert found[ids[0]].subject_name == "Đoàn Thanh niên xã Vĩnh Phong"
    assert len(reminders_at(house.database, police, at)) == 2
    assert reminders_at(house.database, november.actor("cax-3"), at) == ()
    assert newest_reminders(house.database, november.actor("thcs"), ids) == {}


def test_reminders_are_kept_all_or_none(november: Played) -> None:
    house, police = november.house, november.actor("cax-1")
    with pytest.raises(NotFound):
        house.notes.remind_all(police, (Target(november.stage.id_of("doan")), Target("0" * 32)))
    with pytest.raises(InvalidInput, match="nobody_reminded"):
        house.notes.remind_all(police, ())
    assert newest_reminders(house.database, police, [november.stage.id_of("doan")]) == {}


def test_nobody_reminds_themselves_or_those_above(november: Played) -> None:
    refused = (
        ("cax-1", Role.COMMUNE_POLICE),
        ("cax-1", Role.PROVINCE_POLICE),
        ("ubnd-1", Role.PROVINCE_COMMITTEE),
        ("pv01-1", Role.PROVINCE_COMMITTEE),
        ("pv01-1", Role.SYSTEM),
        ("doan", Role.UNIT),
    )
    for person, to in refused:
        with pytest.raises(NotAllowed, match="reminder_role"):
            november.house.notes.remind_all(november.actor(person), (Target(november.stage.id_of("doan"), to=to),))
