"""Commands on what one was told, and how: notices, contact."""

from __future__ import annotations

from collections.abc import Iterator

import click

from workflow.cli.door import Door, tends
from workflow.cli.lists import after_option, limit_option
from workflow.cli.output import plain, table
from workflow.cli.speech import WORDING, Usage, say
from workflow.cli.values import TEXT, Choice, Whole
from workflow.domain.telling import Rhythm
from workflow.queries.inbox import NoticeItem, inbox
from workflow.queries.letters import Trouble, stuck_since, troubles


@tends
@click.option("--failed", is_flag=True)
@click.option("--retry", is_flag=True)
@click.option("--unread", is_flag=True)
@click.option("--read", type=Whole(1, 2**62))
@click.option("--read-through", type=Whole(1, 2**62))
@after_option
@limit_option
def notices(
    door: Door,
    *,
    failed: bool,
    retry: bool,
    unread: bool,
    read: int | None,
    read_through: int | None,
    after: str | None,
    limit: int,
) -> None:
    """What I was told, newest first; or mark it as read. For the administrator: letters that no server took."""
    if retry and not failed:
        raise Usage("cli.usage.retry_failed")
    if failed:
        _tell_letters(door, retry=retry)
        return
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


def _tell_letters(door: Door, *, retry: bool) -> None:
    found = troubles(door.house.database, door.actor)
    if retry:
        count = door.house.post.retry(door.actor, [one.id for one in found])
        door.tell({"again": count}, [say("cli.letters.again", count=count)])
        return
    door.nothing_kept()
    stuck = None
    if door.settings.smtp_host:
        stuck = stuck_since(door.house.database, door.actor, door.house.clock.now())
    warning = [] if stuck is None else [say("cli.letters.stuck", at=stuck)]
    door.tell({"items": plain(found), "stuck_since": plain(stuck)}, [*warning, *_letter_lines(found)])


def _letter_lines(found: tuple[Trouble, ...]) -> Iterator[str]:
    if not found:
        yield say("cli.letters.none")
        return
    heads = [say(f"cli.head.{code}") for code in ("office", "at", "reason", "tries", "next")]
    yield from table(heads, [_letter_row(one) for one in found])


def _letter_row(one: Trouble) -> list[object]:
    again = say("cli.letters.no_more") if one.failed else WORDING.moment(one.next_at, seconds=False)
    reason = WORDING.say(f"post.problem.{one.problem}")
    return [one.office, WORDING.moment(one.at, seconds=False), reason, one.tries, again]


@tends
@click.option("--email", type=TEXT)
@click.option("--rhythm", type=Choice([one.value for one in Rhythm]))
@click.option("--person", type=TEXT)
def contact(door: Door, *, email: str | None, rhythm: str | None, person: str | None) -> None:
    """Show or set where and how I want to be told by mail; the administrator may for somebody else."""
    known = door.house.contacts.of(door.actor, person)
    if email is None and rhythm is None:
        door.nothing_kept()
    else:
        address = known.email or "" if email is None else email
        wanted = known.rhythm if rhythm is None else Rhythm(rhythm)
        known = door.house.contacts.set(door.actor, email=address, rhythm=wanted, person_id=person)
    words = say("cli.contact.none")
    if known.email is not None:
        words = say("cli.contact.told", email=known.email, rhythm=WORDING.say(f"rhythm.{known.rhythm.value}"))
    door.tell(plain(known), [words])


COMMANDS = (notices, contact)
