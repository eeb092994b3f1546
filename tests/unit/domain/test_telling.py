"""Audiences, addresses of mail, and the moments of digests and of trying again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflow.definitions.calendars import load_calendar
from workflow.definitions.notice_rules import load_notice_rules
from workflow.domain.actors import Actor, Role
from workflow.domain.books import ProvinceSettings
from workflow.domain.calendars import HCM
from workflow.domain.telling import Rhythm, above, audiences_of, is_email
from workflow.settings import DEFINITIONS

CALENDAR = load_calendar(DEFINITIONS / "calendars" / "vn")
RULES = load_notice_rules(DEFINITIONS)


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=HCM)


@pytest.mark.parametrize(
    ("actor", "offices"),
    [
        (Actor("p", Role.UNIT, "s-1", "tinh", "xa"), ["s-1", "tinh"]),
        (Actor("p", Role.COMMUNE_POLICE, "ca-xa", "tinh", "xa"), ["xa", "tinh"]),
        (Actor("p", Role.COMMUNE_COMMITTEE, "ub-xa", "tinh", "xa"), ["xa", "tinh"]),
        (Actor("p", Role.PROVINCE_POLICE, "pv01", "tinh"), ["tinh"]),
        (Actor("p", Role.PROVINCE_COMMITTEE, "ubnd", "tinh"), ["tinh"]),
        (Actor("p", Role.ADMIN, "tinh", "tinh"), ["tinh"]),
    ],
)
def test_audiences_are_the_own_office_and_the_role_in_the_province(actor: Actor, offices: list[str]) -> None:
    assert audiences_of(actor) == tuple((actor.role, office) for office in offices)


def test_nobody_stands_above_the_provincial_committee() -> None:
    assert [above(role) for role in (Role.PROVINCE_COMMITTEE, Role.ADMIN, Role.SYSTEM)] == [None, None, None]


@pytest.mark.parametrize("text", ["a@b.vn", "Cong.An+xa@vinh-phong.gov.vn", f"{'a' * 64}@{'b' * 63}.vn"])
def test_an_address_of_mail(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a@b", "a b@c.vn", "a@b.vn\n", "a@b.vn\r\nBcc: c@d.vn", "a@b.vn,c@d.vn", "<a@b.vn>", "đ@b.vn",
        "a@@b.vn", "a@.vn", f"{'a' * 65}@b.vn", f"a@{'b.' * 130}vn",
    ],
)  # fmt: skip
def test_no_address_of_mail(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    ("rhythm", "now", "wanted"),
    [
        (Rhythm.DAILY, at(11, 6), at(11, 7)),
        (Rhythm.DAILY, at(11, 7), at(12, 7)),
        (Rhythm.DAILY, at(13, 10), at(16, 7)),  # Friday -> Monday
        (Rhythm.WEEKLY, at(11, 6), at(16, 7)),
        (Rhythm.WEEKLY, at(16, 6), at(16, 7)),
        (Rhythm.WEEKLY, at(16, 8), at(23, 7)),
    ],
)
def test_the_next_digest(rhythm: Rhythm, now: datetime, wanted: datetime) -> None:
    assert RULES.next_digest(rhythm, now, CALENDAR) == wanted


def test_a_weekly_digest_waits_for_the_first_working_day() -> None:
    """Tết 2026: the whole week from 16/02 is off."""
    begins = datetime(2026, 2, 13, 9, tzinfo=HCM)
    found = RULES.next_digest(Rhythm.WEEKLY, begins, CALENDAR)
    assert CALENDAR.is_working_day(found.date())
    assert found > begins + timedelta(days=3)


def test_trying_again_takes_longer_each_time() -> None:
    now = datetime(2026, 11, 11, tzinfo=UTC)
    waits = [(RULES.retry_at(now, tries) - now) // timedelta(minutes=1) for tries in range(1, 8)]
    assert waits == [1, 5, 15, 60, 240, 240, 240]


def test_a_province_sets_its_own_days_for_every_kind() -> None:
    own = RULES.as_set_by(ProvinceSettings(remind_days=(9, 2), escalate_days=4))
    assert (own.days_for("dien_hinh"), own.every_day(), own.escalate) == ((2, 9), (2, 9), 4)
    assert RULES.as_set_by(ProvinceSettings()) == RULES
    assert RULES.every_day() == (1, 7, 30)
