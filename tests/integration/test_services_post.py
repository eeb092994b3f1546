"""Notices by mail, through a real mail server, on both databases: told once, in time, and to nobody who may not see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest

from tests.support.mail import MailBox, body_of, free_port, mail_server
from tests.support.played import Played, played
from workflow.bootstrap import MailDesk
from workflow.domain.actors import Role
from workflow.domain.books import Notice
from workflow.domain.calendars import local_day
from workflow.domain.telling import Rhythm
from workflow.jobs.smtp import MailServer
from workflow.papers.letters import LetterPaper
from workflow.queries.letters import troubles
from workflow.services.post import PostService

POLICE, SCHOOL = "cax@vinh-phong.example", "thpt@vinh-phong.example"


@pytest.fixture
def story(storage_url: str) -> Iterator[Played]:
    """Wednesday 11/11/2026, 10:05."""
    with played(storage_url, "2026-11-11T10:05:00") as found:
        yield found


@pytest.fixture
def box() -> Iterator[MailBox]:
    """A mail server."""
    with mail_server() as found:
        yield found


def service(story: Played, port: int) -> PostService:
    house = story.house
    paper = LetterPaper(
        house.wording, house.definitions_folder / "mail", "hoso <hoso@tinh.example>", "https://hoso.tinh.example"
    )
    return PostService(house.engine, house.notice_rules, MailDesk(house, MailServer("127.0.0.1", port, "none"), paper))


@pytest.fixture
def post(story: Played, box: MailBox) -> PostService:
    """The post of the story's house; what was told before today is of the past."""
    found = service(story, box.port)
    found.hand_out()
    return found


Tell = Callable[..., None]


@pytest.fixture
def tell(story: Played) -> Tell:
    """Writes notices about a school's dossier, as a service would."""

    def put(audience: Role, organisation: str, *numbers: str, dossier: str | None = "thpt") -> None:
        about = None if dossier is None else story.dossier(dossier).id
        with story.house.engine.uow() as uow:
            notices = [Notice(about, audience, organisation, "notice.turn", {"number": number}) for number in numbers]
            uow.outbox.put(notices, at=story.house.clock.now())
            uow.commit()

    return put


def wants(story: Played, person: str, email: str, rhythm: Rhythm = Rhythm.AT_ONCE) -> None:
    story.house.contacts.set(story.actor(person), email=email, rhythm=rhythm)


def forward(story: Played, **by: int) -> None:
    story.house.clock.advance(timedelta(**by))  # type: ignore[attr-defined]


