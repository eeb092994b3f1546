"""Criteria sets: the shipped samples, bodies that hold, and every fault of those that do not."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.tree import ROOT
from workflow.definitions import strict_json
from workflow.definitions.body import Fault
from workflow.definitions.criteria import CriteriaInvalid, criteria_from_body, load_criteria
from workflow.definitions.sources import Sources
from workflow.domain.citations import Confidence
from workflow.domain.errors import DefinitionInvalid
from workflow.domain.scoring import CriteriaSet, PassMark, ScoreRow, ScoreSheet, class_earned, faults, meets, total
from workflow.wording import Wording

DEFINITIONS = ROOT / "dossier_schemas"
FIXTURES = ROOT / "fixtures" / "criteria"
SHIPPED = {
    "an_toan_co_quan@1": ("co_quan", "doanh_nghiep"),
    "an_toan_co_so_giao_duc@1": ("co_so_giao_duc",),
    "an_toan_khu_dan_cu@1": ("khu_dan_cu",),
    "an_toan_xa@1": ("xa", "phuong", "dac_khu"),
    "cong_an_phuong_kieu_mau@1": ("phuong",),
    "dien_hinh_co_quan@1": ("co_quan",),
    "dien_hinh_co_so_giao_duc@1": ("co_so_giao_duc",),
    "dien_hinh_doanh_nghiep@1": ("doanh_nghiep",),
    "dien_hinh_xa@1": ("xa", "phuong", "dac_khu"),
    "phan_loai_co_quan@1": ("co_quan", "doanh_nghiep", "co_so_giao_duc"),
    "phan_loai_khu_dan_cu@1": ("khu_dan_cu",),
    "phan_loai_xa@1": ("xa", "phuong", "dac_khu"),
}
META = json.loads((DEFINITIONS / "meta" / "criteria.schema.json").read_text(encoding="utf-8"))
VALID = sorted((FIXTURES / "valid").glob("*.json"))
INVALID = sorted((FIXTURES / "invalid").glob("*.json"))


def body(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def base() -> dict[str, Any]:
    made: dict[str, Any] = body(FIXTURES / "valid" / "points_and_met.json")
    return made


def faults_of(document: object) -> tuple[Fault, ...]:
    with pytest.raises(CriteriaInvalid) as refused:
        criteria_from_body(document)
    assert refused.value.faults == refused.value.errors
    return refused.value.errors


@pytest.fixture(scope="module")
def shipped() -> dict[str, CriteriaSet]:
    return load_criteria(DEFINITIONS)


# --- the shipped samples -------------------------------------------------------------------------


def test_these_sets_are_shipped_for_their_subjects(shipped: dict[str, CriteriaSet]) -> None:
    assert {key: criteria.subject_kinds for key, criteria in shipped.items()} == SHIPPED


def test_every_sample_says_that_it_is_one(shipped: dict[str, CriteriaSet]) -> None:
    samples = [criteria for criteria in shipped.values() if not criteria.code.startswith("an_toan")]
    for criteria in samples:
        assert (criteria.sample, criteria.verified, criteria.needs_confirmation) == (True, False, True)
        assert "(giả định)" in criteria.label
        assert "hoso#sample-criteria" in criteria.sources
    of_plan = [criteria for criteria in samples if criteria.code.startswith("dien_hinh")]
    assert all("3554" in criteria.note for criteria in of_plan)
    assert not any(criterion.verified for criteria in of_plan for criterion in criteria.criteria)


def test_what_was_read_of_the_circular_is_told_from_what_was_not(shipped: dict[str, CriteriaSet]) -> None:
    """TT 124/2021: all criteria together; rows nobody could read stay unverified, and the set with them."""
    for criteria in (one for one in shipped.values() if one.code.startswith("an_toan")):
        assert (criteria.sample, criteria.verified) == (False, False)
        assert all(row.required and row.counts_met for row in criteria.criteria)
        mark = criteria.thresholds.pass_mark
        assert mark is not None
        assert mark.met == len(criteria.criteria)
        for row in criteria.criteria:
            assert row.verified is False or row.confidence is Confidence.READ


def test_barred_incidents_are_rows_with_a_source_each(shipped: dict[str, CriteriaSet]) -> None:
    """TT 124/2021, art. 4.3: the list was cut where it could be read; a new version of the set makes it longer."""
    for key in ("an_toan_khu_dan_cu@1", "an_toan_xa@1"):
        rows = [row for row in shipped[key].criteria if row.source.startswith("tt-124-2021#4.3")]
        assert len(rows) == 7
        assert not any(row.verified for row in rows)


def test_a_sample_is_worth_a_hundred_points_in_five_groups(shipped: dict[str, CriteriaSet]) -> None:
    for criteria in (one for one in shipped.values() if one.code.startswith("dien_hinh")):
        worth = [sum(c.maximum or 0 for c in criteria.in_group(g.code)) for g in criteria.groups]
        assert (criteria.scale, worth) == (Decimal(100), [20] * 5)
        assert criteria.thresholds.pass_mark == PassMark(total=Decimal(80))


def test_every_row_of_a_sample_names_a_known_source(shipped: dict[str, CriteriaSet]) -> None:
    sources = Sources.load(DEFINITIONS / "sources.json")
    for criteria in shipped.values():
        assert all(criterion.source and criterion.confidence for criterion in criteria.criteria)
        assert sources.unknown(criteria.citations()) == ()


def test_a_sample_can_be_passed_and_failed(shipped: dict[str, CriteriaSet]) -> None:
    for criteria in shipped.values():
        rows = [
            ScoreRow(c.code, met=True, evidence_count=1) if c.counts_met else ScoreRow(c.code, c.maximum, None, 1)
            for c in criteria.criteria
        ]
        full, empty = ScoreSheet(criteria.key, tuple(rows)), ScoreSheet(criteria.key, ())
        assert faults(full, criteria) == ()
        assert total(full, criteria).total == (criteria.scale or 0)
        assert meets(total(full, criteria), criteria)
        assert meets(total(empty, criteria), criteria) == (criteria.thresholds.pass_mark is None)


def test_a_sheet_of_classes_earns_the_highest_and_the_lowest(shipped: dict[str, CriteriaSet]) -> None:
    for criteria in (one for one in shipped.values() if one.thresholds.classes):
        full = ScoreSheet(criteria.key, tuple(ScoreRow(c.code, c.maximum, None, 1) for c in criteria.criteria))
        empty = ScoreSheet(criteria.key, ())
        ends = [class_earned(total(sheet, criteria), criteria) for sheet in (full, empty)]
        assert ends == [criteria.thresholds.classes[0].code, criteria.thresholds.classes[-1].code]


def test_the_kinds_name_only_sets_that_are_shipped(shipped: dict[str, CriteriaSet]) -> None:
    codes = {criteria.code: criteria for criteria in shipped.values()}
    named = [
        (subject, code)
        for path in sorted(DEFINITIONS.glob("kinds/*/v*/kind.json"))
        for subject, code in body(path).get("criteria", {}).items()
    ]
    assert named
    assert all(subject in codes[code].subject_kinds for subject, code in named if code in codes)
    assert {code for _, code in named if code.startswith("dien_hinh_")} <= set(codes)


# --- bodies that hold ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_body_becomes_a_set_with_its_digest(path: Path) -> None:
    criteria = criteria_from_body(body(path))
    assert criteria.digest == strict_json.digest(body(path))
    assert list(jsonschema.Draft202012Validator(META).iter_errors(body(path))) == []


def test_points_are_exact_and_optional_members_take_their_defaults() -> None:
    criteria = criteria_from_body(base())
    first, second, *_, last = criteria.criteria
    assert (first.maximum, first.minimum, first.required, first.evidence_required) == (
        Decimal("7.5"),
        Decimal(2),
        True,
        True,
    )
    assert (second.minimum, second.required, second.applies_to) == (None, False, ())
    assert (last.code, last.maximum, last.counts_met) == ("2.10", None, True)
    assert [c.at_least for c in criteria.thresholds.classes] == [Decimal(18), Decimal("12.5")]


def test_the_digest_hangs_on_content_and_not_on_the_order_of_members() -> None:
    turned = dict(reversed(base().items()))
    assert criteria_from_body(turned).digest == criteria_from_body(base()).digest
    changed = base()
    changed["label"] += "."
    assert criteria_from_body(changed).digest != criteria_from_body(base()).digest


# --- bodies that do not --------------------------------------------------------------------------


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_broken_body_is_refused_for_the_rule_in_its_name_alone(path: Path) -> None:
    assert {fault.code for fault in faults_of(body(path))} == {path.stem}


SAID_ELSEWHERE = {"body.malformed_date", "criteria.file_name", "criteria.version_taken"}
"""Words that are not about a single body: of a date in another definition, of a file, of what is published already."""


def test_there_is_a_broken_body_for_every_rule() -> None:
    rules = {
        code for code in Wording().codes() if code.startswith(("criteria.", "body.")) and code not in SAID_ELSEWHERE
    }
    assert {path.stem for path in INVALID} == rules


def test_every_fault_has_its_sentence() -> None:
    wording = Wording()
    for path in INVALID:
        for fault in faults_of(body(path)):
            assert wording.say(fault.code, **fault.facts)


def test_all_faults_of_a_body_are_reported_at_once_at_their_places() -> None:
    document = base()
    document["extra"] = 1
    document["version"] = "1"
    del document["label"]
    document["groups"][1]["code"] = "1"
    document["criteria"][0]["maximum"] = 7.5
    document["criteria"][1]["source"] = "?"
    document["criteria"][4]["group"] = "9"
    document["thresholds"]["classes"][1]["at_least"] = 19
    document["thresholds"]["pass_mark"]["met"] = -1
    assert sorted((fault.path, fault.code) for fault in faults_of(document)) == [
        ("/criteria/0/maximum", "body.wrong_type"),
        ("/criteria/1/source", "body.malformed_citation"),
        ("/criteria/2/group", "criteria.unknown_group"),
        ("/criteria/3/group", "criteria.unknown_group"),
        ("/criteria/4/group", "criteria.unknown_group"),
        ("/extra", "body.unknown_field"),
        ("/groups/0/code", "criteria.repeated_code"),
        ("/groups/1/code", "criteria.repeated_code"),
        ("/label", "body.missing_field"),
        ("/thresholds/classes/1/at_least", "criteria.classes_not_descending"),
        ("/thresholds/pass_mark/met", "body.too_small"),
        ("/version", "body.wrong_type"),
    ]


@pytest.mark.parametrize(
    ("mark", "reachable"),
    [({"met": 1}, True), ({"met": 2}, False), ({"total": 20}, True), ({"total": "20.01"}, False)],
)
def test_a_pass_mark_lies_within_reach(mark: dict[str, Any], reachable: bool) -> None:
    document = base()
    document["thresholds"]["pass_mark"] = mark
    if reachable:
        assert criteria_from_body(document).thresholds.pass_mark is not None
    else:
        (fault,) = faults_of(document)
        assert (fault.code, fault.path) == (
            "criteria.threshold_out_of_reach",
            f"/thresholds/pass_mark/{next(iter(mark))}",
        )


def test_two_classes_at_one_threshold_are_refused() -> None:
    document = base()
    document["thresholds"]["classes"][1]["at_least"] = 18
    assert [fault.code for fault in faults_of(document)] == ["criteria.classes_not_descending"]


@pytest.mark.parametrize("document", [None, [], 7, "x", True])
def test_what_is_no_object_is_refused_once(document: object) -> None:
    assert [(fault.code, fault.path) for fault in faults_of(document)] == [("body.wrong_type", "")]


def test_an_empty_object_lacks_every_member() -> None:
    assert {fault.code for fault in faults_of({"code": "x"})} == {"body.missing_field"}


@pytest.mark.parametrize(
    "number", [7.5, 1e400, float("nan"), "NaN", "7,5", "1_0", -1, "-1", "٣", True, None, [], 10**9]
)
def test_points_of_a_body_are_whole_or_decimal_text(number: object) -> None:
    document = base()
    document["criteria"][1]["maximum"] = number
    assert [fault.path for fault in faults_of(document)] == ["/criteria/1/maximum"]


# --- the schema and the walk agree ---------------------------------------------------------------


def members(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from members(value, (*path, key))


PLACES = list(members(base()))
JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    7.25,
    10**7,
    "",
    " ",
    "x",
    "X y",
    "a#b#c",
    "0.555",
    [],
    {},
    [1],
    {"a": 1},
    ["co_quan"],
]


@given(st.sampled_from(PLACES), st.sampled_from(["replace", "remove", "add"]), st.sampled_from(JUNK))
def test_what_the_schema_refuses_the_walk_refuses(place: tuple[Any, ...], how: str, junk: Any) -> None:
    document = copy.deepcopy(base())
    parent = document
    for key in place[:-1]:
        parent = parent[key]
    if how == "remove":
        del parent[place[-1]]
    elif how == "add" and isinstance(parent, dict):
        parent["unasked"] = junk
    else:
        parent[place[-1]] = junk
    if jsonschema.Draft202012Validator(META).is_valid(document):
        return
    assert faults_of(document)


# --- files ---------------------------------------------------------------------------------------


def test_faults_of_all_files_are_reported_together(tmp_path: Path) -> None:
    folder = tmp_path / "criteria"
    for name, text in {
        "mot/v1.json": (FIXTURES / "invalid" / "criteria.scale_differs.json").read_text(encoding="utf-8"),
        "hai/v1.json": '{"code": "hai", "code": "ba"}',
        "thi_du/v2.json": (FIXTURES / "valid" / "points_and_met.json").read_text(encoding="utf-8"),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionInvalid) as refused:
        load_criteria(tmp_path)
    assert refused.value.code == "criteria_invalid"
    assert [(f.file, f.code) for f in refused.value.faults if isinstance(f, Fault)] == [
        ("hai/v1.json", "json.duplicate_key"),
        ("mot/v1.json", "criteria.scale_differs"),
        ("thi_du/v2.json", "criteria.file_name"),
    ]


def test_a_further_version_is_read_beside_the_first(tmp_path: Path) -> None:
    shutil.copytree(DEFINITIONS / "criteria" / "dien_hinh_xa", tmp_path / "criteria" / "dien_hinh_xa")
    second = body(DEFINITIONS / "criteria" / "dien_hinh_xa" / "v1.json") | {"version": 2}
    (tmp_path / "criteria" / "dien_hinh_xa" / "v2.json").write_text(json.dumps(second), encoding="utf-8")
    assert list(load_criteria(tmp_path)) == ["dien_hinh_xa@1", "dien_hinh_xa@2"]
