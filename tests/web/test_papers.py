"""Papers of a dossier: read, drafted, filed, compared, their files; nothing typed is ever lost."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.support.pages import Page, filled
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.seeding.papers import scan

STORY_UNTIL = "2026-11-11T10:05:00"


def url_of(ids: Mapping[str, str], code: str, rest: str = "", name: str = "thpt") -> str:
    return f"/ho-so/{ids[name]}/giay-to/{code}{rest}"


def pdf(name: str = "ban-quet.pdf", mark: str = "x") -> tuple[io.BytesIO, str]:
    return io.BytesIO(scan(mark)), name


def version(house: House, ids: Mapping[str, str], name: str = "thpt") -> int:
    with house.engine.reading() as stores:
        return stores.dossiers.get(ids[name]).version


def filed(house: House, ids: Mapping[str, str], code: str, name: str = "thpt") -> list[dict[str, object]]:
    with house.engine.reading() as stores:
        dossier = stores.dossiers.get(ids[name])
        return [stores.papers.document(one.paper.id) for one in dossier.versions(code)]


def letter(client: FlaskClient, ids: Mapping[str, str], **fields: str) -> dict[str, object]:
    """The letter of the head of the unit as its form stands, filled in."""
    form = Page(client.get(url_of(ids, "head_letter", "/sua"))).form()
    typed = {
        "d/number": "12/TTr-THPTVT",
        "d/date": "10/11/2026",
        "d/signer_office": "Hiệu trưởng",
        "d/addressee": "UBND xã Vĩnh Phong",
        "d/request": "Đề nghị xét, công nhận điển hình năm 2026.",
    }
    return filled(
        form, viec="dua-vao", fields={**typed, **{name.replace("__", "/"): one for name, one in fields.items()}}
    )


# --- read ----------------------------------------------------------------------------------------


def test_filed_version_is_read_with_every_side_beside_it(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = Page(client_as("thpt").get(url_of(ids, "self_score")))
    assert page.title == "Bảng tự chấm điểm, bản 3, Trường THPT Vĩnh Thuận"
    assert "Bản 3, Trường THPT Vĩnh Thuận đưa vào hồ sơ ngày 05/11/2026" in page.text
    assert "Tối đa Tự chấm Công an xã" in page.text
    assert "5.1 Bảo đảm an toàn phòng cháy, chữa cháy và cứu nạn, cứu hộ" in page.text
    assert 'name="d/rows/0/points"' not in page.html
    assert page.links["Bản 1"] == url_of(ids, "self_score", "?ban=1")


def test_older_version_says_that_it_is_old(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = Page(client_as("thpt").get(url_of(ids, "self_score", "?ban=1")))
    assert "Đây là bản cũ. Bản mới nhất là bản 3." in page.text
    assert Page(client_as("thpt").get(url_of(ids, "self_score", "?ban=9"))).status == 404


def test_versions_are_compared_by_criterion(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    page = Page(client_as("thpt").get(url_of(ids, "self_score", "/so-sanh?cu=1&moi=2")))
    old, new = filed(house, ids, "self_score")[:2]
    by_code = [{row["criterion"]: row.get("points") for row in document["rows"]} for document in (old, new)]  # type: ignore[attr-defined]
    assert by_code[0]["5.1"] != by_code[1]["5.1"]
    assert f"cứu nạn, cứu hộ, Điểm Cũ: {by_code[0]['5.1']} Mới: {by_code[1]['5.1']}" in page.text
    same = next(code for code, points in by_code[0].items() if points == by_code[1].get(code))
    assert f"{same} " not in page.text.split("Nội dung")[0]
    assert Page(client_as("thpt").get(url_of(ids, "self_score", "/so-sanh?cu=1&moi=9"))).status == 404


def test_unit_reads_only_its_part_of_a_paper_shared_by_an_act(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    unit = Page(client_as("thpt").get(url_of(ids, "selection_list")))
    officer = Page(client_as("cax-1").get(url_of(ids, "selection_list")))
    assert "2026-DH-0006" in officer.text
    assert "2026-DH-0006" not in unit.html


def test_paper_of_an_act_names_the_unit_of_each_number(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = Page(client_as("cax-1").get(url_of(ids, "selection_list")))
    assert re.search(r"Trường THPT Vĩnh Thuận\W+2026-DH-\d{4}", page.text), page.text


def test_paper_that_is_not_there_yet_says_when_it_is_needed(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = Page(client_as("cax-1").get(url_of(ids, "opinion")))
    assert page.status == 200
    assert "Cần ở bước “Đề xuất công nhận”." in page.text
    assert "Vì sao chưa lập được?" in [text for _, text in page.headings]


@pytest.mark.parametrize("code", ["no_such_paper", "../../x", "REGISTRATION"])
def test_paper_nobody_knows_is_not_found(client_as: ClientAs, ids: Mapping[str, str], code: str) -> None:
    assert client_as("thpt").get(url_of(ids, code)).status_code == 404


# --- the form ------------------------------------------------------------------------------------


def test_form_begins_with_what_is_known(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    form = Page(client_as("thpt").get(url_of(ids, "result_report", "/sua"))).form()
    assert form["d/self_score_version"] == ["3"]
    assert form["d/issuer"] == ["Trường THPT Vĩnh Thuận"]
    assert (form["d/period/from"], form["d/period/to"]) == (["11/12/2025"], ["10/12/2026"])


def test_answer_begins_with_the_finding_it_is_about(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    url = Page(client.get(f"/ho-so/{ids['thpt']}")).links[
        "Trả lời kiến nghị : Kiến nghị kiểm tra 2.F1 chưa được trả lời."
    ]
    form = Page(client.get(url)).form()
    assert (form["d/finding"], form["d/visit_note_version"]) == (["F1"], ["2"])


def test_filing_leads_to_the_page_after_an_act(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    client = client_as("thpt")
    answer = client.post(url_of(ids, "head_letter", "/sua"), data=letter(client, ids))
    assert answer.status_code == 302
    page = Page(client.get(answer.location))
    assert page.headings[0] == (1, "Đã đưa “Tờ trình của Thủ trưởng đơn vị” vào hồ sơ, bản 1")
    assert [document["number"] for document in filed(house, ids, "head_letter")] == ["12/TTr-THPTVT"]


def test_filing_twice_has_one_effect(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    client = client_as("thpt")
    data = letter(client, ids)
    answers = [client.post(url_of(ids, "head_letter", "/sua"), data=data) for _ in range(2)]
    assert answers[0].location == answers[1].location
    assert len(filed(house, ids, "head_letter")) == 1


def test_same_form_with_other_words_is_not_taken_for_the_first(
    client_as: ClientAs, ids: Mapping[str, str], house: House
) -> None:
    client = client_as("thpt")
    data = letter(client, ids)
    client.post(url_of(ids, "head_letter", "/sua"), data=data)
    page = Page(client.post(url_of(ids, "head_letter", "/sua"), data={**data, "d/request": "Lời khác."}))
    assert page.status == 409
    assert "Biểu mẫu này đã gửi một lần với nội dung khác." in page.text
    assert page.form()["d/request"] == ["Lời khác."]
    assert len(filed(house, ids, "head_letter")) == 1


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    client_as: ClientAs, ids: Mapping[str, str], house: House
) -> None:
    client = client_as("thpt")
    data = letter(client, ids, d__number="so 12", d__date="31/02/2026", d__addressee="")
    page = Page(client.post(url_of(ids, "head_letter", "/sua"), data=data))
    assert page.status == 422
    assert page.title.startswith("Lỗi: ")
    assert page.errors == ["Không có ngày 31/02/2026 trong lịch. Xem lại ngày và tháng."]
    form = page.form()
    assert (form["d/number"], form["d/date"]) == (["so 12"], ["31/02/2026"])
    assert form["d/request"] == ["Đề nghị xét, công nhận điển hình năm 2026."]
    assert filed(house, ids, "head_letter") == []


def test_engine_names_the_field_it_refuses(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    page = Page(
        client.post(url_of(ids, "head_letter", "/sua"), data=letter(client, ids, d__number="so 12", d__addressee=""))
    )
    assert page.status == 422
    assert page.errors == [
        "Ô “Số, ký hiệu văn bản” ghi chưa đúng mẫu. Ghi như 41/BB-UBND. Ô này đang ghi “so 12”.",
        "Ô “Kính gửi” còn trống.",
    ]
    assert 'id="f-number" name="d/number" value="so 12"' in page.html
    assert 'aria-invalid="true"' in page.html


def test_stale_form_says_who_was_quicker_and_keeps_what_was_typed(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client, officer = client_as("thpt"), client_as("cax-1")
    data = letter(client, ids)
    form = Page(officer.get(url_of(ids, "visit_note", "/sua"))).form()
    note = filled(form, viec="dua-vao", fields={"d/content": "Kiểm tra lại bình chữa cháy."})
    assert officer.post(url_of(ids, "visit_note", "/sua"), data=note).status_code == 302
    page = Page(client.post(url_of(ids, "head_letter", "/sua"), data=data))
    assert page.status == 409
    assert "Hồ sơ vừa được Công an xã Vĩnh Phong cập nhật lúc" in page.text
    assert "Nội dung đã nhập vẫn còn ở dưới." in page.text
    assert page.form()["d/request"] == ["Đề nghị xét, công nhận điển hình năm 2026."]
    again = client.post(url_of(ids, "head_letter", "/sua"), data=filled(page.form(), viec="dua-vao"))
    assert again.status_code == 302


def test_rows_come_and_go_without_script(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    form = Page(client.get(url_of(ids, "unit_plan", "/sua"))).form()
    rows = int(form["d/measures/#"][0])
    more = Page(client.post(url_of(ids, "unit_plan", "/sua"), data=filled(form, _dong="add:d/measures"))).form()
    assert int(more["d/measures/#"][0]) == rows + 1
    less = Page(client.post(url_of(ids, "unit_plan", "/sua"), data=filled(more, _dong="drop:d/measures/0"))).form()
    assert int(less["d/measures/#"][0]) == rows
    assert less["d/measures/0/measure"] == form["d/measures/1/measure"]


# --- drafts --------------------------------------------------------------------------------------


def test_draft_keeps_even_what_cannot_be_read(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    client = client_as("thpt")
    data = letter(client, ids, d__date="hôm qua", d__addressee="") | {"viec": "luu-nhap"}
    answer = client.post(url_of(ids, "head_letter", "/sua"), data=data)
    page = Page(client.get(answer.location))
    assert "Đã lưu nháp." in page.text
    assert "Nháp lưu gần nhất: hôm nay, 10:0" in page.text
    assert page.form()["d/date"] == ["hôm qua"]
    assert filed(house, ids, "head_letter") == []
    row = Page(client.get(f"/ho-so/{ids['thpt']}")).section("Thành phần hồ sơ")
    assert "Tờ trình của Thủ trưởng đơn vị Đang làm, còn nháp nháp" in row


def test_draft_saves_by_itself_and_says_when(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    data = letter(client, ids) | {"viec": "luu-nhap"}
    answer = client.post(url_of(ids, "head_letter", "/sua"), data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Nháp lưu gần nhất: hôm nay, 10:0" in Page(answer).text


def test_draft_of_the_unit_is_not_shown_to_officers_nor_overwritten(
    client_as: ClientAs, ids: Mapping[str, str]
) -> None:
    unit, officer = client_as("thpt"), client_as("cax-2")
    unit.post(
        url_of(ids, "head_letter", "/sua"), data=letter(unit, ids, d__request="Bản của trường.") | {"viec": "luu-nhap"}
    )
    page = Page(officer.get(url_of(ids, "head_letter", "/sua")))
    assert "Bản của trường." not in page.html
    assert "Bên nộp đang có nháp riêng của giấy tờ này." in page.text
    officer.post(
        url_of(ids, "head_letter", "/sua"), data=filled(page.form(), viec="luu-nhap", fields={"d/request": "Của xã"})
    )
    assert Page(unit.get(url_of(ids, "head_letter", "/sua"))).form()["d/request"] == ["Bản của trường."]


def test_filing_ends_the_draft(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    client = client_as("thpt")
    client.post(url_of(ids, "head_letter", "/sua"), data=letter(client, ids) | {"viec": "luu-nhap"})
    client.post(url_of(ids, "head_letter", "/sua"), data=letter(client, ids))
    with house.engine.reading() as stores:
        assert stores.papers.draft(dossier_id=ids["thpt"], code="head_letter") is None


# --- files ---------------------------------------------------------------------------------------


def test_limits_are_said_before_choosing(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = Page(client_as("thpt").get(url_of(ids, "head_letter", "/sua")))
    assert (
        "PDF, ảnh JPG, ảnh PNG, DOCX; mỗi tệp không quá 20 MB, mỗi lần gửi không quá 60 MB, nhiều nhất 20 tệp."
        in page.text
    )


def test_file_is_kept_with_the_draft_and_filed_with_the_paper(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    data = letter(client, ids) | {"viec": "tai-len", "ban": pdf("Tờ trình số 12.pdf")}
    answer = client.post(url_of(ids, "head_letter", "/sua"), data=data, content_type="multipart/form-data")
    page = Page(client.get(answer.location))
    assert "Tờ trình số 12.pdf" in page.text
    client.post(url_of(ids, "head_letter", "/sua"), data=filled(page.form(), viec="dua-vao"))
    seen = Page(client.get(url_of(ids, "head_letter")))
    assert "Tờ trình số 12.pdf" in seen.section("Tệp kèm theo")
    fetched = client.get(seen.links["Tờ trình số 12.pdf"])
    assert fetched.get_data() == scan("x")
    assert fetched.headers["Content-Disposition"].startswith("attachment;")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    assert fetched.mimetype == "application/octet-stream"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (
            b"MZ not a pdf",
            "to-trinh.pdf",
            "Tệp “to-trinh.pdf” không thuộc loại nhận được, hoặc bên trong khác với đuôi tệp.",
        ),
        (scan("y"), "to-trinh.exe", "Tệp “to-trinh.exe” không thuộc loại nhận được"),
        (b"%PDF-1.4\n" + b"0" * (20 * 1024 * 1024), "nang.pdf", "Tệp “nang.pdf” nặng hơn 20 MB, quá mức 20 MB."),
        (b"", "rong.pdf", "Tệp “rong.pdf” không có nội dung."),
    ],
)
def test_file_that_may_not_be_kept_is_told_and_costs_nothing_else(
    client_as: ClientAs, ids: Mapping[str, str], content: bytes, name: str, said: str
) -> None:
    client = client_as("thpt")
    boundary, body = encode_multipart(letter(client, ids) | {"ban": FileStorage(io.BytesIO(content), name)})
    kind = f"multipart/form-data; boundary={boundary}"
    page = Page(client.post(url_of(ids, "head_letter", "/sua"), data=body, content_type=kind))
    assert page.status == 422
    assert said in page.errors[0]
    assert page.form()["d/request"] == ["Đề nghị xét, công nhận điển hình năm 2026."]


def test_file_of_another_dossier_is_neither_fetched_nor_filed(
    client_as: ClientAs, ids: Mapping[str, str], house: House
) -> None:
    other = client_as("thcs")
    form = Page(other.get(url_of(ids, "head_letter", "/sua", "thcs"))).form()
    data = filled(form, viec="tai-len") | {"ban": pdf("cua-thcs.pdf", "only thcs")}
    other.post(url_of(ids, "head_letter", "/sua", "thcs"), data=data, content_type="multipart/form-data")
    digest = house.files.put(scan("only thcs"), name="x.pdf").digest
    client = client_as("thpt")
    assert client.get(url_of(ids, "head_letter", f"/tep/{digest}")).status_code == 404
    client.post(url_of(ids, "head_letter", "/sua"), data=letter(client, ids) | {"ban": digest})
    with house.engine.reading() as stores:
        newest = stores.dossiers.get(ids["thpt"]).newest("head_letter")
    assert newest is not None
    assert newest.paper.files == ()


def test_carried_files_cannot_be_forged(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    digest = house.files.put(scan("forged"), name="x.pdf").digest
    client = client_as("thpt")
    body = json.dumps([ids["thpt"], "thpt", [[digest, "x.pdf", "application/pdf", 10]]])
    data = letter(client, ids) | {"ban": digest, "_kem": "0" * 64 + body}
    client.post(url_of(ids, "head_letter", "/sua"), data=data)
    with house.engine.reading() as stores:
        newest = stores.dossiers.get(ids["thpt"]).newest("head_letter")
    assert newest is not None
    assert newest.paper.files == ()


# --- entered for the unit ------------------------------------------------------------------------


def test_officer_enters_a_paper_of_the_unit_only_with_its_scan(
    client_as: ClientAs, ids: Mapping[str, str], house: House
) -> None:
    officer = client_as("cax-2")
    data = letter(officer, ids) | {"d/issuer": "Trường THPT Vĩnh Thuận"}
    page = Page(officer.post(url_of(ids, "head_letter", "/sua"), data=data))
    assert page.status == 422
    assert page.errors == ["Gửi kèm bản quét của văn bản đã ký."]
    data = filled(page.form(), viec="dua-vao") | {"ban": pdf()}
    answer = officer.post(url_of(ids, "head_letter", "/sua"), data=data, content_type="multipart/form-data")
    assert answer.status_code == 302
    story = Page(officer.get(f"/ho-so/{ids['thpt']}")).section("Diễn biến")
    assert "Theo văn bản số 12/TTr-THPTVT ngày 10/11/2026 của Trường THPT Vĩnh Thuận." in story


def test_who_may_not_file_reads_why_in_full(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = Page(client_as("thpt").get(url_of(ids, "opinion", "/sua")))
    assert page.status == 409
    assert page.headings[1] == (2, "Vì sao chưa lập được?")
    assert "không do đơn vị nộp." in page.text
    assert "Hồ sơ đang ở trạng thái “Được lựa chọn xây dựng điển hình” nên không nhận" in page.text


# --- scores --------------------------------------------------------------------------------------


def test_assessment_asks_the_reason_of_a_difference_and_sums_up(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    page = Page(client_as("cax-1").get(url_of(ids, "assessment_sheet", "/sua")))
    assert "Vì sao thấp hơn đơn vị 2 điểm? (tiêu chí 5.1)" in page.text
    assert "Tự chấm 98 / 100 Công an xã 96 / 100 Đã chấm 17 / 17" in page.text
    assert "Bộ tiêu chí mẫu (giả định), bản 1." in page.text


def test_points_over_the_maximum_are_refused_at_their_criterion(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("cax-1")
    form = Page(client.get(url_of(ids, "assessment_sheet", "/sua"))).form()
    page = Page(
        client.post(
            url_of(ids, "assessment_sheet", "/sua"), data=filled(form, viec="dua-vao", fields={"d/rows/0/points": "9"})
        )
    )
    assert page.status == 422
    assert page.errors == ["Điểm tiêu chí 1.1 cao nhất là 8. Ô này đang ghi 9."]
    assert page.form()["d/rows/0/points"] == ["9"]


def test_reason_filed_clears_the_condition(client_as: ClientAs, ids: Mapping[str, str], house: House) -> None:
    client = client_as("cax-1")
    form = Page(client.get(url_of(ids, "assessment_sheet", "/sua"))).form()
    codes = [row["criterion"] for row in filed(house, ids, "self_score")[-1]["rows"]]  # type: ignore[attr-defined]
    reason = f"d/rows/{codes.index('5.1')}/reason"
    data = filled(form, viec="dua-vao", fields={reason: "Bình chữa cháy tầng 2 hết hạn kiểm định."})
    page = Page(client.get(client.post(url_of(ids, "assessment_sheet", "/sua"), data=data).location))
    assert "Bước kế tiếp: xác nhận đánh giá, còn thiếu 1 điều kiện." in page.text


def test_evidence_outside_the_window_is_remarked_and_still_filed(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    form = Page(client.get(url_of(ids, "self_score", "/sua"))).form()
    data = filled(form, viec="luu-nhap", fields={"d/rows/0/evidence/0/date": "05/12/2025"})
    client.post(url_of(ids, "self_score", "/sua"), data=data)
    answer = client.post(url_of(ids, "self_score", "/sua"), data=data | {"viec": "dua-vao"})
    assert answer.status_code == 302
    said = (
        "Minh chứng này ghi ngày 05/12/2025, trước mốc số liệu 11/12/2025. "
        "Vẫn gửi được, cán bộ đánh giá sẽ thấy ghi chú."
    )
    assert said in Page(client_as("cax-1").get(url_of(ids, "self_score"))).text
