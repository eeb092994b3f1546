"""Answers as they are kept under an idempotency key: plain JSON, and back to the very values that were said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from workflow.domain.actors import Role
from workflow.domain.guards import Refusal


def keep_refusal(refusal: Refusal) -> dict[str, object]:
    """A refusal or warning as JSON values."""
    return {
        "code": refusal.code,
        "facts": {name: _plain(value) for name, value in refusal.facts.items()},
        "cleared_by": refusal.cleared_by,
        "until": _plain(refusal.until),
        "source": refusal.source,
        "paper": refusal.paper,
        "path": refusal.path,
    }


def refusal_of(kept: object) -> Refusal:
    """The refusal that was kept. TypeError for anything else."""
    if not isinstance(kept, Mapping):
        raise TypeError("no refusal")
    until = _value(kept["until"])
    return Refusal(
        code=str(kept["code"]),
        facts={str(name): _value(value) for name, value in dict(kept["facts"]).items()},
        cleared_by=Role(kept["cleared_by"]) if kept["cleared_by"] else None,
        until=until if isinstance(until, datetime) else None,
        source=str(kept["source"]),
        paper=kept["paper"],
        path=kept["path"],
    )


def _plain(value: object) -> object:  # noqa: PLR0911 - one line a type
    match value:
        case Role():
            return {"role": value.value}
        case datetime():
            return {"instant": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Decimal():
            return {"number": str(value)}
        case tuple() | list():
            return [_plain(item) for item in value]
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)


def _value(plain: object) -> object:
    match plain:
        case {"role": str(text)}:
            return Role(text)
        case {"instant": str(text)}:
            return datetime.fromisoformat(text)
        case {"day": str(text)}:
            return date.fromisoformat(text)
        case {"number": str(text)}:
            return Decimal(text)
        case list():
            return tuple(_value(item) for item in plain)
        case _:
            return plain
