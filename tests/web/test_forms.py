"""The form renderer: a document, drawn and posted back as a browser would, is the same document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path as Path_
from typing import Any

import pytest
from flask import Flask, render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import papers
from tests.support.face import PageReader, guide_app, read_page
from tests.support.form_documents import ATTACHMENTS, DIGESTS, EVERYTHING, FILES, PAGE, documents, post_back
from web.forms import (
    GivenRow,
    GivenRows,
    KnownFile,
    Opening,
    PaperForm,
    Path,
    Problem,
    SchemaError,
    ScoreTable,
    Setting,
    id_of,
    name_of,
    parse_path,
)
from web.forms.setting import ScoreColumn, ScoreGroup, ScoreLine
from web.views.style_guide import paper_form, paper_names, read_schema


@pytest.fixture(scope="module")
def app() -> Flask:
    return guide_app()


@pytest.fixture
def draw(app: Flask) -> Iterator[Callable[[Any], PageReader]]:
    with app.test_request_context():
        yield lambda form: read_page(render_template_string(PAGE, form=form))


def test_there_are_papers_to_prove_it_with() -> None:
    assert len(paper_names()) > 20


@pytest.mark.parametrize("name", paper_names())
def test_every_paper_comes_back_from_its_form_unchanged(name: str, app: Flask) -> None:
    form = paper_form(name)

    @settings(max_examples=12)
    @given(documents(form.shape))
    def comes_back(document: dict[str, Any]) -> None:
        with app.test_request_context():
            drawn = post_back(
                form, document, lambda bound: read_page(render_template_string(PAGE, form=bound)), EVERYTHING
            )
        assert drawn == document

    comes_back()


@pytest.mark.parametrize("name", paper_names())
def test_a_blank_form_of_every_paper_makes_only_its_required_frame(
    name: str, draw: Callable[[Any], PageReader]
) -> None:
    form = paper_form(name)
    document = post_back(form, {}, draw, EVERYTHING)
    required = {child.key for child in form.shape.children if child.is_required}
    assert set(document) <= required
    assert all(value in ([], {}, False) or isinstance(value, dict) for value in document.values())


@pytest.mark.parametrize("name", paper_names())
def test_ids_of_every_drawn_paper_are_unique(name: str, draw: Callable[[Any], PageReader]) -> None:
    page = draw(paper_form(name).bind({}, setting=EVERYTHING))
    assert sorted(page.ids) == sorted(set(page.ids))


@pytest.mark.parametrize("file", papers.files("valid"), ids=papers.name_of)
def test_every_sample_paper_comes_back_from_its_form_unchanged(file: Path_, draw: Callable[[Any], PageReader]) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))
    setting = Setting(
        files={
            digest: KnownFile("x.pdf", 1) for digest in re.findall(r"[0-9a-f]{64}", file.read_text(encoding="utf-8"))
        }
    )
    assert post_back(paper_form(papers.schema_of(file).removeprefix("hoso:")), document, draw, setting) == document


# --- given rows and score sheets --------------------------------------------------------------------------------------

DOSSIERS = GivenRows(
    "dossier", (GivenRow("2026-DH-0117", "Trường THPT Vĩnh Thuận"), GivenRow("2026-DH-0121", "Mặt trận"))
)
CRITERIA = ScoreTable(
    (
        ScoreGroup(
            "I",
            (
                ScoreLine("1.1", "Kế hoạch", most=10, others={"self": 10}),
                ScoreLine("1.2", "Tự quản", most=10, others={"self": 9}),
            ),
        ),
        ScoreGroup("II", (ScoreLine("2.1", "Không vi phạm", asks="met", others={"self": True}),)),
    ),
    (ScoreColumn("self", "Tự chấm"), ScoreColumn("commune", "Công an xã")),
    mine="commune",
    against="self",
)


def meeting() -> tuple[PaperForm, Setting]:
    return paper_form(f"{ATTACHMENTS}/minutes"), Setting(given={"items": DOSSIERS})


def sheet() -> tuple[PaperForm, Setting]:
    return paper_form(f"{ATTACHMENTS}/assessment_sheet"), Setting(scores={"rows": CRITERIA}, files=FILES)


def vote(dossier: str, **more: object) -> dict[str, object]:
    return {
        "dossier": dossier,
        "votes_for": 11,
        "votes_against": 0,
        "votes_other": 0,
        "not_voting": 0,
        "result": "propose",
        **more,
    }


def test_votes_over_given_dossiers_come_back_in_the_given_order(draw: Callable[[Any], PageReader]) -> None:
    form, setting = meeting()
    document = {"items": [vote("2026-DH-0121", remark="Không biểu quyết về đơn vị mình."), vote("2026-DH-0117")]}
    back = post_back(form, document, draw, setting)
    assert back["items"] == [document["items"][1], document["items"][0]]


def test_a_given_dossier_nobody_voted_on_stays_for_the_validator(draw: Callable[[Any], PageReader]) -> None:
    form, setting = meeting()
    assert post_back(form, {}, draw, setting)["items"] == [{"dossier": "2026-DH-0117"}, {"dossier": "2026-DH-0121"}]


def test_a_posted_key_cannot_change_a_given_row() -> None:
    form, setting = meeting()
    posted = {"d/items/#": ["9"], "d/items/0/dossier": ["2026-DH-9999"], "d/items/7/votes_for": ["3"]}
    rows = form.read(posted, {}, setting).document["items"]
    assert [row["dossier"] for row in rows] == ["2026-DH-0117", "2026-DH-0121"]


def test_a_score_sheet_comes_back_and_leaves_out_what_nobody_scored(draw: Callable[[Any], PageReader]) -> None:
    form, setting = sheet()
    rows = [
        {"criterion": "1.2", "points": 7.5, "reason": "Chưa có biên bản."},
        {
            "criterion": "2.1",
            "met": True,
            "evidence": [{"label": "Biên bản", "date": "2026-11-20", "kind": "minutes", "files": [DIGESTS[0]]}],
        },
    ]
    document = {"criteria_set": "mau@1", "self_score_version": 2, "assessed_on": "2026-12-02", "rows": rows}
    assert post_back(form, document, draw, setting) == document


def test_a_problem_of_a_document_row_stands_at_the_field_of_its_criterion(draw: Callable[[Any], PageReader]) -> None:
    form, setting = sheet()
    posted = {"d/rows/1/points": ["12"], "d/rows/1/reason": ["cao hơn"]}
    reading = form.read(posted, {}, setting)
    assert [row["criterion"] for row in reading.document["rows"]] == ["1.2"]
    page = draw(
        form.bind(
            {}, setting=setting, reading=reading, problems=[Problem(parse_path("/rows/0/points"), "Cao nhất là 10.")]
        )
    )
    field = page.attributes["f-rows-1-points"]
    assert (field["value"], field["aria-invalid"]) == ("12", "true")
    assert "Cao nhất là 10." in page.texts[field["aria-describedby"]]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("8", "Vì sao thấp hơn đơn vị 1 điểm?"),
        ("9,5", "Vì sao cao hơn đơn vị 0,5 điểm?"),
        ("9", None),
        ("", None),
        ("9,0", None),
        ("12", None),
    ],
)
def test_the_reason_is_asked_exactly_when_the_score_differs(typed: str, words: str | None, app: Flask) -> None:
    form, setting = sheet()
    reading = form.read({"d/rows/1/points": [typed]}, {}, setting)
    row = form.bind({}, setting=setting, reading=reading).scores.groups[0].rows[1]  # type: ignore[union-attr]
    assert row.shows_reason is (words is not None)
    if words is not None:
        with app.test_request_context():
            html = render_template_string(PAGE, form=form.bind({}, setting=setting, reading=reading))
        assert words in html


def test_sums_of_a_score_sheet_are_exact_and_count_what_is_filled() -> None:
    form, setting = sheet()
    reading = form.read({"d/rows/0/points": ["9,1"], "d/rows/1/points": ["0,2"], "d/rows/2/met": ["co"]}, {}, setting)
    scores = form.bind({}, setting=setting, reading=reading).scores
    assert scores is not None
    assert [(one.code, one.text, one.of) for one in scores.sums] == [("self", "19", "20"), ("commune", "9,3", "20")]
    assert (scores.filled, scores.total) == (3, 3)


# --- what the server sets, what is open -------------------------------------------------------------------------------


def test_a_hidden_field_cannot_be_set_by_a_post() -> None:
    form, setting = sheet()
    reading = form.read({"d/criteria_set": ["gia_mao@9"]}, {"criteria_set": "mau@1"}, setting)
    assert reading.document["criteria_set"] == "mau@1"


def test_a_group_that_the_server_keeps_to_itself_is_not_drawn_and_not_read(draw: Callable[[Any], PageReader]) -> None:
    form = paper_form(f"{ATTACHMENTS}/registration")
    setting = Setting(hidden_groups=frozenset({"official_paper"}), hidden_fields=frozenset({"subject_name"}))
    stored = {"subject_name": "Trường THPT Vĩnh Thuận", "number": "07/KH-THPT"}
    page = draw(form.bind(stored, setting=setting))
    assert not {"d/number", "d/entered_for_unit", "d/subject_name"} & set(page.posted)
    reading = form.read({**page.posted, "d/number": ["1/KH-X"], "d/subject_name": ["khác"]}, stored, setting)
    assert (reading.document["number"], reading.document["subject_name"]) == ("07/KH-THPT", "Trường THPT Vĩnh Thuận")


def test_after_a_return_only_the_named_fields_open(draw: Callable[[Any], PageReader]) -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    stored = {
        "date": "2026-02-27",
        "issuer": "Trường THPT Vĩnh Thuận",
        "measures": [{"group": "I", "measure": "Một", "office": "Hiệu trưởng"}, {"group": "II", "measure": "Hai"}],
    }
    setting = Setting(
        opening=Opening([("number",), ("measures", 1, "measure")]), asks={("measures", 1, "measure"): "Ghi rõ việc."}
    )
    page = draw(form.bind(stored, setting=setting))
    assert {name for name in page.posted if name.startswith("d/") and not name.endswith(("#", "@"))} == {
        "d/number",
        "d/measures/1/measure",
    }
    assert not [value for value in page.buttons.get("_dong", []) if "measures" in value]
    assert "Ghi rõ việc." in page.texts["f-measures-1-measure-y"]
    typed = {
        **page.posted,
        "d/measures/1/measure": ["Hai, rõ hơn"],
        "d/issuer": ["khác"],
        "d/measures/0/measure": ["khác"],
    }
    reading = form.read(typed, stored, setting)
    assert reading.document["issuer"] == "Trường THPT Vĩnh Thuận"
    assert reading.document["measures"] == [stored["measures"][0], {"group": "II", "measure": "Hai, rõ hơn"}]


def test_a_digest_that_is_not_of_this_dossier_is_ignored() -> None:
    form = paper_form(f"{ATTACHMENTS}/finding_answer")
    posted = {"d/evidence/#": ["1"], "d/evidence/0/label": ["Biên bản"], "d/evidence/0/files": [DIGESTS[0], "f" * 64]}
    assert form.read(posted, {}, EVERYTHING).document["evidence"][0]["files"] == [DIGESTS[0]]


def test_files_are_added_by_upload_and_taken_out_by_a_tick() -> None:
    form = paper_form(f"{ATTACHMENTS}/finding_answer")
    name = "d/evidence/0/files"
    posted = {
        "d/evidence/#": ["1"],
        "d/evidence/0/label": ["Biên bản"],
        name: [DIGESTS[0], DIGESTS[1]],
        f"{name}~bo": [DIGESTS[0]],
    }
    reading = form.read(posted, {}, EVERYTHING, {name: [DIGESTS[2]]})
    assert reading.document["evidence"][0]["files"] == [DIGESTS[1], DIGESTS[2]]


# --- what cannot be read ----------------------------------------------------------------------------------------------


def measures(*texts: str) -> dict[str, Any]:
    return {"measures": [{"group": f"Nhóm {n}", "measure": text} for n, text in enumerate(texts)]}


def test_an_unreadable_date_keeps_its_text_and_is_said_at_its_field(draw: Callable[[Any], PageReader]) -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    reading = form.read({"d/date": ["31/02/2026"], "d/issuer": ["Trường"]}, {})
    assert "date" not in reading.document
    bound = form.bind(
        {}, reading=reading, problems=[Problem(("date",), "Thiếu ngày."), Problem(("signer_office",), "Ghi chức vụ.")]
    )
    page = draw(bound)
    assert page.attributes["f-date"]["value"] == "31/02/2026"
    said = "Không có ngày 31/02/2026 trong lịch. Xem lại ngày và tháng."
    assert said in page.texts["f-date-e"]
    assert "Thiếu ngày." not in page.texts["f-date-e"]
    assert [(line.sentence, line.target) for line in bound.problems] == [
        (said, "f-date"),
        ("Ghi chức vụ.", "f-signer_office"),
    ]


@given(
    st.dictionaries(
        st.sampled_from(["d/date", "d/issuer", "d/number", "d/signer_office", "d/measures/0/finish_by"]),
        st.text(max_size=60),
    )
)
def test_whatever_is_typed_stands_in_its_field_again(typed: dict[str, str]) -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    posted = {"d/measures/#": ["1"], "d/measures/0/measure": ["việc"], **{name: [text] for name, text in typed.items()}}
    reading = form.read(posted, {})
    assert {name: reading.raw.get(name, [""]) for name in typed} == {name: [text] for name, text in typed.items()}
    assert json.loads(json.dumps(reading.raw)) == reading.raw


def test_blank_rows_are_left_out_and_problems_stay_with_their_row() -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    posted = {
        "d/measures/#": ["3"],
        "d/measures/0/group": ["I"],
        "d/measures/2/group": ["III"],
        "d/measures/2/finish_by": ["mai"],
    }
    reading = form.read(posted, {})
    assert [row["group"] for row in reading.document["measures"]] == ["I", "III"]
    assert [problem.path for problem in reading.problems] == [("measures", 1, "finish_by")]
    assert reading.raw["d/measures/1/finish_by"] == ["mai"]


def test_a_problem_of_a_place_without_a_field_stands_at_what_is_around_it(draw: Callable[[Any], PageReader]) -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    bound = form.bind(
        measures("một"),
        problems=[Problem(("measures",), "Thêm ít nhất hai dòng."), Problem(("criteria_set",), "Thiếu bộ tiêu chí.")],
    )
    page = draw(bound)
    assert {line.sentence: line.target for line in bound.problems} == {
        "Thêm ít nhất hai dòng.": "f-measures",
        "Thiếu bộ tiêu chí.": "f",
    }
    assert {"f-measures", "f"} <= set(page.ids)


@pytest.mark.parametrize("name", paper_names())
def test_every_line_of_an_error_summary_leads_to_a_place_on_the_page(
    name: str, draw: Callable[[Any], PageReader]
) -> None:
    form = paper_form(name)
    problems = [Problem((child.key,), f"Sai ở {child.title}.") for child in form.shape.children]
    bound = form.bind({}, setting=EVERYTHING, problems=problems)
    page = draw(bound)
    assert len(bound.problems) == len(problems)
    assert {line.target for line in bound.problems} <= set(page.ids)
    for line in bound.problems:
        marked = page.attributes[line.target]
        if marked["tag"] in {"input", "select", "textarea"} and marked.get("type") not in {"radio", "checkbox"}:
            assert marked["aria-invalid"] == "true"


# --- words at a field -------------------------------------------------------------------------------------------------


def label_of(page: PageReader, html: str, field: str) -> str:
    return html[html.index(f'<label for="{field}">') :].split("</label>")[0]


def test_what_is_not_required_says_so_and_what_is_says_nothing(app: Flask) -> None:
    form = paper_form(f"{ATTACHMENTS}/registration")
    with app.test_request_context():
        html = render_template_string(PAGE, form=form.bind({}))
    page = read_page(html)
    assert "(không bắt buộc)" in label_of(page, html, "f-addressee")
    assert "(" not in label_of(page, html, "f-subject_name")
    assert "(ghi khi loại đơn vị là Cơ sở giáo dục)" in label_of(page, html, "f-school_level")
    assert "chỉ khi loại đơn vị là Doanh nghiệp" in label_of(page, html, "f-enterprise_size")
    assert "Ghi phần này khi nhập hộ từ văn bản đã ký." in html


def test_the_limits_of_files_are_said_before_choosing(app: Flask) -> None:
    form = paper_form(f"{ATTACHMENTS}/finding_answer")
    setting = Setting(files=FILES, file_hint="PDF, ảnh hoặc DOCX, mỗi tệp không quá 20 MB.")
    stored = {"evidence": [{"label": "Biên bản", "date": "2026-11-20", "kind": "minutes", "files": [DIGESTS[0]]}]}
    with app.test_request_context():
        html = render_template_string(PAGE, form=form.bind(stored, setting=setting))
    page = read_page(html)
    assert "mỗi tệp không quá 20 MB" in page.texts["f-evidence-0-files-h"]
    assert page.attributes["f-evidence-0-files"]["accept"] == ".pdf,.jpg,.jpeg,.png,.docx"
    assert "a.pdf" in html
    assert "1,9 MB" in html
    assert 'enctype="multipart/form-data"' in html


# --- the words for a document -----------------------------------------------------------------------------------------


def test_a_document_is_told_in_the_words_of_its_form() -> None:
    form = paper_form(f"{ATTACHMENTS}/minutes")
    document = {
        "date": "2026-12-07",
        "members_total": 13,
        "attendance": [{"office": "Chủ tịch UBND xã", "present": True}],
        "items": [vote("2026-DH-0117")],
    }
    told = {fact.label: fact.text for fact in form.facts(document, Setting(given={"items": DOSSIERS}))}
    assert told["Ngày ban hành"] == "07/12/2026"
    assert told["Thành viên 1, Có mặt"] == "Có"
    assert told["Trường THPT Vĩnh Thuận, Kết quả"] == "Đề nghị công nhận"


def test_two_versions_differ_exactly_where_their_values_do() -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    old = {"issuer": "Trường", "date": "2026-02-27", **measures("một", "hai")}
    new = {"issuer": "Trường", "date": "2026-03-01", "number": "07/KH-THPT", **measures("một")}
    changes, same = form.changes(old, new)
    assert [(change.label, change.was, change.now) for change in changes] == [
        ("Số, ký hiệu văn bản", "", "07/KH-THPT"),
        ("Ngày ký", "27/02/2026", "01/03/2026"),
        ("Nhóm việc 2, Nhóm tiêu chí", "Nhóm 1", ""),
        ("Nhóm việc 2, Nội dung, biện pháp", "hai", ""),
    ]
    assert same == 3


# --- schemas and paths ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("$", ()),
        ("", ()),
        ("$.a.b", ("a", "b")),
        ("$.a[0].b", ("a", 0, "b")),
        ("/a/0/b", ("a", 0, "b")),
        ("$['a'][2]", ("a", 2)),
        ("/a~1b", ("a/b",)),
    ],
)
def test_a_place_is_read_from_a_json_path_or_pointer(text: str, path: Path) -> None:
    assert parse_path(text) == path


def test_what_is_no_path_is_refused() -> None:
    with pytest.raises(ValueError, match="not a JSON path"):
        parse_path("$.a b")


def test_names_and_ids_of_one_place_belong_together() -> None:
    assert (name_of(("rows", 3, "points")), id_of(("rows", 3, "points"))) == ("d/rows/3/points", "f-rows-3-points")


def test_a_new_paper_needs_no_code(draw: Callable[[Any], PageReader]) -> None:
    schema = {
        "title": "Phiếu mới",
        "type": "object",
        "properties": {
            "kinds": {
                "title": "Loại",
                "type": "array",
                "maxItems": 3,
                "items": {"type": "string", "oneOf": [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}]},
            },
            "agreed": {"title": "Đồng ý", "type": "boolean"},
            "share": {"title": "Tỷ lệ", "type": "number", "minimum": 0, "maximum": 100},
        },
        "required": ["agreed"],
    }
    form = PaperForm(schema)
    document = {"kinds": ["b"], "agreed": False, "share": 12.5}
    assert post_back(form, document, draw, EVERYTHING) == document


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        {"type": "object", "properties": {"a": {"$ref": "hoso:common/nothing"}}},
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/b"}}},
        {"type": "object", "properties": {"a": {"$ref": "#"}}},
        {"type": "object", "properties": {"a": {}}},
    ],
)
def test_a_schema_that_cannot_be_drawn_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(SchemaError):
        PaperForm(schema, read_schema)
