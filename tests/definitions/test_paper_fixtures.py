"""Every paper is shown right and wrong; a wrong one is refused for the one rule its file name says."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.support import papers
from workflow.definitions import strict_json
from workflow.definitions.schema_subset import nodes
from workflow.definitions.schemas import PaperInvalid, explain
from workflow.definitions.sources import Sources
from workflow.domain.citations import split_citation
from workflow.wording import Wording

SCHEMAS = papers.shipped()
PAPERS = [name for name in SCHEMAS.ids if name.startswith("hoso:kinds/")]
SUBJECTS = {"khu_dan_cu", "xa", "phuong", "dac_khu", "co_quan", "doanh_nghiep", "co_so_giao_duc"}
CODES = {
    "an_toan_antt": {
        "assessment_sheet", "cancel_decision", "decision", "decision_note", "registration", "request_letter",
        "result_report", "self_score", "unit_minutes",
    },
    "bao_cao": {"movement_report", "report_call"},
    "dien_hinh": {
        "assessment_sheet", "cancel_decision", "decision", "decline_paper", "finding_answer", "finding_closure",
        "head_letter", "hold_paper", "minutes", "opinion", "proposal", "registration", "reopen_paper",
        "result_report", "selection_list", "self_score", "submission_letter", "unit_plan", "visit_note",
        "withdrawal_letter",
    },
    "duy_tri": {"maintenance_report", "minutes", "result_paper"},
    "khen_thuong_ca_nhan": {"achievement_report", "confirmation"},
    "khen_thuong_tap_the": {
        "achievement_report", "appraisal_note", "candidate_list", "confirmation", "decision", "earlier_award",
        "opinion", "submission_letter",
    },
    "phan_loai": {
        "assessment_sheet", "cancel_decision", "class_list", "classification_request", "decision", "decision_note",
        "opinion", "self_score",
    },
}  # fmt: skip


def _of(kind: str) -> set[str]:
    return {name.rsplit("/", 1)[1] for name in PAPERS if name.startswith(f"hoso:kinds/{kind}/v1/")}


@pytest.mark.parametrize("kind", sorted(CODES))
def test_the_papers_of_a_kind_are_these(kind: str) -> None:
    assert _of(kind) == CODES[kind]


@pytest.mark.parametrize("kind", papers.KINDS)
def test_no_schema_stands_beside_a_kind_that_does_not_use_it(kind: str) -> None:
    body = json.loads((papers.SCHEMAS / "kinds" / kind / "v1" / "kind.json").read_bytes())
    own = {code for code, rule in body["attachments"].items() if "schema" not in rule}
    used = {rule["schema"].rsplit("/", 1)[1] for rule in body["attachments"].values() if "schema" in rule}
    assert own <= _of(kind) <= own | used | {"hold_paper"}  # what a hold is set with, of whatever kind


@pytest.mark.parametrize("path", papers.files("valid"), ids=papers.name_of)
def test_a_valid_paper_is_accepted_by_both_validators(path: Path) -> None:
    schema_id, raw = papers.schema_of(path), path.read_bytes()
    document = SCHEMAS.validate(schema_id, raw)
    assert document == json.loads(raw)
    assert SCHEMAS.accepts(schema_id, document)
    assert SCHEMAS.reference_accepts(schema_id, document)
    assert SCHEMAS.validate(schema_id, strict_json.canonical(document)) == document


@pytest.mark.parametrize("path", papers.files("invalid"), ids=papers.name_of)
def test_an_invalid_paper_breaks_exactly_the_rule_in_its_name(path: Path) -> None:
    _paper, rule, place = path.stem.split("__")
    with pytest.raises(PaperInvalid) as refused:
        SCHEMAS.validate(papers.schema_of(path), path.read_bytes())
    (fault,) = refused.value.errors
    assert fault.document == papers.schema_of(path)
    if rule == "json":
        assert (fault.rule, fault.message_code, fault.path) == ("json", f"json.{place}", "")
    else:
        assert (fault.rule, fault.path) == (rule, "/" + place.replace(".", "/"))


@pytest.mark.parametrize("path", papers.files("invalid"), ids=papers.name_of)
def test_the_fault_of_an_invalid_paper_has_a_sentence(path: Path) -> None:
    with pytest.raises(PaperInvalid) as refused:
        SCHEMAS.validate(papers.schema_of(path), path.read_bytes())
    code, fields = explain(refused.value.errors[0], SCHEMAS)
    sentence = Wording().say(code, **fields)
    assert sentence.endswith((".", ")"))
    assert "{" not in sentence
    assert "  " not in sentence.replace("\u00a0", "")


@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_has_one_valid_and_two_invalid_documents(name: str) -> None:
    def shown(verdict: str) -> int:
        return sum(papers.schema_of(path) == name for path in papers.files(verdict))

    assert shown("valid") >= 1
    assert shown("invalid") >= 2


def test_every_kind_of_subject_registers() -> None:
    registrations = [path for path in papers.files("valid") if path.stem.split("--")[0] == "registration"]
    assert {json.loads(path.read_bytes())["subject_kind"] for path in registrations} == SUBJECTS


def test_invented_units_say_so() -> None:
    real = {"Trường THPT Vĩnh Thuận", "Mặt trận Tổ quốc Việt Nam xã Vĩnh Phong", "Trạm Y tế xã Vĩnh Phong"}
    for path in papers.files("valid"):
        name = json.loads(path.read_bytes()).get("subject_name", "")
        assert name in real or not name or name.endswith("(giả định)"), path


def test_fixtures_and_schemas_are_written_in_nfc() -> None:
    texts = [*papers.files("valid"), *papers.files("invalid"), *papers.SCHEMAS.rglob("*.schema.json")]
    assert [path for path in texts if not unicodedata.is_normalized("NFC", path.read_text(encoding="utf-8"))] == []


# --- what every schema tells people --------------------------------------------------------------


def fields_of(name: str) -> list[tuple[str, Any]]:
    return [(path, node) for path, node in nodes(SCHEMAS.plain(name)) if path]


@pytest.mark.parametrize("name", PAPERS)
def test_every_field_of_a_paper_can_be_drawn(name: str) -> None:
    for path, node in fields_of(name):
        top_level = path.count("/") == 2
        hint = node.get("x-ui", {})
        assert hint.get("group") or not top_level, path
        assert isinstance(hint.get("order"), int) or path.split("/")[-2] != "properties", path
        drawn_by_its_fields = node["type"] == "object" or path.endswith("/items")
        assert hint.get("widget") or drawn_by_its_fields, path


def test_every_group_has_a_heading() -> None:
    words = Wording()
    groups = {node.get("x-ui", {}).get("group") for name in PAPERS for _, node in fields_of(name)} - {None}
    assert [group for group in sorted(groups) if f"paper.group.{group}" not in words] == []


def test_every_citation_names_a_known_source() -> None:
    sources = {source.id for source in Sources.load(papers.SCHEMAS / "sources.json")}
    cited = set()
    for name in SCHEMAS.ids:
        for _, node in nodes(SCHEMAS.plain(name)):
            source = node.get("x-source", [])
            cited.update([source] if isinstance(source, str) else source)
    assert {citation for citation in cited if split_citation(citation)[0] not in sources} == set()
    assert cited


def test_a_form_that_no_source_prints_is_marked_unverified() -> None:
    for name in PAPERS:
        assert SCHEMAS.plain(name)["x-verified"] is False, name
