"""Several use cases in one transaction, on both databases: a unit entered in one go, more time by its name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.support import tree
from workflow import installation
from workflow.bootstrap import House
from workflow.domain.deadlines import GrantKind, Scope
from workflow.domain.errors import IdempotencyMismatch, InvalidDocument, InvalidInput, TransitionRefused
from workflow.seeding.player import Player
from workflow.seeding.script import STORY, moment, read_script
from workflow.services.dates import GrantInput
from workflow.services.inputs import PaperInput
from workflow.services.more_time import MoreTimeService
from workflow.services.registration import RegistrationService
from workflow.settings import Settings

REGISTRATION = (tree.ROOT / "fixtures" / "dien_hinh" / "valid" / "registration--co_quan.json").read_bytes()
PUNCTUAL = moment("2026-01-17T23:59:59")


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    """The story on the last second of punctual registration; the high school has registered, the women have not."""
    settings = Settings(database=database_url, files=f"file:{tmp_path / 'files'}", province="tinh")
    script = read_script(STORY)
    installation.make(settings, at=moment(script["begins"]), practice=True)
    opened = House(settings)
    list(Player(opened, script).play(until=PUNCTUAL))
    yield opened
    opened.close()


def rows(house: House) -> tuple[int, list[str]]:
    """How long the journal is, and every dossier's id."""
    with house.engine.reading() as uow:
        ids = uow.dossiers.ids_where(province_id="tinh")
    return installation.verify_journal(house, None).rows, ids


def enter(house: House, raw: bytes = REGISTRATION, *, key: str | None = None, draft_only: bool = False) -> str:
    """The women's union registers in one go; the state it ends in."""
    receipt = RegistrationService(house.engine).register(
        house.people.actor("phu-nu"),
        kind_code="dien_hinh",
        subject_id="phu-nu-vinh-phong",
        cycle=2026,
        papers={"registration": PaperInput(raw)},
        draft_only=draft_only,
        key=key,
    )
    return receipt.state


def test_unit_is_entered_in_one_go_at_one_time_of_receipt(house: House) -> None:
    before, earlier = rows(house)
    assert enter(house) == "registered"
    after, ids = rows(house)
    assert after == before + 3
    (made,) = set(ids) - set(earlier)
    with house.engine.reading() as uow:
        events = uow.journal.events_of(made)
    assert [event.at for event in events] == [house.clock.now()] * 3
    assert installation.verify_journal(house, None).ok
    assert installation.verify_state(house).ok


def test_fault_at_the_last_step_leaves_nothing_of_the_first(house: House) -> None:
    before = rows(house)
    with pytest.raises(InvalidDocument):
        enter(house, b"{}")
    with pytest.raises(TransitionRefused):
        RegistrationService(house.engine).register(
            house.people.actor("phu-nu"), kind_code="dien_hinh", subject_id="phu-nu-vinh-phong", cycle=2026, papers={}
        )
    assert rows(house) == before
    assert enter(house) == "registered"


def test_draft_only_stops_before_the_step(house: House) -> None:
    assert enter(house, draft_only=True) == "draft"


def test_key_covers_the_whole_entry(house: House) -> None:
    assert enter(house, key="k") == enter(house, key="k") == "registered"
    before = rows(house)
    with pytest.raises(IdempotencyMismatch):
        enter(house, key="k", draft_only=True)
    assert rows(house) == before


def wish(until: datetime) -> GrantInput:
    """More time for the farmers' union."""
    return GrantInput("dien_hinh", 2026, "registration", Scope.SUBJECT, "nong-dan-vinh-phong", until, "Bão")


def test_more_time_is_given_only_under_its_own_name(house: House) -> None:
    service, actor = MoreTimeService(house.engine), house.people.actor("pv01-1")
    until = moment("2026-01-25T00:00:00")
    before = rows(house)
    with pytest.raises(InvalidInput) as early:
        service.give(actor, GrantKind.LATE_OPENING, wish(until))
    assert early.value.code == "late_opening_before_closing"
    assert rows(house) == before
    given = service.give(actor, GrantKind.EXTENSION, wish(until), key="k")
    again = service.give(actor, GrantKind.EXTENSION, wish(until), key="k")
    assert (given.kind, given) == (GrantKind.EXTENSION, again)
    with house.engine.reading() as uow:
        assert [grant.id for grant in uow.books.grants("tinh", "dien_hinh", 2026)] == [given.id]
