"""Rebinding open dossiers to a newer version of the rules or of their criteria set (law.md, Versions)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import tree
from tests.support.played import Played, played
from workflow.domain.errors import Conflict, NotAllowed, NotFound, TransitionRefused
from workflow.services.inputs import MoveInput

KINDS = tree.ROOT / "dossier_schemas" / "kinds"
CRITERIA = tree.ROOT / "dossier_schemas" / "criteria"


@pytest.fixture
def november(storage_url: str) -> Iterator[Played]:
    """13/11/2026, 12:00: some units are assessed, the union of farmers is not yet."""
    with played(storage_url, "2026-11-13T12:00:00") as story:
        story.at("2026-11-13T12:00:00")
        yield story


def second_version() -> dict[str, Any]:
    """The kind as the province might publish it anew: other words, the same papers."""
    body: dict[str, Any] = json.loads((KINDS / "dien_hinh" / "v1" / "kind.json").read_text(encoding="utf-8"))
    body["version"] = 2
    body["short_label"] = "Điển hình (bản 2)"
    for code, paper in body["attachments"].items():
        paper.setdefault("schema", f"hoso:kinds/dien_hinh/v1/attachments/{code}")
    return body


def second_sheet() -> dict[str, Any]:
    """The criteria set of offices and organisations with a criterion worth less."""
    body: dict[str, Any] = json.loads((CRITERIA / "dien_hinh_co_quan" / "v1.json").read_text(encoding="utf-8"))
    body.pop("$schema")
    body["version"] = 2
    return body


def codes(refused: pytest.ExceptionInfo[TransitionRefused]) -> list[str]:
    """Codes of the reasons."""
    return [refusal.code for refusal in refused.value.refusals]


def test_a_published_version_is_for_drafts_and_new_dossiers_until_pv01_rebinds(november: Played) -> None:
    pv01, farmers = november.actor("pv01-1"), november.stage.id_of("nong-dan")
    november.house.definitions.publish(pv01, "kind", second_version(), reason="Đổi cách gọi.")
    assert november.dossier("nong-dan").kind_version == 1
    draft = november.dossier("luong-thuc")
    assert november.house.engine.kind_of(draft, november.house.clock.now()).version == 2

    preview = november.house.desk.rebind_preview(pv01, [farmers], version=2)
    assert [(line.number, line.stale, line.refusals) for line in preview] == [
        (november.stage.number_of("nong-dan"), (), ())
    ]
    assert november.dossier("nong-dan").kind_version == 1
    receipts = november.house.desk.rebind(pv01, [farmers], version=2, reason="Áp dụng bản 2.")
    assert [receipt.state for receipt in receipts] == ["selected"]
    assert november.dossier("nong-dan").kind_version == 2
    november.do(november.step("2026-11-13T14:00:00"))
    assert (
        november.house.dossiers.perform(
            november.actor("cax-3"), farmers, MoveInput("assess", november.stage.version(farmers))
        ).state
        == "assessed"
    )


def test_a_published_version_never_changes(november: Played) -> None:
    pv01 = november.actor("pv01-1")
    november.house.definitions.publish(pv01, "kind", second_version(), reason="Đổi cách gọi.")
    before = november.rows()
    with pytest.raises(Conflict, match="published_differs"):
        november.house.definitions.publish(pv01, "kind", second_version() | {"label": "Khác"}, reason="Sửa.")
    assert november.rows() == before
    with pytest.raises(NotAllowed, match="publish_role"):
        november.house.definitions.publish(november.actor("cax-1"), "kind", second_version(), reason="Sửa.")


def test_rebinding_is_pv01s_with_a_reason_on_open_dossiers_and_all_or_none(november: Played) -> None:
    pv01 = november.actor("pv01-1")
    november.house.definitions.publish(pv01, "kind", second_version(), reason="Đổi cách gọi.")
    open_one, ended = november.stage.id_of("nong-dan"), november.stage.id_of("thuy-san")
    before = november.rows()
    with pytest.raises(TransitionRefused) as refused:
        november.house.desk.rebind(november.actor("cax-1"), [open_one], version=2, reason="Đổi.")
    assert codes(refused) == ["rebind.role"]
    with pytest.raises(TransitionRefused) as refused:
        november.house.desk.rebind(pv01, [open_one], version=2, reason=" ")
    assert codes(refused) == ["rebind.reason"]
    with pytest.raises(TransitionRefused) as refused:
        november.house.desk.rebind(pv01, [open_one, ended], version=2, reason="Đổi.")
    assert codes(refused) == ["rebind.ended"]
    with pytest.raises(NotFound, match="kind_not_found"):
        november.house.desk.rebind(pv01, [open_one], version=9, reason="Đổi.")
    assert november.rows() == before


def test_a_new_sheet_makes_scores_stale_where_they_can_still_be_filed(november: Played) -> None:
    pv01, farmers = november.actor("pv01-1"), november.stage.id_of("nong-dan")
    november.house.definitions.publish(pv01, "criteria", second_sheet(), reason="Bộ tiêu chí mới.")
    assert november.dossier("nong-dan").criteria == "dien_hinh_co_quan@1"
    preview = november.house.desk.rebind_preview(pv01, [farmers], version=1)
    assert [len(line.stale) for line in preview] == [1]
    november.house.desk.rebind(pv01, [farmers], version=1, reason="Chấm theo bộ mới.")
    dossier = november.dossier("nong-dan")
    assert (dossier.criteria, dossier.newest("self_score")) == ("dien_hinh_co_quan@2", None)
    with pytest.raises(TransitionRefused) as refused:
        november.house.dossiers.perform(november.actor("cax-3"), farmers, MoveInput("assess", dossier.version))
    assert codes(refused) == ["guard.paper_missing", "guard.paper_missing"]


def test_after_the_assessment_a_new_sheet_is_a_redo_from_the_selection(november: Played) -> None:
    pv01, front = november.actor("pv01-1"), november.stage.id_of("mttq")
    assert november.dossier("mttq").state == "assessed"
    november.house.definitions.publish(pv01, "criteria", second_sheet(), reason="Bộ tiêu chí mới.")
    with pytest.raises(TransitionRefused) as refused:
        november.house.desk.rebind(pv01, [front], version=1, reason="Chấm theo bộ mới.")
    assert codes(refused) == ["rebind.needs_redo"]
    (receipt,) = november.house.desk.rebind(pv01, [front], version=1, reason="Chấm theo bộ mới.", redo_to="selected")
    assert receipt.state == "selected"
    dossier = november.dossier("mttq")
    assert dossier.holder is not None
    assert dossier.holder.value == "unit"
    assert [len(dossier.versions(code)) for code in ("self_score", "assessment_sheet")] == [1, 1]
