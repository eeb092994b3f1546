"""The form of a return: what to mend, item by item, how it goes on, until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from flask import request

from web.context import house
from web.dossier.choices import options_of, unmet_of
from web.dossier.filings import needed_for
from web.dossier.mending import units_items
from web.dossier.places import spots_of
from web.forms.typed import UnreadableError, read_day, read_text, typed_day
from web.refusals import sentence
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.calendars import day_end
from workflow.domain.guards.papers import is_locked
from workflow.domain.kinds import ReturnMode
from workflow.services.inputs import ItemInput

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from web.dossier.steps import Step
    from web.dossier.trouble import Trouble
    from workflow.domain.kinds import AttachmentRule

MOST = 30
LONGEST = 1000
MEND_DAYS = 5
"""Working days proposed for mending; the returner may set another date or none (law.md, Returns)."""


@dataclass(frozen=True, slots=True)
class TypedItem:
    """One item as it stands in the form: the place (``<paper>|<pointer>``) and the words."""

    place: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """The places of one paper to choose from: value and words."""

    label: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TypedReturn:
    """The whole form as typed."""

    items: tuple[TypedItem, ...] = (TypedItem(),)
    mode: str = ReturnMode.SUPPLEMENT.value
    redo_to: str = ""
    mend_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReadReturn:
    """What was read of it."""

    items: tuple[ItemInput, ...] = ()
    mode: ReturnMode = ReturnMode.SUPPLEMENT
    redo_to: str | None = None
    mend_by: datetime | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


def first_form(sight: Sight) -> TypedReturn:
    """The form as it begins: with what the unit owes for the next step or was asked for, and five working days."""
    return TypedReturn(
        items=_asked(sight) or _owed(sight) or (TypedItem(),), mend_by=typed_day(proposed_day(sight).isoformat())
    )


def proposed_day(sight: Sight) -> date:
    """The day proposed for mending."""
    return sight.calendar.add_working_days(sight.today, MEND_DAYS)


def _asked(sight: Sight) -> tuple[TypedItem, ...]:
    """What was returned to the commune and is the unit's to mend, handed on word for word."""
    return tuple(TypedItem(f"{one.paper}|{one.path or ''}", sight.text(one.text)) for one in units_items(sight))


def _owed(sight: Sight) -> tuple[TypedItem, ...]:
    """What stands against the next step and is the unit's to clear, as items."""
    steps = (option for options in options_of(sight).values() for option in options if option.transition.forward)
    owed = (refusal for option in steps for refusal in unmet_of(sight, option) if refusal.cleared_by is Role.UNIT)
    found = (TypedItem(f"{one.paper}|{one.path or ''}", sentence(one)) for one in owed if one.paper is not None)
    return tuple(dict.fromkeys(found))


def typed_form() -> TypedReturn:
    """The posted form, with the row that a button added or took away."""
    count = min(int(request.form.get("so_muc", "0") or 0), MOST) if request.form.get("so_muc", "").isdecimal() else 0
    items = [TypedItem(request.form.get(f"cho-{n}", ""), request.form.get(f"loi-{n}", "")) for n in range(1, count + 1)]
    deed, _, number = request.form.get("viec", "").partition(":")
    if deed == "them" and len(items) < MOST:
        items.append(TypedItem())
    if deed == "bo" and number.isdecimal() and 1 <= int(number) <= len(items):
        del items[int(number) - 1]
    return TypedReturn(
        tuple(items) or (TypedItem(),),
        request.form.get("cach", ReturnMode.SUPPLEMENT.value),
        request.form.get("lam_lai_tu", ""),
        request.form.get("han", ""),
        request.form.get("ly_do", ""),
    )


