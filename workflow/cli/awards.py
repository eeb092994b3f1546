"""Commands on awards: rounds opened and closed, quotas, the explained list of proposals."""

from __future__ import annotations

from collections.abc import Iterator

import click

from workflow.cli import finding
from workflow.cli.door import Door, reads, writes
from workflow.cli.output import plain, table, working
from workflow.cli.speech import WORDING, say
from workflow.cli.values import CYCLE, TEXT, Whole
from workflow.services.award_lists import Proposal, ProposalList
from workflow.services.awards import MOST

form_option = click.option("--form", type=TEXT, required=True)
cycle_option = click.option("--cycle", type=CYCLE, required=True)


@writes
@form_option
@cycle_option
def open_round(door: Door, *, form: str, cycle: int) -> None:
    """Open the year's end round of a form; a second time changes nothing."""
    is_new = door.house.awards.open(door.actor, form=form, cycle=cycle, key=door.key)
    told = say("cli.round.opened" if is_new else "cli.round.was_open", cycle=cycle)
    door.tell({"form": form, "cycle": cycle, "is_new": is_new}, [told])


@writes
@form_option
@cycle_option
@click.option("--preview", is_flag=True)
def close_round(door: Door, *, form: str, cycle: int, preview: bool) -> None:
    """Close a round; ``--preview`` names the proposals that would end."""
    if preview:
        door.nothing_kept()
        ending = door.house.awards.closing(door.actor, form=form, cycle=cycle)
        rows = [(line.number, finding.name_of(door, line.subject_id), line.state) for line in ending]
        heads = [say("cli.head.number"), say("cli.head.subject"), say("cli.head.state")]
        lines = [say("cli.cycle.closing", cycle=cycle, count=len(ending)), *(table(heads, rows) if rows else ())]
        door.tell({"form": form, "cycle": cycle, "ending": plain(ending)}, lines)
        return
    with working(say("cli.progress.writing")):
        ended = door.house.awards.close(door.actor, form=form, cycle=cycle, key=door.key)
    door.tell({"form": form, "cycle": cycle, "ended": ended}, [say("cli.round.closed", cycle=cycle, count=ended)])


@writes
@form_option
@cycle_option
@click.argument("organisation", type=TEXT)
@click.argument("number", type=Whole(0, MOST))
def quota(door: Door, *, form: str, cycle: int, organisation: str, number: int) -> None:
    """Allot how many awards of a form an organisation may propose in a year."""
    found = finding.organisation(door, organisation)
    before = door.house.awards.allot(
        door.actor, form=form, cycle=cycle, organisation_id=found.id, number=number, key=door.key
    )
    data = {"form": form, "cycle": cycle, "organisation": found.id, "number": number, "before": before}
    told = say("cli.quota.set", name=found.name, number=number, cycle=cycle)
    door.tell(data, [told] if before is None else [told, say("cli.quota.before", number=before)])


@reads
@form_option
@cycle_option
def proposals(door: Door, *, form: str, cycle: int) -> None:
    """Who is proposed for a form: who is on the list, who is not and why, ties, quotas, shares."""
    told = door.house.award_lists.explained(door.actor, form=form, cycle=cycle)
    door.tell(plain(told), _lines(told))


def _lines(told: ProposalList) -> Iterator[str]:
    yield say("cli.proposals.title", form=told.form.label, cycle=told.cycle, decider=told.form.decider)
    if not told.proposals:
        yield say("cli.proposals.none")
    for line in told.proposals:
        yield from _line(line)
    heads = [say(f"cli.head.{code}") for code in ("organisation", "quota", "used", "ready")]
    if told.quotas:
        yield from table(heads, [(one.name, one.number, one.used, one.ready) for one in told.quotas])
    else:
        yield say("cli.proposals.no_quota")
    for label, count, whole in told.shares:
        yield say("cli.proposals.share", label=label, count=count, whole=whole)
    yield say("cli.proposals.sets", sets=f"{told.sets:02}")


def _line(line: Proposal) -> Iterator[str]:
    yield say(f"cli.proposals.{line.place}", number=line.number, name=line.name, state=line.state)
    for row in line.against:
        yield "  " + WORDING.say(row.code, **row.facts)
    if line.votes is not None:
        yield "  " + say("cli.proposals.votes", votes=line.votes)
    if line.tied:
        yield "  " + say("cli.proposals.tied")
    if line.preferences:
        yield "  " + say("cli.proposals.preferred", labels=line.preferences)
    for fact in line.results:
        yield "  " + say("cli.proposals.result", label=fact.label, number=fact.number, cycle=fact.cycle)
    for award in line.earlier:
        yield "  " + say("cli.proposals.earlier", label=award.label, number=award.number)


COMMANDS = (open_round, close_round, quota, proposals)