def test_a_notice_is_sent_once_as_text_and_html(story: Played, box: MailBox, post: PostService, tell: Tell) -> None:
    wants(story, "cax-1", POLICE)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001")
    assert post.hand_out() == 1
    assert post.send().sent == 1
    [message] = box.messages
    assert (message["To"], message["From"]) == (POLICE, "hoso <hoso@tinh.example>")
    assert message["Subject"] == "hoso: Hồ sơ 2026-DH-0001 đã đến lượt xử lý."
    assert message["Message-ID"].endswith("@tinh.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        assert "Hồ sơ 2026-DH-0001 đã đến lượt xử lý." in body_of(message, kind)
        assert "https://hoso.tinh.example/thong-bao/" in body_of(message, kind)
    assert "Trường" not in body_of(message, "plain")
    assert (post.hand_out(), post.send().sent) == (0, 0)
    assert len(box.messages) == 1


def test_what_was_written_together_goes_in_one_letter(
    story: Played, box: MailBox, post: PostService, tell: Tell
) -> None:
    wants(story, "cax-1", POLICE)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001", "2026-DH-0002")
    post.hand_out()
    post.send()
    [message] = box.messages
    assert message["Subject"] == "hoso: 2 thông báo mới"
    assert body_of(message, "plain").count("đã đến lượt") == 2


def test_only_the_audience_is_told_and_only_who_wants_it(
    story: Played, box: MailBox, post: PostService, tell: Tell
) -> None:
    """Everybody here has an address; the unit of another dossier could leak, were the audience not asked."""
    wants(story, "cax-1", POLICE, Rhythm.NONE)
    wants(story, "thpt", SCHOOL)
    wants(story, "thcs", "thcs@vinh-phong.example")
    wants(story, "pv01-1", "pv01@tinh.example")
    tell(Role.UNIT, story.dossier("thpt").subject_id, "2026-DH-0001")
    tell(Role.UNIT, story.dossier("thcs").subject_id, "2026-DH-0001")  # of a dossier that this unit may not see
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001")
    post.hand_out()
    assert post.send().sent == 1
    assert [message["To"] for message in box.messages] == [SCHOOL]


def test_a_role_of_the_whole_province_is_told(story: Played, box: MailBox, post: PostService, tell: Tell) -> None:
    wants(story, "thpt", SCHOOL)
    wants(story, "thcs", "thcs@vinh-phong.example")
    tell(Role.UNIT, "tinh", "2026-DH-0001", dossier=None)
    post.hand_out()
    assert post.send().sent == 2


def test_who_moved_offices_meanwhile_gets_nothing(story: Played, box: MailBox, post: PostService, tell: Tell) -> None:
    """Handed out while the officer was there; its role ends before the letter goes."""
    wants(story, "cax-1", POLICE, Rhythm.DAILY)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001")
    assert post.hand_out() == 1
    today = local_day(story.house.clock.now())
    with story.house.engine.uow() as uow:
        [held] = uow.people.held("cax-1", at=story.house.clock.now())
        uow.people.end_assignment(held[4], last_day=today)
        uow.people.assign(
            "cax-1", Role.COMMUNE_POLICE, "cong-an-xa-khac", commune_id="xa-khac", province_id="tinh", valid_from=today
        )
        uow.commit()
    forward(story, days=1)
    found = post.send()
    assert (found.sent, found.dropped) == (0, 1)
    assert box.messages == []
    forward(story, days=30)
    assert post.send().sent == 0


def test_a_closed_account_gets_nothing(story: Played, box: MailBox, post: PostService, tell: Tell) -> None:
    wants(story, "thpt", SCHOOL)
    tell(Role.UNIT, story.dossier("thpt").subject_id, "2026-DH-0001")
    post.hand_out()
    story.house.accounts.create(story.actor("quan-tri"), "thpt", login="thpt", password="một mật khẩu đủ dài")
    story.house.accounts.set_disabled(story.actor("quan-tri"), "thpt", disabled=True)
    assert post.send().dropped == 1
    assert box.messages == []


def test_digest_goes_in_the_morning_of_the_next_working_day(
    story: Played, box: MailBox, post: PostService, tell: Tell
) -> None:
    wants(story, "cax-1", POLICE, Rhythm.DAILY)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001")
    post.hand_out()
    forward(story, hours=2)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0002")
    post.hand_out()
    assert post.send().sent == 0
    forward(story, hours=19)  # Thursday, 07:05
    assert post.send().sent == 1
    [message] = box.messages
    assert message["Subject"] == "hoso: 2 thông báo đến 12/11/2026"
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0003")
    post.hand_out()
    forward(story, days=1)
    post.send()
    assert len(box.messages) == 2
    assert box.messages[0]["Message-ID"] != box.messages[1]["Message-ID"]


def test_weekly_digest_goes_on_the_first_working_day_of_the_week(
    story: Played, box: MailBox, post: PostService, tell: Tell
) -> None:
    wants(story, "cax-1", POLICE, Rhythm.WEEKLY)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001")
    post.hand_out()
    forward(story, days=4)  # Sunday
    assert post.send().sent == 0
    forward(story, days=1)
    assert post.send().sent == 1
    assert local_day(story.house.clock.now()) == date(2026, 11, 16)


def test_a_server_that_is_down_loses_nothing(story: Played, box: MailBox, post: PostService, tell: Tell) -> None:
    wants(story, "cax-1", POLICE)
    wants(story, "thpt", SCHOOL)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001")
    tell(Role.UNIT, story.dossier("thpt").subject_id, "2026-DH-0001")
    post.hand_out()
    gone = service(story, free_port())
    found = gone.send()
    assert (found.sent, found.put_off, found.down) == (0, 1, True)
    assert post.send().sent == 1  # the other one was never tried
    [trouble] = troubles(story.house.database, story.actor("quan-tri"))
    assert (trouble.problem, trouble.tries) == ("connection", 1)
    forward(story, minutes=1)
    assert gone.send().put_off == 1
    assert post.send().sent == 0  # five minutes now
    forward(story, minutes=5)
    assert post.send().sent == 1
    assert sorted(message["To"] for message in box.messages) == [POLICE, SCHOOL]
    assert troubles(story.house.database, story.actor("quan-tri")) == ()


def test_a_refused_address_waits_for_the_administrator(
    story: Played, box: MailBox, post: PostService, tell: Tell
) -> None:
    wants(story, "cax-1", POLICE)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001")
    post.hand_out()
    box.recipient = "550 no such mailbox"
    assert post.send().put_off == 1
    forward(story, days=3)
    assert post.send().put_off == 0
    admin = story.actor("quan-tri")
    [trouble] = troubles(story.house.database, admin)
    assert (trouble.problem, trouble.failed) == ("recipient", True)
    box.recipient = "250 OK"
    assert post.retry(admin, [trouble.id]) == 1
    assert post.send().sent == 1


@pytest.mark.parametrize(("said", "problem"), [("451 later", "later"), ("554 refused", "refused")])
def test_a_refused_message_is_said_by_its_reason(
    story: Played, box: MailBox, post: PostService, tell: Tell, said: str, problem: str
) -> None:
    wants(story, "cax-1", POLICE)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001")
    post.hand_out()
    box.answer = said
    assert post.send().down is False
    [trouble] = troubles(story.house.database, story.actor("quan-tri"))
    assert trouble.problem == problem


def test_old_notices_are_told_on_the_page_alone(story: Played, box: MailBox, tell: Tell) -> None:
    wants(story, "cax-1", POLICE)
    tell(Role.COMMUNE_POLICE, "vinh-phong", "2026-DH-0001")
    forward(story, days=8)
    late = service(story, box.port)
    assert late.hand_out() > 0
    assert late.send().sent == 0


def test_without_a_mail_server_nothing_is_handed_out(story: Played) -> None:
    assert story.house.post.hand_out() == 0
    assert story.house.post.send().sent == 0
