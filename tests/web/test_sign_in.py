"""Signing in and out: what is asked, what is said, when a session ends."""

from __future__ import annotations

import html as html_of
import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits import parse

from tests.web.conftest import ClientAs
from tests.web.test_acts import text_of
from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.accounts import ABSOLUTE, IDLE, LOCK

PASSWORD = "trường trung học phổ thông"


@pytest.fixture
def accounts(house: House) -> dict[str, str | None]:
    """Accounts for a unit and for PV01; the second's secret of its second factor."""
    admin = house.people.actor("quan-tri")
    return {
        person: house.accounts.create(admin, person, login=f"{person}.dn", password=PASSWORD)
        for person in ("thpt", "pv01-1")
    }


def enter(client: FlaskClient, login: str, password: str = PASSWORD) -> tuple[int, str]:
    answer = client.post("/dang-nhap", data={"login": login, "password": password})
    return answer.status_code, text_of(answer.get_data(as_text=True))


def is_in(client: FlaskClient) -> bool:
    return client.get("/tai-khoan/").status_code == 200


def clock(house: House) -> PracticeClock:
    assert isinstance(house.clock, PracticeClock)
    return house.clock


def test_unit_signs_in_with_its_password(app: Flask, accounts: dict[str, str | None]) -> None:
    client = app.test_client()
    assert enter(client, "THPT.dn")[0] == 302
    assert is_in(client)


def test_unknown_login_and_wrong_password_say_the_same(app: Flask, accounts: dict[str, str | None]) -> None:
    wrong = enter(app.test_client(), "thpt.dn", "sai mật khẩu rồi nhé")
    unknown = enter(app.test_client(), "khong-co", "sai mật khẩu rồi nhé")
    assert wrong[0] == unknown[0] == 401
    assert "Sai tên đăng nhập hoặc mật khẩu. Nhập sai 5 lần liền, tài khoản tạm khóa 15 phút." in wrong[1]
    assert unknown[1].replace("khong-co", "thpt.dn") == wrong[1]


