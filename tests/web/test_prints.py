"""Papers printed from their pages: PDF and DOCX of what is filed, receipts and returns, and where values come from."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import docx

from tests.support.pages import Page
from tests.support.printed import PrintedPdf
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.domain import events as ev
from workflow.domain.actors import Actor, Role
from workflow.queries.dossier_record import dossier_record

CAX = Actor("cax-1", Role.COMMUNE_POLICE, "cong-an-vinh-phong", "tinh", "vinh-phong")


def place_of(ids: Mapping[str, str], code: str = "assessment_sheet") -> str:
    return f"/ho-so/{ids['thpt']}/giay-to/{code}"


def test_filed_paper_prints_from_its_page(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("cax-1")
    page = Page(client.get(place_of(ids)))
    answer = client.get(page.links["In (PDF) Bảng đánh giá của Công an xã"])
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=bang-danh-gia-cua-cong-an-xa.pdf"
    text = PrintedPdf(answer.get_data()).text
    for part in ("BẢNG ĐÁNH GIÁ CỦA CÔNG AN XÃ", "Trường THPT Vĩnh Thuận", "chưa kiểm chứng", "Đơn vị tự chấm"):
        assert part in text, part
    written = docx.Document(BytesIO(client.get(page.links["Tải DOCX Bảng đánh giá của Công an xã"]).get_data()))
    assert any("BẢNG ĐÁNH GIÁ" in line.text for line in written.paragraphs)


def test_draft_prints_with_its_gaps(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    form = Page(client.get(f"{place_of(ids, 'unit_plan')}/sua"))
    assert "In dự thảo từ bản nháp" not in form.text
    client.post(f"{place_of(ids, 'unit_plan')}/sua", data={**form.form(), "viec": "luu-nhap", "f.number": ""})
    page = Page(client.get(f"{place_of(ids, 'unit_plan')}/sua"))
    text = PrintedPdf(client.get(page.links["In (PDF) dự thảo Kế hoạch của đơn vị"]).get_data()).text
    for part in ("DỰ THẢO", "KẾ HOẠCH", "Nội dung còn thiếu"):
        assert part.casefold() in text.casefold(), part
    assert client_as("cax-1").get(f"/ho-so/{ids['thpt']}/in/du-thao/khong_co.pdf").status_code == 404


def test_page_tells_where_each_value_comes_from(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    client = client_as("cax-1")
    page = Page(client.get(Page(client.get(place_of(ids))).links["Nguồn nội dung in"]))
    assert "Trường THPT Vĩnh Thuận sổ tổ chức" in page.text
    assert "Bảng đánh giá của Công an xã, bản 1," in page.text


def test_receipt_tells_the_exact_time(client_as: ClientAs, house: House, ids: Mapping[str, str]) -> None:
    client = client_as("thpt")
    record = dossier_record(house.database, house.people.actor("thpt"), ids["thpt"])
    moved = next(one for one in record.entries if isinstance(one.event, ev.Moved) and one.event.unit_side)
    done = Page(client.get(f"/ho-so/{ids['thpt']}/da-ghi/{moved.seq}"))
    text = PrintedPdf(client.get(done.links["In (PDF) Giấy tiếp nhận"]).get_data()).text
    number = house.looks.look(house.people.actor("thpt"), ids["thpt"]).dossier.number
    for part in ("GIẤY TIẾP NHẬN", number, house.wording.moment(moved.event.at), str(moved.position)):
        assert part in text, part


def test_notice_of_a_return_lists_every_reason(client_as: ClientAs, house: House, ids: Mapping[str, str]) -> None:
    dossier = next(one for name, one in ids.items() if name == "thcs")
    record = dossier_record(house.database, house.people.actor("cax-1"), dossier)
    entry = next(one for one in record.entries if isinstance(one.event, ev.Moved) and one.event.items)
    assert isinstance(entry.event, ev.Moved)
    page = Page(client_as("cax-1").get(f"/ho-so/{dossier}/tra-lai/lan/{entry.seq}"))
    text = PrintedPdf(client_as("cax-1").get(page.links["In (PDF) Thông báo trả hồ sơ"]).get_data()).text
    assert "V/v trả lại hồ sơ" in text
    for item in entry.event.items:
        assert record.texts[item.text.id][:30] in text


def test_draft_of_an_acts_paper_names_the_chosen_dossiers(
    client_as: ClientAs, house: House, ids: Mapping[str, str]
) -> None:
    client = client_as("ubnd-1")
    chosen = [ids["thpt"], ids["nong-dan"]]
    answer = client.post("/viec-chung/in/du-thao/submission_letter.pdf", data={"ho-so": chosen})
    text = PrintedPdf(answer.get_data()).text
    numbers = [house.looks.look(house.people.actor("ubnd-1"), one).dossier.number for one in chosen]
    for part in ("DỰ THẢO", "TỜ TRÌNH", "Số: ……/TTr-……", "Trường THPT Vĩnh Thuận", *numbers):
        assert part in text, part
    decision = client.post("/viec-chung/in/du-thao/decision.pdf", data={"ho-so": chosen}).get_data()
    assert "ỦY BAN NHÂN DÂN TỈNH" in PrintedPdf(decision).text
    assert client.post("/viec-chung/in/du-thao/submission_letter.pdf", data={}).status_code == 404
    assert client.post("/viec-chung/in/du-thao/self_score.pdf", data={"ho-so": chosen}).status_code == 404


def test_papers_and_list_of_a_recorded_act_print_from_its_page(
    client_as: ClientAs, house: House, ids: Mapping[str, str]
) -> None:
    dossier = house.looks.look(house.people.actor("ubnd-1"), ids["thpt"]).dossier
    act = next(step.act_id for step in dossier.steps if step.act_id is not None)
    client = client_as("ubnd-1")
    page = Page(client.get(f"/viec-chung/da-ghi/{act}"))
    shared = PrintedPdf(client.get(page.links["In (PDF) Văn bản lựa chọn đơn vị"]).get_data()).text
    assert "DANH SÁCH" in shared
    listed = PrintedPdf(client.get(page.links["In (PDF) Danh sách đề nghị"]).get_data()).text
    for part in ("DANH SÁCH ĐỀ NGHỊ", "Trường THPT Vĩnh Thuận", dossier.number, "kèm theo"):
        assert part in listed, part


def test_report_and_chasing_letter_print(client_as: ClientAs) -> None:
    report = client_as("cax-1").get("/bao-cao/in/pdf")
    text = PrintedPdf(report.get_data()).text
    for part in ("BÁO CÁO", "Công nhận mới", "Kính gửi: Công an tỉnh", "năm 2026"):
        assert part in text, part
    letter = PrintedPdf(client_as("cax-1").get("/don-doc/cong-van/pdf").get_data()).text
    for part in ("V/v đôn đốc hoàn thành hồ sơ", "Trường THPT Vĩnh Thuận", "CÔNG AN XÃ VĨNH PHONG"):
        assert part in letter, part


def test_what_is_out_of_sight_does_not_print(client_as: ClientAs, ids: Mapping[str, str]) -> None:
    other = client_as("thcs")
    for path in ("in/giay-to/self_score.pdf", "in/giay-tiep-nhan/2.pdf", "in/nguon/self_score"):
        assert other.get(f"/ho-so/{ids['thpt']}/{path}").status_code == 404
    own = client_as("thpt")
    for path in ("in/giay-to/khong_co.pdf", "in/giay-to/self_score.exe", "in/giay-to/self_score.pdf?ban=99"):
        assert own.get(f"/ho-so/{ids['thpt']}/{path}").status_code == 404
