"""What a person's calendar holds for a program that reads it by a private link: the dates of open years, and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import url_for

from web.context import house, now
from web.words import say
from web.years.calendar import Entry, entries
from web.years.kinds import owed_of, with_owed, yearly_kinds
from workflow.domain.calendars import last_day
from workflow.queries.books import cycles
from workflow.queries.books import year as dates_of
from workflow.queries.filters import Filters
from workflow.queries.moment import Moment
from workflow.queries.paging import MOST
from workflow.queries.worklist import worklist

if TYPE_CHECKING:
    from workflow.domain.actors import Actor


def feed_entries(reader: Actor) -> list[Entry]:
    """The dates of every open year as they stand for the reader, then what waits for it by a day, soonest first."""
    return [*_dates(reader), *_tasks(reader)]


def _dates(reader: Actor) -> list[Entry]:
    kinds = {kind.code: kind for kind in yearly_kinds()}
    found: list[Entry] = []
    for known in cycles(house().database, reader):
        kind = kinds.get(known.kind)
        if kind is not None and known.closed_at is None:
            year = dates_of(house().database, reader, kind, known.cycle, now(), owed=owed_of(kind))
            found += entries(year, with_owed(kind))
    return found


def _tasks(reader: Actor) -> list[Entry]:
    with house().engine.reading() as stores:
        settings = stores.books.settings(reader.province_id)
        calendar = house().calendar(stores)
    moment = Moment.of(now(), calendar, settings.near_days)
    page = worklist(house().database, reader, Filters(), moment, limit=MOST, connected=settings.connected)
    return [
        (
            f"{item.id}@hoso",
            last_day(item.due),
            say("year.ics.task", unit=item.subject_name, state=_state(item.kind, item.kind_version, item.state)),
            say("year.ics.number", number=item.number),
            url_for("dossiers.page", dossier_id=item.id, _external=True),
        )
        for item in page.items
        if item.due is not None and not item.on_hold
    ]


def _state(kind: str, version: int, state: str) -> str:
    return house().catalogue.version(kind, version).state(state).label
