"""One act on many dossiers: previewed without a trace, recorded on all or none, corrected on every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.support.played import Played, played
from workflow.domain.errors import (
    InvalidDocument,
    InvalidInput,
    NotFound,
    StaleDossier,
    TransitionNotAvailable,
    TransitionRefused,
)
from workflow.domain.events import SignedPaper
from workflow.seeding.script import moment
from workflow.services.acts import ActInput, ActItem, ActRefused
from workflow.services.inputs import MoveInput, PaperInput

MEETING = "2026-11-18T16:05:00"
FIVE = ("thpt", "thcs", "mttq", "phu-nu", "doan")


@pytest.fixture
def meeting(storage_url: str) -> Iterator[Played]:
    """18/11/2026, 15:00: eight dossiers of two kinds are ready to be met on, one is not."""
    with played(storage_url, "2026-11-18T15:00:00") as story:
        yield story


@pytest.fixture
def decided(storage_url: str) -> Iterator[Played]:
    """08/12/2026, 10:00: the decision on five units is recorded, with a wrong number."""
    with played(storage_url, "2026-12-08T10:00:00") as story:
        yield story


def test_a_dossier_that_cannot_move_blocks_the_act_and_nothing_changes(meeting: Played) -> None:
    before = meeting.rows()
    with pytest.raises(ActRefused) as refused:
        meeting.do(meeting.step(MEETING))
    blocked = [line.number for line in refused.value.preview.lines if line.refusals]
    assert blocked == [meeting.stage.number_of("tram-y-te")]
    assert [refusal.code for refusal in refused.value.refusals] == ["act.no_such_move"]
    assert meeting.rows() == before


def test_a_preview_says_per_dossier_what_would_happen_and_keeps_nothing(meeting: Played) -> None:
    before = meeting.rows()
    done = meeting.do(meeting.step("2026-11-18T16:00:00"))
    assert done.preview is not None
    assert [(number, refusal.code) for number, refusal in done.preview] == [
        (meeting.stage.number_of("tram-y-te"), "act.no_such_move")
    ]
    assert done.facts == {"open_to": 8}
    assert meeting.rows() == before


def test_the_paper_that_lists_the_dossiers_is_the_one_a_step_is_entered_from(meeting: Played) -> None:
    """The choice comes with the proposal of Công an xã and the list of UBND xã: the list is the authority's word."""
    step = meeting.dossier("thpt").made("select")[-1]
    assert step.from_paper is not None
    assert (step.from_paper.number, step.from_paper.issuer) == ("07/QĐ-UBND", "UBND xã Vĩnh Phong")


def test_one_left_out_by_choice_stays_where_it_was_and_the_rest_move_together(meeting: Played) -> None:
    out = meeting.dossier("tram-y-te").version
    done = meeting.do(meeting.step("2026-11-18T16:20:00"))
    assert len(done.dossiers) == 8
    moved = [meeting.stage.dossier(dossier_id) for dossier_id in done.dossiers]
    assert len({dossier.steps[-1].act_id for dossier in moved}) == 1
    assert {dossier.kind for dossier in moved} == {"dien_hinh", "duy_tri"}
    assert {dossier.papers[-1].paper.id for dossier in moved if dossier.kind == "dien_hinh"} == {
        meeting.dossier("thpt").papers[-1].paper.id
    }
    assert (meeting.dossier("tram-y-te").version, meeting.dossier("tram-y-te").state) == (out, "selected")
    assert [meeting.dossier(name).result for name in ("thpt", "nong-dan", "doan")] == [
        "propose",
        "not_propose",
        "postpone",
    ]


def test_a_fault_on_the_last_dossier_leaves_the_first_untouched(meeting: Played) -> None:
    step = meeting.step("2026-11-18T16:20:00")
    meeting.at(step["at"])
    officer, names = meeting.actor("ubnd-1"), [name for name in step["dossiers"] if name != "tram-y-te"]
    ids = [meeting.stage.id_of(name) for name in names]
    versions = [meeting.stage.version(dossier_id) for dossier_id in ids]
    versions[-1] -= 1
    act = ActInput(
        trigger=step["trigger"],
        items=[ActItem(dossier_id, seen) for dossier_id, seen in zip(ids, versions, strict=True)],
        papers=meeting.stage.papers(step),
    )
    before = meeting.rows()
    with pytest.raises(StaleDossier) as refused:
        meeting.house.acts.record(officer, act)
    assert refused.value.facts["number"] == meeting.stage.number_of(names[-1])
    assert meeting.rows() == before


