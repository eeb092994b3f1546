"""The form renderer: a document, drawn and posted back as a browser would, is the same document; nothing typed is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path as Path_
from typing import Any

import pytest
from flask import Flask, render_template_string
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import papers
from tests.support.face import PageReader, guide_app, read_page
from web.forms import (
    GivenRow,
    GivenRows,
    KnownFile,
    Opening,
    PaperForm,
    Path,
    Problem,
    Raw,
    SchemaError,
    ScoreTable,
    Setting,
    id_of,
    name_of,
    parse_path,
)
from web.forms.reading import is_blank
from web.forms.setting import ScoreColumn, ScoreGroup, ScoreLine
from web.forms.shapes import Group, Leaf, Rows, Shape
from web.forms.typed import UnreadableError, read_day, read_hour, read_integer, read_moment, read_number, read_text
from web.views.style_guide import paper_form, paper_names, read_schema

PAGE = """{% from "macros/errors.html" import error_summary %}{% from "macros/form.html" import form_open, render_form %}
{{ error_summary(form.problems) }}{{ form_open("", form) }}{{ render_form(form) }}</form>"""
DIGESTS = tuple(character * 64 for character in "abc")
FILES = {digest: KnownFile(f"{digest[0]}.pdf", 2_000_000) for digest in DIGESTS}
EVERYTHING = Setting(files=FILES)
ATTACHMENTS = "kinds/dien_hinh/v1/attachments"


@pytest.fixture(scope="module")
def app() -> Flask:
    return guide_app()


@pytest.fixture
def draw(app: Flask) -> Iterator[Callable[[Any], PageReader]]:
    with app.test_request_context():
        yield lambda form: read_page(render_template_string(PAGE, form=form))


# --- documents of any paper -------------------------------------------------------------------------------------------

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyẠẾộửỹ0123456789 .,;:/-“”()&<>\"'%"


def lines(longest: int | None) -> st.SearchStrategy[str]:
    most = min(longest or 40, 40)
    return st.text(LETTERS, min_size=1, max_size=most).map(lambda text: " ".join(text.split())).filter(bool)


def paragraphs(longest: int | None) -> st.SearchStrategy[str]:
    return st.lists(lines(longest), min_size=1, max_size=3).map("\n".join)


def days() -> st.SearchStrategy[str]:
    return st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(date.isoformat)


def moments() -> st.SearchStrategy[str]:
    """Moments as papers spell them, also with another zone than ours."""
    zones = st.sampled_from([UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-3, minutes=-30))])
    at = st.datetimes(datetime(1990, 1, 1), datetime(2199, 1, 1), timezones=zones)  # noqa: DTZ001 - zones are drawn
    return at.map(lambda moment: moment.isoformat(timespec="seconds"))


def numbers(leaf: Leaf) -> st.SearchStrategy[float]:
    least, most = int(leaf.least or 0), int(leaf.most or 1000)
    whole = st.integers(least, most)
    return whole if leaf.kind == "integer" else whole | st.decimals(least, most, places=2).map(float)


def leaves(leaf: Leaf) -> st.SearchStrategy[Any]:
    values = [option.value for option in leaf.options]
    match leaf.kind:
        case "text" | "hidden":
            return lines(leaf.longest)
        case "area":
            return paragraphs(leaf.longest)
        case "integer" | "number":
            return numbers(leaf)
        case "day":
            return days()
        case "moment":
            return moments()
        case "choice":
            return st.sampled_from(values)
        case "many":
            return st.sets(st.sampled_from(values), min_size=1).map(lambda some: [v for v in values if v in some])
        case "yes_no":
            return st.booleans()
        case "tick":
            return st.booleans() if leaf.is_required else st.just(value=True)
        case "file":
            return st.lists(st.sampled_from(DIGESTS), min_size=1, unique=True)
    raise AssertionError(leaf.kind)


def documents(shape: Shape) -> st.SearchStrategy[Any]:
    """Documents in the one spelling a form has for them: what is empty is absent."""
    match shape:
        case Leaf():
            return leaves(shape)
        case Rows():
            item = documents(shape.item).filter(lambda row: has_something(shape.item, row))
            return st.lists(item, min_size=0 if shape.is_required else 1, max_size=3)
        case Group():
            required = {child.key: documents(child) for child in shape.children if child.is_required}
            optional = {child.key: documents(child) for child in shape.children if not child.is_required}
            found = st.fixed_dictionaries(required, optional=optional)
            return found if shape.is_required else found.filter(lambda inside: has_something(shape, inside))
    raise AssertionError(shape)


def has_something(shape: Shape, value: Any) -> bool:
    """Whether a row shows anything: a row in which nothing is typed is no row."""
    holder = Group(key="", children=(shape_named(shape, "x"),))
    return not is_blank(holder.children[0], fill_of(holder, value), ("x",))


def shape_named(shape: Shape, key: str) -> Shape:
    from dataclasses import replace

    return replace(shape, key=key)


def fill_of(holder: Group, value: Any) -> Raw:
    from web.forms.reading import fill

    return fill(holder, {"x": value}, EVERYTHING)


def post_back(form: PaperForm, document: Mapping[str, Any], draw: Callable[[Any], PageReader], setting: Setting) -> Any:
    """The document that comes back when its form is drawn and sent without a key pressed."""
    page = draw(form.bind(document, setting=setting))
    reading = form.read(page.posted, document, setting)
    assert reading.problems == ()
    return reading.document


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


# --- rows without a script --------------------------------------------------------------------------------------------


def measures(*texts: str) -> dict[str, Any]:
    return {"measures": [{"group": f"Nhóm {n}", "measure": text} for n, text in enumerate(texts)]}


def test_a_row_is_added_by_a_named_button_and_everything_typed_stays(app: Flask) -> None:
    client = app.test_client()
    url = f"/giao-dien/giay-to/{ATTACHMENTS}/unit_plan"
    page = read_page(client.get(url).text)
    typed = {
        **page.posted,
        "d/issuer": ["Trường THPT Vĩnh Thuận"],
        "d/date": ["hôm kia"],
        "d/measures/0/group": ["Nhóm I"],
    }
    answer = client.post(url, data={**typed, "_dong": ["add:d/measures"]})
    again = read_page(answer.text)
    assert again.posted["d/measures/#"] == ["2"]
    assert {name: again.posted[name] for name in typed if name.startswith("d/") and name != "d/measures/#"} == {
        name: texts for name, texts in typed.items() if name.startswith("d/") and name != "d/measures/#"
    }
    assert "autofocus" in again.attributes["f-measures-1-group"]
    assert "err-h" not in again.ids


def test_a_row_is_removed_and_brought_back_as_it_was(app: Flask) -> None:
    client = app.test_client()
    url = f"/giao-dien/giay-to/{ATTACHMENTS}/unit_plan"
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    before = form.fill(measures("một", "hai", "ba"))
    gone = read_page(client.post(url, data={**before, "_dong": ["drop:d/measures/1"]}).text)
    assert [gone.posted[f"d/measures/{n}/measure"] for n in range(2)] == [["một"], ["ba"]]
    assert "d/measures/2/measure" not in gone.posted
    assert "undo:d/measures" in gone.buttons["_dong"]
    back = read_page(client.post(url, data={**gone.posted, "_dong": ["undo:d/measures"]}).text)
    assert [back.posted[f"d/measures/{n}/measure"] for n in range(3)] == [["một"], ["hai"], ["ba"]]


def test_rows_inside_a_criterion_are_added_by_their_own_button(app: Flask) -> None:
    client = app.test_client()
    page = read_page(client.get("/giao-dien/cham-diem").text)
    assert "add:d/rows/2/evidence" in page.buttons["_dong"]
    again = read_page(
        client.post("/giao-dien/cham-diem", data={**page.posted, "_dong": ["add:d/rows/2/evidence"]}).text
    )
    assert again.posted["d/rows/2/evidence/#"] == ["1"]
    assert again.posted["d/rows/0/points"] == ["10"]


def test_the_first_button_of_every_form_is_the_save_and_not_a_row_button(app: Flask) -> None:
    html = app.test_client().get(f"/giao-dien/giay-to/{ATTACHMENTS}/unit_plan").text
    form = html[html.index('id="f"') :]
    assert form.index('name="viec"') < form.index('name="_dong"')


def test_rows_stop_at_what_the_schema_allows() -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    raw = form.fill(measures(*("việc" for _ in range(50))))
    changed = form.change_rows({**raw, "_dong": ["add:d/measures"]})
    assert changed is not None
    assert changed.raw["d/measures/#"] == ["50"]
    assert form.bind({}, changed=changed).problems == ()


@pytest.mark.parametrize(
    "button",
    ["add:d/nothing", "drop:d/measures", "drop:d/measures/99", "add:", "burn:d/measures/0", "add:x/measures", ""],
)
def test_a_row_button_that_names_no_list_does_nothing(button: str) -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    assert form.change_rows({**form.fill(measures("một")), "_dong": [button]}) is None


@pytest.mark.parametrize(
    "removed", ["", "[]", "{", '["d/nothing",0,{}]', '["d/measures",-1,{}]', '["d/measures",0,[1]]', "[" * 5000]
)
def test_a_forged_removed_row_is_not_brought_back(removed: str) -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    assert form.change_rows({**form.fill(measures("một")), "_dong": ["undo:d/measures"], "_bo": [removed]}) is None


@given(
    st.lists(st.sampled_from(["add", "drop", "undo"]), max_size=8),
    st.lists(paragraphs(40), min_size=1, max_size=4),
    st.randoms(),
)
def test_no_row_button_ever_loses_a_typed_text(deeds: list[str], texts: list[str], random: Any) -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    raw, removed = {**form.fill(measures(*texts)), "d/issuer": ["còn nguyên"]}, None
    for deed in deeds:
        count = int(raw["d/measures/#"][0])
        place = f"{deed}:d/measures" + (f"/{random.randrange(count)}" if deed == "drop" and count else "")
        changed = form.change_rows({**raw, "_dong": [place], "_bo": [removed.as_text() if removed else ""]})
        if changed is None:
            continue
        if deed == "drop" and removed is not None:
            texts = [text for text in texts if text not in removed.texts.get("/measure", [])]
        raw, removed = changed.raw, changed.removed if deed == "drop" else None if deed == "undo" else removed
    held = [
        raw[f"d/measures/{n}/measure"][0]
        for n in range(int(raw["d/measures/#"][0]))
        if f"d/measures/{n}/measure" in raw
    ]
    held += removed.texts.get("/measure", []) if removed else []
    assert set(texts) <= set(held)
    assert raw["d/issuer"] == ["còn nguyên"]


@pytest.mark.parametrize("count", ["99999999999999999999", "-1", "abc", "", "٣", "1e3"])
def test_a_forged_number_of_rows_is_bounded(count: str) -> None:
    form = paper_form(f"{ATTACHMENTS}/unit_plan")
    reading = form.read({"d/measures/#": [count], "d/measures/0/measure": ["một"]}, {})
    assert len(reading.document.get("measures", [])) <= 1


# --- what cannot be read ----------------------------------------------------------------------------------------------


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


# --- typed texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [("02/12/2026", "2026-12-02"), ("2/12/2026", "2026-12-02"), (" 02-12-2026 ", "2026-12-02"), ("02.12.2026", "2026-12-02"),
     ("2026-12-02", "2026-12-02"), ("29/02/2024", "2024-02-29")],
)  # fmt: skip
def test_a_date_is_read_as_people_write_it(typed: str, value: str) -> None:
    assert read_day(typed) == value


@pytest.mark.parametrize(
    ("typed", "code"),
    [("29/02/2026", "form.date.none"), ("12/13/2026", "form.date.none"), ("02/12/26", "form.date"), ("mai", "form.date"),
     ("٠٢/١٢/٢٠٢٦", "form.date"), ("02/12/2026x", "form.date"), ("00/01/2026", "form.date.none")],
)  # fmt: skip
def test_a_date_that_cannot_be_is_refused(typed: str, code: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        read_day(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("typed", "value"),
    [("8", 8), ("8,5", 8.5), ("8.5", 8.5), ("0,125", 0.125), ("0.125", 0.125), ("1.234,5", 1234.5), ("1234,5", 1234.5), ("1.234.567", 1234567),
     ("-2,5", -2.5), ("+3", 3), ("1 234", 1234)],
)  # fmt: skip
def test_a_number_is_read_with_a_decimal_comma(typed: str, value: float) -> None:
    assert read_number(typed) == value


@pytest.mark.parametrize(
    "typed", ["tám", "8,5,1", "1,234.5", "1.23.456", "NaN", "inf", "1e5", "٨", "", "--1", "1" * 16, "0x1F", "8,"]
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        read_number(typed)
    assert refusal.value.code == "form.number"


def test_a_number_that_reads_two_ways_is_refused_with_both() -> None:
    with pytest.raises(UnreadableError) as refusal:
        read_number("1.234")
    assert (refusal.value.code, refusal.value.facts["whole"], refusal.value.facts["decimal"]) == (
        "form.number.unclear",
        "1234",
        "1,234",
    )


@pytest.mark.parametrize(("typed", "value"), [("12", 12), ("1.234", 1234), ("-3", -3), (" 7 ", 7)])
def test_a_whole_number_is_read(typed: str, value: int) -> None:
    assert read_integer(typed) == value


@pytest.mark.parametrize("typed", ["1,5", "1.5", "một", "²", "٣", "1" * 16])
def test_what_is_no_whole_number_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableError):
        read_integer(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("14:00", "14:00:00"), ("9:05", "09:05:00"), ("14h", "14:00:00"), ("14h30", "14:30:00"), ("14:32:07", "14:32:07")],
)
def test_an_hour_is_read_as_people_write_it(typed: str, value: str) -> None:
    assert read_hour(typed).isoformat() == value


@pytest.mark.parametrize("typed", ["25:00", "14:60", "2 giờ chiều", "14"])
def test_what_is_no_hour_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableError):
        read_hour(typed)


def test_a_moment_needs_both_its_day_and_its_hour() -> None:
    assert read_moment("07/12/2026", "14h") == "2026-12-07T14:00:00+07:00"
    with pytest.raises(UnreadableError) as refusal:
        read_moment("07/12/2026", " ")
    assert refusal.value.code == "form.moment"


def test_text_comes_composed_with_plain_line_ends_and_without_control_characters() -> None:
    assert read_text("  Trươ\u0300ng\r\nhọc ") == "Trường\nhọc"
    with pytest.raises(UnreadableError):
        read_text("Trường\x00học")


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
