"""A private link to one's calendar: made, read without signing in, made anew, ended; it opens nothing else."""

from __future__ import annotations

import html
import logging
import re
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from tests.support.pages import Page
from tests.web.conftest import ClientAs
from workflow.bootstrap import House
from workflow.clock import PracticeClock
from workflow.domain.actors import Actor, Role
from workflow.domain.errors import NotAllowed
from workflow.services.feeds import link_digest

STORY_UNTIL = "2026-11-11T10:05:00"
VIEW = "web.views.feeds"
"""The module; the package names its blueprint so."""

ADMIN = Actor("quan-tri", Role.ADMIN, "tinh", "tinh")


def link_of(client: FlaskClient) -> str:
    """A fresh link, as a path with its query."""
    page = Page(client.post("/lich-hen/lien-ket"))
    found = re.search(r"<textarea[^>]*>([^<]+)</textarea>", page.main)
    assert found is not None
    return html.unescape(found.group(1)).partition("localhost")[2]


def summaries(client: FlaskClient, link: str) -> list[str]:
    answer = client.get(link)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == "text/calendar"
    return [str(event["summary"]) for event in Calendar.from_ical(answer.get_data()).walk("VEVENT")]


def test_link_is_read_without_signing_in(app: Flask, client_as: ClientAs) -> None:
    client = client_as("cax-1")
    assert (2, "Chưa có liên kết") in Page(client.get("/lich-hen/")).headings
    link = link_of(client)
    page = Page(client.get("/lich-hen/"))
    assert "Dùng được đến hết ngày" in page.text
    assert link.partition("ma=")[2] not in page.html, "it is shown once"
    stranger = app.test_client()
    told = summaries(stranger, link)
    assert "Hạn: Đăng ký xây dựng điển hình (Điển hình)" in told
    assert any(one.startswith("Hạn: Trường THPT Vĩnh Thuận (") for one in told)
    answer = stranger.get(link)
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers
    assert stranger.get("/viec-can-lam").status_code == 302, "it signs nobody in"


def test_link_shows_only_what_its_owner_may_see(app: Flask, client_as: ClientAs) -> None:
    unit = summaries(app.test_client(), link_of(client_as("thpt")))
    assert not any("Trạm Y tế" in one for one in unit)
    other_owner = client_as("thpt")
    officer = link_of(client_as("cax-1"))
    assert summaries(other_owner, officer) == summaries(app.test_client(), officer), "whoever is signed in beside it"


def test_new_link_ends_the_old_one_and_ending_ends_it(app: Flask, client_as: ClientAs) -> None:
    client, stranger = client_as("cax-1"), app.test_client()
    first = link_of(client)
    second = link_of(client)
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    page = Page(client.post("/lich-hen/ket-thuc", follow_redirects=True))
    assert "Đã bỏ liên kết." in page.text
    assert stranger.get(second).status_code == 404
    assert Page(stranger.get(second)).text == Page(stranger.get("/lich-hen/lich.ics?ma=khong-co")).text


def test_link_ends_with_the_account_the_role_and_the_year(app: Flask, house: House, client_as: ClientAs) -> None:
    stranger = app.test_client()
    of_police, of_unit, of_committee = (link_of(client_as(name)) for name in ("cax-1", "thpt", "ubnd-1"))
    house.accounts.set_disabled(ADMIN, "cax-1", disabled=True)
    assert stranger.get(of_police).status_code == 404
    with house.engine.uow() as uow:
        (held,) = uow.people.held("thpt", at=house.clock.now())
        uow.people.end_assignment(held[4], last_day=date(2026, 11, 10))
        uow.commit()
    assert stranger.get(of_unit).status_code == 404
    assert isinstance(house.clock, PracticeClock)
    assert stranger.get(of_committee).status_code == 200
    house.clock.advance(timedelta(days=366))
    assert stranger.get(of_committee).status_code == 404


def test_link_is_no_personal_token_and_no_token_is_a_link(app: Flask, house: House, client_as: ClientAs) -> None:
    secret = link_of(client_as("cax-1")).partition("ma=")[2]
    with pytest.raises(NotAllowed):
        house.tokens.bearer(secret)
    token = house.tokens.make(ADMIN, "cax-1", label="calendar")
    assert app.test_client().get(f"/lich-hen/lich.ics?ma={token}").status_code == 404


def test_link_is_kept_as_a_digest_and_stands_in_no_log(
    app: Flask,
    client_as: ClientAs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    link = link_of(client_as("cax-1"))
    secret = link.partition("ma=")[2]
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("house.sqlite*"))
    assert secret.encode() not in kept
    assert link_digest(secret).encode() in kept

    def broken(reader: Actor) -> list[object]:
        raise RuntimeError("calendar")

    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    monkeypatch.setattr(sys.modules[VIEW], "feed_entries", broken)
    with caplog.at_level(logging.DEBUG):
        assert app.test_client().get(link).status_code == 500
    assert "lich.ics" in caplog.text
    assert secret not in caplog.text


def test_link_is_read_at_a_calm_pace(app: Flask, client_as: ClientAs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[VIEW], "PACE", "2/hour")
    stranger, link, other = app.test_client(), link_of(client_as("cax-1")), link_of(client_as("thpt"))
    assert [stranger.get(link).status_code for _ in range(3)] == [200, 200, 429]
    assert stranger.get(other).status_code == 200, "one link's pace is not another's"


def test_administrator_has_no_dates_and_no_link(client_as: ClientAs) -> None:
    assert client_as("quan-tri").get("/lich-hen/").status_code == 403
    assert client_as("quan-tri").post("/lich-hen/lien-ket").status_code == 403
