"""The verbs of a script: each calls one use case, as the door of a person would."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflow.domain.actors import Actor
from workflow.domain.deadlines import Scope
from workflow.domain.guards import Refusal
from workflow.domain.kinds import ReturnMode
from workflow.seeding.script import ScriptBroken, Step, day, moment
from workflow.seeding.stage import Stage
from workflow.services.acts import ActInput, ActItem
from workflow.services.awards import RoundChoice
from workflow.services.dates import GrantInput
from workflow.services.engine import Receipt
from workflow.services.inputs import ItemInput, MoveInput
from workflow.services.ledger import ResultInput


@dataclass(frozen=True, slots=True)
class Done:
    """How a verb ended: the dossiers it touched (by id), warnings with the number they concern, plain facts."""

    dossiers: tuple[str, ...] = ()
    warnings: tuple[tuple[str, Refusal], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    preview: tuple[tuple[str, Refusal], ...] | None = None


Verb = Callable[[Stage, Step, Actor], Done]


def open_cycle(stage: Stage, step: Step, actor: Actor) -> Done:
    """Open a year of a kind."""
    opened = stage.house.cycles.open(actor, kind_code=step["kind"], cycle=step["cycle"])
    return Done(facts={"owed": len(opened.owed), "is_new": opened.is_new})


def close_cycle(stage: Stage, step: Step, actor: Actor) -> Done:
    """Close a year of a kind."""
    return Done(facts={"ended": stage.house.cycles.close(actor, kind_code=step["kind"], cycle=step["cycle"])})


def open_round(stage: Stage, step: Step, actor: Actor) -> Done:
    """Open the year's end round of a form of award."""
    return Done(facts={"is_new": stage.house.awards.open(actor, form=step["form"], cycle=step["cycle"])})


def allot(stage: Stage, step: Step, actor: Actor) -> Done:
    """Allot the quota of a form of award to an organisation."""
    stage.house.awards.allot(
        actor,
        form=step["form"],
        cycle=step["cycle"],
        organisation_id=step["organisation"],
        number=step["number"],
    )
    return Done()


def enter_results(stage: Stage, step: Step, actor: Actor) -> Done:
    """Enter earlier results; ``name`` is what the script calls them."""
    rows = [ResultInput(**{**row, "decided_on": day(row["decided_on"])}) for row in step["rows"]]
    stage.results[step["name"]] = stage.house.ledger.enter(actor, rows)
    return Done(facts={"entered": len(rows)})


def confirm(stage: Stage, step: Step, actor: Actor) -> Done:
    """Confirm results entered before."""
    before = stage.owed_count()
    confirmed = stage.house.ledger.confirm(actor, stage.results[step["of"]])
    return Done(facts={"confirmed": confirmed, "owed": stage.owed_count() - before})


def confirm_thresholds(stage: Stage, step: Step, actor: Actor) -> Done:
    """Confirm the unverified thresholds of a criteria set."""
    stage.house.definitions.confirm_thresholds(actor, step["sheet"], reason=step["reason"])
    return Done()


def open_dossier(stage: Stage, step: Step, actor: Actor) -> Done:
    """Begin a draft and give it the script's name."""
    receipt = stage.house.dossiers.open(
        actor,
        kind_code=step["kind"],
        subject_id=step["subject"],
        cycle=step["cycle"],
        for_unit=stage.signed(step),
        award=RoundChoice(step["form"], step.get("special", False)) if "form" in step else None,
    )
    stage.name_dossier(step["dossier"], receipt.dossier_id, receipt.number)
    return _of((receipt,))


def file(stage: Stage, step: Step, actor: Actor) -> Done:
    """File one paper."""
    dossier_id = stage.id_of(step["dossier"])
    receipt = stage.house.dossiers.file_paper(
        actor,
        dossier_id,
        step["paper"],
        stage.paper(step, step["document"]),
        seen_version=stage.version(dossier_id),
        signed=stage.signed(step),
    )
    return _of((receipt,))


def move(stage: Stage, step: Step, actor: Actor) -> Done:
    """Make one move of one dossier."""
    dossier_id = stage.id_of(step["dossier"])
    asked = MoveInput(
        trigger=step["trigger"],
        seen_version=stage.version(dossier_id),
        choice=step.get("choice"),
        papers=stage.papers(step),
        signed=stage.signed(step),
        reason=step.get("reason"),
        **_return(step),
        items=_items(step),
    )
    return _of((stage.house.dossiers.perform(actor, dossier_id, asked),))


def act(stage: Stage, step: Step, actor: Actor) -> Done:
    """Record one act on several dossiers."""
    before = stage.owed_count()
    result = stage.house.acts.record(actor, _act(stage, step))
    owed = stage.owed_count() - before
    return _of(result.receipts, **({"owed": owed} if owed else {}))


