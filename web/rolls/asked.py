"""What a page of a roll is narrowed to, as its address says it; and the address of a narrower or wider one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from workflow.domain.kinds import DossierKind
from workflow.domain.rolls import Column, Holds
from workflow.queries.rolls import RollFilters

EVERY_YEAR = "moi-nam"
PLAIN = {"nam": "", "xa": "", "trang-thai": "", "q": ""}


def narrowing(kind: DossierKind) -> tuple[Column, ...]:
    """The columns a roll can be narrowed by: those that are chosen from lists."""
    columns = kind.roll.columns if kind.roll is not None else ()
    return tuple(column for column in columns if column.holds is Holds.CHOICE)


def filters_asked(kind: DossierKind, year: int) -> RollFilters:
    """The filters of this request; the year that is being looked at, unless every year is asked for."""
    args = request.args
    chosen = {column.code: args[column.code] for column in narrowing(kind) if args.get(column.code)}
    state = args.get("trang-thai", "")
    return RollFilters(
        cycle=None if args.get("nam") == EVERY_YEAR else year,
        commune=args.get("xa") or None,
        state=state if state in kind.states else None,
        text=args.get("q", "")[:100],
        chosen=chosen,
    )


def parameters(filters: RollFilters) -> dict[str, str]:
    """The filters as parameters of an address."""
    found = {
        "nam": EVERY_YEAR if filters.cycle is None else str(filters.cycle),
        "xa": filters.commune or "",
        "trang-thai": filters.state or "",
        "q": filters.text,
        **filters.chosen,
    }
    return {name: value for name, value in found.items() if value}


def roll_url(kind: DossierKind, given: Mapping[str, str]) -> str:
    """The address of the roll under these parameters."""
    more: dict[str, Any] = dict(given)
    return url_for("rolls.listing", kind=kind.code, **more)
