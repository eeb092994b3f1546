"""Values come back as they were written: every event, every dossier, instants to the microsecond."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.dossiers import filed, move, opened, paper_ref
from workflow.domain import events as ev
from workflow.domain.actors import Role
from workflow.domain.books import ProvinceSettings
from workflow.domain.calendars import InvalidTime
from workflow.domain.dossier import Dossier
from workflow.domain.events import DOSSIER_EVENTS, Event
from workflow.domain.step_clock import StepClock
from workflow.storage import codec

words = st.text(max_size=12).filter(lambda text: text.isprintable() or text == "")
instants = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis asks for bounds without a zone
    datetime(2200, 1, 1),  # noqa: DTZ001 - same
    timezones=st.sampled_from([UTC, ZoneInfo("Asia/Ho_Chi_Minh")]),
)
digests = st.sampled_from(["ab" * 32, "0" * 64])
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words,
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
clocks = st.builds(StepClock, instants, st.integers(1, 60))
stopped = st.builds(
    lambda clock, later: StepClock(clock.started_at, clock.working_days, clock.started_at + later, 3),
    clocks,
    st.timedeltas(timedelta(0), timedelta(days=90)),
)
texts = st.builds(ev.TextRef, words, digests)
signed = st.builds(ev.SignedPaper, words, words, words, words, st.lists(digests, max_size=2).map(tuple))
papers = st.builds(
    ev.PaperRef, words, words, st.integers(1, 99), digests, words, st.lists(digests, max_size=2).map(tuple),
    st.none() | words, st.dictionaries(words, plain, max_size=4),
)  # fmt: skip
items = st.builds(ev.ReturnItem, texts, st.none() | words, st.none() | words, st.none() | words)
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    "datetime": instants,
    "datetime | None": st.none() | instants,
    "str": words,
    "str | None": st.none() | words,
    "int": st.integers(0, 2**40),
    "int | None": st.none() | st.integers(0, 2**40),
    "bool": st.booleans(),
    "Role": st.sampled_from(Role),
    "Role | None": st.none() | st.sampled_from(Role),
    "StepClock | None": st.none() | clocks | stopped,
    "SignedPaper": signed,
    "SignedPaper | None": st.none() | signed,
    "PaperRef": papers,
    "PaperRef | None": st.none() | papers,
    "TextRef": texts,
    "TextRef | None": st.none() | texts,
    "tuple[str, ...]": st.lists(words, max_size=3).map(tuple),
    "tuple[PaperRef, ...]": st.lists(papers, max_size=2).map(tuple),
    "tuple[ReturnItem, ...]": st.lists(items, max_size=2).map(tuple),
    "tuple[tuple[str, str], ...]": st.lists(st.tuples(words, words), max_size=2).map(tuple),
}


def any_event(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Events of a kind with any value in every field, by the field's own type."""
    return st.builds(kind, **{field.name: BY_TYPE[field.type] for field in dataclasses.fields(kind)})


@given(st.one_of(*map(any_event, DOSSIER_EVENTS)))
def test_any_event_comes_back_equal(event: Event) -> None:
    payload = codec.payload_of(event)
    back = codec.event_from(
        type(event).__name__, payload, at=codec.micros(event.at), person_id=event.person_id, role=event.role.value
    )
    assert back == event
    assert type(back) is type(event)
    assert codec.payload_of(back) == payload or "+07:00" in payload


@given(st.data())
def test_any_dossier_comes_back_equal(data: st.DataObject) -> None:
    dossier, _events = opened()
    for _ in range(data.draw(st.integers(0, 5))):
        dossier.apply(data.draw(st.one_of(*(any_event(kind) for kind in (ev.PaperFiled, ev.HoldSet, ev.HoldLifted)))))
    if data.draw(st.booleans()):
        move(dossier, "register")
        move(dossier, "return")
    back = codec.unpack_dossier(codec.pack_dossier(dossier))
    assert back == dossier
    assert [type(filed_paper.paper.files) for filed_paper in back.papers] == [tuple] * len(back.papers)


def test_a_dossier_with_everything_comes_back_equal() -> None:
    dossier, _events = opened(origin_id="o")
    filed(dossier, paper_ref(b"{}", files=("ab" * 32,)))
    for trigger in ("register", "return", "resubmit", "submit", "recognize"):
        move(dossier, trigger)
    dossier.criteria, dossier.floor_state, dossier.result = "qd@1", "selected", "proposed"
    dossier.ledger_facts = ("r-1",)
    back = codec.unpack_dossier(codec.pack_dossier(dossier))
    assert back == dossier
    assert isinstance(back.ledger_facts, tuple)
    assert all(getattr(back, field.name) == getattr(dossier, field.name) for field in dataclasses.fields(Dossier))


def test_payload_leaves_out_what_has_columns_and_what_is_default() -> None:
    dossier, _events = opened()
    (event,) = filed(dossier, paper_ref(b"{}"))
    payload = json.loads(codec.payload_of(event))
    assert set(payload) == {"paper", "findings"}
    assert payload["paper"]["facts"]["answers"] == {"1.1": "4.5", "1.2": True}


def test_defaults_of_events_never_change() -> None:
    """They are left out of the journal: another default would change what old rows say."""
    values = {
        f"{kind.__name__}.{field.name}": field.default if field.default is not dataclasses.MISSING else ()
        for kind in (*DOSSIER_EVENTS, ev.PaperRef, ev.SignedPaper, ev.ReturnItem, StepClock)
        for field in dataclasses.fields(kind)
        if field.default is not dataclasses.MISSING
    }
    assert {name: value for name, value in values.items() if value not in (None, (), False)} == {}


def test_vietnamese_is_written_as_it_is() -> None:
    assert codec.to_json({"b": "Đơn vị", "a": [1, None, True]}) == '{"a":[1,null,true],"b":"Đơn vị"}'
    with pytest.raises(TypeError):
        codec.to_json({"x": object()})


@given(instants)
def test_instants_are_exact_to_the_microsecond(value: datetime) -> None:
    back = codec.instant(codec.micros(value))
    assert back == value
    assert back.tzinfo is UTC


def test_instants_outside_utc_are_the_same_moment() -> None:
    there = datetime(2026, 1, 18, 0, 0, tzinfo=timezone(timedelta(hours=7)))
    assert codec.instant(codec.micros(there)) == datetime(2026, 1, 17, 17, 0, tzinfo=UTC)
    assert codec.micros_or_none(None) is codec.instant_or_none(None) is None
    with pytest.raises(InvalidTime):
        codec.micros(datetime(2026, 1, 18))  # noqa: DTZ001 - that it is refused is the point


def test_days_are_iso_text() -> None:
    assert codec.day_text(date(2026, 1, 18)) == "2026-01-18"
    assert codec.day_of("2026-01-18") == date(2026, 1, 18)
    assert codec.day_text(None) is codec.day_of(None) is None


def test_settings_are_written_in_one_order() -> None:
    first = ProvinceSettings(lifted=frozenset({("b", 2026, "x"), ("a", 2025, "y")}))
    text = codec.settings_to_json(first)
    assert text == '{"lifted":[["a",2025,"y"],["b",2026,"x"]]}'
    assert codec.settings_from_json(text) == first
    assert codec.settings_from_json("{}") == ProvinceSettings()
