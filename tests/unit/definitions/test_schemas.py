"""The schemas of papers at work: what passes, what is blamed and in which order, and how it is said."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.support import papers
from workflow.definitions.schemas import (
    META_ID,
    PaperFault,
    PaperInvalid,
    definition_faults,
    explain,
    paper_schema_id,
)
from workflow.domain.errors import DefinitionInvalid, InvalidDocument, NotFound
from workflow.wording import Wording

SCHEMAS = papers.shipped()
REGISTRATION = paper_schema_id("dien_hinh", 1, "registration")
SELF_SCORE = paper_schema_id("dien_hinh", 1, "self_score")
MINUTES = paper_schema_id("dien_hinh", 1, "minutes")
SUBMISSION = paper_schema_id("dien_hinh", 1, "submission_letter")


def faults(schema_id: str, document: object) -> tuple[PaperFault, ...]:
    with pytest.raises(PaperInvalid) as refused:
        SCHEMAS.validate_document(schema_id, document)
    return refused.value.errors


def say(fault: PaperFault) -> str:
    code, fields = explain(fault, SCHEMAS)
    return Wording().say(code, **fields)


def registration() -> dict[str, Any]:
    return papers.valid("dien_hinh", "registration")


# --- the door ------------------------------------------------------------------------------------


def test_an_unknown_schema_is_not_found() -> None:
    for act in (lambda: SCHEMAS.validate("hoso:kinds/x/v1/attachments/y", b"{}"), lambda: SCHEMAS.plain("file:///x")):
        with pytest.raises(NotFound, match=r"schema\.unknown"):
            act()
    assert REGISTRATION in SCHEMAS
    assert "hoso:kinds/x/v1/attachments/y" not in SCHEMAS


def test_validate_gives_the_normalised_document() -> None:
    name = "Tru\u031bo\u031b\u0300ng THPT Vi\u0303nh Thua\u0323\u0302n"
    document = registration() | {"subject_name": name, "cycle": 2026.0}
    raw = json.dumps(document).encode()
    for found in (SCHEMAS.validate(REGISTRATION, raw), SCHEMAS.validate_document(REGISTRATION, document)):
        assert found["subject_name"] == "Trường THPT Vĩnh Thuận"
        assert (found["cycle"], type(found["cycle"])) == (2026, int)


def test_validate_document_leaves_the_given_document_alone() -> None:
    given = registration() | {"commitments": "a\r\nb"}
    found = SCHEMAS.validate_document(REGISTRATION, given)
    assert found is not given
    assert (given["commitments"], found["commitments"]) == ("a\r\nb", "a\nb")


@pytest.mark.parametrize("raw", [b"[]", b"null", b"1", b'"x"', b"true"])
def test_a_paper_is_an_object(raw: bytes) -> None:
    with pytest.raises(PaperInvalid) as refused:
        SCHEMAS.validate(REGISTRATION, raw)
    (fault,) = refused.value.errors
    assert (fault.path, fault.rule) == ("", "type")


def test_an_unreadable_text_is_one_fault_of_the_paper() -> None:
    with pytest.raises(PaperInvalid) as refused:
        SCHEMAS.validate(REGISTRATION, b'{"cycle": 1, "cycle": 2}')
    (fault,) = refused.value.errors
    assert fault == PaperFault(REGISTRATION, "", "json", "json.duplicate_key", {"key": "cycle"})
    assert say(fault) == "Ô “cycle” có hai lần trong cùng một chỗ. Giữ lại một."


def test_paper_invalid_is_an_invalid_document_with_its_faults() -> None:
    with pytest.raises(InvalidDocument) as refused:
        SCHEMAS.validate(REGISTRATION, b"{}")
    assert refused.value.code == "invalid_document"
    assert len(refused.value.faults) == 7
    assert refused.value.facts == {"document": REGISTRATION, "count": 7}


# --- faults --------------------------------------------------------------------------------------


def test_faults_come_in_the_order_of_the_form_whatever_the_document_s() -> None:
    document = registration() | {"head_office": "", "cycle": 1900, "zzz": 1, "subject_name": " "}
    del document["commune"], document["submitted_by_office"]
    expected = ["/subject_name", "/commune", "/cycle", "/head_office", "/submitted_by_office", "/zzz"]
    assert [fault.path for fault in faults(REGISTRATION, document)] == expected
    turned = dict(reversed(list(document.items())))
    assert [fault.path for fault in faults(REGISTRATION, turned)] == expected


def test_rows_are_ordered_by_number_not_by_letters() -> None:
    rows = [{"criterion": f"{place}", "points": -1} for place in range(1, 13)]
    sheet = papers.valid("dien_hinh", "self_score") | {"rows": rows}
    assert [fault.path for fault in faults(SELF_SCORE, sheet)] == [f"/rows/{place}/points" for place in range(12)]


def test_a_field_of_another_type_is_blamed_once() -> None:
    (fault,) = faults(REGISTRATION, registration() | {"subject_kind": 7} | {"school_level": "thpt"})
    assert (fault.path, fault.rule, fault.message_code) == ("/subject_kind", "type", "paper.type.string")


def test_nothing_and_blank_and_missing_read_the_same() -> None:
    for value in (None, "", "   ", "\n"):
        (fault,) = faults(REGISTRATION, registration() | {"head_office": value})
        assert (fault.path, fault.message_code) == ("/head_office", "paper.required")


def test_at_most_a_hundred_faults_are_told() -> None:
    rows = [{"dossier": f"2026-DH-{place:04}"} for place in range(400)]
    minutes = papers.valid("dien_hinh", "minutes") | {"items": rows}
    found = faults(MINUTES, minutes)
    assert len(found) == 100
    assert found[0].path == "/items/0/votes_for"


def test_names_with_slashes_are_escaped_in_the_path() -> None:
    (fault,) = faults(REGISTRATION, registration() | {"a/b~c": 1})
    assert fault.path == "/a~1b~0c"
    assert say(fault) == "Văn bản này không có ô “a/b~c”. Bỏ ô đó đi."


def test_a_long_wrong_value_is_shortened() -> None:
    (fault,) = faults(SELF_SCORE, papers.valid("dien_hinh", "self_score") | {"criteria_set": "X" * 80})
    assert fault.facts["value"] == "X" * 80
    (fault,) = faults(REGISTRATION, registration() | {"school_level": "y" * 5000})
    assert fault.facts["value"] == "y" * 80 + "…"


def test_doubled_rows_are_told_with_the_first() -> None:
    letter = papers.valid("dien_hinh", "submission_letter")
    letter["dossiers"] = ["2026-DH-0002", "2026-DH-0001", "2026-DH-0002"]
    (fault,) = faults(SUBMISSION, letter)
    assert (fault.path, fault.rule) == ("/dossiers/2", "x-unique")
    assert say(fault) == "Bảng “Hồ sơ trình”, dòng 3: ô “Số hồ sơ” ghi “2026-DH-0002” hai lần. Lần đầu ở dòng 1."


def test_the_condition_of_a_subject_asks_and_forbids() -> None:
    document = registration() | {"subject_kind": "doanh_nghiep", "enterprise_size": "nho"}
    (fault,) = faults(REGISTRATION, document)
    assert (fault.path, fault.rule) == ("/school_level", "false")
    assert say(fault) == "Ô “Cấp học” không dùng cho trường hợp này. Bỏ nội dung đã ghi."


# --- sentences -----------------------------------------------------------------------------------

SCHOOLS = ("“Trung học cơ sở”", "“Trung học phổ thông”", "“Giáo dục nghề nghiệp”", "“Đại học, cao đẳng”")
SENTENCES: list[tuple[dict[str, Any], str]] = [
    ({"head_office": ...}, "Ô “Thủ trưởng đơn vị” còn trống."),
    ({"cycle": 2019}, "“Năm đăng ký” thấp nhất là 2020. Ô này đang ghi 2019."),
    ({"cycle": "2026"}, "Ô “Năm đăng ký” phải là số nguyên."),
    ({"cycle": 2026.5}, "Ô “Năm đăng ký” phải là số nguyên."),
    ({"commitments": "x" * 20_001}, "Ô “Nội dung đăng ký” dài nhất 20.000 ký tự. Đang có 20.001 ký tự."),
    ({"head_office": "Hiệu trưởng\nTrường"}, "Ô “Thủ trưởng đơn vị” chỉ ghi trên một dòng."),
    (
        {"school_level": "mam_non"},
        "Chọn một mục cho ô “Cấp học”: " + ", ".join(SCHOOLS) + ".",
    ),
    ({"entered_for_unit": "có"}, "Ô “Nhập hộ từ văn bản đã ký” phải chọn có hoặc không."),
    ({"note": "x"}, "Văn bản này không có ô “note”. Bỏ ô đó đi."),
]


@pytest.mark.parametrize(("change", "sentence"), SENTENCES, ids=range(len(SENTENCES)))
def test_explain_says_it_in_vietnamese(change: dict[str, Any], sentence: str) -> None:
    document = {key: value for key, value in (registration() | change).items() if value is not ...}
    (fault,) = faults(REGISTRATION, document)
    assert say(fault) == sentence


def test_explain_says_the_row() -> None:
    sheet = papers.valid("dien_hinh", "self_score")
    sheet["rows"][1]["points"] = -0.5
    sheet["rows"][1]["evidence"][1]["date"] = "20/05/2026"
    above, dated = faults(SELF_SCORE, sheet)
    assert say(above) == "Bảng “Điểm từng tiêu chí”, dòng 2: “Điểm” thấp nhất là 0. Ô này đang ghi -0,5."
    start = "Bảng “Minh chứng”, dòng 2.2: ngày ở ô “Ngày của tài liệu” không đúng."
    assert say(dated).startswith(start)


def test_explain_names_the_fields_of_a_choice_between_two() -> None:
    sheet = papers.valid("dien_hinh", "self_score")
    del sheet["rows"][2]["points"]
    (fault,) = faults(SELF_SCORE, sheet)
    assert say(fault) == "Bảng “Điểm từng tiêu chí”, dòng 3: ghi một trong các ô “Điểm”, “Đạt tiêu chí”."
    sheet["rows"][2] |= {"points": 1, "met": True}
    (fault,) = faults(SELF_SCORE, sheet)
    assert say(fault) == "Bảng “Điểm từng tiêu chí”, dòng 3: chỉ ghi một trong các ô “Điểm”, “Đạt tiêu chí”."


def test_every_sentence_of_a_paper_exists_in_and_outside_rows() -> None:
    codes = {code for code in Wording().codes() if code.startswith("paper.") and not code.startswith("paper.group.")}
    plain = {code for code in codes if not code.endswith(".row")} - {"paper.summary", "paper.undecided"}
    assert {f"{code}.row" for code in plain} == codes - plain - {"paper.summary", "paper.undecided"}


# --- sets of schemas -----------------------------------------------------------------------------


def test_with_more_adds_what_was_published() -> None:
    published = copy.deepcopy(SCHEMAS.document(REGISTRATION)) | {"$id": paper_schema_id("dien_hinh", 2, "registration")}
    published["properties"]["motto"] = {"title": "Khẩu hiệu", "$ref": "hoso:common/text"}
    larger = SCHEMAS.with_more({published["$id"]: published})
    document = registration() | {"motto": "Toàn dân bảo vệ an ninh Tổ quốc"}
    assert larger.validate_document(published["$id"], document)["motto"]
    assert published["$id"] not in SCHEMAS
    with pytest.raises(PaperInvalid):
        larger.validate_document(REGISTRATION, document)


def test_a_published_schema_never_changes() -> None:
    changed = copy.deepcopy(SCHEMAS.document(REGISTRATION)) | {"title": "Khác"}
    with pytest.raises(DefinitionInvalid) as refused:
        SCHEMAS.with_more({REGISTRATION: changed})
    assert [fault.code for fault in refused.value.faults] == ["schema.taken"]
    assert SCHEMAS.with_more({REGISTRATION: SCHEMAS.document(REGISTRATION)}).ids == SCHEMAS.ids


def test_definition_faults_tell_place_and_rule() -> None:
    meta = papers.documents()[META_ID]
    assert definition_faults(meta, SCHEMAS.document(REGISTRATION), "x") == ()
    (fault,) = definition_faults({"type": "object", "required": ["code"]}, {}, "kind.json")
    assert (fault.file, fault.path, fault.code) == ("kind.json", "", "schema.shape")
