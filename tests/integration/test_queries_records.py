"""Acts, journals and what is on record about a dossier, as far as each reader may see; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.reading import ADMIN, NOW, POLICE, PROVINCE, UNIT, dossier_row, write, write_dossiers
from tests.support.told import ToldHouse, as_unit_of
from workflow.domain import events as ev
from workflow.domain.actors import Actor, Role, system_actor
from workflow.domain.dossier import Dossier
from workflow.domain.errors import InvalidInput, NotAllowed, NotFound
from workflow.queries.act import ActView, act
from workflow.queries.dossier_record import dossier_record
from workflow.queries.journal import JournalLine, books_journal, dossier_journal
from workflow.queries.paging import Page, mark
from workflow.storage.chain import dossier_stream
from workflow.storage.database import Database
from workflow.storage.tables import JOURNAL

STRANGERS = (
    replace(POLICE, commune_id="xa-2"),
    replace(PROVINCE, province_id="tinh-2"),
    replace(UNIT, organisation_id="thcs-vinh-phong", commune_id="vinh-phong"),
    ADMIN,
)


def decision(told: ToldHouse) -> str:
    """The act that recognised five units."""
    found = told.dossier("thpt").made("recognize")[-1].act_id
    assert found is not None
    return found


def numbers(view: ActView) -> list[str]:
    return [item.number for item in view.dossiers]


def test_act_shows_its_dossiers_with_the_choice_made_for_each(told: ToldHouse) -> None:
    selection = told.dossier("thpt").made("select")[-1].act_id
    assert selection is not None
    view = act(told.house.database, told.actor("cax-1"), selection)
    names = ("thpt", "thcs", "phu-nu", "nong-dan", "doan", "tram-y-te", "thuy-san")
    assert sorted(numbers(view)) == sorted(told.numbers[name] for name in names)
    assert {item.number: item.choice for item in view.dossiers}[told.numbers["thuy-san"]] == "not_selected"
    assert (view.trigger, view.role) == ("select", Role.COMMUNE_COMMITTEE)
    assert view.office
    assert [paper.code for paper in view.papers] == ["proposal", "selection_list"]
    assert all(paper.files for paper in view.papers)


def test_act_shows_a_unit_its_own_dossier_alone(told: ToldHouse) -> None:
    for name in ("thpt", "doan"):
        view = act(told.house.database, as_unit_of(told, name), decision(told))
        assert numbers(view) == [told.numbers[name]]
    assert len(numbers(act(told.house.database, told.actor("ubnd-tinh-1"), decision(told)))) == 5


def test_act_of_no_dossier_in_sight_is_not_found(told: ToldHouse) -> None:
    for actor in (*STRANGERS[:2], as_unit_of(told, "nong-dan"), ADMIN):
        with pytest.raises(NotFound, match="act_not_found"):
            act(told.house.database, actor, decision(told))
    with pytest.raises(NotFound, match="act_not_found"):
        act(told.house.database, PROVINCE, "no-such-act")


def walked(told: ToldHouse, actor: Actor, dossier_id: str, limit: int) -> list[JournalLine]:
    found: list[JournalLine] = []
    after: str | None = None
    while True:
        page: Page[JournalLine] = dossier_journal(told.house.database, actor, dossier_id, after=after, limit=limit)
        found += page.items
        after = page.after
        if after is None:
            return found


def test_journal_of_a_dossier_is_told_newest_first_page_by_page(told: ToldHouse) -> None:
    dossier, police = told.dossier("thpt"), told.actor("cax-1")
    lines = walked(told, police, dossier.id, 4)
    assert [line.seq for line in lines] == list(range(dossier.version, 0, -1))
    assert lines[-1].event == "DossierOpened"
    assert [later.prev for later in lines[:-1]] == [earlier.hash for earlier in lines[1:]]
    assert lines == walked(told, police, dossier.id, 500)
    assert all(line.office and line.organisation for line in lines if line.role is not Role.SYSTEM)


def test_operating_system_user_is_told_to_officers_only(database: Database) -> None:
    row = {
        "position": 1,
        "stream": dossier_stream("d"),
        "seq": 1,
        "at": NOW,
        "person_id": "p",
        "role": "commune_police",
        "organisation_id": "ca-xa",
        "door": "cli",
        "os_user": "officer-7",
        "event": "HoldSet",
        "payload": "{}",
        "prev": "0" * 64,
        "hash": "1" * 64,
    }
    write_dossiers(database, dossier_row(id="d"))
    write(database, JOURNAL, [row])
    seen = {actor.role: dossier_journal(database, actor, "d").items[0].os_user for actor in (UNIT, POLICE, PROVINCE)}
    assert seen == {Role.UNIT: None, Role.COMMUNE_POLICE: "officer-7", Role.PROVINCE_POLICE: "officer-7"}


def test_journal_leaves_out_papers_that_are_hidden(told: ToldHouse) -> None:
    dossier_id = told.ids["thpt"]
    page = dossier_journal(
        told.house.database, told.actor("cax-1"), dossier_id, limit=500, hidden={"unit_plan", "visit_note"}
    )
    codes = [line.payload["paper"]["code"] for line in page.items if line.event == "PaperFiled"]  # type: ignore[index]
    assert "self_score" in codes
    assert not {"unit_plan", "visit_note"} & set(codes)


@pytest.mark.parametrize("stranger", STRANGERS)
def test_record_of_a_dossier_out_of_sight_is_not_found(told: ToldHouse, stranger: Actor) -> None:
    with pytest.raises(NotFound, match="dossier_not_found"):
        dossier_journal(told.house.database, stranger, told.ids["thpt"])
    with pytest.raises(NotFound, match="dossier_not_found"):
        dossier_record(told.house.database, stranger, told.ids["thpt"])


def test_journal_of_the_books_is_for_its_keepers(told: ToldHouse) -> None:
    database = told.house.database
    keeper = told.actor("pv01-1")
    events = {line.event for line in books_journal(database, keeper, limit=500).items}
    assert {"CycleOpened", "GrantGiven", "ResultEntered", "ResultConfirmed", "ReportFiled", "CycleClosed"} <= events
    police = told.actor("cax-1")
    for actor in (police, as_unit_of(told, "thpt"), told.actor("ubnd-1")):
        with pytest.raises(NotAllowed, match="journal_role"):
            books_journal(database, actor)
    assert books_journal(database, police, connected=False).items
    assert books_journal(database, replace(keeper, province_id="tinh-2")).items == ()


def test_report_is_journaled_with_its_digest_and_figures(told: ToldHouse) -> None:
    lines = books_journal(told.house.database, told.actor("pv01-1"), limit=500).items
    (filed,) = [line for line in lines if line.event == "ReportFiled"]
    assert filed.payload["figures"] == {
        "new": [5, 8],
        "maintained": [2, 3],
        "not_maintained": [1, 3],
        "owed": [0, 3],
        "not_assessed": [0, 3],
        "not_assessed_before": [0, 0],
    }
    assert len(str(filed.payload["digest"])) == 64


@pytest.mark.parametrize("after", ["x", mark(None), mark("a"), mark(1, 2)])
def test_mark_of_another_list_is_refused(told: ToldHouse, after: str) -> None:
    with pytest.raises(InvalidInput, match="page_mark"):
        dossier_journal(told.house.database, told.actor("cax-1"), told.ids["thpt"], after=after)


# --- what is on record about a dossier -------------------------------------------------------------


def test_record_holds_every_event_with_its_words_and_files(told: ToldHouse) -> None:
    dossier = told.dossier("thcs")
    record = dossier_record(told.house.database, told.actor("cax-1"), dossier.id)
    assert [entry.seq for entry in record.entries] == list(range(1, dossier.version + 1))
    returned = next(e.event for e in record.entries if isinstance(e.event, ev.Moved) and e.event.items)
    assert isinstance(returned, ev.Moved)
    assert all(record.texts[item.text.id] for item in returned.items)
    decided = dossier.versions("decision")[-1]
    assert record.files[decided.paper.id]
    assert all(record.offices[entry.event.person_id] for entry in record.entries)
    assert record.names[dossier.subject_id] == "Trường THCS Vĩnh Phong"
    assert record.told


def test_record_leaves_out_papers_that_are_hidden(told: ToldHouse) -> None:
    dossier = told.dossier("thpt")
    hidden = {"visit_note"}
    record = dossier_record(told.house.database, told.actor("cax-1"), dossier.id, hidden=hidden)
    filed: list[Any] = [entry.event for entry in record.entries if isinstance(entry.event, ev.PaperFiled)]
    assert not [event for event in filed if event.paper.code in hidden]
    assert not set(record.files) & {item.paper.id for item in dossier.versions("visit_note")}


def test_replay_of_the_record_is_the_dossier(told: ToldHouse) -> None:
    for name in told.ids:
        dossier = told.dossier(name)
        record = dossier_record(told.house.database, system_actor("tinh"), dossier.id)
        assert type(dossier).replay(entry.event for entry in record.entries) == dossier


@pytest.mark.parametrize("name", ["mttq", "thcs", "duy_tri/2026/vinh-phong"])
def test_record_as_of_any_instant_is_what_was_known_then(told: ToldHouse, name: str) -> None:
    dossier_id, system = told.dossier(name).id, system_actor("tinh")
    now = dossier_record(told.house.database, system, dossier_id)
    for entry in now.entries:
        then = dossier_record(told.house.database, system, dossier_id, as_of=entry.event.at)
        assert then.entries == tuple(e for e in now.entries if e.event.at <= entry.event.at)
        filed = {one.paper.id for one in Dossier.replay(e.event for e in then.entries).papers}
        assert set(then.files) == set(now.files) & filed
    begun = now.entries[0].event.at
    with pytest.raises(NotFound, match="dossier_not_found"):
        dossier_record(told.house.database, system, dossier_id, as_of=begun - timedelta(microseconds=1))


def test_unit_reads_its_own_row_of_a_shared_paper(told: ToldHouse) -> None:
    look, dossier = told.house.looks, told.dossier("thpt")
    minutes = dossier.versions("minutes")[-1].paper.id
    whole = look.document(told.actor("cax-1"), dossier.id, minutes)
    part = look.document(as_unit_of(told, "thpt"), dossier.id, minutes)
    assert isinstance(whole["items"], list)
    assert len(whole["items"]) > 1
    assert part["items"] == [row for row in whole["items"] if row["dossier"] == dossier.number]
    assert {**part, "items": None} == {**whole, "items": None}