def test_a_repeated_key_records_one_act(meeting: Played) -> None:
    step = meeting.step("2026-11-18T16:20:00")
    meeting.at(step["at"])
    names = [name for name in step["dossiers"] if name != "tram-y-te"]
    act = ActInput(
        trigger=step["trigger"],
        items=[ActItem(meeting.stage.id_of(n), meeting.stage.version(meeting.stage.id_of(n))) for n in names],
        papers=meeting.stage.papers(step),
    )
    first = meeting.house.acts.record(meeting.actor("ubnd-1"), act, key="bb-41")
    after = meeting.rows()
    meeting.at("2026-11-19T09:00:00")
    assert meeting.house.acts.record(meeting.actor("ubnd-1"), act, key="bb-41") == first
    assert meeting.rows() == after


def test_minutes_without_quorum_are_refused_once_for_every_dossier(meeting: Played) -> None:
    minutes = dict(meeting.player.script["shared"]["minutes"])
    minutes["attendance"] = [{"office": "Chủ tịch UBND xã", "present": True}]
    step = meeting.step(MEETING, dossiers=["thpt", "thcs"], papers={"minutes": minutes})
    with pytest.raises(ActRefused) as refused:
        meeting.do(step)
    codes = [[refusal.code for refusal in line.refusals] for line in refused.value.preview.lines]
    assert [set(row) for row in codes] == [{"meeting.no_quorum", "meeting.votes_exceed_present"}] * 2


def test_an_act_needs_dossiers_each_once_and_within_sight(meeting: Played) -> None:
    officer, dossier_id = meeting.actor("ubnd-1"), meeting.stage.id_of("thpt")
    item = ActItem(dossier_id, meeting.stage.version(dossier_id))
    with pytest.raises(InvalidInput, match="act_empty"):
        meeting.house.acts.record(officer, ActInput("record_meeting", ()))
    with pytest.raises(InvalidInput, match="act_doubled"):
        meeting.house.acts.record(officer, ActInput("record_meeting", (item, item)))
    with pytest.raises(NotFound):
        meeting.house.acts.record(officer, ActInput("record_meeting", (item, ActItem("nothing", 1))))
    with pytest.raises(InvalidInput, match="paper_not_of_move"):
        meeting.house.acts.record(officer, ActInput("record_meeting", (item,), papers={"decision": PaperInput(b"{}")}))
    with pytest.raises(InvalidDocument):
        meeting.house.acts.record(officer, ActInput("record_meeting", (item,), papers={"minutes": PaperInput(b"{}")}))


def test_an_act_is_not_made_by_the_door_of_single_moves(meeting: Played) -> None:
    dossier_id = meeting.stage.id_of("thpt")
    with pytest.raises(TransitionNotAvailable, match="move_is_act"):
        meeting.house.dossiers.perform(
            meeting.actor("ubnd-1"),
            dossier_id,
            MoveInput("record_meeting", meeting.stage.version(dossier_id), choice="propose"),
        )


def test_a_sheet_below_the_mark_is_said_with_the_act_and_does_not_stop_it(storage_url: str) -> None:
    with played(storage_url, "2026-11-13T13:55:00") as story:
        low = dict.fromkeys(("1.3", "2.1", "2.2", "3.2", "4.1"), 0)
        reasons = dict.fromkeys((*low, "3.1", "5.1"), "Chưa có minh chứng.")
        sheet = {"$score": {"set": "dien_hinh_co_quan@1", "points": low, "reasons": reasons}}
        filed = story.step("2026-11-13T14:00:00")
        story.do({**filed, "document": {**filed["document"], "rows": sheet}})
        story.do(story.step("2026-11-13T14:10:00"))
        done = story.do(story.step("2026-11-18T16:20:00", dossiers=["nong-dan"], leave_out=[]))
        assert [(number, warning.code) for number, warning in done.warnings] == [
            (story.stage.number_of("nong-dan"), "guard.below_threshold")
        ]
        assert done.warnings[0][1].facts["total"] == "64"


