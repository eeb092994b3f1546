"""Values to text and back: the dossier, its events, instants, days, small JSON, paper bodies.

The aggregate and its events go through pydantic by their own type annotations, so tuples, enums and instants come back
as they were. Fields that hold their default are left out; so a default of an event is part of its meaning and never
changes. An instant keeps the offset it was written with; columns hold UTC microseconds.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
from pydantic import TypeAdapter

from workflow.domain.actors import Role
from workflow.domain.books import ProvinceSettings
from workflow.domain.calendars import aware
from workflow.domain.dossier import Dossier
from workflow.domain.events import DOSSIER_EVENTS, Event

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FASTEST = 1

_DOSSIER = TypeAdapter(Dossier)
_SETTINGS = TypeAdapter(ProvinceSettings)
_EVENTS: dict[str, TypeAdapter[Event]] = {cls.__name__: TypeAdapter(cls) for cls in DOSSIER_EVENTS}
_COLUMNS = frozenset(field.name for field in fields(Event))
"""What stands in columns of the journal, not in the payload: at, person_id, role."""


# --- instants and days ---------------------------------------------------------------------------


def micros(instant: datetime) -> int:
    """Microseconds since 1970 in UTC. Raises InvalidTime for a naive instant."""
    return (aware(instant) - EPOCH) // MICROSECOND


def micros_or_none(instant: datetime | None) -> int | None:
    """The same, None for None."""
    return None if instant is None else micros(instant)


def instant(value: int) -> datetime:
    """The instant, aware, in UTC."""
    return EPOCH + timedelta(microseconds=value)


def instant_or_none(value: int | None) -> datetime | None:
    """The same, None for None."""
    return None if value is None else instant(value)


def day_text(day: date | None) -> str | None:
    """ISO text of a day."""
    return None if day is None else day.isoformat()


def day_of(text: str | None) -> date | None:
    """The day of an ISO text."""
    return None if text is None else date.fromisoformat(text)


# --- small JSON ----------------------------------------------------------------------------------


def to_json(value: object) -> str:
    """Canonical JSON text: keys sorted, no spaces, letters not escaped. TypeError for what JSON cannot say."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def from_json(text: str | bytes) -> Any:
    """The value of a JSON text."""
    return orjson.loads(text)


def object_from(text: str | bytes) -> dict[str, object]:
    """The JSON object of a text."""
    value: dict[str, object] = orjson.loads(text)
    return value


# --- bytes ---------------------------------------------------------------------------------------


def pack(document: bytes) -> bytes:
    """The bytes as they are stored."""
    return zlib.compress(document, FASTEST)


def unpack(body: bytes) -> bytes:
    """The bytes that were packed."""
    return zlib.decompress(body)


# --- the dossier and its events ------------------------------------------------------------------


def pack_dossier(dossier: Dossier) -> bytes:
    """The whole aggregate as it is stored."""
    return pack(_DOSSIER.dump_json(dossier, exclude_defaults=True))


def unpack_dossier(body: bytes) -> Dossier:
    """The aggregate again, equal to the one written."""
    return _DOSSIER.validate_json(unpack(body))


def payload_of(event: Event) -> str:
    """The fields of an event as JSON, without those that have columns of their own."""
    body = _EVENTS[type(event).__name__].dump_json(event, exclude=set(_COLUMNS), exclude_defaults=True)
    return body.decode()


def event_from(name: str, payload: str, *, at: int, person_id: str, role: str) -> Event:
    """The event that stands in a journal row. KeyError for a name that is no event of a dossier."""
    adapter = _EVENTS[name]
    values = object_from(payload)
    values.update(at=instant(at), person_id=person_id, role=Role(role))
    return adapter.validate_python(values)


def settings_to_json(settings: ProvinceSettings) -> str:
    """A province's settings; members of sets in one order."""
    plain = _SETTINGS.dump_python(settings, mode="json", exclude_defaults=True)
    return to_json({name: _ordered(value) for name, value in plain.items()})


def settings_from_json(text: str) -> ProvinceSettings:
    """The settings again."""
    return _SETTINGS.validate_json(text)


def _ordered(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


def columns_of(row: Mapping[str, object], *names: str) -> dict[str, object]:
    """Those entries of a mapping."""
    return {name: row[name] for name in names}
