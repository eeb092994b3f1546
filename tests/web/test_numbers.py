"""The register of numbers on its page: the next one is offered, a taken one refused, a cancelled one stays."""

from __future__ import annotations

from tests.support.pages import Page
from tests.web.conftest import ClientAs

PAGE = "/so-van-ban/"


def sent(client_as: ClientAs, **changed: str) -> Page:
    client = client_as("ubnd-1")
    typed = {"loai": "TTr", "so": "", "ky_hieu": "TTr-UBND", "ngay": "10/11/2026", "trich_yeu": "Trình", **changed}
    form = Page(client.get(PAGE)).form("khong-co")
    return Page(client.post(PAGE, data={**form, **typed}, follow_redirects=True))


def test_a_number_is_given_and_stands_in_the_register(client_as: ClientAs) -> None:
    assert "chưa cấp số nào" in Page(client_as("ubnd-1").get(PAGE)).text
    page = sent(client_as)
    assert "Đã cấp số 01/TTr-UBND." in page.text
    assert "Số tiếp theo: 02 ." in page.text
    page = sent(client_as, so="5")
    assert "Số bỏ trống: 02 đến 04." in page.text


def test_what_cannot_be_given_keeps_what_was_typed(client_as: ClientAs) -> None:
    sent(client_as)
    page = sent(client_as, so="1", trich_yeu="Tờ trình thứ hai")
    assert (page.status, len(page.errors)) == (409, 1)
    assert "Số 1 của năm 2026 đã cấp" in page.errors[0]
    assert "Tờ trình thứ hai" in page.html
    assert sent(client_as, ngay="32/13/2026").status == 422
    assert sent(client_as, so="ba").status == 422
    assert sent(client_as, ky_hieu="ttr").status in {400, 422}


def test_a_cancelled_number_stays_with_its_reason(client_as: ClientAs) -> None:
    page = sent(client_as)
    client = client_as("ubnd-1")
    url = page.links["Hủy số 01/TTr-UBND"]
    assert client.post(url, data={"ly_do": " "}).status_code in {400, 422}
    done = Page(client.post(url, data={"ly_do": "Ghi nhầm"}, follow_redirects=True))
    assert "Đã hủy Ghi nhầm" in done.text
    assert client_as("cax-1").get(url).status_code == 404
    assert client_as("thpt").get(PAGE).status_code == 403
