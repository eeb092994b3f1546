"""The macros, read as a person reads them: words beside every mark, one primary action, roles kept on the phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import render_template_string

from tests.support.face import guide_app
from web.views.style_guide import sample

Draw = Callable[..., str]


@pytest.fixture
def draw() -> Iterator[Draw]:
    app = guide_app()

    def drawn(macro: str, call: str, **values: Any) -> str:
        return render_template_string(
            f'{{% from "macros/{macro}" import {call.split("(")[0]} %}}{{{{ {call} }}}}', **values
        )

    with app.test_request_context():
        yield drawn


def words(html: str) -> str:
    """What is read, without the shapes."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (None, ""),
        (9, ""),
        (6, ""),
        (5, "Còn 5 ngày làm việc"),
        (1, "Còn 1 ngày làm việc"),
        (0, "Hôm nay là ngày cuối"),
        (-1, "Quá hạn 1 ngày làm việc"),
        (-12, "Quá hạn 12 ngày làm việc"),
    ],
)
def test_lateness_grows_heavier_with_the_days(days: int | None, shown: str, draw: Draw) -> None:
    html = draw("marks.html", "due_mark(days)", days=days)
    assert words(html) == shown
    assert ("mark-late" in html) == (days is not None and days < 0)
    assert ("mark-near" in html) == (days is not None and 0 <= days <= 5)


def test_what_counts_as_near_is_data(draw: Draw) -> None:
    assert words(draw("marks.html", "due_mark(9, near=10)")) == "Còn 9 ngày làm việc"


@pytest.mark.parametrize("status", ["now", "back", "hold", "ended"])
def test_the_stepper_says_in_words_where_the_dossier_stands(status: str, draw: Draw) -> None:
    stages = [
        {"label": "Đăng ký", "status": "done"},
        {"label": "Đánh giá", "status": status},
        {"label": "Họp xét", "status": "later"},
    ]
    html = draw("stepper.html", "stepper(stages)", stages=stages)
    assert html.count('aria-current="step"') == 1
    said = {"now": "Đang ở:", "back": "Đang ở, đã trả lại:", "hold": "Đang ở, tạm dừng:", "ended": "Dừng ở:"}[status]
    assert f"{said} Giai đoạn 2 trên 3: Đánh giá" in words(html)
    assert "Đã xong: Giai đoạn 1 trên 3: Đăng ký" in words(html)
    assert "Chưa tới: Giai đoạn 3 trên 3: Họp xét" in words(html)


def test_the_explanation_has_one_filled_button_that_of_the_first_own_condition(draw: Draw) -> None:
    refusals = [dict(one, own=True) for one in sample()["why"]["refusals"]]
    html = draw("why.html", "why_block(why)", why={**sample()["why"], "refusals": refusals})
    assert html.count("btn-main") == 1
    assert html.index("btn-main") < html.index("Chấm tiếp")
    assert "còn thiếu 3 điều kiện. Đủ cả 3, hồ sơ vào danh sách họp xét." in words(html)
    assert "5 điều kiện đã đủ" in words(html)


def test_an_explanation_without_an_own_condition_has_no_filled_button(draw: Draw) -> None:
    refusals = [dict(one, own=False, source=None, until="") for one in sample()["why"]["refusals"][:1]]
    html = draw("why.html", "why_block(why)", why={**sample()["why"], "refusals": refusals, "met": []})
    assert "btn-main" not in html
    assert "còn thiếu 1 điều kiện. Đủ điều kiện này, hồ sơ vào danh sách" in words(html)
    assert "Căn cứ" not in html
    assert "<details" not in html


def test_a_button_that_acts_is_a_form_with_its_token(draw: Draw) -> None:
    html = draw("buttons.html", 'post_btn("/nhac", "Nhắc đơn vị", hidden={"seen_version": 7}, more="Trường")')
    assert 'method="post"' in html
    assert 'name="csrf_token"' in html
    assert 'name="seen_version" value="7"' in html


def test_a_table_keeps_its_roles_and_names_its_cells(draw: Draw) -> None:
    cols = [{"label": "Giấy tờ"}, {"label": "Điểm", "n": True}, {"label": "Ghi chú", "full": True}]
    html = draw("tables.html", "row(cols, cells)", cols=cols, cells=["Kế hoạch", 0, ""])
    assert html.count('role="cell"') == 2
    assert 'role="rowheader" scope="row">Kế hoạch' in html
    assert 'class="n " data-h="Điểm">0</td>' in html
    assert re.search(r'class="full empty[^"]*"></td>', html)


def test_a_fact_nobody_wrote_says_so(draw: Draw) -> None:
    html = draw(
        "lists.html",
        "facts(items)",
        items=[{"label": "Nơi họp", "text": ""}, {"label": "Số", "text": 0, "change": "/sua"}],
    )
    assert words(html) == "Nơi họp chưa ghi Số 0 Sửa Số"


def test_two_versions_are_told_by_words(draw: Draw) -> None:
    changes = [
        {"label": "Điểm", "was": "8", "is": "10"},
        {"label": "Số", "was": "", "is": "07/KH"},
        {"label": "Lý do", "was": "cũ", "is": ""},
    ]
    html = draw("compare.html", 'compare(changes, "Bản 1", "Bản 2", 41)', changes=changes)
    assert "Điểm Cũ: 8 Mới: 10 Số Cũ: chưa có Mới: 07/KH Lý do Cũ: cũ Mới: đã bỏ" in words(html)
    assert "41 nội dung khác giữ nguyên." in words(html)


def test_a_task_that_is_not_yet_possible_is_no_link(draw: Draw) -> None:
    html = draw("lists.html", 'task_list(tasks, "Giấy tờ")', tasks=sample()["tasks"])
    assert html.count("<a ") == 4
    assert "Tờ trình của Thủ trưởng đơn vị Chưa đến bước Làm được khi Công an xã đánh giá xong." in words(html)


def test_the_error_summary_counts_and_promises(draw: Draw) -> None:
    problems = [{"sentence": "Ghi số.", "target": "f-number"}, {"sentence": "Ghi ngày.", "target": "f-date"}]
    html = draw("errors.html", 'error_summary(problems, "trước khi lưu")', problems=problems)
    assert words(html) == "Có 2 chỗ cần sửa trước khi lưu Ghi số. Ghi ngày. Những gì đã nhập vẫn còn nguyên."
    assert 'role="alert"' in html
    assert draw("errors.html", "error_summary([])").strip() == ""


def test_the_header_before_sign_in_has_neither_menu_nor_person() -> None:
    from flask import Flask

    from web.face import create_face

    app = Flask("web")
    app.config.update(SECRET_KEY="k" * 40, TESTING=True)
    create_face(app)
    with app.test_request_context():
        html = render_template_string('{% extends "base.html" %}{% block title %}Đăng nhập{% endblock %}')
    assert 'id="danh-muc"' not in html
    assert 'class="who"' not in html
    assert "<title>Đăng nhập · hoso</title>" in html
