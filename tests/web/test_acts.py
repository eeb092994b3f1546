"""Acts on many dossiers: choose, type the paper once, look at what will happen, record all or nothing."""

from __future__ import annotations

import html as html_of
import io
import re
from collections.abc import Mapping

import pytest
from flask.testing import FlaskClient

from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.seeding.papers import scan

STORY_UNTIL = "2026-11-18T08:00:00"
"""Before the yearly meeting: eight dossiers of two kinds are ready."""

MEETING = "/viec-chung/record_meeting"
CHOSEN = re.compile(r'name="ho-so" value="([0-9a-f]+)"( checked)?')
ROW = re.compile(r'<th role="rowheader" scope="row"[^>]*>(.*?)</th>', re.DOTALL)


def text_of(page: str) -> str:
    """What a person reads in main, without mark-up."""
    main = page[page.find("<main") : page.find("</main>")]
    return re.sub(r"\s+", " ", html_of.unescape(re.sub(r"<[^>]+>", " ", main))).strip()


def carried(page: str) -> str:
    found = re.search(r'name="carried" value="([^"]*)"', page)
    assert found is not None
    return html_of.unescape(found.group(1))


def minutes(page: str, results: Mapping[int, str], *, present: int = 13) -> dict[str, object]:
    """The fields of the minutes as a secretary fills them; ``results`` by row."""
    data: dict[str, object] = {
        "carried": carried(page),
        "paper": "minutes",
        "viec": "tiep",
        "d/number": "41/BB-UBND",
        "d/date": "18/11/2026",
        "d/issuer": "UBND xã Vĩnh Phong",
        "d/signer_office": "Chủ tịch UBND xã",
        "d/held_on": "18/11/2026",
        "d/held_at": "Hội trường UBND xã",
        "d/chair_office": "Chủ tịch UBND xã",
        "d/secretary_office": "Văn phòng UBND xã",
        "d/members_total": "13",
        "d/conclusion": "Thống nhất kết quả như trên.",
        "d/attendance/#": "13",
        "scan": (io.BytesIO(scan("bien ban")), "bien-ban.pdf"),
    }
    for index in range(13):
        data[f"d/attendance/{index}/office"] = "Chủ tịch UBND xã" if index == 0 else f"Thành viên {index + 1}"
        if index < present:
            data[f"d/attendance/{index}/present"] = "true"
    for row, result in results.items():
        against = present if result == "not_propose" else 0
        data |= {
            f"d/items/{row}/votes_for": str(present - against),
            f"d/items/{row}/votes_against": str(against),
            f"d/items/{row}/votes_other": "0",
            f"d/items/{row}/not_voting": "0",
            f"d/items/{row}/result": result,
        }
    data["d/items/#"] = str(len(results))
    return data


def begin(client: FlaskClient) -> tuple[str, list[str], list[str]]:
    """The page of choice: its text, every dossier, and those ticked because nothing is missing."""
    page = client.get(MEETING).get_data(as_text=True)
    found = CHOSEN.findall(page)
    return page, [item for item, _ in found], [item for item, ticked in found if ticked]


def results_for(house: House, ids: list[str]) -> dict[int, str]:
    with house.engine.reading() as uow:
        kinds = [uow.dossiers.get(item).kind for item in ids]
    owed = {kind.owes.kind for kind in house.catalogue.kinds() if kind.owes is not None}
    return {row: "maintained" if kind in owed else "propose" for row, kind in enumerate(kinds)}


def test_acts_of_a_role_are_listed_with_their_counts(client_as: ClientAs) -> None:
    page = text_of(client_as("ubnd-1").get("/viec-chung/").get_data(as_text=True))
    assert "Ghi kết quả họp xét 8 hồ sơ đang ở bước này Văn bản: Biên bản họp xét" in page
    assert "Trình tỉnh Chưa có hồ sơ nào đến bước này" in page


def test_choice_ticks_what_is_ready_and_says_what_is_missing(client_as: ClientAs, house: House) -> None:
    client = client_as("ubnd-1")
    _, every, ready = begin(client)
    assert (len(every), len(ready)) == (8, 8)
    with house.engine.reading() as uow:
        seen = uow.dossiers.get(every[0]).version
    house.dossiers.hold(house.people.actor("cax-1"), every[0], reason="Đang xác minh", seen_version=seen)
    page, every, ready = begin(client)
    assert (len(every), len(ready)) == (8, 7)
    assert "còn 1 điều kiện" in text_of(page)


def test_choice_leaves_out_the_communes_own_that_the_province_concludes(client_as: ClientAs) -> None:
    page, _, _ = begin(client_as("ubnd-1"))
    assert "2026-DT-0001" in text_of(page)
    assert "2026-DT-0003" not in text_of(page)


def test_nothing_chosen_is_said(client_as: ClientAs) -> None:
    answer = client_as("ubnd-1").post(MEETING, data={})
    assert answer.status_code == 422
    assert "Chọn ít nhất một hồ sơ." in text_of(answer.get_data(as_text=True))


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(client_as: ClientAs, house: House) -> None:
    client = client_as("ubnd-1")
    _, _, ready = begin(client)
    page = client.post(MEETING, data={"ho-so": ready}).get_data(as_text=True)
    typed = minutes(page, results_for(house, ready))
    del typed["d/items/0/result"]
    typed["d/date"] = "31/02/2026"
    answer = client.post(MEETING, data=typed, content_type="multipart/form-data")
    told = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Có 2 chỗ cần sửa trước khi đi tiếp" in text_of(told)
    assert 'value="31/02/2026"' in told
    assert 'value="41/BB-UBND"' in told
    assert "bien-ban.pdf" in text_of(told)


