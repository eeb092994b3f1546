"""One command on one dossier: once per key, never on a stale page, never beyond one's jurisdiction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.support.played import Played, played
from workflow.domain.actors import Role
from workflow.domain.errors import (
    IdempotencyMismatch,
    InvalidDocument,
    InvalidInput,
    NotFound,
    StaleDossier,
    TransitionNotAvailable,
    TransitionRefused,
)
from workflow.domain.events import SignedPaper
from workflow.seeding.script import moment
from workflow.services.inputs import MoveInput, PaperInput


@pytest.fixture
def january(storage_url: str) -> Iterator[Played]:
    """15/01/2026, 08:15: the high school's form is filed, not handed in."""
    with played(storage_url, "2026-01-15T08:15:00") as story:
        yield story


@pytest.fixture
def march(storage_url: str) -> Iterator[Played]:
    """10/03/2026: seven units were selected, plans are filed."""
    with played(storage_url, "2026-03-10T08:00:00") as story:
        story.at("2026-03-10T08:00:00")
        yield story


def register(story: Played, *, seen: int | None = None) -> MoveInput:
    """Handing in the school's registration."""
    return MoveInput("register", story.dossier("thpt").version if seen is None else seen)


def test_a_repeated_key_has_one_effect_and_the_same_answer(january: Played) -> None:
    dossier_id, school, asked = january.stage.id_of("thpt"), january.actor("thpt"), register(january)
    first = january.house.dossiers.perform(school, dossier_id, asked, key="k-1")
    after = january.rows()
    january.at("2026-01-15T09:00:00")

    assert january.house.dossiers.perform(school, dossier_id, asked, key="k-1") == first
    assert january.rows() == after
    assert (first.state, first.at) == ("registered", moment("2026-01-15T08:12:00"))


def test_a_key_with_another_content_is_refused_and_changes_nothing(january: Played) -> None:
    dossier_id, school, asked = january.stage.id_of("thpt"), january.actor("thpt"), register(january)
    january.house.dossiers.perform(school, dossier_id, asked, key="k-1")
    before = january.rows()

    with pytest.raises(IdempotencyMismatch):
        january.house.dossiers.perform(school, dossier_id, replace(asked, reason="khác"), key="k-1")
    assert january.rows() == before


def test_a_key_belongs_to_one_person(january: Played) -> None:
    school, other = january.actor("thpt"), january.actor("thcs")
    opened = january.house.dossiers.open(
        other, kind_code="dien_hinh", subject_id="thcs-vinh-phong", cycle=2026, key="same"
    )
    again = january.house.dossiers.perform(school, january.stage.id_of("thpt"), register(january), key="same")
    assert (opened.state, again.state) == ("draft", "registered")


def test_a_paper_entered_from_another_signed_paper_is_another_request(january: Played) -> None:
    officer = january.actor("cax-2")
    scan = january.stage.files(["Bản quét"])
    signed = SignedPaper("08/ĐK-TYT", "2026-01-15", "Trạm Y tế", "Trưởng trạm", (scan[0].digest,))

    def open_for(paper: SignedPaper) -> None:
        january.house.dossiers.open(
            officer, kind_code="dien_hinh", subject_id="tram-y-te-vinh-phong", cycle=2026, for_unit=paper, key="k"
        )

    open_for(signed)
    with pytest.raises(IdempotencyMismatch):
        open_for(replace(signed, number="09/ĐK-TYT"))


def test_a_stale_page_is_told_who_acted_in_which_role_and_when(january: Played) -> None:
    seen = january.dossier("thpt").version
    step = january.step("2026-01-15T08:12:00", at="2026-01-15T08:16:30")
    january.do(step)
    before = january.rows()

    with pytest.raises(StaleDossier) as refused:
        january.house.dossiers.perform(january.actor("thpt"), january.stage.id_of("thpt"), register(january, seen=seen))
    facts = dict(refused.value.facts)
    assert facts["at"] == moment("2026-01-15T08:16:30")
    assert (facts["role"], facts["person"], facts["seen"], facts["current"]) == (Role.UNIT, "thpt", seen, seen + 1)
    assert january.rows() == before


