"""Commands that list: worklist, ledger, journal. Pages are walked by the mark that the page before printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from workflow.cli import finding
from workflow.cli.door import Door, reads
from workflow.cli.output import plain, table
from workflow.cli.sheets import every, write_list
from workflow.cli.speech import WORDING, event_words, say
from workflow.cli.values import CYCLE, NEW_FILE, TEXT, Choice, Whole
from workflow.domain.actors import Role
from workflow.domain.step_clock import LatenessKind
from workflow.queries.filters import Filters, Tab
from workflow.queries.journal import JournalLine, books_journal, dossier_journal
from workflow.queries.ledger import LedgerItem, entries
from workflow.queries.ledger_filters import LedgerFilters
from workflow.queries.moment import Moment
from workflow.queries.paging import LIMIT, MOST, Page
from workflow.queries.worklist import WorkItem
from workflow.queries.worklist import worklist as worklist_page

after_option = click.option("--after", type=TEXT)
limit_option = click.option("--limit", type=Whole(1, MOST), default=LIMIT)
output_option = click.option("--output", type=NEW_FILE)
WORK_HEADS = ("number", "subject", "state", "turn", "due", "mark")
LEDGER_HEADS = ("subject", "label", "cycle", "decided_by_number", "decided_on", "mark", "entry")
JOURNAL_HEADS = ("journal", "at", "event", "done_by", "door")
JournalPages = Callable[[str | None, int], Page[JournalLine]]
ROLES = [role.value for role in Role if role is not Role.SYSTEM]


@reads
@click.option("--tab", type=Choice([tab.value for tab in Tab]), default=Tab.MINE.value)
@click.option("--kind", type=TEXT)
@click.option("--state", type=TEXT)
@click.option("--stage", type=TEXT)
@click.option("--commune", type=TEXT)
@click.option("--holder", type=Choice(ROLES))
@click.option("--lateness", type=Choice([kind.value for kind in LatenessKind]))
@click.option("--cycle", type=CYCLE)
@click.option("--text", type=TEXT)
@after_option
@limit_option
@output_option
def worklist(
    door: Door,
    *,
    tab: str,
    kind: str | None,
    state: str | None,
    stage: str | None,
    commune: str | None,
    holder: str | None,
    lateness: str | None,
    cycle: int | None,
    text: str | None,
    after: str | None,
    limit: int,
    output: Path | None,
) -> None:
    """What waits for me, elsewhere, or is done; soonest first."""
    house, actor = door.house, door.actor
    filters = Filters(
        tab=Tab(tab),
        kind=kind,
        state=state,
        stage=stage,
        commune=finding.organisation(door, commune).id if commune else None,
        holder=Role(holder) if holder else None,
        lateness=LatenessKind(lateness) if lateness else None,
        cycle=cycle,
        text=text or "",
    )
    with house.engine.reading() as uow:
        settings = uow.books.settings(actor.province_id)
    moment = Moment.of(house.clock.now(), house.calendar(), settings.near_days)

    def page_after(mark: str | None, most: int = MOST) -> Page[WorkItem]:
        return worklist_page(
            house.database, actor, filters, moment, after=mark, limit=most, connected=settings.connected
        )

    if output is not None:
        rows = [_work_row(door, item) for item in every(page_after)]
        write_list(door, output, say("cli.table.worklist"), _heads(WORK_HEADS), rows)
        return
    page = page_after(after, limit)
    door.tell({"items": plain(page.items), "after": page.after}, _worklist_lines(door, page.items, page.after))


def _worklist_lines(door: Door, items: tuple[WorkItem, ...], after: str | None) -> Iterator[str]:
    if not items:
        yield say("cli.worklist.empty")
        return
    yield from table(_heads(WORK_HEADS), [_work_row(door, item) for item in items])
    yield from _more(after)


def _work_row(door: Door, item: WorkItem) -> list[object]:
    kind = door.house.catalogue.version(item.kind, item.kind_version)
    due = WORDING.last_moment(item.due, door.house.calendar()) if item.due else ""
    marks = [say(f"cli.mark.{item.lateness.value}")] if item.lateness is not LatenessKind.NONE else []
    marks += [say("cli.mark.hold")] if item.on_hold else []
    holder = WORDING.speak(item.holder) if item.holder else ""
    return [item.number, item.called, kind.state(item.state).label, holder, due, ", ".join(marks)]


def _heads(codes: Sequence[str]) -> list[str]:
    return [say(f"cli.head.{code}") for code in codes]


def _more(after: str | None) -> Iterator[str]:
    if after is not None:
        yield say("cli.worklist.more", after=after)


@reads
@click.option("--kind", type=TEXT)
@click.option("--cycle", type=CYCLE)
@click.option("--result", type=TEXT)
@click.option("--commune", type=TEXT)
@click.option("--standing/--ended", default=None)
@click.option("--confirmed/--unconfirmed", default=None)
@click.option("--text", type=TEXT)
@after_option
@limit_option
@output_option
def ledger(
    door: Door,
    *,
    kind: str | None,
    cycle: int | None,
    result: str | None,
    commune: str | None,
    standing: bool | None,
    confirmed: bool | None,
    text: str | None,
    after: str | None,
    limit: int,
    output: Path | None,
) -> None:
    """Results on record: recognitions, earlier results, what waits for a second person."""
    filters = LedgerFilters(
        kind=kind,
        cycle=cycle,
        result=result,
        commune=finding.organisation(door, commune).id if commune else None,
        standing=standing,
        confirmed=confirmed,
        text=text or "",
    )
    if output is not None:
        found = every(lambda mark: entries(door.house.database, door.actor, filters, after=mark, limit=MOST))
        rows = [_ledger_row(item) for item in found]
        write_list(door, output, say("cli.table.ledger"), _heads(LEDGER_HEADS), rows)
        return
    page = entries(door.house.database, door.actor, filters, after=after, limit=limit)
    door.tell({"items": plain(page.items), "after": page.after}, ledger_lines(page.items, page.after))


def ledger_lines(items: tuple[LedgerItem, ...], after: str | None) -> Iterator[str]:
    """Results as a table, with what they owed since."""
    if not items:
        yield say("cli.ledger.empty")
        return
    yield from table(_heads(LEDGER_HEADS), [_ledger_row(item) for item in items])
    yield from _more(after)


def _ledger_row(item: LedgerItem) -> list[object]:
    decided = WORDING.speak(item.decided_on) if item.decided_on else ""
    marks = [] if item.confirmed_at is not None else [say("cli.mark.unconfirmed")]
    marks += [] if item.standing else [say("cli.mark.ended")]
    marks += [say(f"cli.mark.kept.{kept.meaning.value}", cycle=kept.cycle) for kept in item.upkeep]
    return [item.subject_name, item.label, item.cycle, item.number, decided, ", ".join(marks), item.id]


@reads
@click.argument("dossier", type=TEXT, required=False)
@after_option
@limit_option
@output_option
def journal(door: Door, *, dossier: str | None, after: str | None, limit: int, output: Path | None) -> None:
    """Rows of the journal, newest first: of a dossier, without one of the province's books."""
    page_after = _books_pages(door) if dossier is None else _dossier_pages(door, dossier)
    if output is not None:
        rows = [_journal_row(line) for line in every(lambda mark: page_after(mark, MOST))]
        write_list(door, output, say("cli.table.journal"), _heads(JOURNAL_HEADS), rows)
        return
    page = page_after(after, limit)
    door.tell({"items": plain(page.items), "after": page.after}, _journal_lines(page.items, page.after))


def _books_pages(door: Door) -> JournalPages:
    house, actor = door.house, door.actor
    with house.engine.reading() as uow:
        connected = uow.books.settings(actor.province_id).connected
    return lambda mark, most: books_journal(house.database, actor, after=mark, limit=most, connected=connected)


def _dossier_pages(door: Door, named: str) -> JournalPages:
    house, actor = door.house, door.actor
    found, _ = finding.dossier(door, named)
    hidden = house.looks.look(actor, found.id).hidden
    return lambda mark, most: dossier_journal(house.database, actor, found.id, after=mark, limit=most, hidden=hidden)


def _journal_lines(items: tuple[JournalLine, ...], after: str | None) -> Iterator[str]:
    if not items:
        yield say("cli.journal.empty")
        return
    yield from table(_heads(JOURNAL_HEADS), [_journal_row(line) for line in items])
    yield from _more(after)


def _journal_row(line: JournalLine) -> list[object]:
    office = line.office or WORDING.speak(line.role)
    return [line.position, WORDING.moment(line.at), event_words(line.event), office, line.door]


COMMANDS = (worklist, ledger, journal)
