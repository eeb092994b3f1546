"""Personal tokens on their page: made and shown once, listed, ended; what each refusal says at its field."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.domain.actors import Actor, Role
from workflow.domain.errors import Conflict, NotAllowed
from workflow.domain.tokens import MOST_TOKENS, TokenScope

ADMIN = Actor("quan-tri", Role.ADMIN, "tinh", "tinh", None)
FORM = {"ten": "Máy văn thư", "pham-vi": ["read", "file"], "ngay": "30", "mang": "10.1.2.3/16, 192.0.2.7"}


def made_on(page: str) -> str:
    """The secret that the page shows."""
    found = re.search(r'<textarea id="ma-moi"[^>]*>([^<]+)</textarea>', page)
    assert found is not None, page
    return found.group(1)


def test_token_is_shown_once_listed_and_ended(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-1")
    secret = made_on(client.post("/ma-ca-nhan/", data=FORM).get_data(as_text=True))
    bearer = house.tokens.bearer(secret, address="10.1.77.1")
    assert (bearer.actor.person_id, bearer.token.scopes) == ("cax-1", {TokenScope.READ, TokenScope.FILE})
    assert bearer.token.networks == ("10.1.0.0/16", "192.0.2.7/32")
    page = client.get("/ma-ca-nhan/").get_data(as_text=True)
    assert "Máy văn thư" in page
    assert "Dùng để nộp giấy tờ, xem; chỉ từ 10.1.0.0/16, 192.0.2.7/32." in page
    assert secret not in page
    assert client.post("/ma-ca-nhan/thu-hoi", data={"ma": bearer.token.id}).location == "/ma-ca-nhan/?da=thu-hoi"
    assert "Chưa có mã nào." in client.get("/ma-ca-nhan/?da=thu-hoi").get_data(as_text=True)
    with pytest.raises(NotAllowed):
        house.tokens.bearer(secret)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ten": " "}, "Ghi mã dùng để làm gì, dài nhất 80 ký tự."),
        ({"ngay": "91"}, "Mã cá nhân dùng được từ 1 đến 90 ngày."),
        ({"ngay": "mai"}, "Mã cá nhân dùng được từ 1 đến 90 ngày."),
        ({"pham-vi": []}, "Chọn ít nhất một việc mà mã dùng được."),
        ({"pham-vi": ["keep"]}, "Chọn ít nhất một việc mà mã dùng được."),
        ({"mang": "mạng nhà"}, "“mạng” không phải một địa chỉ mạng. Ví dụ: 10.1.0.0/16."),
    ],
)
def test_form_says_at_its_field_what_is_wrong_and_keeps_what_was_typed(
    client_as: ClientAs, house: House, wrong: dict[str, object], sentence: str
) -> None:
    answer = client_as("cax-1").post("/ma-ca-nhan/", data={**FORM, **wrong})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert str(wrong.get("mang", "10.1.2.3/16, 192.0.2.7")) in page
    assert house.tokens.of(house.people.actor("cax-1")) == []


def test_token_does_not_go_around_a_second_factor(client_as: ClientAs, house: House) -> None:
    client = client_as("pv01-1")
    answer = client.post("/ma-ca-nhan/", data={**FORM, "mang": ""})
    assert answer.status_code == 422
    assert "vai này đăng nhập hai bước" in answer.get_data(as_text=True)
    secret = made_on(client.post("/ma-ca-nhan/", data=FORM).get_data(as_text=True))
    assert house.tokens.bearer(secret, address="192.0.2.7").actor.person_id == "pv01-1"
    with pytest.raises(NotAllowed):
        house.tokens.bearer(secret, address="192.0.2.8")
    of_command_line = house.tokens.make(ADMIN, "pv01-1", label="cli")
    assert house.tokens.bearer(of_command_line).actor.person_id == "pv01-1"
    with pytest.raises(NotAllowed):
        house.tokens.bearer(of_command_line, address="192.0.2.7")


def test_nobody_keeps_the_tokens_of_others_but_the_administrator(house: House) -> None:
    police, unit = house.people.actor("cax-1"), house.people.actor("thpt")
    secret = house.tokens.make(unit, "thpt", label="máy trường")
    (token,) = house.tokens.of(unit)
    for deed in (
        lambda: house.tokens.make(police, "thpt", label="x"),
        lambda: house.tokens.of(police, "thpt"),
        lambda: house.tokens.revoke(police, token.id, person_id="thpt"),
    ):
        with pytest.raises(NotAllowed):
            deed()
    house.tokens.revoke(ADMIN, token.id, person_id="thpt")
    with pytest.raises(NotAllowed):
        house.tokens.bearer(secret)


def test_tokens_end_with_the_account_and_are_not_without_number(house: House) -> None:
    unit = house.people.actor("thpt")
    house.accounts.create(ADMIN, "thpt", login="truong", password="mật khẩu dài của trường")
    secrets = [house.tokens.make(unit, "thpt", label=f"máy {n}") for n in range(MOST_TOKENS)]
    with pytest.raises(Conflict):
        house.tokens.make(unit, "thpt", label="một máy nữa")
    house.accounts.set_disabled(ADMIN, "thpt", disabled=True)
    house.accounts.set_disabled(ADMIN, "thpt", disabled=False)
    with pytest.raises(NotAllowed):
        house.tokens.bearer(secrets[0])
    assert house.tokens.of(unit) == []


def test_guide_tells_every_address_and_leads_to_swagger(client_as: ClientAs) -> None:
    page = client_as("thpt").get("/huong-dan-api/").get_data(as_text=True)
    assert "/api/v1/dossiers/{dossier_id}/explain" in page
    assert "Mọi bước và giấy tờ từ đây, kèm mọi lý do chưa làm được." in page
    assert 'href="/huong-dan-api/swagger/"' in page
    answer = client_as("thpt").get("/huong-dan-api/swagger/")
    policy = answer.headers["Content-Security-Policy"]
    assert "img-src 'self' data:" in policy
    assert "script-src  'nonce-" in policy
    assert "unsafe" not in policy
    assert client_as("thpt").get("/huong-dan-api/swagger/other.js").status_code == 404