@pytest.mark.parametrize("person", ["thcs", "quan-tri"])
def test_what_is_out_of_ones_jurisdiction_is_not_found_by_any_door(january: Played, person: str) -> None:
    dossier_id, actor, asked = january.stage.id_of("thpt"), january.actor(person), register(january)
    service, before = january.house.dossiers, january.rows()
    paper = PaperInput(b"{}")
    commands: tuple[Callable[[], object], ...] = (
        lambda: service.perform(actor, dossier_id, asked),
        lambda: service.explain(actor, dossier_id, asked),
        lambda: service.options(actor, dossier_id),
        lambda: service.file_paper(actor, dossier_id, "registration", paper, seen_version=2),
        lambda: service.save_draft(actor, dossier_id, "registration", b"{}"),
        lambda: service.hold(actor, dossier_id, reason="x", seen_version=2),
        lambda: service.lift(actor, dossier_id, signed=None, seen_version=2),
    )
    for command in commands:
        with pytest.raises(NotFound) as refused:
            command()
        assert refused.value.code == "dossier_not_found"
    assert january.rows() == before


def test_a_draft_of_the_unit_is_not_seen_by_officers_before_it_is_handed_in(january: Played) -> None:
    dossier_id = january.stage.id_of("thpt")
    with pytest.raises(NotFound):
        january.house.dossiers.options(january.actor("cax-1"), dossier_id)
    january.house.dossiers.perform(january.actor("thpt"), dossier_id, register(january))
    moves, _papers = january.house.dossiers.options(january.actor("cax-1"), dossier_id)
    assert {option.transition.trigger for option in moves} == {"select", "return_to_unit", "withdraw"}


def test_a_faulty_paper_names_its_faults_and_keeps_nothing(january: Played) -> None:
    before = january.rows()
    with pytest.raises(InvalidDocument) as refused:
        january.house.dossiers.file_paper(
            january.actor("thpt"),
            january.stage.id_of("thpt"),
            "registration",
            PaperInput(b'{"cycle": "2026"}'),
            seen_version=january.dossier("thpt").version,
        )
    assert len(refused.value.faults) > 1
    assert january.rows() == before


def test_an_unknown_paper_move_or_kind_has_its_own_code(january: Played) -> None:
    school, dossier_id = january.actor("thpt"), january.stage.id_of("thpt")
    with pytest.raises(InvalidInput, match="unknown_paper"):
        january.house.dossiers.file_paper(school, dossier_id, "no_paper", PaperInput(b"{}"), seen_version=2)
    with pytest.raises(TransitionNotAvailable):
        january.house.dossiers.perform(school, dossier_id, MoveInput("fly", 2))
    with pytest.raises(NotFound, match="kind_not_found"):
        january.house.dossiers.open(school, kind_code="no_kind", subject_id="thpt-vinh-thuan", cycle=2026)


def test_an_unfinished_paper_is_kept_apart_and_dropped_by_filing(march: Played) -> None:
    school, dossier_id = march.actor("thpt"), march.stage.id_of("thpt")
    at = march.house.dossiers.save_draft(school, dossier_id, "self_score", b'{"rows": []}')
    before = march.dossier("thpt")
    with march.house.engine.reading() as stores:
        assert stores.papers.draft(dossier_id=dossier_id, code="self_score") == ({"rows": []}, at)
    assert march.dossier("thpt").versions("self_score") == []

    march.do(march.step("2026-06-10T10:00:00"))
    with march.house.engine.reading() as stores:
        assert stores.papers.draft(dossier_id=dossier_id, code="self_score") is None
    assert len(march.dossier("thpt").versions("self_score")) == len(before.versions("self_score")) + 1