def test_address_that_tries_many_accounts_is_slowed_and_others_are_not(
    app: Flask, accounts: dict[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.security.FAILED_SIGN_INS", (parse("3/minute"),))
    client = app.test_client()
    assert [enter(client, f"ai-{n}", "đoán bừa một mật khẩu")[0] for n in range(4)] == [401, 401, 401, 429]
    assert enter(client, "thpt.dn")[0] == 429
    client.environ_base["REMOTE_ADDR"] = "203.0.113.8"
    assert enter(client, "thpt.dn")[0] == 302


def test_five_failures_lock_for_fifteen_minutes(app: Flask, house: House, accounts: dict[str, str | None]) -> None:
    client = app.test_client()
    for _ in range(5):
        told = enter(client, "thpt.dn", "sai mật khẩu rồi nhé")
    assert "Tài khoản tạm khóa vì nhập sai nhiều lần." in told[1]
    assert enter(client, "thpt.dn")[0] == 401
    clock(house).advance(LOCK)
    assert enter(client, "thpt.dn")[0] == 302


def test_pv01_needs_its_code_and_a_code_counts_once(app: Flask, house: House, accounts: dict[str, str | None]) -> None:
    secret = accounts["pv01-1"]
    assert secret is not None
    client = app.test_client()
    enter(client, "pv01-1.dn")
    assert not is_in(client)
    code = pyotp.TOTP(secret).at(int(house.clock.now().timestamp()))
    assert client.post("/dang-nhap/ma", data={"code": "000000"}).status_code == 401
    assert client.post("/dang-nhap/ma", data={"code": code}).status_code == 302
    assert is_in(client)
    again = app.test_client()
    enter(again, "pv01-1.dn")
    assert again.post("/dang-nhap/ma", data={"code": code}).status_code == 401


def test_signing_out_ends_the_session_on_the_server(client_as: ClientAs, app: Flask) -> None:
    client = client_as("thpt")
    cookie = client.get_cookie("hoso")
    assert cookie is not None
    client.post("/dang-xuat")
    thief = app.test_client()
    thief.set_cookie("hoso", cookie.value)
    assert not is_in(thief)


def test_new_password_ends_every_session(app: Flask, house: House, accounts: dict[str, str | None]) -> None:
    first, second = app.test_client(), app.test_client()
    enter(first, "thpt.dn")
    enter(second, "thpt.dn")
    clock(house).advance(LOCK / 15)
    new = "mật khẩu mới còn dài hơn"
    first.post("/tai-khoan/mat-khau", data={"old": PASSWORD, "new": new, "repeat": new})
    assert not is_in(first)
    assert not is_in(second)
    assert enter(first, "thpt.dn", new)[0] == 302


def test_short_password_is_refused(app: Flask, accounts: dict[str, str | None]) -> None:
    client = app.test_client()
    enter(client, "thpt.dn")
    answer = client.post("/tai-khoan/mat-khau", data={"old": PASSWORD, "new": "ngắn", "repeat": "ngắn"})
    assert answer.status_code == 422
    assert "15" in text_of(answer.get_data(as_text=True))


def test_idle_and_old_sessions_are_over(client_as: ClientAs, house: House) -> None:
    client = client_as("thpt")
    clock(house).advance(IDLE / 2)
    assert is_in(client)
    clock(house).advance(IDLE)
    assert not is_in(client)


def test_session_never_outlives_its_limit(client_as: ClientAs, house: House) -> None:
    client = client_as("thpt")
    for _ in range(int(ABSOLUTE / IDLE) * 2 - 1):
        clock(house).advance(IDLE / 2)
        assert is_in(client)
    clock(house).advance(IDLE / 2)
    assert not is_in(client)


def test_ended_session_of_another_browser_is_over(client_as: ClientAs, app: Flask) -> None:
    client, other = client_as("thpt"), client_as("thpt")
    page = client.get("/tai-khoan/").get_data(as_text=True)
    digest = page.split('name="session" value="')[1].split('"')[0]
    client.post("/tai-khoan/ket-thuc-phien", data={"session": digest})
    assert is_in(client)
    assert not is_in(other)


def test_role_taken_away_closes_the_door(client_as: ClientAs, house: House) -> None:
    client = client_as("cax-2")
    assert is_in(client)
    house.accounts.set_disabled(house.people.actor("quan-tri"), "cax-2", disabled=True)
    assert not is_in(client)


def test_demo_sign_in_is_closed_elsewhere(app: Flask) -> None:
    app.config["DEMO"] = False
    assert app.test_client().post("/dang-nhap/vao-thu", data={"person": "thpt"}).status_code == 404


def test_back_to_leads_only_within_the_site(app: Flask, accounts: dict[str, str | None]) -> None:
    client = app.test_client()
    with client.session_transaction() as session:
        session["back_to"] = "//evil.example/"
    answer = client.post("/dang-nhap", data={"login": "thpt.dn", "password": PASSWORD})
    assert answer.location.startswith("/")
    assert not answer.location.startswith("//")


# --- a form that was sent too late ----------------------------------------------------------------


def ended(app: Flask, house: House, secret: str) -> FlaskClient:
    """A browser of PV01 whose session was ended from elsewhere, as it does not know yet."""
    client, elsewhere = app.test_client(), app.test_client()
    for one in (client, elsewhere):
        enter(one, "pv01-1.dn")
        one.post("/dang-nhap/ma", data={"code": pyotp.TOTP(secret).at(int(house.clock.now().timestamp()))})
        clock(house).advance(LOCK / 15)
    other = carried_in(elsewhere.get("/tai-khoan/").get_data(as_text=True), "session")
    assert elsewhere.post("/tai-khoan/ket-thuc-phien", data={"session": other}).status_code == 302
    return client


def carried_in(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return html_of.unescape(found.group(1))


def test_late_form_comes_back_after_password_and_code(
    app: Flask, house: House, accounts: dict[str, str | None]
) -> None:
    secret = accounts["pv01-1"]
    assert secret is not None
    client = ended(app, house, secret)
    late = {
        "moc": "dien_hinh:selection",
        "ly-do": "Kế hoạch về muộn.\nĐề nghị gia hạn.",
        "viec": "ghi",
        "old": "bí mật",
    }
    answer = client.post("/thoi-han/mo-muon?nam=2026", data=late)
    assert answer.status_code == 401
    kept = carried_in(answer.get_data(as_text=True), "_giu")
    assert "Nội dung đang nhập đã được giữ" in text_of(answer.get_data(as_text=True))
    asked = client.post("/dang-nhap", data={"login": "pv01-1.dn", "password": PASSWORD, "_giu": kept})
    code = pyotp.TOTP(secret).at(int(house.clock.now().timestamp()))
    given = {"code": code, "_giu": carried_in(asked.get_data(as_text=True), "_giu")}
    page = client.post("/dang-nhap/ma", data=given).get_data(as_text=True)

    assert 'action="/thoi-han/mo-muon?nam=2026"' in page
    assert "Kế hoạch về muộn.\nĐề nghị gia hạn." in page.replace("\r\n", "\n")
    assert 'name="viec"' not in page
    assert "bí mật" not in page


def test_altered_or_foreign_late_form_is_dropped(app: Flask, house: House, accounts: dict[str, str | None]) -> None:
    secret = accounts["pv01-1"]
    assert secret is not None
    answer = ended(app, house, secret).post("/thoi-han/mo-muon", data={"ly-do": "Của PV01."})
    kept = carried_in(answer.get_data(as_text=True), "_giu")
    for carried in (kept, f"{kept[:-4]}aaaa", "x"):
        client = app.test_client()
        entered = client.post("/dang-nhap", data={"login": "thpt.dn", "password": PASSWORD, "_giu": carried})
        assert entered.status_code == 302


def test_stranger_who_posts_is_only_asked_to_sign_in(app: Flask) -> None:
    answer = app.test_client().post("/thoi-han/mo-muon", data={"ly-do": "Không phải của ai."})
    assert answer.status_code == 401
    assert "_giu" not in answer.get_data(as_text=True)
