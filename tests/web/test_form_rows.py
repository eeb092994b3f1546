"""Rows come and go by named submit buttons, without a script and without losing what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.support.face import guide_app, read_page
from tests.support.form_documents import ATTACHMENTS, paragraphs
from web.views.style_guide import paper_form


@pytest.fixture(scope="module")
def app() -> Flask:
    return guide_app()


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
