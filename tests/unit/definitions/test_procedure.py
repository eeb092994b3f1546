"""The procedure told from a definition: every step, paper, date and separation, in plain Vietnamese."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from dataclasses import replace

import pytest

from tests.definitions import shipped
from tests.support import tree
from workflow.definitions.loader import load_kind
from workflow.definitions.procedure import procedure
from workflow.domain.guards import NAMED_GUARDS
from workflow.domain.kinds import DossierKind
from workflow.wording import Wording

SOURCES = shipped.grounds().sources


def told(kind: DossierKind) -> str:
    return procedure(kind, Wording(), lambda citation: SOURCES.cite(citation).label)


@pytest.mark.parametrize("code", shipped.KINDS)
def test_every_step_paper_date_and_separation_is_told(code: str) -> None:
    kind, text = shipped.kind(code), told(shipped.kind(code))
    for label in (
        *(move.label for move in kind.transitions),
        *(rule.label for rule in kind.attachments.values()),
        *(rule.label for rule in kind.deadlines.values()),
        *(state.label for state in kind.states.values()),
    ):
        assert label in text


@pytest.mark.parametrize("code", shipped.KINDS)
def test_the_text_is_vietnamese_and_shows_no_codes(code: str) -> None:
    kind, text = shipped.kind(code), told(shipped.kind(code))
    assert unicodedata.is_normalized("NFC", text)
    assert re.findall(r"[a-z]+_[a-z]+|[{}]", text) == []
    triggers = {move.trigger for move in kind.transitions}
    assert not triggers & set(re.findall(r"[a-z]+", text))


def test_the_steps_are_told_in_the_order_of_the_path() -> None:
    headings = re.findall(r"### \d+\. ([^(]+) \(", told(shipped.kind("dien_hinh")))
    assert headings == [
        "Đăng ký",
        "Đăng ký, với hồ sơ của chính xã",
        "Lựa chọn đơn vị",
        "Xác nhận đánh giá",
        "Ghi kết quả họp xét",
        "Trình tỉnh",
        "Đề xuất công nhận",
        "Ghi quyết định công nhận",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "- Thời hạn: hạn trước ngày 18/01; đóng hết ngày 18/01.",
        "- Thời hạn: mở khi “Đăng ký xây dựng điển hình” đã đóng; hạn hết ngày 20/01.",
        "- Điều kiện: trong sổ có kết quả phân loại phong trào của năm trước: loại xuất sắc.",
        "- Nhắc, không chặn: “Bảng đánh giá của Công an xã” đạt ngưỡng của bộ tiêu chí.",
        "- Khi có đủ “Kế hoạch của đơn vị”, “Bảng tự chấm điểm”, Công an xã có 10 ngày làm việc.",
        "- Tờ trình của UBND xã: đi kèm bước “Trình tỉnh”, “Trình lại”. Phải có bản quét.",
        "- Mở năm xét: mở từ ngày 01/12 năm trước; đóng hết ngày 31/12. (chưa kiểm chứng)",
        "- Người đánh giá không ghi kết quả họp xét; tỉnh có thể cho phép từng xã trong từng năm.",
        "- Căn cứ: Kế hoạch của UBND xã Vĩnh Phong năm 2026, mục IV.2.a.",
    ],
)
def test_a_rule_is_told_as_it_is_written(sentence: str) -> None:
    assert sentence in told(shipped.kind("dien_hinh")).splitlines()


def test_what_changes_in_the_definition_changes_in_the_text() -> None:
    body = shipped.body("dien_hinh")
    body["deadlines"]["selection"]["due"] = "through 02-end"
    body["deadlines"]["registration"]["closes"] = "before 03-01 of year after"
    text = told(load_kind(body))
    assert "hạn hết ngày cuối tháng 02." in text
    assert "đóng trước ngày 01/03 năm sau." in text


def test_an_unknown_kind_of_subject_is_shown_by_its_code() -> None:
    kind = replace(shipped.kind("duy_tri"), subject_kinds=("xa", "lang_nghe"))
    assert "Đối tượng: xã; lang_nghe." in told(kind)


def test_every_guard_can_be_told() -> None:
    assert {f"procedure.guard.{name}" for name in NAMED_GUARDS} <= Wording().codes()


def test_no_sentence_of_the_procedure_is_left_over() -> None:
    module = ast.parse((tree.ROOT / "workflow/definitions/procedure.py").read_text(encoding="utf-8"))
    used = {node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    written = json.loads((shipped.LAW / "messages/vi/procedure.json").read_text(encoding="utf-8"))
    plain = {code.removeprefix("procedure.") for code in written if code.startswith("procedure.")}
    composed = {code for code in plain if code.startswith(("guard.", "when.", "heading.", "bound."))}
    assert sorted(plain - composed - used) == []