def test_both_times_of_a_submission_are_kept(decided: Played) -> None:
    step = decided.dossier("thpt").made("submit_to_province")[-1]
    assert step.sent_at == moment("2026-11-20T15:30:00")
    assert step.at == moment("2026-11-23T08:10:00")
    assert (step.authority.value, step.role.value) == ("commune_committee", "commune_police")
    assert step.from_paper is not None
    assert step.from_paper.number == "101/TTr-UBND"


def test_a_correction_mends_every_dossier_of_the_act_and_the_ledger_but_no_state(decided: Played) -> None:
    states = {name: decided.dossier(name).state for name in FIVE}
    done = decided.do(decided.step("2026-12-08T15:00:00"))
    assert len(done.dossiers) == 5
    for name in FIVE:
        dossier = decided.dossier(name)
        assert dossier.state == states[name]
        step = dossier.made("recognize")[-1]
        assert step.from_paper is not None
        assert step.from_paper.number == "3120/QĐ-UBND"
        assert [filed.paper.facts["number"] for filed in dossier.versions("decision")] == [
            "3102/QĐ-UBND",
            "3120/QĐ-UBND",
        ]
        with decided.house.engine.reading() as stores:
            entry = stores.ledger.of_dossier(dossier.id)
            assert entry is not None
            assert (entry.number, entry.decided_on, entry.standing) == ("3120/QĐ-UBND", date(2026, 12, 7), True)
            assert stores.papers.document(dossier.versions("decision")[0].paper.id)["number"] == "3102/QĐ-UBND"


def test_a_correction_never_changes_who_is_decided_on(decided: Played) -> None:
    step = decided.step("2026-12-08T15:00:00")
    fewer = {**step["document"], "items": step["document"]["items"][:4]}
    before = decided.rows()
    with pytest.raises(InvalidInput, match="outcome_changed"):
        decided.do({**step, "document": fewer})
    assert decided.rows() == before


def test_a_correction_is_for_the_recorders_of_the_step_with_a_reason(decided: Played) -> None:
    step = decided.step("2026-12-08T15:00:00")
    for changed, code in (({"as": "cax-1"}, "correct.role"), ({"reason": "  "}, "correct.reason")):
        with pytest.raises(TransitionRefused) as refused:
            decided.do({**step, **changed})
        assert [refusal.code for refusal in refused.value.refusals] == [code]


def test_a_correction_of_an_unknown_step_or_of_one_of_two_papers_says_so(decided: Played) -> None:
    officer, dossier = decided.actor("ubnd-1"), decided.dossier("thpt")
    signed = SignedPaper("07/QĐ-UBND", "2026-01-20", "UBND xã Vĩnh Phong", "Chủ tịch UBND xã", ("a" * 64,))
    with pytest.raises(InvalidInput, match="unknown_step"):
        decided.house.desk.correct(
            officer, dossier.id, step_seq=999, signed=signed, reason="Sửa số.", seen_version=dossier.version
        )
    with pytest.raises(InvalidInput, match="which_paper"):
        decided.house.desk.correct(
            officer,
            dossier.id,
            step_seq=dossier.made("select")[-1].seq,
            signed=signed,
            reason="Sửa số.",
            seen_version=dossier.version,
            paper=PaperInput(b"{}"),
        )


def test_an_older_paper_that_is_corrected_does_not_become_the_newest(decided: Played) -> None:
    """The postponed unit has two minutes; mending the first leaves the second the one that counts."""
    dossier = decided.dossier("doan")
    first = dossier.made("record_meeting")[0]
    step = decided.step("2026-11-18T16:20:00")
    decided.at("2026-12-08T11:00:00")
    minutes = {**decided.player.script["shared"]["minutes"], "held_at": "Phòng họp UBND xã Vĩnh Phong"}
    decided.house.desk.correct(
        decided.actor("ubnd-1"),
        dossier.id,
        step_seq=first.seq,
        signed=SignedPaper("41/BB-UBND", "2026-11-18", "UBND xã Vĩnh Phong", "Chủ tịch UBND xã", ("a" * 64,)),
        reason="Ghi nhầm nơi họp.",
        seen_version=dossier.version,
        paper=decided.stage.paper(step, minutes),
    )
    newest = decided.dossier("doan").newest("minutes")
    assert newest is not None
    assert newest.paper.facts["number"] == "43/BB-UBND"