def test_a_draft_is_kept_only_by_those_who_may_file_the_paper(march: Played) -> None:
    dossier_id, before = march.stage.id_of("thpt"), march.rows()
    with pytest.raises(TransitionRefused) as refused:
        march.house.dossiers.save_draft(march.actor("pv01-1"), dossier_id, "self_score", b"{}")
    assert [refusal.code for refusal in refused.value.refusals] == ["filing.role"]
    with pytest.raises(InvalidDocument):
        march.house.dossiers.save_draft(march.actor("thpt"), dossier_id, "self_score", b"not json")
    assert march.rows() == before


def test_explaining_and_previewing_keep_nothing(march: Played) -> None:
    before = march.rows()
    asked = MoveInput("return_to_unit", march.dossier("thpt").version, reason="Sửa kế hoạch.")
    weighed = march.house.dossiers.explain(march.actor("cax-1"), march.stage.id_of("thpt"), asked)
    assert [refusal.code for refusal in weighed.refusals] == ["guard.return_items"]
    assert march.rows() == before


def test_a_hold_is_set_by_the_level_whose_turn_it_is(march: Played) -> None:
    dossier_id, version = march.stage.id_of("thpt"), march.dossier("thpt").version
    for person in ("thpt", "pv01-1", "ubnd-tinh-1"):
        if person == "ubnd-tinh-1":
            with pytest.raises(NotFound):
                march.house.dossiers.hold(march.actor(person), dossier_id, reason="Có đơn.", seen_version=version)
            continue
        with pytest.raises(TransitionRefused) as refused:
            march.house.dossiers.hold(march.actor(person), dossier_id, reason="Có đơn.", seen_version=version)
        assert [refusal.code for refusal in refused.value.refusals] == ["hold.level"]
    receipt = march.house.dossiers.hold(march.actor("ubnd-1"), dossier_id, reason="Có đơn.", seen_version=version)
    held = march.dossier("thpt").hold
    assert held is not None
    assert (held.person_id, receipt.version) == ("ubnd-1", version + 1)


def test_a_hold_is_lifted_by_another_person_of_that_level_or_above_with_a_paper(march: Played) -> None:
    dossier_id = march.stage.id_of("thpt")
    march.house.dossiers.hold(
        march.actor("ubnd-1"), dossier_id, reason="Có đơn.", seen_version=march.dossier("thpt").version
    )
    version = march.dossier("thpt").version
    paper = SignedPaper("31/KL-CAX", "2026-03-10", "Công an xã", "Trưởng Công an xã", ("a" * 64,))

    def lift(person: str, signed: SignedPaper | None) -> list[str]:
        try:
            march.house.dossiers.lift(march.actor(person), dossier_id, signed=signed, seen_version=version)
        except TransitionRefused as error:
            return [refusal.code for refusal in error.refusals]
        return []

    assert lift("ubnd-1", None) == ["hold.same_person", "hold.paper"]
    assert lift("thpt", paper) == ["hold.level"]
    assert lift("pv01-1", replace(paper, scans=())) == ["hold.paper"]
    assert lift("pv01-1", paper) == []
    assert march.dossier("thpt").hold is None


def test_a_finding_is_cleared_by_whoever_answers_or_closes_it(storage_url: str) -> None:
    with played(storage_url, "2026-11-11T10:30:00") as story:
        dossier_id = story.stage.id_of("thpt")

        def against() -> list[tuple[str, Role | None, str | None]]:
            asked = MoveInput("assess", story.stage.version(dossier_id))
            weighed = story.house.dossiers.explain(story.actor("cax-1"), dossier_id, asked)
            return [(r.code, r.cleared_by, r.paper) for r in weighed.refusals if r.code.startswith("guard.finding")]

        assert against() == [("guard.finding_open", Role.UNIT, "finding_answer")]
        story.do(story.step("2026-11-12T08:30:00"))
        assert against() == [("guard.finding_answered", Role.COMMUNE_POLICE, "finding_closure")]
        story.do(story.step("2026-11-12T14:00:00"))
        assert against() == []
