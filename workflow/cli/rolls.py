"""The command ``roll``: the dossiers of a kind that keeps one, with the values of its columns, counts and sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from workflow.cli import finding
from workflow.cli.door import Door, reads
from workflow.cli.lists import after_option, limit_option, output_option
from workflow.cli.output import plain, table
from workflow.cli.sheets import write_list
from workflow.cli.speech import WORDING, Usage, say
from workflow.cli.values import CYCLE, TEXT
from workflow.domain.calendars import local_day
from workflow.domain.errors import NotFound
from workflow.domain.kinds import DossierKind
from workflow.domain.rolls import Column, Holds, Roll
from workflow.queries.roll_demands import DemandFigure, demand_figures, expiring
from workflow.queries.rolls import RollFilters, RollLine, Totals, roll_page, roll_totals, whole_roll


@reads
@click.argument("kind", type=TEXT)
@click.option("--cycle", type=CYCLE)
@click.option("--state", type=TEXT)
@click.option("--commune", type=TEXT)
@click.option("--text", type=TEXT)
@click.option("--where", type=TEXT, multiple=True)
@click.option("--totals", is_flag=True)
@after_option
@limit_option
@output_option
def roll(
    door: Door,
    *,
    kind: str,
    cycle: int | None,
    state: str | None,
    commune: str | None,
    text: str | None,
    where: tuple[str, ...],
    totals: bool,
    after: str | None,
    limit: int,
    output: Path | None,
) -> None:
    """One roll, narrowed by year, state, words and columns; ``--totals`` counts and sums instead of listing."""
    today = local_day(door.house.clock.now())
    known = door.house.catalogue.newest(kind, province_id=door.actor.province_id, on=today)
    if known.roll is None:
        raise NotFound("kind_not_found", kind=kind)
    filters = RollFilters(
        cycle=cycle,
        commune=finding.organisation(door, commune).id if commune else None,
        state=state,
        text=text or "",
        chosen=_chosen(known.roll, where),
    )
    answers = door.house.roll_answers(known)
    if totals:
        found = roll_totals(door.house.database, door.actor, known, filters)
        rows = list(_total_rows(known.roll, found, answers))
        heads = [say("cli.roll.by"), say("cli.roll.value"), say("cli.roll.dossiers")]
        heads += [column.label for column in known.roll.summed]
        if output is not None:
            write_list(door, output, known.roll.label, heads, rows)
            return
        demands = demand_figures(door.house.database, door.actor, known, cycle=cycle or today.year)
        ending = expiring(door.house.database, door.actor, known, today=today)
        data = {"totals": plain(found), "demands": plain(demands), "expiring": plain(ending)}
        door.tell(data, [*table(heads, rows), *(line for one in demands for line in _demand_lines(one))])
        return
    if output is not None:
        lines = whole_roll(door.house.database, door.actor, known, filters)
        write_list(door, output, known.roll.label, _heads(known.roll), [_row(known, one, answers) for one in lines])
        return
    page = roll_page(door.house.database, door.actor, known, filters, after=after, limit=limit)
    rows = [_row(known, one, answers) for one in page.items]
    told = table(_heads(known.roll), rows) if rows else [say("cli.roll.empty")]
    more = [say("cli.worklist.more", after=page.after)] if page.after is not None else []
    door.tell({"items": plain(page.items), "after": page.after}, [*told, *more])


def _chosen(roll: Roll, where: tuple[str, ...]) -> Mapping[str, str]:
    """Columns with the value each must have, as ``column=value``. Raises Usage for a column that is not chosen from."""
    columns = {column.code for column in roll.columns if column.holds is Holds.CHOICE}
    found = {}
    for item in where:
        code, is_set, value = item.partition("=")
        if not is_set or code not in columns:
            raise Usage("cli.roll.where", given=item, columns=sorted(columns))
        found[code] = value
    return found


def _heads(roll: Roll) -> list[str]:
    return [*(say(f"cli.head.{name}") for name in ("number", "subject", "state")), *(one.label for one in roll.columns)]


def _row(kind: DossierKind, line: RollLine, answers: Mapping[str, Mapping[str, str]]) -> list[object]:
    state = kind.states.get(line.state)
    columns = kind.roll.columns if kind.roll is not None else ()
    told = [line.number, line.subject_name, state.label if state is not None else line.state]
    return [*told, *(_cell(line, column, answers) for column in columns)]


def _cell(line: RollLine, column: Column, answers: Mapping[str, Mapping[str, str]]) -> object:
    value = line.one(column.code)
    if column.counted:
        return len(line.values.get(column.code, ()))
    if column.holds is Holds.CHOICE:
        return _answer(column, value, answers)
    return int(value) if column.holds is Holds.NUMBER and value else value


def _answer(column: Column, value: str, answers: Mapping[str, Mapping[str, str]]) -> str:
    ticked = {"true": say("cli.roll.yes"), "false": say("cli.roll.no"), "": ""}
    return answers[column.code].get(value) or ticked.get(value, value)


def _total_rows(roll: Roll, found: Totals, answers: Mapping[str, Mapping[str, str]]) -> Iterator[list[object]]:
    for column in roll.tallied:
        for one in found.tallies[column.code]:
            sums = [one.sums[each.code] for each in roll.summed]
            yield [column.label, _answer(column, one.value, answers), one.dossiers, *sums]
    yield [say("cli.roll.all"), "", found.dossiers, *(found.sums[each.code] for each in roll.summed)]


def _demand_lines(figure: DemandFigure) -> Iterator[str]:
    yield say("cli.roll.demand", label=figure.demand.label, met=figure.met, of=figure.of)
    for one in figure.lacking:
        yield say("cli.roll.lacking", name=one.name, missing=WORDING.speak(one.missing))


COMMANDS = (roll,)
