"""Commands on what one was told: notices."""

from __future__ import annotations

from collections.abc import Iterator

import click

from workflow.cli.door import Door, tends
from workflow.cli.lists import after_option, limit_option
from workflow.cli.output import plain, table
from workflow.cli.speech import WORDING, Usage, say
from workflow.cli.values import Whole
from workflow.queries.inbox import NoticeItem, inbox


@tends
@click.option("--unread", is_flag=True)
@click.option("--read", type=Whole(1, 2**62))
@click.option("--read-through", type=Whole(1, 2**62))
@after_option
@limit_option
def notices(
    door: Door, *, unread: bool, read: int | None, read_through: int | None, after: str | None, limit: int
) -> None:
    """What I was told, newest first; or mark it as read."""
    if read is not None and read_through is not None:
        raise Usage("cli.usage.read_twice")
    if read is not None:
        door.house.inboxes.read(door.actor, read)
    elif read_through is not None:
        door.house.inboxes.read_all(door.actor, through=read_through)
    else:
        door.nothing_kept()
    page = inbox(door.house.database, door.actor, unread=unread, after=after, limit=limit)
    told = [{"text": _text(door, item), "notice": plain(item)} for item in page.items]
    door.tell({"items": told, "after": page.after}, _lines(door, page.items, page.after))


def _text(door: Door, item: NoticeItem) -> str:
    return door.house.notice_line(item.code, item.facts)


def _lines(door: Door, items: tuple[NoticeItem, ...], after: str | None) -> Iterator[str]:
    if not items:
        yield say("cli.notices.none")
        return
    heads = [say(f"cli.head.{code}") for code in ("position", "at", "mark", "notice", "subject")]
    yield from table(heads, [_row(door, item) for item in items])
    if after is not None:
        yield say("cli.worklist.more", after=after)


def _row(door: Door, item: NoticeItem) -> list[object]:
    new = say("cli.notices.unread") if item.is_unread else ""
    return [str(item.position), WORDING.moment(item.at, seconds=False), new, _text(door, item), item.subject]


COMMANDS = (notices,)
