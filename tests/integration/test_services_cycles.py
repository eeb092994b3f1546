"""A year opened and closed, what it owes, and the ledger behind it: twice equals once, nothing is counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from tests.support.played import Played, played
from workflow.domain.actors import system_actor
from workflow.domain.books import LedgerEntry
from workflow.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, TransitionRefused
from workflow.domain.events import SignedPaper
from workflow.services.inputs import MoveInput
from workflow.services.ledger import ResultInput

MAINTENANCE = "duy_tri/2026/tieu-hoc-vinh-phong"


@pytest.fixture
def december(storage_url: str) -> Iterator[Played]:
    """01/12/2025, 08:00: the year 2026 is open, no result is entered yet."""
    with played(storage_url, "2025-12-01T08:00:00") as story:
        yield story


@pytest.fixture
def decided(storage_url: str) -> Iterator[Played]:
    """09/12/2026: the decision stands, the year 2027 is open."""
    with played(storage_url, "2026-12-09T12:00:00") as story:
        yield story


def recognised(subject: str, number: str = "3056/QĐ-UBND", decided_on: date = date(2025, 11, 28)) -> ResultInput:
    """An earlier recognition."""
    return ResultInput(
        subject_id=subject,
        kind="dien_hinh",
        cycle=2025,
        result="dien_hinh",
        label="Công nhận điển hình",
        number=number,
        decided_on=decided_on,
        authority="UBND tỉnh",
    )


def entry_of(story: Played, name: str) -> LedgerEntry:
    """The ledger entry a dossier made, or the one that owes it."""
    dossier = story.dossier(name)
    with story.house.engine.reading() as stores:
        entry = stores.ledger.get(dossier.origin_id) if dossier.origin_id else stores.ledger.of_dossier(dossier.id)
    assert entry is not None
    return entry


def owed(story: Played, cycle: int) -> list[str]:
    """Subjects that owe an entry in a cycle, open or ended."""
    with story.house.engine.reading() as stores:
        ids = stores.dossiers.ids_where(province_id="tinh", kind="duy_tri", cycle=cycle)
        return sorted(stores.dossiers.get(item).subject_id for item in ids)


# --- earlier results ---------------------------------------------------------------------------------


def test_a_result_counts_once_a_second_person_confirmed_it(december: Played) -> None:
    ledger = december.house.ledger
    ids = ledger.enter(december.actor("cax-1"), [recognised("tieu-hoc-vinh-phong")])
    with december.house.engine.reading() as stores:
        assert stores.ledger.facts("tieu-hoc-vinh-phong") == ()
    with pytest.raises(NotAllowed, match="confirm_same_person"):
        ledger.confirm(december.actor("cax-1"), ids)
    assert ledger.confirm(december.actor("cax-3"), ids) == 1
    assert ledger.confirm(december.actor("cax-2"), ids) == 0
    with december.house.engine.reading() as stores:
        assert [fact.number for fact in stores.ledger.facts("tieu-hoc-vinh-phong")] == ["3056/QĐ-UBND"]
        assert stores.ledger.get(ids[0]).confirmed_by == "cax-3"


def test_a_confirmed_recognition_owes_at_once_where_the_year_is_open(december: Played) -> None:
    ids = december.house.ledger.enter(december.actor("cax-1"), [recognised("tieu-hoc-vinh-phong")])
    assert owed(december, 2026) == []
    december.house.ledger.confirm(december.actor("cax-3"), ids)
    assert owed(december, 2026) == ["tieu-hoc-vinh-phong"]
    december.house.cycles.sweep("tinh")
    december.house.cycles.open(december.actor("pv01-1"), kind_code="dien_hinh", cycle=2026)
    assert owed(december, 2026) == ["tieu-hoc-vinh-phong"]


def test_a_recognition_is_new_in_the_window_of_its_date_and_owes_only_later(december: Played) -> None:
    """11/12/2025 lies in the window of 2026: new there, so it owes nothing in 2026."""
    december.at("2025-12-22T08:00:00")
    rows = [recognised("tieu-hoc-vinh-phong", decided_on=date(2025, 12, 10))]
    rows.append(recognised("mam-non-vinh-phong", decided_on=date(2025, 12, 11)))
    ids = december.house.ledger.enter(december.actor("cax-1"), rows)
    december.house.ledger.confirm(december.actor("cax-3"), ids)
    assert owed(december, 2026) == ["tieu-hoc-vinh-phong"]


def test_a_small_commune_may_be_excused_from_the_second_person(december: Played) -> None:
    with december.house.engine.reading() as stores:
        settings = stores.books.settings("tinh")
    december.house.dates.set_settings(
        december.actor("pv01-1"),
        replace(settings, second_person_waived=frozenset({"vinh-phong"})),
        reason="Xã chỉ có một cán bộ phụ trách.",
    )
    december.house.ledger.enter(december.actor("cax-1"), [recognised("tieu-hoc-vinh-phong")])
    assert owed(december, 2026) == ["tieu-hoc-vinh-phong"]


def test_results_are_entered_all_or_none_by_those_who_keep_that_part_of_the_ledger(december: Played) -> None:
    ledger, before = december.house.ledger, december.rows()
    good = recognised("tieu-hoc-vinh-phong")
    for row, code in (
        (recognised("thpt-vinh-thuan"), "ledger_role"),
        (recognised("nowhere"), "not_found"),
        (recognised("mam-non-vinh-phong", number=" "), "result_incomplete"),
        (recognised("mam-non-vinh-phong", decided_on=date(2025, 12, 2)), "future_date"),
        (good, "result_exists"),
    ):
        with pytest.raises((NotAllowed, NotFound, InvalidInput, Conflict)) as refused:
            ledger.enter(december.actor("cax-1"), [good, row])
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        ledger.enter(december.actor("ubnd-1"), [good])
    assert december.rows() == before


# --- the ledger behind decisions -----------------------------------------------------------------------


def test_a_decision_enters_the_ledger_with_its_own_number_date_and_authority(decided: Played) -> None:
    entry = entry_of(decided, "mttq")
    assert (entry.number, entry.decided_on, entry.authority) == ("3120/QĐ-UBND", date(2026, 12, 7), "UBND tỉnh")
    assert (entry.kind, entry.cycle, entry.source, entry.standing) == ("dien_hinh", 2026, "dossier", True)


def test_what_a_decision_owes_is_opened_where_the_next_year_is_already_open(decided: Played) -> None:
    assert owed(decided, 2027) == sorted(
        [
            "doan-vinh-phong",
            "mttq-vinh-phong",
            "phu-nu-vinh-phong",
            "thcs-vinh-phong",
            "thpt-vinh-thuan",
            "tieu-hoc-vinh-phong",
            "vinh-phong",
        ]
    )


def test_opening_a_year_twice_changes_nothing(decided: Played) -> None:
    before = decided.rows()
    again = decided.house.cycles.open(decided.actor("pv01-2"), kind_code="dien_hinh", cycle=2027)
    assert (again.is_new, again.owed) == (False, ())
    decided.house.cycles.sweep("tinh")
    assert decided.rows() == before


def test_not_maintained_ends_the_standing_and_reopening_restores_it(decided: Played) -> None:
    name = "duy_tri/2026/mam-non-vinh-phong"
    entry = entry_of(decided, name)
    assert (entry.standing, entry.ended_on, entry.ended_by) == (False, date(2026, 11, 18), decided.stage.id_of(name))

    move = MoveInput("reopen", decided.stage.version(decided.stage.id_of(name)), reason="Ghi nhầm kết quả.")
    decided.house.dossiers.perform(decided.actor("ubnd-1"), decided.stage.id_of(name), move)
    entry = entry_of(decided, name)
    assert (entry.standing, entry.ended_on, entry.ended_by) == (True, None, None)


def test_a_cancelled_recognition_leaves_the_ledger_and_owes_no_more(decided: Played) -> None:
    decided.at("2026-12-10T09:00:00")
    dossier = decided.dossier("mttq")
    paper = {
        "number": "3200/QĐ-UBND",
        "date": "2026-12-10",
        "issuer": "UBND tỉnh",
        "signer_office": "Chủ tịch UBND tỉnh",
        "legal_ground": "Khai không đúng kết quả (giả định).",
    }
    step = {"at": "2026-12-10T09:00:00", "papers": {"cancel_decision": paper}, "scans": ["Quyết định hủy"]}
    move = MoveInput(
        "cancel", dossier.version, reason="Khai không đúng kết quả (giả định).", papers=decided.stage.papers(step)
    )
    decided.house.dossiers.perform(decided.actor("ubnd-tinh-1"), dossier.id, move)
    entry = entry_of(decided, "mttq")
    assert (entry.standing, entry.ended_on, entry.ended_by) == (False, date(2026, 12, 10), dossier.id)
    assert decided.dossier("duy_tri/2027/mttq-vinh-phong").state == "void"
    assert decided.dossier("duy_tri/2027/thpt-vinh-thuan").state == "owed"


def test_a_dissolved_unit_owes_no_more_after_the_sweep(decided: Played) -> None:
    decided.house.organisations.dissolve(
        decided.actor("quan-tri"), "doan-vinh-phong", on=date(2026, 12, 9), successor_id=None, reason="Giải thể."
    )
    assert decided.house.cycles.sweep("tinh").voided == 0
    decided.at("2026-12-10T00:00:01")
    assert decided.house.cycles.sweep("tinh").voided == 1
    assert decided.dossier("duy_tri/2027/doan-vinh-phong").state == "void"


def test_a_unit_in_standing_does_not_register_again(decided: Played) -> None:
    decided.at("2026-12-15T08:00:00")
    step = decided.step("2026-01-15T08:05:00", at="2026-12-15T08:00:00", cycle=2027, dossier="again")
    decided.do(step)
    form = decided.step("2026-01-15T08:12:00", at="2026-12-15T08:05:00", dossier="again")
    decided.do({**form, "document": {**form["document"], "cycle": 2027}})
    with pytest.raises(TransitionRefused) as refused:
        decided.do(decided.step("2026-01-15T08:20:00", at="2026-12-15T08:10:00", dossier="again"))
    assert [refusal.code for refusal in refused.value.refusals] == ["guard.in_standing"]


# --- closing -------------------------------------------------------------------------------------------


def test_closing_ends_what_was_never_submitted_and_lets_the_rest_go_on(decided: Played) -> None:
    decided.at("2026-12-31T17:00:00")
    cycles, keeper = decided.house.cycles, decided.actor("pv01-2")
    named = [line.number for line in cycles.closing(keeper, kind_code="dien_hinh", cycle=2026)]
    assert named == [decided.stage.number_of("luong-thuc")]
    assert cycles.close(keeper, kind_code="dien_hinh", cycle=2026) == 2
    assert decided.dossier("luong-thuc").state == "lapsed"
    assert decided.dossier("tram-y-te").state == "awaiting_decision"
    assert decided.dossier("duy_tri/2026/vinh-phong").state == "void"
    assert entry_of(decided, "duy_tri/2026/vinh-phong").standing
    assert decided.dossier("duy_tri/2027/vinh-phong").state == "owed"

    before = decided.rows()
    assert cycles.close(keeper, kind_code="dien_hinh", cycle=2026) == 0
    assert decided.rows() == before


def test_a_closed_year_takes_nothing_new_but_the_submitted_one_gets_its_decision(decided: Played) -> None:
    decided.at("2026-12-31T17:00:00")
    decided.house.cycles.close(decided.actor("pv01-2"), kind_code="dien_hinh", cycle=2026)
    with pytest.raises(Conflict, match="cycle_closed"):
        decided.house.cycles.open(decided.actor("pv01-2"), kind_code="dien_hinh", cycle=2026)
    with pytest.raises(TransitionRefused) as refused:
        decided.house.dossiers.perform(
            decided.actor("ubnd-1"),
            decided.stage.id_of("thuy-san"),
            MoveInput("reconsider", decided.dossier("thuy-san").version, reason="Xét lại."),
        )
    assert [refusal.code for refusal in refused.value.refusals] == ["guard.cycle_closed"]
    decided.at("2027-01-05T09:00:00")
    late = decided.step("2026-12-08T09:00:00", at="2027-01-05T09:00:00", dossiers=["tram-y-te"])
    decision = {
        **late["papers"]["decision"],
        "number": "12/QĐ-UBND",
        "date": "2027-01-04",
        "items": [{"dossier": "$number:tram-y-te"}],
    }
    decided.do({**late, "papers": {"decision": decision}})
    assert entry_of(decided, "tram-y-te").standing
    assert "tram-y-te-vinh-phong" not in owed(decided, 2027)


def test_a_maintenance_of_a_closed_year_is_not_reopened(decided: Played) -> None:
    decided.at("2026-12-31T17:00:00")
    decided.house.cycles.close(decided.actor("pv01-2"), kind_code="dien_hinh", cycle=2026)
    dossier = decided.dossier(MAINTENANCE)
    with pytest.raises(TransitionRefused) as refused:
        decided.house.dossiers.perform(
            decided.actor("ubnd-1"), dossier.id, MoveInput("reopen", dossier.version, reason="Ghi nhầm.")
        )
    assert [refusal.code for refusal in refused.value.refusals] == ["guard.cycle_closed"]


def test_only_who_keeps_the_books_opens_and_closes_a_year_and_not_too_early(decided: Played) -> None:
    before = decided.rows()
    for person in ("cax-1", "ubnd-1", "thpt", "ubnd-tinh-1", "quan-tri"):
        with pytest.raises(NotAllowed, match="books_role"):
            decided.house.cycles.open(decided.actor(person), kind_code="dien_hinh", cycle=2028)
        with pytest.raises(NotAllowed, match="books_role"):
            decided.house.cycles.close(decided.actor(person), kind_code="dien_hinh", cycle=2026)
    with pytest.raises(Conflict, match="cycle_too_early"):
        decided.house.cycles.close(decided.actor("pv01-1"), kind_code="dien_hinh", cycle=2026)
    with pytest.raises(NotFound, match="cycle_not_found"):
        decided.house.cycles.close(decided.actor("pv01-1"), kind_code="dien_hinh", cycle=2030)
    assert decided.rows() == before


def test_the_commune_keeps_the_books_where_the_province_is_not_connected(december: Played) -> None:
    with december.house.engine.reading() as stores:
        settings = stores.books.settings("tinh")
    december.house.dates.set_settings(
        december.actor("quan-tri"), replace(settings, connected=False), reason="Chạy trên một máy của xã."
    )
    assert december.house.cycles.open(december.actor("cax-1"), kind_code="dien_hinh", cycle=2027).is_new
    ids = december.house.ledger.enter(december.actor("cax-1"), [recognised("thpt-vinh-thuan")])
    assert december.house.ledger.confirm(december.actor("cax-3"), ids) == 1
    with pytest.raises(NotAllowed):
        december.house.cycles.open(december.actor("ubnd-1"), kind_code="dien_hinh", cycle=2028)


def test_the_dates_of_what_is_owed_are_opened_with_the_year(december: Played) -> None:
    with december.house.engine.reading() as stores:
        dates = stores.books.deadlines("tinh", "duy_tri", 2026)
    assert sorted(dates) == ["meeting"]
    assert system_actor("tinh").covers(subject_id="x", commune_id="y", province_id="tinh")


def test_the_concluding_paper_of_the_communes_own_maintenance_is_of_the_province(decided: Played) -> None:
    dossier = decided.dossier("duy_tri/2026/vinh-phong")
    step = decided.step("2026-12-11T10:00:00", at="2026-12-10T10:00:00")
    decided.at(step["at"])
    move = MoveInput(
        "record_meeting",
        dossier.version,
        choice="maintained",
        papers=decided.stage.papers(step),
        signed=SignedPaper("1/BB-UBND", "2026-12-10", "UBND xã", "Chủ tịch UBND xã", ("a" * 64,)),
    )
    with pytest.raises(TransitionRefused) as refused:
        decided.house.dossiers.perform(decided.actor("ubnd-1"), dossier.id, move)
    assert [refusal.code for refusal in refused.value.refusals] == ["guard.role"]