def preview(stage: Stage, step: Step, actor: Actor) -> Done:
    """Ask what an act would do, without recording it."""
    seen = stage.house.acts.preview(actor, _act(stage, step))
    against = tuple((line.number, refusal) for line in seen.lines if not line.left_out for refusal in line.refusals)
    warnings = tuple((line.number, warning) for line in seen.lines for warning in line.warnings)
    open_to = sum(1 for line in seen.lines if not line.refusals and not line.left_out)
    return Done(warnings=warnings, facts={"open_to": open_to}, preview=against)


def grant(stage: Stage, step: Step, actor: Actor) -> Done:
    """Extend a date, or open it late."""
    given = stage.house.dates.grant(
        actor,
        GrantInput(
            kind_code=step["kind"],
            cycle=step["cycle"],
            deadline=step["deadline"],
            scope=Scope(step["scope"]),
            scope_id=step["scope_id"],
            until=moment(step["until"]),
            reason=step["reason"],
        ),
    )
    return Done(facts={"grant": given.kind.value, "until": given.until})


def hold(stage: Stage, step: Step, actor: Actor) -> Done:
    """Put a dossier on hold."""
    dossier_id = stage.id_of(step["dossier"])
    receipt = stage.house.dossiers.hold(
        actor, dossier_id, reason=step["reason"], signed=stage.signed(step), seen_version=stage.version(dossier_id)
    )
    return _of((receipt,))


def lift(stage: Stage, step: Step, actor: Actor) -> Done:
    """Lift a hold with its concluding paper."""
    dossier_id = stage.id_of(step["dossier"])
    receipt = stage.house.dossiers.lift(
        actor, dossier_id, signed=stage.signed(step), seen_version=stage.version(dossier_id)
    )
    return _of((receipt,))


def correct(stage: Stage, step: Step, actor: Actor) -> Done:
    """Correct the newest step of a trigger, on every dossier of its act."""
    dossier = stage.dossier(stage.id_of(step["dossier"]))
    signed = stage.signed(step)
    if signed is None:
        raise ScriptBroken(f"{step['at']}: a correction needs its signed paper")
    receipts = stage.house.desk.correct(
        actor,
        dossier.id,
        step_seq=dossier.made(step["trigger"])[-1].seq,
        signed=signed,
        reason=step["reason"],
        seen_version=dossier.version,
        paper=stage.paper(step, step["document"]) if "document" in step else None,
        code=step.get("paper"),
    )
    return _of(receipts, corrected=len(receipts))


def file_report(stage: Stage, step: Step, actor: Actor) -> Done:
    """File the yearly report of the actor's commune."""
    filed = stage.house.reports.file(actor, kind_code=step["kind"], cycle=step["cycle"])
    return Done(facts={"late": filed.late})


VERBS: Mapping[str, Verb] = {
    "act": act,
    "allot": allot,
    "close_cycle": close_cycle,
    "confirm": confirm,
    "confirm_thresholds": confirm_thresholds,
    "correct": correct,
    "enter_results": enter_results,
    "file": file,
    "file_report": file_report,
    "grant": grant,
    "hold": hold,
    "lift": lift,
    "move": move,
    "open": open_dossier,
    "open_cycle": open_cycle,
    "open_round": open_round,
    "preview": preview,
}
"""What a step may ``do``."""


def _act(stage: Stage, step: Step) -> ActInput:
    ids = [stage.id_of(name) for name in step["dossiers"]]
    return ActInput(
        trigger=step["trigger"],
        items=[ActItem(dossier_id, stage.version(dossier_id)) for dossier_id in ids],
        papers=stage.papers(step),
        leave_out=frozenset(stage.id_of(name) for name in step.get("leave_out", ())),
        reason=step.get("reason"),
        returns=_items(step),
        **_return(step),
        sent_at=moment(step["sent_at"]) if "sent_at" in step else None,
    )


def _items(step: Step) -> tuple[ItemInput, ...]:
    return tuple(ItemInput(**item) for item in step.get("items", ()))


def _return(step: Step) -> dict[str, Any]:
    return {
        "mode": ReturnMode(step["mode"]) if "mode" in step else None,
        "redo_to": step.get("redo_to"),
        "mend_by": moment(step["mend_by"]) if "mend_by" in step else None,
    }


def _of(receipts: Sequence[Receipt], **facts: object) -> Done:
    warnings = tuple((receipt.number, warning) for receipt in receipts for warning in receipt.warnings)
    late = any(receipt.late for receipt in receipts)
    return Done(tuple(receipt.dossier_id for receipt in receipts), warnings, {**facts, "late": late})
