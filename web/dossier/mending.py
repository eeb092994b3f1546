"""What a return asks for: each item with its place, whether it was mended, and the way into the very field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from web.dossier.choices import is_mine, unmet_of
from web.dossier.places import place_label
from web.dossier.turns import Mark
from web.forms import id_of, parse_path
from web.refusals import Source, source
from web.words import say
from workflow.domain.actors import Role
from workflow.domain.guards.papers import is_locked
from workflow.domain.kinds import Effect

if TYPE_CHECKING:
    from web.dossier.sight import Sight
    from workflow.domain.dossier import Return
    from workflow.domain.events import ReturnItem


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to mend. ``is_done``: a newer version was filed; None where nothing can tell (no paper is named).

    ``pass_on_url``: it is the unit's to mend, so the reader returns the dossier to it.
    """

    number: int
    place: str
    words: str
    mark: Mark
    is_done: bool | None
    fix_url: str = ""
    pass_on_url: str = ""
    compare_url: str = ""
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Mending:
    """The newest open return. ``who`` returned it; ``is_mine``: the reader mends it."""

    seq: int
    who: str
    items: tuple[Item, ...]
    is_mine: bool

    @property
    def left(self) -> int:
        """How many items have no newer version yet."""
        return sum(item.is_done is False for item in self.items)


def mending_of(sight: Sight) -> Mending | None:
    """What is to be mended now, or None when the dossier is not returned."""
    newest = sight.dossier.newest_return
    if newest is None or not sight.is_returned:
        return None
    return Mending(newest.seq, sight.name_of(newest.role), items_of(sight, newest), sight.is_mine)


def items_of(sight: Sight, opened: Return) -> tuple[Item, ...]:
    """The items of one return, open or answered."""
    return tuple(_item(sight, opened, item, number) for number, item in enumerate(opened.items, start=1))


def _item(sight: Sight, opened: Return, item: ReturnItem, number: int) -> Item:
    is_done = _is_done(sight, opened, item)
    kind, words = {True: ("done", "mend.done"), False: ("back", "mend.open"), None: ("wait", "mend.untold")}[is_done]
    return Item(
        number=number,
        place=place_words(sight, item.paper, item.path),
        words=sight.text(item.text),
        mark=Mark(kind, say(words)),
        is_done=is_done,
        fix_url=_fix_url(sight, opened, item),
        pass_on_url=_pass_on_url(sight, opened, item) if is_done is False else "",
        compare_url=_compare_url(sight, opened, item) if is_done else "",
        source=source(item.source or ""),
    )


def _is_done(sight: Sight, opened: Return, item: ReturnItem) -> bool | None:
    rule = sight.kind.attachments.get(item.paper or "")
    if rule is None or rule.by_act:
        return None
    return sight.dossier.newest(rule.code, above=opened.seq) is not None


def _fix_url(sight: Sight, opened: Return, item: ReturnItem) -> str:
    """Into the very field, while the return is open and the reader may file the paper."""
    rule = sight.kind.attachments.get(item.paper or "")
    if rule is None or rule.by_act or not opened.is_open or is_locked(sight.kind, sight.dossier, rule.code):
        return ""
    allowed = any(sight.stands_for(role) for role in rule.filed_by) or sight.reader.role in rule.recorders
    if not allowed:
        return ""
    anchor = id_of(parse_path(item.path)) if item.path else None
    return url_for("papers.edit", dossier_id=sight.dossier.id, code=rule.code, o=item.path, _anchor=anchor)


def units_items(sight: Sight) -> list[ReturnItem]:
    """What the open returns ask of papers that only the unit mends, as long as it was not mended."""
    return [
        item
        for opened in sight.dossier.open_returns
        for item in opened.items
        if _is_units(sight, item) and _is_done(sight, opened, item) is False
    ]


def _is_units(sight: Sight, item: ReturnItem) -> bool:
    rule = sight.kind.attachments.get(item.paper or "")
    return rule is not None and Role.UNIT in rule.filed_by and not sight.dossier.own


def _pass_on_url(sight: Sight, opened: Return, item: ReturnItem) -> str:
    """The return to the unit, while this return is open and the reader may make one."""
    if not opened.is_open or not _is_units(sight, item):
        return ""
    for option in sight.look.moves:
        transition = option.transition
        to_unit = sight.kind.state(transition.target).holder is Role.UNIT
        if Effect.OPEN_RETURN in transition.effects and to_unit and is_mine(option) and not unmet_of(sight, option):
            return url_for("returns.begin", dossier_id=sight.dossier.id, trigger=transition.trigger)
    return ""


def _compare_url(sight: Sight, opened: Return, item: ReturnItem) -> str:
    versions = sight.dossier.versions(item.paper or "")
    before = [filed for filed in versions if filed.seq <= opened.seq]
    if not before:
        return ""
    new = next(filed for filed in reversed(versions) if filed.seq > opened.seq)
    return url_for(
        "papers.compare",
        dossier_id=sight.dossier.id,
        code=item.paper,
        cu=before[-1].paper.version,
        moi=new.paper.version,
    )


def place_words(sight: Sight, paper: str | None, path: str | None) -> str:
    """A place in words: the paper and the field in it; the whole dossier when none is named."""
    rule = sight.kind.attachments.get(paper or "")
    if rule is None:
        return say("mend.whole")
    field = place_label(sight, rule.code, parse_path(path)) if path else ""
    return say("mend.place", paper=rule.label, field=field) if field else rule.label