@pytest.fixture
def previewed(client_as: ClientAs, house: House) -> tuple[FlaskClient, str, list[str]]:
    """A meeting typed up to its preview, over the eight that are ready."""
    client = client_as("ubnd-1")
    _, _, ready = begin(client)
    page = client.post(MEETING, data={"ho-so": ready}).get_data(as_text=True)
    results = results_for(house, ready)
    first = next(row for row, result in results.items() if result == "propose")
    results[first] = "not_propose"
    answer = client.post(MEETING, data=minutes(page, results), content_type="multipart/form-data")
    assert answer.status_code == 200, text_of(answer.get_data(as_text=True))
    return client, answer.get_data(as_text=True), ready


def test_preview_groups_by_what_will_happen_and_records_nothing(
    previewed: tuple[FlaskClient, str, list[str]], house: House
) -> None:
    _, page, ready = previewed
    told = text_of(page)
    assert "Chưa có gì được ghi." in told
    assert "Không đề nghị 1 hồ sơ" in told
    assert "Ghi 8 hồ sơ" in told
    with house.engine.reading() as uow:
        assert not any(uow.dossiers.get(item).made("record_meeting") for item in ready)


def test_recording_needs_the_comparison(previewed: tuple[FlaskClient, str, list[str]]) -> None:
    client, page, _ = previewed
    answer = client.post(f"{MEETING}/ghi", data={"carried": carried(page), "idempotency_key": "k" * 32})
    assert answer.status_code == 422
    assert "Đánh dấu đã đối chiếu với văn bản có chữ ký rồi ghi." in text_of(answer.get_data(as_text=True))


def test_act_is_recorded_once_and_can_be_printed(previewed: tuple[FlaskClient, str, list[str]], house: House) -> None:
    client, page, ready = previewed
    sent = {"carried": carried(page), "doi-chieu": "co", "idempotency_key": "k" * 32}
    first = client.post(f"{MEETING}/ghi", data=sent)
    again = client.post(f"{MEETING}/ghi", data=sent)
    assert first.status_code == again.status_code == 302
    assert first.location == again.location
    told = text_of(client.get(first.location).get_data(as_text=True))
    assert told.startswith("Đã ghi 8 hồ sơ")
    with house.engine.reading() as uow:
        assert all(len(uow.dossiers.get(item).made("record_meeting")) == 1 for item in ready)


def test_dossier_left_out_by_choice_stays(previewed: tuple[FlaskClient, str, list[str]], house: House) -> None:
    client, page, ready = previewed
    shown = client.post(f"{MEETING}/xem-truoc", data={"carried": carried(page), "de-lai": ready[0]})
    told = shown.get_data(as_text=True)
    assert "Để ngoài lần này 1 hồ sơ" in text_of(told)
    sent = {"carried": carried(told), "doi-chieu": "co", "idempotency_key": "m" * 32}
    assert client.post(f"{MEETING}/ghi", data=sent).status_code == 302
    with house.engine.reading() as uow:
        made = [bool(uow.dossiers.get(item).made("record_meeting")) for item in ready]
    assert made == [False, *[True] * 7]


def test_minutes_without_quorum_block_every_dossier(client_as: ClientAs, house: House) -> None:
    client = client_as("ubnd-1")
    _, _, ready = begin(client)
    page = client.post(MEETING, data={"ho-so": ready}).get_data(as_text=True)
    typed = minutes(page, results_for(house, ready), present=8)
    told = text_of(client.post(MEETING, data=typed, content_type="multipart/form-data").get_data(as_text=True))
    assert "Chưa ghi được 8 hồ sơ" in told
    assert "Ghi 8 hồ sơ" not in told


def test_dossier_that_changed_meanwhile_is_told(
    previewed: tuple[FlaskClient, str, list[str]], client_as: ClientAs, house: House
) -> None:
    client, page, ready = previewed
    with house.engine.reading() as uow:
        seen = uow.dossiers.get(ready[0]).version
    house.dossiers.hold(house.people.actor("cax-1"), ready[0], reason="Đang xác minh", seen_version=seen)
    sent = {"carried": carried(page), "doi-chieu": "co", "idempotency_key": "n" * 32}
    answer = client.post(f"{MEETING}/ghi", data=sent)
    assert answer.status_code == 409
    with house.engine.reading() as uow:
        assert not any(uow.dossiers.get(item).made("record_meeting") for item in ready)


@pytest.mark.parametrize("person", ["thpt", "pv01-1", "ubnd-tinh-1"])
def test_meeting_is_no_act_of_other_roles(client_as: ClientAs, person: str) -> None:
    assert client_as(person).get(MEETING).status_code in (403, 404)


def test_carried_text_that_no_page_wrote_is_refused(client_as: ClientAs) -> None:
    answer = client_as("ubnd-1").post(f"{MEETING}/ghi", data={"carried": "{]", "doi-chieu": "co"})
    assert answer.status_code == 400
