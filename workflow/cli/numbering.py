"""Commands of the register of numbers: ``numbers`` shows it, ``take-number`` gives one, ``void-number`` cancels one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import click

from workflow.cli.door import Door, reads, writes
from workflow.cli.output import plain
from workflow.cli.speech import say
from workflow.cli.values import CYCLE, DAY, TEXT, Whole
from workflow.domain.calendars import local_day
from workflow.domain.errors import NotFound
from workflow.domain.numbers import MOST
from workflow.queries.numbers import NumberBook, Series, number_book

year_option = click.option("--year", type=CYCLE)


def _book(door: Door, year: int | None) -> NumberBook:
    on = year if year is not None else local_day(door.house.clock.now()).year
    return number_book(door.house.database, door.actor, on)


@reads
@year_option
def numbers(door: Door, *, year: int | None) -> None:
    """The register of one's own body: what was given, what comes next, the gaps."""
    book = _book(door, year)
    door.tell({"year": book.year, "series": [_data(one) for one in book.series]}, _lines(book))


@writes
@click.argument("suffix", type=TEXT)
@click.argument("about", type=TEXT)
@click.option("--series", type=TEXT, default="")
@click.option("--number", type=Whole(1, MOST))
@click.option("--day", type=DAY)
def take_number(door: Door, *, suffix: str, about: str, series: str, number: int | None, day: date | None) -> None:
    """Give a paper its number, the next one unless another is named."""
    on = day if day is not None else local_day(door.house.clock.now())
    symbol = door.house.numbers.take(
        door.actor, series=series, suffix=suffix, day=on, about=about, number=number, key=door.key
    )
    door.tell({"symbol": symbol, "year": on.year}, [say("cli.number.taken", symbol=symbol)])


@writes
@click.argument("symbol", type=TEXT)
@click.argument("reason", type=TEXT)
@year_option
def void_number(door: Door, *, symbol: str, reason: str, year: int | None) -> None:
    """Cancel a number; it stays taken."""
    book = _book(door, year)
    row = next((row for one in book.series for row in one.rows if row.symbol == symbol), None)
    if row is None:
        raise NotFound("number_not_found")
    door.house.numbers.void(door.actor, row.id, reason=reason, key=door.key)
    door.tell({"symbol": symbol, "voided": True}, [say("cli.number.voided", symbol=symbol)])


def _data(one: Series) -> dict[str, object]:
    rows = [
        {
            "symbol": row.symbol,
            "number": row.number,
            "day": plain(row.day),
            "about": row.about,
            "voided": row.is_void,
            "void_reason": row.void_reason or None,
        }
        for row in one.rows
    ]
    return {"series": one.code, "next": one.next, "gaps": [list(run) for run in one.gaps], "numbers": rows}


def _lines(book: NumberBook) -> Iterator[str]:
    if not book.series:
        yield say("cli.number.none", year=book.year)
    for one in book.series:
        yield say("cli.number.series", series=one.code or say("cli.number.common"), next=str(one.next))
        runs = [str(first) if first == last else f"{first}-{last}" for first, last in one.gaps]
        if runs:
            yield "  " + say("cli.number.gaps", runs=tuple(runs))
        for row in one.rows:
            code = "cli.number.void_line" if row.is_void else "cli.number.line"
            yield "  " + say(code, symbol=row.symbol, day=row.day, about=row.about, reason=row.void_reason or "-")


COMMANDS = (numbers, take_number, void_number)