def read_form(sight: Sight, step: Step, typed: TypedReturn, trouble: Trouble) -> ReadReturn:
    """The return that was typed; what is wrong with it goes into ``trouble``. Rows left blank are no items."""
    items = [item for n, one in enumerate(typed.items, 1) if (item := _item(sight, n, one, trouble)) is not None]
    if not items and not trouble.is_there:
        trouble.add(say("return.no_items"), "loi-1")
    mode = ReturnMode(typed.mode) if typed.mode in list(ReturnMode) else ReturnMode.SUPPLEMENT
    redo_to = typed.redo_to if mode is ReturnMode.REDO else None
    if mode is ReturnMode.REDO and redo_to not in {code for code, _, _ in redo_choices(sight, step)}:
        trouble.add(say("return.redo_missing"), "lam_lai_tu")
    return ReadReturn(tuple(items), mode, redo_to, _mend_by(sight, typed.mend_by, trouble))


def _item(sight: Sight, number: int, typed: TypedItem, trouble: Trouble) -> ItemInput | None:
    """One item; None for a blank row and for one with something wrong."""
    words = _words(number, typed, trouble)
    if not words:
        return None
    code, _, path = typed.place.partition("|")
    rule = sight.kind.attachments.get(code)
    if not code or rule is None or code in sight.look.hidden:
        if code:
            trouble.add(say("return.place_unknown", number=number), f"cho-{number}")
        return ItemInput(words)
    if path and path not in {spot.path for spot in spots_of(sight, rule, _newest_of(sight, rule))}:
        trouble.add(say("return.place_unknown", number=number), f"cho-{number}")
    return ItemInput(words, code, path or None, rule.citation or None)


def _words(number: int, typed: TypedItem, trouble: Trouble) -> str:
    try:
        words = read_text(typed.words)
    except UnreadableError as error:
        trouble.add(say(error.code, **error.facts), f"loi-{number}")
        return ""
    if not words and typed.place:
        trouble.add(say("return.words_missing", number=number), f"loi-{number}")
    if len(words) > LONGEST:
        trouble.add(say("return.too_long", number=number, most=LONGEST), f"loi-{number}")
    return words


def _mend_by(sight: Sight, typed: str, trouble: Trouble) -> datetime | None:
    if not typed.strip():
        return None
    try:
        last = date.fromisoformat(read_day(typed))
    except UnreadableError as error:
        trouble.add(say(error.code, **error.facts), "han")
        return None
    if last < sight.today:
        trouble.add(say("return.past_day"), "han")
    return day_end(last)


def place_groups(sight: Sight, step: Step) -> list[PlaceGroup]:
    """Where something may be wrong: the papers that are there or needed, each whole or at a field or criterion.

    An act's paper is one only when the way back makes it anew: the letter with which a dossier is sent up again.
    """
    groups = []
    ways_back = {way.trigger for way in sight.kind.from_state(step.transition.target)}
    for rule in sight.kind.attachments.values():
        is_there = sight.dossier.newest(rule.code) is not None
        if rule.code in sight.look.hidden or not rule.belongs_to(sight.dossier):
            continue
        if rule.by_act and not (is_there and rule.with_acts & ways_back):
            continue
        if not is_there and needed_for(sight, rule) is None:
            continue
        code = "return.whole_locked" if is_locked(sight.kind, sight.dossier, rule.code) else "return.whole"
        places = [(f"{rule.code}|", say(code, paper=rule.label))]
        if is_there and not rule.by_act:
            places += [
                (f"{rule.code}|{spot.path}", spot.words) for spot in spots_of(sight, rule, _newest_of(sight, rule))
            ]
        groups.append(PlaceGroup(rule.label, tuple(places)))
    return groups


def _newest_of(sight: Sight, rule: AttachmentRule) -> Mapping[str, object]:
    newest = sight.dossier.newest(rule.code)
    return house().looks.document(sight.reader, sight.dossier.id, newest.paper.id) if newest is not None else {}


def redo_choices(sight: Sight, step: Step) -> tuple[tuple[str, str, str], ...]:
    """The states from which the dossier may be made to begin again: only those it has been in."""
    return tuple(
        (code, sight.kind.state(code).label, "")
        for code in step.transition.redo_targets
        if code in sight.dossier.visited
    )
